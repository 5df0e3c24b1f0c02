"""What a package would lose that is there already and is to be generated with fewer operations or formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from botobind_codegen.content_digests import Origin, text_of
from botobind_codegen.pipeline import GenerateOptions
from botobind_codegen.write import INIT

_SHOWN = 3
"""Operations that are named."""


def what_goes(
    folder: Path, service: str, options: GenerateOptions, modelled: Callable[[], Iterable[str] | None]
) -> str | None:
    """What the package in a folder has and would not have with these options, in words; None where that is nothing.

    `modelled` gives the operations of the service's model, which a package has that was generated without a choice, or
    None for a broken model.
    """
    origin = Origin.of_text(text_of(folder / INIT))
    if origin is None:
        return None
    if origin.service != service:
        return f"all of service {origin.service}, whose package has the same name,"
    there = GenerateOptions.of_words(origin.options)
    words = []
    if options.operations:
        gone = sorted({*(there.operations or modelled() or ())} - {*options.operations})
        if gone:
            words.append(_counted(gone))
    if formats := sorted(there.formats - options.formats):
        words.append(f"the format{'s' if formats[1:] else ''} {', '.join(formats)}")
    return " and ".join(words) or None


def _counted(operations: list[str]) -> str:
    names = ", ".join([*operations[:_SHOWN], *(["…"] if operations[_SHOWN:] else [])])
    return f"{len(operations)} operation{'s' if operations[1:] else ''} ({names})"

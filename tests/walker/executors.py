"""What the two executors of codec plans make of one class: the methods that are generated, and the walker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from fuzzing import trees

from botobind import BotobindError
from botobind.formats import cbor, elements, json, query, value, xml, xmltokens
from botobind.formats.exact import UNWRITABLE
from botobind.testing import example
from botobind.walker import forms, markup, trees as tree_walker

RESHAPED = 12
"""Documents of each class and format in which something is wrong."""

_TREES = {"cbor": (cbor.WRITER, cbor.READER), "value": (value.WRITER, value.READER), "json": (json.WRITER, json.READER)}

Pair = tuple[str, Any, Any]
"""What was done, and what either executor made of it."""


def differences(cls: Any, seed: int) -> list[Pair]:
    """All that the executors do not agree upon."""
    return [pair for pair in _pairs(cls, Random(seed)) if pair[1] != pair[2]]


def _pairs(cls: Any, random: Random) -> Iterator[Pair]:
    values = [example(cls), cls.of_value({})] if not _needs_members(cls) else [example(cls)]
    for each in values:
        for name, (to, _) in _TREES.items():
            write = tree_walker.writer_of(cls, to)
            yield f"write {name}", _outcome(lambda: each.write_tree(to)), _outcome(lambda: write(each))  # noqa: B023
        yield "write query", _outcome(lambda: _form(each, each.write_query)), _outcome(lambda: _walked_form(cls, each))  # noqa: B023
        yield "write xml", _outcome(lambda: each.xml_text("a")), _outcome(lambda: _walked_xml(cls, each))  # noqa: B023
    yield from _readings(cls, values[0], random)


def _needs_members(cls: Any) -> bool:
    try:
        cls.of_value({})
    except BotobindError:
        return True
    return False


def _form(each: Any, write: Callable[[list[str], str], None]) -> list[str]:
    pieces: list[str] = []
    write(pieces, "&")
    return pieces


def _walked_form(cls: Any, each: Any) -> list[str]:
    pieces: list[str] = []
    forms.writer_of(cls)(each, pieces, "&")
    return pieces


def _walked_xml(cls: Any, each: Any) -> str:
    write = markup.writer_of(cls)
    return xml.element_text(lambda *lists: write(each, *lists), "a", markup.attributes_of(each, ""))


def _readings(cls: Any, whole: Any, random: Random) -> Iterator[Pair]:
    for name, dump, load, read, walk in (
        ("cbor", lambda: cbor.dump(whole.to_cbor()), cbor.parse, lambda tree: cls.read_tree(tree, cbor.READER), tree_walker.reader_of(cls, cbor.READER)),
        ("json", lambda: json.dump(whole.write_tree(json.WRITER)), json.parse, lambda tree: cls.read_tree(tree, json.READER), tree_walker.reader_of(cls, json.READER)),
        ("value", lambda: json.dump(whole.write_tree(json.WRITER)), json.parse, lambda tree: cls.read_tree(tree, value.READER), tree_walker.reader_of(cls, value.READER)),
        ("query", lambda: query.dump(whole.to_query()), lambda data: query.tree_of(query.parse(data)), cls.read_query, forms.reader_of(cls)),
        ("xml", lambda: xml.dump(whole.xml_text("a")), elements.parse, lambda node: xmltokens.read_element(node, cls.read_xml), lambda node: xmltokens.read_element(node, markup.reader_of(cls))),
    ):  # fmt: skip
        try:
            data = dump()
        except BotobindError:
            continue
        reshaped = (trees.reshape(data, "json" if name == "value" else name, random) for _ in range(RESHAPED))
        for document in [data, *(each for each in reshaped if each is not None)]:
            try:
                node = load(document)
            except BotobindError:
                continue
            yield f"read {name} {document!r}", _outcome(lambda: read(node)), _outcome(lambda: walk(node))  # noqa: B023


def _outcome(do: Callable[[], Any]) -> Any:
    try:
        found = do()
    except BotobindError as error:
        return f"{type(error).__name__}: {error}"
    except UNWRITABLE as error:
        return type(error).__name__
    return found if isinstance(found, (str, list, dict)) else found.reveal()

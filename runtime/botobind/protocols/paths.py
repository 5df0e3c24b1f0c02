"""URI templates: `/{Bucket}/{Key+}?acl` to paths, and paths back to their labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from botobind.attributes import field, frozen
from botobind.bodies.body_codecs import allocated
from botobind.cached import cached_property
from botobind.errors import DecodeError, EncodeError
from botobind.wire import segments
from botobind.wire.percent import decode, encode, find_reserved

if TYPE_CHECKING:
    from botobind.shapes import Shape

_DOT_SEGMENTS = (".", "..")
"""Whoever handles a URI may take them for this segment and the one above (RFC 3986, 5.2.4). In keys, which are greedy,
they are what S3 has.
"""
_LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
_WHOLE = re.compile(rf"{_LABEL.pattern}|[^{{}}]*")
"""A segment that is a label as a whole, or has none."""
_NOTHING = "/"
"""What no segment is."""


def _attribute_of(cls: type[Shape], label: str) -> str | None:
    """The attribute whose text is a label as it is; None for one that is written otherwise."""
    value = allocated(cls)
    for attribute in cls.MEMBERS:
        setattr(value, attribute, "text")
        try:
            if value.to_labels() == {label: "text"}:
                return attribute
        except (AttributeError, TypeError, ValueError, EncodeError):
            # A label of another type.
            return None
        setattr(value, attribute, None)
    return None


def _encoded(name: str, value: str | None, *, is_greedy: bool) -> str:
    if not value:
        raise EncodeError("required for the URI, and not empty").under(name)
    if not is_greedy and value in _DOT_SEGMENTS:
        raise EncodeError("a segment of the URI cannot be a dot or two").under(name)
    try:
        return "/".join(map(encode, value.split("/"))) if is_greedy else encode(value)
    except UnicodeEncodeError:
        raise EncodeError("text cannot be written in UTF-8").under(name) from None


@frozen(slots=False)
class UriTemplate:
    """The URI of a REST operation, as the model has it."""

    text: str
    _path: str = field(init=False, repr=False)
    constants: tuple[tuple[str, str], ...] = field(init=False, repr=False)
    """The constant part of the query string, decoded."""

    def __attrs_post_init__(self) -> None:
        path, _, query = self.text.partition("?")
        object.__setattr__(self, "_path", path or "/")
        pairs = (pair.partition("=") for pair in query.split("&") if pair)
        object.__setattr__(self, "constants", tuple((decode(name), decode(value)) for name, _, value in pairs))

    @cached_property
    def _head(self) -> str:
        """The path before its first label."""
        return _LABEL.split(self._path, 1)[0]

    @cached_property
    def labels(self) -> tuple[tuple[str, bool, str], ...]:
        """The names of the labels, whether each is greedy, and the text behind it."""
        chunks = _LABEL.split(self._path)
        return tuple(
            (name, bool(plus), text) for name, plus, text in zip(chunks[1::3], chunks[2::3], chunks[3::3], strict=True)
        )

    def expand(self, labels: Mapping[str, str]) -> str:
        """The path, percent-encoded. Raises `EncodeError` for labels that are missing or empty."""
        return self._head + "".join(
            [_encoded(name, labels.get(name), is_greedy=is_greedy) + text for name, is_greedy, text in self.labels]
        )

    def writer(self, cls: type[Shape]) -> Callable[[Any], str]:
        """What gives the paths of a class's values: `expand`, with what can be known beforehand in it."""
        expand, head = self.expand, self._head
        if not self.labels:
            return lambda _: head
        (name, is_greedy, tail), *others = self.labels
        attribute = None if others or is_greedy else _attribute_of(cls, name)
        if attribute is None:
            return lambda value: expand(value.to_labels())
        get = attrgetter(attribute)

        def write(value: Shape) -> str:
            label = get(value)
            # Most labels are names, in which nothing needs an encoding.
            if label and label.__class__ is str and find_reserved(label) is None and label[0] != ".":
                return f"{head}{label}{tail}"
            return expand(value.to_labels())

        return write

    @cached_property
    def _segments(self) -> list[str]:
        """The segments. One in which labels are but parts is `{}`, which is anything at first; where nobody can tell
        the end of such a label no text is like it.
        """
        return [
            segment if _WHOLE.fullmatch(segment) else "{}" if at in self._parts else _NOTHING
            for at, segment in enumerate(self._path.split("/"))
        ]

    @cached_property
    def _parts(self) -> dict[int, tuple[list[str], list[str]]]:
        """The segments in which labels are but parts: the names of these, and the literals around them. Those with
        greedy labels are not among them, since nobody can tell where such a label ends.
        """
        found = {}
        for at, segment in enumerate(self._path.split("/")):
            chunks = _LABEL.split(segment)
            if not _WHOLE.fullmatch(segment) and "+" not in chunks[2::3]:
                found[at] = (chunks[1::3], chunks[::3])
        return found

    @cached_property
    def _greedy_at(self) -> int | None:
        # Where two are greedy nobody knows where the first ends, unless each is one segment.
        found = [at for at, segment in enumerate(self._segments) if (label := _LABEL.fullmatch(segment)) and label[2]]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _label_places(self) -> tuple[tuple[int, str], ...]:
        """The segments that are labels, each with its name."""
        found = ((at, _LABEL.fullmatch(segment)) for at, segment in enumerate(self._segments))
        return tuple((at, match[1]) for at, match in found if match)

    def labels_of(self, path: str) -> dict[str, str]:
        """The decoded labels of a percent-encoded path. One trailing slash more or less is overlooked.

        Raises `DecodeError` for a path that this template does not give, or gives for several values of labels that
        are parts of a segment.
        """
        given = path.split("/")
        aligned = self._aligned(given)
        if aligned is None and given[-1] == "":
            aligned = self._aligned(given[:-1])
        if aligned is None:
            aligned = self._aligned([*given, ""])
        if aligned is None:
            raise DecodeError(f"expected a path like {self._path}")
        labels = {name: decode(aligned[at]) for at, name in self._label_places}
        for at, (names, literals) in self._parts.items():
            texts = segments.labels_between(literals, aligned[at])
            if texts is None:
                raise DecodeError(f"expected a path like {self._path}, which can be read in one way")
            labels.update(zip(names, map(decode, texts), strict=True))
        return labels

    def _aligned(self, given: list[str]) -> list[str] | None:
        """The segments of a path, as many as the template has: those of a greedy label joined."""
        wanted, greedy = self._segments, self._greedy_at
        if greedy is not None and len(given) > len(wanted):
            end = greedy + 1 + len(given) - len(wanted)
            given = [*given[:greedy], "/".join(given[greedy:end]), *given[end:]]
        if len(given) != len(wanted):
            return None
        for pattern, text in zip(wanted, given, strict=True):
            if pattern != text and not (text if pattern[:1] == "{" else pattern == decode(text)):
                return None
        return given

"""JSON of requests, held against the model in C: most requests are what their model asks for.

From a class's third document on, msgspec decodes documents into types that are as strict as the checks in Python, and
most constraints with them; what comes of it is thrown away. What msgspec refuses may still be right, or deserves an
error with its path: that is left to the checks in Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from attrs import define, field

from botobind import learning, schema
from botobind.checks import lengths
from botobind.constraints import Bounds, Matches, compile_pattern
from botobind.matching import longest_harmless
from botobind.protocols import places, strict
from botobind.shapes import Union

if TYPE_CHECKING:
    from botobind.protocols.places import Place, TimestampFormat
    from botobind.schema import Node, Scalar
    from botobind.shapes import Shape

__all__ = ["check_document"]

_DOCUMENTS_IN_PYTHON = 2


def check_document(cls: type[Shape], data: bytes, *, is_body: bool) -> bool:
    """Holds a document against a class, or against its members in the body alone, as `strict.check_tree` does.

    Whether it is also sure to keep the constraints of the class. Raises `DecodeError`.
    """
    decoder = _DECODERS.of_class(cls, is_body=is_body)
    if decoder.takes(data):
        return decoder.knows_constraints
    from botobind.formats import json

    strict.check_tree(cls, json.parse(data), is_json=True, is_body=is_body)
    return False


@define(eq=False)
class _Decoder:
    """What decodes a class's documents in C, once there is something."""

    _cls: type[Shape]
    _is_body: bool
    knows_constraints: bool = False
    """Whether all constraints are kept by what it takes."""
    _decode: Callable[[bytes], Any] | None = None
    _left: int = _DOCUMENTS_IN_PYTHON

    def takes(self, data: bytes) -> bool:
        if self._decode is None and not self._prepare():
            return False
        try:
            self._decode(data)  # type: ignore[misc] # it is prepared
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return False
        return True

    def _prepare(self) -> bool:
        if self._left:
            self._left -= 1
            return False
        with learning.alone() as is_alone:
            if is_alone:
                types = _Types()
                decoder = msgspec.json.Decoder(types.of_class(self._cls, is_body=self._is_body))
                self.knows_constraints = not types.leaves_patterns
                self._decode = decoder.decode
            return self._decode is not None


@define(eq=False)
class _Decoders:
    _made: dict[tuple[type[Shape], bool], _Decoder] = field(factory=dict)

    def of_class(self, cls: type[Shape], *, is_body: bool) -> _Decoder:
        key = (cls, is_body and cls.IN_BODY is not None)
        return self._made.get(key) or self._made.setdefault(key, _Decoder(*key))


_DECODERS = _Decoders()


class _Types:
    """Types that take no more than the checks in Python do. A member that has no such type is one that is absent."""

    def __init__(self) -> None:
        self._structures: dict[tuple[type[Shape], bool], Any] = {}
        self._pending: list[tuple[type[Shape], bool]] = []
        self.leaves_patterns = False
        """Whether there are constraints that the types leave unchecked."""

    def of_class(self, cls: type[Shape], *, is_body: bool) -> Any:
        """The type of a class's documents, complete with all that it refers to."""
        found = self._structure(cls, is_body=is_body)
        while self._pending:
            each, of_body = self._pending.pop()
            # Only now, since structures may hold themselves.
            self._structures[each, of_body].__annotations__ = {
                name: self._node(place.node, place.timestamps)
                if is_required
                else _or_none(self._node(place.node, place.timestamps))
                for name, place, is_required in _members(each, is_body=of_body)
            }
        return found

    def _structure(self, cls: type[Shape], *, is_body: bool = False) -> Any:
        key = (cls, is_body)
        if key not in self._structures:
            members = _members(cls, is_body=is_body)
            self._structures[key] = msgspec.defstruct(
                cls.__name__,
                [(name, Any) if is_required else (name, Any, None) for name, _, is_required in members],
                rename={name: place.name for name, place, _ in members},
                forbid_unknown_fields=issubclass(cls, Union),
                gc=False,
                kw_only=True,
            )
            self._pending.append(key)
        return self._structures[key]

    def _node(self, node: Node, timestamps: TimestampFormat) -> Any:
        match node:
            case schema.Scalar():
                return self._scalar(node, timestamps)
            case schema.Reference(target=target):
                return self._structure(target)
            case schema.ListOf():
                return _sized(list[self._entry(node.item, timestamps, sparse=node.sparse)], node)  # type: ignore[misc]
            case schema.MapOf():
                key, value = self._scalar(node.key, timestamps), self._entry(node.value, timestamps, sparse=node.sparse)
                return _sized(dict[key, value], node)  # type: ignore[valid-type]
            case schema.StreamOf():
                return type(None)

    def _entry(self, node: Node, timestamps: TimestampFormat, *, sparse: bool) -> Any:
        found = self._node(node, timestamps)
        return _or_none(found) if sparse else found

    def _scalar(self, node: Scalar, timestamps: TimestampFormat) -> Any:
        match node.kind:
            case "str":
                return self._text(node)
            case "bytes":
                return _sized(bytes, node)
            case "bool":
                return bool
            case "int":
                return _integer(node)
            case "float":
                return _number(node)
            case "datetime" if timestamps == "epoch":
                return int | float
            case "datetime":
                return Annotated[str, msgspec.Meta(pattern=strict.whole_pattern_of(timestamps))]
            case "document":
                return Any
            case "stream":
                return type(None)

    def _text(self, node: Scalar) -> Any:
        if node.enum is not None:
            values = tuple(member.value for member in node.enum)
            return Literal[values] if values else type(None)
        found = _sized(str, node)
        _, most = lengths(node.constraints)
        for constraint in node.constraints:
            if isinstance(constraint, Matches):
                compiled = compile_pattern(constraint.pattern)
                if isinstance(compiled, re.Pattern) and most <= longest_harmless(constraint.pattern):
                    found = Annotated[found, msgspec.Meta(pattern=compiled.pattern)]
                else:
                    # Some texts may take long: that is watched where Python asks.
                    self.leaves_patterns = True
        return found


def _or_none(found: Any) -> Any:
    return found if found in (Any, type(None)) else found | None


def _members(cls: type[Shape], *, is_body: bool) -> list[tuple[str, Place, bool]]:
    """The members in a document: the name of the field, the place, and whether the member must be there."""
    required = {member.name for member in schema.members_of(cls) if member.required}
    found = places.in_body(cls) if is_body else places.in_tree(cls)
    return [(f"m{number}", place, place.member in required) for number, place in enumerate(found)]


def _sized(of: Any, node: schema.ListOf | schema.MapOf | Scalar) -> Any:
    """A type with the lengths of a node's constraints."""
    least, most = lengths(node.constraints)
    if not least and most == float("inf"):
        return of
    return Annotated[of, msgspec.Meta(min_length=int(least), max_length=None if most == float("inf") else int(most))]


def _integer(node: Scalar) -> Any:
    least, greatest = strict.range_of(node)
    for constraint in node.constraints:
        if isinstance(constraint, Bounds):
            least = max(least, least if constraint.minimum is None else _rounded(constraint.minimum, up=True))
            greatest = min(greatest, greatest if constraint.maximum is None else _rounded(constraint.maximum, up=False))
    return Annotated[int, msgspec.Meta(ge=least, le=greatest)]


def _rounded(bound: float, *, up: bool) -> int:
    whole = int(bound)
    return whole if whole == bound else whole + (bound > whole if up else -(bound < whole))


def _number(node: Scalar) -> Any:
    bounds = [constraint for constraint in node.constraints if isinstance(constraint, Bounds)]
    if not bounds:
        return float | Literal["NaN", "Infinity", "-Infinity"]
    (bound,) = bounds
    return Annotated[float, msgspec.Meta(ge=bound.minimum, le=bound.maximum)]

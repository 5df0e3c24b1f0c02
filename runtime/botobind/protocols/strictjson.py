"""Wire structs of JSON requests, which take no more than the strict checks in Python do.

Most requests are what their model asks for: msgspec holds a document against types with nearly all of the model's
constraints while it decodes it. What it refuses may still be right, or deserves an error with its path: that is left to
the checks in Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec

from botobind import schema
from botobind.constraints import Bounds, Matches
from botobind.dialect import compile_pattern
from botobind.protocols import places, strict
from botobind.rules.structs import struct_of
from botobind.validation.checks import lengths
from botobind.validation.matching import longest_harmless
from botobind.wire_structs import JsonWireStructs, Making

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.rules.naming import TimestampFormat
    from botobind.schema import Node, Scalar
    from botobind.serializers import TreeFormat
    from botobind.tables import ReferenceSchema

__all__ = ["StrictJsonWireStructs"]


class _Classes(Mapping[str, Any]):
    """The classes of a `values` package, each loaded when it is asked for."""

    def __init__(self, values: ModuleType) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self._values, name)
        except AttributeError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(dir(self._values))

    def __len__(self) -> int:
        return len(dir(self._values))


class StrictJsonWireStructs(JsonWireStructs):
    """Wire structs of JSON documents in requests."""

    are_final: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.with_more: set[type[TreeFormat]] = set()
        """The classes that have constraints which their wire structs leave unchecked."""

    def classes_of(self, values: ModuleType) -> Mapping[str, Any]:
        """All classes: servers know what they are asked for."""
        return _Classes(values)

    def making(self, loaded: Mapping[str, Any]) -> Making:
        """What makes strict wire structs."""
        return _StrictMaking(self, loaded)


class _StrictMaking(Making):
    """Makes strict wire structs."""

    def __init__(self, wire_structs: StrictJsonWireStructs, loaded: Mapping[str, Any]) -> None:
        super().__init__(wire_structs, loaded)
        self._with_more = wire_structs.with_more

    def wire_struct_of(self, cls: type[TreeFormat]) -> type:
        """The wire struct of a class."""
        found = super().wire_struct_of(cls)
        self.keeps_constraints = self._with_more.isdisjoint(self._wire_structs)
        return found

    def _required(self, cls: type[TreeFormat]) -> frozenset[str]:
        return super()._required(cls) | (cls.REQUIRED & (struct_of(cls) or {}).keys())

    def _annotations(self, cls: type[TreeFormat]) -> dict[str, Any]:
        required = self._required(cls)
        found = super()._annotations(cls)
        attributes = {name: attribute for attribute, name in cls.MEMBERS.items()}
        for place in places.in_body(cls):
            attribute = attributes[place.member]
            if attribute in found:
                reference = (struct_of(cls) or {})[attribute].reference
                self._left_unchecked = False
                kind = self._node(place.node, place.timestamps, reference)
                if self._left_unchecked:
                    self._with_more.add(cls)
                found[attribute] = kind if attribute in required else _or_none(kind)
        return found

    def _node(self, node: Node, timestamps: TimestampFormat, reference: ReferenceSchema) -> Any:
        match node:
            case schema.Scalar():
                return self._type(reference) if node.kind == "document" else self._scalar(node, timestamps)
            case schema.ListOf():
                return _sized(list[self._entry(node.item, timestamps, reference)], node)  # type: ignore[misc]
            case schema.MapOf():
                key, value = self._scalar(node.key, timestamps), self._entry(node.value, timestamps, reference)
                return _sized(dict[key, value], node)  # type: ignore[valid-type]
            case _:
                return self._type(reference)

    def _entry(self, node: Node, timestamps: TimestampFormat, reference: ReferenceSchema) -> Any:
        """The type of what is in a list or map."""
        assert reference.inner is not None  # noqa: S101 - for type checkers
        found = self._node(node, timestamps, reference.inner)
        return _or_none(found) if reference.traits.get("sparse") else found

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
            case _:
                return type(None)

    def _text(self, node: Scalar) -> Any:
        if node.enum is not None:
            values = tuple(member.value for member in node.enum)
            return Literal[values] if values else type(None)
        found = _sized(str, node)
        _, most = lengths(node.constraints)
        patterns = [constraint.pattern for constraint in node.constraints if isinstance(constraint, Matches)]
        for pattern in patterns if len(patterns) == 1 else ():
            compiled = compile_pattern(pattern)
            if isinstance(compiled, re.Pattern) and most <= longest_harmless(pattern):
                return Annotated[found, msgspec.Meta(pattern=compiled.pattern)]
        # Some texts may take long: that is watched where Python asks.
        self._left_unchecked = self._left_unchecked or bool(patterns)
        return found


def _or_none(found: Any) -> Any:
    return found if found in (Any, type(None)) else found | None


def _sized(of: Any, node: schema.ListOf | schema.MapOf | Scalar) -> Any:
    """A type with the lengths of a node's constraints."""
    least, most = lengths(node.constraints)
    if not least and most == float("inf"):
        return of
    return Annotated[of, msgspec.Meta(min_length=int(least), max_length=None if most == float("inf") else int(most))]


def _integer(node: Scalar) -> Any:
    least, greatest = strict.range_of(node)
    minimum, maximum = _bounds(node)
    if minimum is not None:
        least = max(least, _rounded(minimum, up=True))
    if maximum is not None:
        greatest = min(greatest, _rounded(maximum, up=False))
    return Annotated[int, msgspec.Meta(ge=least, le=greatest)]


def _bounds(node: Scalar) -> tuple[float | None, float | None]:
    """The least and the greatest number that the constraints allow."""
    bounds = [constraint for constraint in node.constraints if isinstance(constraint, Bounds)]
    return (
        max((bound.minimum for bound in bounds if bound.minimum is not None), default=None),
        min((bound.maximum for bound in bounds if bound.maximum is not None), default=None),
    )


def _rounded(bound: float, *, up: bool) -> int:
    whole = int(bound)
    return whole if whole == bound else whole + (bound > whole if up else -(bound < whole))


def _number(node: Scalar) -> Any:
    # Those that are no JSON numbers come as texts, which are left to the checks in Python.
    least, greatest = _bounds(node)
    return float if least is greatest is None else Annotated[float, msgspec.Meta(ge=least, le=greatest)]


STRUCTS = StrictJsonWireStructs()
"""The wire structs of all classes."""

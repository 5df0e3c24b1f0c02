"""JSON Schema of generated classes: what `to_json` gives and `of_json` takes, with the model's constraints.

https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from botobind import schema
from botobind.constraints import Bounds, Len, Matches
from botobind.markers import expect_shape_class
from botobind.rules.plans import plan_of, plan_of_body

if TYPE_CHECKING:
    from botobind.rules.naming import BodyFormat
    from botobind.rules.plans import MemberPlan, ValuePlan
    from botobind.schema import Node
    from botobind.shapes import Shape

__all__ = ["DIALECT", "SchemaWriter", "constraint_keywords", "definitions_of", "json_schema", "schema_of_class"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SPECIAL_NUMBERS = ["NaN", "Infinity", "-Infinity"]
_BITS = {8: "int8", 16: "int16", 32: "int32", 64: "int64"}
_TIMES = {
    "epoch": {"type": "number"},
    "iso8601": {"type": "string", "format": "date-time"},
    "rfc822": {"type": "string"},
}
"""A time by how it travels."""


_OTHERWISE = re.compile(r"\\[AZzpPQEGhHRX]|\(\?(?!:)|\[:|[*+?}]\+|&&|\\s|\\w|\\d")
"""What ECMAScript reads otherwise, or not at all: Java's anchors, flags, classes of letters in other scripts."""


def json_schema(cls: type[Any], *, at: str = "#/$defs/") -> dict[str, Any]:
    """The schema of a class, with those of the classes that it names below `$defs`.

    `at` is where references look for classes, with the name after it. Patterns that ECMAScript reads otherwise than the
    model means are left out, and so are lengths of blobs, which are those of the bytes and not of base64. Raises
    `TypeError` for what is no generated class.
    """
    found = dict(definitions_of([cls], at=at))
    return {"$schema": DIALECT, "$ref": f"{at}{cls.__name__}", "$defs": found}


def definitions_of(classes: Iterable[type[Any]], *, at: str = "#/$defs/") -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas of classes and of all that they name, by name. Raises `TypeError` for what is no generated class."""
    left, known = [*classes], set()
    while left:
        cls = expect_shape_class(left.pop())
        if cls in known:
            continue
        known.add(cls)
        found, named = schema_of_class(cls, lambda target: {"$ref": f"{at}{target.__name__}"})
        yield cls.__name__, found
        left += named


def schema_of_class(
    cls: type[Any], refer: Callable[[type[Any]], dict[str, Any]]
) -> tuple[dict[str, Any], list[type[Any]]]:
    """The schema of a class alone, and the classes that it names; `refer` gives the references to them."""
    writer = SchemaWriter(refer)
    return writer.structure(expect_shape_class(cls)), writer.named


def constraint_keywords(constraints: tuple[object, ...], what: str) -> dict[str, Any]:
    """What schemas say of constraints; sizes are those of `Length`, `Items` or `Properties`."""
    return {**_sizes(constraints, what), **_bounds(constraints), **_pattern(constraints)}


class SchemaWriter:
    """Writes the schemas of classes, and notes which others they name. Subclasses write those of other formats."""

    body_format: ClassVar[BodyFormat] = "json"

    def __init__(self, refer: Callable[[type[Any]], dict[str, Any]]) -> None:
        self._refer = refer
        self.named: list[type[Shape]] = []

    def structure(self, cls: type[Shape], *, in_body: bool = False) -> dict[str, Any]:
        """The schema of a class, or of its members that are in the body of a message."""
        plan = (plan_of_body if in_body else plan_of)(cls, self.body_format)
        nodes = {member.attribute: member for member in schema.members_of(cls)}
        members = [each for each in plan.members if each.is_attribute or plan.by_name.get(each.name, each) is each]
        properties = {each.name: self.member(cls, each, nodes[each.attribute].node) for each in members}
        found: dict[str, Any] = {"title": cls.SHAPE, "type": "object", "properties": properties}
        required = [each.name for each in members if nodes[each.attribute].required]
        if plan.is_union:
            # A member that is not known yet may be there in place of one of these.
            return found | {"maxProperties": 1, "minProperties": 1}
        if required:
            found["required"] = required
        return found

    def member(self, cls: type[Shape], member: MemberPlan, node: Node) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """The schema of a member."""
        found = self.node(node, member.value)
        return found | {"writeOnly": True} if schema.is_sensitive(node) else found

    def node(self, node: Node, plan: ValuePlan) -> dict[str, Any]:
        """The schema of a value."""
        match node:
            case schema.Reference(target=target):
                self.named.append(target)
                return self._refer(target)
            case schema.ListOf(item=item):
                return self.list_of(self._inner(item, plan, sparse=node.sparse), node, plan)
            case schema.MapOf(value=value):
                return self.map_of(self._inner(value, plan, sparse=node.sparse), node, plan)
            case schema.StreamOf(event=event):
                return {"type": "array", "items": self.node(event, plan.inner or plan)}
        return self.scalar(node, plan)

    def list_of(self, item: dict[str, Any], node: schema.ListOf, plan: ValuePlan) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """The schema of a list, of that of its items."""
        return {"type": "array", "items": item, **_sizes(node.constraints, "Items")}

    def map_of(self, value: dict[str, Any], node: schema.MapOf, plan: ValuePlan) -> dict[str, Any]:
        """The schema of a map, of that of its values."""
        keys = self.key_of(node, plan) if node.key.constraints else {}
        names = {"propertyNames": keys} if keys else {}
        return {"type": "object", "additionalProperties": value, **names, **_sizes(node.constraints, "Properties")}

    def key_of(self, node: schema.MapOf, plan: ValuePlan) -> dict[str, Any]:
        """The schema of a map's keys."""
        return self.scalar(node.key, plan._replace(kind="string"))

    def scalar(self, node: schema.Scalar, plan: ValuePlan) -> dict[str, Any]:
        """The schema of a scalar."""
        return _scalar(node, plan)

    def _inner(self, node: Node, plan: ValuePlan, *, sparse: bool) -> dict[str, Any]:
        found = self.node(node, plan.inner or plan)
        return {"anyOf": [found, {"type": "null"}]} if sparse else found


def _scalar(node: schema.Scalar, plan: ValuePlan) -> dict[str, Any]:
    match node.kind:
        case "bool":
            return {"type": "boolean"}
        case "int":
            return {"type": "integer", "format": _BITS.get(node.bits, "int64"), **_bounds(node.constraints)}
        case "float":
            numbers: dict[str, Any] = {"type": "number", "format": "float" if node.single_precision else "double"}
            return {"anyOf": [{**numbers, **_bounds(node.constraints)}, {"enum": _SPECIAL_NUMBERS}]}
        case "bytes" | "stream":
            return {"type": "string", "contentEncoding": "base64"}
        case "datetime":
            return dict(_TIMES[plan.time_format])
        case "document":
            return {"type": "string", "contentMediaType": "application/json"} if plan.kind == "jsonvalue" else {}
    found: dict[str, Any] = {"type": "string", **_sizes(node.constraints, "Length"), **_pattern(node.constraints)}
    # Services add values, so that those of the model are examples of what there may be.
    return found | {"examples": [each.value for each in node.enum]} if node.enum is not None else found


def _sizes(constraints: tuple[object, ...], what: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for each in constraints:
        if isinstance(each, Len):
            if each.minimum:
                found[f"min{what}"] = each.minimum
            if each.maximum is not None:
                found[f"max{what}"] = each.maximum
    return found


def _bounds(constraints: tuple[object, ...]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for each in constraints:
        if isinstance(each, Bounds):
            found |= {"minimum": each.minimum} if each.minimum is not None else {}
            found |= {"maximum": each.maximum} if each.maximum is not None else {}
    return found


def _pattern(constraints: tuple[object, ...]) -> Mapping[str, str]:
    for each in constraints:
        if isinstance(each, Matches) and not _OTHERWISE.search(each.pattern):
            pattern = each.pattern
            is_anchored = pattern.startswith("^") and pattern.endswith("$") and "|" not in pattern
            return {"pattern": pattern if is_anchored else f"^(?:{pattern})$"}
    return {}

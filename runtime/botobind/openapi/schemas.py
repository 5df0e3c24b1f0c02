"""Schemas of documents in XML and CBOR and of forms, where OpenAPI has more to say than JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from botobind import schema, tables
from botobind.jsonschema import SchemaWriter, constraint_keywords
from botobind.rules.plans import plan_of

if TYPE_CHECKING:
    from botobind.rules.naming import BodyFormat
    from botobind.rules.plans import MemberPlan, ValuePlan
    from botobind.schema import Node
    from botobind.shapes import Shape
    from botobind.tables import ReferenceSchema

__all__ = ["BINARY", "CborWriter", "XmlWriter", "form_of", "named_in_xml"]

_Schema = dict[str, Any]

BINARY: _Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
"""Bytes as they are."""

_SYNTAX = re.compile(r"[][\\.*+?^${}()|/]")
_INDEX = r"\.[1-9][0-9]*"


class CborWriter(SchemaWriter):
    """CBOR: bytes are bytes, timestamps are tagged numbers, and all numbers are numbers."""

    body_format: ClassVar[BodyFormat] = "cbor"

    def scalar(self, node: schema.Scalar, plan: ValuePlan) -> _Schema:
        """The schema of a scalar."""
        match node.kind:
            case "bytes" | "stream":
                return dict(BINARY)
            case "datetime":
                return {"type": "number", "description": "Seconds since 1970, tagged as such (1)."}
            case "float":
                return {"type": "number", "format": "double", **constraint_keywords(node.constraints, "Length")}
        return super().scalar(node, plan)


class _TextWriter(SchemaWriter):
    """Formats whose scalars are texts, documents included."""

    def scalar(self, node: schema.Scalar, plan: ValuePlan) -> _Schema:
        """The schema of a scalar."""
        if node.kind == "document":
            return {"type": "string", "contentMediaType": "application/json"}
        return super().scalar(node, plan)


class XmlWriter(_TextWriter):
    """XML: with OpenAPI's `xml` objects for names, attributes, namespaces and what is wrapped. Maps are arrays of
    entries, as OpenAPI has no others in XML (https://spec.openapis.org/oas/v3.1.1#xml-object).
    """

    body_format: ClassVar[BodyFormat] = "xml"

    def member(self, cls: type[Shape], member: MemberPlan, node: Node) -> _Schema:
        """The schema of a member."""
        found = super().member(cls, member, node)
        if member.is_attribute:
            uri, prefix = member.namespace or (None, None)
            return named_in_xml(found, member.name.rpartition(":")[2], uri, prefix, attribute=True)
        [reference] = (each.reference for each in tables.members_of(cls) if each.attribute == member.attribute)
        return _with_namespace(found, reference)

    def list_of(self, item: _Schema, node: schema.ListOf, plan: ValuePlan) -> _Schema:
        """The schema of a list: its elements are called as the member is, or wrapped."""
        if plan.is_flat:
            return super().list_of(item, node, plan)
        return super().list_of(named_in_xml(item, plan.item_name), node, plan) | {"xml": {"wrapped": True}}

    def map_of(self, value: _Schema, node: schema.MapOf, plan: ValuePlan) -> _Schema:
        """The schema of a map: the array of its entries."""
        properties = {plan.key_name: self.key_of(node, plan), plan.value_name: value}
        entry: _Schema = {"type": "object", "properties": properties, "required": [plan.key_name]}
        found = {"type": "array", **constraint_keywords(node.constraints, "Items")}
        if plan.is_flat:
            return {**found, "items": entry}
        return {**found, "items": named_in_xml(entry, "entry"), "xml": {"wrapped": True}}


def named_in_xml(
    found: _Schema, name: str, uri: str | None = None, prefix: str | None = None, *, attribute: bool = False
) -> _Schema:
    """The schema of an element, or attribute, of this name and namespace; where they are empty, that stays as it is."""
    more = {"name": name, "namespace": uri, "prefix": prefix, "attribute": attribute}
    return {**found, "xml": {**found.get("xml", {}), **{key: value for key, value in more.items() if value}}}


def _with_namespace(found: _Schema, reference: ReferenceSchema) -> _Schema:
    namespace = reference.traits.get("xmlNamespace")
    return found if namespace is None else named_in_xml(found, "", *namespace)


def form_of(cls: type[Shape] | None, constants: dict[str, str]) -> _Schema:
    r"""The schema of a form as an object of its parameters. Those of structures, lists and maps go by the patterns of
    their names, such as `^Tags\.member\.[1-9][0-9]*\.Key$`: OpenAPI knows no such forms.
    """
    properties: _Schema = {name: {"type": "string", "const": value} for name, value in constants.items()}
    required, patterns = [*constants], {}
    if cls is not None:
        nodes = {member.attribute: member for member in schema.members_of(cls)}
        for each in plan_of(cls, "query").members:
            member = nodes[each.attribute]
            for name, found in _parameters(member.node, each.value, _escaped(each.name), (cls,)):
                if name == _escaped(each.name) and isinstance(member.node, schema.Scalar):
                    properties[each.name] = found
                    required += [each.name] if member.required else []
                else:
                    patterns[f"^{name}$"] = found
    found = {"type": "object", "properties": properties, "required": required}
    return {**found, "patternProperties": patterns} if patterns else found


def _parameters(node: Node, plan: ValuePlan, name: str, inside: tuple[type[Any], ...]) -> Iterator[tuple[str, _Schema]]:
    """The names of a value's parameters, as patterns, and their schemas."""
    inner = plan.inner or plan
    match node:
        case schema.Scalar():
            yield name, _TextWriter(_nothing).scalar(node, plan)
            return
        case schema.Reference(target=target):
            if target in inside:
                # A structure in itself: its parameters have no end.
                yield rf"{name}\..+", {"type": "string"}
                return
            nodes = {member.attribute: member.node for member in schema.members_of(target)}
            for each in plan_of(target, "query").members:
                below = rf"{name}\.{_escaped(each.name)}"
                yield from _parameters(nodes[each.attribute], each.value, below, (*inside, target))
        case schema.ListOf(item=item):
            item_name = "" if plan.is_flat else rf"\.{_escaped(plan.item_name)}"
            yield from _entry(item, inner, f"{name}{item_name}{_INDEX}", inside, sparse=node.sparse)
        case schema.MapOf():
            entry = name + ("" if plan.is_flat else r"\.entry") + _INDEX
            yield rf"{entry}\.{_escaped(plan.key_name)}", _TextWriter(_nothing).key_of(node, plan)
            value_name = rf"{entry}\.{_escaped(plan.value_name)}"
            yield from _entry(node.value, inner, value_name, inside, sparse=node.sparse)
    # What is empty is a parameter without a value.
    yield name, {"type": "string", "const": ""}


def _entry(
    node: Node, plan: ValuePlan, name: str, inside: tuple[type[Any], ...], *, sparse: bool
) -> Iterator[tuple[str, _Schema]]:
    """The names of the parameters of an item or a value of a map, as patterns, and their schemas. A null of a sparse
    list or map has a parameter that says so.
    """
    yield from _parameters(node, plan, name, inside)
    if sparse:
        yield rf"{name}\.nil", {"type": "string", "const": "true"}


def _escaped(name: str) -> str:
    """The name in a pattern of ECMAScript, where a hyphen must not be escaped."""
    return _SYNTAX.sub(r"\\\g<0>", name)


def _nothing(_: type[Any]) -> _Schema:
    return {}

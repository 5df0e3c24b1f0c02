"""The class of a structure, union or error: everything that its module says."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from botobind_codegen.codecs.cbor_writing import CborWriting
from botobind_codegen.codecs.errors import ErrorCodec
from botobind_codegen.codecs.header import HeaderCodec
from botobind_codegen.codecs.query import QueryWriting
from botobind_codegen.codecs.reading import FORMATS, Reading
from botobind_codegen.codecs.tables import Tables
from botobind_codegen.codecs.twin_writing import TwinWriting
from botobind_codegen.codecs.twins import TwinCodec
from botobind_codegen.codecs.uri import UriCodec
from botobind_codegen.codecs.writing import Writing
from botobind_codegen.codecs.xml import XmlWriting
from botobind_codegen.codecs.xml_reading import XmlReading
from botobind_codegen.literals import literal
from botobind_codegen.model import Member, Shape
from botobind_codegen.plan.annotations import Annotations
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.texts import Text, text_of_class


@frozen
class Attribute:
    """A line of a class body. A constant has a value, a member may have a default."""

    name: str
    annotation: str
    value: str | None


@frozen
class ClassPlan:
    """A class, ready to be laid out."""

    name: str
    base: str
    documentation: Text
    constants: tuple[Attribute, ...]
    members: tuple[Attribute, ...]
    methods: tuple[tuple[str, ...], ...]


def plan_class(plan: Plan, shape: Shape, imports: Imports) -> ClassPlan:
    """The class of a structure, union or error."""
    base = "ErrorShape" if shape.error else "Union" if shape.is_union else "Structure"
    formats = [imports.use("botobind.serializers", name) for name in plan.format_bases]
    mandatory = plan.mandatory(shape)
    imports.use("botobind.classes", "define")
    return ClassPlan(
        name=plan.names.classes[shape.name],
        base=", ".join([imports.use("botobind.shapes", base), *formats]),
        documentation=text_of_class(plan, shape),
        constants=tuple(_constants(plan, shape, imports)),
        members=tuple(_members(plan, shape, imports, mandatory)),
        methods=tuple(tuple(lines) for lines in _methods(plan, shape, imports, mandatory)),
    )


def _constants(plan: Plan, shape: Shape, imports: Imports) -> list[Attribute]:
    attributes = plan.names.attributes[shape.name]

    def constant(name: str, value: object) -> Attribute:
        return Attribute(name, "", literal(value))

    found = [] if shape.name == plan.names.classes[shape.name] else [constant("SHAPE", shape.name)]
    body = plan.body(shape)
    if body != plan.kinds.body:
        found.append(constant("BODY", body))
    tables, mandatory = Tables(plan.service, plan.kinds.rules, plan.names.classes), plan.mandatory(shape)
    rows = {
        attributes[member.name]: tables.row(
            shape, member, mandatory=member.name in mandatory, sensitive=plan.is_sensitive(member.reference)
        )
        for member in shape.members
    }
    found.append(constant("SCHEMA", rows))
    errors = ErrorCodec(plan.kinds, plan.names, imports)
    if any_error := errors.errors_of(shape):
        found.append(Attribute("ERRORS", "", errors.table(any_error)))
    traits = {**shape.traits, **({"sensitive": True} if shape.sensitive else {})}
    member_traits = {
        attributes[member.name]: kept for member in shape.members if (kept := _member_traits(plan, member))
    }
    found += [constant(name, kept) for name, kept in (("TRAITS", traits), ("MEMBER_TRAITS", member_traits)) if kept]
    return found + _error_constants(shape)


def _has_twin(plan: Plan, shape: Shape) -> bool:
    codec = TwinCodec(plan.kinds, plan.names, Imports(folders=2))
    return not plan.formats.isdisjoint({"json", "cbor"}) and codec.has_twin(shape)


def _member_traits(plan: Plan, member: Member) -> dict[str, Any]:
    """The traits of a member, after those of its shape where that has no class to keep them."""
    target = plan.service.shape(member.reference)
    of_target = {} if target.kind == "structure" and not target.document else target.traits
    return {**of_target, **member.reference.traits}


def _error_constants(shape: Shape) -> list[Attribute]:
    error = shape.error
    if error is None:
        return []
    facts: dict[str, Any] = {"code": error.code, "status": error.status, "fault": error.fault}
    flags = {"retryable": error.retryable, "throttling": error.throttling}
    shown = {name: value for name, value in facts.items() if value is not None}
    shown.update({name: value for name, value in flags.items() if value})
    return [Attribute(name, "", literal(value)) for name, value in shown.items()]


def _members(plan: Plan, shape: Shape, imports: Imports, mandatory: frozenset[str]) -> list[Attribute]:
    annotations = Annotations(plan.kinds, plan.names, imports)
    attributes = plan.names.attributes[shape.name]
    found = []
    for member in shape.members:
        annotation = annotations.of_member(member.reference)
        optional = member.name not in mandatory
        found.append(
            Attribute(
                attributes[member.name],
                f"{annotation} | None" if optional else annotation,
                "None" if optional else None,
            )
        )
    return found


def _methods(plan: Plan, shape: Shape, imports: Imports, mandatory: frozenset[str]) -> list[list[str]]:
    """The methods of the formats that the service speaks, where it may meet the shape. The walker has all others."""
    arguments = (plan.kinds, plan.names, imports)
    methods = _tree_methods(plan, shape, imports, mandatory)
    if "query" in plan.formats and plan.is_in_forms(shape):
        methods.append(QueryWriting(*arguments).method(shape))
    if "xml" in plan.formats and plan.is_in_xml(shape):
        methods += [
            *XmlWriting(*arguments).methods(shape),
            *XmlReading(*arguments, FORMATS["xml"]).methods(shape, mandatory),
        ]
    header = HeaderCodec(*arguments)
    if header.members(shape):
        methods += header.methods(shape, mandatory)
    methods += UriCodec(*arguments).methods(shape)
    return methods


def _tree_methods(plan: Plan, shape: Shape, imports: Imports, mandatory: frozenset[str]) -> list[list[str]]:
    """The methods of JSON and of CBOR."""
    arguments = (plan.kinds, plan.names, imports)
    methods = []
    if "json" in plan.formats and plan.kinds.speaks_json:
        methods += [
            *Writing(*arguments, "json").methods(shape),
            *(TwinWriting(*arguments, "json").twin_methods(shape) if _has_twin(plan, shape) else []),
            *Reading(*arguments, FORMATS["json"]).methods(shape, mandatory),
        ]
    if "cbor" in plan.formats:
        methods += CborWriting(*arguments).methods(shape)
    if _has_twin(plan, shape):
        methods.append(TwinCodec(*arguments).method(shape, mandatory))
    return methods

"""The class of a structure, union or error: everything that its module says."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from botobind_codegen.codecs.appending import CborWriting, QueryWriting, XmlWriting
from botobind_codegen.codecs.emitting import Emitter
from botobind_codegen.codecs.http import HttpMembers
from botobind_codegen.codecs.json_reading import JsonReading
from botobind_codegen.codecs.json_writing import JsonWriting
from botobind_codegen.codecs.struct_reading import StructReading
from botobind_codegen.codecs.xml_reading import is_learnt
from botobind_codegen.literals import literal
from botobind_codegen.model import Member, Shape
from botobind_codegen.plan.annotations import Annotations
from botobind_codegen.plan.checks import check_names
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.error_tables import ErrorCodec
from botobind_codegen.plan.texts import Text, text_of_class
from botobind_codegen.scope.imports import Imports


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
    check_names(plan.schemas, shape)
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
        methods=tuple(tuple(lines) for lines in _methods(plan, shape, imports)),
    )


def _constants(plan: Plan, shape: Shape, imports: Imports) -> list[Attribute]:
    attributes = plan.names.attributes[shape.name]

    def constant(name: str, value: object) -> Attribute:
        return Attribute(name, "", literal(value))

    found = [] if shape.name == plan.names.classes[shape.name] else [constant("SHAPE", shape.name)]
    body = plan.body(shape)
    if body != plan.facts.body:
        found.append(constant("BODY", body))
    found.append(constant("SCHEMA", plan.schemas.rows(shape)))
    if "xml" in plan.formats and plan.is_in_xml(shape) and is_learnt(plan.schemas, shape):
        found.append(constant("XML_IS_LEARNT", True))
    errors = ErrorCodec(plan.facts, plan.names, imports)
    if any_error := errors.errors_of(shape):
        found.append(Attribute("ERRORS", "", errors.table(any_error)))
    traits = {**shape.traits, **({"sensitive": True} if shape.sensitive else {})}
    member_traits = {
        attributes[member.name]: kept for member in shape.members if (kept := _member_traits(plan, member))
    }
    found += [constant(name, kept) for name, kept in (("TRAITS", traits), ("MEMBER_TRAITS", member_traits)) if kept]
    return found + _error_constants(shape)


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
    annotations = Annotations(plan.facts, plan.names, imports)
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


def _methods(plan: Plan, shape: Shape, imports: Imports) -> list[list[str]]:
    """The methods of the formats that the service speaks, where it may meet the shape. The walker has all others."""
    trees = plan.formats.intersection(plan.schemas.tree_formats)
    emitters: dict[type[Emitter], bool] = {
        JsonWriting: "json" in trees,
        JsonReading: "json" in trees,
        CborWriting: "cbor" in trees,
        StructReading: bool(trees),
        QueryWriting: "query" in plan.formats and plan.is_in_forms(shape),
        XmlWriting: "xml" in plan.formats and plan.is_in_xml(shape),
        HttpMembers: True,
    }
    chosen = (emitter for emitter, is_spoken in emitters.items() if is_spoken)
    return [lines for emitter in chosen for lines in emitter(plan.schemas, imports, shape).methods()]

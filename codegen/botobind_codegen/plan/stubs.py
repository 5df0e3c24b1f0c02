"""The stubs: what checkers and editors read of a package, one file for each of its indexes.

A class stands there with its constructor's arguments, its documented members and its own methods; the types of members
are what aliases stand for, so that an editor shows them. What codecs emit is left out, but for names that codecs of
other classes call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from botobind.tables import OWN_NAMES, own_name
from botobind_codegen.model import INTEGERS, Reference, Shape
from botobind_codegen.naming import distinct
from botobind_codegen.plan.annotations import Annotations, constraints_of
from botobind_codegen.plan.classes import ClassPlan
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.error_tables import ErrorCodec
from botobind_codegen.plan.texts import Text, text_of_alias, text_of_member
from botobind_codegen.scope.imports import Imports
from botobind_codegen.scope.names import is_class

_ERRORS = {("json",): "JsonErrors", ("xml",): "XmlErrors", ("json", "xml"): "AllErrors"}
"""The bases of outputs by the formats that their errors are in."""


@frozen
class StubMember:
    """A member, ready to be laid out."""

    name: str
    annotation: str
    value: str | None
    documentation: Text


_UNKNOWN_MEMBER = StubMember("unknown_member", "str | None", "None", Text())
"""What all unions have."""
_MESSAGE = StubMember("message", "str | None", "None", Text())
"""What all errors have, whether the model has such a member or not."""


@frozen
class StubClass:
    """A class, ready to be laid out."""

    name: str
    base: str
    documentation: Text
    members: tuple[StubMember, ...]
    parameters: tuple[StubMember, ...]
    """The arguments of its constructor."""
    described: tuple[StubMember, ...]
    """The members that `make` tells of: of what requests hold. What only responses hold is read more than it is made,
    and hovering tells the same of each member.
    """
    own_names: tuple[tuple[str, str], ...]
    """Names of its own for methods, and what has the types of these."""


@frozen
class StubAlias:
    """An alias, ready to be laid out."""

    name: str
    right_side: str
    documentation: Text = field(factory=Text)


@frozen
class ValuesStub:
    """The stub of `values`, but for its enums: the same as in their modules."""

    imports: Imports
    classes: tuple[StubClass, ...]
    aliases: tuple[StubAlias, ...]


@frozen
class StubAnnotations(Annotations):
    """Annotations of what aliases stand for. `hidden` has other names of the classes that an attribute hides; `prefix`
    stands before the names of all others.
    """

    hidden: Mapping[str, str] = field(factory=dict)
    prefix: str = ""

    def of(self, reference: Reference) -> str:
        """The annotation of a member, item, key or value."""
        shape = self.facts.service.shape(reference)
        if reference.streaming and shape.kind == "blob":
            return self.imports.use("botobind.types", "StreamingBlob")
        if reference.jsonvalue:
            return self.imports.use("botobind.types", "AnyJson")
        return self._base(shape)

    def _reach(self, name: str) -> str:
        python_name = self.names.classes[name]
        return self.prefix + self.hidden.get(python_name, python_name)

    def _base(self, shape: Shape) -> str:
        if shape.kind == "float":
            return "float"
        return "int" if shape.kind in INTEGERS else super()._base(shape)


def plan_values_stub(plan: Plan, classes: Mapping[str, ClassPlan]) -> ValuesStub:
    """What the stub of `values` says; `classes` are those of the modules by shape."""
    imports = Imports(1, set(plan.names.classes.values()), is_stub=True)
    hidden = _hidden(plan)
    annotations = StubAnnotations(plan.facts, plan.names, imports, hidden=hidden)
    names = plan.names.classes
    shapes = sorted(plan.shapes.values(), key=lambda shape: names[shape.name])
    stubs = tuple(_class(plan, shape, classes[shape.name], annotations) for shape in shapes if shape.name in classes)
    aliases = [_alias(plan, shape, annotations) for shape in shapes if not is_class(shape)]
    if stubs:
        imports.use("botobind.classes", "define")
        imports.use("typing", "Self")
    if any(shape.enum for shape in shapes):
        imports.use("enum", "StrEnum")
    present = {names[shape.name] for shape in shapes}
    aliases += [StubAlias(other, name) for name, other in hidden.items() if name in present]
    if aliases:
        imports.use("typing", "TypeAlias")
    return ValuesStub(imports, stubs, tuple(aliases))


def _hidden(plan: Plan) -> dict[str, str]:
    """Other names of the classes that are called like some attribute, which would hide them in the bodies of classes.

    They depend on the whole model, as all names do.
    """
    shapes = plan.service.shapes.values()
    names = {plan.names.classes[shape.name] for shape in shapes if is_class(shape)}
    attributes = {attribute for of_shape in plan.names.attributes.values() for attribute in of_shape.values()}
    taken = {*plan.names.classes.values()}
    others = distinct(names & attributes, {name: f"_{name}" for name in names & attributes})
    return {name: other if other not in taken else f"{other}_" for name, other in others.items()}


def _class(plan: Plan, shape: Shape, planned: ClassPlan, annotations: StubAnnotations) -> StubClass:
    imports = annotations.imports
    bases = [imports.use("botobind.declared", base) for base in planned.base.split(", ")]
    codec = ErrorCodec(plan.facts, plan.names, imports, inside=True)
    formats = tuple(name for name in ("json", "xml") if name in plan.formats)
    if formats and codec.is_output(shape):
        bases.append(f"{imports.use('botobind.declared', _ERRORS[formats])}[{codec.union_of_output(shape)}]")
    members = tuple(stub_members(plan, shape, annotations))
    if shape.error and _MESSAGE.name not in plan.names.attributes[shape.name].values():
        members = (*members, _MESSAGE)
    parameters = (_UNKNOWN_MEMBER, *members) if shape.is_union else members
    return StubClass(
        planned.name,
        ", ".join(bases),
        planned.documentation,
        members,
        parameters,
        parameters if plan.is_in_requests(shape) else (),
        tuple(_own_names(plan, planned, imports) if shape.name in plan.facts.nested_shapes else ()),
    )


def stub_members(plan: Plan, shape: Shape, annotations: StubAnnotations) -> Iterator[StubMember]:
    """The members of a structure, in the model's order."""
    attributes = plan.names.attributes[shape.name]
    mandatory = plan.mandatory(shape)
    for member in shape.members:
        annotation = annotations.of_member(member.reference)
        optional = member.name not in mandatory
        yield StubMember(
            attributes[member.name],
            f"{annotation} | None" if optional else annotation,
            "None" if optional else None,
            text_of_member(plan, member),
        )


def _own_names(plan: Plan, planned: ClassPlan, imports: Imports) -> Iterator[tuple[str, str]]:
    for lines in planned.methods:
        method = lines[0].partition("(")[0].removeprefix("def ")
        if method in OWN_NAMES:
            yield own_name(method, plan.service.name, planned.name), imports.use("botobind.declared", method)


def _alias(plan: Plan, shape: Shape, annotations: StubAnnotations) -> StubAlias:
    imports = annotations.imports
    right_side = annotations.of(Reference(shape.name))
    calls = constraints_of(shape)
    if calls:
        for call in calls:
            imports.use("botobind.constraints", call.partition("(")[0])
        right_side = f"{imports.use('typing', 'Annotated')}[{', '.join([right_side, *calls])}]"
    return StubAlias(plan.names.classes[shape.name], right_side, text_of_alias(plan, shape))

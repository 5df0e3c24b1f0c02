"""The strict checks of XML documents and of forms, as `strict` has those of JSON and CBOR.

Both are looked at as parts: an element or a parameter with a text and with parts of its own, each of which has a name.
How a member is written is what the codec plan of its class says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from botobind import schema
from botobind.attributes import frozen
from botobind.cached import cached_by_class
from botobind.errors import DecodeError, MapKey
from botobind.formats import query, xml
from botobind.protocols import strict
from botobind.protocols.strictplans import FormPlans, XmlPlans
from botobind.rules.plans import plan_of
from botobind.shapes import Shape, Union
from botobind.wire import elements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from botobind.rules.plans import MemberPlan, ValuePlan
    from botobind.schema import Node
    from botobind.types import QueryNode, XmlElement

_NIL = f"{{{xml.XSI}}}nil"


@frozen()
class Part:
    """An element, an attribute or a parameter. Attributes are parts of their elements, by their local names."""

    text: str
    parts: tuple[tuple[str, Part], ...] = ()
    is_null: bool = False

    def called(self, name: str) -> list[Part]:
        """The parts of a name."""
        return [part for known, part in self.parts if known == name]

    @property
    def is_numbered(self) -> bool:
        """Whether the parts are items of a list in a form, which have numbers for names."""
        return bool(self.parts) and all(name.isascii() and name.isdecimal() for name, _ in self.parts)


Members: TypeAlias = "Callable[[type[Shape]], Mapping[str, tuple[Node, ValuePlan]]]"
"""What the members of a class are, and how they are written, by the names of their parts."""


def check_document(cls: type[Shape], data: bytes, *, is_body: bool, roots: Collection[str] = ()) -> None:
    """Raises `DecodeError` for members of a structure in a document that are not written as they should be, with
    `is_body` for those that are in the body alone; and for a root of another name than `roots`, if there are any.
    """
    outer = _in_xml_body if is_body else in_xml
    found = elements.parse_as_it_is(data)
    if found is not None and _is_root(found, roots) and _XML_PLANS.takes(cls, found, outer):
        return
    root = elements.parse(data)
    if not _is_root(root, roots):
        raise DecodeError(f"expected {' or '.join(roots)} as the root element")
    _check_structure(cls, _of_element(root), outer, in_xml)


def _is_root(element: XmlElement, roots: Collection[str]) -> bool:
    return not roots or str(element.tag).rpartition("}")[2] in roots


def check_form(cls: type[Shape], tree: QueryNode) -> None:
    """Raises `DecodeError` for members of a structure in a form that are not written as they should be."""
    if not _FORM_PLANS.takes(cls, tree, in_form):
        _check_structure(cls, _of_form(tree), in_form, in_form)


def _of_element(element: XmlElement) -> Part:
    attributes = ((str(name).rpartition("}")[2], Part(str(text))) for name, text in element.attrib.items())
    children = ((str(child.tag), _of_element(child)) for child in element)
    is_null = element.get(_NIL) == "true" and not len(element) and not element.text
    return Part(element.text or "", (*attributes, *children), is_null)


def _of_form(node: QueryNode) -> Part:
    text, parts = "", []
    for name, child in query.parts_of(node).items():
        if isinstance(child, str):
            text = child
            continue
        part = _of_form(child)
        # A bare name is a list without items; where it is something else, readers know what to say.
        if part.text or part.parts:
            parts.append((name, part))
    return Part(text, tuple(parts), [name for name, _ in parts] == [query.NIL])


def _members(cls: type[Shape], members: Iterable[MemberPlan]) -> dict[str, tuple[Node, ValuePlan]]:
    nodes = {member.attribute: member.node for member in schema.members_of(cls)}
    kept = [member for member in members if member.value.kind != "events"]
    found = {member.name.rpartition(":")[2]: (nodes[member.attribute], member.value) for member in kept}
    # Of members that share a name the flat list is read, which takes all of that name.
    flat = {member.name: (nodes[member.attribute], member.value) for member in kept if member.value.is_flat}
    return found | flat


@cached_by_class
def in_xml(cls: type[Shape]) -> Mapping[str, tuple[Node, ValuePlan]]:
    return _members(cls, plan_of(cls, "xml").members)


@cached_by_class
def _in_xml_body(cls: type[Shape]) -> Mapping[str, tuple[Node, ValuePlan]]:
    return _members(cls, plan_of(cls, "xml").in_body)


@cached_by_class
def in_form(cls: type[Shape]) -> Mapping[str, tuple[Node, ValuePlan]]:
    return _members(cls, plan_of(cls, "query").members)


_XML_PLANS, _FORM_PLANS = XmlPlans(in_xml), FormPlans(in_form)


def _check_structure(cls: type[Shape], given: Part, outer: Members, inner: Members) -> None:
    """Checks a structure: its own members as `outer` says, and those in it as `inner` does."""
    known = outer(cls)
    if issubclass(cls, Union) and any(name not in known for name, _ in given.parts):
        raise DecodeError("a member of the union that is not known")
    for name, (node, value) in known.items():
        if parts := given.called(name):
            try:
                _check_parts(node, value, parts, inner)
            except DecodeError as error:
                raise error.under(name) from None


def _check_parts(node: Node, value: ValuePlan, parts: list[Part], members: Members) -> None:
    """Checks all that a message has of one member."""
    if not isinstance(node, schema.ListOf | schema.MapOf):
        for part in parts:
            _check_part(node, value, part, members)
        return
    if not value.is_flat:
        parts = [inner for part in parts for _, inner in part.parts]
    if members is in_form:
        parts = [inner for part in parts if part.is_numbered for _, inner in part.parts]
    assert value.inner is not None  # noqa: S101 - for type checkers
    for index, part in enumerate(parts):
        if isinstance(node, schema.MapOf):
            _check_entry(node, value, part, members)
            continue
        try:
            _check_item(node.item, value.inner, part, members, sparse=node.sparse)
        except DecodeError as error:
            raise error.under(index) from None


def _check_item(node: Node, value: ValuePlan, part: Part, members: Members, *, sparse: bool) -> None:
    if not part.is_null:
        _check_part(node, value, part, members)
    elif not sparse:
        raise DecodeError("expected a value, got null")


def _check_entry(node: schema.MapOf, value: ValuePlan, part: Part, members: Members) -> None:
    assert value.inner is not None  # noqa: S101 - for type checkers
    keys = part.called(value.key_name)
    hidden = schema.is_sensitive(node.key) or schema.is_sensitive(node)
    for given in part.called(value.value_name):
        try:
            _check_item(node.value, value.inner, given, members, sparse=node.sparse)
        except DecodeError as error:
            raise error.under(MapKey("…" if hidden or not keys else keys[0].text)) from None


def _check_part(node: Node, value: ValuePlan, part: Part, members: Members) -> None:
    match node:
        case schema.Scalar():
            strict.check_text(node, part.text, value.time_format)
        case schema.Reference(target=target):
            _check_structure(target, part, members, members)
        case schema.ListOf() | schema.MapOf():
            _check_parts(node, value, [part], members)


__all__ = ["check_document", "check_form"]

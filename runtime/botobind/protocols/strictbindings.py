"""The strict checks of XML documents and of forms, as `strict` has those of JSON and CBOR.

Both are looked at as parts: an element or a parameter with a text and with parts of its own, each of which has a name.
How a member is written is learnt from a sample of it, in which all that is repeated comes twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from botobind import schema
from botobind.attributes import frozen
from botobind.cached import cached_by_class
from botobind.errors import DecodeError, MapKey
from botobind.formats import query, xml
from botobind.markers import QUERY, XML, in_format
from botobind.protocols import places, strict
from botobind.protocols.strictplans import FormPlans, XmlPlans, item_in
from botobind.shapes import Shape, Union
from botobind.wire import elements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from botobind.protocols.places import TimestampFormat
    from botobind.schema import Node
    from botobind.types import QueryNode, XmlElement

_NIL = f"{{{xml.XSI}}}nil"
_KEY_AND_VALUE = 2


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


_Samples: TypeAlias = "Callable[[type[Shape]], dict[str, Sample]]"


@frozen()
class Sample:
    """How a member of a structure is written."""

    name: str
    node: Node
    parts: list[Part]
    """Several, where items or entries follow each other without anything around them."""


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


def _samples(cls: type[Shape], write: Callable[[Shape], Part]) -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for member, written in places.written_alone(cls, write):
        # Namespaces are declared by attributes that lxml does not count as such.
        for name, _ in written.parts[:1]:
            found[name] = Sample(name, member.node, written.called(name))
    return found


@cached_by_class
def in_xml(cls: type[Shape]) -> dict[str, Sample]:
    def write(value: Shape) -> Part:
        document = in_format(value, XML)
        text = xml.element_text(document.write_xml, "_", document._xml_attributes(""))  # noqa: SLF001 - of classes that are generated
        return _of_element(elements.parse(text.encode()))

    return _samples(cls, write)


@cached_by_class
def _in_xml_body(cls: type[Shape]) -> dict[str, Sample]:
    if cls.IN_BODY is None:
        return in_xml(cls)

    def write(value: Shape) -> Part:
        document = in_format(value, XML)
        text = xml.element_text(document.write_xml_body, "_", document._xml_attributes(""))  # noqa: SLF001 - of classes that are generated
        return _of_element(elements.parse(text.encode()))

    return _samples(cls, write)


@cached_by_class
def in_form(cls: type[Shape]) -> dict[str, Sample]:
    return _samples(cls, lambda value: _of_form(query.tree_of(in_format(value, QUERY).to_query())))


_XML_PLANS, _FORM_PLANS = XmlPlans(in_xml), FormPlans(in_form)


def _check_structure(cls: type[Shape], given: Part, outer: _Samples, inner: _Samples) -> None:
    """Checks a structure: its own members as `outer` says, and those in it as `inner` does."""
    known = outer(cls)
    if issubclass(cls, Union) and any(name not in known for name, _ in given.parts):
        raise DecodeError("a member of the union that is not known")
    for sample in known.values():
        if parts := given.called(sample.name):
            try:
                _check_parts(sample.node, sample.parts, parts, inner)
            except DecodeError as error:
                raise error.under(sample.name) from None


def _check_parts(node: Node, written: list[Part], parts: list[Part], samples: _Samples) -> None:
    """Checks all that a message has of one member."""
    if not isinstance(node, schema.ListOf | schema.MapOf):
        for part in parts:
            _check_part(node, written[0], part, samples)
        return
    item, levels = item_in(written)
    if item is None:
        return
    for level in levels:
        given = [part for part in parts if part.is_numbered] if level.is_numbered else parts
        parts = [inner for part in given for _, inner in part.parts]
    for index, part in enumerate(parts):
        if isinstance(node, schema.MapOf):
            _check_entry(node, item, part, samples)
            continue
        try:
            _check_item(node.item, item, part, samples, sparse=node.sparse)
        except DecodeError as error:
            raise error.under(index) from None


def _check_item(node: Node, written: Part, part: Part, samples: _Samples, *, sparse: bool) -> None:
    if not part.is_null:
        _check_part(node, written, part, samples)
    elif not sparse:
        raise DecodeError("expected a value, got null")


def _check_entry(node: schema.MapOf, written: Part, part: Part, samples: _Samples) -> None:
    if len(written.parts) != _KEY_AND_VALUE:
        return
    (key_name, _), (value_name, value) = written.parts
    keys = part.called(key_name)
    hidden = schema.is_sensitive(node.key) or schema.is_sensitive(node)
    for given in part.called(value_name):
        try:
            _check_item(node.value, value, given, samples, sparse=node.sparse)
        except DecodeError as error:
            raise error.under(MapKey("…" if hidden or not keys else keys[0].text)) from None


def _check_part(node: Node, written: Part, part: Part, samples: _Samples) -> None:
    match node:
        case schema.Scalar():
            strict.check_text(node, part.text, _format_of(written))
        case schema.Reference(target=target):
            _check_structure(target, part, samples, samples)
        case schema.ListOf() | schema.MapOf():
            _check_parts(node, [written], [part], samples)


def _format_of(written: Part) -> TimestampFormat:
    return places.format_of(written.text)


__all__ = ["check_document", "check_form"]

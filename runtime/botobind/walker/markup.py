"""XML by codec plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind.cached import cached_by_class
from botobind.errors import DecodeError, failed_at
from botobind.formats import exact, tree, xml
from botobind.markers import unknown_union_member
from botobind.rules.plans import plan_of, plan_of_body
from botobind.tables import CONTAINERS, declaration_of, text_kind

if TYPE_CHECKING:
    from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan
    from botobind.types import XmlDecoder, XmlTokens

__all__ = ["attributes_of", "body_reader_of", "body_writer_of", "elements_reader_of", "reader_of", "writer_of"]

Write: TypeAlias = Callable[[Any, list[str], list[str]], None]
"""Appends a value to markup, and to the texts for its holes; see `botobind.formats.xml.join`."""

_TEXTS = frozenset({"string", "document", "jsonvalue"})
"""Kinds of scalars whose texts may have to be escaped."""


@cached_by_class
def writer_of(cls: Any) -> Write:
    """What writes the members of a class's values as elements. It raises what `exact.UNWRITABLE` has, without saying
    where.
    """
    return _class_writer(plan_of(cls, "xml"))


@cached_by_class
def body_writer_of(cls: Any) -> Write:
    """What writes the members that are in the body."""
    return _class_writer(plan_of_body(cls, "xml"))


def _class_writer(plan: ShapePlan) -> Write:
    members = [
        (each.attribute, each.unless, _writer(plan, each.value, each.name))
        for each in plan.members
        if not each.is_attribute
    ]
    by_attribute = {attribute: write for attribute, _, write in members}

    def write_structure(value: Any, markup: list[str], texts: list[str]) -> None:
        for attribute, unless, write in members:
            member = getattr(value, attribute)
            if member is not None and (unless is None or getattr(value, unless) is None):
                write(member, markup, texts)

    def write_union(value: Any, markup: list[str], texts: list[str]) -> None:
        for attribute, member in value.given():
            if attribute not in by_attribute:
                unknown_union_member(value)
            by_attribute[attribute](member, markup, texts)

    return write_union if plan.is_union else write_structure


def attributes_of(value: Any, attributes: str) -> str:
    """The text of the attributes of a value's element: these, and those that members are."""
    text = attributes
    for member in _attributes_in(value.__class__):
        if member.namespace is not None and f"xmlns:{member.namespace[1]}=" not in attributes:
            # What declares the prefix where the place that uses the structure has not done so.
            text += declaration_of(*member.namespace)
        scalar = getattr(value, member.attribute)
        if scalar is not None:
            written = scalar if member.value.kind == "string" else _text_writer(member.value)(scalar)
            text += f' {member.name}="{xml.write_attribute(written) if member.value.kind in _TEXTS else written}"'
    return text


@cached_by_class
def _attributes_in(cls: Any) -> tuple[MemberPlan, ...]:
    return tuple(member for member in plan_of(cls, "xml").members if member.is_attribute)


def _writer(plan: ShapePlan, value: ValuePlan, name: str) -> Write:
    """What writes an element, or as many as there are items."""
    match value.kind:
        case "structure":
            return _structure_writer(plan, value, name)
        case "events":
            write_event = _structure_writer(plan, value._replace(declaration=""), value.item_name)

            def write_events(stream: Any, markup: list[str], texts: list[str]) -> None:
                for event in tree.events_of(stream):
                    write_event(event, markup, texts)

            return _around(name, value.declaration, write_events)
        case "list":
            return _list_writer(plan, value, name)
        case "map":
            return _map_writer(plan, value, name)
        case _:
            return _scalar_writer(value, name)


def _around(name: str, declaration: str, write: Write) -> Write:
    before, after = f"<{name}{declaration}>", f"</{name}>"

    def write_around(value: Any, markup: list[str], texts: list[str]) -> None:
        markup.append(before)
        write(value, markup, texts)
        markup.append(after)

    return write_around


def _structure_writer(plan: ShapePlan, value: ValuePlan, name: str) -> Write:
    after = f"</{name}>"

    def write(structure: Any, markup: list[str], texts: list[str]) -> None:
        cls = getattr(plan.values, value.target)
        attributes = attributes_of(exact.structure(structure, cls), value.declaration)
        markup.append(f"<{name}{attributes}>")
        writer_of(cls)(structure, markup, texts)
        markup.append(after)

    return write


def _list_writer(plan: ShapePlan, value: ValuePlan, name: str) -> Write:
    assert value.inner is not None  # noqa: S101 - for type checkers
    item_name = name if value.is_flat else value.item_name
    write_item = _or_nil(_writer(plan, value.inner, item_name), item_name, value)

    def write(items: Any, markup: list[str], texts: list[str]) -> None:
        for item in items if type(items) is list else exact.items(items):
            write_item(item, markup, texts)

    return write if value.is_flat else _around(name, value.declaration, write)


def _or_nil(write: Write, name: str, value: ValuePlan) -> Write:
    if not value.sparse:
        return write

    def write_or_nil(item: Any, markup: list[str], texts: list[str]) -> None:
        if item is None:
            markup.append(f"<{name}{xml.NIL} />")
        else:
            write(item, markup, texts)

    return write_or_nil


def _map_writer(plan: ShapePlan, value: ValuePlan, name: str) -> Write:
    assert value.inner is not None  # noqa: S101 - for type checkers
    entry, declaration = (name, value.declaration) if value.is_flat else ("entry", "")
    before = f"<{entry}{declaration}><{value.key_name}{value.key_declaration}>{xml.HOLE}</{value.key_name}>"
    after = f"</{entry}>"
    write_value = _or_nil(_writer(plan, value.inner, value.value_name), value.value_name, value)

    def write(entries: Any, markup: list[str], texts: list[str]) -> None:
        for key, item in entries.items():
            markup.append(before)
            texts.append(key)
            write_value(item, markup, texts)
            markup.append(after)

    return write if value.is_flat else _around(name, value.declaration, write)


def _scalar_writer(value: ValuePlan, name: str) -> Write:
    before, after = f"<{name}{value.declaration}>", f"</{name}>"

    def write_text(text: str, markup: list[str], texts: list[str]) -> None:
        markup.append(f"{before}{xml.HOLE}{after}")
        texts.append(text)

    if value.kind == "string":
        return write_text
    text_of = _text_writer(value)
    if value.kind in _TEXTS:
        return lambda scalar, markup, texts: write_text(text_of(scalar), markup, texts)
    return lambda scalar, markup, _: markup.append(f"{before}{text_of(scalar)}{after}")


def _text_writer(value: ValuePlan) -> Callable[[Any], str]:
    if value.kind != "timestamp":
        name = text_kind(value.kind)
    else:
        name = f"{value.time_format}{'_fraction' if value.fraction and value.time_format == 'iso8601' else ''}"
    return getattr(xml, f"write_{name}")  # type: ignore[no-any-return] # each of them is such a function


@cached_by_class
def reader_of(cls: Any) -> XmlDecoder[Any]:
    """What reads values of a class from elements that have begun. It raises `DecodeError` with path and reason."""
    plan = plan_of(cls, "xml")
    return _union_reader(plan) if plan.is_union else _structure_reader(plan)


@cached_by_class
def body_reader_of(cls: Any) -> Callable[[XmlTokens, str, str, Any], Any]:
    """What sets the members that are in the body."""
    return _structure_reader(plan_of_body(cls, "xml"))


@cached_by_class
def elements_reader_of(cls: Any) -> _ReadElements:
    """What sets those of the members in the body whose elements come next. All have been set before."""
    return _elements_reader(plan_of_body(cls, "xml"))


_ReadElements: TypeAlias = "Callable[[Any, XmlTokens, str, str], None]"
"""Sets members of a value from the elements up to an end."""

_MemberReader: TypeAlias = "Callable[[XmlTokens, str, str, Any], Any]"
"""Reads an element of a member, of which something may have been read before."""


def _structure_reader(plan: ShapePlan) -> Callable[..., Any]:
    """What sets the members of a value from the element that has begun: of a new one where none is given."""
    children = [member for member in plan.members if not member.is_attribute]
    mandatory = [member for member in children if member.mandatory]
    read_elements = _elements_reader(plan)

    def read_structure(tokens: XmlTokens, end: str, inside: str, made: Any = None) -> Any:
        if not plan.members:
            xml.skip_all(tokens, end, inside)
            return plan.cls()
        if made is None:
            made = plan.cls.__new__(plan.cls)
        xml.enter(tokens, plan.cls)
        for member in children:
            setattr(made, member.attribute, None)
        read_elements(made, tokens, end, inside)
        for member in mandatory:
            setattr(made, member.attribute, _completed(member, getattr(made, member.attribute)))
        for member, other in plan.copied:
            taken = getattr(made, other.attribute)
            setattr(made, member.attribute, (taken[0] if taken else None) if other.value.is_flat else taken)
        xml.leave(tokens, plan.cls)
        return made

    return read_structure


def _elements_reader(plan: ShapePlan) -> _ReadElements:
    attributes = [member for member in plan.members if member.is_attribute]
    values = plan.values
    readers = {}
    for name, member in plan.by_name.items():
        parse, read = _parser(member.value), _member_reader(plan, member)
        # The end of a scalar is a token of its own.
        close = f"/{name}" if parse is None else f"/{name}>"
        readers[name] = member.attribute, member.value.is_flat, close, parse, read, member.value.target
    reader_of_tag = readers.get

    def read_elements(made: Any, tokens: XmlTokens, end: str, inside: str) -> None:
        at = last = ""
        try:
            for each in attributes:
                at = each.name
                setattr(made, each.attribute, _attribute(tokens, each))
            at = ""
            for token in tokens:
                last = at
                at, _, text = token.partition(">")
                reader = reader_of_tag(at)
                if reader is None:
                    if at == end:
                        break
                    xml.skip(tokens, at)
                    continue
                attribute, is_flat, close, parse, read, target = reader
                before = getattr(made, attribute)
                if before is not None and not is_flat:
                    xml.skip(tokens, at, at)
                elif parse is not None:
                    # Scalars are most of what there is.
                    tokens.close(close)
                    setattr(made, attribute, text if parse is str else parse(text))
                elif read is not None:
                    setattr(made, attribute, read(tokens, close, text, before))
                else:
                    # Structures in structures take as few calls as may be: how deep they may be depends on it.
                    setattr(made, attribute, getattr(values, target)._read_xml(tokens, close, text))  # noqa: SLF001 - of classes that are generated
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None
        if not last and inside:
            xml.check_empty(inside)

    return read_elements


def _completed(member: MemberPlan, value: Any) -> Any:
    """What a member is that must be there. Of flat lists and maps those without items leave no trace."""
    if member.value.is_flat:
        return value or ([] if member.value.kind == "list" else {})
    try:
        return tree.required(value)
    except DecodeError as error:
        raise failed_at(member.name.rpartition(":")[2], error) from None


def _union_reader(plan: ShapePlan) -> XmlDecoder[Any]:
    readers = {member.attribute: _reader(plan, member.value) for member in plan.members}

    def read_union(tokens: XmlTokens, end: str, inside: str) -> Any:
        xml.enter(tokens, plan.cls)
        at, text = xml.first_member(tokens, end, inside)
        member = plan.by_name.get(at)
        try:
            if member is not None:
                made = plan.cls(**{member.attribute: readers[member.attribute](tokens, f"/{at}", text)})
            else:
                xml.skip(tokens, at)
                made = plan.cls(unknown_member=at)
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None
        xml.end_union(tokens, end, at)
        xml.leave(tokens, plan.cls)
        return made

    return read_union


def _attribute(tokens: XmlTokens, member: MemberPlan) -> Any:
    uri = member.namespace[0] if member.namespace is not None else None
    text = xml.read_attribute(tokens, member.name.rpartition(":")[2], uri)
    return text if member.value.kind == "string" else _optional(member.value)(text)


def _optional(value: ValuePlan) -> Callable[[str | None], Any]:
    """What reads the text of a scalar that is no text, and leaves None what is absent."""
    return getattr(xml, f"optional_{text_kind(value.kind)}")  # type: ignore[no-any-return] # each of them is such a function


def _parser(value: ValuePlan) -> Callable[[str], Any] | None:
    """What reads the text of a member's element; None for what has others in it."""
    if value.kind in CONTAINERS:
        return None
    if value.kind in ("integer", "double", "single", "boolean", "timestamp"):
        # An empty element of a scalar that is no text stands for none.
        return _optional(value)
    return str if value.kind == "string" else getattr(xml, f"parse_{text_kind(value.kind)}")


def _member_reader(plan: ShapePlan, member: MemberPlan) -> _MemberReader | None:
    """What reads a member that is no scalar; None for a structure."""
    value, inner = member.value, member.value.inner
    if value.is_flat and inner is not None:
        decode = _decoder(plan, inner)
        if value.kind == "list":
            return lambda tokens, end, inside, before: xml.read_item(tokens, end, inside, decode(), before)
        read_entry: Any = xml.read_secret_entry if value.secret else xml.read_entry
        names = (value.key_name, value.value_name)
        return lambda tokens, end, inside, before: read_entry(tokens, end, inside, decode(), before, *names)
    if value.kind == "structure":
        return None
    read = _reader(plan, value)
    return lambda tokens, end, inside, _: read(tokens, end, inside)


def _reader(plan: ShapePlan, value: ValuePlan) -> XmlDecoder[Any]:
    inner = value.inner
    match value.kind:
        case "structure":
            return _class_reader(_decoder(plan, value))
        case "events":
            decode = _decoder(plan, value)
            return lambda tokens, end, inside: xml.read_list(tokens, end, inside, decode())
        case "list" if inner is not None:
            decode, read_list = _decoder(plan, inner), _list_reader(value)
            return lambda tokens, end, inside: read_list(tokens, end, inside, decode())
        case "map" if inner is not None:
            decode, read_map = _decoder(plan, inner), _map_reader(value)
            names = (value.key_name, value.value_name)
            return lambda tokens, end, inside: read_map(tokens, end, inside, decode(), *names)
        case kind:
            return getattr(xml, f"read_{text_kind(kind)}")  # type: ignore[no-any-return] # a reader of that kind


def _class_reader(decode: Callable[[], XmlDecoder[Any]]) -> XmlDecoder[Any]:
    def read(tokens: XmlTokens, end: str, inside: str) -> Any:
        return decode()(tokens, end, inside)

    return read


def _decoder(plan: ShapePlan, value: ValuePlan) -> Callable[[], XmlDecoder[Any]]:
    """What gives the reader of a value. Classes are loaded when a document has one, and read their own elements, for
    which they may have patterns.
    """
    if value.target:
        return lambda: getattr(plan.values, value.target)._read_xml  # noqa: SLF001 - of classes that are generated
    read = _reader(plan, value)
    return lambda: read


def _list_reader(value: ValuePlan) -> Any:
    return xml.read_sparse_list if value.sparse else xml.read_list


def _map_reader(value: ValuePlan) -> Any:
    if value.secret:
        return xml.read_secret_sparse_map if value.sparse else xml.read_secret_map
    return xml.read_sparse_map if value.sparse else xml.read_map

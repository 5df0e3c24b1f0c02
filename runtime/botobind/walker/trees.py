"""Trees by codec plans: boto3's values, CBOR, and JSON. What formats do not have in common is in their `TreeReader` and
`TreeWriter`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind import timestamps
from botobind.cached import cached_by_class
from botobind.errors import DecodeError, failed_at
from botobind.formats import exact, json, tree
from botobind.rules.plans import plan_of, plan_of_body

if TYPE_CHECKING:
    from botobind.formats.tree import TreeReader, TreeWriter
    from botobind.rules.naming import BodyFormat
    from botobind.rules.plans import ShapePlan, ValuePlan

__all__ = ["body_reader_of", "body_writer_of", "reader_of", "value_reader", "writer_of"]

Write: TypeAlias = Callable[[Any], Any]
"""What makes a tree of a value."""

Read: TypeAlias = Callable[[Any], Any]
"""What makes a value of a tree."""

Fill: TypeAlias = Callable[[Any, Any], None]
"""What sets members of a value as a tree has them."""


@cached_by_class
def writer_of(cls: Any, to: TreeWriter, body_format: BodyFormat = "tree") -> Write:
    """What writes values of a class. It raises what `exact.UNWRITABLE` has, without saying where."""
    return _class_writer(plan_of(cls, body_format), to, body_format)


@cached_by_class
def body_writer_of(cls: Any, to: TreeWriter, body_format: BodyFormat) -> Write:
    """What writes the members that are in the body."""
    return _class_writer(plan_of_body(cls, body_format), to, body_format)


def _class_writer(plan: ShapePlan, to: TreeWriter, body_format: BodyFormat) -> Write:
    members = [(each.attribute, each.name, _writer(plan, each.value, to, body_format)) for each in plan.members]
    by_attribute = {attribute: (name, write) for attribute, name, write in members}

    def write_structure(value: Any) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for attribute, name, write in members:
            member = getattr(value, attribute)
            if member is not None:
                data[name] = write(member)
        return data

    def write_union(value: Any) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for attribute, member in value.given():
            if attribute not in by_attribute:
                return to.unknown_member(value)
            name, write = by_attribute[attribute]
            data[name] = write(member)
        return data

    return write_union if plan.is_union else write_structure


def _writer(plan: ShapePlan, value: ValuePlan, to: TreeWriter, body_format: BodyFormat) -> Write:
    inner = value.inner
    match value.kind:
        case "structure":
            return _structure_writer(plan, value.target, to, body_format)
        case "events":
            write_event = _structure_writer(plan, value.target, to, body_format)
            return lambda stream: [write_event(event) for event in tree.events_of(stream)]
        case "list" if inner is not None:
            if inner.kind == "string" and not value.sparse:
                return lambda items: list(exact.texts(items))
            write = _or_none(_writer(plan, inner, to, body_format), value)
            return lambda items: [write(item) for item in (items if type(items) is list else exact.items(items))]
        case "map" if inner is not None:
            if inner.kind == "string" and not value.sparse:
                return lambda entries: dict(exact.text_map(entries))
            write = _or_none(_writer(plan, inner, to, body_format), value)
            return lambda entries: {"" + key: write(item) for key, item in entries.items()}
        case _:
            return _scalar_writer(value, to)


def _structure_writer(plan: ShapePlan, target: str, to: TreeWriter, body_format: BodyFormat) -> Write:
    def write(value: Any) -> Any:
        # Classes are loaded when a value has one.
        cls = getattr(plan.values, target)
        return writer_of(cls, to, body_format)(exact.structure(value, cls))

    return write


def _or_none(write: Write, value: ValuePlan) -> Write:
    return (lambda item: None if item is None else write(item)) if value.sparse else write


def _scalar_writer(value: ValuePlan, to: TreeWriter) -> Write:
    match value.kind:
        case "timestamp":
            write: Write = getattr(to, value.time_format)
            return write
        case "jsonvalue":
            # For boto3, too, it is a text, unless it travels in a header.
            return to.located_document if value.located else json.write_json_text
        case "double" | "single" | "blob" | "stream":
            return getattr(to, value.kind)  # type: ignore[no-any-return] # each of them is such a function
        case "string":
            return exact.text
        case kind:
            return getattr(exact, kind)  # type: ignore[no-any-return] # each of them is such a function


@cached_by_class
def reader_of(cls: Any, of: TreeReader, body_format: BodyFormat = "tree") -> Read:
    """What reads values of a class. It raises `DecodeError` with path and reason."""
    plan = plan_of(cls, body_format)
    fill = _filler(plan, of, body_format)
    of_union = plan.members if plan.is_union else ()
    by_name = {each.name: (each, value_reader(plan, each.value, of, body_format)) for each in of_union}

    def read_structure(data: Any) -> Any:
        if not plan.members:
            tree.members_of(data)
            return cls()
        made = cls.__new__(cls)
        fill(made, data)
        return made

    def read_union(data: Any) -> Any:
        at, node = tree.only_member(data)
        if at not in by_name:
            return cls(unknown_member=of.unknown_member(at, node))
        member, read = by_name[at]
        try:
            return cls(**{member.attribute: read(node)})
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None

    return read_union if plan.is_union else read_structure


@cached_by_class
def body_reader_of(cls: Any, of: TreeReader, body_format: BodyFormat) -> Fill:
    """What sets the members that are in the body."""
    return _filler(plan_of_body(cls, body_format), of, body_format)


def _filler(plan: ShapePlan, of: TreeReader, body_format: BodyFormat) -> Fill:
    members = [
        (each.name, each.attribute, value_reader(plan, each.value, of, body_format), each.mandatory)
        for each in plan.members
    ]

    def fill(made: Any, data: Any) -> None:
        get = tree.members_of(data)
        at = ""
        try:
            for at, attribute, read, mandatory in members:
                node = get(at)
                value = read(node) if node is not None else None
                setattr(made, attribute, tree.required(value) if mandatory else value)
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None

    return fill


def value_reader(plan: ShapePlan, value: ValuePlan, of: TreeReader, body_format: BodyFormat) -> Read:
    """What reads a member of the plan's class, or what a list or a map in it holds."""
    inner = value.inner
    match value.kind:
        case "structure":
            return _structure_reader(plan, value.target, of, body_format)
        case "events":
            read_event = _structure_reader(plan, value.target, of, body_format)
            return lambda node: tree.read_list(node, read_event)
        case "list" if inner is not None:
            read, read_list = value_reader(plan, inner, of, body_format), _list_reader(value)
            return lambda node: read_list(node, read)
        case "map" if inner is not None:
            read, read_map = value_reader(plan, inner, of, body_format), _map_reader(value)
            return lambda node: read_map(node, read)
        case _:
            read = _scalar_reader(value, of)
            return (lambda node: timestamps.in_seconds(read(node))) if value.milliseconds else read


def _structure_reader(plan: ShapePlan, target: str, of: TreeReader, body_format: BodyFormat) -> Read:
    def read(node: Any) -> Any:
        # Classes are loaded when a tree has one.
        return reader_of(getattr(plan.values, target), of, body_format)(node)

    return read


def _list_reader(value: ValuePlan) -> Callable[[Any, Read], Any]:
    return tree.read_sparse_list if value.sparse else tree.read_list


def _map_reader(value: ValuePlan) -> Callable[[Any, Read], Any]:
    if value.secret:
        return tree.read_secret_sparse_map if value.sparse else tree.read_secret_map
    return tree.read_sparse_map if value.sparse else tree.read_map


def _scalar_reader(value: ValuePlan, of: TreeReader) -> Read:
    match value.kind:
        case "document":
            return tree.read_document
        case "jsonvalue":
            return of.located_document if value.located else json.read_json_text
        case "single":
            return of.double
        case kind:
            return getattr(of, kind)  # type: ignore[no-any-return] # a reader of that kind

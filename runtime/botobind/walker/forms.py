"""Forms by codec plans: parameters that say where in a value they are by dotted names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind import timestamps
from botobind.cached import cached_by_class
from botobind.errors import DecodeError, failed_at
from botobind.formats import exact, query, tree
from botobind.markers import unknown_union_member
from botobind.rules.plans import plan_of
from botobind.tables import text_kind
from botobind.wire.percent import encode_in_form

if TYPE_CHECKING:
    from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan
    from botobind.types import QueryChunks, QueryNode

__all__ = ["reader_of", "writer_of"]

Write: TypeAlias = "Callable[[Any, QueryChunks, str], None]"
"""Appends the parameters of a value whose name, percent-encoded and after `&`, is given."""

Read: TypeAlias = "Callable[[QueryNode], Any]"


@cached_by_class
def writer_of(cls: Any) -> Write:
    """What writes values of a class; the name is the prefix of its members' names. It raises what `exact.UNWRITABLE`
    has, without saying where.
    """
    plan = plan_of(cls, "query")
    members = [(each.attribute, encode_in_form(each.name), _writer(plan, each.value)) for each in plan.members]
    by_attribute = {attribute: (name, write) for attribute, name, write in members}

    def write_structure(value: Any, chunks: QueryChunks, prefix: str) -> None:
        for attribute, name, write in members:
            member = getattr(value, attribute)
            if member is not None:
                write(member, chunks, prefix + name)

    def write_union(value: Any, chunks: QueryChunks, prefix: str) -> None:
        for attribute, member in value.given():
            if attribute not in by_attribute:
                unknown_union_member(value)
            name, write = by_attribute[attribute]
            write(member, chunks, prefix + name)

    return write_union if plan.is_union else write_structure


def _writer(plan: ShapePlan, value: ValuePlan) -> Write:
    match value.kind:
        case "structure":
            return _structure_writer(plan, value)
        case "events":
            write_events = _items_writer(_structure_writer(plan, value), f".{value.item_name}", sparse=False)

            def write(stream: Any, chunks: QueryChunks, name: str) -> None:
                if not write_events(tree.events_of(stream), chunks, name):
                    chunks += (f"{name}=", "")

            return write
        case "list":
            return _list_writer(plan, value)
        case "map":
            return _map_writer(plan, value)
        case "string":
            return _add
        case _:
            name = value.time_format if value.kind == "timestamp" else text_kind(value.kind)
            text: Callable[[Any], str] = getattr(query, f"write_{name}")
            return lambda scalar, chunks, name: _add(text(scalar), chunks, name)


def _add(text: str, chunks: QueryChunks, name: str) -> None:
    chunks += (f"{name}=", text)


def _structure_writer(plan: ShapePlan, value: ValuePlan) -> Write:
    def write(structure: Any, chunks: QueryChunks, name: str) -> None:
        before = len(chunks)
        cls = getattr(plan.values, value.target)
        writer_of(cls)(exact.structure(structure, cls), chunks, f"{name}.")
        if plan.keeps_empty and len(chunks) == before:
            chunks += (f"{name}=", "")

    return write


def _items_writer(write: Write, item_name: str, *, sparse: bool) -> Callable[[Any, QueryChunks, str], int]:
    """Appends the items of a list, and tells how many there are."""

    def write_items(items: Any, chunks: QueryChunks, name: str) -> int:
        index = 0
        for index, item in enumerate(items, 1):
            _write_or_nil(write, item, chunks, f"{name}{item_name}.{index}", sparse=sparse)
        return index

    return write_items


def _write_or_nil(write: Write, item: Any, chunks: QueryChunks, name: str, *, sparse: bool) -> None:
    if sparse and item is None:
        chunks += (f"{name}.nil=", "true")
    else:
        write(item, chunks, name)


def _list_writer(plan: ShapePlan, value: ValuePlan) -> Write:
    assert value.inner is not None  # noqa: S101 - for type checkers
    item_name = "" if value.is_flat else f".{encode_in_form(value.item_name)}"
    write_items = _items_writer(_writer(plan, value.inner), item_name, sparse=value.sparse)
    # EC2 has no way to say that a list is empty.
    says_empty = "list" not in plan.nothing_is_empty

    def write(items: Any, chunks: QueryChunks, name: str) -> None:
        if type(items) is not list:
            exact.items(items)
        if says_empty and not items:
            chunks += (f"{name}=", "")
        write_items(items, chunks, name)

    return write


def _map_writer(plan: ShapePlan, value: ValuePlan) -> Write:
    assert value.inner is not None  # noqa: S101 - for type checkers
    write_value = _writer(plan, value.inner)
    entry = "" if value.is_flat else ".entry"
    key_name, value_name = encode_in_form(value.key_name), encode_in_form(value.value_name)

    def write(entries: Any, chunks: QueryChunks, name: str) -> None:
        if plan.keeps_empty and not entries:
            chunks += (f"{name}=", "")
        for index, (key, item) in enumerate(entries.items(), 1):
            chunks += (f"{name}{entry}.{index}.{key_name}=", key)
            _write_or_nil(write_value, item, chunks, f"{name}{entry}.{index}.{value_name}", sparse=value.sparse)

    return write


@cached_by_class
def reader_of(cls: Any) -> Read:
    """What reads values of a class from nodes of `query.tree_of`. It raises `DecodeError` with path and reason."""
    plan = plan_of(cls, "query")
    readers = [(each, _reader(plan, each.value)) for each in plan.members]
    by_name = {each.name: (each, read) for each, read in readers}
    members = [
        (each.name, each.attribute, read, partial(_absent, plan, each, read) if each.mandatory else None)
        for each, read in readers
    ]

    def read_structure(node: QueryNode) -> Any:
        get = query.members_of(node)
        if not members:
            return cls()
        made = cls.__new__(cls)
        at = ""
        try:
            for at, attribute, read, absent in members:
                # Of most structures most members are absent.
                if (child := get(at)) is None:
                    setattr(made, attribute, absent() if absent else None)
                else:
                    setattr(made, attribute, tree.required(read(child)) if absent else read(child))
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None
        return made

    def read_union(node: QueryNode) -> Any:
        at, child = query.only_member(node)
        if at not in by_name:
            return cls(unknown_member=at)
        member, read = by_name[at]
        try:
            return cls(**{member.attribute: read(child)})
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None

    return read_union if plan.is_union else read_structure


_NOTHING: dict[str, Callable[[], Any]] = {"list": list, "map": dict}


def _absent(plan: ShapePlan, member: MemberPlan, read: Read) -> Any:
    """What it means that a member which must be there is not: of some kinds an empty value leaves no trace."""
    kind = member.value.kind
    if kind not in plan.nothing_is_empty:
        return tree.required(None)
    return _NOTHING[kind]() if kind in _NOTHING else read({})


def _reader(plan: ShapePlan, value: ValuePlan) -> Read:
    inner = value.inner
    match value.kind:
        case "structure":
            return _structure_reader(plan, value.target)
        case "events":
            read_event = _structure_reader(plan, value.target)
            return lambda node: query.read_list(node, read_event, value.item_name)
        case "list" if inner is not None:
            read = _reader(plan, inner)
            read_list = query.read_sparse_list if value.sparse else query.read_list
            item_name = None if value.is_flat else value.item_name
            return lambda node: read_list(node, read, item_name)
        case "map" if inner is not None:
            read, read_map = _reader(plan, inner), _map_reader(value)
            names = (None if value.is_flat else "entry", value.key_name, value.value_name)
            return lambda node: read_map(node, read, *names)
        case kind:
            read = getattr(query, f"read_{text_kind(kind)}")
            return (lambda node: timestamps.in_seconds(read(node))) if value.milliseconds else read


def _structure_reader(plan: ShapePlan, target: str) -> Read:
    def read(node: QueryNode) -> Any:
        # Classes are loaded when a form has one.
        return reader_of(getattr(plan.values, target))(node)

    return read


def _map_reader(value: ValuePlan) -> Any:
    if value.secret:
        return query.read_secret_sparse_map if value.sparse else query.read_secret_map
    return query.read_sparse_map if value.sparse else query.read_map

"""Values as pydantic takes and gives them: JSON's names and forms; beside them, in Python, bytes and datetimes.

All that is wrong with a tree is found, where the decoders stop at the first thing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from botobind import formats, schema, validation, walker
from botobind.attributes import evolve, frozen
from botobind.errors import DecodeError, MapKey, expected
from botobind.formats import tree
from botobind.formats.tree import TreeReader
from botobind.markers import JSON, in_format, is_shape, new, unknown_union_member
from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan, plan_of
from botobind.schema import Node
from botobind.shapes import REDACTED

if TYPE_CHECKING:
    from pydantic_core.core_schema import SerializationInfo

    from botobind.shapes import Shape

__all__ = [
    "Collector",
    "Place",
    "Problem",
    "code_of_type",
    "is_hidden",
    "item_of",
    "kind_of",
    "read_tree",
    "shown",
    "write_tree",
]

Place: TypeAlias = tuple[str | int, ...]
"""The names, indices and keys that lead to a value."""


def _blob(value: object) -> bytes | None:
    return formats.value.read_blob(value) if _is_blob(value) else formats.json.read_blob(value)


def _is_blob(value: object) -> bool:
    return isinstance(value, (bytes, bytearray, memoryview))


def _stream(value: object) -> Any:
    return value if callable(getattr(value, "read", None)) else _blob(value)


def _timestamp(value: object) -> datetime | None:
    is_moment = isinstance(value, datetime)
    return formats.value.read_timestamp(value) if is_moment else formats.json.read_timestamp(value)


_READER = TreeReader(
    string=tree.read_string,
    integer=tree.read_integer,
    double=tree.read_double,
    boolean=tree.read_boolean,
    blob=_blob,
    stream=_stream,
    timestamp=_timestamp,
    located_document=formats.json.read_json_text,
    unknown_member=lambda name, _: name,
)
_WRITER = evolve(
    formats.value.WRITER, located_document=formats.json.write_json_text, unknown_member=unknown_union_member
)
_CODES = {
    "str": "string_type",
    "int": "int_type",
    "float": "float_type",
    "bool": "bool_type",
    "bytes": "bytes_type",
    "datetime": "datetime_type",
    "document": "json_type",
    "stream": "bytes_type",
}


def write_tree(value: Any, info: SerializationInfo) -> Any:
    """What `model_dump` gives of a value: as `to_json` has it, where JSON is asked for; else with bytes and datetimes
    as they are. What is no value of a class, as `model_construct` may leave it, is for pydantic. Raises the errors of
    `to_json`.
    """
    if not is_shape(value):
        return value
    if info.mode_is_json():
        return in_format(value, JSON).to_json()
    return _written(value)


def _written(value: Any) -> dict[str, Any]:
    """A value with JSON's names, and bytes and datetimes as they are."""
    try:
        found: dict[str, Any] = walker.trees.writer_of(value.__class__, _WRITER, "json")(value)
    except formats.exact.UNWRITABLE as error:
        validation.explain(error, value)
    return found


def read_tree(cls: type[Shape], item: Any) -> Any:
    """The value of a tree. Raises `DecodeError` for the first thing that is wrong, and for instances in it.

    Scalars are read as strictly as JSON Schema describes them: `of_json` takes texts that are numbers for numbers.
    """
    return walker.trees.reader_of(cls, _READER, "json")(item)


@frozen()
class Problem:
    """What is wrong at a place of a tree."""

    place: Place
    code: str
    """What pydantic calls such a problem."""
    reason: str
    shown: object
    """What stands there, where that may be shown."""


def code_of_type(node: Node) -> str:
    """What pydantic calls it that something is not of a node's type."""
    match node:
        case schema.Scalar(kind=kind):
            return _CODES[kind]
        case schema.MapOf():
            return "dict_type"
        case schema.Reference():
            return "model_type"
    return "list_type"


def shown(item: object, *, hidden: bool) -> object:
    """What errors show of a scalar: a number or a text that is not sensitive, of all else the type."""
    if hidden:
        return REDACTED
    return item if item is None or isinstance(item, (str, int, float, datetime)) else kind_of(item)


def kind_of(item: object) -> str:
    """What errors show where a structure, a list or a map belongs: there may be something sensitive in it."""
    return f"<{type(item).__name__}>"


class _Spot(NamedTuple):
    """A place of a tree, and what belongs there."""

    plan: ShapePlan
    """Of the class whose member it is, or is in."""
    value: ValuePlan
    node: Node
    place: Place
    hidden: bool

    def of_items(self, node: Node) -> _Spot:
        """What belongs to each place in a list or a map."""
        return self._replace(value=self.value.inner or self.value, node=node)


class Collector:
    """Reads a tree, and what is wrong with it into `problems`; what cannot be read is None."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def structure(self, cls: type[Shape], item: Any, place: Place) -> Any:
        """The value of a class, with all members that can be read."""
        if isinstance(item, cls):
            return item
        plan = plan_of(cls, "json")
        if not isinstance(item, dict):
            return self._refuse(place, "model_type", expected("object", item), kind_of(item))
        nodes = {member.attribute: member.node for member in schema.members_of(cls)}

        def read(each: MemberPlan) -> Any:
            found, hidden = item.get(each.name), is_hidden(cls, each.attribute)
            spot = _Spot(plan, each.value, nodes[each.attribute], (*place, each.name), hidden)
            return None if found is None else self._value(spot, found)

        if plan.is_union:
            return self._union(cls, plan, item, place, read)
        if not plan.members:
            return cls()
        made = new(cls)
        for each in plan.members:
            setattr(made, each.attribute, read(each))
        return made

    def _union(self, cls: Any, plan: ShapePlan, item: Any, place: Place, read: Callable[[MemberPlan], Any]) -> Any:
        try:
            name, _ = tree.only_member(item)
        except DecodeError as error:
            return self._refuse(place, "union", error, kind_of(item))
        member = plan.by_name.get(name)
        if member is None:
            return cls(unknown_member=name)
        found = read(member)
        return None if found is None else cls(**{member.attribute: found})

    def _value(self, spot: _Spot, item: Any) -> Any:
        spot = spot._replace(hidden=spot.hidden or schema.is_sensitive(spot.node))
        match spot.node:
            case schema.Reference(target=target):
                return self.structure(target, item, spot.place)
            case schema.ListOf() | schema.StreamOf():
                return self._list(spot, item)
            case schema.MapOf():
                return self._map(spot, item)
        try:
            return walker.trees.value_reader(spot.plan, spot.value, _READER, "json")(item)
        except DecodeError as error:
            return self._refuse(spot.place, code_of_type(spot.node), error, shown(item, hidden=spot.hidden))

    def _list(self, spot: _Spot, items: Any) -> Any:
        if not isinstance(items, (list, tuple)):
            return self._refuse(spot.place, "list_type", expected("list", items), kind_of(items))
        inner = spot.of_items(item_of(spot.node))
        read = (
            None if item is None else self._value(inner._replace(place=(*spot.place, at)), item)
            for at, item in enumerate(items)
        )
        # Nulls are dropped, but for those in sparse lists; what could not be read keeps its place.
        return [found for item, found in zip(items, read, strict=True) if item is not None or spot.value.sparse]

    def _map(self, spot: _Spot, entries: Any) -> Any:
        if not isinstance(entries, dict):
            return self._refuse(spot.place, "dict_type", expected("object", entries), kind_of(entries))
        node: Any = spot.node
        hides_keys = spot.hidden or schema.is_sensitive(node.key)
        made = {}
        for key, item in entries.items():
            place = (*spot.place, "…" if hides_keys else str(key))
            if not isinstance(key, str):
                self._refuse(place, "string_type", expected("str as key", key), kind_of(key))
            elif item is not None:
                made[key] = self._value(spot.of_items(node.value)._replace(place=place), item)
            elif spot.value.sparse:
                made[key] = None
        return made

    def _refuse(self, place: Place, code: str, error: DecodeError, shows: object) -> None:
        inside = tuple(step.key if isinstance(step, MapKey) else step for step in error.steps)
        self.problems.append(Problem((*place, *inside), code, error.reason, shows))


def item_of(node: Any) -> Node:
    """What a list or a stream of events holds."""
    item: Node = node.event if isinstance(node, schema.StreamOf) else node.item
    return item


def is_hidden(cls: type[Shape], attribute: str) -> bool:
    """Whether a member of a class is sensitive."""
    return attribute in cls.SENSITIVE or bool(cls.TRAITS.get("sensitive"))

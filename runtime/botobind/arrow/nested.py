"""Columns of structures, unions, lists and maps: arrays of Arrow made of the columns of what is in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain, count, pairwise, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
from pyarrow import compute

from botobind.arrow.columns import TEXT, Array, Column, Misfit
from botobind.errors import MapKey, Step

if TYPE_CHECKING:
    from botobind.shapes import Shape

__all__ = ["Lists", "Maps", "MemberColumn", "Structures", "Unions"]


class MemberColumn(NamedTuple):
    """The column of a member."""

    attribute: str
    column: Column


class Structures(Column):
    """Values of one class; `mandatory` are the attributes that are never None, columns or not. A structure without
    columns is a boolean, which says that it is there: Parquet has no other way.
    """

    def __init__(self, cls: type[Shape], members: Sequence[MemberColumn], mandatory: Sequence[str] = ()) -> None:
        self.members = tuple(members)
        self.classes = frozenset((cls,))
        self.word = cls.__name__
        self.fields = [pa.field(each.attribute, each.column.form) for each in self.members]
        self.form = pa.struct(self.fields) if self.fields else pa.bool_()
        self._mandatory = tuple(mandatory)
        self._new: Any = cls

    def check(self, values: Sequence[Any]) -> None:
        """Raises `Misfit` where there are others than values of the class, or None."""
        if others := {*map(type, values)} - self.classes:
            self._refuse(values, others)

    def write_members(self, values: Sequence[Any]) -> list[Array]:
        """The array of each member of values that are there."""
        return [self._member(each, [*map(attrgetter(each.attribute), values)]) for each in self.members]

    def _member(self, member: MemberColumn, values: Sequence[Any]) -> Array:
        try:
            return member.column.write(values)
        except Misfit as misfit:
            raise misfit.within(None, member.attribute) from None

    def _write(self, values: Sequence[Any], classes: set[type]) -> Array:  # noqa: ARG002 - there are two at most
        if not self.fields:
            return pa.array([None if value is None else True for value in values], self.form)
        present = [value for value in values if value is not None]
        try:
            arrays = self.write_members(present)
        except Misfit as misfit:
            raise misfit.within(_places(values).__getitem__) from None
        array: Array = pa.StructArray.from_arrays(arrays, fields=self.fields)
        if len(present) == len(values):
            return array
        numbers = count()
        return array.take(pa.array([None if value is None else next(numbers) for value in values], pa.int64()))

    def _takes(self, found: pa.DataType) -> bool:
        return pa.types.is_struct(found) if self.fields else pa.types.is_boolean(found)

    def _read(self, array: Array) -> list[Any]:
        columns = self._read_members(array) if self.fields else {}
        is_there = _is_there(array)
        for attribute in self._mandatory:
            values = columns.get(attribute, [None] * len(array))
            for index, (value, there) in enumerate(zip(values, is_there, strict=True)):
                if value is None and there:
                    raise Misfit(index, "required member is missing", (attribute,))
        # Without columns there are no rows, either.
        rows = zip(*columns.values(), strict=True) if columns else repeat(())
        return [
            self._new(**{name: value for name, value in zip(columns, row, strict=True) if value is not None})
            if there
            else None
            for there, row in zip(is_there, rows, strict=False)
        ]

    def _read_members(self, array: Array) -> dict[str, list[Any]]:
        """The values of members that are not absent everywhere."""
        inner = {field.name: each for field, each in zip(array.type, array.flatten(), strict=True)}
        columns: dict[str, list[Any]] = {}
        for attribute, column in self.members:
            found = inner.get(attribute)
            if found is not None and found.null_count < len(array):
                try:
                    columns[attribute] = column.read(found)
                except Misfit as misfit:
                    raise misfit.within(None, attribute) from None
        return columns


class Unions(Structures):
    """Unions of one class. `unknown_member` has the name of one that the model does not have."""

    def __init__(self, cls: type[Shape], members: Sequence[MemberColumn]) -> None:
        super().__init__(cls, [*members, MemberColumn("unknown_member", TEXT)])

    def write_members(self, values: Sequence[Any]) -> list[Array]:
        """The array of each member, of which one is there in each value."""
        # Properties would take ten times as long.
        given = [(value._member, value._value) for value in values]  # noqa: SLF001
        present = {member for member, _ in given}
        if None in present:
            return super().write_members(values)
        arrays = []
        for each in self.members:
            is_there = each.attribute in present
            found = [inner if member == each.attribute else None for member, inner in given] if is_there else []
            arrays.append(self._member(each, found) if is_there else pa.nulls(len(values), each.column.form))
        return arrays


class Lists(Column):
    """Lists of values of one type."""

    word = "lists"
    classes = frozenset((list, tuple))

    def __init__(self, item: Column) -> None:
        self._item = item
        self.form = pa.list_(item.form)

    def _write(self, values: Sequence[Any], classes: set[type]) -> Array:  # noqa: ARG002 - both are sequences
        try:
            items = self._item.write([*_flat(values)])
        except Misfit as misfit:
            raise _outside(misfit, values) from None
        return pa.ListArray.from_arrays(_offsets(values), items)

    def _takes(self, found: pa.DataType) -> bool:
        is_list = pa.types.is_list(found) or pa.types.is_large_list(found) or pa.types.is_fixed_size_list(found)
        return is_list or pa.types.is_list_view(found) or pa.types.is_large_list_view(found)

    def _read(self, array: Array) -> list[Any]:
        # Not by offsets: those of views follow no order, and pyarrow's cast to other lists loses what is behind nulls.
        starts = [*accumulate((size or 0 for size in compute.list_value_length(array).to_pylist()), initial=0)]
        try:
            items = self._item.read(array.flatten())
        except Misfit as misfit:
            raise _inside(misfit, starts) from None
        spans = zip(_is_there(array), pairwise(starts), strict=True)
        return [items[start:end] if there else None for there, (start, end) in spans]


class Maps(Column):
    """Maps with texts as keys. Secret keys are in no text of an error."""

    word = "maps"
    classes = frozenset((dict,))

    def __init__(self, key: Column, value: Column, *, secret: bool = False) -> None:
        self._key = key
        self._value = value
        self._secret = secret
        self.form = pa.map_(key.form, value.form)

    def _write(self, values: Sequence[Any], classes: set[type]) -> Array:  # noqa: ARG002 - dicts
        keys = [*_flat(values)]
        if None in keys:
            raise _outside(Misfit(keys.index(None), "a key is None"), values)
        try:
            written = self._key.write(keys)
            items = self._value.write([*chain.from_iterable(map(dict.values, filter(None, values)))])
        except Misfit as misfit:
            raise _outside(misfit, values, self._step(keys, misfit)) from None
        return pa.MapArray.from_arrays(_offsets(values), written, items)

    def _step(self, keys: Sequence[Any], misfit: Misfit) -> Step | None:
        key = None if misfit.index is None else keys[misfit.index]
        return MapKey(key) if isinstance(key, str) and not self._secret else None

    def _takes(self, found: pa.DataType) -> bool:
        # What has no maps has lists of structs in their place.
        return pa.types.is_map(found) or (
            (pa.types.is_list(found) or pa.types.is_large_list(found))
            and pa.types.is_struct(found.value_type)
            and [field.name for field in found.value_type] == ["key", "value"]
        )

    def _read(self, array: Array) -> list[Any]:
        starts, first, size = _spans(array)
        keys, values = array.values.slice(first, size).flatten()
        try:
            entries = [*zip(self._key.read(keys), self._value.read(values), strict=True)]
        except Misfit as misfit:
            raise _inside(misfit, starts) from None
        spans = zip(_is_there(array), pairwise(starts), strict=True)
        return [dict(entries[start:end]) if there else None for there, (start, end) in spans]


def _flat(values: Sequence[Any]) -> Iterator[Any]:
    """What is in all lists, or the keys of all maps."""
    return chain.from_iterable(filter(None, values))


def _offsets(values: Sequence[Any]) -> Array:
    """Where in one array each list begins, null for those that are null, and where the last one ends."""
    offsets: list[int | None] = []
    total = 0
    for value in values:
        if value is None:
            offsets.append(None)
        else:
            offsets.append(total)
            total += len(value)
    if total >= 2**31:
        raise pa.ArrowCapacityError("more items than an array holds")
    return pa.array([*offsets, total], pa.int32())


def _places(values: Sequence[Any]) -> list[int]:
    """Where the values are that are there."""
    return [index for index, value in enumerate(values) if value is not None]


def _outside(misfit: Misfit, values: Sequence[Any], step: Step | None = None) -> Misfit:
    """What does not fit among all items, as a step into the list or map that has it."""
    if misfit.index is None:
        return misfit
    places = _places(values)
    starts = [*accumulate((len(values[place]) for place in places), initial=0)]
    return _at_item(misfit, starts, places.__getitem__, step)


def _inside(misfit: Misfit, starts: list[int]) -> Misfit:
    """What does not fit among items that are read."""
    return misfit if misfit.index is None else _at_item(misfit, starts, None, None)


def _at_item(misfit: Misfit, starts: list[int], place: Callable[[int], int] | None, step: Step | None) -> Misfit:
    index = misfit.index or 0
    # Empty lists begin where the next one does: the last of those is meant.
    number = bisect_right(starts, index) - 1
    moved = Misfit(number, misfit.reason, misfit.steps)
    return moved.within(place, index - starts[number] if step is None else step)


def _spans(array: Array) -> tuple[list[int], int, int]:
    """Where maps begin among their entries, which begin at the first one's, and where the entries are in the array."""
    offsets = array.offsets.to_pylist()
    first = offsets[0]
    return [offset - first for offset in offsets], first, offsets[-1] - first


def _is_there(array: Array) -> list[bool]:
    """Which values of an array are not null."""
    found: list[bool] = array.is_valid().to_pylist()
    return found

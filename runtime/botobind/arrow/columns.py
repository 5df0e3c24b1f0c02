"""What a column is, and columns of scalars: each makes an Arrow array of values, and values of an array."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeAlias

import pyarrow as pa

from botobind.errors import DecodeError, EncodeError, Step, ValidationError
from botobind.timestamps import microseconds_of, of_microseconds

__all__ = [
    "BLOB",
    "BOOLEAN",
    "DICTIONARY",
    "DOUBLE",
    "TEXT",
    "TIMESTAMP",
    "Array",
    "Column",
    "Misfit",
    "Texts",
    "integers",
]

Array: TypeAlias = Any
"""An Arrow array: the stubs of pyarrow know of each type's arrays alone what they have."""
Form: TypeAlias = Any
"""An Arrow type: functions that take any are overloads for each of them."""

_NONE = type(None)
_UNFIT = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError)
"""What pyarrow raises for a value that is not of a type."""
_INFERRED: dict[Any, Form] = {form: form for form in (pa.string(), pa.bool_(), pa.int64(), pa.float64())}
_INFERRED |= dict.fromkeys((pa.int8(), pa.int16(), pa.int32()), pa.int64())
"""The types that pyarrow gives to values of the right classes alone. Bytes have none: among them, texts are taken for
bytes.
"""
_MOMENTS = pa.timestamp("us", tz="UTC")


class Misfit(Exception):  # noqa: N818 - no error yet: each column around it adds where it is
    """A value that does not fit, at an index of a column, or a whole column of another type."""

    def __init__(self, index: int | None, reason: str, steps: tuple[Step, ...] = ()) -> None:
        super().__init__(index, reason, steps)
        self.index = index
        self.reason = reason
        self.steps = steps

    def within(self, index: Callable[[int], int] | None, *steps: Step) -> Misfit:
        """The error as the column around has it: at another index, with more steps before its path."""
        moved = self.index if self.index is None or index is None else index(self.index)
        return Misfit(moved, self.reason, (*steps, *self.steps))


class Column(ABC):
    """Values of one type. `classes` are those of the values, `word` is what texts of errors call one."""

    form: Form
    classes: frozenset[type]
    word: str

    def write(self, values: Sequence[Any]) -> Array:
        """The array of values, with nulls where they are None. Raises `Misfit` for one of another class."""
        classes = {*map(type, values)}
        if others := classes - self.classes - {_NONE}:
            self._refuse(values, others)
        if classes <= {_NONE}:
            return pa.nulls(len(values), self.form)
        return self._write(values, classes)

    def read(self, array: Array) -> list[Any]:
        """The values of an array, None for nulls. Raises `Misfit` for what is of another type, or no such value."""
        if array.null_count == len(array):
            return [None] * len(array)
        if isinstance(array, pa.DictionaryArray):
            array = array.dictionary_decode()
        if not self._takes(array.type):
            raise Misfit(None, f"expected a column of {self.word}, got one of {array.type}")
        return self._read(array)

    @abstractmethod
    def _write(self, values: Sequence[Any], classes: set[type]) -> Array:
        """The array of values that are of the right classes, and not all None."""

    @abstractmethod
    def _read(self, array: Array) -> list[Any]:
        """The values of an array of a type that is taken, not all of which are null."""

    @abstractmethod
    def _takes(self, found: pa.DataType) -> bool:
        """Whether values may be read of arrays of a type."""

    def _refuse(self, values: Sequence[Any], classes: set[type]) -> None:
        """Raises `Misfit` where one of the classes is no subclass of the column's."""
        ours = tuple(self.classes)
        wrong = {each for each in classes if (each is bool and int in ours) or not issubclass(each, ours)}
        if wrong:
            index = next(index for index, value in enumerate(values) if type(value) in wrong)
            raise Misfit(index, f"expected one of {self.word}, got {type(values[index]).__name__}")


_Predicate: TypeAlias = Callable[[pa.DataType], bool]


def _is_text(found: pa.DataType) -> bool:
    return pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found)


def _is_binary(found: pa.DataType) -> bool:
    return pa.types.is_binary(found) or pa.types.is_large_binary(found) or pa.types.is_binary_view(found)


class Scalars(Column):
    """Numbers, texts, bytes, booleans or timestamps. `readable` tells from which types they may be cast."""

    def __init__(self, form: Form, word: str, classes: Sequence[type], *readable: _Predicate) -> None:
        self.form = form
        self.word = word
        self.classes = frozenset(classes)
        self._readable = readable
        self._inferred: Form = _INFERRED.get(form)
        # Texts are read as they are: pyarrow does not cast all that others make of them.
        self._read_as: Form = None if _is_text in readable or _is_binary in readable else form

    def write(self, values: Sequence[Any]) -> Array:
        """The array of values. What pyarrow itself finds to be of the type needs no look at the class of each."""
        if self._inferred is not None:
            with suppress(*_UNFIT):
                found = _array(values)
                if found.type == self._inferred:
                    return found if self._inferred == self.form else found.cast(self.form)
        return super().write(values)

    def _write(self, values: Sequence[Any], classes: set[type]) -> Array:  # noqa: ARG002 - others look at them
        try:
            return _array(values, self.form)
        except _UNFIT:
            raise self._unfit(values) from None

    def _unfit(self, values: Sequence[Any]) -> Misfit:
        """Which of the values does not fit. No text has the value, which may be sensitive."""
        for index, value in enumerate(values):
            try:
                pa.array([value], self.form)
            except _UNFIT:
                return Misfit(index, f"{type(value).__name__} that does not fit into {self.form}")
        return Misfit(None, f"values that do not fit into {self.form}")

    def _takes(self, found: pa.DataType) -> bool:
        return any(takes(found) for takes in self._readable)

    def _read(self, array: Array) -> list[Any]:
        return _listed(self._cast(array))

    def _cast(self, array: Array) -> Array:
        try:
            return array if self._read_as in (None, array.type) else array.cast(self._read_as)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise Misfit(None, f"{array.type} holds what is not one of {self.word}") from None


class _Timestamps(Scalars):
    """Moments in UTC; years before 1 and after 9999 are there in Arrow, too."""

    def _write(self, values: Sequence[Any], classes: set[type]) -> Array:
        # Subclasses may say of another moment what a plain datetime can hold.
        if classes - {datetime, _NONE}:
            values = [None if value is None else microseconds_of(value) for value in values]
        return super()._write(values, classes)

    def _read(self, array: Array) -> list[Any]:
        numbers = self._cast(array).cast(pa.int64()).to_pylist()
        return [None if number is None else of_microseconds(number) for number in numbers]


class Texts(Column):
    """Values that are texts in a column, such as documents: `dump` writes and `parse` reads them, and both raise errors
    with a path.
    """

    form = pa.string()

    def __init__(self, dump: Callable[[Any], str], parse: Callable[[str], Any], of: type = object) -> None:
        self._dump = dump
        self._parse = parse
        self.classes = frozenset((of,))
        self.word = "documents" if of is object else of.__name__

    def _write(self, values: Sequence[Any], classes: set[type]) -> Array:  # noqa: ARG002 - any
        return TEXT.write(_change(values, self._dump))

    def _takes(self, found: pa.DataType) -> bool:
        return _is_text(found)

    def _read(self, array: Array) -> list[Any]:
        return _change(_listed(array), self._parse)


def _listed(array: Array) -> list[Any]:
    try:
        found: list[Any] = array.to_pylist()
    except UnicodeDecodeError:  # which holds all of a text
        raise Misfit(None, f"{array.type} holds what is not in UTF-8") from None
    return found


def _change(values: Sequence[Any], change: Callable[[Any], Any]) -> list[Any]:
    changed: list[Any] = []
    try:
        for value in values:
            changed.append(None if value is None else change(value))  # noqa: PERF401 - its length tells where it failed
    except (DecodeError, EncodeError) as error:
        raise Misfit(len(changed), error.reason, error.steps) from None
    except ValidationError as error:
        raise Misfit(len(changed), "; ".join(map(str, error.violations))) from None
    return changed


def _array(values: Sequence[Any], form: Form = None) -> Array:
    found: Array = pa.array(values, form)
    if isinstance(found, pa.ChunkedArray):
        # More than two gigabytes of texts: a batch has one array of a column.
        raise pa.ArrowCapacityError("more than an array holds")
    return found


def integers(bits: int) -> Scalars:
    """Integers of a size."""
    form = {8: pa.int8(), 16: pa.int16(), 32: pa.int32()}.get(bits, pa.int64())
    return Scalars(form, "integers", (int,), pa.types.is_integer, pa.types.is_floating)


TEXT = Scalars(pa.string(), "texts", (str,), _is_text)
DICTIONARY = Scalars(pa.dictionary(pa.int32(), pa.string()), "texts", (str,), _is_text)
"""Each text is there once."""
BLOB = Scalars(pa.binary(), "bytes", (bytes, bytearray), _is_binary)
BOOLEAN = Scalars(pa.bool_(), "booleans", (bool,), pa.types.is_boolean)
# Numbers of single precision, too: what JSON said of them is not rounded.
DOUBLE = Scalars(pa.float64(), "numbers", (float, int), pa.types.is_floating, pa.types.is_integer)
TIMESTAMP = _Timestamps(_MOMENTS, "timestamps", (datetime,), pa.types.is_timestamp, pa.types.is_date)

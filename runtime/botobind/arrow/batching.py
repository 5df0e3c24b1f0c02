"""Schemas and record batches of values, and values of record batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pyarrow as pa

from botobind.arrow.columns import Misfit
from botobind.arrow.layout import Options, layout_of
from botobind.errors import DecodeError, EncodeError, Step

if TYPE_CHECKING:
    from typing import Unpack

    from botobind.arrow.nested import Structures

__all__ = ["ROWS", "Source", "batches", "reader", "schema", "values"]

T = TypeVar("T")

ROWS = 10_000
"""How many values there are in a batch at most, unless that is said."""

Source: TypeAlias = "pa.Table | pa.RecordBatch | pa.RecordBatchReader | Iterable[pa.RecordBatch] | Any"
"""What values are read from: a table, batches, or what other libraries have in Arrow's C stream (`__arrow_c_stream__`),
such as a data frame of polars or a relation of DuckDB.
"""


def schema(cls: type[Any], **options: Unpack[Options]) -> pa.Schema:
    """The Arrow schema of a class. All columns may be null.

    Raises `EncodeError` for a stream among the members, for a member that the class does not have, and where no member
    is left.
    """
    return pa.schema(layout_of(cls, options).fields)


def batches(
    values: Iterable[T], cls: type[T], *, rows: int = ROWS, **options: Unpack[Options]
) -> Iterator[pa.RecordBatch]:
    """Record batches of values, made when they are asked for, of at most as many rows; no value, no batch.

    Raises `EncodeError` as `schema` does, at once, and when a batch is asked for, with the number of the value and the
    path of the member, for a value of another class, a member of another type, or a number out of range. Errors that
    the iterator raises are raised as they are.
    """
    if rows < 1:
        raise ValueError("rows: at least 1")
    layout = layout_of(cls, options)
    if not isinstance(values, Iterable):
        raise TypeError(f"expected an iterable of values, got {type(values).__name__}")
    return _batches(iter(values), layout, rows)


def reader(values: Iterable[T], cls: type[T], *, rows: int = ROWS, **options: Unpack[Options]) -> pa.RecordBatchReader:
    """Record batches of values as a reader with the schema of the class, which pandas, polars, DuckDB and pyarrow's
    writers take.

    Raises what `batches` raises. What is raised while others read it arrives as they pass it on.
    """
    return pa.RecordBatchReader.from_batches(schema(cls, **options), batches(values, cls, rows=rows, **options))


def values(source: Source, cls: type[T], **options: Unpack[Options]) -> Iterator[T]:
    """The values of batches, one batch at a time: equal to those that `batches` was given, with the same options.

    Columns of Arrow's other types for the same, such as large lists or dictionaries, are read as well. Columns that are
    not there are absent members, and others are passed over. Raises `DecodeError`, with the number of the row and the
    path of the column, for columns of other types, for what no such value can be, and for a null in place of a member
    that the class cannot be without.
    """
    return _values(_batches_of(source), layout_of(cls, options))


def _batches(values: Iterator[Any], layout: Structures, rows: int) -> Iterator[pa.RecordBatch]:
    number = 0
    while chunk := [*islice(values, rows)]:
        yield from _as_batches(chunk, layout, number)
        number += len(chunk)


def _as_batches(chunk: Sequence[Any], layout: Structures, number: int) -> Iterator[pa.RecordBatch]:
    """One batch, or several where one array does not hold what is in the values."""
    try:
        layout.check(chunk)
        arrays = layout.write_members(chunk)
    except Misfit as misfit:
        raise EncodeError(misfit.reason, _steps(misfit, number)) from None
    except pa.ArrowCapacityError:
        half = len(chunk) // 2
        if not half:
            raise EncodeError("more than an array of Arrow holds", (number,)) from None
        yield from _as_batches(chunk[:half], layout, number)
        yield from _as_batches(chunk[half:], layout, number + half)
    else:
        yield pa.RecordBatch.from_arrays(arrays, schema=pa.schema(layout.fields))


def _values(found: Iterable[pa.RecordBatch], layout: Structures) -> Iterator[Any]:
    number = 0
    for batch in found:
        if not isinstance(batch, pa.RecordBatch):
            raise TypeError(f"expected record batches, got {type(batch).__name__}")
        try:
            read = layout.read(batch.to_struct_array())
        except Misfit as misfit:
            raise DecodeError(misfit.reason, _steps(misfit, number)) from None
        yield from read
        number += len(read)


def _steps(misfit: Misfit, number: int) -> tuple[Step, ...]:
    return misfit.steps if misfit.index is None else (number + misfit.index, *misfit.steps)


def _batches_of(source: Any) -> Iterable[pa.RecordBatch]:
    if isinstance(source, pa.RecordBatch):
        return [source]
    if isinstance(source, pa.Table):
        return source.to_batches(max_chunksize=ROWS)
    if isinstance(source, pa.RecordBatchReader) or not hasattr(source, "__arrow_c_stream__"):
        if not isinstance(source, Iterable):
            raise TypeError(f"expected a table or record batches, got {type(source).__name__}")
        found: Iterable[pa.RecordBatch] = source
        return found
    return pa.RecordBatchReader.from_stream(source)

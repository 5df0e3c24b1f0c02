"""Parquet files of values, written row group by row group."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import nullcontext
from typing import IO, TYPE_CHECKING, Literal, TypeAlias, TypeVar

from pyarrow import parquet

from botobind.arrow.batching import ROWS, batches, schema
from botobind.wire.wholefiles import whole_file

if TYPE_CHECKING:
    from typing import Unpack

    from botobind.arrow.layout import Options

__all__ = ["Compression", "write_parquet"]

T = TypeVar("T")

Compression: TypeAlias = Literal["gzip", "brotli", "lz4", "zstd", "snappy", "none"]
"""How columns are compressed."""


def write_parquet(
    where: str | os.PathLike[str] | IO[bytes],
    values: Iterable[T],
    cls: type[T],
    *,
    rows: int = ROWS,
    compression: Compression = "zstd",
    **options: Unpack[Options],
) -> int:
    """Writes values into a Parquet file, and tells how many: no more than `rows` of them are held at once, which are a
    row group.

    At a path, the file is there when it is whole, in place of one that was there; where something is raised, none is,
    and the old one stays. An open binary file is written to as it is, and so is a pipe. Raises what `batches` raises,
    and `OSError`.
    """
    form = schema(cls, **options)
    count = 0
    opened = whole_file(where) if isinstance(where, (str, os.PathLike)) else nullcontext(where)
    with opened as sink, parquet.ParquetWriter(sink, form, compression=compression) as writer:
        for batch in batches(values, cls, rows=rows, **options):
            writer.write_batch(batch)
            count += batch.num_rows
    return count

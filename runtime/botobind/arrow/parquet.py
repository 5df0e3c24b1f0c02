"""Parquet files of values, written row group by row group."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from pyarrow import parquet

from botobind.arrow.batching import ROWS, batches, schema

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
    and the old one stays. An open binary file is written to as it is. Raises what `batches` raises, and `OSError`.
    """
    form = schema(cls, **options)
    count = 0
    with _opened(where) as sink, parquet.ParquetWriter(sink, form, compression=compression) as writer:
        for batch in batches(values, cls, rows=rows, **options):
            writer.write_batch(batch)
            count += batch.num_rows
    return count


@contextmanager
def _opened(where: str | os.PathLike[str] | IO[bytes]) -> Iterator[Any]:
    """The file to write into: at a path, one beside it that takes its place in the end."""
    if not isinstance(where, (str, os.PathLike)):
        yield where
        return
    path = Path(where)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        # With the mode that any new file has, which that of the module `tempfile` has not.
        with part.open("xb") as file:
            yield file
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise

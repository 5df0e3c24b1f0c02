"""Batches as they are asked for, and Parquet files: whole ones or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from botobind import EncodeError, arrow
from botobind_services import s3


class Tap:
    """Values that are counted as they are taken."""

    def __init__(self, count: int, *, fails: bool = False) -> None:
        self.taken = 0
        self._count = count
        self._fails = fails

    def __iter__(self) -> Iterator[s3.Object]:
        for number in range(self._count):
            self.taken += 1
            yield s3.Object(key=f"{number}")
        if self._fails:
            raise ConnectionError("gone")


def test_batches_are_made_when_they_are_asked_for() -> None:
    tap = Tap(100)
    found = arrow.batches(tap, s3.Object, rows=10)
    assert tap.taken == 0
    assert next(found).num_rows == 10
    assert tap.taken == 10
    assert sum(batch.num_rows for batch in found) == 90
    assert [*arrow.batches([], s3.Object)] == []


def test_a_reader_has_the_schema_and_passes_errors_on() -> None:
    taken = arrow.reader(Tap(25), s3.Object, rows=10)
    assert taken.schema == arrow.schema(s3.Object)
    assert [batch.num_rows for batch in taken] == [10, 10, 5]
    assert arrow.reader([], s3.Object).read_all().schema == arrow.schema(s3.Object)
    assert [*arrow.values(arrow.reader(Tap(2), s3.Object), s3.Object)] == [s3.Object(key="0"), s3.Object(key="1")]
    with pytest.raises(ConnectionError, match="gone"):
        arrow.reader(Tap(25, fails=True), s3.Object).read_all()
    with pytest.raises(EncodeError, match=r"\$\[1\]\.key: expected one of texts, got int"):
        arrow.reader([s3.Object(), s3.Object(key=1)], s3.Object).read_all()  # type: ignore[arg-type]


def test_parquet_has_a_row_group_per_batch(tmp_path: Path) -> None:
    path = tmp_path / "objects.parquet"
    assert arrow.write_parquet(path, Tap(25), s3.Object, rows=10) == 25
    file = parquet.ParquetFile(path)
    assert [file.metadata.row_group(each).num_rows for each in range(3)] == [10, 10, 5]
    assert file.schema_arrow == arrow.schema(s3.Object)
    assert [each.key for each in arrow.values(file.iter_batches(), s3.Object)] == [f"{each}" for each in range(25)]
    (tmp_path / "new").touch()
    assert path.stat().st_mode == (tmp_path / "new").stat().st_mode
    assert arrow.write_parquet(path, [], s3.Object) == 0
    assert parquet.read_table(path).schema == arrow.schema(s3.Object)


@pytest.mark.parametrize("error", ["source", "value"])
@pytest.mark.parametrize("before", [None, b"old"])
def test_no_half_of_a_file_is_left(tmp_path: Path, error: str, before: bytes | None) -> None:
    path = tmp_path / "objects.parquet"
    if before is not None:
        path.write_bytes(before)
    values: Any = Tap(25, fails=True) if error == "source" else [*Tap(25), None]
    with pytest.raises((ConnectionError, EncodeError)):
        arrow.write_parquet(path, values, s3.Object, rows=10)
    assert [each.name for each in tmp_path.iterdir()] == ([] if before is None else ["objects.parquet"])
    assert before is None or path.read_bytes() == before


def test_parquet_goes_where_the_folder_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        arrow.write_parquet(tmp_path / "no" / "objects.parquet", [s3.Object()], s3.Object)

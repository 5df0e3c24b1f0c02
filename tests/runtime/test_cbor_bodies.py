"""Bodies in CBOR are written by shorter ways than trees: what comes out must be the same."""

from __future__ import annotations

import math
from collections import deque
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from support.wire_structs import CLASSES

from botobind.errors import EncodeError
from botobind.formats import cbor, cborchunks
from botobind.testing import example, strategy
from botobind.timestamps import of_epoch
from botobind_services import cloudwatch as cw

NOON = datetime(2020, 2, 29, 12, tzinfo=UTC)
MOMENTS = [
    NOON,
    NOON.replace(microsecond=678_000),
    NOON.replace(tzinfo=None),
    NOON.replace(tzinfo=timezone(timedelta(hours=2))),
    NOON.replace(year=4),
    NOON.replace(year=9996, microsecond=1),
    of_epoch(10**12),
    of_epoch(-(10**12)),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_moments(moment: datetime) -> None:
    body = [cbor.BODY_WRITER.epoch(moment), cbor.BODY_WRITER.iso8601(moment), cbor.BODY_WRITER.rfc822(moment)]
    assert cbor.dump_body(body) == cbor.dump([moment] * 3)


@pytest.mark.parametrize("number", [0.0, 0.5, 1 / 3, -1e30, float("inf")])
def test_singles(number: float) -> None:
    body = cbor.dump_body([cbor.BODY_WRITER.single(number)])
    assert body == cbor.dump([cbor.WRITER.single(number)])
    assert len(body) == 1 + 5


def test_a_single_out_of_range() -> None:
    with pytest.raises(EncodeError, match="out of range for single precision"):
        cbor.BODY_WRITER.single(1e39)


@pytest.mark.parametrize("dump", [cbor.dump, cbor.dump_body])
def test_what_cbor_cannot_hold(dump: object) -> None:
    assert callable(dump)
    with pytest.raises(EncodeError, match=r"\A\$: cannot be written as CBOR: \w+\Z"):
        dump({"a": [object()]})


def by_chunks(value: Any) -> bytes:
    """The document as the class writes it, without a tree to fall back on."""
    chunks: list[bytes] = []
    value.write_cbor(chunks)
    return b"".join(chunks)


@pytest.mark.parametrize("cls", [row for row in CLASSES if row.values[0].__module__.startswith(cw.__name__)])
def test_chunks_are_what_trees_are(cls: Any) -> None:
    value = example(cls)
    assert by_chunks(value) == cbor.dump_value(value) == cbor.dump(value.to_cbor())
    empty = cls.__new__(cls)
    for attribute in cls._attributes():
        setattr(empty, attribute, None)
    assert by_chunks(empty) == b"\xa0"


@pytest.mark.parametrize("cls", [cw.PutMetricDataInput, cw.GetMetricDataOutput, cw.PutMetricAlarmInput])
def test_any_value(cls: Any) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(strategy(cls))
    def check(value: Any) -> None:
        by_tree = cls.of_cbor(cbor.parse(cbor.dump(value.to_cbor())))
        assert cls.of_cbor(cbor.parse(cbor.dump_value(value))) == by_tree

    check()


EDGES = [0, 1, 23, 24, 255, 256, 4095, 4096, 2**16 - 1, 2**16, 2**32 - 1, 2**32, 2**64 - 1]


@pytest.mark.parametrize("number", [*EDGES, *(-1 - edge for edge in EDGES)])
def test_integers(number: int) -> None:
    assert cborchunks.integer(number) == cbor.dump(number)


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 4095, 4096, 2**16 - 1, 2**16])
def test_sizes(size: int) -> None:
    texts = cw.MetricDatum(metric_name="\xe9" * (size // 2) + "a" * (size % 2), values=[0.5] * size)
    assert by_chunks(texts) == cbor.dump(texts.to_cbor())
    entries = cw.Entity(attributes={str(number): "" for number in range(size)})
    assert by_chunks(entries) == cbor.dump(entries.to_cbor())
    assert cborchunks.blob(b"a" * size) == cbor.dump(b"a" * size)


@pytest.mark.parametrize("number", [0.0, -0.0, 0.1, 1e308, 5e-324, math.nan, math.inf, -math.inf])
def test_doubles(number: float) -> None:
    assert cborchunks.double(number) == cbor.dump(number)


def test_whole_doubles_that_are_ints() -> None:
    assert by_chunks(cw.MetricDatum(metric_name="", value=5)) == by_chunks(cw.MetricDatum(metric_name="", value=5.0))


@pytest.mark.parametrize(
    "moment", [*MOMENTS[:2], *(NOON.replace(day=1, year=year, microsecond=1) for year in (1, 1969, 9996))]
)
def test_common_moments(moment: datetime) -> None:
    assert cborchunks.timestamp(moment) == cbor.dump(moment)


UNUSUAL = [
    *(partial(cw.MetricDatum, metric_name="m", timestamp=moment) for moment in MOMENTS),
    lambda: cw.MetricDatum(metric_name="m", unit=cw.StandardUnit.SECONDS, storage_resolution=2**70),
    lambda: cw.MetricDatum(metric_name="m", values=(0.5, 1.5), dimensions=deque([cw.Dimension(name="a", value="b")])),
    lambda: cw.MetricDatum(metric_name="m", dimensions=iter([cw.Dimension(name="a", value="b")])),
    lambda: cw.Entity(attributes=MappingProxyType({"a": "b"})),
    lambda: cw.MetricDatum(metric_name="m", storage_resolution=True),
    lambda: cw.MetricDatum(metric_name=b"m"),
    lambda: cw.MetricDatum(metric_name=7),
    lambda: cw.MetricDatum(metric_name="\ud800"),
    lambda: cw.MetricDatum(metric_name="m", value="0.5"),
    lambda: cw.MetricDatum(metric_name="m", value=10**400),
    lambda: cw.MetricDatum(metric_name="m", timestamp="now"),
    lambda: cw.MetricDatum(metric_name="m", dimensions=[None]),
    lambda: cw.MetricDatum(metric_name="m", dimensions=7),
    lambda: cw.MetricDatum(metric_name="m", dimensions=["a"]),
    lambda: cw.Entity(attributes={1: "b"}),
    lambda: cw.Entity(attributes=["a"]),
    lambda: cw.PutMetricStreamInput(name="m", output_format=object()),
    lambda: cw.EvaluationCriteria(unknown_member="New"),
]


def outcome(write: Any) -> object:
    try:
        return write()
    except (EncodeError, TypeError, AttributeError, ValueError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("make", UNUSUAL, ids=range(len(UNUSUAL)))
def test_what_is_unusual_is_written_or_refused_alike(make: Any) -> None:
    assert outcome(lambda: cbor.dump_value(make())) == outcome(
        lambda: cbor.dump_body(make().write_tree(cbor.BODY_WRITER))
    )

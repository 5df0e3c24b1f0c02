"""Moments that no datetime can hold: order, hashes, calculations and copies."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from timestamps.moments import BOTH, DISTANT, ZONED, is_utc, utc

from botobind.timestamps import (
    OutOfRangeDatetime,
)


@given(BOTH, BOTH)
def test_order_and_differences_are_those_of_the_epochs(one: datetime, other: datetime) -> None:
    def exact(moment: datetime) -> int:
        if isinstance(moment, OutOfRangeDatetime):
            return int(moment.epoch * 1_000_000)
        return (moment - utc(1970, 1, 1)) // timedelta(microseconds=1)

    distance = exact(one) - exact(other)
    assert (one < other, one <= other) == (distance < 0, distance <= 0)
    assert (one > other, one >= other) == (distance > 0, distance >= 0)
    assert (one == other, one != other) == (distance == 0, distance != 0)
    if abs(distance) < 10**18:
        assert one - other == timedelta(microseconds=distance)
        if isinstance(one, OutOfRangeDatetime):
            assert one - (one - other) == other
            assert one + (other - one) == other


@given(DISTANT, ZONED)
def test_equal_moments_have_equal_hashes(epoch: Decimal, other: datetime) -> None:
    moment = OutOfRangeDatetime(epoch)
    wire_struct = OutOfRangeDatetime(epoch)
    assert (moment, hash(moment)) == (wire_struct, hash(wire_struct))
    assert moment != other or hash(moment) == hash(other)


def test_out_of_range_is_never_the_clamped_moment() -> None:
    latest, earliest = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    after, before = OutOfRangeDatetime(253402300800), OutOfRangeDatetime(-62135596801)
    assert (after.replace(), before.replace()) == (latest, earliest)
    assert after != latest
    assert latest != after
    assert before != earliest
    assert after != latest.replace(tzinfo=None)
    assert after != "9999-12-31"
    assert len({after, latest, before, earliest}) == 4
    moments = [OutOfRangeDatetime(-(10**18)), before, earliest, latest, after]
    assert sorted([after, latest, before, earliest, moments[0]]) == moments
    assert all(one < other and other > one for one, other in pairwise(moments))


def test_out_of_range_equals_what_an_offset_brings_there() -> None:
    zoned = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-1)))
    moment = OutOfRangeDatetime(253402300800)
    assert moment == zoned
    assert zoned == moment
    assert hash(moment) == hash(zoned)
    assert moment < zoned + timedelta(microseconds=1)


@pytest.mark.parametrize("other", [datetime(2014, 4, 29), date(2014, 4, 29), "2014", 1])
def test_out_of_range_has_no_order_with_naive_ones(other: datetime) -> None:
    moment = OutOfRangeDatetime(253402300800)
    for compare in (moment.__lt__, moment.__le__, moment.__gt__, moment.__ge__):
        try:
            assert compare(other) is NotImplemented
        except TypeError:
            assert isinstance(other, date)
    with pytest.raises(TypeError):
        assert moment < other
    with pytest.raises(TypeError):
        assert other < moment
    with pytest.raises(TypeError):
        _ = moment - other
    assert moment != other


@pytest.mark.parametrize("epoch", [0, 253402300799, -62135596800, Decimal("NaN"), 10**18 + 1])
def test_out_of_range_takes_nothing_else(epoch: int | Decimal) -> None:
    with pytest.raises(ValueError, match="year 1"):
        OutOfRangeDatetime(epoch)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_out_of_range_is_copied_and_pickled(protocol: int) -> None:
    moment = OutOfRangeDatetime(Decimal("-62135596800.5"))
    for wire_struct in (
        pickle.loads(pickle.dumps(moment, protocol)),
        copy.copy(moment),
        copy.deepcopy([moment])[0],
    ):
        assert type(wire_struct) is OutOfRangeDatetime
        assert wire_struct == moment
        assert wire_struct.epoch == moment.epoch


def test_out_of_range_shows_what_it_is() -> None:
    moment = OutOfRangeDatetime(Decimal("253402300800.5"))
    assert repr(moment) == "OutOfRangeDatetime(Decimal('253402300800.5'))"
    assert str(moment) == f"{moment}" == "+10000-01-01 00:00:00.500000Z"
    assert moment.isoformat(timespec="milliseconds") == "+10000-01-01T00:00:00.500Z"
    assert moment.timestamp() == 253402300800.5


def test_out_of_range_in_calculations() -> None:
    moment = OutOfRangeDatetime(253402300800)
    assert moment - timedelta(seconds=1) == utc(9999, 12, 31, 23, 59, 59)
    assert is_utc(moment - timedelta(seconds=1))
    assert moment + timedelta(days=1) == timedelta(days=1) + moment
    assert (moment + timedelta(days=1)).timestamp() == 253402387200
    assert moment - utc(9999, 12, 31) == timedelta(days=1)
    assert utc(9999, 12, 31) - moment == timedelta(days=-1)
    assert moment.astimezone(timezone(timedelta(hours=1))) is moment
    assert type(moment.replace(year=2014, tzinfo=None)) is datetime
    with pytest.raises(OverflowError):
        _ = OutOfRangeDatetime(10**18) - utc(2014, 4, 29)
    with pytest.raises(ValueError, match="year 1"):
        _ = OutOfRangeDatetime(10**18) + timedelta(seconds=1)
    with pytest.raises(TypeError):
        _ = moment + 1  # type: ignore[operator]

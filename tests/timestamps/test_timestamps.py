"""Timestamps: a table for both directions, one of what else is read, one of what is refused."""

from __future__ import annotations

import decimal
import math
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import pytest
from botocore.utils import parse_timestamp  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from botobind.errors import DecodeError, EncodeError
from botobind.timestamps import (
    OutOfRangeDatetime,
    _of_uncommon_text,
    of_epoch,
    of_text,
    of_value,
    of_wire,
    to_epoch,
    to_iso8601,
    to_rfc822,
)

if TYPE_CHECKING:
    from collections.abc import Callable
from timestamps.moments import BOTH, MOMENTS, PLAIN, ZONED, is_utc, utc

DISTANT_MOMENTS: list[tuple[int | Decimal, str]] = [
    (253402300800, "+10000-01-01T00:00:00Z"),
    (Decimal("253402300800.000001"), "+10000-01-01T00:00:00.000001Z"),
    (Decimal("253402300800.25"), "+10000-01-01T00:00:00.250Z"),
    (327408436800, "+12345-02-28T12:00:00Z"),
    (-62135596801, "0000-12-31T23:59:59Z"),
    (Decimal("-62135596800.001"), "0000-12-31T23:59:59.999Z"),
    (-62167219200, "0000-01-01T00:00:00Z"),
    (-62162121600, "0000-02-29T00:00:00Z"),
    (-62167219201, "-0001-12-31T23:59:59Z"),
    (-377705116800, "-9999-01-01T00:00:00Z"),
    (8640000000000, "+275760-09-13T00:00:00Z"),
    (-8640000000000, "-271821-04-20T00:00:00Z"),
    (10**18, "+31688740476-10-23T01:46:40Z"),
    (-(10**18), "-31688736537-03-10T22:13:20Z"),
]

READABLE_TEXTS = [
    *(
        (text, utc(2014, 4, 29, 18, 30, 38))
        for text in (
            "2014-04-29T18:30:38z",
            "2014-04-29t18:30:38Z",
            "2014-04-29T18:30:38",
            "2014-04-29 18:30:38",
            "2014-04-29 18:30:38Z",
            "2014-04-29 18:30:38 UTC",
            "2014-04-29T18:30:38+00:00",
            "2014-04-29T18:30:38-00:00",
            "2014-04-29T18:30:38+0000",
            "2014-04-29T18:30:38+00",
            "2014-04-29T20:30:38+02:00",
            "2014-04-29T20:30:38 +0200",
            "2014-04-29T10:30:38-08",
            "2014-04-30T00:00:38+05:30",
            "2014-04-29T18:30:38.0Z",
            "20140429T183038Z",
            "20140429T183038",
            "20140429T203038+0200",
            "+2014-04-29T18:30:38Z",
            "+002014-04-29T18:30:38Z",
            "  2014-04-29T18:30:38Z\n",
            "Tue, 29 Apr 2014 18:30:38 UTC",
            "Tue, 29 Apr 2014 18:30:38 +0000",
            "Tue, 29 Apr 2014 20:30:38 +0200",
            "Tue, 29 Apr 2014 18:30:38",
            "tue, 29 APR 2014 18:30:38 gmt",
            "Wed, 29 Apr 2014 18:30:38 GMT",
            "Tue, 29 Apr 14 18:30:38 GMT",
            "29 Apr 2014 18:30:38 GMT",
            "29 Apr 14 18:30:38 UT",
            "Tuesday, 29-Apr-14 18:30:38 GMT",
            "Tue, 29-Apr-2014 18:30:38 GMT",
            "Tue Apr 29 18:30:38 2014",
            "Tue Apr 29 18:30:38 UTC 2014",
            "1398796238",
            "+1398796238",
            "1398796238.",
            "1398796238.0",
            "1.398796238e9",
            "1398796238000E-3",
        )
    ),
    ("2014-04-29", utc(2014, 4, 29)),
    ("2014-04-29T18:30", utc(2014, 4, 29, 18, 30)),
    ("2014-04-29T18:30Z", utc(2014, 4, 29, 18, 30)),
    ("29 Apr 2014 18:30 GMT", utc(2014, 4, 29, 18, 30)),
    ("2014-04-29T18:30:38.5Z", utc(2014, 4, 29, 18, 30, 38, 500_000)),
    ("2014-04-29T18:30:38,678Z", utc(2014, 4, 29, 18, 30, 38, 678_000)),
    ("2014-04-29T18:30:38.678901+00:00", utc(2014, 4, 29, 18, 30, 38, 678_901)),
    ("2014-04-29T18:30:38.9999999Z", utc(2014, 4, 29, 18, 30, 38, 999_999)),
    ("2014-04-29T18:30:38.123456789Z", utc(2014, 4, 29, 18, 30, 38, 123_456)),
    (f"2014-04-29T18:30:38.{'9' * 79}Z", utc(2014, 4, 29, 18, 30, 38, 999_999)),
    ("Tue, 29 Apr 2014 18:30:38.123 GMT", utc(2014, 4, 29, 18, 30, 38, 123_000)),
    ("Sun, 9 Apr 2014 08:30:38 GMT", utc(2014, 4, 9, 8, 30, 38)),
    ("Wed Apr  9 08:30:38 2014", utc(2014, 4, 9, 8, 30, 38)),
    ("Friday, 31-Dec-49 00:00:00 GMT", utc(2049, 12, 31)),
    ("Thursday, 29-Apr-99 00:00:00 GMT", utc(1999, 4, 29)),
    ("Sat, 01 Jan 0050 00:00:00 GMT", utc(50, 1, 1)),
    ("2016-12-31T23:59:60Z", utc(2017, 1, 1)),
    ("2016-12-31T23:59:60.5Z", utc(2017, 1, 1, 0, 0, 0, 500_000)),
    ("Sat, 31 Dec 2016 23:59:60 GMT", utc(2017, 1, 1)),
    ("2014-04-29T24:00:00Z", utc(2014, 4, 30)),
    ("2014-12-31T24:00:00.000+01:00", utc(2014, 12, 31, 23)),
    ("-1.5e3", utc(1969, 12, 31, 23, 35)),
    (".5", utc(1970, 1, 1, 0, 0, 0, 500_000)),
    ("20140429", utc(1970, 8, 22, 2, 33, 49)),
    ("253402300799.123", utc(9999, 12, 31, 23, 59, 59, 123_000)),
    ("1e-30000", utc(1970, 1, 1)),
    ("0000-12-31T23:30:00-01:00", utc(1, 1, 1, 0, 30)),
    ("+10000-01-01T00:30:00+01:00", utc(9999, 12, 31, 23, 30)),
]

DISTANT_TEXTS = [
    ("12345-02-28T12:00:00Z", "327408436800"),
    ("253402300800.5", "253402300800.5"),
    ("1e15", "1e15"),
    ("9999-12-31T23:59:60Z", "253402300800"),
    ("9999-12-31T24:00:00Z", "253402300800"),
    ("9999-12-31T23:59:59.5-00:01", "253402300859.5"),
    ("9999-12-31T23:00:00-23:59", "253402383540"),
    ("0001-01-01T00:00:00+00:01", "-62135596860"),
    ("Fri, 31 Dec 9999 23:59:59 -0100", "253402304399"),
    ("Thu, 01 Jan 0000 00:00:00 GMT", "-62167219200"),
]

UNREADABLE_TEXTS = [
    "",
    " ",
    "x",
    "secret",
    "NaN",
    "Infinity",
    "-inf",
    "1e19",
    "-1e19",
    "1e99999",
    "1e999999999999999999",
    "1e9999999999999999999999",
    "1000000000000000001",
    "9" * 99,
    "1_000",
    "0x10",
    "1,5",
    "--1",
    "true",
    "\uff12\uff10\uff11\uff14-04-29T18:30:38Z",
    "2014-04-2\u0669T18:30:38Z",
    "\u0661\u0663\u0669\u0668",
    "Tue, 2\u0669 Apr 2014 18:30:38 GMT",
    "2014-04",
    "2014-4-29",
    "14-04-29",
    "2014-13-01",
    "2014-00-01",
    "2014-04-31",
    "2014-02-29T00:00:00Z",
    "+1900-02-29",
    "+10001-02-29",
    "2014-W18-2T18:30:38Z",
    "2014-119T18:30:38Z",
    "2014-04-29T",
    "2014-04-29T18Z",
    "2014-04-29x18:30:38Z",
    "2014-04-29T18:30:378Z",
    "2014-04-29T18:30:38?Z",
    "2014-04-29T18:30:38.Z",
    "2014-04-29T18:30:38.12xZ",
    "2014-04-29T18:Z\x00:38Z",
    "2014-04-29T18:Z\x00:38.678Z",
    "Tue, 29 Apr 2014 18:Z\x00:38 GMT",
    "2014-04-29T18:30.38Z",
    "2014-04-29T1830:38.5Z",
    "2014-04-29T25:00:00Z",
    "2014-04-29T24:00:01Z",
    "2014-04-29T24:00:00.1Z",
    "2014-04-29T18:60:00Z",
    "2014-04-29T18:30:61Z",
    "2014-04-29T18:30:38+24:00",
    "2014-04-29T18:30:38+01:60",
    "2014-04-29T18:30:38+1",
    "2014-04-29T18:30:38ZZ",
    "2014-04-29T18:30:38EST",
    "2014-04-29T18:30:38Z 2014-04-29T18:30:38Z",
    "2014-04-29T18:30:38Z\x00",
    "\ud800014-04-29T18:30:38Z",
    "+31688740476-10-23T01:46:41Z",
    "+99999999999-01-01T00:00:00Z",
    "-999999999999-01-01T00:00:00Z",
    "+1000000000000-01-01T00:00:00Z",
    "Tue, 29 Apr 2014618:30:38 GMT",
    "Tue, 29 Apr 2014 18:30.38 GMT",
    "Tue, 29 Abc 2014 18:30:38 GMT",
    "Xyz, 29 Apr 2014 18:30:38 GMT",
    "Tue, 32 Apr 2014 18:30:38 GMT",
    "Tue, 29 Apr 2014 18:30:38 EST",
    "Tue, 29 Apr 201 18:30:38 GMT",
    "Tue, 29 Apr 2014",
    "Tue Apr 29 18:30:38",
    f"2014-04-29T18:30:38.{'0' * 80}Z",
    "2014-04-29T18:30:38Z" + " " * 81,
    "1" * 10_000_000,
]

UNREADABLE_NUMBERS = [
    True,
    False,
    math.nan,
    math.inf,
    -math.inf,
    1e308,
    1.1e18,
    10**18 + 1,
    -(10**18) - 1,
    10**10_000,
    -(10**10_000),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    Decimal("1e18") + 1,
    Decimal("1e999999"),
]


def refusal(read: Callable[[], object]) -> DecodeError:
    """The error of a reader that must refuse."""
    with pytest.raises(DecodeError) as caught:
        read()
    return caught.value


@pytest.mark.parametrize(("epoch", "iso", "rfc822", "moment"), MOMENTS)
def test_both_directions(epoch: float, iso: str, rfc822: str, moment: datetime) -> None:
    assert of_epoch(epoch) == of_text(iso) == of_text(str(epoch)) == of_value(epoch) == moment
    assert of_wire(epoch) == of_wire(iso) == moment
    assert of_epoch(Decimal(str(epoch))) == moment
    assert of_text(rfc822) == moment.replace(microsecond=0)
    assert all(map(is_utc, (of_epoch(epoch), of_text(iso), of_text(rfc822), of_value(iso))))
    written = to_epoch(moment)
    assert (written, type(written)) == (epoch, type(epoch))
    assert to_iso8601(moment) == iso
    assert to_rfc822(moment) == rfc822


@pytest.mark.parametrize(("epoch", "iso"), DISTANT_MOMENTS)
def test_out_of_range_in_both_directions(epoch: int | Decimal, iso: str) -> None:
    moment = OutOfRangeDatetime(epoch)
    assert of_epoch(epoch) == of_text(iso) == of_text(str(epoch)) == of_value(moment) == moment
    assert all(map(is_utc, (moment, of_epoch(epoch), of_text(iso), of_value(moment))))
    assert moment.epoch == epoch
    assert to_iso8601(moment) == iso
    written = to_epoch(moment)
    assert written == float(epoch)
    assert isinstance(written, int) == isinstance(epoch, int)
    with pytest.raises(EncodeError, match="years 1 to 9999"):
        to_rfc822(moment)


@pytest.mark.parametrize(("text", "moment"), READABLE_TEXTS)
def test_reading_texts(text: str, moment: datetime) -> None:
    assert of_text(text) == of_wire(text) == moment
    assert of_value(text) == moment
    assert is_utc(of_text(text))


@pytest.mark.parametrize(("text", "epoch"), DISTANT_TEXTS)
def test_reading_out_of_range_texts(text: str, epoch: str) -> None:
    assert of_text(text) == OutOfRangeDatetime(Decimal(epoch))
    assert is_utc(of_text(text))


@pytest.mark.parametrize("text", UNREADABLE_TEXTS, ids=lambda text: ascii(text[:40]))
def test_refusing_texts(text: str) -> None:
    assert str(refusal(lambda: of_wire(text))) == str(refusal(lambda: of_text(text)))
    error = refusal(lambda: of_text(text))
    assert error.reason.startswith("expected a timestamp")
    assert len(text.strip()) < 2 or text not in str(error)
    # Tools that report errors follow the chain even where it is suppressed.
    assert error.__context__ is None


@pytest.mark.parametrize("number", UNREADABLE_NUMBERS, ids=lambda number: type(number).__name__)
def test_refusing_numbers(number: float | Decimal) -> None:
    assert refusal(lambda: of_epoch(number)).reason.startswith("expected a timestamp")
    assert refusal(lambda: of_value(number)).__context__ is None


@pytest.mark.parametrize("value", [None, b"2014-04-29", [], {}, 1j, timedelta(1)])
def test_refusing_other_values(value: object) -> None:
    assert refusal(lambda: of_value(value)).reason == "expected a timestamp"


def test_numbers_are_rounded_to_the_nearest_microsecond() -> None:
    assert of_epoch(0.0000007) == of_epoch(Decimal("0.0000007")) == utc(1970, 1, 1, 0, 0, 0, 1)
    assert of_epoch(-0.0000007) == of_text("-0.0000007") == utc(1969, 12, 31, 23, 59, 59, 999_999)
    assert of_epoch(Decimal("253402300799.9999996")) == OutOfRangeDatetime(253402300800)


def test_the_decimal_context_of_the_caller_has_no_influence() -> None:
    context = decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Rounded])
    with decimal.localcontext(context):
        assert of_text("1398796238.678") == utc(2014, 4, 29, 18, 30, 38, 678_000)
        moment = OutOfRangeDatetime(Decimal("253402300800.000001"))
        assert of_text("+10000-01-01T00:00:00.000001Z") == moment


class Unaware(tzinfo):
    """A zone that knows no offset, which makes a datetime as naive as none does."""

    def utcoffset(self, _moment: datetime | None, /) -> None: ...
    def dst(self, _moment: datetime | None, /) -> None: ...
    def tzname(self, _moment: datetime | None, /) -> None: ...


class OwnDatetime(datetime):
    """What other libraries derive from datetime."""


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (datetime(2014, 4, 29, 18, 30, 38), utc(2014, 4, 29, 18, 30, 38)),
        (datetime(2014, 4, 29, 18, 30, 38, tzinfo=Unaware()), utc(2014, 4, 29, 18, 30, 38)),
        (
            datetime(2014, 4, 29, 18, 30, 38, tzinfo=timezone(timedelta(hours=2))),
            utc(2014, 4, 29, 16, 30, 38),
        ),
        (OwnDatetime(2014, 4, 29, tzinfo=UTC), utc(2014, 4, 29)),
        (
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
            OutOfRangeDatetime(Decimal("253402304399.999999")),
        ),
        (
            datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
            OutOfRangeDatetime(-62135600400),
        ),
    ],
)
def test_datetimes_of_callers(value: datetime, moment: datetime) -> None:
    assert of_value(value) == moment
    assert is_utc(of_value(value))
    assert to_iso8601(value) == to_iso8601(moment)
    assert to_epoch(value) == to_epoch(moment)
    if not isinstance(moment, OutOfRangeDatetime):
        assert to_rfc822(value) == to_rfc822(moment)


def test_dates_of_callers() -> None:
    assert of_value(date(2014, 4, 29)) == utc(2014, 4, 29)


@given(BOTH)
def test_iso8601_round_trip(moment: datetime) -> None:
    assert of_text(to_iso8601(moment)) == moment


@given(PLAIN)
def test_rfc822_round_trip(moment: datetime) -> None:
    assert of_text(to_rfc822(moment)) == moment.replace(microsecond=0)


@given(PLAIN)
def test_epoch_round_trip_of_milliseconds(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert of_epoch(to_epoch(moment)) == moment


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_epoch_round_trip_of_microseconds(moment: datetime) -> None:
    assert of_epoch(to_epoch(moment)) == moment
    assert of_text(repr(to_epoch(moment))) == moment


@given(st.integers(-(10**18), 10**18))
def test_epoch_round_trip_of_seconds(epoch: int) -> None:
    assert to_epoch(of_epoch(epoch)) == to_epoch(of_text(str(epoch))) == epoch


@given(ZONED)
def test_offsets_are_applied_or_assumed_to_be_none(moment: datetime) -> None:
    in_utc = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    assert of_value(moment) == in_utc
    assert hash(of_value(moment)) == hash(in_utc)
    assert is_utc(of_value(moment))
    assert of_text(to_iso8601(moment)) == in_utc


@given(st.text(max_size=110) | st.text("0123456789-+:., TZeGMuApr", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        moment = of_text(text)
    except DecodeError as error:
        assert error.__context__ is None
    else:
        assert is_utc(moment)


def read_or_none(text: str) -> datetime | None:
    """The moment, or None where the text is refused."""
    try:
        return of_text(text)
    except DecodeError:
        return None


@given(
    text=st.sampled_from(
        [
            "2014-04-29T18:30:38Z",
            "2014-04-29T18:30:38.678Z",
            "2014-04-29T18:30:38+00:00",
            "2014-W18-2T18:30:38Z",
            "Tue, 29 Apr 2014 18:30:38 GMT",
        ]
    ),
    place=st.integers(0, 28),
    removed=st.integers(0, 2),
    inserted=st.text("0123456789-+:., TZ", max_size=2),
)
def test_the_short_cut_reads_no_more_than_the_syntax(text: str, place: int, removed: int, inserted: str) -> None:
    text = text[:place] + inserted + text[place + removed :]
    # Texts with blanks around them do not take the short cut.
    assert read_or_none(text) == read_or_none(f" {text} ")


@pytest.mark.parametrize(
    "value",
    [
        *(value for row in MOMENTS if row[3].year > 1000 for value in row[:3]),
        *(str(row[0]) for row in MOMENTS),
        "2014-04-29 18:30:38",
        "2014-04-29T18:30:38",
        "2014-04-29T18:30:38.123456789Z",
        "2014-04-29T20:30:38+02:00",
        "2014-04-29T20:30:38-0730",
        "2014-04-29",
        "20140429T183038Z",
        "20140429",
        "Tue, 29 Apr 2014 20:30:38 +0200",
        "Tuesday, 29-Apr-14 18:30:38 GMT",
        "Tue Apr 29 18:30:38 2014",
        "1.398796238e9",
    ],
)
def test_common_values_are_read_as_botocore_does(value: float | str) -> None:
    expected = parse_timestamp(value)
    if expected.tzinfo is None:
        expected = expected.replace(tzinfo=UTC)
    # botocore takes a double for the exact number.
    assert abs(of_value(value) - expected) < timedelta(microseconds=20)


def test_odd_signs_in_the_common_form_are_read_or_refused_as_elsewhere() -> None:
    """The short way looks at the signs between the digits alone."""
    text = "2014-04-29T18:30:38Z"
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    odd = ["\0", "Z", "+", "-", ":", ".", ",", "W", "T", " ", "\u0664", "é", "9"]
    for first, second in combinations_with_replacement(places, 2):
        for sign, other in product(odd, odd):
            signs = list(text)
            signs[first], signs[second] = sign, other
            changed = "".join(signs)
            assert _outcome(of_wire, changed) == _outcome(_of_uncommon_text, changed), changed


def _outcome(read: Callable[[str], datetime], text: str) -> datetime | None:
    try:
        return read(text)
    except DecodeError:
        return None

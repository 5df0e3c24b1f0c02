"""Times by rules that stand somewhere: two digits of a year, leap seconds, the end of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from botobind import DecodeError, timestamps

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Sunday, 06-Nov-94 08:49:37 GMT", 1994),
        ("Sunday, 06-Nov-26 08:49:37 GMT", 2026),
        ("Sunday, 06-Nov-50 08:49:37 GMT", 2050),
        ("Sunday, 06-Nov-75 08:49:37 GMT", 2075),
        ("Monday, 15-Jun-76 08:49:37 GMT", 2076),
        ("Tuesday, 16-Jun-76 08:49:37 GMT", 1976),
        ("Saturday, 06-Nov-76 08:49:37 GMT", 1976),
        ("Sunday, 06-Nov-00 08:49:37 GMT", 2000),
        # RFC 5322 has two digits of its own, without dashes.
        ("Sun, 06 Nov 94 08:49:37 GMT", 1994),
        ("Sun, 06 Nov 50 08:49:37 GMT", 1950),
        ("Sun, 06 Nov 49 08:49:37 GMT", 2049),
    ],
)
def test_two_digits_of_a_year(monkeypatch: pytest.MonkeyPatch, text: str, year: int) -> None:
    monkeypatch.setattr(timestamps, "_today", lambda: TODAY)
    assert timestamps.of_text(text).year == year


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1998-12-31T23:59:60Z", datetime(1999, 1, 1, tzinfo=UTC)),
        ("1998-12-31T15:59:60.123-08:00", datetime(1999, 1, 1, 0, 0, 0, 123_000, tzinfo=UTC)),
        ("2015-06-30T23:59:60Z", datetime(2015, 7, 1, tzinfo=UTC)),
        ("2015-07-01T01:29:60+01:30", datetime(2015, 7, 1, tzinfo=UTC)),
        ("Tue, 30 Jun 2015 23:59:60 GMT", datetime(2015, 7, 1, tzinfo=UTC)),
        ("2020-02-29T23:59:60Z", datetime(2020, 3, 1, tzinfo=UTC)),
        ("2015-06-30T24:00:00Z", datetime(2015, 7, 1, tzinfo=UTC)),
        ("20150629T240000Z", datetime(2015, 6, 30, tzinfo=UTC)),
    ],
)
def test_moments_that_no_clock_of_python_shows(text: str, moment: datetime) -> None:
    assert timestamps.of_text(text) == timestamps.of_wire(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "1998-12-31T23:58:60Z",
        "1998-12-31T22:59:60Z",
        "1998-12-31T23:59:60-08:00",
        "1998-12-30T23:59:60Z",
        "1998-12-31T23:59:61Z",
        "2016-12-31T24:59:60+01:00",
        "2015-06-30T24:00:01Z",
        "Tue, 30 Jun 2015 24:00:00 GMT",
        "Tuesday, 30-Jun-15 24:00:00 GMT",
        "Tue Jun 30 24:00:00 2015",
        "Mon, 29 Jun 2015 23:59:60 GMT",
    ],
)
def test_moments_that_there_are_not(text: str) -> None:
    with pytest.raises(DecodeError, match="expected a timestamp"):
        timestamps.of_text(text)

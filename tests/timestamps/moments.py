"""What the tests of timestamps share: moments in all spellings, and strategies over them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from botobind.timestamps import (
    OutOfRangeDatetime,
)


def utc(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    microsecond: int = 0,
) -> datetime:
    """A datetime in UTC."""
    return datetime(year, month, day, hour, minute, second, microsecond, UTC)


MOMENTS = [
    # epoch, ISO 8601, RFC 822, datetime
    (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", utc(1970, 1, 1)),
    (
        1398796238,
        "2014-04-29T18:30:38Z",
        "Tue, 29 Apr 2014 18:30:38 GMT",
        utc(2014, 4, 29, 18, 30, 38),
    ),
    (
        1398796238.678,
        "2014-04-29T18:30:38.678Z",
        "Tue, 29 Apr 2014 18:30:38 GMT",
        utc(2014, 4, 29, 18, 30, 38, 678_000),
    ),
    (
        1398796238.000001,
        "2014-04-29T18:30:38.000001Z",
        "Tue, 29 Apr 2014 18:30:38 GMT",
        utc(2014, 4, 29, 18, 30, 38, 1),
    ),
    (-1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT", utc(1969, 12, 31, 23, 59, 59)),
    (
        -0.25,
        "1969-12-31T23:59:59.750Z",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        utc(1969, 12, 31, 23, 59, 59, 750_000),
    ),
    (
        2147483648,
        "2038-01-19T03:14:08Z",
        "Tue, 19 Jan 2038 03:14:08 GMT",
        utc(2038, 1, 19, 3, 14, 8),
    ),
    (951782400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT", utc(2000, 2, 29)),
    (-62135596800, "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT", utc(1, 1, 1)),
    (
        -62135596799.999,
        "0001-01-01T00:00:00.001Z",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        utc(1, 1, 1, 0, 0, 0, 1000),
    ),
    (-30610224000, "1000-01-01T00:00:00Z", "Wed, 01 Jan 1000 00:00:00 GMT", utc(1000, 1, 1)),
    (
        253402300799.123,
        "9999-12-31T23:59:59.123Z",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        utc(9999, 12, 31, 23, 59, 59, 123_000),
    ),
]

PLAIN = st.datetimes(timezones=st.just(UTC))
OFFSETS = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59))
ZONED = st.datetimes(timezones=st.none() | OFFSETS.map(timezone))
DISTANT = st.builds(
    Decimal,
    st.integers(253402300800, 10**18) | st.integers(-(10**18), -62135596801),
) | st.decimals("253402300800", "1e12", places=6)
BOTH = PLAIN | DISTANT.map(OutOfRangeDatetime)


def is_utc(moment: datetime) -> bool:
    """Whether what was read has the one form that is promised."""
    return type(moment) in {datetime, OutOfRangeDatetime} and moment.tzinfo is UTC

"""Timestamps as AWS protocols write them: seconds since 1970, ISO 8601 and HTTP dates.

Reading is open: any of the three formats is taken wherever a timestamp may stand, with or without
an offset from UTC. What is read is an aware UTC `datetime`; a moment outside the years 1 to 9999 is
an `OutOfRangeDatetime`. Writing is strict:
https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeGuard, overload

from botobind.errors import DecodeError, EncodeError

if TYPE_CHECKING:
    from datetime import tzinfo
    from decimal import Context, Decimal

__all__ = [
    "OutOfRangeDatetime",
    "in_seconds",
    "microseconds_of",
    "of_epoch",
    "of_microseconds",
    "of_text",
    "of_value",
    "of_wire",
    "to_epoch",
    "to_iso8601",
    "to_rfc822",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND

_EARLIEST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LATEST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND

# The calendar repeats itself after 400 years: `datetime` does the arithmetic of any year in these.
_CYCLE_YEARS = 400
_CYCLE = 146_097 * _DAY
_CYCLE_START = datetime(2000, 1, 1, tzinfo=UTC)

_fromisoformat = datetime.fromisoformat
_fromtimestamp = datetime.fromtimestamp

# 31 billion years: nothing on the wire is further away, and it is still cheap to calculate with.
_FARTHEST_SECOND = 10**18
# Up to the year 2242 doubles are less than a microsecond apart.
_FINE_SECONDS = 2.0**33

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(_MONTHS, 1)}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_WEEKDAYS = tuple(name[:3] for name in _WEEKDAYS)

_LONGEST_TEXT = 100
_COMMON_LENGTH, _COMMON_SIGNS, _COMMON_PLACES = 20, "--T::Z", slice(4, None, 3)
"""Of 2014-04-29T18:30:38Z: its length, and the fifth and each third sign after that."""
_FRACTION_SIGNS, _FRACTION_PLACES = "--T::.", slice(4, 20, 3)
"""Of 2014-04-29T18:30:38.000Z: the fifth and each third sign after that, up to the point."""
_RFC1123_WEEKDAYS = frozenset(f"{name}, " for name in _SHORT_WEEKDAYS)
_RFC1123_MONTHS = {f" {name} ": f"-{number:02}-" for number, name in enumerate(_MONTHS, 1)}

_FRACTION = r"(?:[.,](?P<fraction>\d+))?"
_CLOCK = rf"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d){_FRACTION})?"
_BASIC_CLOCK = rf"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d){_FRACTION}"
_ZONE = r"(?P<zone>Z|UTC?|GMT|[+-]\d\d(?::?\d\d)?)"
_WEEKDAY = f"(?:{'|'.join((*_WEEKDAYS, *_SHORT_WEEKDAYS))})"
_YEAR = r"(?P<year>\d{4}|\d\d)"
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_CALENDAR_SYNTAXES = (
    # the extended format
    ("ISO 8601", rf"(?P<year>[+-]?\d{{4,12}})-(?P<month>\d\d)-(?P<day>\d\d)(?:[T ]{_CLOCK}(?: ?{_ZONE})?)?"),
    # the basic format; without a time it would look like seconds
    ("ISO 8601", rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)T{_BASIC_CLOCK}{_ZONE}?"),
    ("RFC 850", rf"(?:{_WEEKDAY},? )?(?P<day>\d\d?)-{_MONTH}-{_YEAR} {_CLOCK}(?: {_ZONE})?"),
    # RFC 1123 is RFC 822 with years of four digits
    ("RFC 822", rf"(?:{_WEEKDAY},? )?(?P<day>\d\d?)[ -]{_MONTH}[ -]{_YEAR} {_CLOCK}(?: {_ZONE})?"),
    # that of C; that of Java has a zone before the year
    ("asctime", rf"{_WEEKDAY} {_MONTH} [ ]?(?P<day>\d\d?) {_CLOCK}(?: {_ZONE})? (?P<year>\d{{4}})"),
)
_NUMBER_SYNTAX = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d{1,5})?"


class OutOfRangeDatetime(datetime):
    """A moment before the year 1 or after 9999, which a plain `datetime` cannot hold.

    Its calendar fields, and what `strftime` and the like make of them, are those of the nearest
    moment that can be held. All else is exact: `epoch`, equality, hash, order, sums, differences,
    `timestamp()`, `str` and `isoformat()`.
    """

    __slots__ = ("_microseconds",)

    _microseconds: int

    def __new__(cls, epoch: int | Decimal) -> Self:
        """The moment `epoch` seconds after 1970; ValueError where a plain datetime can hold it."""
        microseconds = _microseconds_of_number(epoch)
        if microseconds is None or _EARLIEST <= microseconds <= _LATEST:
            raise ValueError("not a moment before the year 1 or after 9999")
        if microseconds > 0:
            self = super().__new__(cls, 9999, 12, 31, 23, 59, 59, 999_999, UTC)
        else:
            self = super().__new__(cls, 1, 1, 1, tzinfo=UTC)
        self._microseconds = microseconds
        return self

    @property
    def epoch(self) -> Decimal:
        """Seconds since 1970, negative before it."""
        whole, rest = divmod(abs(self._microseconds), _SECOND)
        sign = "-" if self._microseconds < 0 else ""
        from decimal import Decimal

        return Decimal(f"{sign}{whole}.{rest:06}".rstrip("0").rstrip("."))

    def timestamp(self) -> float:
        """Seconds since 1970, as close as a double comes."""
        return self._microseconds / _SECOND

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """ISO 8601 with an expanded year, such as `+10000-01-01T00:00:00Z`."""
        since_start = self._microseconds - microseconds_of(_CYCLE_START)
        cycles, rest = divmod(since_start, _CYCLE)
        moment = _CYCLE_START.replace(tzinfo=None) + timedelta(microseconds=rest)
        year = moment.year + cycles * _CYCLE_YEARS
        sign = "+" if year > 0 else "-" if year < 0 else ""
        return f"{sign}{abs(year):04}{moment.isoformat(sep, timespec)[4:]}Z"

    def astimezone(self, tz: tzinfo | None = None) -> Self:  # noqa: ARG002 - the signature is that of datetime
        """The moment as it is, in UTC: other zones have no more room for it."""
        return self

    def replace(self, *fields: Any, **named: Any) -> datetime:  # type: ignore[override]
        """A plain datetime of the calendar fields, some of them replaced."""
        return datetime.combine(self.date(), self.timetz()).replace(*fields, **named)

    def __add__(self, other: timedelta) -> datetime:  # type: ignore[override]
        if not isinstance(other, timedelta):
            return NotImplemented
        return of_microseconds(self._microseconds + other // _MICROSECOND)

    __radd__ = __add__  # type: ignore[assignment]

    @overload  # type: ignore[override]
    def __sub__(self, other: datetime) -> timedelta: ...
    @overload
    def __sub__(self, other: timedelta) -> datetime: ...
    def __sub__(self, other: datetime | timedelta) -> datetime | timedelta:
        if isinstance(other, timedelta):
            return of_microseconds(self._microseconds - other // _MICROSECOND)
        distance = self._distance(other)
        return NotImplemented if distance is None else timedelta(microseconds=distance)

    def __rsub__(self, other: datetime) -> timedelta:
        distance = self._distance(other)
        return NotImplemented if distance is None else timedelta(microseconds=-distance)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, datetime):
            return NotImplemented
        return self._microseconds == microseconds_of(other)

    def __ne__(self, other: object) -> bool:
        # The inherited one compares the calendar fields.
        return not self == other if isinstance(other, datetime) else NotImplemented

    def __hash__(self) -> int:
        # Datetimes reach almost a day further by their offsets; equal moments need equal hashes.
        reach = (_DAY - 1) if self._microseconds > 0 else (1 - _DAY)
        local = self._microseconds - reach
        if not _EARLIEST <= local <= _LATEST:
            return hash(self._microseconds)
        zone = timezone(timedelta(microseconds=-reach))
        return hash((_EPOCH + timedelta(microseconds=local)).replace(tzinfo=zone))

    def __lt__(self, other: date) -> bool:
        distance = self._distance(other)
        return NotImplemented if distance is None else distance < 0

    def __le__(self, other: date) -> bool:
        distance = self._distance(other)
        return NotImplemented if distance is None else distance <= 0

    def __gt__(self, other: date) -> bool:
        distance = self._distance(other)
        return NotImplemented if distance is None else distance > 0

    def __ge__(self, other: date) -> bool:
        distance = self._distance(other)
        return NotImplemented if distance is None else distance >= 0

    def _distance(self, other: object) -> int | None:
        """By how many microseconds this is later than `other`; None where that is no date."""
        if isinstance(other, datetime) and other.utcoffset() is not None:
            return self._microseconds - microseconds_of(other)
        if isinstance(other, date):
            raise TypeError("an aware datetime cannot be compared with a naive one or a date")
        return None

    def __repr__(self) -> str:
        return f"OutOfRangeDatetime({self.epoch!r})"

    def __reduce_ex__(self, protocol: object) -> tuple[type[OutOfRangeDatetime], tuple[Decimal]]:
        return OutOfRangeDatetime, (self.epoch,)


def of_epoch(value: float | Decimal) -> datetime:
    """The moment `value` seconds after 1970, to the nearest microsecond.

    Where doubles are coarser than that, the shortest decimal that names the double is taken, so
    that milliseconds survive. A bool, a number that is not finite, or one beyond 10**18 in either
    direction is a DecodeError.
    """
    if type(value) is float or type(value) is int:
        if 0 <= value <= _FINE_SECONDS:
            return _fromtimestamp(value, UTC)
        if -_FINE_SECONDS <= value < 0:
            # Not every platform has a `fromtimestamp` that goes below 0.
            return _EPOCH + timedelta(0, value)
    if not _is_number(value):
        raise DecodeError("expected a timestamp")
    microseconds = _microseconds_of_number(value)
    if microseconds is None:
        raise DecodeError("expected a timestamp, got a number that is too large or not finite")
    return of_microseconds(microseconds)


def of_text(text: str) -> datetime:
    """The moment that an ISO 8601 date, an HTTP date, or a number of seconds since 1970 names.

    HTTP dates are those of RFC 1123, 850 and 822, and of asctime. Text without an offset is in UTC.
    Years may have a sign and up to twelve digits. Those of two are 1950 to 2049, as in RFC 5322
    (4.3), but for the dates of RFC 850: these lie at most 50 years in the future, as in RFC 9110
    (5.6.7). Fractions of a date are cut after six digits, those of a number rounded to six.

    Second 60 is a leap second, which is the last one of a month in UTC (ITU-R TF.460, RFC 3339,
    5.7); it is read as the moment after it. 24:00:00 is the end of a day in ISO 8601 (4.2.3), and
    in no other syntax. Anything else, and text of more than 100 characters, is a DecodeError that
    does not quote it.
    """
    size = len(text)
    # By itself `fromisoformat` takes weeks, `18:30:38?Z`, anything between date and time, and
    # anything after a Z and a NUL. With these marks in place, it takes no more than the syntaxes do.
    if "\0" not in text and (
        text[_COMMON_PLACES] == _COMMON_SIGNS
        if size == _COMMON_LENGTH
        else 22 <= size <= 27 and text[_FRACTION_PLACES] == _FRACTION_SIGNS and text[-1] == "Z"
    ):
        try:
            return _fromisoformat(text)
        except ValueError:
            # Nothing is raised from here, as the chain of errors would quote the text.
            pass
    if size > _LONGEST_TEXT:
        raise DecodeError("expected a timestamp, got a long text")
    if text[25:] == " GMT" and text[16] == " " and text[:5] in _RFC1123_WEEKDAYS:
        month = _RFC1123_MONTHS.get(text[7:12], "")
        iso = f"{text[12:16]}{month}{text[5:7]}T{text[17:25]}Z"
    else:
        iso = text[:19] + "Z" if text[19:] in {"", "+00:00"} else ""
    if len(iso) == _COMMON_LENGTH and iso[_COMMON_PLACES] == _COMMON_SIGNS and "\0" not in iso:
        try:
            return _fromisoformat(iso)
        except ValueError:
            pass
    return _of_uncommon_text(text)


def in_seconds(moment: Any) -> Any:
    """The moment that was meant where a number of milliseconds was read as one of seconds: it lies beyond the year
    9999, and is no moment of a service then. None is left as it is.
    """
    return of_epoch(moment.epoch / 1000) if isinstance(moment, OutOfRangeDatetime) else moment


def of_wire(value: Any) -> datetime:
    """The moment of a number of seconds since 1970 or of a text: `of_epoch` or `of_text`, of which it takes what is
    common without another call. The number is no bool.
    """
    if value.__class__ is str:
        if len(value) == _COMMON_LENGTH and value[_COMMON_PLACES] == _COMMON_SIGNS and "\0" not in value:
            try:
                return _fromisoformat(value)
            except ValueError:
                pass
        return of_text(value)
    return _fromtimestamp(value, UTC) if 0 <= value <= _FINE_SECONDS else of_epoch(value)


def of_value(value: object) -> datetime:
    """The moment that a caller of boto3 may pass.

    That is a datetime (a naive one is in UTC), a date (its first moment in UTC), a text for
    `of_text` or a number for `of_epoch`; anything else is a DecodeError.
    """
    if isinstance(value, datetime):
        return value if value.__class__ is datetime and value.tzinfo is UTC else in_utc(value)
    if isinstance(value, str):
        return of_text(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if _is_number(value):
        return of_epoch(value)
    raise DecodeError("expected a timestamp")


def to_epoch(moment: datetime) -> int | float:
    """Seconds since 1970: an int where they are whole, else a float. A naive datetime is in UTC.

    `of_epoch` gives back the moment, to the millisecond in any year of a plain datetime, and to the
    microsecond from 1900 to 2200.
    """
    if moment.tzinfo is not UTC or moment.__class__ is not datetime:
        moment = in_utc(moment)
        if isinstance(moment, OutOfRangeDatetime):
            whole, rest = divmod(microseconds_of(moment), _SECOND)
            return moment.timestamp() if rest else whole
    seconds = moment.timestamp()
    return int(seconds) if seconds.is_integer() else seconds


def to_iso8601(moment: datetime) -> str:
    """ISO 8601 in UTC: `2014-04-29T18:30:38Z`, with three or six digits of a fraction if needed.

    A naive datetime is in UTC. The year of an `OutOfRangeDatetime` is expanded; `of_text` reads it.
    """
    if moment.tzinfo is not UTC or moment.__class__ is not datetime:
        moment = in_utc(moment)
        if isinstance(moment, OutOfRangeDatetime):
            text = moment.isoformat()
            return f"{text[:-4]}Z" if text.endswith("000Z") else text
    # `isoformat` ends with +00:00, and has no fraction or six digits of it.
    fraction = moment.microsecond
    return moment.isoformat()[: -9 if fraction and not fraction % 1000 else -6] + "Z"


def to_iso8601_fraction(moment: datetime) -> str:
    """ISO 8601 in UTC with a fraction of three digits at least: `2014-04-29T18:30:38.000Z`, as S3 has it."""
    text = to_iso8601(moment)
    return text if "." in text else f"{text[:-1]}.000Z"


def to_rfc822(moment: datetime) -> str:
    """The date of HTTP headers: `Tue, 29 Apr 2014 18:30:38 GMT`, without the fraction.

    A naive datetime is in UTC. The year has four digits: an `OutOfRangeDatetime` is an EncodeError.
    """
    if moment.tzinfo is not UTC or moment.__class__ is not datetime:
        moment = in_utc(moment)
        if isinstance(moment, OutOfRangeDatetime):
            raise EncodeError("an RFC 822 timestamp must lie in the years 1 to 9999")
    iso = moment.isoformat()
    weekday = _SHORT_WEEKDAYS[moment.weekday()]
    return f"{weekday}, {iso[8:10]} {_MONTHS[moment.month - 1]} {iso[:4]} {iso[11:19]} GMT"


def _of_uncommon_text(text: str) -> datetime:
    text = text.strip(" \t\r\n")
    microseconds = None
    if re.fullmatch(_NUMBER_SYNTAX, text, re.ASCII):
        from decimal import Decimal

        microseconds = _microseconds_of_number(Decimal(text))
    else:
        # Compiled when first used, by `re`: most texts never get here.
        matches = ((name, re.fullmatch(syntax, text, re.ASCII | re.IGNORECASE)) for name, syntax in _CALENDAR_SYNTAXES)
        found = next(((name, match) for name, match in matches if match), None)
        if found:
            microseconds = _microseconds_of_fields(found[1].groupdict(default=""), found[0])
    if microseconds is None:
        raise DecodeError("expected a timestamp")
    return of_microseconds(microseconds)


def _year_of_two_digits(year: int, day: str, month: int, syntax: str) -> int:
    """The year that the last two digits of it stand for."""
    if syntax != "RFC 850":
        return year + (1900 if year >= 50 else 2000)
    today = _today()
    year += today.year // 100 * 100
    is_later = (year, month, int(day)) > (today.year + 50, today.month, today.day)
    return year - 100 if is_later else year


def _today() -> date:
    return datetime.now(UTC).date()


def _microseconds_of_fields(fields: dict[str, str], syntax: str) -> int | None:
    """The moment of a calendar syntax's groups, "" for absent ones; None where there is none."""
    year = int(fields["year"])
    month = _MONTH_NUMBERS.get(fields["month"].lower()) or int(fields["month"])
    if len(fields["year"]) == len("14"):
        year = _year_of_two_digits(year, fields["day"], month, syntax)
    cycles, year_of_cycle = divmod(year - _CYCLE_START.year, _CYCLE_YEARS)
    try:
        year_of_cycle += _CYCLE_START.year
        midnight = _CYCLE_START.replace(year_of_cycle, month, int(fields["day"]))
    except ValueError:
        return None

    hour, minute, second = (int(fields[name] or 0) for name in ("hour", "minute", "second"))
    fraction = int(fields["fraction"][:6].ljust(6, "0"))
    last = (24, 0, 0, 0) if syntax == "ISO 8601" else (23, 59, 60, _SECOND)
    if minute > 59 or second > 60 or (hour, minute, second, fraction) > last:
        return None
    minutes = hour * 60 + minute

    zone = fields["zone"]
    if zone[:1] in ("+", "-"):
        hours_off, minutes_off = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
        if hours_off > 23 or minutes_off > 59:
            return None
        offset = hours_off * 60 + minutes_off
        minutes += offset if zone[0] == "-" else -offset

    clock = (minutes * 60 + second) * _SECOND + fraction
    microseconds = microseconds_of(midnight) + cycles * _CYCLE + clock
    if second == 60 and not _begins_month(microseconds - fraction):
        return None
    return microseconds if abs(microseconds) <= _FARTHEST_SECOND * _SECOND else None


def _begins_month(microseconds: int) -> bool:
    """Whether a moment is the first of a month: the one after each leap second."""
    moment = _CYCLE_START + timedelta(microseconds=(microseconds - microseconds_of(_CYCLE_START)) % _CYCLE)
    return moment.day == 1 and moment.timetz() == _CYCLE_START.timetz()


# Most timestamps are read without decimals, so their module is imported where it is needed.


def _is_number(value: object) -> TypeGuard[float | Decimal]:
    from decimal import Decimal

    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


@cache
def _context() -> Context:
    from decimal import ROUND_HALF_EVEN, Context

    # The caller's own decimal context may be less precise, or trap what is rounded here.
    return Context(prec=40, rounding=ROUND_HALF_EVEN, traps=[])


def _microseconds_of_number(seconds: float | Decimal) -> int | None:
    """The nearest microsecond; None where the number is too large or not finite."""
    from decimal import Decimal

    if isinstance(seconds, float):
        # The shortest decimal, even where a subclass (that of numpy) writes something else.
        seconds = Decimal(float.__repr__(seconds))
    if isinstance(seconds, Decimal):
        if not seconds.is_finite() or not -_FARTHEST_SECOND <= seconds <= _FARTHEST_SECOND:
            return None
        return int(_context().quantize(seconds, Decimal("0.000001")).scaleb(6, _context()))
    return seconds * _SECOND if -_FARTHEST_SECOND <= seconds <= _FARTHEST_SECOND else None


def microseconds_of(moment: datetime) -> int:
    """Microseconds since 1970; a naive datetime is in UTC."""
    if isinstance(moment, OutOfRangeDatetime):
        return int(moment.epoch.scaleb(6, _context()))
    # Differences of aware datetimes reach beyond the years 1 and 9999, which `astimezone` cannot.
    since = moment - (_NAIVE_EPOCH if moment.utcoffset() is None else _EPOCH)
    return since // _MICROSECOND


def of_microseconds(microseconds: int) -> datetime:
    """The moment so many microseconds after 1970: an OutOfRangeDatetime where no plain datetime can hold it."""
    if _EARLIEST <= microseconds <= _LATEST:
        return _EPOCH + timedelta(microseconds=microseconds)
    from decimal import Decimal

    return OutOfRangeDatetime(Decimal(microseconds).scaleb(-6, _context()))


def in_utc(moment: datetime) -> datetime:
    """The moment as a plain datetime in UTC, or as an OutOfRangeDatetime where there is none."""
    return of_microseconds(microseconds_of(moment))

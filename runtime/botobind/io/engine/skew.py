"""The difference between this machine's clock and a service's, which signatures depend on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from botobind.errors import ServiceError

_TOLERATED = timedelta(minutes=4)
"""What services take without complaint, and less than that: five minutes."""
_LAST_YEAR = 9000
"""Clocks that are set close to the end of Python's years could not go on."""
_CODES = frozenset(
    {
        "AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed",
        "SignatureDoesNotMatch", "400", "403",
    }
)  # fmt: skip
"""The codes of requests whose time may be wrong. Those that are numbers are of responses without a body."""


class Clock:
    """The time as the service has it. All calls of a client share one."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        """How far the service is ahead of this machine."""

    def now(self) -> datetime:
        """The time that requests are signed with, in UTC."""
        now = datetime.now(UTC)
        return now + self._ahead if self._ahead else now

    def corrected(self, error: ServiceError, date: str, signed: datetime) -> bool:
        """Whether a request was refused since its clock was wrong, which is right from now on.

        `date` is the response's header, `signed` the time that the request had.
        """
        theirs = _time(date) if error.code in _CODES else None
        if theirs is None or abs(theirs - signed) < _TOLERATED:
            return False
        self._ahead = theirs - datetime.now(UTC)
        return True


def end_of_waiting(date: str, seconds: float) -> str:
    """The time so many seconds after that of a response's header, as `amz-sdk-request` has it; empty for no time."""
    theirs = _time(date)
    return "" if theirs is None else f"{theirs + timedelta(seconds=seconds):%Y%m%dT%H%M%SZ}"


def _time(date: str) -> datetime | None:
    """The time of a header, in UTC; None for what is none."""
    if not date:
        return None
    from email.utils import parsedate_to_datetime  # calls that go well do without

    try:
        theirs = parsedate_to_datetime(date)
        return None if theirs.tzinfo is None or theirs.year > _LAST_YEAR else theirs.astimezone(UTC)
    except (ValueError, OverflowError):
        return None

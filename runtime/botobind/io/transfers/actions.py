"""What a transfer asks of whoever drives it, one action after the other."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias

from botobind.attributes import frozen


@frozen()
class Request:
    """An operation to be called. The driver gives the output, and throws what the call raises, errors of the service as
    well.
    """

    operation: str
    value: Any


@frozen()
class Read:
    """A step that reads so many bytes of what is sent; fewer at its end alone."""

    size: int


@frozen()
class Verify:
    """Whether what was sent is as it was in the beginning. The driver throws what is wrong."""


@frozen()
class Fetch:
    """A piece of a response's body to be read, of so many bytes at most: `b""` at the end."""

    body: Any
    size: int


@frozen()
class Close:
    """A body of a response to be closed."""

    body: Any


@frozen()
class Open:
    """What is written to, to be made ready."""


@frozen()
class Write:
    """Bytes to be written at a place."""

    at: int
    data: bytes


@frozen()
class Commit:
    """What is written to, to be ended: so many bytes are all there."""

    length: int


@frozen()
class Pause:
    """A pause of so many seconds."""

    seconds: float


@frozen()
class Start:
    """A job to be done beside others."""

    job: Actions


@frozen()
class Wait:
    """The end of any job to be waited for. The driver gives what the job gave, or throws what it raised."""


@frozen()
class Stop:
    """All jobs to be ended, and waited for."""

    sends_on: bool = False
    """Whether requests that were sent are to be answered first."""


Actions: TypeAlias = "Generator[Any, Any, Any]"
"""The actions of a transfer, or of a job of one."""

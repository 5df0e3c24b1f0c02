"""How whole objects are cut into parts, and how many of them are on their way at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from botobind.attributes import frozen
from botobind.errors import EncodeError
from botobind.io.faults import SettingWrong

__all__ = ["Configured", "TransferConfig", "checked", "goes_in_parts", "part_size", "ranges"]

_MIB = 1024 * 1024
SMALLEST_PART = 5 * _MIB
"""S3 takes no smaller parts, but for the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
LARGEST_PART = 5 * 1024 * _MIB
"""S3 takes no larger parts, nor larger objects in one piece."""
MOST_PARTS = 10_000
_GROWTH = 1000
"""After so many parts of what nobody knows the end of they are twice as large: 8 TB have place, 80 GB had otherwise."""


class Configured(Protocol):
    """What says how to transfer: a `TransferConfig`, or one of boto3's."""

    @property
    def multipart_threshold(self) -> int:
        """Bytes from which on an object is transferred in parts."""
        ...

    @property
    def multipart_chunksize(self) -> int:
        """Bytes of a part."""
        ...

    @property
    def max_concurrency(self) -> int:
        """How many parts are on their way at the same time."""
        ...

    @property
    def num_download_attempts(self) -> int:
        """How often a part is fetched."""
        ...

    @property
    def use_threads(self) -> bool:
        """Whether parts go at the same time at all."""
        ...


@frozen(kw_only=True)
class TransferConfig:
    """How whole objects are sent and fetched. Names and values are those of boto3's `TransferConfig`, which may be
    given instead.
    """

    multipart_threshold: int = 8 * _MIB
    """Bytes from which on an object is transferred in parts."""
    multipart_chunksize: int = 8 * _MIB
    """Bytes of a part. Those of uploads and copies have 5 MiB at least, and more where there would be too many."""
    max_concurrency: int = 10
    """How many parts are on their way at the same time. A client has as many connections, see `max_connections`."""
    num_download_attempts: int = 5
    """How often a part is fetched whose body breaks off. What a call tries again by itself does not count."""
    use_threads: bool = True
    """Whether parts go at the same time at all: one after the other, in the thread that calls, where not."""


def checked(config: Configured | None) -> Configured:
    """What was given. Raises `SettingWrong` for numbers that cannot be."""
    if config is None:
        return TransferConfig()
    for name in ("multipart_threshold", "multipart_chunksize", "max_concurrency", "num_download_attempts"):
        found = getattr(config, name, None)
        least = 0 if name == "multipart_threshold" else 1
        if not isinstance(found, int) or isinstance(found, bool) or found < least:
            raise SettingWrong(f"{name} is a whole number from {least} on, and not {found!r}")
    return config


def most_of(config: Configured, connections: int | None) -> int:
    """How many parts go at the same time, by a client that has so many connections: who waits for one times out."""
    wanted = config.max_concurrency if config.use_threads else 1
    return wanted if connections is None else min(wanted, connections)


def goes_in_parts(config: Configured, length: int) -> bool:
    """Whether an object of a length is sent or copied in parts: at the latest where S3 takes it no other way."""
    return length >= min(max(config.multipart_threshold, 1), LARGEST_PART + 1)


def part_size(config: Configured, length: int | None, number: int = 1) -> int:
    """How many bytes a part has, but for the last one, of an object that is sent: that of a number, where the object's
    length is not known. Raises `EncodeError` for an object that is too large for S3.
    """
    size = min(max(config.multipart_chunksize, SMALLEST_PART), LARGEST_PART)
    if length is None:
        return min(size << ((number - 1) // _GROWTH), LARGEST_PART)
    if length > MOST_PARTS * LARGEST_PART:
        raise EncodeError(f"{length} bytes are more than {MOST_PARTS} parts of {LARGEST_PART} have place for")
    while size * MOST_PARTS < length:
        size *= 2
    return min(size, LARGEST_PART)


def ranges(length: int, size: int) -> Iterator[tuple[int, int]]:
    """Where parts begin and end."""
    for at in range(0, length, size):
        yield at, min(at + size, length)

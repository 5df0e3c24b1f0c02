"""Checksums that requests have of their bodies, in headers before or behind them, compared while the bodies pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from botobind.errors import EncodeError, RequestError
from botobind.formats.text import write_blob
from botobind.http import Headers
from botobind.io.engine.checksumming import SIZES, Checksum, checksum

__all__ = ["HeaderCheck", "Sums"]

_PREFIX = "x-amz-checksum-"
_MD5 = "content-md5"


class Sums:
    """The checksums of what has passed, by the headers that tell them. Other headers are none, and so are those of
    algorithms that take `awscrt` where that is not installed.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._sums = {name: made for name in names if (made := _sum_of(name)) is not None}

    def __bool__(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self._sums)

    def update(self, data: bytes, /) -> None:
        """Takes bytes that have passed."""
        for made in self._sums.values():
            made.update(data)

    def check(self, told: Mapping[str, str]) -> None:
        """Raises `RequestError` where headers, by lower-case names, tell another checksum than there is."""
        for name, made in self._sums.items():
            if write_blob(made.digest()) != told[name]:
                algorithm = name.removeprefix(_PREFIX).removeprefix("content-").upper()
                reason = f"The {algorithm} you specified did not match the calculated checksum."
                raise RequestError(reason, code="BadDigest")


class HeaderCheck:
    """A body passes through it, and has the checksums of the headers before it in the end."""

    def __init__(self, headers: Headers) -> None:
        self._told = headers.by_lower_name()
        self._sums = Sums(self._told)

    def __bool__(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self._sums)

    def feed(self, data: bytes, /) -> bytes:
        """The bytes as they are, which count in the checksums."""
        self._sums.update(data)
        return data

    def close(self) -> None:
        """Raises `RequestError` for another body than the headers tell of."""
        self._sums.check(self._told)


def _sum_of(name: str) -> Checksum | None:
    if name == _MD5:
        return checksum("MD5")
    algorithm = name.removeprefix(_PREFIX).upper()
    if not name.startswith(_PREFIX) or algorithm not in SIZES:
        return None
    try:
        return checksum(algorithm)
    except EncodeError:  # awscrt is not installed
        return None

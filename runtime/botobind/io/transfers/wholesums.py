"""Checksums of whole objects, of those of their parts: cyclic ones of neighbours can be put together.

That of A and B together is that of A, moved on by as many zeros as B has bits, exclusive-or that of B. Moving on is
linear over single bits, and so a matrix: of one zero it is known, of others it is a power of that. What the checksums
begin and end with drops out, since it is the same. https://github.com/madler/zlib/blob/v1.3.1/crc32.c (crc32_combine)
"""

from __future__ import annotations

from base64 import b64decode
from functools import lru_cache
from typing import Any

from botobind.errors import EncodeError, ResponseError
from botobind.io.engine.checksumming import SIZES, Checksum, checksum

__all__ = ["WholeSum", "combined", "whole_sum"]

_POLYNOMIALS = {"CRC64NVME": 0x9A6C9329AC4BC9B5, "CRC32": 0xEDB88320, "CRC32C": 0x82F63B78}
"""Reflected, in the order of preference."""
_ATTRIBUTES = {"CRC64NVME": "checksum_crc64_nvme", "CRC32": "checksum_crc32", "CRC32C": "checksum_crc32_c"}


class WholeSum:
    """The checksum that an object is to have, and those of its parts so far, by where they begin."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self._algorithm = algorithm
        self._expected = int.from_bytes(expected, "big")
        self._parts: dict[int, tuple[int, int]] = {}

    def begun(self) -> Checksum:
        """The checksum of a part, of which nothing has passed yet."""
        return checksum(self._algorithm)

    def add(self, at: int, length: int, made: Checksum) -> None:
        """Takes the checksum of a part."""
        self._parts[at] = int.from_bytes(made.digest(), "big"), length

    def compare(self) -> None:
        """Raises `ResponseError` where the parts are not those of the object."""
        found = 0
        for _, (part, length) in sorted(self._parts.items()):
            found = combined(self._algorithm, found, part, length)
        if found != self._expected:
            raise ResponseError(f"the object does not have its checksum {self._algorithm}")


def whole_sum(output: Any) -> WholeSum | None:
    """The checksum of the object that a response is of; None where it has none that can be put together, or where that
    of parts can be made with awscrt alone, and there is none.
    """
    for algorithm, attribute in _ATTRIBUTES.items():
        told = getattr(output, attribute, None)
        if told is None or "-" in told or str(output.checksum_type) == "COMPOSITE":
            continue
        try:
            expected = b64decode(told, validate=True)
            checksum(algorithm)
        except (ValueError, EncodeError):
            continue
        if len(expected) == SIZES[algorithm]:
            return WholeSum(algorithm, expected)
    return None


def combined(algorithm: str, first: int, second: int, length: int) -> int:
    """The checksum of two neighbours, of which the second has so many bytes."""
    return _times(_moving(algorithm, length), first) ^ second


@lru_cache(16)  # parts have one length, and the last one another
def _moving(algorithm: str, length: int) -> tuple[int, ...]:
    """The matrix of so many bytes of zeros: the columns, from the lowest bit on."""
    bits = SIZES[algorithm] * 8
    power = (_POLYNOMIALS[algorithm], *(1 << bit for bit in range(bits - 1)))
    found = tuple(1 << bit for bit in range(bits))
    left = length * 8
    while left:
        if left & 1:
            found = _product(power, found)
        power = _product(power, power)
        left >>= 1
    return found


def _product(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_times(first, column) for column in second)


def _times(matrix: tuple[int, ...], vector: int) -> int:
    found = 0
    for column in matrix:
        if vector & 1:
            found ^= column
        vector >>= 1
        if not vector:
            break
    return found

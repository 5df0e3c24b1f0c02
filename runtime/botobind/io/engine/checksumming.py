"""Checksums of bodies that are worked out while the body passes, by the names that models have for them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Protocol

from botobind.errors import EncodeError

__all__ = ["SIZES", "Checksum", "checksum"]

SIZES = {
    "CRC32": 4,
    "CRC32C": 4,
    "CRC64NVME": 8,
    "MD5": 16,
    "SHA1": 20,
    "SHA256": 32,
    "SHA512": 64,
    "XXHASH3": 8,
    "XXHASH64": 8,
    "XXHASH128": 16,
}
"""How many bytes a checksum has."""

_XXHASHES = {"XXHASH3": "new_xxhash3_64", "XXHASH64": "new_xxhash64", "XXHASH128": "new_xxhash3_128"}


class Checksum(Protocol):
    """A checksum of what has passed so far."""

    def update(self, data: bytes, /) -> None:
        """Has more bytes pass."""
        ...

    def digest(self) -> bytes:
        """The checksum."""
        ...


def checksum(algorithm: str) -> Checksum:
    """A checksum of nothing yet. Raises `EncodeError` for an algorithm that is unknown, or takes `awscrt` where that is
    not installed.
    """
    if algorithm == "CRC32":
        return _Cyclic(zlib.crc32, 4)
    if algorithm not in SIZES:
        raise EncodeError(f"there is no checksum {algorithm!r}: expected one of {', '.join(sorted(SIZES))}")
    if algorithm.startswith(("SHA", "MD5")):
        import hashlib  # what has no checksum goes without

        found: Checksum = hashlib.new(algorithm.lower(), usedforsecurity=False)
        return found
    try:
        made = import_module("awscrt.checksums")
        if algorithm in _XXHASHES:
            return _XxHash(getattr(made.XXHash, _XXHASHES[algorithm])())
        return _Cyclic(getattr(made, algorithm.lower()), SIZES[algorithm])
    except (ImportError, AttributeError):  # an older one has fewer
        raise EncodeError(f"the checksum {algorithm} takes the package awscrt, in a version that has it") from None


class _Cyclic:
    """A cyclic redundancy check, by a function that takes the one so far."""

    def __init__(self, add: Callable[[bytes, int], int], size: int) -> None:
        self._add, self._size = add, size
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = self._add(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._size, "big")


class _XxHash:
    """A hash of awscrt's, whose end has another name."""

    def __init__(self, made: Any) -> None:
        self.update: Callable[[bytes], None] = made.update
        self.digest: Callable[[], bytes] = partial(made.finalize)

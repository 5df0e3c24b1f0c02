"""The SHA-256 tree hash, by which Glacier knows archives and their parts.

https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from botobind.types import Readable

__all__ = ["combined_tree_hash", "tree_hash"]

_MIB = 1024 * 1024


def _hash(data: bytes) -> bytes:
    import hashlib  # takes as long to load as a first request, and few need it

    return hashlib.sha256(data).digest()


def tree_hash(data: bytes | Readable | Iterable[bytes]) -> bytes:
    """The tree hash of bytes, of an open binary file or of chunks of any size. Headers have the 32 bytes in hex."""
    return combined_tree_hash([_hash(chunk) for chunk in _chunks(data)] or [_hash(b"")])


def combined_tree_hash(hashes: Iterable[bytes]) -> bytes:
    """The tree hash of an archive out of those of its parts, in order. All parts but the last have the same size, which
    is a power of two times one MiB. Raises `ValueError` for no parts.
    """
    level = list(hashes)
    if not level:
        raise ValueError("expected the hash of at least one part")
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [_hash(pair[0] + pair[1]) if len(pair) > 1 else pair[0] for pair in pairs]
    return level[0]


def _chunks(data: bytes | Readable | Iterable[bytes]) -> Iterator[bytes]:
    """The data in chunks of one MiB."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        view = memoryview(data).cast("B")
        yield from (bytes(view[at : at + _MIB]) for at in range(0, len(view), _MIB))
        return
    read = getattr(data, "read", None)
    chunks = cast("Iterable[bytes]", data) if read is None else iter(lambda: read(_MIB), b"")
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= _MIB:
            yield bytes(waiting[:_MIB])
            del waiting[:_MIB]
    if waiting:
        yield bytes(waiting)

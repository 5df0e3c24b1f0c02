"""Waiting for a connection that is free: without an end while something moves, and not for ever where nothing does.

Calls that are on their way end by themselves. Bodies of responses keep their connections until somebody reads or closes
them: where all connections are kept so, and nobody has read for a while, who waits may be who should read.
"""

from __future__ import annotations

from collections.abc import Collection
from time import monotonic

__all__ = ["ALL_IN_USE", "Held", "patience_left"]

ALL_IN_USE = "all connections are in use: bodies that are neither read nor closed keep theirs"


class Held:
    """A body that keeps a connection."""

    idle_since: float | None
    """When it was read last; None while it is being read."""


def patience_left(bodies: Collection[Held], most: int, patience: float) -> float:
    """For how many seconds to wait at least before it is asked again: none where `most` connections, which are all, are
    kept by bodies that nobody has read for `patience` seconds.
    """
    times = [since for body in bodies if (since := body.idle_since) is not None]
    return patience if not times or len(times) < most else max(times) + patience - monotonic()

"""Time and memory grow in proportion to the input, whatever there is much of in it, and before and after learning."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sizes.growing import REFUSED, ROWS, Read, Row
from support.hostile import watchdog

SIZE = 25_000
TIMES = 4


MOST_MEMORY = 120
"""Bytes for each byte of input, at most: a structure of Python's takes so many where a document has two."""


@pytest.fixture(autouse=True)
def _collector_leaves_others_alone() -> Iterator[None]:
    """What all the other tests have left takes a second to go through, and is none of this test's memory."""
    gc.freeze()
    yield
    gc.unfreeze()


def run(read: Read) -> None:
    with suppress(*REFUSED):
        read()


def seconds(read: Read) -> float:
    """The least time of some runs: others use the machine, too."""
    best = float("inf")
    for _ in range(5):
        gc.collect()
        start = time.process_time()
        run(read)
        best = min(best, time.process_time() - start)
    return best


def peak(read: Read) -> int:
    tracemalloc.start()
    try:
        run(read)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("row", ROWS, ids=[name for name, _ in ROWS])
def test_in_proportion(row: Row) -> None:
    name, make = row
    small, large = make(SIZE), make(SIZE * TIMES)
    with watchdog(60):
        for _ in range(3):
            run(small)  # so that what is learnt is learnt, and modules are loaded
            run(large)
        # Three times as much again is for noise, and for what is quicker while it fits the cache.
        assert seconds(large) < 3 * TIMES * max(seconds(small), 0.0005), name
        assert peak(large) < MOST_MEMORY * SIZE * TIMES, name

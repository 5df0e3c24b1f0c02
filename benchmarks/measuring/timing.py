"""How long calls take that are compared with each other."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

Run = Callable[[], object]

_FEWEST_SECONDS = 2e-3
"""A loop that takes less says more of the clock than of what it calls."""
_FEWEST_ROUNDS = 7


def race(runs: Mapping[str, Run], rounds: int, seconds: float) -> dict[str, float]:
    """The microseconds of a call of each, at its best.

    They take turns, in loops of about so many seconds, so that what slows the machine down slows all of them. What
    else runs there only ever adds time: the shortest of the loops is nearest to the truth. Where a call takes longer
    than a loop should, there are fewer of them. Each loop comes after a call that does not count, since what ran before
    has left the processor's caches full of something else. The garbage collector is off in the loops, as in `timeit`,
    and runs between them.

    All of this is done in a thread of its own, whose stack is nearly empty. CPython takes memory for the frames of
    calls in blocks of 16 kB, and gives a block back as soon as it is empty: where a call is made again and again just
    at the end of one, it takes up to three times as long, for no other reason than how deep it happens to be.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(_race, runs, rounds, seconds).result()


def _race(runs: Mapping[str, Run], rounds: int, seconds: float) -> dict[str, float]:
    counts = {name: _count(run, seconds) for name, run in runs.items()}
    loops: dict[str, list[float]] = {name: [] for name in runs}
    for done in range(rounds):
        for name, run in runs.items():
            if done < _FEWEST_ROUNDS or sum(loops[name]) < rounds * seconds:
                gc.collect()
                with _collector_off():
                    run()
                    loops[name].append(_loop(run, counts[name]))
    return {name: min(times) / counts[name] * 1e6 for name, times in loops.items()}


def _count(run: Run, seconds: float) -> int:
    """How many calls take so long. The first call builds what is built once, and does not count."""
    run()
    count = 1
    with _collector_off():
        while (taken := _loop(run, count)) < min(seconds, _FEWEST_SECONDS):
            count *= 4
    return max(1, round(count * seconds / taken))


def _loop(run: Run, count: int) -> float:
    turns = range(count)
    start = time.perf_counter()
    for _ in turns:
        run()
    return time.perf_counter() - start


@contextmanager
def _collector_off() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

"""Every pattern of the catalogue: how long its worst texts take, and whether all engines say the same."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from support.worst_texts import other_texts, worst_texts

from botobind.dialect import compile_pattern
from botobind.validation import matching
from botobind_codegen.load import list_services
from botobind_codegen.pipeline import read_model

pytestmark = pytest.mark.patterns

ALLOWED = 0.05
TEXTS = 40


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """`re` looks for signals while it searches."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def patterns_of(service: str) -> dict[str, tuple[int, int | None]]:
    """The patterns, with the least and the greatest length that some shape has with them."""
    found: dict[str, tuple[int, int | None]] = {}
    for shape in read_model(service)[0].shapes.values():
        if shape.pattern is not None:
            least = int(shape.minimum or 0)
            most = None if shape.maximum is None else min(int(shape.maximum), 100_000)
            known = found.get(shape.pattern, (least, most))
            longest = None if most is None or known[1] is None else max(most, known[1])
            found[shape.pattern] = (min(least, known[0]), longest)
    return found


@pytest.mark.parametrize("service", list_services())
def test_worst_texts_are_refused_in_time(service: str) -> None:
    slow = []
    for pattern, (least, most) in patterns_of(service).items():
        for text in worst_texts(pattern, least, most, TEXTS):
            # Three times, of which the shortest counts: others have the machine, too.
            for _ in range(3):
                began = time.thread_time()
                with suppress(TimeoutError):
                    matching.matches(pattern, text)
                spent = time.thread_time() - began
                if spent < ALLOWED:
                    break
            else:
                slow.append((pattern, len(text), text[:40], spent))
                break
    assert not slow


@pytest.mark.parametrize("service", list_services())
def test_engines_agree(service: str) -> None:
    differing = []
    for pattern, (least, most) in patterns_of(service).items():
        for text in other_texts(pattern, least, most, TEXTS):
            try:
                with limited(1):
                    expected = compile_pattern(pattern).search(text) is not None
            except TimeoutError:
                continue
            differing += [
                (name, pattern, text, expected) for name, said in verdicts(pattern, text) if said is not expected
            ]
    assert not differing


def verdicts(pattern: str, text: str) -> Iterator[tuple[str, bool]]:
    if "(?i)" in pattern and re.search("[\u0130\u0131\u017f\u212a]", text):
        return  # the engines fold these in ways of their own
    linear = matching._linear(pattern)
    if linear is not None and not re.search("[\ud800-\udfff]", text):
        yield "re2", linear.search(text) is not None
    try:
        yield "regex", matching._stoppable(pattern).search(text, timeout=0.5) is not None
        yield "matches", matching.matches(pattern, text, 0.5)
    except TimeoutError:
        pass

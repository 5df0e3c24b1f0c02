"""That no vector is left out: how many there are, in how many directions each is tried, what the exceptions name."""

from __future__ import annotations

from types import ModuleType

import pytest
from conformance import test_requests, test_responses
from conformance.exceptions import EXCEPTIONS
from conformance.vectors import cases, need_vectors

need_vectors()

VECTORS = 732
DIRECTIONS = 3
"""Written, read, and returned: what we write is read by us."""


def test_all_vectors_are_there() -> None:
    keys = [case.key for side in ("input", "output") for case in cases(side)]
    assert len(keys) == len(set(keys)) == VECTORS


@pytest.mark.parametrize(("module", "side"), [(test_requests, "input"), (test_responses, "output")])
def test_each_vector_is_tried_in_every_direction(module: ModuleType, side: str) -> None:
    tried = [test for name, test in vars(module).items() if name.startswith("test_")]
    assert len(tried) == DIRECTIONS
    for test in tried:
        (mark,) = test.pytestmark
        assert [param.id for param in mark.args[1]] == [case.key for case in cases(side)]


def test_exceptions_name_vectors_once() -> None:
    listed = [(exceptions.direction, key) for exceptions in EXCEPTIONS for key in exceptions.keys]
    assert len(listed) == len(set(listed))
    assert {key for _, key in listed} <= {case.key for side in ("input", "output") for case in cases(side)}

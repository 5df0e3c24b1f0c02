"""Fixtures for pytest: `pytest_plugins = ["botobind.testing.fixtures"]` in a `conftest.py` has them."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from botobind.server.running import running
from botobind.testing.differences import explained
from botobind.testing.fakes import fakes_of_a_test
from botobind.testing.recording import RECORD, name_of_a_test, recordings_of_a_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botobind.io.clients import BaseClient
    from botobind.testing.fakes import Fake

__all__ = ["fakes", "recorded", "served"]


@pytest.fixture
def fakes() -> Iterator[Callable[..., Fake]]:
    """Makes fakes as `botobind.testing.fake` does. The test fails where a failure that it planned has not come."""
    yield from fakes_of_a_test()


@pytest.fixture
def recorded(request: pytest.FixtureRequest) -> Iterator[Callable[..., BaseClient]]:
    """Makes clients that are answered from the recording of the test, in `recordings` beside its file, or that make it
    where `BOTOBIND_RECORD` is set: `recorded(dynamodb.io.Client, connect)`, where `connect` makes a client of AWS. The
    test fails where calls of the recording were not made. All clients are closed in the end.
    """
    names = [node.name for node in request.node.listchain() if isinstance(node, (pytest.Class, pytest.Item))]
    path = request.path.parent / "recordings" / f"{name_of_a_test(request.path.stem, names)}.json"
    yield from recordings_of_a_test(path, records=bool(os.environ.get(RECORD)))


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    """Lets an application of `botobind.server` listen until the test ends, and gives its URL: `served(application)`.

    Takes the arguments of `botobind.server.running`.
    """
    with ExitStack() as stack:
        yield lambda application, **settings: stack.enter_context(running(application, **settings))


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """What pytest shows of two values of a generated class that are not equal: where they differ."""
    return explained(left, right) if op == "==" else None

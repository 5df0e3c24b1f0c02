"""Fixtures for pytest: `pytest_plugins = ["botobind.testing.fixtures"]` in a `conftest.py` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from botobind.testing.fakes import fakes_of_a_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botobind.testing.fakes import Fake

__all__ = ["fakes"]


@pytest.fixture
def fakes() -> Iterator[Callable[..., Fake]]:
    """Makes fakes as `botobind.testing.fake` does. The test fails where a failure that it planned has not come."""
    yield from fakes_of_a_test()

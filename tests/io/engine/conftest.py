from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from support.engines import KINDS, Driver, Made
from support.fault_server import Server


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left_open() -> Iterator[None]:
    yield
    gc.collect()  # what was left open is told of here, and fails the last test


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, server: Server) -> Iterator[Made]:
    """Makes engines over the server, awaited ones and others."""
    drivers: list[Driver] = []

    def make(package: Any, host: str = server.host, **options: Any) -> Driver:
        drivers.append(Driver(request.param, package, host, **options))
        return drivers[-1]

    yield make
    for driver in drivers:
        driver.close()

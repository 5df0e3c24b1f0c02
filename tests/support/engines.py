"""Engines for tests, awaited or not, with all that is outside of their core in the tests' hands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from inspect import isawaitable
from types import ModuleType
from typing import Any

from botobind.io.engine.aiohttp_transport import AiohttpTransport
from botobind.io.engine.async_drivers import AsyncEngine
from botobind.io.engine.buckets import Buckets
from botobind.io.engine.core import Core
from botobind.io.engine.coreparts import Limits, Parts
from botobind.io.engine.data import AuthScheme, Credentials, Endpoint, OutgoingRequest
from botobind.io.engine.drivers import Engine
from botobind.io.engine.retries import Retries
from botobind.io.engine.transports import TransportOptions
from botobind.io.engine.urllib3_transport import Urllib3Transport

KINDS = ("sync", "async")
SIGNED = AuthScheme(name="sigv4", signing_name="test", region="eu-west-1")


class OneEndpoint:
    """Resolves all operations to one endpoint."""

    uses_account_id = False

    def __init__(self, host: str, region: str | None = None, schemes: tuple[AuthScheme, ...] = (SIGNED,)) -> None:
        self.endpoint = Endpoint(scheme="http", host=host, headers=(("x-region", region),) if region else ())
        self.schemes = schemes

    def of(self, operation: Any, value: Any, account_id: str | None = None) -> Endpoint:  # noqa: ARG002 - as resolvers have it
        return self.endpoint

    def schemes_of(self, operation: Any, endpoint: Endpoint) -> tuple[AuthScheme, ...]:  # noqa: ARG002 - as resolvers have it
        return self.schemes

    def place_of(self, operation: Any, endpoint: Endpoint, request: Any) -> tuple[str, str]:  # noqa: ARG002 - as resolvers have it
        return endpoint.host, request.path


class Keys:
    """Credentials that are there."""

    def __init__(self) -> None:
        self.known: Credentials | None = Credentials(access_key="AKID", secret_key="SECRET")

    def current(self) -> Credentials | None:
        return self.known

    def fetch(self) -> Credentials:
        raise AssertionError


def signed(request: OutgoingRequest, _: AuthScheme, credentials: Any, at: datetime, /, **__: Any) -> None:
    """Stands for a signature: whose keys, and the time."""
    request.headers += [("Authorization", credentials.access_key), ("X-Amz-Date", at.isoformat())]


class Driver:
    """Calls of an engine, whether or not it has to be awaited."""

    def __init__(
        self,
        kind: str,
        package: ModuleType,
        host: str,
        *,
        attempts: int | None = None,
        options: TransportOptions | None = None,
        **parts: Any,
    ) -> None:
        found: Any = package
        self.pauses: list[float] = []
        described = {
            "package": package,
            "resolvers": lambda region: OneEndpoint(host, region),
            "credentials": Keys(),
            "sign": signed,
            "presign": lambda *_, **__: "https://presigned",
            "retries": Retries(found.service_id, attempts=attempts),
            "buckets": Buckets(package) if found.service == "s3" else None,
            **parts,
        }
        self.core = Core(Parts(**described))
        made = TransportOptions(connect_timeout=5, read_timeout=5, proxies={}) if options is None else options
        self.is_async = kind == "async"
        self._runner = asyncio.Runner() if self.is_async else None
        self.engine: Any = (
            AsyncEngine(self.core, AiohttpTransport(made), self._slept)
            if self.is_async
            else Engine(self.core, Urllib3Transport(made), self.pauses.append)
        )

    async def _slept(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def run(self, found: Any) -> Any:
        """What is awaited, or is there."""
        return self._runner.run(_of(found)) if self._runner is not None and isawaitable(found) else found

    def call(self, operation: Any, value: Any) -> Any:
        """The output or the error of a call."""
        return self.run(self.engine.carry(operation, value))

    def limit(self, **seconds: float) -> None:
        """Limits calls from now on, and not those before: they may take as long as a busy machine needs for them."""
        self.core._limits = Limits(**seconds)

    def close(self) -> None:
        self.run(self.engine.disconnect())
        if self._runner is not None:
            self._runner.close()


async def _of(found: Awaitable[Any]) -> Any:
    return await found


Made = Callable[..., Driver]

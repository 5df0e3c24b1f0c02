"""Clients of aiobotocore's for a generated package, made by a session: over the model and the names of `sessions`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from botobind.io.sessions import have_methods, session_below, view_of
from botobind.io.translating import raise_ours

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.io.clients import AsyncClient

C = TypeVar("C", bound="AsyncClient")


class Opening(Generic[C]):
    """A client that is yet to be made: `async with` gives it and closes it in the end, `await` gives it alone."""

    def __init__(self, make: Callable[[Any], C], session: Any, package: ModuleType, options: dict[str, Any]) -> None:
        self._make = make
        self._package = package
        self._options = options
        if session is None:
            session = import_module("aiobotocore.session").get_session()
        self._session = session_below(session, is_async=True)

    async def _open(self) -> C:
        view = view_of(self._session, self._package)
        try:
            below = await view.create_client(self._package.service, **self._options).__aenter__()
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, None)
        have_methods(below)
        return self._make(below)

    def __await__(self) -> Generator[Any, None, C]:
        return self._open().__await__()

    async def __aenter__(self) -> C:
        self._opened = await self
        return self._opened

    async def __aexit__(self, *_: object) -> None:
        await self._opened.close()

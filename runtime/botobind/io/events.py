"""The events of a botocore client, but for those of its own handlers that do not run while riding.

Handlers that users register later, such as a `Stubber`'s, run: nothing is copied.
"""

from __future__ import annotations

from importlib import import_module
from inspect import isawaitable
from types import ModuleType
from typing import Any

import botocore.handlers

from botobind.io.engine.uploads import Watched
from botobind.io.handlers import NOT_RUN, ROWS

_SENDS = "before-send."
_FILTERED = ("before-parameter-build.", "before-parse.", "after-call.")
_SERVICES = frozenset(row.event.split(".")[1] for row in ROWS if row.handler in NOT_RUN)
"""The services, as events call them, that have handlers which do not run."""


class Events:
    """Emits what a client's emitter emits, to all handlers but those of botocore's that do not run."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self._not_run = {id(getattr(module, name, None)) for module in self._modules() for name in NOT_RUN}

    @staticmethod
    def _modules() -> tuple[ModuleType, ...]:
        return (botocore.handlers,)

    def emit(self, event_name: str, **arguments: Any) -> Any:
        """Calls the handlers of an event: pairs of each and what it gave."""
        if event_name.startswith(_SENDS):
            _note_sending(arguments["request"].body)
        if not event_name.startswith(_FILTERED):
            return self._events.emit(event_name, **arguments)
        handlers = self._running(event_name, arguments)
        return [(handler, handler(**arguments)) for handler in handlers]

    def _running(self, event_name: str, arguments: dict[str, Any]) -> list[Any]:
        name = self._events._alias_event_name(event_name)  # noqa: SLF001 - a seam: tests/clients/test_seams.py
        arguments["event_name"] = name
        handlers = self._events._emitter._handlers.prefix_search(name)  # noqa: SLF001 - a seam: tests/clients/test_seams.py
        return [handler for handler in handlers if id(handler) not in self._not_run]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._events, name)


class AsyncEvents(Events):
    """The events of a client of aiobotocore's, whose handlers may have to be awaited."""

    @staticmethod
    def _modules() -> tuple[ModuleType, ...]:
        # It has some handlers of its own in the place of botocore's.
        return (botocore.handlers, import_module("aiobotocore.handlers"))

    async def emit(self, event_name: str, **arguments: Any) -> Any:
        """Calls the handlers of an event: pairs of each and what it gave."""
        if event_name.startswith(_SENDS):
            _note_sending(arguments["request"].body)
        if not event_name.startswith(_FILTERED):
            return await self._events.emit(event_name, **arguments)
        found = []
        for handler in self._running(event_name, arguments):
            given = handler(**arguments)
            found.append((handler, await given if isawaitable(given) else given))
        return found


def _note_sending(body: Any) -> None:
    """Tells a body that it is sent now. botocore reads some before, for checksums and signatures; one with a checksum
    behind it is in a wrapper.
    """
    raw = getattr(body, "_raw", body)
    if isinstance(raw, Watched):
        raw.sending()


def events_of(client: Any, kind: type[Events] = Events) -> Any:
    """What a client's events are while riding."""
    service = client.meta.service_model.service_id.hyphenize()
    return kind(client.meta.events) if service in _SERVICES else client.meta.events

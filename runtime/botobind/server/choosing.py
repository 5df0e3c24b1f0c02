"""Which of several services a request is for."""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING, Any

from botobind.errors import BotobindError
from botobind.routing import RoutingError

if TYPE_CHECKING:
    from botobind.http import HttpRequest
    from botobind.operations import Operation
    from botobind.routing import Match, Router

_SCOPE = re.compile(r"(?:Credential=|^)[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


class _Service:
    """A service that is served."""

    def __init__(self, package: ModuleType, router: Router | None) -> None:
        facts: Any = package
        self.values = f"{package.__name__}.values"
        self.router: Router = facts.router if router is None else router
        self.signing_name: str = facts.signing_name
        self.labels = {facts.endpoint_prefix, facts.signing_name, facts.service}


class Services:
    """Services, told apart by what a request says of the one that it is for."""

    def __init__(self) -> None:
        self._services: list[_Service] = []

    def add(self, package: ModuleType, router: Router | None) -> None:
        """Adds a service, in place of the same one before it."""
        made = _Service(package, router)
        self._services = [*(each for each in self._services if each.values != made.values), made]

    def has(self, operation: Operation[Any, Any, Any]) -> bool:
        """Whether the service of an operation is among them."""
        return any(each.values == operation.values.__name__ for each in self._services)

    def operation(self, match: Match, name: str) -> Operation[Any, Any, Any]:
        """Another operation of a match's service, by its name in the API."""
        values = match.operation.values.__name__
        return next(each for each in self._services if each.values == values).router.operations[name]

    def match(self, request: HttpRequest) -> tuple[Router, Match | RoutingError]:
        """The router of the service that a request is for, and what it found, or why it found nothing.

        Raises `BotobindError` where none is served.
        """
        if not self._services:
            raise BotobindError("the application serves no service: `serve` adds one by its package")
        meant = self._meant(request)
        failures: list[tuple[Router, RoutingError]] = []
        for service in meant:
            try:
                return service.router, service.router.match(request)
            except RoutingError as error:
                failures.append((service.router, error))
        if not failures:
            return self._services[0].router, RoutingError("the request is for no service that is served here", 404)
        # One that knows the path, and not the method, knows more than others.
        return min(failures, key=lambda failure: failure[1].status != 405)

    def _meant(self, request: HttpRequest) -> list[_Service]:
        """The services that a request may be for: those of its signature, or else of its host, or else all."""
        if len(self._services) == 1:
            return self._services
        signed = request.headers.get("Authorization") or dict(request.query).get("X-Amz-Credential", "")
        if scope := _SCOPE.search(signed):
            return [each for each in self._services if each.signing_name == scope[1]]
        labels = set(request.headers.get("host", "").partition(":")[0].lower().split("."))
        return [each for each in self._services if each.labels & labels] or self._services

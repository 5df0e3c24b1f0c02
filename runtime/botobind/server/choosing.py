"""Which of several services a request is for."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from botobind import hosts
from botobind.errors import BotobindError
from botobind.io.engine.authschemes import schemes_of
from botobind.routing import RoutingError
from botobind.server.forms import is_multipart
from botobind.tables import FORM_PROTOCOLS

if TYPE_CHECKING:
    from botobind.http import HttpRequest
    from botobind.operations import Operation
    from botobind.routing import Match, Router

_LONGEST_CREDENTIAL = 1024


class _Service:
    """A service that is served."""

    def __init__(self, package: ModuleType, router: Router | None) -> None:
        facts: Any = package
        self.values = f"{package.__name__}.values"
        self.router: Router = facts.router if router is None else router
        self.package = package
        self.signing_name: str = facts.signing_name
        self.form_operation: str | None = facts.metadata.get("formOperation")
        self.labels = {facts.endpoint_prefix, facts.signing_name, facts.service}

    def is_at(self, host: str) -> bool:
        """Whether a host is called as the service is; prefixes of some endpoints have dots."""
        return any(f".{label}." in f".{host}." for label in self.labels)


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
        return self._of(match.operation).router.operations[name]

    def signing_name(self, operation: Operation[Any, Any, Any]) -> str | None:
        """What requests of an operation are signed for; `None` where its model has them go without a signature."""
        service = self._of(operation)
        is_unsigned = any(scheme.name == "none" for scheme in schemes_of(operation, service.package, ""))
        return None if is_unsigned else service.signing_name

    def _of(self, operation: Operation[Any, Any, Any]) -> _Service:
        return next(each for each in self._services if each.values == operation.values.__name__)

    def meant(self, request: HttpRequest) -> Meant:
        """The services that a request may be for: those of its signature, or else of its host, or else all.

        Raises `BotobindError` where none is served.
        """
        services = self._services
        if not services:
            raise BotobindError("the application serves no service: `serve` adds one by its package")
        if len(services) == 1:
            return Meant(services, services[0])
        if (name := _signed_for(request)) is not None:
            return Meant([each for each in services if each.signing_name == name], services[0])
        host = request.headers.get("host", "").partition(":")[0].lower()
        return Meant([each for each in services if each.is_at(host)] or services, services[0])


class Meant:
    """The services that a request may be for; where there is none, another one answers."""

    def __init__(self, services: list[_Service], otherwise: _Service) -> None:
        self._services = services
        first = services[0] if services else otherwise
        self.router = first.router
        """The router that answers where no operation is known yet."""
        self.signing_name = first.signing_name
        """The name that requests of its service are signed for."""

    def in_path(self, request: HttpRequest) -> HttpRequest:
        """The request with the label in its path that its host may have."""
        return hosts.in_path(request, self.router.virtual_hosts, self.router.hosts)

    def form_operation(self, request: HttpRequest) -> tuple[Meant, str] | None:
        """What a form of a browser with a file in it asks for, of which service; `None` for any other request."""
        if request.method != "POST" or not is_multipart(request.headers) or request.query:
            return None
        for each in self._services:
            if each.form_operation is not None:
                meant = Meant([each], each)
                label = meant.in_path(request).path.strip("/")
                if label and "/" not in label:
                    return meant, each.form_operation
        return None

    @property
    def reads_forms(self) -> bool:
        """Whether any of them takes forms."""
        return any(not FORM_PROTOCOLS.isdisjoint(each.router.protocols) for each in self._services)

    def match(self, request: HttpRequest) -> tuple[Router, Match | RoutingError]:
        """The router of the service that a request is for, and what it found, or why it found nothing."""
        failures: list[tuple[Router, RoutingError]] = []
        for service in self._services:
            try:
                return service.router, service.router.match(request)
            except RoutingError as error:
                failures.append((service.router, error))
        if not failures:
            return self.router, RoutingError("the request is for no service that is served here", 404)
        # One that knows the path, and not the method, knows more than others.
        return min(failures, key=lambda failure: failure[1].status != 405)


def _signed_for(request: HttpRequest) -> str | None:
    """The service in the scope of a signature: `KEY/DAY/REGION/SERVICE/aws4_request`, or without a region."""
    header = request.headers.get("Authorization", "")
    if "Credential=" in header:
        credential = header.partition("Credential=")[2][:_LONGEST_CREDENTIAL].partition(",")[0].strip()
    else:
        credential = dict(request.query).get("X-Amz-Credential", "")
    parts = credential.split("/")
    return parts[-2] if len(parts) >= 4 and parts[-1] == "aws4_request" else None

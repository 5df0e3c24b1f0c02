"""From a request to the operation that it asks for, in each protocol that a service speaks: the server's first step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from attrs import evolve, field, frozen

from botobind import hosts, protocols
from botobind.cached import cached_property
from botobind.errors import BotobindError, RequestError
from botobind.http import Body, HttpRequest
from botobind.lazy import hint
from botobind.operations import Operation
from botobind.routes import Route, RouteTable
from botobind.tables import FORM_PROTOCOLS, REST_PROTOCOLS

__all__ = ["Match", "Route", "Router", "RoutingError"]

_LONGEST_SHOWN = 100
_NAME = re.compile(rf"[A-Za-z][\w.]{{0,{_LONGEST_SHOWN}}}", re.ASCII)
_MARKS = {
    "smithy-rpc-v2-cbor": "a header smithy-protocol: rpc-v2-cbor",
    "json": "a header X-Amz-Target",
    "query": "an Action in a form",
    "ec2": "an Action in a form",
}
"""By what a request's protocol is told."""


class RoutingError(BotobindError):
    """A request asks for nothing that the service has.

    `reason` says what was looked for. `status` is the HTTP status to answer with: 404 for an unknown path or operation,
    405 for a method that the path does not have, 400 for a request in no protocol of the service. With 405, `methods`
    are those that the path has, as the response's header `Allow` wants them.
    """

    def __init__(self, reason: str, status: int, methods: tuple[str, ...] = ()) -> None:
        super().__init__(reason, status, methods)
        self.reason = reason
        self.status = status
        self.methods = methods

    def __str__(self) -> str:
        return self.reason


@frozen
class Match:
    """What a request asks for."""

    operation: Operation[Any, Any, Any]
    protocol: str
    """The protocol that the request is in: what the operation's methods take as `protocol`."""
    alternatives: tuple[str, ...] = ()
    """The operations, by their names in the API, that the request fits just as well. S3 has such pairs: its
    GetBucketLifecycle, deprecated, and GetBucketLifecycleConfiguration share method and URI.
    """
    request: HttpRequest = field(factory=HttpRequest, eq=False, repr=False)
    """The request as `of_request` reads it: with the bucket in its path that it had in the name of its host. A match
    that is pickled or copied deeply leaves a body behind that is a stream.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        # A stream cannot travel.
        request = self.request if isinstance(self.request.body, bytes) else evolve(self.request, body=b"")
        return Match, (self.operation, self.protocol, self.alternatives, request)


def _routes_of(rows: Iterable[Route | tuple[Any, ...]]) -> tuple[Route, ...]:
    return tuple(row if isinstance(row, Route) else Route(*row) for row in rows)


@frozen(kw_only=True, eq=False, slots=False)
class Router:
    """The router of a service: `match` finds the operation of a request. Only that operation is loaded.

    The host plays no part, but for a service that has the first label of its paths there, as S3 has its buckets: in
    front of the names of its own endpoints, or of `hosts`. `attrs.evolve(router, hosts=("s3.localhost",))` is a router
    for a server of yours, whose operations read `Match.request`.
    """

    operations: Mapping[str, Operation[Any, Any, Any]] = field(repr=False)
    """The operations by their names in the API."""
    service: str
    protocols: tuple[str, ...]
    """The protocols that the service speaks."""
    target_prefix: str | None = field(default=None, repr=False)
    """What the service is called in `X-Amz-Target` and in the paths of smithy-rpc-v2-cbor."""
    wire_names: Mapping[str, str] = field(factory=dict, repr=False)
    """The operations that requests call by another name, by that name."""
    routes: tuple[Route, ...] = field(default=(), repr=False, converter=_routes_of)
    """The routes, or what they are made of, where the service speaks a REST protocol."""
    virtual_hosts: str | None = field(default=None, repr=False)
    """The names of the service's endpoints, as a pattern, where requests may have a label before them."""
    hosts: tuple[str, ...] = field(default=(), repr=False)
    """The names of other endpoints that may have a label before them."""
    unrouted: tuple[str, ...] = field(default=(), repr=False)
    """The operations whose paths nobody can tell from others, so that they have no route: in which a label that holds
    slashes is but a part of a segment, or one of two.
    """

    def match(self, request: HttpRequest) -> Match:
        """The operation that a request asks for, and the protocol that the request is in.

        The body is looked at only for the `Action` of a form, and has to be bytes for that. Raises `RoutingError`.
        """
        if "smithy-rpc-v2-cbor" in self.protocols and request.headers.get("smithy-protocol") == "rpc-v2-cbor":
            return self._match_cbor(request)
        form = self._spoken(FORM_PROTOCOLS)
        if "json" in self.protocols and (target := request.headers.get("x-amz-target")) is not None:
            if form is not None and any(name == "Action" for name, _ in request.query):
                raise RoutingError("a request has an X-Amz-Target or an Action, not both", 400)
            return self._match_target(request, target)
        if form is not None and (action := _action(request)) is not None:
            _allow(request, "GET", "POST")
            return self._match_name(form, action, request)
        rest = self._spoken(REST_PROTOCOLS)
        if rest is not None:
            return self._match_route(rest, request)
        marks = dict.fromkeys(_MARKS[protocol] for protocol in self.protocols)
        raise RoutingError(f"no request in a protocol of {self.service}: expected {' or '.join(marks)}", 400)

    def _spoken(self, protocols: frozenset[str]) -> str | None:
        return next((protocol for protocol in self.protocols if protocol in protocols), None)

    def _match_cbor(self, request: HttpRequest) -> Match:
        # https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#requests
        if "x-amz-target" in request.headers or "x-amzn-target" in request.headers:
            raise RoutingError("a request in smithy-rpc-v2-cbor has no X-Amz-Target", 400)
        _allow(request, "POST")
        prefix = self.target_prefix or "PREFIX"
        match request.path.rsplit("/", 4):
            case [_, "service", service, "operation", name] if self._is_called(service):
                return self._match_name("smithy-rpc-v2-cbor", name, request)
        raise RoutingError(f"expected a path that ends in /service/{prefix}/operation/NAME", 404)

    def _match_target(self, request: HttpRequest, target: str) -> Match:
        _allow(request, "POST")
        if "," in target:
            # Two headers are one with a comma: whoever authorises may have looked at the first alone.
            raise RoutingError("a request has one X-Amz-Target", 400)
        service, _, name = target.strip().rpartition(".")
        if not self._is_called(service):
            expected = f"{self.target_prefix}.NAME"
            raise RoutingError(f"expected an X-Amz-Target like {expected}, got {_shown(target)}", 404)
        return self._match_name("json", name, request)

    def _is_called(self, name: str) -> bool:
        # Servers accept the name of a service with and without its namespace.
        return self.target_prefix is None or name.rpartition(".")[2] == self.target_prefix.rpartition(".")[2]

    def _match_name(self, protocol: str, name: str, request: HttpRequest) -> Match:
        known = self._names.get(name)
        if known is None:
            reason = f"{self.service} has no operation {_shown(name)}{_suggestion(name, self._names)}"
            raise RoutingError(reason, 404)
        return Match(self.operations[known], protocol, (), request)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """The operations' names in the API by what requests call them."""
        return {**self.wire_names, **{name: name for name in self.operations}}

    @cached_property
    def _table(self) -> RouteTable:
        return RouteTable(self.routes)

    def _match_route(self, protocol: str, request: HttpRequest) -> Match:
        if self.virtual_hosts is not None or self.hosts:
            request = hosts.in_path(request, self.virtual_hosts, self.hosts)
        names = self._table.best(request)
        if not names:
            raise self._no_route(request)
        return Match(self.operations[names[0]], protocol, names[1:], request)

    def _no_route(self, request: HttpRequest) -> RoutingError:
        by_method = self._table.at(request.path)
        if not by_method:
            # Labels in it may be sensitive.
            without = f", and tells none of {', '.join(self.unrouted)} by its path" if self.unrouted else ""
            return RoutingError(f"{self.service} has no path like that of the request{without}", 404)
        routes = by_method.get(request.method)
        if routes is None:
            methods = tuple(sorted(by_method))
            path = next(iter(by_method.values()))[0].path
            return RoutingError(
                f"{path} has no method {_shown(request.method)}, only {', '.join(methods)}", 405, methods
            )
        queries = sorted({f"?{route.constants}" for route in routes})
        return RoutingError(f"{request.method} {routes[0].path} has to have one of {', '.join(queries)}", 404)


def _allow(request: HttpRequest, *methods: str) -> None:
    if request.method not in methods:
        reason = f"expected the method {' or '.join(methods)}, got {_shown(request.method)}"
        raise RoutingError(reason, 405, methods)


def _action(request: HttpRequest) -> str | None:
    """The `Action` of a form, or else of the query string. Whoever authorises may have looked at one alone, so that it
    cannot be in both.
    """
    in_url = [value for name, value in request.query if name == "Action"]
    in_form = _action_in_form(request)
    if len(in_url) + (in_form is not None) > 1:
        raise RoutingError("a request has one Action", 400)
    return in_url[0] if in_url else in_form


def _action_in_form(request: HttpRequest) -> str | None:
    body = request.body if request.method == "POST" else b""
    content_type = request.headers.get("content-type", "").lower()
    if isinstance(body, bytes) and "content-encoding" in request.headers:
        body = _unpacked(request)
    if isinstance(body, bytes) and (not content_type or content_type.startswith("application/x-www-form-urlencoded")):
        start = 0 if body.startswith(b"Action=") else body.find(b"&Action=") + 1
        if start or body.startswith(b"Action="):
            end = body.find(b"&", start)
            value = body[start + len(b"Action=") : end if end >= 0 else None]
            return unquote_plus(value.decode(errors="replace"))
    return None


def _unpacked(request: HttpRequest) -> Body:
    """The body of a request that may be compressed."""
    try:
        return protocols.compression.unpacked(request, is_member=True).body
    except RequestError as error:
        raise RoutingError(error.reason, error.status) from None


def _shown(text: str) -> str:
    """The name of an operation, a service or a method, in quotes. What is no name may be anything, and is not shown."""
    return repr(text) if _NAME.fullmatch(text) else "what is no name"


def _suggestion(name: str, names: Iterable[str]) -> str:
    # What is too long to be a slip is too expensive to compare as well.
    return hint(name, names) if len(name) <= _LONGEST_SHOWN else ""

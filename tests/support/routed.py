"""Routers that are planned but not generated, and requests for them: what a client sends for an operation, as far as
routing goes, made from a model's JSON alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from botobind.http import HttpRequest
from botobind.operations import Operation
from botobind.routing import Route, Router
from botobind_codegen.load import load_service
from botobind_codegen.plan.routes import plan_router
from botobind_codegen.read import read_service

Document = Mapping[str, Any]

CBOR = {"Smithy-Protocol": "rpc-v2-cbor"}
FORM = "application/x-www-form-urlencoded; charset=utf-8"


class Named(Mapping[str, Operation[Any, Any, Any]]):
    """Operations of which nothing is known but the name, and which of them have been asked for."""

    def __init__(self, names: Mapping[str, Any] | list[str]) -> None:
        self._names = dict.fromkeys(names)
        self.loaded: list[str] = []

    def __getitem__(self, name: str) -> Operation[Any, Any, Any]:
        if name not in self._names:
            raise KeyError(name)
        self.loaded.append(name)
        return Operation(
            values=ModuleType("values"), name=name, wire_name=name, method="POST", uri="/", protocols=("json",)
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def document_of(service: str) -> Document:
    return load_service(service).document


def plan_of(service: str, document: Document) -> Router:
    """The router as its package would have it."""
    read = read_service(service, document)
    plan = plan_router(read, read.operations.values())
    return Router(
        operations=Named(document["operations"]),
        service=plan.service,
        protocols=plan.protocols,
        target_prefix=plan.target_prefix,
        wire_names=plan.wire_names,
        routes=plan.routes,
    )


@cache
def router_of(service: str) -> Router:
    return plan_of(service, document_of(service))


def rest_router(*routes: Route) -> Router:
    """A router of routes given here, in this order."""
    names = [route.operation for route in routes]
    return Router(operations=Named(names), service="model", protocols=("rest-json",), routes=routes)


def bound(document: Document, operation: str, location: str, *, optional: bool = False) -> list[str]:
    """The names by which an operation's required members are in the query string or the headers; those of all members
    where the optional ones are wanted too.
    """
    given = document["operations"][operation].get("input")
    shape = document["shapes"][given["shape"]] if given else {}
    return [
        member.get("locationName", name)
        for name, member in shape.get("members", {}).items()
        if member.get("location") == location and (optional or name in shape.get("required", ()))
    ]


def rest_request(
    document: Document, operation: str, label: str = "a", greedy: str = "b/c", *, optional: bool = False
) -> HttpRequest:
    """The request with given values, percent-encoded, for its labels."""
    http = document["operations"][operation]["http"]
    path, _, constants = http["requestUri"].partition("?")
    path = re.sub(r"\{[^{}]+\}", label, re.sub(r"\{[^{}]+\+\}", greedy, path))
    members = urlencode([(name, "1") for name in bound(document, operation, "querystring", optional=optional)])
    target = f"{path}?{'&'.join(filter(None, [constants, members]))}"
    headers = [(name.upper(), "1") for name in bound(document, operation, "header", optional=optional)]
    return HttpRequest.of_target(http["method"], target, headers)


def rpc_request(document: Document, operation: str, protocol: str) -> HttpRequest:
    """The request in a protocol that has no use for paths."""
    metadata = document["metadata"]
    if protocol == "json":
        return HttpRequest(headers={"X-Amz-Target": f"{metadata['targetPrefix']}.{operation}"}, body=b"{}")
    if protocol == "smithy-rpc-v2-cbor":
        return HttpRequest(path=f"/service/{metadata['targetPrefix']}/operation/{operation}", headers=CBOR)
    http = document["operations"][operation]["http"]
    form = urlencode({"Action": operation, "Version": metadata["apiVersion"]}).encode()
    return HttpRequest.of_target(http["method"], http["requestUri"], {"Content-Type": FORM}, form)

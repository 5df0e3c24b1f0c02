"""The document of a service: its paths, what they refer to, where requests go and how they are signed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botobind.errors import EncodeError
from botobind.io.engine.authschemes import schemes_of
from botobind.openapi.messages import constant_headers, messages_of
from botobind.operations import package_of_service
from botobind.protocols import bind

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.openapi.messages import Messages, Request
    from botobind.operations import Operation
    from botobind.shapes import ErrorShape

__all__ = ["openapi"]

_VERSION = "3.1.1"
_LABEL = re.compile(r"\{([^{}]*)\}")
_REGION = "us-east-1"
_SIGNED = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "x-amazon-apigateway-authtype": "awsSigv4",
}
_SCHEMES: Mapping[str, dict[str, Any]] = {
    "sigv4": {**_SIGNED, "description": "Signature version 4."},
    "sigv4a": {**_SIGNED, "description": "Signature version 4A, for several regions."},
    "bearer": {"type": "http", "scheme": "bearer"},
}


def openapi(
    package: ModuleType,
    *,
    protocol: str | None = None,
    operations: Iterable[str] | None = None,
    servers: Iterable[str] | None = None,
) -> dict[str, Any]:
    """The OpenAPI document, version 3.1, of a service in one of its protocols: the default one, if left out.

    `package` is a generated package, `operations` names those that are wanted, `servers` has the URLs of servers, where
    they are not AWS's own. Raises `EncodeError` for a protocol that the service does not speak, and `KeyError` for an
    operation that it does not have; `TypeError` for what is no package, and for other things than lists of texts.
    """
    package = package_of_service(package)
    wanted_names = _texts("operations", operations)
    own_servers = _texts("servers", servers)
    name = protocol or package.protocols[0]
    if name not in package.protocols:
        raise EncodeError(f"{package.service} is not spoken in {name!r}, only in {', '.join(package.protocols)}")
    table: Mapping[str, Operation[Any, Any, Any]] = package.endpoints.OPERATIONS
    wanted = [table[each] for each in (table if wanted_names is None else wanted_names)]
    urls = _servers_of(package) if own_servers is None else [{"url": url} for url in own_servers]
    messages = messages_of(package.values, name)
    requests = [messages.request(each) for each in wanted]
    for operation, request in zip(wanted, requests, strict=True):
        request.parameters[:0] = constant_headers(bind(operation, name).constant_headers(), request.parameters)
    used: dict[str, dict[str, Any]] = {}
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    labels: dict[str, list[str]] = {}
    for operation, request, path in zip(wanted, requests, _paths(wanted, requests), strict=True):
        schemes = [each.name for each in schemes_of(operation, package, _REGION)]
        used.update({each: _SCHEMES.get(each, _SIGNED) for each in schemes if each != "none"})
        described = _operation(operation, request, messages)
        described["security"] = [{each: []} if each != "none" else {} for each in schemes]
        prefix = (operation.traits.get("endpoint") or {}).get("hostPrefix")
        if prefix:
            described["servers"] = [_before(prefix, url) for url in urls]
        paths[_with_known_labels(path, described, labels)][operation.method.lower()] = described
    return {
        "openapi": _VERSION,
        "info": _info(package, name),
        "servers": urls,
        "paths": dict(paths),
        "components": {"schemas": _components(messages), "securitySchemes": used},
    }


def _texts(what: str, given: Iterable[str] | None) -> list[str] | None:
    """The texts of an argument. One text alone would be taken for its letters."""
    found = [*given] if isinstance(given, Iterable) and not isinstance(given, str) else None
    if given is not None and (found is None or not all(isinstance(each, str) for each in found)):
        raise TypeError(f"{what}: expected an iterable of texts, got {type(given).__name__}")
    return found


def _info(package: ModuleType, protocol: str) -> dict[str, Any]:
    found = {"title": package.service_full_name, "version": package.api_version or "", "x-protocol": protocol}
    return found | {"description": package.__doc__} if package.__doc__ else found


def _servers_of(package: ModuleType) -> list[dict[str, Any]]:
    """AWS's servers. Rules of endpoints know more of them: what is FIPS, dual stack, and in other partitions."""
    found: list[dict[str, Any]] = []
    if package.global_endpoint:
        found.append({"url": f"https://{package.global_endpoint}"})
    for end, region in (("amazonaws.com", _REGION), ("amazonaws.com.cn", "cn-north-1")):
        url = f"https://{package.endpoint_prefix or package.service}.{{region}}.{end}"
        found.append({"url": url, "variables": {"region": {"default": region}}})
    return found


def _before(prefix: str, server: dict[str, Any]) -> dict[str, Any]:
    """The server whose name begins with a prefix, in which there may be labels."""
    scheme, _, host = server["url"].partition("://")
    variables = {**server.get("variables", {}), **{name: {"default": name} for name in _LABEL.findall(prefix)}}
    found = {**server, "url": f"{scheme}://{prefix}{host}"}
    return {**found, "variables": variables} if variables else found


def _paths(operations: list[Operation[Any, Any, Any]], requests: list[Request]) -> list[str]:
    """The keys of operations among the paths. Several may be at one path: what tells them apart stands behind `#`, as
    AWS's operations have been written since there is OpenAPI: `/{Bucket}#acl`, `/#X-Amz-Target=Service.Operation`.
    """
    found = [_marked(each, 1) for each in requests]
    for level in (2, 3):
        for at in _shared(operations, found):
            found[at] = _marked(requests[at], level)
    for at in _shared(operations, found):
        found[at] = f"{found[at]}{'&' if '#' in found[at] else '#'}{operations[at].name}"
    return found


def _marked(request: Request, level: int) -> str:
    marks = [mark for marks in request.marks[:level] for mark in marks]
    return f"{request.path}#{'&'.join(marks)}" if marks else request.path


def _shared(operations: list[Operation[Any, Any, Any]], paths: list[str]) -> list[int]:
    """Which operations have the same path and method as another one."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, (operation, path) in enumerate(zip(operations, paths, strict=True)):
        groups[operation.method, _LABEL.sub("{}", path)].append(at)
    return [at for group in groups.values() if len(group) > 1 for at in group]


def _with_known_labels(path: str, described: dict[str, Any], known: dict[str, list[str]]) -> str:
    """The path with the names that its labels had first: templates that differ in names alone are the same path."""
    template, mark, rest = path.partition("#")
    own = _LABEL.findall(template)
    names = known.setdefault(_LABEL.sub("{}", template), own)
    if names != own:
        renamed = dict(zip(own, names, strict=True))
        for parameter in described.get("parameters", []):
            if parameter["in"] == "path":
                parameter["name"] = renamed[parameter["name"]]
        template = _LABEL.sub(lambda label: f"{{{renamed[label[1]]}}}", template)
    return f"{template}{mark}{rest}"


def _operation(operation: Operation[Any, Any, Any], request: Request, messages: Messages) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": operation.name}
    if operation.documentation:
        found["description"] = operation.documentation
    if operation.traits.get("deprecated"):
        found["deprecated"] = True
    if request.parameters:
        found["parameters"] = request.parameters
    if request.body is not None:
        found["requestBody"] = request.body
    success = messages.response(operation)
    found["responses"] = {**dict.fromkeys(messages.statuses(operation), success), **_errors(operation, messages)}
    return found


def _errors(operation: Operation[Any, Any, Any], messages: Messages) -> dict[str, Any]:
    by_status: dict[int, list[type[ErrorShape]]] = defaultdict(list)
    for error in operation.errors:
        by_status[error.status or (500 if error.fault == "server" else 400)].append(error)
    found = {str(status): messages.error(operation, errors) for status, errors in sorted(by_status.items())}
    return {**found, "default": messages.error(operation, [])}


def _components(messages: Messages) -> dict[str, Any]:
    """The schemas of all classes that have been named."""
    found: dict[str, Any] = {}
    while messages.schemas.named:
        cls = messages.schemas.named.pop()
        if cls.__name__ not in found:
            found[cls.__name__] = messages.schemas.structure(cls)
    return dict(sorted(found.items()))

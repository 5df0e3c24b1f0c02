"""What of an HTTP message a vector speaks of, and what the message has: two dicts that have to be equal."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import cbor2
from attrs import evolve
from conformance.vectors import Case, comparable
from lxml import etree

from botobind.http import Headers, HttpRequest, HttpResponse
from botobind.operations import Operation

_LIST_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*[^,\s])\s*(?:,|$)')
_SMALLEST_COMPRESSED = 10_240
"""The AWS SDKs' `request_min_compression_size_bytes`."""
_NOT_THE_SERVERS = ("content-length", "x-amz-target")
"""Headers in response vectors that the transport adds, or that are a request's."""


def raw_body(case: Case, text: str) -> bytes:
    """The bytes of a body in a vector."""
    return base64.b64decode(text) if case.protocol == "smithy-rpc-v2-cbor" else text.encode()


def body_format(case: Case) -> str:
    """How the body of a vector compares."""
    if case.payload in ("blob", "string"):
        return "bytes"
    if case.protocol in ("query", "ec2") and case.side == "input":
        return "form"
    if case.protocol == "smithy-rpc-v2-cbor":
        return "cbor"
    return "json" if "json" in case.protocol else "xml"


def comparable_body(body: bytes, how: str) -> Any:
    """What a body says, by its format; none is none in every format."""
    if not body or how == "bytes":
        return body
    if how == "form":
        return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
    if how == "xml":
        return xml_tree(etree.fromstring(body, etree.XMLParser(remove_comments=True, remove_pis=True)))
    return comparable(json.loads(body) if how == "json" else cbor2.loads(body))


def xml_tree(element: Any, outer: Mapping[str | None, str] | None = None) -> Any:
    """Name, namespaces that are declared here, attributes, and children or text."""
    declared = {prefix: uri for prefix, uri in element.nsmap.items() if (outer or {}).get(prefix) != uri}
    inner = [xml_tree(child, element.nsmap) for child in element] or (element.text or "")
    return [element.tag, declared, dict(element.attrib), inner]


# Requests


def as_sent(operation: Operation[Any, Any, Any], request: HttpRequest, endpoint: str | None) -> tuple[str, HttpRequest]:
    """Host and request as a transport sends them: endpoint, compression and length are its business, of which the
    operation tells what it needs to know.
    """
    parts = urlsplit(endpoint or "https://example.com")
    host = request.host_prefix + parts.netloc + parts.path
    headers = Headers(request.headers)
    body = request.body
    assert isinstance(body, bytes)
    compression = operation.traits.get("requestcompression")
    if compression and len(body) >= _SMALLEST_COMPRESSED:
        assert "gzip" in compression["encodings"]
        body = gzip.compress(body)
        headers.add("Content-Encoding", "gzip")
    if body or request.method not in ("GET", "HEAD", "DELETE"):
        headers["Content-Length"] = str(len(body))
    return host, evolve(request, path=parts.path + request.path, headers=headers, body=body)


def wanted_request(case: Case) -> dict[str, Any]:
    """What a vector says of the request."""
    serialized = case.vector["serialized"]
    wanted = {
        "method": serialized["method"],
        **_comparable_target(serialized["uri"]),
        "headers": comparable_headers(case, Headers(serialized.get("headers", {}))),
        "missing headers": [],
        "forbidden headers": [],
    }
    if "host" in serialized:
        wanted["host"] = serialized["host"]
    if "body" in serialized:
        wanted["body"] = comparable_body(raw_body(case, serialized["body"]), body_format(case))
    return wanted


def seen_request(case: Case, host: str, request: HttpRequest) -> dict[str, Any]:
    """What is compared of the request that is there."""
    serialized = case.vector["serialized"]
    assert isinstance(request.body, bytes)
    wanted = wanted_request(case)
    seen = {
        "method": request.method,
        **_comparable_target(request.target),
        "headers": comparable_headers(case, request.headers, wanted["headers"]),
        "missing headers": [name for name in serialized.get("requireHeaders", ()) if name not in request.headers],
        "forbidden headers": [name for name in serialized.get("forbidHeaders", ()) if name in request.headers],
        "host": host,
        "body": comparable_body(request.body, body_format(case)) if "body" in serialized else None,
    }
    return {name: item for name, item in seen.items() if name in wanted}


def _comparable_target(target: str) -> dict[str, Any]:
    """Path and query string, still encoded; the order of parameters is free, and `?a` is `?a=`."""
    path, _, query = target.partition("?")
    return {"path": path, "query": sorted(pair if "=" in pair else f"{pair}=" for pair in query.split("&"))}


def comparable_headers(case: Case, headers: Headers, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The headers, or those that a vector speaks of. Lists compare as such, and UTF-8 may be named where it is left
    open.
    """
    places = {member.get("locationName", "").lower(): member["shape"] for member in case.members.values()}
    lists = {name for name, shape in places.items() if case.shapes[shape]["type"] == "list"}
    found: dict[str, Any] = {
        name.lower(): _LIST_ITEM.findall(headers[name]) if name.lower() in lists else headers[name]
        for name in (headers if names is None else names)
        if name in headers
    }
    media_type, _, parameter = found.get("content-type", "").partition(";")
    return {**found, "content-type": media_type} if parameter.strip().lower() == "charset=utf-8" else found


def request_of(case: Case, ours: HttpRequest) -> HttpRequest:
    """The request that a vector speaks of, as a server gets it. Bodies that the vector leaves out are ours."""
    serialized = case.vector["serialized"]
    target = serialized["uri"].removeprefix(urlsplit(case.endpoint or "").path)
    body = raw_body(case, serialized["body"]) if "body" in serialized else ours.body
    headers = {**({"Host": serialized["host"]} if "host" in serialized else {}), **serialized.get("headers", {})}
    if headers.get("Content-Encoding", "").endswith("gzip"):
        body = gzip.compress(body)
    return HttpRequest.of_target(serialized["method"], target, headers, body)


# Responses


def response_of(case: Case) -> HttpResponse:
    """The response that a vector speaks of."""
    response = case.vector["response"]
    body = raw_body(case, response.get("body", ""))
    return HttpResponse(status=response["status_code"], headers=Headers(response.get("headers", {})), body=body)


def comparable_response(case: Case, response: HttpResponse) -> dict[str, Any]:
    """What of a response a vector speaks of: status, headers, body, and the name of an error wherever it is."""
    assert isinstance(response.body, bytes)
    spoken_of = case.vector["response"]
    names = [name for name in spoken_of.get("headers", {}) if name.lower() not in _NOT_THE_SERVERS]
    headers = comparable_headers(case, response.headers, names)
    if not response.body:
        # What is not there has no type.
        headers.pop("content-type", None)
    found = {"status": response.status, "headers": headers}
    if case.error and body_format(case) != "xml":
        tree = comparable_body(response.body, body_format(case)) or {}
        said = [headers.pop("x-amzn-errortype", None), tree.pop("__type", None), tree.pop("code", None)]
        found["error"] = next((_bare(name) for name in said if name), None)
        found["body"] = tree
    elif case.error:
        # The service's namespace is in the errors that AWS sends, but not in those of the vectors.
        found["body"] = comparable_body(_without_namespaces(response.body), "xml")
    elif "body" in spoken_of:
        found["body"] = comparable_body(response.body, body_format(case))
    return found


def _without_namespaces(document: bytes) -> bytes:
    root = etree.fromstring(document)
    for element in root.iter("*"):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return etree.tostring(root)


def _bare(name: str) -> str:
    """The name of an error without namespace and URI."""
    return name.partition(":")[0].rpartition("#")[2]

"""Labels of a path that requests have in the name of their host, as S3's buckets are in `BUCKET.s3.amazonaws.com`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from botobind.http import Headers, HttpRequest, make_request
from botobind.wire.percent import encode

_PORT = re.compile(r":[0-9]{1,5}\Z")


def in_path(request: HttpRequest, endpoints: str | None, names: Iterable[str] = ()) -> HttpRequest:
    """The request with the label that its host has before the endpoint's name as the first segment of its path.

    `endpoints` is a pattern of the service's own endpoints, `names` has those of others, such as `s3.localhost`. The
    host loses the label. A request without one is given back as it is, and so is one of another host.
    """
    host = request.headers.get("host", "")
    if not host:
        return request
    bare = _PORT.sub("", host)
    label = _label(bare.lower(), endpoints, names)
    if not label:
        return request
    label = bare[: len(label)]
    headers = Headers(request.headers)
    headers["Host"] = host[len(label) + 1 :]
    path = f"/{encode(label)}{'' if request.path == '/' else request.path}"
    return make_request(request.method, path, request.query, headers.pairs(), request.body, request.host_prefix)


def _label(host: str, endpoints: str | None, names: Iterable[str]) -> str:
    """What a host has before the name of an endpoint; empty where there is nothing, or no endpoint."""
    for name in names:
        if host == name.lower():
            return ""
        if host.endswith(f".{name.lower()}"):
            return host[: -len(name) - 1]
    found = None if endpoints is None else _pattern(endpoints).fullmatch(host)
    return found[1] or "" if found else ""


@cache
def _pattern(endpoints: str) -> re.Pattern[str]:
    return re.compile(rf"(?:([a-z0-9._-]{{1,255}})\.)?(?:{endpoints})")


__all__ = ["in_path"]

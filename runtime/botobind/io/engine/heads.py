"""Small requests as bytes, head and body in one piece: the short way of transports, which leaves out what libraries ask
about each request. Whatever is out of the ordinary takes their way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from botobind.errors import EncodeError

if TYPE_CHECKING:
    from botobind.io.engine.data import OutgoingRequest

IN_ONE_PIECE = 64 * 1024
"""Bytes of a body that is sent together with the head: the more pieces, the more often the other side wakes up."""

_SENT_OTHERWISE = frozenset({"connection", "expect", "transfer-encoding"})
_WITHOUT_BODIES = frozenset({"DELETE", "GET", "HEAD", "OPTIONS"})
"""Methods of requests that say nothing of a body where there is none."""
_is_token = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+").fullmatch
_begins_another = re.compile(r"[\r\n\0]").search
_is_target = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*").fullmatch


def headers_of(request: OutgoingRequest) -> dict[str, str]:
    """The headers by their names, with the host; the values of one that is repeated are joined."""
    headers: dict[str, str] = {}
    for name, text in request.headers:
        headers[name] = f"{headers[name]},{text}" if name in headers else text
    headers["Host"] = request.host
    return headers


def refuse_odd(headers: dict[str, str]) -> None:
    """Raises `EncodeError` for a header that would become two: errors of libraries have its text, be it a token."""
    for name, text in headers.items():
        if _begins_another(name) or _begins_another(text):
            what = name if _is_token(name) else "of a name that is none"
            raise EncodeError(f"the header {what} has a line break or NUL")


def written(request: OutgoingRequest, headers: dict[str, str]) -> bytes | None:
    """A request with these headers as it is sent; None for one that is not small, or may not be a request at all."""
    body, method, target = request.body, request.method, request.target
    if not isinstance(body, bytes) or len(body) > IN_ONE_PIECE:
        return None
    names = {name.lower() for name in headers}
    lines = [f"{method} {target} HTTP/1.1\r\n"]
    if "accept-encoding" not in names:
        lines.append("Accept-Encoding: identity\r\n")
    if "content-length" not in names and (body or method not in _WITHOUT_BODIES):
        lines.append(f"Content-Length: {len(body)}\r\n")
    lines += [f"{name}: {text}\r\n" for name, text in headers.items()]
    head = "".join(lines)
    is_plain = (
        head.count("\n") == head.count("\r") == len(lines)
        and "\0" not in head
        and names.isdisjoint(_SENT_OTHERWISE)
        and "" not in names
        and _is_token(f"{method}{''.join(names)}") is not None
        and _is_target(target) is not None
    )
    return f"{head}\r\n".encode() + body if is_plain else None

"""What the doors of an application have in common: how responses are sent, and what is sent without one."""

from __future__ import annotations

from botobind.http import HttpResponse

_WITHOUT_BODY = frozenset({204, 304})


def may_have_body(method: str, status: int) -> bool:
    """Whether a response has a body on the wire. What is sent nevertheless would be taken for the next response."""
    return method != "HEAD" and status not in _WITHOUT_BODY


def origin_form(target: str) -> str:
    """A request's target as path and query string: whoever goes through a proxy sends all of the URL."""
    is_whole = "://" in target.partition("?")[0] and not target.startswith("/")
    return "/" + target.partition("://")[2].partition("/")[2] if is_whole else target


def headers_of(response: HttpResponse) -> list[tuple[str, str]]:
    """The headers that are sent, with the length of a body that is at hand."""
    headers = response.headers.pairs()
    if isinstance(response.body, bytes) and "content-length" not in response.headers:
        headers += [("Content-Length", str(len(response.body)))] * (response.status not in _WITHOUT_BODY)
    return headers


def plain(status: int, text: str) -> HttpResponse:
    """A response to what is no request that any service could answer."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return HttpResponse(status=status, headers=headers, body=text.encode())

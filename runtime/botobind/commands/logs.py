"""Requests and responses in botocore's log, as boto3 (`boto3.set_stream_logger("")`) and `aws --debug` write it.

A call is a line `Making request for OperationModel(name=…) with params: {…}`, then for each attempt `Response headers:
{…}` and `Response body:` with the body on a line of its own, all of them as Python shows values. The status stands in
the line of urllib3's. What is not in the log are bodies that are streams.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from botobind.attributes import frozen
from botobind.errors import DecodeError
from botobind.http import Headers, HttpRequest, HttpResponse, encode_query

_REQUEST = re.compile(r"Making request for OperationModel\(name=(\w+)\) with params: (\{.*)")
_STATUS = re.compile(r'://\S+ "[A-Z]+ \S* HTTP/[\d.]+" (\d{3}) ')
_HEADERS, _BODY = "Response headers: ", "Response body:"
_CONTEXT = ", 'context': {"
"""What comes after all that is sent: it has objects of botocore's."""
_MOST_PLACES = 100
_NO_LITERAL = re.compile(r"'body': <[^>]*>")
_ERRORS = re.compile(rb'"__type"|<Error')

REQUEST_BODY, RESPONSE_BODY, STATUS = "the body of the request", "the body of the response", "the status"
"""What a log may lack."""


@frozen(kw_only=True)
class LoggedCall:
    """A call: what was sent, and the last response that came, which may be missing."""

    operation: str
    request: HttpRequest
    response: HttpResponse | None = None
    lacking: tuple[str, ...] = ()
    """What the log does not have."""


def is_log(data: bytes) -> bool:
    """Whether a text has lines of botocore's log that are of use."""
    return b"Making request for OperationModel(" in data


def calls_in_log(data: bytes) -> Iterator[LoggedCall]:
    """The calls in a log, in order. Of several threads at once nothing tells which response is whose.

    Raises `DecodeError`, with the number of the line, for one that breaks off.
    """
    call: LoggedCall | None = None
    status: int | None = None
    headers = Headers()
    lines = data.decode(errors="surrogateescape").split("\n")
    for number, line in enumerate(lines, 1):
        if (found := _REQUEST.search(line)) is not None:
            if call is not None:
                yield call
            call = _call(found[1], found[2], number)
            status, headers = None, Headers()
        elif (found := _STATUS.search(line)) is not None:
            status = int(found[1])
        elif _HEADERS in line:
            headers = Headers(_pairs(_literal(line.partition(_HEADERS)[2], number), number))
        elif line.rstrip().endswith(_BODY) and call is not None:
            text = lines[number] if number < len(lines) else ""
            call = _with_response(call, status, headers, text.strip(), number + 1)
    if call is not None:
        yield call


def _call(operation: str, text: str, number: int) -> LoggedCall:
    params = _params(text, number)
    try:
        url, body = params["url"], params["body"]
        target = urlsplit(url)
        headers = Headers(_pairs(params["headers"], number))
        headers.setdefault("Host", target.netloc)
        place = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        request = HttpRequest.of_target(params["method"], place, headers, _body(body))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError(f"line {number}: no request of botocore's: {type(error).__name__}: {error}") from None
    return LoggedCall(operation=operation, request=request, lacking=(REQUEST_BODY,) if body is None else ())


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, dict):  # a form, before it is written
        return encode_query((str(name), str(value)) for name, value in body.items()).encode()
    return body.encode() if isinstance(body, str) else bytes(memoryview(body))


def _with_response(call: LoggedCall, status: int | None, headers: Headers, text: str, number: int) -> LoggedCall:
    lacking = [each for each in call.lacking if each == REQUEST_BODY]
    body: Any = b""
    if text.startswith("<"):  # a stream
        lacking.append(RESPONSE_BODY)
    else:
        body = _literal(text, number)
        if not isinstance(body, bytes):
            raise DecodeError(f"line {number}: expected bytes, got {type(body).__name__}")
    if status is None:  # urllib3's lines were not logged
        lacking.append(STATUS)
        status = 400 if "x-amzn-errortype" in headers or _ERRORS.search(body) else 200
    kept = Headers(pair for pair in headers.pairs() if pair[0].lower() not in ("content-encoding", "transfer-encoding"))
    response = HttpResponse(status=status, headers=kept, body=body)
    return LoggedCall(operation=call.operation, request=call.request, response=response, lacking=tuple(lacking))


def _params(text: str, number: int) -> Any:
    """The parameters of a request without its context. A text among them may look like the beginning of it."""
    text = _NO_LITERAL.sub("'body': None", text)
    place = text.find(_CONTEXT)
    for _ in range(_MOST_PLACES):
        if place < 0:
            break
        try:
            return _literal(f"{text[:place]}}}", number)
        except DecodeError:
            place = text.find(_CONTEXT, place + 1)
    return _literal(text, number)


def _literal(text: str, number: int) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that are none
            return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        raise DecodeError(f"line {number}: what botocore's log has there breaks off, or is no value") from None


def _pairs(headers: Any, number: int) -> Iterator[tuple[str, str]]:
    if not isinstance(headers, dict):
        raise DecodeError(f"line {number}: expected headers")
    for name, value in headers.items():
        yield str(name), value.decode("latin-1") if isinstance(value, bytes) else str(value)

"""HTTP messages: members by name, headers from mappings and pairs, bodies from bytes and whatever gives them."""

from collections.abc import AsyncIterable
from pathlib import Path
from typing import reveal_type

from botobind.http import Headers, HttpRequest, HttpResponse


def built(chunks: AsyncIterable[bytes]) -> None:
    HttpRequest()
    HttpRequest(method="GET", path="/books", query=[("page", "1")], headers={"Accept": "*/*"}, body=b"")
    HttpRequest(headers=[("Accept", "*/*"), ("Accept", "text/html")])
    HttpRequest(headers=Headers({"Accept": "*/*"}), body=chunks)
    HttpResponse(status=404, headers={"x-amzn-requestid": "1"}, body=iter([b"no", b"where"]))
    with Path("walden.txt").open("rb") as file:
        HttpResponse(body=file)
    HttpRequest.of_target("GET", "/books?page=1", {"Accept": "*/*"})


def of_wrong_types() -> None:
    HttpRequest("GET", "/books")
    # mypy says [call-arg] Too many positional arguments
    # pyright says [reportCallIssue] Expected 0 positional arguments
    HttpRequest(method=b"GET")
    # mypy says [arg-type] Argument "method" … incompatible type "bytes"; expected "str"
    # pyright says [reportArgumentType] Argument of type "Literal[b"GET"]" … "method" of type "str"
    HttpRequest(query={"page": "1"})
    # mypy says [arg-type] Argument "query" … incompatible type "dict[str, str]"; expected "list[tuple[str, str]]"
    # pyright says [reportArgumentType] Argument of type "dict[str, str]" … "query" of type "list[tuple[str, str]]"
    HttpRequest(headers={"Content-Length": 5})
    # mypy says [arg-type] incompatible type "dict[str, int]"; expected "Mapping[str, str] | Iterable[tuple[str, str]]"
    # pyright says [reportArgumentType] Argument of type "dict[str, int]" … "headers" of type "HeaderPairs"
    HttpRequest(headers="Accept: */*")
    # mypy says [arg-type] incompatible type "str"; expected "Mapping[str, str] | Iterable[tuple[str, str]]"
    # pyright says [reportArgumentType] Argument of type "Literal['Accept: */*']" … "headers" of type "HeaderPairs"
    HttpRequest(body="text")
    # mypy says [arg-type] incompatible type "str"; expected "bytes | Readable | Iterable[bytes] | AsyncIterable[bytes]"
    # pyright says [reportArgumentType] Argument of type "Literal['text']" … "body" of type "Body"
    HttpRequest(url="/books")
    # mypy says [call-arg] Unexpected keyword argument "url"
    # pyright says [reportCallIssue] No parameter named "url"
    HttpResponse(status="404")
    # mypy says [arg-type] Argument "status" … incompatible type "str"; expected "int"
    # pyright says [reportArgumentType] Argument of type "Literal['404']" … "status" of type "int"
    HttpResponse(200)
    # mypy says [call-arg] Too many positional arguments
    # pyright says [reportCallIssue] Expected 0 positional arguments
    HttpResponse(status_code=200)
    # mypy says [call-arg] Unexpected keyword argument "status_code"
    # pyright says [reportCallIssue] No parameter named "status_code"
    HttpResponse(body={"a": 1})
    # mypy says [dict-item] Dict entry 0 has incompatible type "str": "int"; expected "bytes": "int"
    # pyright says [reportArgumentType] Argument of type "dict[str, int]" … "body" of type "Body"
    HttpRequest.of_target("GET")
    # mypy says [call-arg] Missing positional argument "target"
    # pyright says [reportCallIssue] Argument missing for parameter "target"


def read(request: HttpRequest, response: HttpResponse) -> None:
    reveal_type(request.method)
    # reveals str
    reveal_type(request.query)
    # reveals list[tuple[str, str]]
    reveal_type(request.headers)
    # reveals Headers
    reveal_type(request.headers["accept"])
    # reveals str
    reveal_type(request.headers.get("accept"))
    # reveals str | None
    reveal_type(request.headers.get_all("accept"))
    # reveals list[str]
    reveal_type(request.target)
    # reveals str
    reveal_type(request.body)
    # reveals bytes | Readable | Iterable[bytes] | AsyncIterable[bytes]
    reveal_type(response.status)
    # reveals int
    reveal_type(HttpRequest.of_target("GET", "/"))
    # reveals HttpRequest
    request.headers["Accept"] = 5
    # mypy says [assignment] expression has type "int", target has type "str"
    # pyright says [reportArgumentType] Argument of type "Literal[5]" … "value" of type "str"
    request.target = "/"
    # mypy says [misc] Property "target" defined in "HttpRequest" is read-only
    # pyright says [reportAttributeAccessIssue] attribute "target" … "Literal['/']" is not assignable to … "property"
    response.body.decode()
    # mypy says [union-attr] Item "Readable" … has no attribute "decode"
    # mypy says [union-attr] Item "Iterable[bytes]" … has no attribute "decode"
    # mypy says [union-attr] Item "AsyncIterable[bytes]" … has no attribute "decode"
    # pyright says [reportAttributeAccessIssue] Attribute "decode" is unknown
    # pyright says [reportAttributeAccessIssue] Attribute "decode" is unknown
    # pyright says [reportAttributeAccessIssue] Attribute "decode" is unknown


def set_later(response: HttpResponse) -> None:
    response.headers = Headers({"Accept": "*/*"})
    response.headers = {"Accept": "*/*"}
    # mypy says [assignment] expression has type "dict[str, str]", variable has type "Headers"
    response.status = "404"
    # mypy says [assignment] expression has type "str", variable has type "int"
    # pyright says [reportAttributeAccessIssue] attribute "status" … "Literal['404']" is not assignable to … "int"

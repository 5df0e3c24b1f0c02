"""The router finds an operation whose classes are known at run time only, and so does the table of operations."""

from typing import reveal_type

from botobind.http import HttpRequest, HttpResponse
from botobind.routing import Match, RoutingError
from botobind_services import dynamodb, s3
from botobind_services.dynamodb.endpoints import OPERATIONS


def routed(request: HttpRequest) -> HttpResponse:
    try:
        match = dynamodb.router.match(request)
    except RoutingError as error:
        reveal_type(error.status)
        # reveals int
        reveal_type(error.methods)
        # reveals tuple[str, ...]
        return HttpResponse(status=error.status)
    reveal_type(match)
    # reveals Match
    reveal_type(match.operation)
    # reveals Operation[Any, Any, Any]
    reveal_type(match.protocol)
    # reveals str
    reveal_type(match.alternatives)
    # reveals tuple[str, ...]
    reveal_type(match.operation.to_response(dynamodb.GetItemOutput(), protocol=match.protocol))
    # reveals HttpResponse
    return match.operation.of_request(request, protocol=match)
    # mypy says [no-any-return] Returning Any from function declared to return "HttpResponse"
    # mypy says [arg-type] Argument "protocol" … incompatible type "Match"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Match" … "protocol" of type "str | None"


def misused(request: HttpRequest) -> None:
    s3.router.match(b"GET / HTTP/1.1")
    # mypy says [arg-type] Argument 1 … incompatible type "bytes"; expected "HttpRequest"
    # pyright says [reportArgumentType] Argument of type "Literal[b"GET / HTTP/1.1"]" … "request" of type "HttpRequest"
    s3.router.match("GET", "/")
    # mypy says [call-arg] Too many arguments
    # mypy says [arg-type] Argument 1 … incompatible type "str"; expected "HttpRequest"
    # pyright says [reportCallIssue] Expected 1 positional argument
    s3.router.matches(request)
    # mypy says [attr-defined] "Router" has no attribute "matches"; maybe "match"?
    # pyright says [reportAttributeAccessIssue] Attribute "matches" is unknown
    s3.router.match(request).operations
    # mypy says [attr-defined] "Match" has no attribute "operations"; maybe "operation"?
    # pyright says [reportAttributeAccessIssue] Attribute "operations" is unknown
    s3.router.match(request).protocol = "json"
    # mypy says [misc] Property "protocol" defined in "Match" is read-only
    # pyright says [reportAttributeAccessIssue] Attribute "protocol" is read-only
    dynamodb.router(request)
    # mypy says [operator] "Router" not callable
    # pyright says [reportCallIssue] Object of type "Router" is not callable Attribute "__call__" is unknown


def narrowed(match: Match) -> None:
    if match.operation is dynamodb.endpoints.GetItem:
        return
    print(match.operation.name)


def table() -> None:
    reveal_type(OPERATIONS["PutItem"])
    # reveals Operation[Any, Any, Any]
    reveal_type(OPERATIONS.get("PutItem"))
    # reveals Operation[Any, Any, Any] | None
    reveal_type(OPERATIONS["PutItem"].name)
    # reveals str
    reveal_type(list(OPERATIONS))
    # reveals list[str]
    for name, operation in OPERATIONS.items():
        print(name.lower(), operation.uri)
    OPERATIONS[0]
    # mypy says [index] Invalid index type "int" for "OperationTable"; expected type "str"
    # pyright says [reportArgumentType] Argument of type "Literal[0]" … "name" of type "str"
    OPERATIONS.PutItem
    # mypy says [attr-defined] "OperationTable" has no attribute "PutItem"
    # pyright says [reportAttributeAccessIssue] Attribute "PutItem" is unknown
    OPERATIONS["PutItem"] = dynamodb.endpoints.PutItem
    # mypy says [index] Unsupported target for indexed assignment ("OperationTable")
    # pyright says [reportIndexIssue] "__setitem__" method not defined on type "OperationTable"

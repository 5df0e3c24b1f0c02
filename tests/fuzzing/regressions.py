"""Messages that the fuzzers have found, and what has to become of them."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from botobind.http import HttpResponse
from botobind.operations import Operation
from botobind_services import cloudwatch, dynamodb, lambda_, s3, sts


@frozen
class Answer:
    """A response, and shape, code and message of the error that it has."""

    name: str
    operation: Operation[Any, Any, Any]
    protocol: str
    response: HttpResponse
    error: tuple[str, str, str | None]


_BAD = ("UnknownOperationError", "400", "Bad Request")


def _answer(body: bytes, **headers: str) -> HttpResponse:
    return HttpResponse(
        status=400, headers=[(name.replace("_", "-"), value) for name, value in headers.items()], body=body
    )


ANSWERS = (
    Answer(
        "a header that names no error",
        lambda_.endpoints.Invoke,
        "rest-json",
        _answer(b"{}", x_amzn_errortype="#"),
        _BAD,
    ),
    Answer(
        "a header that names no error, but the body does",
        lambda_.endpoints.Invoke,
        "rest-json",
        _answer(b'{"__type":"a#ServiceException:b"}', x_amzn_errortype=":http://a/"),
        ("ServiceException", "ServiceException", None),
    ),
    Answer("a type without a name", dynamodb.endpoints.PutItem, "json", _answer(b'{"__type":"#"}'), _BAD),
    Answer(
        "a type without a name in CBOR",
        cloudwatch.endpoints.ListMetrics,
        "smithy-rpc-v2-cbor",
        _answer(b"\xa1\x66__type\x62a#"),
        _BAD,
    ),
    Answer(
        "a code without a name",
        sts.endpoints.AssumeRole,
        "query",
        _answer(b"<ErrorResponse><Error><Code>#</Code></Error></ErrorResponse>"),
        _BAD,
    ),
    Answer(
        "a code without a name from S3",
        s3.endpoints.GetObject,
        "rest-xml",
        _answer(b"<Error><Code> : </Code></Error>"),
        _BAD,
    ),
    Answer(
        "an unknown type with a known code",
        cloudwatch.endpoints.ListMetrics,
        "json",
        _answer(b'{"__type":"New","message":"no"}', x_amzn_query_error="InternalServiceError;Receiver"),
        ("InternalServiceFault", "InternalServiceError", "no"),
    ),
    Answer(
        "a blank code for awsQuery's sake",
        cloudwatch.endpoints.ListMetrics,
        "json",
        _answer(b'{"__type":"New"}', x_amzn_query_error=" ;Sender"),
        ("UnknownOperationError", "New", None),
    ),
    Answer(
        "an empty message beside no name",
        dynamodb.endpoints.PutItem,
        "json",
        _answer(b'{"message":""}'),
        ("UnknownOperationError", "400", ""),
    ),
)
"""Answers that were read wrongly once: as errors without a code, or not as the errors that they are."""

UNWRITABLE = (
    (lambda_.endpoints.Invoke, "rest-json"),
    (cloudwatch.endpoints.ListMetrics, "json"),
    (cloudwatch.endpoints.ListMetrics, "smithy-rpc-v2-cbor"),
)
"""Where the code of an error is in a header."""

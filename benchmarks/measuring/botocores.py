"""botocore's side: its models, parsers and serializers, used as its clients use them, but for the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlencode

from botocore.awsrequest import AWSResponse
from botocore.endpoint import convert_to_response_dict
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from botobind.http import HttpRequest
from measuring.answers import Answer
from measuring.models import OperationModel


@cache
def _document(service: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = Loader().load_service_model(service, "service-2")
    return document


@cache
def operation_model(service: str, operation: str, protocol: str) -> OperationModel:
    """The operation, as if the protocol were the only one that the service speaks."""
    document = _document(service)
    metadata = {**document["metadata"], "protocol": protocol, "protocols": [protocol]}
    service_model: Any = ServiceModel({**document, "metadata": metadata}, service)
    return cast("OperationModel", service_model.operation_model(operation))


class _Raw(BytesIO):
    """A body that comes from the network, as botocore's HTTP session has it from urllib3."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def given(model: OperationModel, answer: Answer) -> dict[str, Any]:
    """What botocore's clients give to their parsers: a dict with headers of its own kind, and payloads as streams."""
    response: Any = AWSResponse("https://example.amazonaws.com/", answer.status, answer.headers, _Raw(answer.body))
    made: dict[str, Any] = convert_to_response_dict(response, model)
    return made


def parse(model: OperationModel, protocol: str, answer: Answer) -> Callable[[], dict[str, Any]]:
    """Parses a response each time that it is called. Nobody looks into a stream, so the first call may read it."""
    response = given(model, answer)
    read, shape = create_parser(protocol).parse, model.output_shape
    return lambda: read(response, shape)


def serialize(model: OperationModel, protocol: str, params: Mapping[str, Any]) -> Callable[[], object]:
    """Serializes a request each time that it is called, without the validation that clients do before.

    A query is a dict after the serializer, and encoded when the request is prepared: that is part of the work.
    """
    write = create_serializer(protocol, include_validation=False).serialize_to_request
    if protocol in ("query", "ec2"):
        return lambda: urlencode(write(params, model)["body"])
    return lambda: write(params, model)


def accepted(model: OperationModel, protocol: str, params: Mapping[str, Any]) -> HttpRequest:
    """The request of parameters that botocore finds valid."""
    made = create_serializer(protocol, include_validation=True).serialize_to_request(params, model)
    query = made["query_string"]
    pairs = query.items() if isinstance(query, Mapping) else query
    body = made["body"]
    return HttpRequest.of_target(
        made["method"],
        f"{made['url_path']}{'&' if '?' in made['url_path'] else '?'}{urlencode(list(pairs))}".rstrip("?&"),
        {str(name): str(value) for name, value in made["headers"].items()},
        _bytes(urlencode(body) if isinstance(body, dict) else body),
    )


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body

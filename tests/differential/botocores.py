"""botocore's side: the request that it writes for a value, and what it reads of a response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from attrs import frozen
from botocore.awsrequest import HeadersDict
from botocore.handlers import BUILTIN_HANDLERS
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from botobind.http import HttpRequest, HttpResponse


def service_model(name: str, document: Mapping[str, Any], protocol: str) -> ServiceModel:
    """The service, as if this were the only protocol that it speaks."""
    metadata = {**document["metadata"], "protocol": protocol, "protocols": [protocol]}
    return ServiceModel({**document, "metadata": metadata}, name)


_SHARED = {
    "copy_source_sse_md5",
    "fix_route53_ids",
    "handle_copy_source_param",
    "inject_account_id",
    "sse_md5",
}
"""The handlers of botocore's clients whose rules are rows of data here."""


def handled_by_botocore(model: OperationModel, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters as botocore's clients change them before they are written."""
    changed = dict(params)
    service = model.service_model.service_name
    for event, handler, *_ in BUILTIN_HANDLERS:
        is_of_operation = event in (f"before-parameter-build.{service}{end}" for end in ("", f".{model.name}"))
        if is_of_operation and getattr(handler, "__name__", "") in _SHARED:
            handler(params=changed, model=model)
    return changed


@frozen
class Written:
    """A request in the words that both sides share."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    host_prefix: str


def written_by_botocore(protocol: str, model: OperationModel, params: dict[str, Any]) -> Written:
    """The request that botocore's serializer makes of the parameters."""
    made = create_serializer(protocol, include_validation=False).serialize_to_request(params, model)
    path, _, constants = made["url_path"].partition("?")
    query = parse_qsl(constants, keep_blank_values=True)
    given = made["query_string"]
    for name, value in given.items() if isinstance(given, Mapping) else given:
        query += [(name, _text(item)) for item in (value if isinstance(value, list) else [value])]
    body = made["body"]
    if isinstance(body, dict):
        body = urlencode({name: _text(value) for name, value in body.items()})
    headers = {str(name).lower(): _text(value) for name, value in made["headers"].items()}
    prefix = (model.endpoint or {}).get("hostPrefix", "").format(**_host_labels(model, params))
    return Written(
        made["method"], unquote(path), query, headers, body if isinstance(body, bytes) else body.encode(), prefix
    )


def _host_labels(model: OperationModel, params: dict[str, Any]) -> dict[str, Any]:
    if model.input_shape is None:
        return {}
    return {
        name: params[name]
        for name, member in model.input_shape.members.items()
        if member.serialization.get("hostLabel") and name in params
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def written_by_us(request: HttpRequest) -> Written:
    """Our request in the words of botocore's."""
    assert isinstance(request.body, bytes)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Written(request.method, unquote(request.path), request.query, headers, request.body, request.host_prefix)


class _Stream:
    """What botocore takes the body of an event stream from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterable[bytes]:
        yield self._body

    def close(self) -> None:
        pass


def read_by_botocore(protocol: str, model: OperationModel, response: HttpResponse) -> dict[str, Any]:
    """What botocore's parser makes of a response; an event stream is the list of its events."""
    assert isinstance(response.body, bytes)
    output = model.output_shape
    body: Any = response.body
    if model.has_event_stream_output and response.status < 300:
        body = _Stream(response.body)
    if model.has_streaming_output and response.status < 300:
        body = BytesIO(response.body)
    given = {"body": body, "headers": HeadersDict(response.headers.items()), "status_code": response.status}
    if model.has_event_stream_output:
        given["context"] = {"operation_name": model.name}
    parsed = create_parser(protocol).parse(given, output)
    if model.has_event_stream_output and response.status < 300:
        name = model.get_event_stream_output().name
        member = next(key for key, shape in output.members.items() if shape.name == name)
        parsed[member] = list(parsed[member])
    return {
        key: value.read() if isinstance(value, BytesIO) else value
        for key, value in parsed.items()
        if key != "ResponseMetadata"
    }

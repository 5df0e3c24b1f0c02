"""botocore's serializer, by ours: from a typed value to the dict that botocore makes a request of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from botocore.useragent import register_feature_id

from botobind.http import encode_query
from botobind.io.handlers import FORMS_AS_DICTS
from botobind.io.streamed_bodies import awaiting_body
from botobind.io.views import MemberView
from botobind.markers import VALUE, class_in_format
from botobind.protocols import checksums
from botobind.tables import FORM_PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botobind.operations import Operation

_CHECKSUMS = ("content-md5", "x-amz-checksum-")


class Serializer:
    """Writes the requests of a service, in the protocol that the client speaks. `body_to_send` makes of a body that is
    not at hand what the client can send. `has_dicts` says that all forms are dicts: those of clients that sign in
    version 2, which puts the signature among the parameters.
    """

    def __init__(
        self,
        operations: Mapping[str, Operation[Any, Any, Any]],
        service: str,
        protocol: str,
        body_to_send: Callable[[Any, str], Any],
        *,
        has_dicts: bool,
    ) -> None:
        self._operations = operations
        self._body_to_send = body_to_send
        self._service = service
        self._protocol = protocol
        self._has_dicts = has_dicts
        self._is_in_cbor = protocol == "smithy-rpc-v2-cbor"

    def serialize_to_request(self, parameters: Any, operation_model: Any) -> dict[str, Any]:
        """The request, as botocore's serializers give it, of parameters that view a value, or of others that a handler
        has put in their place.
        """
        operation = self._operations[operation_model.name]
        value = parameters.current() if isinstance(parameters, MemberView) else _read(operation, parameters)
        protocol = self._protocol if self._protocol in operation.protocols else None
        is_presigned = getattr(parameters, "is_presigned", False)
        request = operation.to_request(awaiting_body(value) if is_presigned else value, protocol=protocol)
        headers = dict(request.headers.pairs())
        if checksums.are_required(operation.traits):
            headers = _without_ours(headers, value, *_CHECKSUMS)
        if is_presigned:
            # Whoever gets the URL would have to send them.
            left_out = ("accept", "content-type") if self._protocol == "rest-xml" else ("accept",)
            headers = _without_ours(headers, value, *left_out)
        path, body = request.path, request.body
        if body.__class__ is not bytes:
            body = self._body_to_send(body, operation.name)
        made: dict[str, Any] = {"method": request.method, "headers": headers, "query_string": {}, "body": body}
        if "authPath" in operation_model.http:
            # `remove_bucket_from_url_paths_from_model` was there: the endpoint has the bucket already.
            _, slash, rest = path[1:].partition("/")
            made["auth_path"] = path if slash else f"{path}/"
            path = slash + rest
        made["url_path"] = f"{path}?{_query(operation.uri, request.query)}" if request.query else path
        if request.host_prefix and (operation_model.endpoint or {}).get("hostPrefix"):
            made["host_prefix"] = request.host_prefix
        has_dict = self._has_dicts or (is_presigned and self._protocol in FORM_PROTOCOLS)  # for the URL's parameters
        if has_dict or (self._service, operation.name) in FORMS_AS_DICTS:
            made["body"] = dict(parse_qsl(cast("bytes", body).decode(), keep_blank_values=True))
        if self._is_in_cbor:
            register_feature_id("PROTOCOL_RPC_V2_CBOR")  # which the header User-Agent tells
        return made


def _read(operation: Operation[Any, Any, Any], parameters: Mapping[str, Any]) -> Any:
    cls = operation.input
    return None if cls is None else class_in_format(cls, VALUE).of_value(parameters)


def _query(uri: str, query: list[tuple[str, str]]) -> str:
    """The query string. A constant without a value has no `=`, as in the model: signatures of version 2 hold it so."""
    bare = {part for part in uri.partition("?")[2].split("&") if "=" not in part}
    return "&".join(name if name in bare and not text else encode_query([(name, text)]) for name, text in query)


def _without_ours(headers: dict[str, str], value: Any, *prefixes: str) -> dict[str, str]:
    """The headers without those that begin so, but for members of the input. Of checksums botocore adds its own, in the
    algorithm that its client is configured for.
    """
    given = {name.lower() for name, _ in value.to_header()} if value is not None else set()
    return {
        name: text for name, text in headers.items() if not name.lower().startswith(prefixes) or name.lower() in given
    }

"""Errors in a format that the service does not speak.

Gateways, proxies and signers in front of a service answer in their own format: XML before a JSON service, as in
`<AccessDeniedException><Message>…`, and JSON before an XML service, as in `{"Error": {"Code": …}}` or
`{"message": …}`. Both are looked at once the service's own format has nothing to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind import formats, wire
from botobind.errors import DecodeError, EncodeError
from botobind.formats import errors
from botobind.protocols.nameless import error_of_status, with_members

if TYPE_CHECKING:
    from botobind.errors import ServiceError
    from botobind.http import HttpResponse, ResponseMetadata
    from botobind.operations import Operation

_WRAPPERS = frozenset({"Error", "ErrorResponse", "Errors", "Response"})
"""The elements that are around an error, and so no code."""
_CODE_ENDINGS = ("Exception", "Error", "Fault")
_REQUEST_IDS = ("RequestId", "RequestID", "requestId")


def read_foreign_error(
    operation: Operation[Any, Any, Any], response: HttpResponse, body: bytes, metadata: ResponseMetadata
) -> ServiceError | None:
    """The error that a body in JSON or XML tells, whatever the service speaks; None where it tells none.

    An error with a message and no code goes by the status. What names the error in XML are `Code`, or the root.
    """
    found = _in_json(body) or _in_xml(operation, body)
    if found is None:
        return None
    code, members = found
    code = errors.error_name(response.headers.get("x-amzn-errortype", "")) or code
    request_id = next((text for name in _REQUEST_IDS if isinstance(text := members.get(name), str)), None)
    if metadata.request_id is None:
        metadata.request_id = request_id
    if code:
        return _of_members(operation, code, members)
    if errors.message_in(members) is None:
        return None
    return with_members(error_of_status(metadata.status, body), members)


def _of_members(operation: Operation[Any, Any, Any], code: str, members: dict[str, Any]) -> ServiceError:
    """The error of a code: of its class where the members are as modelled."""
    error_class = operation.error_class(code)
    if error_class is not None:
        try:
            return errors.of_json(error_class, members)
        except (DecodeError, EncodeError):
            pass
    return errors.unknown_of_json(code, members)


def _in_json(body: bytes) -> tuple[str, dict[str, Any]] | None:
    """The code, which may be empty, and the members of an error in JSON."""
    if body.lstrip()[:1] != b"{":
        return None
    try:
        tree = formats.json.parse(body)
    except DecodeError:
        return None
    inner = next((each for name in ("Error", "error") if isinstance(each := tree.get(name), dict)), None)
    members = tree if inner is None else {**{key: tree[key] for key in _REQUEST_IDS if key in tree}, **inner}
    return errors.type_of(members), members


def _in_xml(operation: Operation[Any, Any, Any], body: bytes) -> tuple[str, dict[str, Any]] | None:
    """The code, which may be empty, and the members of an error in XML."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return None
    try:
        root = wire.elements.parse(body)
    except DecodeError:
        return None
    element = errors.error_element(root)
    members: dict[str, Any] = errors.texts_of(element)
    around: dict[str, Any] = errors.texts_of(root)
    members = {**{name: around[name] for name in _REQUEST_IDS if name in around}, **members}
    return errors.error_name(members.get("Code", "")) or _code_of_root(operation, str(element.tag), members), members


def _code_of_root(operation: Operation[Any, Any, Any], name: str, members: dict[str, Any]) -> str:
    """The name of a root where it is a code. That of a page is none."""
    if name in _WRAPPERS:
        return ""
    is_code = name.endswith(_CODE_ENDINGS) or operation.error_class(name) is not None
    return name if is_code or errors.message_in(members) is not None else ""

"""Errors as boto3 has them: the `response` of a `ClientError`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind.errors import ServiceError, UnknownOperationError, expected
from botobind.formats.errors import error_name, with_message
from botobind.http import Headers, ResponseMetadata
from botobind.markers import VALUE, class_in_format
from botobind.protocols.hints import complete_error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

__all__ = ["decode_value"]

_OF_BOTOCORE = ("Error", "ResponseMetadata")
_UNKNOWN_STATUS = 400
"""The status of a response that does not say which: botocore's `Stubber` may leave it out."""


def decode_value(values: ModuleType, classes: Mapping[str, str], response: object) -> Any:
    """The error of the `response` of a `ClientError`: with its members, code, status, request id and attempts.

    `classes` has the names of classes in `values` by code; an error that is not among them becomes
    `UnknownOperationError`. Raises `DecodeError` with path and reason.
    """
    if not isinstance(response, dict):
        raise expected("object", response)
    said, metadata = (part if isinstance(part := response.get(name), dict) else {} for name in _OF_BOTOCORE)
    names = [error_name(str(said[key])) for key in ("QueryErrorCode", "Code") if said.get(key)]
    members = {name: member for name, member in response.items() if name not in _OF_BOTOCORE}
    known = next((name for name in names if name in classes), None)
    error: ServiceError
    if known is None:
        # What the parser knows no better than the caller stands beside code and message.
        others = {name: member for name, member in said.items() if name not in ("Code", "Message")}
        error = UnknownOperationError(names[-1] if names else "", said.get("Message"), {**others, **members})
    else:
        modelled: Any = class_in_format(getattr(values, classes[known]), VALUE).of_value(members)
        error = with_message(modelled, {"message": said.get("Message"), **members})
        error.code = names[-1]
    _complete(error, metadata)
    return error


def _complete(error: ServiceError, metadata: Mapping[str, Any]) -> None:
    headers = metadata.get("HTTPHeaders")
    complete_error(
        error,
        ResponseMetadata(
            status=metadata.get("HTTPStatusCode") or type(error).status or _UNKNOWN_STATUS,
            headers=Headers(headers if isinstance(headers, dict) else ()),
            request_id=metadata.get("RequestId"),
        ),
    )
    retried = metadata.get("RetryAttempts")
    error.attempts = retried + 1 if isinstance(retried, int) else None

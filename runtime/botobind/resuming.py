"""Resume tokens: texts that say where a loop over pages has ended, which boto3's paginators write and read as well."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar, cast

from botobind.errors import DecodeError, PaginationError
from botobind.markers import VALUE, class_in_format, in_format

if TYPE_CHECKING:
    from botobind.shapes import Shape

__all__ = ["foreign_token", "resume_token", "resumed"]

Input = TypeVar("Input")

_TAKEN = "boto_truncate_amount"
_BYTES = "boto_encoded_keys"


def resume_token(request: Any, attributes: Iterable[str], taken: int | None = None) -> str:
    """The token of the page that a request asks for. `attributes` hold the service's own tokens, and `taken` is how
    many results of the page were given already.

    Raises `EncodeError` where the package was generated without the format `value`.
    """
    alone = copy(request)
    for attribute in alone.MEMBERS:
        if attribute not in attributes:
            setattr(alone, attribute, None)
    said = in_format(alone, VALUE).to_value()
    token: dict[str, Any] = {name: said.get(name) for name in (alone.MEMBERS[attribute] for attribute in attributes)}
    if taken is not None:
        token[_TAKEN] = taken
    blobs: list[list[Any]] = []
    token = _texts_of(token, [], blobs)
    if blobs:
        token[_BYTES] = blobs
    return base64.b64encode(json.dumps(token).encode()).decode()


def resumed(request: Input, attributes: Iterable[str], token: str, operation: str) -> tuple[Input, int]:
    """A copy of a request that asks for the page of a token, and how many of its results were given already.

    Raises `PaginationError` for a text that is no token of this operation.
    """
    cls: Any = type(request)
    try:
        said = json.loads(base64.b64decode(token, validate=True))
        taken = said.pop(_TAKEN, 0)
        for path in said.pop(_BYTES, ()):
            _decode_at(said, path)
        names = {cls.MEMBERS[attribute]: attribute for attribute in attributes}
        if not said.keys() <= names.keys() or not isinstance(taken, int) or not 0 <= taken <= sys.maxsize:
            raise ValueError
        whole = in_format(cast("Shape", request), VALUE).to_value()
        read = class_in_format(cls, VALUE).of_value({**whole, **said})
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, DecodeError):
        raise foreign_token(operation) from None  # the cause may have the token
    following = copy(request)
    for name in said:
        setattr(following, names[name], getattr(read, names[name]))
    return following, taken


def foreign_token(operation: str) -> PaginationError:
    """The error for a starting token that is none of an operation's."""
    reason = "was given a starting token that is none of its own; a token of the service belongs into the request"
    return PaginationError(operation, reason)


def _texts_of(value: Any, path: list[Any], blobs: list[list[Any]]) -> Any:
    """A value of JSON's, in which bytes are base64. Their paths are put into `blobs`."""
    if isinstance(value, bytes):
        blobs.append(path)
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _texts_of(inner, [*path, key], blobs) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts_of(inner, [*path, index], blobs) for index, inner in enumerate(value)]
    return value


def _decode_at(value: Any, path: list[Any]) -> None:
    *steps, last = path
    for step in steps:
        value = value[step]
    value[last] = base64.b64decode(value[last])

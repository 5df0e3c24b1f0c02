"""Documents inside of members: policies, events and definitions, which models know as texts or bytes alone.

    policy = embedded.parse(role.assume_role_policy_document)
    iam.UpdateAssumeRolePolicyRequest.make(role_name="shop", policy_document=embedded.write(policy))

Most such members are JSON. IAM's responses have it percent-encoded (RFC 3986), tokens and log ends are in base64, and
what is long is compressed by gzip as well. No model tells which, so that it is found by looking: a document of JSON
begins with none of what the others begin with.
"""

from __future__ import annotations

import gzip as gzips
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, overload
from urllib.parse import quote, unquote_to_bytes

from botobind.errors import DecodeError, EncodeError, MapKey, RequestError, expected
from botobind.formats.jsontexts import parse_document, write_document
from botobind.formats.text import parse_blob, write_blob
from botobind.protocols.compression import decompressed

if TYPE_CHECKING:
    from botobind.types import AnyJson

__all__ = ["parse", "parse_policy", "parse_text", "write", "write_text"]

_GZIP = b"\x1f\x8b"
_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")
_ANYBODY = "*"


def parse(value: str | bytes | None, *steps: str | int) -> AnyJson:
    """The document of a member: JSON as it is, percent-encoded, in base64, or compressed by gzip. None stays None.

    `steps` are names and places in it. What is text on the way, and at its end, is such a document itself:
    `parse(message.body, "Message")` is what SNS has put into a message of SQS. Raises `DecodeError` with path and
    place, without anything of the text.
    """
    found = None if value is None else _document(value)
    for number, step in enumerate(steps):
        try:
            if isinstance(found, str):
                found = _document(found)
            found = _inside(found, step)
        except DecodeError as error:
            raise _under(steps[:number], error) from None
    if not steps or not isinstance(found, str):
        return found
    try:
        return _document(found)
    except DecodeError as error:
        raise _under(steps, error) from None


@overload
def parse_text(value: None) -> None: ...
@overload
def parse_text(value: str | bytes) -> str: ...
def parse_text(value: str | bytes | None) -> str | None:
    """The text in base64, such as the end of a log that Lambda gives, or a token of ECR; of bytes, and of what is in
    base64, also that which gzip has compressed. None stays None. Raises `DecodeError` for what is no such text.
    """
    if value is None:
        return None
    data = _unpacked(parse_blob(value) if isinstance(value, str) else value)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(f"expected text in UTF-8 (byte {error.start})") from None


def parse_policy(value: str | bytes | None) -> dict[str, Any] | None:
    """The policy of a member, in which all that may be one or many is a list: statements, actions, resources, and what
    is named of principals and compared in conditions. A principal `*` stays that. None stays None.

    Raises `DecodeError` with the path of what no policy has there.
    """
    if value is None:
        return None
    policy = _mapping(parse(value))
    if "Statement" not in policy:
        raise DecodeError("expected a policy, which has a Statement")
    found = policy["Statement"]
    statements = found if isinstance(found, list) else [found]
    return {
        **policy,
        "Statement": [
            _at(("Statement", index) if found is statements else ("Statement",), _statement, each)
            for index, each in enumerate(statements)
        ],
    }


def write(document: AnyJson, *, percent: bool = False) -> str:
    """A document as text of JSON, as members of requests have it; with `percent` as IAM answers.

    Raises `EncodeError` with the path of what JSON does not have.
    """
    try:
        text = write_document(document)
    except (EncodeError, TypeError):
        raise _explained(document) from None
    except RecursionError:  # without a path, which has no end where a document holds itself
        raise EncodeError("nested too deeply") from None
    return quote(text, safe="") if percent else text


@overload
def write_text(text: str, *, gzip: bool = ..., base64: Literal[True] = ...) -> str: ...
@overload
def write_text(text: str, *, gzip: bool = ..., base64: Literal[False]) -> bytes: ...
def write_text(text: str, *, gzip: bool = False, base64: bool = True) -> str | bytes:
    """A text in base64, compressed by gzip before where asked; without `base64` the bytes. `parse_text` reads it, and
    `parse` where the text is JSON.

    Raises `EncodeError` for text that UTF-8 cannot hold, and `TypeError` for what is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"expected str, got {type(text).__name__}")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise EncodeError("text cannot be written in UTF-8") from None
    if gzip:
        data = gzips.compress(data, mtime=0)
    return write_blob(data) if base64 else data


def _document(value: str | bytes) -> AnyJson:
    if not isinstance(value, str):
        return parse_document(_unpacked(value))
    try:
        return parse_document(value)
    except DecodeError as error:
        if value.lstrip()[:1] == "%":
            return parse_document(unquote_to_bytes(value))
        try:
            return parse_document(_unpacked(parse_blob(value)))
        except DecodeError:
            raise error from None  # whatever was tried besides


def _unpacked(data: Any) -> bytes:
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise expected("str or bytes", data)
    found = bytes(data)
    if found[:2] != _GZIP:
        return found
    try:
        return decompressed(found)
    except RequestError as error:
        raise DecodeError(error.reason) from None


def _inside(document: Any, step: str | int) -> Any:
    is_name = isinstance(step, str)
    if not is_name and not isinstance(step, int):
        raise TypeError(f"steps are names and places, got {type(step).__name__}")
    if not isinstance(document, dict if is_name else list):
        raise expected("object" if is_name else "list", document)
    found: Any = document
    try:
        return found[step]
    except (KeyError, IndexError):
        raise DecodeError(f"there is no {step!r}") from None


def _under(steps: tuple[str | int, ...], error: DecodeError) -> DecodeError:
    for step in reversed(steps):
        error = error.under(step)
    return error


def _at(steps: tuple[str | int, ...], read: Any, value: Any) -> Any:
    try:
        return read(value)
    except DecodeError as error:
        raise _under(steps, error) from None


def _statement(value: Any) -> dict[str, Any]:
    statement = _mapping(value)
    lists = {name: _at((name,), _texts, statement[name]) for name in _LISTS if name in statement}
    named = {name: _at((name,), _principals, statement[name]) for name in _PRINCIPALS if name in statement}
    compared = {}
    if "Condition" in statement:
        compared["Condition"] = _at(("Condition",), _conditions, statement["Condition"])
    return {**statement, **lists, **named, **compared}


def _principals(value: Any) -> Any:
    if value == _ANYBODY:
        return value
    return {name: _at((name,), _texts, item) for name, item in _mapping(value).items()}


def _conditions(value: Any) -> dict[str, Any]:
    return {operator: _at((operator,), _compared, keys) for operator, keys in _mapping(value).items()}


def _compared(value: Any) -> dict[str, Any]:
    return {key: item if isinstance(item, list) else [item] for key, item in _mapping(value).items()}


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise expected("object", value)
    return value


def _texts(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value]
    for index, item in enumerate(found):
        if not isinstance(item, str):
            error = expected("str", item)
            raise error.under(index) if found is value else error
    return found


def _explained(document: Any) -> EncodeError:
    """Why a document is none of JSON, with the path."""
    for step, item in _items(document):
        try:
            write_document(item)
        except (EncodeError, TypeError):
            return _explained(item).under(step)
    try:
        write_document(document)
    except EncodeError as error:
        return error
    except TypeError:
        pass
    return EncodeError("expected texts as keys of an object")


def _items(document: Any) -> Iterator[tuple[int | MapKey, Any]]:
    if isinstance(document, list):
        yield from enumerate(document)
    elif isinstance(document, Mapping):
        yield from ((MapKey(str(key)), item) for key, item in document.items())

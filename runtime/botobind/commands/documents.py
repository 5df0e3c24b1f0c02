"""Values as documents that people write and read: names of members as boto3 has them, base64, and ISO 8601."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from botobind import schema
from botobind.errors import DecodeError, MapKey, expected, failed_at
from botobind.http import read_all
from botobind.lazy import hint

if TYPE_CHECKING:
    from botobind.schema import Node
    from botobind.shapes import Shape

T = TypeVar("T", bound="Shape")

_WORDS = {"true": True, "false": False}
_EVENTS = "streams of events are not written by hand"


def value_of(cls: type[T], document: object) -> T:
    """The value of a class that a document stands for.

    Raises `DecodeError` with the path of what does not fit; a member that the class does not have is such, too.
    """
    made: Any = cls
    value: T = made.of_value(_members(cls, document))
    return value


def document_of(value: Shape) -> dict[str, Any]:
    """A value as a document: lists, dicts, texts, numbers and booleans. Streams are read."""
    return {
        member.name: _shown(member.node, item)
        for member in schema.members_of(type(value))
        if (item := getattr(value, member.attribute, None)) is not None
    }


def document_of_text(node: Node, text: str) -> object:
    """What a text on the command line stands for in a document. Raises `DecodeError` for one that does not fit."""
    if not isinstance(node, schema.Scalar) or node.kind == "document":
        from json import loads

        try:
            return loads(text)
        except ValueError as error:
            raise DecodeError(f"expected JSON: {error}") from None
        except RecursionError:
            raise DecodeError("nested too deeply") from None
    match node.kind:
        case "int":
            return _number(int, text)
        case "float":
            return _number(float, text)
        case "bool" if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        case "bool":
            raise DecodeError("expected true or false")
    return text


def _number(kind: type, text: str) -> object:
    try:
        return kind(text)
    except ValueError:
        raise DecodeError("expected a number") from None


def _members(cls: type[Shape], document: object) -> dict[str, object]:
    if not isinstance(document, Mapping):
        raise expected("an object", document)
    known = {member.name: member for member in schema.members_of(cls)}
    found: dict[str, object] = {}
    for name, item in document.items():
        if name not in known:
            like_it = hint(str(name), known)  # YAML has keys of other types
            raise DecodeError(f"{cls.SHAPE} has no member {name!r}{like_it}")
        if item is not None:
            found[name] = _read(known[name].node, item, name)
    return found


def _read(node: Node, item: Any, step: str | int | MapKey) -> Any:
    try:
        return _made(node, item)
    except (DecodeError, RecursionError) as error:
        raise failed_at(step, error) from None


def _made(node: Node, item: Any) -> Any:
    if item is None:
        return None
    match node:
        case schema.Reference(target=target):
            return _members(target, item)
        case schema.ListOf(item=inner):
            if not isinstance(item, list):
                raise expected("a list", item)
            return [_read(inner, each, index) for index, each in enumerate(item)]
        case schema.MapOf(value=inner):
            if not isinstance(item, Mapping):
                raise expected("an object", item)
            return {key: _read(inner, each, MapKey(key)) for key, each in item.items()}
        case schema.StreamOf():
            raise DecodeError(_EVENTS)
        case schema.Scalar(kind="datetime"):
            return _time(item)
        case schema.Scalar(kind="bytes" | "stream"):
            return _bytes(item)
    return item


def _time(item: object) -> datetime:
    if isinstance(item, datetime):  # YAML knows times
        return item if item.tzinfo else item.replace(tzinfo=UTC)
    try:
        if isinstance(item, str):
            found = datetime.fromisoformat(item)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return datetime.fromtimestamp(item, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise DecodeError("expected a time in ISO 8601, or seconds since 1970")


def _bytes(item: object) -> bytes:
    if isinstance(item, bytes):  # YAML's !!binary, or a file
        return item
    if isinstance(item, str):
        try:
            return b64decode(item, validate=True)
        except (Base64Error, ValueError):
            pass
    raise DecodeError("expected base64")


def _shown(node: Node, item: Any) -> Any:
    if item is None:
        return None
    match node:
        case schema.Reference():
            return document_of(item)
        case schema.ListOf(item=inner):
            return [_shown(inner, each) for each in item]
        case schema.MapOf(value=inner):
            return {str(key): _shown(inner, each) for key, each in item.items()}
        case schema.StreamOf(event=inner):
            return [_shown(inner, each) for each in item]
        case schema.Scalar(kind="datetime"):
            return cast("datetime", item).isoformat().replace("+00:00", "Z")
        case schema.Scalar(kind="bytes" | "stream"):
            return b64encode(read_all(item)).decode()
        case schema.Scalar(kind="str"):
            return str(item)
    return item

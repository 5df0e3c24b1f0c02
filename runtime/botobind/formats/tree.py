"""Structures, lists and maps of the formats whose documents are dicts and lists: JSON, CBOR and boto3's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from botobind.errors import DecodeError, EncodeError, MapKey, nested_too_deeply

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.types import Decoder, Readable

T = TypeVar("T")

UNKNOWN_UNION_MEMBER = "SDK_UNKNOWN_MEMBER"
"""The key under which boto3 reports a union member that the model does not have."""

_JSON_NAMES = {"dict": "object", "list": "list", "str": "str", "NoneType": "null"}


def expected(kind: str, value: object) -> DecodeError:
    """The error for a value of a wrong type. It names types alone, since values may be sensitive."""
    name = type(value).__name__
    return DecodeError(f"expected {kind}, got {_JSON_NAMES.get(name, name)}")


def members_of(tree: object) -> Callable[[str], Any]:
    """The look-up of a structure's members by name; null and absent members are None."""
    if not isinstance(tree, dict):
        raise expected("object", tree)
    return tree.get


def only_member(tree: object) -> tuple[str, Any]:
    """The name and the value of a union's only member; nulls and `__type` don't count."""
    if not isinstance(tree, dict):
        raise expected("object", tree)
    present = [(name, value) for name, value in tree.items() if value is not None and name != "__type"]
    if len(present) != 1:
        raise DecodeError(f"expected exactly one member of the union, got {len(present)}")
    name, value = present[0]
    if not isinstance(name, str):
        raise expected("str as name of a member", name)
    return name, value


def unknown_name(name: str, value: object) -> str:
    """The name of a union's unknown member in boto3's values, where it may be the value of a key for just that."""
    if name != UNKNOWN_UNION_MEMBER:
        return name
    inner = value.get("name") if isinstance(value, dict) else None
    if not isinstance(inner, str):
        raise expected("the name of a member", inner).under(name)
    return inner


def events_of(stream: object) -> list[Any]:
    """The events of a stream that are at hand. `EncodeError` for an iterator, which only an operation may drain."""
    if isinstance(stream, list | tuple):
        return list(stream)
    raise EncodeError(f"expected a list of events, got {type(stream).__name__}")


def required(value: T | None) -> T:
    """The value, or `DecodeError` where a member that must be there is missing."""
    if value is None:
        raise DecodeError("required member is missing")
    return value


def required_stream(value: bytes | Readable | None) -> bytes | Readable:
    """The same for a streaming payload."""
    if value is None:
        raise DecodeError("required member is missing")
    return value


def read_list(value: object, decode: Decoder[T]) -> list[T] | None:
    """A list. Nulls in it are dropped, as Smithy asks for lists that are not sparse."""
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise expected("list", value)
    items: list[T] = []
    at = 0
    try:
        for at, item in enumerate(value):  # noqa: B007 - read when an item fails
            if item is not None and (decoded := decode(item)) is not None:
                items.append(decoded)
    except DecodeError as error:
        raise error.under(at) from None
    except RecursionError:
        raise nested_too_deeply(at) from None
    return items


def read_sparse_list(value: object, decode: Decoder[T]) -> list[T | None] | None:
    """A list in which nulls stand for themselves."""
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise expected("list", value)
    items: list[T | None] = []
    try:
        for item in value:
            items.append(None if item is None else decode(item))  # noqa: PERF401 - its length is the place of an error
    except DecodeError as error:
        raise error.under(len(items)) from None
    except RecursionError:
        raise nested_too_deeply(len(items)) from None
    return items


def read_map(value: object, decode: Decoder[T]) -> dict[str, T] | None:
    """A map with text keys. Entries whose value is null are dropped, as Smithy asks for maps that are not sparse."""
    sparse = read_sparse_map(value, decode)
    if sparse is None:
        return None
    return {key: item for key, item in sparse.items() if item is not None}


def read_sparse_map(value: object, decode: Decoder[T]) -> dict[str, T | None] | None:
    """A map with text keys in which nulls stand for themselves."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise expected("object", value)
    entries: dict[str, T | None] = {}
    key: object = None
    try:
        for key, item in value.items():
            if not isinstance(key, str):
                raise expected("str as key", key)
            entries[key] = None if item is None else decode(item)
    except DecodeError as error:
        raise (error.under(MapKey(key)) if isinstance(key, str) else error) from None
    except RecursionError:
        raise nested_too_deeply(MapKey(str(key))) from None
    return entries


def hide_keys(decode: Callable[[], T]) -> T:
    """What `decode` gives; should it fail, the error's path does not name the keys of the map, which are sensitive."""
    try:
        return decode()
    except DecodeError as error:
        steps = tuple(MapKey("…") if isinstance(step, MapKey) else step for step in error.steps)
        raise DecodeError(error.reason, steps) from None

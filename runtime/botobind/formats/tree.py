"""The formats whose documents are dicts and lists: JSON, CBOR and boto3's values. What they have in common are
structures, lists, maps and most scalars; `TreeReader` and `TreeWriter` are what they differ in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

from botobind.attributes import frozen
from botobind.errors import (
    DecodeError,
    EncodeError,
    MapKey,
    MissingError,
    expected,
    nested_too_deeply,
    no_single_member,
)

if TYPE_CHECKING:
    from datetime import datetime

    from botobind.types import AnyJson, Decoder, Readable

T = TypeVar("T")
R = TypeVar("R", bound=Callable[..., Any])

UNKNOWN_UNION_MEMBER = "SDK_UNKNOWN_MEMBER"
"""The key under which boto3 reports a union member that the model does not have."""

_SPECIAL_DOUBLES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@frozen(eq=False, repr=False)
class TreeReader:
    """How a format reads what not all of them read alike."""

    string: Callable[[object], str | None]
    integer: Callable[[object], int | None]
    double: Callable[[object], float | None]
    boolean: Callable[[object], bool | None]
    blob: Callable[[object], bytes | None]
    stream: Callable[[object], bytes | Readable | None]
    timestamp: Callable[[object], datetime | None]
    located_document: Callable[[object], AnyJson]
    """A `jsonvalue` that travels in a header."""
    unknown_member: Callable[[str, object], str]
    """The name of a union's member that the model does not have, from its key and its value."""


@frozen(eq=False, repr=False)
class TreeWriter:
    """How a format writes what not all of them write alike."""

    double: Callable[[float], object]
    single: Callable[[float], object]
    blob: Callable[[Any], object]
    stream: Callable[[Any], object]
    epoch: Callable[[datetime], object]
    """A timestamp which JSON has in seconds since 1970."""
    iso8601: Callable[[datetime], object]
    """A timestamp which JSON has as ISO 8601."""
    rfc822: Callable[[datetime], object]
    """A timestamp which JSON has as a date of HTTP."""
    located_document: Callable[[AnyJson], object]
    """A `jsonvalue` that travels in a header."""
    unknown_member: Callable[[Any], dict[str, Any]]
    """The object of a union whose member the model does not have."""


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
        raise no_single_member(len(present))
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
    if isinstance(stream, (list, tuple)):
        return list(stream)
    raise EncodeError(f"expected a list of events, got {type(stream).__name__}")


_passes_by: ContextVar[bool] = ContextVar("whether members that are missing are passed by", default=False)


def missing() -> Any:
    """What is read of a member that must be there and is not: None in a second look, else it raises `MissingError`."""
    if _passes_by.get():
        return None
    raise MissingError


def second_look(read: Callable[[], T]) -> T | None:
    """What a function makes of a document that lacks members, where readers pass those by: all of them are None then.
    None where something else is wrong with the document.

    Readers stop at the first member that is missing, so that nothing is kept for the others where none is.
    """
    token = _passes_by.set(True)
    try:
        return read()
    except (DecodeError, RecursionError):
        return None
    finally:
        _passes_by.reset(token)


def required(value: T | None) -> T:
    """The value, or `DecodeError` where a member that must be there is missing."""
    if value is None:
        return missing()  # type: ignore[no-any-return] # None in a second look
    return value


def required_stream(value: bytes | Readable | None) -> bytes | Readable:
    """A streaming payload that must be there."""
    if value is None:
        return missing()  # type: ignore[no-any-return] # None in a second look
    return value


def required_document(value: AnyJson) -> AnyJson:
    """A document that must be there, which type checkers would lose sight of."""
    if value is None:
        return missing()  # type: ignore[no-any-return] # None in a second look
    return value


def read_list(value: object, decode: Decoder[T]) -> list[T] | None:
    """A list. Nulls in it are dropped, as Smithy asks for lists that are not sparse."""
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
        raise expected("list", value)
    items: list[T] = []
    at = 0
    try:
        for at, item in enumerate(value):  # noqa: B007 - read when an item fails
            if item is not None and (decoded := decode(item)) is not None:
                items.append(decoded)
            elif _passes_by.get():
                items.append(cast("T", None))  # the others keep their places
    except DecodeError as error:
        raise error.under(at) from None
    except RecursionError:
        raise nested_too_deeply(at) from None
    return items


def read_sparse_list(value: object, decode: Decoder[T]) -> list[T | None] | None:
    """A list in which nulls stand for themselves."""
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
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


def hiding_keys(read: R) -> R:
    """The function that reads a map whose keys are sensitive: should it fail, the error's path does not name them."""

    def read_secret(*arguments: Any, **options: Any) -> Any:
        try:
            return read(*arguments, **options)
        except DecodeError as error:
            steps = tuple(MapKey("…") if isinstance(step, MapKey) else step for step in error.steps)
            raise type(error)(error.reason, steps) from None

    return cast("R", read_secret)


read_secret_map = hiding_keys(read_map)
read_secret_sparse_map = hiding_keys(read_sparse_map)


def read_string(value: object) -> str | None:
    """Text."""
    if type(value) is str or value is None:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise expected("str", value)


def read_integer(value: object) -> int | None:
    """An integer; one that was written with a fraction of zeros is read without loss."""
    if type(value) is int or value is None:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise expected("int", value)


def read_double(value: object) -> float | None:
    """A number, or one of the texts `NaN`, `Infinity` and `-Infinity`."""
    if type(value) is float or value is None:
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise DecodeError("number out of range") from None
    if isinstance(value, str) and value in _SPECIAL_DOUBLES:
        return _SPECIAL_DOUBLES[value]
    raise expected("number", value)


def read_boolean(value: object) -> bool | None:
    """A boolean."""
    if value is None or value is True or value is False:
        return value
    raise expected("bool", value)


def read_document(value: object) -> AnyJson:
    """A document, as it is. What JSON does not have is refused at any depth, without a path: keys may be sensitive."""
    if isinstance(value, float) and not math.isfinite(value):
        raise DecodeError("a document cannot hold a number that is not finite")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        for item in value:
            read_document(item)
        return value
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise expected("str as key of a document", key)
            read_document(item)
        return value
    raise expected("document", value)

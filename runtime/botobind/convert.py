"""cattrs converters that know every generated class, alias and scalar.

With them, lists, maps and a user's own attrs classes, dataclasses and TypedDicts hold generated values like any other:
https://catt.rs/en/stable/customizing.html
"""

from __future__ import annotations

import types
import typing
from collections import deque
from collections.abc import (
    AsyncIterable,
    Callable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Sequence,
)
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from types import NoneType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import attrs
from attrs import frozen
from cattrs import ClassValidationError, Converter, IterableValidationError, StructureHandlerNotFoundError
from cattrs.cols import list_structure_factory, mapping_structure_factory
from cattrs.v import format_exception

from botobind.errors import DecodeError, EncodeError, MapKey, expected
from botobind.formats import cbor, json, tree, value
from botobind.formats.tree import TreeReader, TreeWriter, events_of
from botobind.markers import CBOR, JSON, VALUE, class_in_format, in_format
from botobind.shapes import Shape
from botobind.types import DOCUMENT, SINGLE_PRECISION, STREAMING, AnyJson, StreamingBlob

__all__ = ["BodyFormat", "describe", "make_converter"]

BodyFormat = Literal["json", "value", "cbor"]
"""The format of trees: `value` stands for boto3's values."""

_StructureHook: TypeAlias = Callable[[Any, Any], Any]
_Read: TypeAlias = Callable[[object], object]
_Write: TypeAlias = Callable[[Any], object]

_LISTS: Mapping[object, Callable[[list[Any]], object]] = {
    list: list,
    MutableSequence: list,
    Sequence: tuple,
    tuple: tuple,
    set: set,
    MutableSet: set,
    frozenset: frozenset,
    AbstractSet: frozenset,
    deque: deque,
}
_MAPS = (dict, Mapping, MutableMapping)
_TOO_DEEP = "nested too deeply"
_UNIONS = (typing.Union, types.UnionType)


@frozen
class _Format:
    """How one format writes and reads what the formats write and read differently."""

    read_shape: Callable[[Any, type[Shape]], Shape]
    write_shape: Callable[[Shape], object]
    reader: TreeReader
    writer: TreeWriter


def _as_it_is(item: Any) -> Any:
    return item


_FORMATS: Mapping[str, _Format] = {
    "json": _Format(
        read_shape=lambda tree, cls: class_in_format(cls, JSON).of_json(tree),
        write_shape=lambda shape: in_format(shape, JSON).to_json(),
        reader=json.READER,
        writer=json.WRITER,
    ),
    "value": _Format(
        read_shape=lambda tree, cls: class_in_format(cls, VALUE).of_value(tree),
        write_shape=lambda shape: in_format(shape, VALUE).to_value(),
        reader=value.READER,
        writer=value.WRITER,
    ),
    "cbor": _Format(
        read_shape=lambda tree, cls: class_in_format(cls, CBOR).of_cbor(tree),
        write_shape=lambda shape: in_format(shape, CBOR).to_cbor(),
        reader=cbor.READER,
        writer=cbor.WRITER,
    ),
}


class _Converter(Converter):
    """A converter in which hooks that a user registers for a union come before those that are made for unions here."""

    __slots__ = ()

    def register_structure_hook(self, cl: Any, func: _StructureHook | None = None) -> Any:
        # cattrs looks for a hook of just this union after all hooks that go by predicates.
        if func is None:
            return super().register_structure_hook(cl)
        if get_origin(cl) in _UNIONS:
            return self.register_structure_hook_func(lambda target: target == cl, func)
        return super().register_structure_hook(cl, func)


def make_converter(body_format: BodyFormat = "json") -> Converter:
    """A converter between trees of the format, those of `to_json`, `to_value` or `to_cbor`, and Python's values.

    Generated structures, unions and errors go through these functions, never member by member. Elsewhere bytes are
    base64 in JSON and bytes in the other formats; datetimes are seconds since 1970 in JSON, which reads any timestamp,
    and datetimes in the others; sets and tuples are lists. Scalars are read as strictly as by the decoders: an int is
    neither a text nor a bool. `Colour | str` keeps a text that the enum does not have, `Colour` alone refuses it.
    A null stands where the type allows None, nowhere else. Constraints are not checked: `validate` does that.

    What does not fit raises `DecodeError`, within cattrs' exception groups where it lies in a list, a map or a user's
    class: `except* DecodeError` catches both, and `describe` tells what is wrong and where. Bodies don't name their
    types, so several generated classes in one union are a `StructureHandlerNotFoundError`, as soon as the hook is
    asked for, unless a hook is registered for that union.

    Hooks that are registered later come first. `copy(detailed_validation=False)` gives a faster converter that stops
    at the first error.
    """
    if body_format not in _FORMATS:
        raise EncodeError(f"no converter is made for the format {body_format!r}")
    form = _FORMATS[body_format]
    # The type that cattrs gives for this parameter does not allow for abstract classes, its documentation does.
    overrides: dict[Any, Any] = {AbstractSet: list, tuple: list}
    converter = _Converter(unstruct_collection_overrides=overrides)
    _add_containers(converter)
    _add_scalars(converter, form)
    _add_marked(converter, form)
    _add_unions(converter)
    # By class, not by predicate: these come before all predicates, and so before a user's own `attrs.has`.
    converter.register_structure_hook(Shape, form.read_shape)
    converter.register_unstructure_hook(Shape, form.write_shape)
    return converter


def describe(error: BaseException) -> list[str]:
    """One line for each thing that is wrong, such as `$.tags[3].Key: expected str, got int`.

    `error` is what a converter's `structure` raised. This is `cattrs.transform_error` with paths that go on inside of
    generated classes.
    """
    lines = list(_lines(error, "$"))
    # Where the interpreter's stack ends, several members in a row may have found that out.
    deep = [line for line in lines if line.endswith(f": {_TOO_DEEP}")]
    return [line for line in lines if line not in deep[1:]]


def _lines(error: BaseException, path: str) -> Iterator[str]:
    if isinstance(error, IterableValidationError):
        within, others = error.group_exceptions()
        for inner, note in within:
            step = MapKey(note.index) if isinstance(note.index, str) else f"[{note.index!r}]"
            yield from _lines(inner, f"{path}{step}")
    elif isinstance(error, ClassValidationError):
        members, others = error.group_exceptions()
        for inner, member in members:
            yield from _lines(inner, f"{path}.{member.name}")
    else:
        yield _line(error, path)
        return
    for inner in others:
        yield from _lines(inner, path)


def _line(error: BaseException, path: str) -> str:
    if isinstance(error, (DecodeError, EncodeError)):
        return f"{path}{error.path.removeprefix('$')}: {error.reason}"
    if isinstance(error, StructureHandlerNotFoundError):
        return f"{path}: {error.message}"
    if isinstance(error, RecursionError):
        return f"{path}: {_TOO_DEEP}"
    return f"{path}: {format_exception(error, None)}"


def _add_scalars(converter: Converter, form: _Format) -> None:
    readers: dict[type, _Read] = {
        str: tree.read_string,
        int: tree.read_integer,
        float: tree.read_double,
        bool: tree.read_boolean,
        bytes: form.reader.blob,
        bytearray: form.reader.blob,
        datetime: form.reader.timestamp,
    }
    for scalar, read in readers.items():
        converter.register_structure_hook(scalar, _scalar_hook(scalar, read))
    for blob in (bytes, bytearray, memoryview):
        converter.register_unstructure_hook(blob, form.writer.blob)
    converter.register_unstructure_hook(float, form.writer.double)
    converter.register_unstructure_hook(datetime, form.writer.epoch)
    converter.register_unstructure_hook(StrEnum, lambda member: member.value)


def _scalar_hook(scalar: type, read: _Read) -> _StructureHook:
    def structure(item: object, target: type) -> object:
        found = read(item)
        if found is None:
            raise expected(scalar.__name__, item)
        # Enums of texts and numbers come here too, since cattrs looks for hooks along the bases of a class.
        return found if isinstance(found, target) else _of_subclass(found, target)

    return structure


def _of_subclass(found: object, target: type) -> object:
    try:
        return target(found)
    except (TypeError, ValueError):
        raise DecodeError(f"not a value of {target.__name__}") from None


def _add_marked(converter: Converter, form: _Format) -> None:
    """BodyCodec, streaming payloads and numbers of single precision: types that differ by a mark in `Annotated`."""
    converter.register_structure_hook_func(_is_document, lambda item, _: tree.read_document(item))
    converter.register_unstructure_hook_func(_is_document, _as_it_is)
    converter.register_structure_hook_func(_is_stream, _nullable("bytes", form.reader.stream))
    converter.register_unstructure_hook_func(_is_stream, _or_none(form.writer.stream))
    converter.register_unstructure_hook_func(lambda target: _is_marked(target, SINGLE_PRECISION), form.writer.single)


def _is_marked(target: object, mark: object) -> bool:
    return get_origin(target) is Annotated and mark in get_args(target)[1:]


# cattrs reads the annotations of dataclasses without their marks where these are written as text.
_BARE_DOCUMENT = set(get_args(get_args(AnyJson)[0])) - {NoneType}
_BARE_STREAM = set(get_args(get_args(StreamingBlob)[0]))


def _is_document(target: object) -> bool:
    return _is_marked(target, DOCUMENT) or _options(target) == _BARE_DOCUMENT


def _is_stream(target: object) -> bool:
    return _is_marked(target, STREAMING) or _options(target) == _BARE_STREAM


def _options(target: object) -> set[object]:
    """The types of a union, without None; nothing for other types."""
    return set(get_args(target)) - {NoneType} if get_origin(target) in _UNIONS else set()


def _nullable(kind: str, read: _Read) -> _StructureHook:
    def structure(item: object, target: object) -> object:
        found = read(item)
        if found is None and NoneType not in get_args(target):
            raise expected(kind, item)
        return found

    return structure


def _or_none(write: _Write) -> _Write:
    return lambda item: None if item is None else write(item)


def _add_unions(converter: Converter) -> None:
    converter.register_structure_hook_factory(_has_several_shapes, _refuse_to_guess)
    converter.register_structure_hook_func(_is_open_enum, _nullable("str", tree.read_string))
    converter.register_structure_hook_factory(_is_event_stream, _event_stream_factory)
    converter.register_unstructure_hook_factory(_is_event_stream, _events_writer_factory)


def _is_open_enum(target: object) -> bool:
    options = _options(target)
    return str in options and all(_is_class_of(option, StrEnum) for option in options - {str})


def _is_class_of(option: object, base: type) -> bool:
    return isinstance(option, type) and issubclass(option, base)


def _has_several_shapes(target: object) -> bool:
    """Whether cattrs would tell a generated class of a union by its attributes: these are not what bodies have."""
    options = _options(target)
    return len(options) > 1 and any(_is_class_of(option, Shape) for option in options)


def _refuse_to_guess(target: Any) -> _StructureHook:
    raise StructureHandlerNotFoundError(
        f"a body does not say which type of {target} it is: register a structure hook for this union, "
        "or call cattrs.strategies.configure_tagged_union with tag_name='__type'",
        target,
    )


def _is_event_stream(target: object) -> bool:
    return any(get_origin(option) is AsyncIterable for option in _options(target))


def _events_of(target: object) -> Any:
    """The type of a list of the stream's events."""
    stream = next(option for option in _options(target) if get_origin(option) is AsyncIterable)
    return types.GenericAlias(list, get_args(stream))


def _event_stream_factory(target: Any, converter: Converter) -> _StructureHook:
    events = _events_of(target)
    structure = converter.get_structure_hook(events)
    optional = NoneType in get_args(target)
    return lambda item, _: None if item is None and optional else structure(item, events)


def _events_writer_factory(target: Any, converter: Converter) -> _Write:
    write = converter.get_unstructure_hook(_events_of(target))
    return _or_none(lambda stream: write(events_of(stream)))


def _add_containers(converter: Converter) -> None:
    # cattrs iterates over whatever it gets, so that a text would become a list of texts.
    converter.register_structure_hook_factory(_is_list, _list_factory)
    converter.register_structure_hook_factory(_is_fixed_tuple, _fixed_tuple_factory)
    converter.register_structure_hook_factory(_is_map, _map_factory)
    converter.register_structure_hook_factory(_is_class, _class_factory)
    converter.register_structure_hook_factory(typing.is_typeddict, _typed_dict_factory)


def _is_list(target: Any) -> bool:
    return (get_origin(target) or target) in _LISTS and not _is_fixed_tuple(target)


def _is_fixed_tuple(target: Any) -> bool:
    return get_origin(target) is tuple and ... not in get_args(target)


def _is_map(target: Any) -> bool:
    return (get_origin(target) or target) in _MAPS


def _is_class(target: Any) -> bool:
    cls = get_origin(target) or target
    return isinstance(cls, type) and (attrs.has(cls) or is_dataclass(cls))


def _list_factory(target: Any, converter: Converter) -> _StructureHook:
    structure = list_structure_factory(target, converter)
    make = _LISTS[get_origin(target) or target]
    return _only_lists(lambda items, cl: make(structure(items, cl)))


def _fixed_tuple_factory(target: Any, converter: Converter) -> _StructureHook:
    return _only_lists(converter.gen_structure_hetero_tuple(target))


def _map_factory(target: Any, converter: Converter) -> _StructureHook:
    # Not `gen_structure_mapping`: that one registers what it makes, and would take the place of this hook.
    return _only_objects(mapping_structure_factory(target, converter))


def _class_factory(target: Any, converter: Converter) -> _StructureHook:
    return _only_objects(converter.gen_structure_attrs_fromdict(target))


def _typed_dict_factory(target: Any, converter: Converter) -> _StructureHook:
    return _only_objects(converter.gen_structure_typeddict(target))


def _only_lists(structure: _StructureHook) -> _StructureHook:
    def checked(items: object, target: Any) -> Any:
        if not isinstance(items, (list, tuple)):
            raise expected("list", items)
        return structure(items, target)

    return checked


def _only_objects(structure: _StructureHook) -> _StructureHook:
    @wraps(structure)  # with its attribute `overrides`, by which cattrs tells the classes of a union apart
    def checked(tree: object, target: Any) -> Any:
        if not isinstance(tree, Mapping):
            raise expected("object", tree)
        try:
            return structure(tree, target)
        except RecursionError:
            raise DecodeError(_TOO_DEEP) from None

    return checked

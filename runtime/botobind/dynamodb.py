"""DynamoDB's attribute values as Python's own types, and items as dicts or as classes of a program.

    attributes = AttributeCodec(dynamodb.AttributeValue)
    attributes.to_item({"Artist": "Arooj Aftab", "Year": 2021, "Score": Decimal("8.5")})
    attributes.of_item(output.item, Song)

`None`, `bool`, `int`, `Decimal`, `str` and bytes become NULL, BOOL, N, S and B; sets of numbers, of texts and of bytes
NS, SS and BS; mappings with texts as keys M; lists and tuples L. Numbers are exact: DynamoDB keeps up to 38 digits
between 1E-130 and 9.9…E+125, and what it would round is refused. See
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

import attrs
from cattrs import Converter
from cattrs.errors import BaseValidationError

from botobind.convert import describe
from botobind.errors import DecodeError, EncodeError, MapKey
from botobind.unions import OneMember, of_member

__all__ = ["AttributeCodec", "make_converter"]

A = TypeVar("A")
T = TypeVar("T")

_DIGITS = 38
_SMALLEST, _LARGEST = -130, 125
"""The exponents of the first digit of a number."""
_PLAIN = 10**_DIGITS
_MOST_BITS = 420
"""No number within the range has more: texts of longer ones take time that grows faster than they do."""
_FEW_DIGITS = 200
_TYPES = {
    "s": "a text",
    "n": "a number as text",
    "b": "bytes",
    "bool_": "a boolean",
    "null": "true",
    "m": "a mapping",
    "l": "a list",
    "ss": "a list of texts",
    "ns": "a list of numbers as texts",
    "bs": "a list of bytes",
}
"""What each type of attribute values holds, by its attribute."""


def make_converter() -> Converter:
    """A cattrs converter between a program's classes and what `AttributeCodec` reads and writes.

    Decimals, bytes, sets and None stay what they are. Dates, times and UUIDs are texts as `isoformat` and `str` give
    them, enums their values, and a float is the number that its `repr` shows. Hooks of your own may be added.
    """
    converter = Converter()
    converter.register_unstructure_hook(float, lambda value: Decimal(repr(value)))
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(_expect_number(value)))
    converter.register_structure_hook(float, lambda value, _: float(_expect_number(value)))
    converter.register_structure_hook(int, _expect_whole)
    for kept in (bool, bytes, str):
        converter.register_structure_hook(kept, _expect_class)
    for moment in (datetime, date, time):
        converter.register_unstructure_hook(moment, lambda value: value.isoformat())
        converter.register_structure_hook(moment, lambda text, cls: cls.fromisoformat(text))
    converter.register_unstructure_hook(UUID, str)
    converter.register_structure_hook(UUID, lambda text, _: UUID(text))
    return converter


class AttributeCodec(Generic[A]):
    """Between the attribute values of one generated package and Python's own types.

    `attribute_value` is the package's `AttributeValue`. Numbers are read as `int` where they are written without a
    fraction and an exponent, else as `Decimal`; with `decimals` all of them are, as boto3's resources have it.
    `converter` is for items that are instances of classes; see `make_converter`. Raises `TypeError` for another class.
    """

    def __init__(self, attribute_value: type[A], *, decimals: bool = False, converter: Converter | None = None) -> None:
        if not (isinstance(attribute_value, type) and {*_TYPES} <= {*getattr(attribute_value, "MEMBERS", ())}):
            found = attribute_value if isinstance(attribute_value, type) else _name(attribute_value)
            raise TypeError(f"expected the class AttributeValue of a package, got {found}")
        self._class: Any = attribute_value
        self._read_number: Callable[[str], int | Decimal] = _read_decimal if decimals else _read_number
        self._converter = converter or make_converter()
        write = self._attribute_of
        self._writers: dict[type, Callable[[Any], A]] = {
            str: write("s"),
            int: write("n", _write_integer),
            bool: write("bool_"),
            Decimal: write("n", _write_decimal),
            bytes: write("b"),
            type(None): lambda _: of_member(attribute_value, "null", True),  # type: ignore[type-var]
            dict: write("m", self._write_map),
            list: write("l", self._write_list),
            set: self._write_set,
        }
        self._readers: dict[str | None, Callable[[Any], Any]] = {
            "s": lambda text: text,
            "n": self._read_number,
            "b": lambda data: data,
            "bool_": lambda value: value,
            "null": lambda _: None,
            "m": lambda items: _read_map(items, self.of_attribute),
            "l": lambda items: _read_list(items, self.of_attribute),
            "ss": set,
            "ns": _read_decimals if decimals else lambda texts: set(map(_read_number, texts)),
            "bs": set,
        }

    def to_attribute(self, value: Any) -> A:
        """The attribute value of a value. Raises `EncodeError`, with the path, for what DynamoDB has no type for: other
        classes, floats, sets that are empty or mixed, and numbers that it would round.
        """
        try:
            return (self._writers.get(value.__class__) or self._writer_of(value))(value)
        except RecursionError:
            raise EncodeError("nested too deeply") from None

    def of_attribute(self, attribute: A) -> Any:
        """The value of an attribute value.

        Raises `DecodeError`, with the path, for one of a type that is not known, for a number that is none, and for
        what is no attribute value or holds none.
        """
        union: Any = attribute
        try:
            read = self._readers.get(union._member)  # noqa: SLF001 - every other way is a call more
            if read is None:
                raise DecodeError(f"expected an attribute value of one known type, got {_described(union)}")
            return read(union._value)  # noqa: SLF001 - every other way is a call more
        except (AttributeError, TypeError, ValueError):  # `Decimal` raises the last one for lists
            raise _misfit(attribute) from None
        except RecursionError:
            raise DecodeError("nested too deeply") from None

    def to_item(self, item: Any) -> dict[str, A]:
        """The attribute values of an item by name: of a mapping, or of an instance of an attrs class or dataclass.

        Raises `EncodeError` as `to_attribute` does.
        """
        try:
            if item.__class__ is not dict and (attrs.has(item.__class__) or is_dataclass(item)):
                item = self._converter.unstructure(item)
            if item.__class__ is dict or isinstance(item, Mapping):
                return self._write_map(item)
        except RecursionError:
            raise EncodeError("nested too deeply") from None
        raise EncodeError(f"expected a mapping or an instance of an attrs class or dataclass, got {_name(item)}")

    @overload
    def of_item(self, item: Mapping[str, A]) -> dict[str, Any]: ...
    @overload
    def of_item(self, item: Mapping[str, A], cls: type[T]) -> T: ...
    def of_item(self, item: Mapping[str, A], cls: Any = None) -> Any:
        """An item as a dict by name, or as an instance of a class that cattrs can make.

        Raises `DecodeError` as `of_attribute` does, and where the class does not take the item, with all reasons.
        """
        if item.__class__ is not dict and not isinstance(item, Mapping):
            raise DecodeError(f"expected a mapping of attribute values, got {_name(item)}")
        found = _read_map(item, self.of_attribute)
        if cls is None:
            return found
        try:
            return self._converter.structure(found, cls)
        except BaseValidationError as error:
            raise DecodeError("; ".join(describe(error))) from None

    def _attribute_of(self, member: str, write: Callable[[Any], Any] | None = None) -> Callable[[Any], A]:
        """What makes an attribute value of a member, whose value a function writes, or which is kept."""
        cls, new = self._class, object.__new__

        def keep(value: Any) -> A:
            made: Any = new(cls)
            made._member, made._value = member, value  # noqa: SLF001 - as `of_member` does, which is a call more
            attribute: A = made
            return attribute

        if write is None:
            return keep

        def written(value: Any) -> A:
            made: Any = new(cls)
            made._member, made._value = member, write(value)  # noqa: SLF001 - as `of_member` does, which is a call more
            attribute: A = made
            return attribute

        return written

    def _write_map(self, items: Mapping[str, Any]) -> dict[str, A]:
        # With as few calls for a value as there can be, as in lists.
        writer, other = self._writers.get, self._writer_of
        found: dict[str, A] = {}
        key: Any = ""
        try:
            for key, value in items.items():
                if key.__class__ is not str and not isinstance(key, str):
                    break
                found[key] = (writer(value.__class__) or other(value))(value)
            else:
                return found
        except EncodeError as error:
            raise error.under(MapKey(key)) from None
        raise EncodeError(f"expected texts as keys, got {_name(key)}")

    def _write_list(self, items: Iterable[Any]) -> list[A]:
        writer, other = self._writers.get, self._writer_of
        found: list[A] = []
        add = found.append
        try:
            for value in items:
                add((writer(value.__class__) or other(value))(value))
        except EncodeError as error:
            raise error.under(len(found)) from None
        return found

    def _write_set(self, values: AbstractSet[Any]) -> A:
        made: A = of_member(self._class, *_members_of_set(values))
        return made

    def _writer_of(self, value: Any) -> Callable[[Any], A]:
        """What writes a value whose class is none of the usual ones, but is derived from one or is like it."""
        match value:
            case bool() | str() | int() | Decimal():
                return next(self._writers[each] for each in type(value).__mro__ if each in self._writers)
            case bytes() | bytearray() | memoryview():
                return self._attribute_of("b", bytes)
            case Mapping():
                return self._writers[dict]
            case list() | tuple():
                return self._writers[list]
            case AbstractSet():
                return self._write_set
            case float():
                raise EncodeError("expected an exact number, got float: give a Decimal, such as Decimal(repr(value))")
        raise EncodeError(f"expected a type that DynamoDB has, got {_name(value)}")


def _read_map(items: Mapping[str, Any], read: Callable[[Any], Any]) -> dict[str, Any]:
    """The map with its values changed; an error of one has its key in the path."""
    found = {}
    key = ""
    try:
        for key, value in items.items():
            found[key] = read(value)
    except DecodeError as error:
        raise error.under(MapKey(key)) from None
    return found


def _read_list(items: Iterable[Any], read: Callable[[Any], Any]) -> list[Any]:
    """The list with its items changed; an error of one has its place in the path."""
    found: list[Any] = []
    try:
        for item in items:
            found.append(read(item))  # noqa: PERF401 - what is there tells the place of an error
    except DecodeError as error:
        raise error.under(len(found)) from None
    return found


def _write_integer(number: int) -> str:
    if -_PLAIN < number < _PLAIN:
        return str(number) if number.__class__ is int else str(int(number))  # an enum would give its name
    if number.bit_length() > _MOST_BITS:
        raise EncodeError("a number of more digits than DynamoDB has")
    return _write_decimal(Decimal(number))


def _write_decimal(number: Decimal) -> str:
    if not number.is_finite():
        raise EncodeError("expected a finite number")
    text = str(number)
    if len(text) <= _DIGITS and "E" not in text:
        return text
    digits = number.as_tuple().digits
    significant = len(bytes(digits).strip(b"\0"))
    if significant > _DIGITS:
        raise EncodeError(f"a number of {significant} digits: DynamoDB keeps {_DIGITS}")
    if significant and not _SMALLEST <= number.adjusted() <= _LARGEST:
        raise EncodeError("a number outside of 1E-130 to 9.9E+125, which is DynamoDB's range")
    return text


def _read_number(text: str) -> int | Decimal:
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < _FEW_DIGITS else _read_decimal(text)


def _read_decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise DecodeError("expected a number") from None
    if not number.is_finite():
        raise DecodeError("expected a number")
    return number


def _members_of_set(values: AbstractSet[Any]) -> tuple[str, list[Any]]:
    """The member of a set, and what is in it."""
    if not values:
        raise EncodeError("an empty set, of which DynamoDB has none")
    classes = {value.__class__ for value in values}
    if len(classes) == 1 and (plain := _OF_CLASS.get(*classes)) is not None:
        member, write = plain
        return member, list(values) if write is None else list(map(write, values))
    kinds = {_kind(value) for value in values}
    match kinds.pop() if len(kinds) == 1 else None:
        case "ss":
            return "ss", list(values)
        case "bs":
            return "bs", list(map(bytes, values))
        case "ns":
            return "ns", [_write_integer(each) if isinstance(each, int) else _write_decimal(each) for each in values]
    raise EncodeError("expected a set of numbers, of texts or of bytes alone")


def _read_decimals(texts: Iterable[str]) -> set[Decimal]:
    try:
        numbers = set(map(Decimal, texts))
    except (InvalidOperation, TypeError, ValueError):  # what signals that it is none cannot be in a set
        raise DecodeError("expected a number") from None
    if not all(map(Decimal.is_finite, numbers)):
        raise DecodeError("expected a number")
    return numbers


_OF_CLASS: Mapping[type, tuple[str, Callable[[Any], str] | None]] = {
    str: ("ss", None),
    bytes: ("bs", None),
    int: ("ns", _write_integer),
    Decimal: ("ns", _write_decimal),
}
"""The sets whose values have one class, which is not derived from another."""


def _kind(value: object) -> str | None:
    match value:
        case bool():
            return None
        case str():
            return "ss"
        case int() | Decimal():
            return "ns"
        case bytes() | memoryview():
            return "bs"
    return None


def _described(attribute: Any) -> str:
    given = [name for name, _ in attribute.given()]
    return " and ".join(given) or "nothing"


def _misfit(attribute: object) -> DecodeError:
    """Why something is no attribute value that can be read; what it holds is not told."""
    if not isinstance(attribute, OneMember):
        return DecodeError(f"expected an attribute value, got {_name(attribute)}")
    ((member, value),) = attribute.given()
    return DecodeError(f"expected {_TYPES.get(member, 'another value')}, got {_name(value)}")


def _name(value: object) -> str:
    return type(value).__qualname__


def _expect_class(value: Any, cls: type[T]) -> T:
    if not isinstance(value, cls):
        raise TypeError(f"expected {cls.__name__}, got {_name(value)}")
    return value


def _expect_number(value: Any) -> int | Decimal:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise TypeError(f"expected a number, got {_name(value)}")
    return value


def _expect_whole(value: Any, _: object) -> int:
    number = _expect_number(value)
    # An exponent is short, and the integer that it makes may be longer than there is memory.
    if isinstance(number, Decimal) and number.adjusted() > _LARGEST:
        raise ValueError("expected a number within DynamoDB's range")
    whole = int(number)
    if number != whole:
        raise ValueError("expected a whole number")
    return whole

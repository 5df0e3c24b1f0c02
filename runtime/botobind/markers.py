"""What the lower floors ask of generated classes: that a class is one, of which sort, and the formats that it has.

The classes that generated ones derive from are in `shapes.py` and `serializers.py`, which know formats and bodies.
Those know of the classes what is here, and their tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeGuard, TypeVar

from botobind.errors import EncodeError, ServiceError
from botobind.unions import OneMember

if TYPE_CHECKING:
    from botobind.serializers import CborFormat, Format, JsonFormat, QueryFormat, ValueFormat, XmlFormat
    from botobind.shapes import ErrorShape, Shape, Union

__all__ = [
    "CBOR",
    "JSON",
    "QUERY",
    "VALUE",
    "XML",
    "FormatMark",
    "ShapeMark",
    "class_in_format",
    "expect_shape_class",
    "in_format",
    "is_error",
    "is_shape",
    "is_shape_class",
    "is_union",
    "is_union_class",
    "new",
    "unknown_union_member",
]

T = TypeVar("T")

if TYPE_CHECKING:
    F = TypeVar("F", bound=Format)

    def new(cls: type[T]) -> T:
        """An instance whose attributes are still to be set: what decoders begin with. By way of its class, `__new__`
        takes half as long again.
        """
        return object.__new__(cls)
else:
    F = TypeVar("F")  # a text as its bound would be compiled: `records` in benchmarks/tricks.py
    new = object.__new__


class ShapeMark:
    """Marks structures, unions and errors: `shapes.Shape` alone derives from it."""

    __slots__ = ()


def is_shape(value: object) -> TypeGuard[Shape]:
    """Whether a value is of a generated class."""
    return isinstance(value, ShapeMark)


def is_shape_class(cls: object) -> TypeGuard[type[Shape]]:
    """Whether something is a generated class."""
    return isinstance(cls, type) and issubclass(cls, ShapeMark)


def expect_shape_class(cls: object) -> type[Shape]:
    """A generated class as it is. Raises `TypeError` for anything else, without showing what a value holds."""
    if not is_shape_class(cls):
        raise TypeError(f"expected a generated class, got {cls if isinstance(cls, type) else type(cls).__name__}")
    return cls


def is_union(value: object) -> TypeGuard[Union]:
    """Whether a value is a union's."""
    return isinstance(value, OneMember)


def is_union_class(cls: type[Any]) -> TypeGuard[type[Union]]:
    """Whether a class is a union's."""
    return issubclass(cls, OneMember)


def is_error(value: object) -> TypeGuard[ErrorShape]:
    """Whether a value is a modelled error."""
    return isinstance(value, ShapeMark) and isinstance(value, ServiceError)


class FormatMark(Generic[F]):
    """A format that a class may have: what error texts call it, and a method by which it is known."""

    def __init__(self, name: str, method: str) -> None:
        self.name = name
        self.method = method


JSON: FormatMark[JsonFormat] = FormatMark("JSON", "to_json")
VALUE: FormatMark[ValueFormat] = FormatMark("boto3's values", "to_value")
CBOR: FormatMark[CborFormat] = FormatMark("CBOR", "to_cbor")
QUERY: FormatMark[QueryFormat] = FormatMark("query", "to_query")
XML: FormatMark[XmlFormat] = FormatMark("XML", "to_xml")


def class_in_format(cls: type[Shape], form: FormatMark[F]) -> type[F]:
    """The class as one that has the format. `EncodeError` for one that was generated without."""
    if not hasattr(cls, form.method):
        raise EncodeError(f"{cls.SHAPE} was generated without {form.name}")
    found: Any = cls
    return found  # type: ignore[no-any-return] # by its method


def in_format(value: Shape, form: FormatMark[F]) -> F:
    """The value as one that has the format. `EncodeError` where its class was generated without."""
    class_in_format(value.__class__, form)
    found: Any = value
    return found  # type: ignore[no-any-return] # by its class's method


def unknown_union_member(value: Union) -> NoReturn:
    """What serializers make of a union whose member the model does not have: they raise `EncodeError`."""
    raise EncodeError(f"{value.SHAPE} holds the unknown member {value.unknown_member!r}, whose value was not kept")

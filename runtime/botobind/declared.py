"""The bases of shapes as the stubs of generated packages declare them: with what users call, and nothing else.

Checkers and editors read the stub beside this module. It leaves out what serializers call of each other, which are two
thirds of the names, and what it imports: a program that uses a package has nothing of the runtime read for it but what
it calls. The classes are those of `botobind.shapes` and `botobind.serializers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from botobind.serializers import (
    AllBodyFormats,
    CborFormat,
    JsonFormat,
    QueryFormat,
    TreeFormat,
    ValueFormat,
    XmlFormat,
)
from botobind.shapes import ErrorShape, Shape, Structure, Union

if TYPE_CHECKING:
    from botobind.types import JsonObject, XmlElement

__all__ = [
    "AllBodyFormats",
    "AllErrors",
    "CborFormat",
    "ErrorShape",
    "JsonErrors",
    "JsonFormat",
    "QueryFormat",
    "Shape",
    "Structure",
    "TreeFormat",
    "Union",
    "ValueFormat",
    "XmlErrors",
    "XmlFormat",
]

_E = TypeVar("_E")


class JsonErrors(Generic[_E]):
    """What outputs have for the errors of their operations, `_E`, in JSON. Classes have it from `JsonFormat`."""

    __slots__ = ()

    @classmethod
    def error_of_json(cls, name: str, data: object) -> _E:
        """The error that a service calls `name` (`namespace#Name:uri` is understood), from its JSON object.

        One that is not modelled becomes `UnknownOperationError`. Raises `DecodeError` with path and reason.
        """
        raise NotImplementedError

    @classmethod
    def error_to_json(cls, error: _E) -> JsonObject:
        """The JSON object of an error, with its code."""
        raise NotImplementedError


class XmlErrors(Generic[_E]):
    """The decoder of an output's errors in XML."""

    __slots__ = ()

    @classmethod
    def error_of_xml(cls, name: str, element: XmlElement) -> _E:
        """The error that a service calls `name`, from the XML of a response, or from its `Error` element."""
        raise NotImplementedError

    @classmethod
    def error_to_xml(cls, error: _E) -> XmlElement:
        """The `Error` element of an error, with its code."""
        raise NotImplementedError


class AllErrors(JsonErrors[_E], XmlErrors[_E]):
    """Both."""

    __slots__ = ()


write_cbor = CborFormat.write_cbor
write_json = JsonFormat.write_json
write_query = QueryFormat.write_query
write_xml = XmlFormat.write_xml
to_wire_struct = JsonFormat.to_wire_struct

"""The types that annotations of generated classes use besides Python's own."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, TypeAlias, TypeVar

from botobind.lazy import door

if TYPE_CHECKING:
    from lxml.etree import _Element

    from botobind.serializers import XmlFormat

__all__ = [
    "AnyJson",
    "AnyShape",
    "Byte",
    "Decoder",
    "EventStreamOf",
    "JsonObject",
    "Long",
    "QueryChunks",
    "QueryNode",
    "QueryPairs",
    "Readable",
    "Short",
    "Single",
    "StreamingBlob",
    "Tree",
    "XmlDecoder",
    "XmlElement",
    "XmlTokens",
]

T = TypeVar("T")


class _AnyJson:
    """Marks a document."""

    def __repr__(self) -> str:
        return "document"


DOCUMENT = _AnyJson()

AnyJson: TypeAlias = Annotated[bool | int | float | str | list[Any] | dict[str, Any] | None, DOCUMENT]
"""Any JSON value: what a `document` shape or a `jsonvalue` member holds."""

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object as the standard library and msgspec give it."""

Tree: TypeAlias = Mapping[str, Any]
"""An object of any format whose documents are trees of dicts, lists and scalars."""


class _SinglePrecision:
    """Marks a `float` shape, which CBOR writes in four bytes."""

    def __repr__(self) -> str:
        return "single precision"


SINGLE_PRECISION = _SinglePrecision()

Single: TypeAlias = Annotated[float, SINGLE_PRECISION]
"""A number of single precision: a value that needs more digits loses them in CBOR."""


class Bits:
    """Marks an integer of another size than that of an `integer` shape, which has 32 bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __repr__(self) -> str:
        return f"{self.bits} bits"


Byte: TypeAlias = Annotated[int, Bits(8)]
"""An integer from -128 to 127."""
Short: TypeAlias = Annotated[int, Bits(16)]
"""An integer of 16 bits."""
Long: TypeAlias = Annotated[int, Bits(64)]
"""An integer of 64 bits."""


class AnyShape(Protocol):
    """A value of a generated class. Checkers know two declarations of each: the class in its module, and the one in the
    stub, whose base is in `declared.py`.
    """

    def validate(self) -> None:
        """Checks the value."""
        ...


class Readable(Protocol):
    """A source of bytes that is read once: an open binary file, an HTTP response."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, or all that are left; `b""` at the end."""
        ...


class _StreamingPayload:
    """Marks a streaming blob."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """What pydantic asks what stands in `Annotated`."""
        return door("pydantic").schema_of_stream()

    def __repr__(self) -> str:
        return "streaming"


STREAMING = _StreamingPayload()

StreamingBlob: TypeAlias = Annotated[bytes | Readable, STREAMING]
"""A streaming payload: bytes, or a source that operations pass on unread."""

EventStreamOf: TypeAlias = list[T] | Iterable[T] | AsyncIterable[T]
"""The events of a stream: a list where all are at hand, an iterator where they arrive one by one."""

Decoder: TypeAlias = Callable[[Any], T | None]
"""Reads one value of a tree; None means that there is none."""

XmlElement: TypeAlias = "_Element"
"""An lxml element."""


class XmlTokens(Protocol):
    """What stands in an XML document between one `<` and the next; see `botobind.formats.xmltokens`."""

    is_plain: ClassVar[bool]
    """Whether they are those of a document as it is, with no attributes, at which no parser has looked."""

    @property
    def open(self) -> set[type]:
        """The classes of the structures that the walker is reading."""
        ...

    def __iter__(self) -> Iterator[str]:
        """The tokens that are left: whoever takes one, it is gone."""
        ...

    def __next__(self) -> str:
        """The next one."""
        ...

    def close(self, end: str) -> None:
        """Takes the end of an element that has text alone: `end` is the tag, with its `>`. `DecodeError` for others."""
        ...

    def take_apart(self, tag: str) -> bool:
        """Whether a tag with a slash at its end is an element without content: two tags take its place as the next."""
        ...

    def is_nil(self) -> bool:
        """Whether the element that has just begun stands for a null."""
        ...

    def attribute(self, name: str, namespace: str | None) -> str | None:
        """The value of an attribute of the element that has just begun; one without its namespace is read as well."""
        ...

    def fill(self, value: XmlFormat, end: str, inside: str) -> bool:
        """Sets the members of a structure that has begun. They are absent, and it is false, where the structure cannot
        be read at once.
        """
        ...

    def read_items(self, decode: XmlDecoder[T], end: str, items: list[T]) -> None:
        """Adds the items of a list that come next, as many as can be read at once: perhaps none of them."""
        ...


XmlDecoder: TypeAlias = Callable[[XmlTokens, str, str], T]
"""Reads one element that has begun, from its tokens, the tag that ends it, and the text before its first child."""

QueryPairs: TypeAlias = list[tuple[str, str]]
"""The parameters of a form, in order."""

QueryChunks: TypeAlias = list[str]
"""The parameters of a form: names, percent-encoded between `&` and `=`, and values, not encoded yet, in turn."""

QueryNode: TypeAlias = "dict[str, QueryNode | str] | tuple[str, int, str]"
"""What the parameters below one name say: the name's own text under the empty key, the rest under the next parts. Of a
parameter that is alone there: its name, where the next part begins, and its text.
"""

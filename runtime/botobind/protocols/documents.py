"""The documents of bodies and events, in JSON, XML and CBOR: the members that are not elsewhere in the message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

from attrs import fields

from botobind.formats.tree import expected
from botobind.serializers import CborFormat, JsonFormat, XmlFormat, class_in_format, in_format

if TYPE_CHECKING:
    from botobind.shapes import Shape

EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream"
"""The media type of event streams."""

T = TypeVar("T", bound="Shape")


class Documents(Protocol):
    """A format of documents."""

    media_type: ClassVar[str]

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:
        """The document of a value's body members; `tag` is the root element where there is such."""
        ...

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a document that holds all its members."""
        ...

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members of a value whose other members live elsewhere."""
        ...

    def tree(self, data: bytes) -> Any:
        """The document, parsed; one without members where there is none at all."""
        ...


class JsonDocuments:
    """JSON."""

    media_type: ClassVar[str] = "application/json"

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:  # noqa: ARG002 - see Documents
        """The JSON text."""
        from botobind.formats import json

        return json.dump(in_format(value, JsonFormat).to_json_body())

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a JSON text; none at all is an empty object."""
        return cast("T", class_in_format(cls, JsonFormat).of_json(self.tree(data)))

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        in_format(value, JsonFormat).read_json_body(self.tree(data))

    def tree(self, data: bytes) -> Any:
        """The tree of a JSON text; none at all is an empty object, and so is null."""
        from botobind.formats import json

        return {} if not data or (tree := json.parse(data)) is None else tree


class CborDocuments:
    """CBOR."""

    media_type: ClassVar[str] = "application/cbor"

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:  # noqa: ARG002 - see Documents
        """The CBOR document."""
        from botobind.formats import cbor

        return cbor.dump(in_format(value, CborFormat).to_cbor_body())

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a CBOR document; none at all is an empty map."""
        return cast("T", class_in_format(cls, CborFormat).of_cbor(self.tree(data)))

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        in_format(value, CborFormat).read_cbor_body(self.tree(data))

    def tree(self, data: bytes) -> Any:
        """The tree of a CBOR document; none at all is an empty map, and so is null."""
        from botobind.formats import cbor

        return {} if not data or (tree := cbor.parse(data)) is None else tree


class XmlDocuments:
    """XML."""

    media_type: ClassVar[str] = "application/xml"

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:
        """The document, in UTF-8, without a declaration."""
        from botobind.formats import xml

        pieces: list[str] = []
        in_format(value, XmlFormat).write_xml_body(pieces.append, tag, attributes)
        return xml.dump(pieces)

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a document, whatever its root is called; none at all is an empty element."""
        return cast("T", class_in_format(cls, XmlFormat).read_xml(self.tree(data)))

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        in_format(value, XmlFormat).read_xml_body(self.tree(data))

    def tree(self, data: bytes) -> Any:
        """The root element."""
        from botobind.formats import xml

        return xml.parse(data or b"<_/>")


DOCUMENTS: Mapping[str, Documents] = {"json": JsonDocuments(), "xml": XmlDocuments(), "cbor": CborDocuments()}
"""The formats by their names in `Shape.BODY`."""


def blank(cls: type[T]) -> T:
    """A value all of whose members are absent, to be filled in."""
    value = cls.__new__(cls)
    for attribute in fields(cast("Any", cls)):
        setattr(value, attribute.name, None)
    return value


def bytes_of(body: object) -> bytes:
    """A body that must be at hand. Raises `DecodeError` for a stream."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, bytearray | memoryview):
        return bytes(body)
    raise expected("bytes", body)

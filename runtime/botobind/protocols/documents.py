"""The documents of bodies and events, in JSON, XML and CBOR: the members that are not elsewhere in the message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

from attrs import fields

from botobind.formats.tree import expected
from botobind.serializers import CborFormat, JsonFormat, XmlFormat, class_in_format, in_format

if TYPE_CHECKING:
    from botobind.serializers import TreeFormat
    from botobind.shapes import Shape
    from botobind.twins import CborTwins, JsonTwins, Twins
    from botobind.types import XmlDecoder

_NO_ELEMENTS = b"<_/>"

EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream"
"""The media type of event streams."""

T = TypeVar("T", bound="Shape")
V = TypeVar("V")


@cache
def json_twins() -> JsonTwins:
    """The twins of all classes in JSON, which are made with the first body."""
    from botobind.twins import JsonTwins

    return JsonTwins()


@cache
def cbor_twins() -> CborTwins:
    """The same in CBOR."""
    from botobind.twins import CborTwins

    return CborTwins()


class Documents(Protocol):
    """A format of documents."""

    media_type: ClassVar[str]

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:
        """The document of a value's body members; `tag` is the root element where there is such."""
        ...

    def dumper(self, cls: type[Shape], tag: str, attributes: str = "") -> Callable[[Any], bytes]:
        """`dump` for the values of a class."""
        ...

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a document that holds all its members."""
        ...

    def loader(self, cls: type[T]) -> Callable[[bytes], T]:
        """`load` for the values of a class."""
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

    @cached_property
    def _format(self) -> Any:
        # The format's library is loaded when it is needed, by an import that is not repeated for each document.
        from botobind.formats import json

        return json

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:  # noqa: ARG002 - see Documents
        """The JSON text."""
        return self.dumper(type(value), tag)(value)

    def dumper(self, cls: type[Shape], tag: str, attributes: str = "") -> Callable[[Any], bytes]:  # noqa: ARG002 - likewise
        """`dump` for the values of a class."""
        class_in_format(cls, JsonFormat)
        dump: Callable[[Any], bytes] = self._format.dump_value if cls.IN_BODY is None else self._format.dump_value_body
        return dump

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a JSON text; none at all is an empty object."""
        return self.loader(cls)(data)

    def loader(self, cls: type[T]) -> Callable[[bytes], T]:
        """`load` for the values of a class."""
        found: Callable[[bytes], T] | None = self._loaders.get(cls)
        if found is None:
            form = class_in_format(cls, JsonFormat)
            found = self._loaders[cls] = _loader(form, self._twins, lambda data: form.of_json(self.tree(data)))
        return found

    @cached_property
    def _loaders(self) -> dict[type[Shape], Any]:
        # Classes of generated packages live as long as the program.
        return {}

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        document = in_format(value, JsonFormat)
        if not data or not self._twins.fill(document, data):
            document.read_json_body(self.tree(data))

    @cached_property
    def _twins(self) -> JsonTwins:
        return json_twins()

    def tree(self, data: bytes) -> Any:
        """The tree of a JSON text; none at all is an empty object, and so is null."""
        return {} if not data or (tree := self._format.parse(data)) is None else tree


class CborDocuments:
    """CBOR."""

    media_type: ClassVar[str] = "application/cbor"

    @cached_property
    def _format(self) -> Any:
        from botobind.formats import cbor

        return cbor

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:  # noqa: ARG002 - see Documents
        """The CBOR document."""
        return self.dumper(type(value), tag)(value)

    def dumper(self, cls: type[Shape], tag: str, attributes: str = "") -> Callable[[Any], bytes]:  # noqa: ARG002 - likewise
        """`dump` for the values of a class."""
        class_in_format(cls, CborFormat)
        dump: Callable[[Any], bytes] = self._format.dump_value if cls.IN_BODY is None else self._format.dump_value_body
        return dump

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a CBOR document; none at all is an empty map."""
        return self.loader(cls)(data)

    def loader(self, cls: type[T]) -> Callable[[bytes], T]:
        """`load` for the values of a class."""
        found: Callable[[bytes], T] | None = self._loaders.get(cls)
        if found is None:
            form = class_in_format(cls, CborFormat)
            found = self._loaders[cls] = _loader(form, self._twins, lambda data: form.of_cbor(self.tree(data)))
        return found

    @cached_property
    def _loaders(self) -> dict[type[Shape], Any]:
        # Classes of generated packages live as long as the program.
        return {}

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        document = in_format(value, CborFormat)
        if not data or not self._twins.fill(document, data):
            document.read_cbor_body(self.tree(data))

    @cached_property
    def _twins(self) -> CborTwins:
        return cbor_twins()

    def tree(self, data: bytes) -> Any:
        """The tree of a CBOR document; none at all is an empty map, and so is null."""
        return {} if not data or (tree := self._format.parse(data)) is None else tree


class XmlDocuments:
    """XML."""

    media_type: ClassVar[str] = "application/xml"

    @cached_property
    def _format(self) -> Any:
        from botobind.formats import xml

        return xml

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:
        """The document, in UTF-8, without a declaration."""
        return self.dumper(type(value), tag, attributes)(value)

    def dumper(self, cls: type[Shape], tag: str, attributes: str = "") -> Callable[[Any], bytes]:
        """`dump` for the values of a class."""
        class_in_format(cls, XmlFormat)
        dump, element_text = self._format.dump, self._format.element_text

        def write(value: XmlFormat) -> bytes:
            written: bytes = dump(element_text(value.write_xml_body, tag, value.xml_attributes(attributes)))
            return written

        return write

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a document, whatever its root is called; none at all is an empty element."""
        return cast("T", self.read(data, class_in_format(cls, XmlFormat).read_xml))

    def loader(self, cls: type[T]) -> Callable[[bytes], T]:
        """`load` for the values of a class."""
        return partial(self.load, cls)

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        self.read(data, in_format(value, XmlFormat).read_xml_body)

    def read(self, data: bytes, decode: XmlDecoder[V]) -> V:
        """What a reader makes of the root element."""
        value: V = self._tokens.read(data or _NO_ELEMENTS, decode)
        return value

    @cached_property
    def _tokens(self) -> Any:
        from botobind.formats import xmltokens

        return xmltokens

    def tree(self, data: bytes) -> Any:
        """The root element."""
        from botobind.formats import elements

        return elements.parse(data or _NO_ELEMENTS)


def _loader(cls: type[TreeFormat], twins: Twins, read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """What loads the documents of a class by its twin, and by `read` those that are not for that."""
    if cls.IN_BODY is not None:
        # Its twin has the members in the body alone.
        return read
    of_twin = twins.of_class(cls).load

    def load(data: bytes) -> Any:
        value = of_twin(data) if data else None
        return read(data) if value is None else value

    return load


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
    if isinstance(body, (bytearray, memoryview)):
        return bytes(body)
    raise expected("bytes", body)

"""The documents of bodies and events, in JSON, XML and CBOR: the members that are not elsewhere in the message."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar, cast

from botobind import bodies, formats, wire
from botobind.cached import cached_property
from botobind.errors import expected
from botobind.markers import CBOR, JSON, XML, FormatMark, class_in_format, in_format

if TYPE_CHECKING:
    from botobind.serializers import CborFormat, JsonFormat, TreeFormat, XmlFormat
    from botobind.shapes import Shape
    from botobind.types import XmlDecoder
    from botobind.wire_structs import WireStructs

_NO_ELEMENTS = b"<_/>"

EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream"
"""The media type of event streams."""

if TYPE_CHECKING:
    T = TypeVar("T", bound=Shape)
    F = TypeVar("F", bound=TreeFormat)
else:  # texts, as bounds and arguments, would be compiled: `records` in benchmarks/tricks.py
    T, F = TypeVar("T"), TypeVar("F")
    CborFormat = JsonFormat = Any
V = TypeVar("V")


class BodyCodec(Protocol):
    """A format of documents."""

    media_type: ClassVar[str]

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:
        """The document of a value's body members; `tag` is the root element where there is such."""
        ...

    def dumper(self, cls: type[Shape], tag: str, attributes: str = "") -> Callable[[Any], bytes]:
        """`dump` for the values of a class."""
        ...

    def dump_whole(self, value: Shape) -> bytes:
        """The document of all members, wherever in a message they are."""
        ...

    def load_whole(self, cls: type[T], data: bytes) -> T:
        """The value of a document of all members, which must be there."""
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


def _no_struct(_: bytes) -> None:
    return None


class _TreeBodyCodec(ABC, Generic[F]):
    """A format whose documents are trees, and are read by wire structs."""

    form: FormatMark[F]

    @cached_property
    @abstractmethod
    def _format(self) -> Any:
        """The format's module, which is loaded when it is needed, by an import that is not repeated."""

    @cached_property
    @abstractmethod
    def _wire_structs(self) -> WireStructs:
        """The wire structs of its documents."""

    @abstractmethod
    def _of_tree(self, cls: type[F], tree: Any) -> F:
        """The value of a tree."""

    @abstractmethod
    def _read_body(self, value: F, tree: Any) -> None:
        """Sets the members that are in the body."""

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:  # noqa: ARG002 - see BodyCodec
        """The document."""
        return self.dumper(type(value), tag)(value)

    def dumper(self, cls: type[Shape], tag: str, attributes: str = "") -> Callable[[Any], bytes]:  # noqa: ARG002 - see BodyCodec
        """`dump` for the values of a class."""
        class_in_format(cls, self.form)
        dump: Callable[[Any], bytes] = self._format.dump_value if cls.IN_BODY is None else self._format.dump_value_body
        return dump

    def dump_whole(self, value: Shape) -> bytes:
        """The document of all members."""
        dumped: bytes = self._format.dump_value(in_format(value, self.form))
        return dumped

    def load_whole(self, cls: type[T], data: bytes) -> T:
        """The value of a document of all members."""
        in_form = class_in_format(cls, self.form)
        value = self._of_struct(in_form)(data)
        return cast("T", self._of_tree(in_form, self._format.parse(data)) if value is None else value)

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a document; none at all is one without members."""
        return self.loader(cls)(data)

    def loader(self, cls: type[T]) -> Callable[[bytes], T]:
        """`load` for the values of a class."""
        found: Callable[[bytes], T] | None = self._loaders.get(cls)
        if found is None:
            found = self._loaders[cls] = self._loader(class_in_format(cls, self.form))
        return found

    def _loader(self, cls: type[F]) -> Callable[[bytes], Any]:
        of_struct = self._of_struct(cls)

        def load(data: bytes) -> F:
            value = of_struct(data) if data else None
            return self._of_tree(cls, self.tree(data)) if value is None else value

        return load

    def _of_struct(self, cls: type[F]) -> Callable[[bytes], F | None]:
        """What reads documents into the class's wire struct. It gives None for what is to be read as a tree: all where
        the struct has the members in the body alone, and each that the struct does not take.
        """
        return self._wire_structs.of_class(cls).load if cls.IN_BODY is None else _no_struct

    @cached_property
    def _loaders(self) -> dict[type[Shape], Any]:
        # Classes of generated packages live as long as the program.
        return {}

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        document = in_format(value, self.form)
        if not data or not self._wire_structs.fill(document, data):
            self._read_body(document, self.tree(data))

    def tree(self, data: bytes) -> Any:
        """The tree of a document; none at all is an object without members, and so is null."""
        return {} if not data or (tree := self._format.parse(data)) is None else tree


class JsonBodyCodec(_TreeBodyCodec[JsonFormat]):
    """JSON."""

    media_type: ClassVar[str] = "application/json"
    form = JSON

    @cached_property
    def _format(self) -> Any:
        return formats.json

    @cached_property
    def _wire_structs(self) -> WireStructs:
        return bodies.structs.IN_JSON

    def _of_tree(self, cls: type[JsonFormat], tree: Any) -> JsonFormat:
        return cls._read_json(tree)

    def _read_body(self, value: JsonFormat, tree: Any) -> None:
        value.read_json_body(tree)


class CborBodyCodec(_TreeBodyCodec[CborFormat]):
    """CBOR."""

    media_type: ClassVar[str] = "application/cbor"
    form = CBOR

    @cached_property
    def _format(self) -> Any:
        return formats.cbor

    @cached_property
    def _wire_structs(self) -> WireStructs:
        return bodies.structs.IN_CBOR

    def _of_tree(self, cls: type[CborFormat], tree: Any) -> CborFormat:
        return cls._read_tree(tree, self._format.READER)

    def _read_body(self, value: CborFormat, tree: Any) -> None:
        value.read_cbor_body(tree)


class XmlBodyCodec:
    """XML."""

    media_type: ClassVar[str] = "application/xml"

    @cached_property
    def _format(self) -> Any:
        return formats.xml

    def dump(self, value: Shape, tag: str, attributes: str = "") -> bytes:
        """The document, in UTF-8, without a declaration."""
        return self.dumper(type(value), tag, attributes)(value)

    def dumper(self, cls: type[Shape], tag: str, attributes: str = "") -> Callable[[Any], bytes]:
        """`dump` for the values of a class."""
        class_in_format(cls, XML)
        dump, element_text = self._format.dump, self._format.element_text

        def write(value: XmlFormat) -> bytes:
            written: bytes = dump(element_text(value.write_xml_body, tag, value._xml_attributes(attributes)))  # noqa: SLF001 - of classes that are generated
            return written

        return write

    def dump_whole(self, value: Shape) -> bytes:
        """The document of all members; its root is called as the shape."""
        written: bytes = self._format.dump(in_format(value, XML).xml_text(value.SHAPE))
        return written

    def load_whole(self, cls: type[T], data: bytes) -> T:
        """The value of a document of all members, whatever its root is called."""
        return cast("T", self._tokens.read(data, class_in_format(cls, XML)._read_xml))  # noqa: SLF001 - of classes that are generated

    def load(self, cls: type[T], data: bytes) -> T:
        """The value of a document, whatever its root is called; none at all is an empty element."""
        return cast("T", self.read(data, class_in_format(cls, XML)._read_xml))  # noqa: SLF001 - of classes that are generated

    def loader(self, cls: type[T]) -> Callable[[bytes], T]:
        """`load` for the values of a class."""
        return partial(self.load, cls)

    def fill(self, value: Shape, data: bytes) -> None:
        """Sets the body members."""
        self.read(data, in_format(value, XML).read_xml_body)

    def read(self, data: bytes, decode: XmlDecoder[V]) -> V:
        """What a reader makes of the root element."""
        value: V = self._tokens.read(data or _NO_ELEMENTS, decode)
        return value

    @cached_property
    def _tokens(self) -> Any:
        return formats.xmltokens

    def tree(self, data: bytes) -> Any:
        """The root element."""
        return wire.elements.parse(data or _NO_ELEMENTS)


BODY_CODECS: Mapping[str, BodyCodec] = {"json": JsonBodyCodec(), "xml": XmlBodyCodec(), "cbor": CborBodyCodec()}
"""The formats by their names in `Shape.BODY`."""


def allocated(cls: type[T]) -> T:
    """A value all of whose members are absent, to be filled in."""
    value = cls.__new__(cls)
    for attribute in cls._attributes():
        setattr(value, attribute, None)
    return value


def bytes_of(body: object) -> bytes:
    """A body that must be at hand. Raises `DecodeError` for a stream."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, (bytearray, memoryview)):
        return bytes(body)
    raise expected("bytes", body)

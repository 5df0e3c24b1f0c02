"""The formats in which generated shapes read and write themselves: one base class per format.

A class has the formats among its bases, all of them unless it was generated with some only. What the formats of trees
have in common is emitted once, as `write_tree` and `_read_tree`; JSON has methods of its own where a service speaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from botobind import formats, tables, tableviews, validation, walker, wire
from botobind.cached import class_attribute
from botobind.errors import MissingError, ServiceError
from botobind.markers import new
from botobind.shapes import Shape

if TYPE_CHECKING:
    from botobind.formats.tree import TreeReader, TreeWriter
    from botobind.rules.naming import BodyFormat
    from botobind.types import JsonObject, QueryChunks, QueryNode, QueryPairs, XmlElement, XmlTokens
    from botobind.wire_structs import WireStructReader


T = TypeVar("T")


class Format(Shape):
    """A format."""

    __slots__ = ()

    def _written(self, write: Callable[[], T]) -> T:
        """What a function makes of the value; should that fail, the error says which member is to blame."""
        try:
            return write()
        except formats.exact.UNWRITABLE as error:
            validation.explain(error, self)


class TreeFormat(Format):
    """A format whose documents are trees of dicts, lists and scalars."""

    __slots__ = ()

    def write_tree(self, to: TreeWriter) -> dict[str, Any]:
        """The value as an object of the format that `to` writes."""
        tree: dict[str, Any] = walker.trees.writer_of(self.__class__, to)(self)
        return tree

    @classmethod
    def _read_tree(cls, data: object, of: TreeReader) -> Self:
        """The value of an object of the format that `of` reads. Raises `DecodeError` with path and reason."""
        value: Self = walker.trees.reader_of(cls, of)(data)
        return value

    @staticmethod
    def read_wire_struct(wire_struct: Any, of: WireStructReader, instances: Iterator[Any]) -> Any:
        """The value of the wire struct that a document was decoded into: the next of `instances`, which have no end and
        whose attributes are still to be set. A loop takes one in two thirds of the time of a call.

        Raises `DecodeError` for what readers of trees have to look at: they refuse it, or read it nevertheless. Wire
        structs have this as their method `READ`.
        """
        raise NotImplementedError

    def fill_from_wire_struct(self, wire_struct: Any, of: WireStructReader) -> None:
        """Sets the members that are in the body. Emitted instead of `read_wire_struct` where others are not."""
        raise NotImplementedError


class JsonFormat(TreeFormat):
    """JSON: plain dicts, lists and scalars. Blobs are in base64. Timestamps are seconds since 1970, unless the model
    of a service that speaks JSON says otherwise. Numbers that JSON does not have are `NaN`, `Infinity` and `-Infinity`.
    """

    __slots__ = ()

    def to_json(self) -> JsonObject:
        """The value as a JSON object: plain dicts, lists and scalars.

        Raises `ValidationError` for members of wrong types, and `EncodeError` for what JSON cannot hold, each with its
        path.
        """
        return self._written(self.write_json)

    def write_json(self) -> JsonObject:
        """What `to_json` gives. Emitted where the service speaks JSON. What it raises does not say where."""
        tree: JsonObject = walker.trees.writer_of(self.__class__, formats.json.WRITER, "json")(self)
        return tree

    @classmethod
    def of_json(cls, data: object) -> Self:
        """The value of a JSON object. Raises `DecodeError` with path and reason, which tells all required members that
        are missing.
        """
        try:
            return cls._read_json(data)
        except MissingError as error:
            raise validation.all_missing(error, "json", cls._read_json, data) from None

    @classmethod
    def _read_json(cls, data: object) -> Self:
        """What `of_json` gives, but that errors tell the first member that is missing. Emitted where the service speaks
        JSON.
        """
        value: Self = walker.trees.reader_of(cls, formats.json.READER, "json")(data)
        return value

    @classmethod
    def error_of_json(cls, name: str, data: object) -> Any:
        """Of an output: the error that a service calls `name`, from its JSON object. Stubs have its closed union.

        An error that no operation has which answers with this class is an `UnknownOperationError`. Raises `DecodeError`
        with path and reason.
        """
        return formats.errors.decode_json(tables.values_of(cls), cls.ERRORS, name, data)

    @classmethod
    def error_to_json(cls, error: ServiceError) -> JsonObject:
        """Of an output: the JSON object of an error, with its name under `__type`."""
        return formats.errors.to_json(error)

    def to_json_body(self) -> JsonObject:
        """The members that are in the body of an HTTP message, as `to_json` has them."""
        return self._written(self.write_json_body)

    def write_json_body(self) -> JsonObject:
        """What `to_json_body` gives."""
        return _written_body(self, formats.json.WRITER, "json") if self.IN_BODY is not None else self.write_json()

    def to_wire_struct(self) -> Any:
        """What msgspec writes as the same JSON as `to_json`: a wire struct where there is one."""
        return self.write_json()

    def to_wire_struct_body(self) -> Any:
        """What msgspec writes as the same JSON as `to_json_body`."""
        return self.write_json_body()

    @staticmethod
    def _to_wire_structs(items: Any) -> Any:
        """The list or dict with each value in it replaced by its wire struct. Emitted for unions."""
        raise NotImplementedError

    @class_attribute
    def new_wire_struct(cls: Any) -> Callable[..., Any]:  # noqa: N805 - it is worked out of the class
        """Makes a wire struct of the members in the body, in the model's order."""
        return formats.json.written_struct(cls)

    def read_json_body(self, data: object) -> None:
        """Sets the members that are in the body."""
        walker.trees.body_reader_of(self.__class__, formats.json.READER, "json")(self, data)


class ValueFormat(TreeFormat):
    """boto3's values."""

    __slots__ = ()

    def to_value(self) -> dict[str, Any]:
        """The value as boto3 gives and takes it: dicts keyed by member names, with datetimes and bytes.

        Raises `ValidationError` for members of wrong types, with the path of each.
        """
        return self._written(lambda: self.write_tree(formats.value.WRITER))

    @classmethod
    def of_value(cls, data: object) -> Self:
        """The value of a dict as boto3 gives and takes it: with the names of the model, or those that boto3 has for a
        few members of inputs. Raises `DecodeError` with path and reason, which tells all required members that are
        missing.
        """
        if cls.VALUE_NAMES:
            data = formats.value.with_own_names(cls.VALUE_NAMES, data)
        try:
            return cls._read_tree(data, formats.value.READER)
        except MissingError as error:
            raise validation.all_missing(error, "tree", cls._read_tree, data, formats.value.READER) from None


class CborFormat(TreeFormat):
    """CBOR (RFC 8949), the bodies of rpcv2Cbor."""

    __slots__ = ()

    def to_cbor(self) -> dict[str, Any]:
        """The value as a tree for CBOR, with bytes and datetimes; `botobind.formats.cbor.dump` makes bytes of it.

        Raises `ValidationError` for members of wrong types, and `EncodeError` for what CBOR cannot hold, each with its
        path.
        """
        return self._written(lambda: self.write_tree(formats.cbor.WRITER))

    @classmethod
    def of_cbor(cls, data: object) -> Self:
        """The value of a tree that was read from CBOR. Raises `DecodeError` with path and reason, as `of_json` does."""
        try:
            return cls._read_tree(data, formats.cbor.READER)
        except MissingError as error:
            raise validation.all_missing(error, "tree", cls._read_tree, data, formats.cbor.READER) from None

    def to_cbor_body(self) -> dict[str, Any]:
        """The members that are in the body, as `to_cbor` has them."""
        return _written_body(self, formats.cbor.WRITER, "cbor") if self.IN_BODY is not None else self.to_cbor()

    def write_cbor(self, chunks: list[bytes]) -> None:
        """Appends the chunks of the value's document; `botobind.formats.cbor.dump_value` puts them together. Emitted
        where the service speaks CBOR. What it raises for members that are out of the ordinary does not matter.
        """
        chunks.append(formats.cbor.dump_body(self.write_tree(formats.cbor.BODY_WRITER)))

    def write_cbor_body(self, chunks: list[bytes]) -> None:
        """Writes the members that are in the body as CBOR."""
        chunks.append(formats.cbor.dump(self.to_cbor_body()))

    def read_cbor_body(self, data: object) -> None:
        """Sets the members that are in the body."""
        walker.trees.body_reader_of(self.__class__, formats.cbor.READER, "cbor")(self, data)


class QueryFormat(Format):
    """Forms, the bodies of requests of awsQuery and ec2Query."""

    __slots__ = ()

    def to_query(self) -> QueryPairs:
        """The value as form parameters: pairs of name and text, in order, not percent-encoded.

        Raises `ValidationError` for members of wrong types, and `EncodeError` for what a form cannot hold, each with
        its path.
        """

        def write() -> QueryPairs:
            chunks: QueryChunks = []
            self.write_query(chunks, "&")
            return formats.query.pairs_of(chunks)

        return self._written(write)

    @classmethod
    def of_query(cls, pairs: QueryPairs) -> Self:
        """The value of form parameters. Raises `DecodeError` with path and reason, as `of_json` does."""
        node = formats.query.tree_of(pairs)
        try:
            return cls._read_query(node)
        except MissingError as error:
            raise validation.all_missing(error, "query", cls._read_query, node) from None

    def write_query(self, chunks: QueryChunks, prefix: str) -> None:
        """Appends the parameters of this value, whose names begin with `prefix`, percent-encoded and after `&`. Emitted
        where the service's requests may hold it.
        """
        walker.forms.writer_of(self.__class__)(self, chunks, prefix)

    @classmethod
    def _read_query(cls, node: QueryNode) -> Self:
        """The value of a node of `botobind.formats.query.tree_of`."""
        value: Self = walker.forms.reader_of(cls)(node)
        return value


class XmlFormat(Format):
    """XML: the bodies of restXml, and of responses of awsQuery and ec2Query."""

    __slots__ = ()

    XML_IS_LEARNT: ClassVar[bool] = False
    """Whether element patterns are learnt of its elements."""
    XML_ELEMENT_PATTERNS: ClassVar[Any] = None
    """What is known of how its elements follow each other."""
    XML_ATTRIBUTES: ClassVar[tuple[str, ...]] = tableviews.view(tableviews.xml_attributes)
    """The members that are attributes of the element."""

    def to_xml(self, tag: str | None = None) -> XmlElement:
        """The value as an lxml element called `tag`, or by the shape's name.

        Raises `ValidationError` for members of wrong types, and `EncodeError` for what XML cannot hold, each with its
        path.
        """
        return self._written(lambda: wire.elements.element_of(self.xml_text(tag or self.SHAPE)))

    def xml_text(self, tag: str, attributes: str = "") -> str:
        """The value as the text of an element. `attributes` is the text of the element's attributes, if any."""
        return formats.xml.element_text(self.write_xml, tag, self._xml_attributes(attributes))

    def xml_body_text(self, tag: str, attributes: str = "") -> str:
        """The members that are in the body as the text of an element."""
        return formats.xml.element_text(self.write_xml_body, tag, self._xml_attributes(attributes))

    @classmethod
    def of_xml(cls, element: XmlElement) -> Self:
        """The value of an lxml element, whatever its tag; namespaces don't matter. Raises `DecodeError` with path and
        reason, as `of_json` does.
        """
        local = wire.elements.local(element)
        try:
            return formats.xmltokens.read_element(local, cls._read_xml)
        except MissingError as error:
            raise validation.all_missing(error, "xml", formats.xmltokens.read_element, local, cls._read_xml) from None

    @classmethod
    def error_of_xml(cls, name: str, element: XmlElement) -> Any:
        """Of an output: the error that a service calls `name`, from its response's XML or the `Error` element in it.

        An error that no operation has which answers with this class is an `UnknownOperationError`. Raises `DecodeError`
        with path and reason.
        """
        return formats.errors.decode_xml(tables.values_of(cls), cls.ERRORS, name, element)

    @classmethod
    def error_to_xml(cls, error: ServiceError) -> XmlElement:
        """Of an output: the `Error` element of an error."""
        return formats.errors.to_xml(error)

    def _xml_attributes(self, attributes: str) -> str:
        """The text of the attributes of the value's element: these, and those that members are."""
        return walker.markup.attributes_of(self, attributes) if self.XML_ATTRIBUTES else attributes

    def write_xml(self, template: list[str], texts: list[str]) -> None:
        """Appends the members as elements: their template, in which `HOLE` stands for each text, and the texts.
        `botobind.formats.xml.join` puts them together. Emitted where the service's documents may hold it.
        """
        walker.markup.writer_of(self.__class__)(self, template, texts)

    @classmethod
    def _read_xml(cls, tokens: XmlTokens, end: str, inside: str) -> Self:
        """The value of an element that has begun: `end` is the tag that ends it, and `inside` the text before its first
        child.
        """
        if not cls.XML_IS_LEARNT or cls.IN_BODY:
            walked: Self = walker.markup.reader_of(cls)(tokens, end, inside)
            return walked
        value = new(cls)
        if not tokens.fill(value, end, inside):
            cls.XML_ELEMENT_PATTERNS.read_elements(value, tokens, end, inside)
        return value

    def write_xml_body(self, template: list[str], texts: list[str]) -> None:
        """Writes the members that are in the body as elements of XML."""
        if self.IN_BODY is None:
            self.write_xml(template, texts)
        else:
            walker.markup.body_writer_of(self.__class__)(self, template, texts)

    def read_xml_body(self, tokens: XmlTokens, end: str, inside: str) -> None:
        """Sets the members that are in the body."""
        cls = self.__class__
        if not cls.XML_IS_LEARNT:
            walker.markup.body_reader_of(cls)(tokens, end, inside, self)
        elif not tokens.fill(self, end, inside):
            cls.XML_ELEMENT_PATTERNS.read_elements(self, tokens, end, inside)

    @classmethod
    def elements_reader(cls) -> Callable[[Any, XmlTokens, str, str], None]:
        """What sets those members of a value that come next, up to the end. All members have been set before."""
        return walker.markup.elements_reader_of(cls)


class AllBodyFormats(JsonFormat, ValueFormat, CborFormat, QueryFormat, XmlFormat):
    """Every format."""

    __slots__ = ()


def _written_body(value: Any, to: TreeWriter, body_format: BodyFormat) -> dict[str, Any]:
    tree: dict[str, Any] = walker.trees.body_writer_of(value.__class__, to, body_format)(value)
    return tree

"""Values to bytes and back, in each of the body formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import NOTHING, fields

from botobind.errors import DecodeError, EncodeError
from botobind.formats.tree import expected

if TYPE_CHECKING:
    from botobind.formats.header import Headers
    from botobind.shapes import Shape

T = TypeVar("T", bound="Shape")

FORMATS = ("json", "xml", "query", "cbor")


def dump_body(value: Shape, body_format: str | None = None) -> bytes:
    """The value as bytes: JSON, an XML document, a form or CBOR. None stands for the service's own format."""
    match body_format or value.BODY:
        case "json":
            from botobind.formats import json

            return json.dump(value.to_json())
        case "xml":
            from botobind.formats import xml

            pieces: list[str] = []
            value.write_xml(pieces.append, value.SHAPE)
            return xml.dump(pieces)
        case "query":
            from botobind.formats import query

            return query.dump(value.to_query())
        case "cbor":
            from botobind.formats import cbor

            return cbor.dump(value.to_cbor())
        case other:
            raise EncodeError(f"no body format is called {other!r}")


def parse_body(cls: type[T], data: bytes, body_format: str | None = None) -> T:
    """The value of bytes: JSON, an XML document, a form or CBOR. None stands for the service's own format."""
    match body_format or cls.BODY:
        case "json":
            from botobind.formats import json

            return cls.of_json(json.parse(data))
        case "xml":
            from botobind.formats import xml

            return cls.read_xml(xml.parse(data))
        case "query":
            from botobind.formats import query

            return cls.of_query(query.parse(data))
        case "cbor":
            from botobind.formats import cbor

            return cls.of_cbor(cbor.parse(data))
        case other:
            raise EncodeError(f"no body format is called {other!r}")


def of_header(cls: type[T], headers: Headers) -> T:
    """A value of the members in headers, all others absent. Raises `DecodeError` where one of those must not be."""
    return _complete(_headers_alone(cls, headers))


def _complete(value: T) -> T:
    for attribute in _never_none(type(value)):
        if getattr(value, attribute) is None:
            raise DecodeError("required member is missing").under(value.MEMBERS[attribute])
    return value


def _headers_alone(cls: type[T], headers: Headers) -> T:
    from botobind.formats.header import values_of

    value = cls.__new__(cls)
    for attribute in fields(cast("Any", cls)):
        setattr(value, attribute.name, None)
    value.read_header(values_of(headers))
    return value


def _never_none(cls: type[T]) -> list[str]:
    attributes = fields(cast("Any", cls))
    return [attribute.name for attribute in attributes if attribute.default is NOTHING]


def of_header_and_body(cls: type[T], headers: Headers, body: bytes) -> T:
    """The value of the headers and the body of an HTTP message, but for members in its URI."""
    if not isinstance(body, bytes | bytearray | memoryview):
        raise expected("bytes", body)
    value = _headers_alone(cls, headers)
    if cls.PAYLOAD is not None:
        setattr(value, cls.PAYLOAD, _payload(cls, cls.PAYLOAD, bytes(body)))
    elif body:
        parsed = _with_headers(value, body) if cls.HEADERS else parse_body(cls, body)
        for attribute in fields(cast("Any", cls)):
            if attribute.name not in cls.HEADERS:
                setattr(value, attribute.name, getattr(parsed, attribute.name))
    return _complete(value)


def _with_headers(headers: T, body: bytes) -> T:
    """The value of the body, to whose document the members in headers are added: some of them may have to be there."""
    try:
        return _parse_with_headers(headers, body)
    except EncodeError as error:
        # A header may hold what a document cannot, such as a control character in XML.
        raise DecodeError(error.reason, error.steps) from None


def _parse_with_headers(headers: T, body: bytes) -> T:
    match headers.BODY:
        case "json":
            from botobind.formats import json

            return headers.of_json(_merged(json.parse(body), headers.to_json()))
        case "cbor":
            from botobind.formats import cbor

            return headers.of_cbor(_merged(cbor.parse(body), headers.to_cbor()))
        case "xml":
            from botobind.formats import xml

            root = xml.parse(body)
            for child in list(headers.to_xml()):
                for same in root.findall(str(child.tag)):
                    root.remove(same)
                root.append(child)
            return headers.read_xml(root)
        case _:
            return parse_body(type(headers), body)


def _merged(tree: object, more: dict[str, Any]) -> object:
    return {**tree, **more} if isinstance(tree, dict) else tree


def _payload(cls: type[Shape], attribute: str, body: bytes) -> object:
    from botobind import schema
    from botobind.formats import json
    from botobind.shapes import Union

    node = next(member.node for member in schema.members_of(cls) if member.attribute == attribute)
    name = cls.MEMBERS[attribute]
    if not body:
        # An absent structure payload is an empty structure (botocore's rule for responses); any other is absent.
        if not isinstance(node, schema.Reference) or issubclass(node.target, Union) or _never_none(node.target):
            return None
        return of_header(node.target, {})
    try:
        match node:
            case schema.Reference(target=target):
                return parse_body(target, body, cls.BODY)
            case schema.Scalar(kind="str"):
                return body.decode()
            case schema.Scalar(kind="document"):
                return json.parse(body)
            case _:
                return body
    except UnicodeError:
        raise DecodeError("expected text in UTF-8").under(name) from None
    except DecodeError as error:
        raise error.under(name) from None

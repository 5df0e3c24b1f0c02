"""Error documents: the name by which a service calls an error, and the error's members in JSON and XML."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, cast

from botobind import formats, wire
from botobind.errors import EncodeError, ServiceError, UnknownOperationError, expected
from botobind.markers import CBOR, JSON, XML, class_in_format, in_format, is_error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from botobind.shapes import ErrorShape
    from botobind.types import JsonObject, XmlElement

E = TypeVar("E", bound="ErrorShape")

_MESSAGE_NAMES = ("message", "Message", "errorMessage", "error_message")
_OAUTH_MESSAGE_NAMES = ("error_description", "error")
"""What OAuth has instead, as sso-oidc answers: https://www.rfc-editor.org/rfc/rfc6749#section-5.2"""
_ELEMENT_NAME = re.compile(r"[^\W\d][\w.-]*")
TYPE_NAMES = ("__type", "code", "Code")
"""The members by which the formats of old name an error."""


def error_name(name: str) -> str:
    """The bare name of an error that came as `namespace#Name:uri`, as header, `__type` or code."""
    return name.partition(":")[0].rpartition("#")[2].strip()


def of_json(cls: type[E], data: object) -> E:
    """The error of a JSON object. Its message is found by whatever name the service gives it."""
    error = class_in_format(cls, JSON).of_json({} if data is None else data)
    return with_message(cast("E", error), data)


def with_message(error: E, data: object) -> E:
    """The error with its message, by whatever name the service gives it in the object."""
    if error.message is None:
        error.message = message_in(data)
    return error


def message_in(data: object) -> str | None:
    """The message of an error's object."""
    return _message(data) if isinstance(data, dict) else None


def type_of(data: dict[str, Any], names: tuple[str, ...] = TYPE_NAMES) -> str:
    """The bare name of an error that its object tells, in whichever form; empty where it does not."""
    found = (data.get(name) for name in names)
    return next((bare for name in found if isinstance(name, str) and (bare := error_name(name))), "")


def expect_error(error: object, of: str = "a service") -> ServiceError:
    """The error as it is. Raises `EncodeError` for what is no error of a service, without showing what it holds."""
    if not isinstance(error, ServiceError):
        raise EncodeError(f"expected an error of {of}, got {type(error).__name__}")
    return error


def wire_name(error: ServiceError) -> str:
    """What the JSON and CBOR protocols call an error: its shape's name, not the code of XML errors."""
    return error.SHAPE if is_error(error) else error.code


def _message(members: dict[Any, Any], names: tuple[str, ...] = _MESSAGE_NAMES + _OAUTH_MESSAGE_NAMES) -> str | None:
    found = (members.get(name) for name in names)
    return next((text for text in found if isinstance(text, str)), None)


def _is_in_range(tree: object) -> bool:
    """Whether there is no number in a tree of JSON that no type but `Decimal` holds."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, (dict, list)):
            pending += node.values() if isinstance(node, dict) else node
        elif isinstance(node, Decimal):
            return False
    return True


def unknown_of_json(name: str, data: object, type_names: tuple[str, ...] = TYPE_NAMES) -> UnknownOperationError:
    """An error that is not modelled, with all its members, but for those with numbers that are out of range."""
    if data is None:
        return UnknownOperationError(name)
    if not isinstance(data, dict):
        raise expected("object", data)
    members = {key: value for key, value in data.items() if key not in type_names and _is_in_range(value)}
    return UnknownOperationError(name, _message(data), members)


def decode_json(values: ModuleType, classes: Mapping[str, str], name: str, data: object) -> Any:
    """The error that a service calls `name` (`namespace#Name:uri` is understood), from its JSON object.

    `classes` has the names of classes in `values` by code; an error that is not among them becomes
    `UnknownOperationError`. Raises `DecodeError` with path and reason.
    """
    bare = error_name(name)
    if bare not in classes:
        return unknown_of_json(bare, data)
    return of_json(getattr(values, classes[bare]), data)


def decode_xml(values: ModuleType, classes: Mapping[str, str], name: str, element: XmlElement) -> Any:
    """The error that a service calls `name`, from the XML of a response, or from its `Error` element."""
    bare = error_name(name)
    if bare not in classes:
        return unknown_of_xml(bare, element)
    return of_xml(getattr(values, classes[bare]), element)


def to_json(error: ServiceError) -> JsonObject:
    """The JSON object of an error: `__type` and its members. Raises `EncodeError` for anything else."""
    expect_error(error)
    return _typed(error, in_format(error, JSON).to_json() if is_error(error) else _unknown_members(error))


def to_json_body(error: ServiceError) -> JsonObject:
    """The JSON object of an error without the members that live in headers."""
    return _typed(error, in_format(error, JSON).to_json_body() if is_error(error) else _unknown_members(error))


def to_cbor(error: ServiceError) -> dict[str, Any]:
    """The tree of an error for CBOR."""
    return _typed(error, in_format(error, CBOR).to_cbor() if is_error(error) else _unknown_members(error))


def to_header(error: ServiceError) -> list[tuple[str, str]]:
    """The members of an error that live in headers."""
    return error.to_header() if is_error(error) else []


def _unknown_members(error: ServiceError) -> dict[str, Any]:
    return dict(error.members) if isinstance(error, UnknownOperationError) else {}


def _typed(error: ServiceError, members: dict[str, Any]) -> dict[str, Any]:
    if error.message not in (None, _message(members)) and _message(members, _MESSAGE_NAMES) is None:
        members["message"] = error.message
    return {"__type": wire_name(error), **members}


def error_element(element: XmlElement) -> XmlElement:
    """The element that holds an error's members: itself where it has a code, or the one inside `ErrorResponse` or EC2's
    `Response`. An error may have a member called `Error`.
    """
    root = wire.elements.local(element)
    if root.find("Code") is not None:
        return root
    for path in ("Error", "Errors/Error"):
        found = root.find(path)
        if found is not None:
            return found
    return root


def of_xml(cls: type[E], element: XmlElement) -> E:
    """The error of an XML element, which may be the whole response. Its message is found in `Message`."""
    inner = error_element(element)
    error = cast("E", formats.xmltokens.read_element(inner, class_in_format(cls, XML)._read_xml))  # noqa: SLF001 - of classes that are generated
    if error.message is None:
        error.message = _message(texts_of(inner))
    return error


def unknown_of_xml(name: str, element: XmlElement) -> UnknownOperationError:
    """An error that is not modelled, with the texts of all its elements."""
    texts = texts_of(error_element(element))
    members = {key: text for key, text in texts.items() if key not in TYPE_NAMES}
    return UnknownOperationError(name, _message(texts), members)


def texts_of(element: XmlElement) -> dict[str, str]:
    """The texts of an element's children that have no children themselves, by name."""
    return {str(child.tag): child.text or "" for child in element if not len(child)}


def _text_element(name: str, text: object) -> str:
    # The name came with a document of another format, which may have put anything there.
    if not _ELEMENT_NAME.fullmatch(name):
        raise EncodeError("the name of a member cannot be that of an element")
    return f"<{name}>{formats.xml.write_string(str(text))}</{name}>"


def xml_chunks(error: ServiceError, *, with_fault: bool = True) -> list[str]:
    """The text of the `Error` element in a response, its end tag last: fault, code, message and the body's members.

    EC2 and S3 do not tell the fault.
    """
    chunks: list[str] = []
    if is_error(error):
        chunks.append(formats.xml.content_text(in_format(error, XML).write_xml_body))
        names = {name for attribute, name in error.MEMBERS.items() if getattr(error, attribute) is not None}
    else:
        members = _unknown_members(error)
        chunks += [_text_element(key, text) for key, text in members.items()]
        names = set(members)
    added = []
    if with_fault and "Type" not in names:
        added.append(f"<Type>{'Receiver' if error.fault == 'server' else 'Sender'}</Type>")
    for name, text in (("Code", error.code), ("Message", error.message)):
        if text is not None and name not in names:
            added.append(f"<{name}>{formats.xml.write_string(text)}</{name}>")
    return ["<Error>", *added, *chunks, "</Error>"]


def to_xml(error: ServiceError) -> XmlElement:
    """The `Error` element: `Code`, `Message` and the error's members. Raises `EncodeError` for what is no error."""
    expect_error(error)
    if is_error(error):
        written = in_format(error, XML).xml_text("Error")
    else:
        members = error.members if isinstance(error, UnknownOperationError) else {}
        written = f"<Error>{''.join(_text_element(key, text) for key, text in members.items())}</Error>"
    element = wire.elements.element_of(written)
    for name, text in (("Message", error.message), ("Code", error.code)):
        if text is not None and element.find(name) is None:
            element.insert(0, wire.elements.element_of(f"<{name}>{formats.xml.write_string(text)}</{name}>"))
    return element


__all__ = [
    "TYPE_NAMES",
    "decode_json",
    "decode_xml",
    "error_element",
    "error_name",
    "expect_error",
    "message_in",
    "of_json",
    "of_xml",
    "texts_of",
    "to_cbor",
    "to_header",
    "to_json",
    "to_json_body",
    "to_xml",
    "type_of",
    "unknown_of_json",
    "unknown_of_xml",
    "wire_name",
    "with_message",
    "xml_chunks",
]

"""The names that go on the wire as they are: what XML and HTTP have no room for is refused where the model is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botobind.errors import ModelError
from botobind.rules.naming import XML_PROTOCOLS
from botobind.wire.xmlsyntax import is_xml_name
from botobind_codegen.model import Namespace, Operation, Reference, Service, Shape

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def refuse_names(service: Service, file: str | None) -> None:
    """Raises `ModelError` for the first name that is none.

    Elements are called like these names where the service speaks XML, and like structures everywhere; other names have
    a form of their own in XML, see `element_name`.
    """
    speaks_xml = not XML_PROTOCOLS.isdisjoint(service.protocols)
    for operation in service.operations.values():
        for key, name in (("name", operation.wire_name), ("requestUri", operation.uri)):
            if not name:
                raise ModelError("is empty", **_place(service, file), operation=operation.name, key=key)
        if not operation.uri.startswith("/"):
            raise ModelError(
                f"{operation.uri!r} begins with no slash",
                **_place(service, file),
                operation=operation.name,
                key="requestUri",
            )
        if not _TOKEN.fullmatch(operation.method):
            raise ModelError(
                f"{operation.method!r} is no HTTP method",
                **_place(service, file),
                operation=operation.name,
                key="method",
            )
        for key, tag in _of_operation(operation) if speaks_xml else ():
            if tag and not is_xml_name(tag):
                raise ModelError(_reason(tag), **_place(service, file), operation=operation.name, key=key)
    for shape in service.shapes.values():
        for key, name in _of_headers(shape):
            if not _TOKEN.fullmatch(name):
                raise ModelError(f"{name!r} is no name of a header", **_place(service, file), shape=shape.name, key=key)
        for key, tag in _of_shape(shape) if speaks_xml else _of_root(shape):
            if tag is not None and not is_xml_name(tag):
                raise ModelError(_reason(tag), **_place(service, file), shape=shape.name, key=key)


def _place(service: Service, file: str | None) -> dict[str, str | None]:
    return {"service": service.name, "file": file}


def _reason(name: str) -> str:
    return f"{name!r} is no name that XML can have"


def _of_operation(operation: Operation) -> Iterator[tuple[str, str | None]]:
    yield "name", operation.wire_name
    yield "locationName", operation.input_location_name
    yield "locationName", operation.output_location_name
    yield "resultWrapper", operation.result_wrapper
    for namespace in (operation.input_namespace, operation.output_namespace):
        yield "prefix", _prefix(namespace)


def _of_root(shape: Shape) -> Iterator[tuple[str, str | None]]:
    if shape.kind == "structure":
        yield "name", shape.name


def _of_shape(shape: Shape) -> Iterator[tuple[str, str | None]]:
    yield from _of_root(shape)
    yield "locationName", shape.root_name
    yield "prefix", _prefix(shape.root_namespace)
    for member in shape.members:
        if member.reference.location is None:
            yield member.name, member.reference.location_name or member.name
            yield member.name, _prefix(member.reference.xml_namespace)
        else:
            yield member.name, member.name
    for key, reference in _inner(shape):
        yield key, reference.location_name
        yield key, _prefix(reference.xml_namespace)


def _inner(shape: Shape) -> Iterator[tuple[str, Reference]]:
    for key, reference in (("member", shape.item), ("key", shape.key), ("value", shape.value)):
        if reference is not None:
            yield key, reference


def _of_headers(shape: Shape) -> Iterator[tuple[str, str]]:
    for member in shape.members:
        reference = member.reference
        if reference.location == "header" or (reference.location == "headers" and reference.location_name):
            yield member.name, reference.location_name or member.name


def _prefix(namespace: Namespace | None) -> str | None:
    if namespace is None or namespace.prefix is None:
        return None
    # No prefix has one itself.
    return namespace.prefix.replace(":", " ")

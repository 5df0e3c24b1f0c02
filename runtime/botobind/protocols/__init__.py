"""The six wire protocols: what each makes of an operation's values. A protocol's module is loaded when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind.errors import EncodeError
from botobind.lazy import on_use
from botobind.protocols.service import service_of

if TYPE_CHECKING:
    from botobind.operations import Operation
    from botobind.protocols import (
        base,
        checksums,
        completing,
        compression,
        controls,
        foreign,
        hints,
        httpbindings,
        mediatypes,
        nameless,
        paths,
        places,
        query,
        refusals,
        rest,
        rpc,
        service,
        streams,
        strict,
        strictbindings,
        strictcodecs,
        strictjson,
        strictplans,
        valueerrors,
    )
    from botobind.protocols.base import Protocol

__all__ = [
    "base",
    "bind",
    "checksums",
    "completing",
    "compression",
    "controls",
    "foreign",
    "hints",
    "httpbindings",
    "mediatypes",
    "nameless",
    "paths",
    "places",
    "query",
    "refusals",
    "rest",
    "rpc",
    "service",
    "streams",
    "strict",
    "strictbindings",
    "strictcodecs",
    "strictjson",
    "strictplans",
    "valueerrors",
]

__getattr__, __dir__ = on_use(__name__, __all__)

_PROTOCOLS = {
    "json": ("rpc", "JsonProtocol"),
    "smithy-rpc-v2-cbor": ("rpc", "CborProtocol"),
    "rest-json": ("rest", "RestJsonProtocol"),
    "rest-xml": ("rest", "RestXmlProtocol"),
    "query": ("query", "QueryProtocol"),
    "ec2": ("query", "Ec2Protocol"),
}
"""The module and the class of each protocol, by botocore's names."""


def bind(operation: Operation[Any, Any, Any], protocol: str) -> Protocol:
    """The protocol, bound to an operation. Raises `EncodeError` for one that the service does not speak."""
    if protocol not in operation.protocols:
        spoken = ", ".join(operation.protocols)
        raise EncodeError(f"{operation.name} is not spoken in {protocol!r}, only in {spoken}")
    module, name = _PROTOCOLS[protocol]
    bound: Protocol = getattr(__getattr__(module), name)(operation, service_of(operation.values))
    return bound

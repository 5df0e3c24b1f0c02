"""The six wire protocols: what each makes of an operation's values. A protocol's module is loaded when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind.errors import EncodeError
from botobind.protocols.service import service_of

if TYPE_CHECKING:
    from botobind.operations import Operation
    from botobind.protocols.base import Protocol


def bind(operation: Operation[Any, Any, Any], protocol: str) -> Protocol:
    """The protocol, bound to an operation. Raises `EncodeError` for one that the service does not speak."""
    if protocol not in operation.protocols:
        spoken = ", ".join(operation.protocols)
        raise EncodeError(f"{operation.name} is not spoken in {protocol!r}, only in {spoken}")
    service = service_of(operation.values)
    match protocol:
        case "json":
            from botobind.protocols.rpc import JsonProtocol

            return JsonProtocol(operation, service)
        case "smithy-rpc-v2-cbor":
            from botobind.protocols.rpc import CborProtocol

            return CborProtocol(operation, service)
        case "rest-json":
            from botobind.protocols.rest import RestJsonProtocol

            return RestJsonProtocol(operation, service)
        case "rest-xml":
            from botobind.protocols.rest import RestXmlProtocol

            return RestXmlProtocol(operation, service)
        case "query":
            from botobind.protocols.query import QueryProtocol

            return QueryProtocol(operation, service)
        case _:
            from botobind.protocols.query import Ec2Protocol

            return Ec2Protocol(operation, service)

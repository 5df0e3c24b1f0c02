"""One call on a client that is there, typed: the shortest way from boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from botobind.errors import ServiceError
from botobind.io.calls import Call
from botobind.io.clients import Client, above_botocore

if TYPE_CHECKING:
    from botobind.operations import Operation

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)


def send(client: Any, operation: Operation[Input, Output, Error], request: Input) -> Output:
    """The output for an input, by a client of boto3's or botocore's, or by one of ours. Raises what `Call` raises, and
    `WrongClient` for a client of another service.
    """
    if isinstance(client, Client):
        return client.call_of(operation).send(request)
    call: Call[Any, Input, Output, Error] = Call(operation, above_botocore("riding").rider_of(client, operation))
    return call.send(request)

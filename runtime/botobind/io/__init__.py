"""Clients: operations called with typed values, over a client of boto3's, a function, or a fake.

Each generated package has its `io.Client`; what is here is what they are made of, and the errors that they raise.
Nothing else of botobind imports it.
"""

from botobind.io.calls import Call, bare_call, call
from botobind.io.carriers import Transport
from botobind.io.clients import Client
from botobind.io.faults import (
    ClientClosed,
    ConnectionFailed,
    CredentialsMissing,
    EndpointUnknown,
    TimedOut,
    TransportError,
    WrongClient,
)
from botobind.io.sending import send

__all__ = [
    "Call",
    "Client",
    "ClientClosed",
    "ConnectionFailed",
    "CredentialsMissing",
    "EndpointUnknown",
    "TimedOut",
    "Transport",
    "TransportError",
    "WrongClient",
    "bare_call",
    "call",
    "send",
]

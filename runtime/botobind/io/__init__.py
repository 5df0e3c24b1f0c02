"""Clients: operations called with typed values, over a client of boto3's, a function, or a fake.

Each generated package has its `io.Client`; what is here is what they are made of, and the errors that they raise.
Nothing else of botobind imports it.
"""

from botobind.io.calls import AsyncCall, Call, Method, bare_method, method
from botobind.io.carriers import AsyncTransport, Transport
from botobind.io.clients import AsyncClient, Client
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
    "AsyncCall",
    "AsyncClient",
    "AsyncTransport",
    "Call",
    "Client",
    "ClientClosed",
    "ConnectionFailed",
    "CredentialsMissing",
    "EndpointUnknown",
    "Method",
    "TimedOut",
    "Transport",
    "TransportError",
    "WrongClient",
    "bare_method",
    "method",
    "send",
]

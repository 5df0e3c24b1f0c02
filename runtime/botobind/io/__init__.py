"""Clients: operations called with typed values, by themselves, over a client of boto3's, a function, or a fake.

Each generated package has its `io.Client`; what is here is what they are made of, and the errors that they raise.
Nothing else of botobind imports it.
"""

from typing import TYPE_CHECKING

from botobind.io.calls import AsyncCall, Call, Method, bare_method, method
from botobind.io.carriers import AsyncTransport, Transport
from botobind.io.clients import AsyncClient, Client
from botobind.io.faults import (
    ClientClosed,
    ConnectionFailed,
    CredentialsMissing,
    EndpointUnknown,
    SettingWrong,
    TimedOut,
    TransportError,
    WrongClient,
)
from botobind.io.single_calls import send
from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.io import engine
    from botobind.io.engine.data import Credentials
    from botobind.io.engine.observing import Hooks
    from botobind.io.engine.settings import Settings
    from botobind.io.paging import AsyncPagedCall, PagedCall, PagedMethod, paged_method
    from botobind.io.s3 import AsyncS3Client, S3Client
    from botobind.io.waiting import AsyncWait, AsyncWaits, Wait, WaitMethod, Waits, waiting

__all__ = [
    "AsyncCall",
    "AsyncClient",
    "AsyncPagedCall",
    "AsyncS3Client",
    "AsyncTransport",
    "AsyncWait",
    "AsyncWaits",
    "Call",
    "Client",
    "ClientClosed",
    "ConnectionFailed",
    "Credentials",
    "CredentialsMissing",
    "EndpointUnknown",
    "Hooks",
    "Method",
    "PagedCall",
    "PagedMethod",
    "S3Client",
    "SettingWrong",
    "Settings",
    "TimedOut",
    "Transport",
    "TransportError",
    "Wait",
    "WaitMethod",
    "Waits",
    "WrongClient",
    "bare_method",
    "engine",
    "method",
    "paged_method",
    "send",
    "waiting",
]

_OF_ENGINE = {"Credentials": "engine.data", "Hooks": "engine.observing", "Settings": "engine.settings"}
_OF_S3 = ("AsyncS3Client", "S3Client")
_OF_LOOPS = ("AsyncPagedCall", "PagedCall", "PagedMethod", "paged_method")
_OF_WAITERS = ("AsyncWait", "AsyncWaits", "Wait", "WaitMethod", "Waits", "waiting")

if not TYPE_CHECKING:  # not each program has loops or waits for something
    __getattr__, __dir__ = on_use(
        __name__,
        ("engine", *_OF_ENGINE, *_OF_LOOPS, *_OF_S3, *_OF_WAITERS),
        **_OF_ENGINE,
        **dict.fromkeys(_OF_LOOPS, "paging"),
        **dict.fromkeys(_OF_S3, "s3"),
        **dict.fromkeys(_OF_WAITERS, "waiting"),
    )

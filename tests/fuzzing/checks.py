"""What has to come out of a mutated message: a value that can be written and read again, or one of our own errors."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from attrs import evolve
from fuzzing.corpus import TOKEN, Subject
from fuzzing.losses import kept, same
from support.hostile import LONGEST_TEXT, watchdog

from botobind import idempotency
from botobind.errors import BotobindError, DecodeError, EncodeError, ResponseError, ServiceError, ValidationError
from botobind.http import HttpRequest, HttpResponse
from botobind.protocols.base import FIRST_ERROR_STATUS
from botobind.routing import RoutingError
from botobind.shapes import Shape

T = TypeVar("T")

SECONDS = 1.0
"""The longest that a call may compute. Of the processor's time, since others may use the machine as well."""

_PIECE = 7
"""Bytes of a chunk, where a body comes in chunks."""

_HANGS = 10.0
"""Seconds after which it is broken off."""


@contextmanager
def _no_collection() -> Iterator[None]:
    """Leaves the garbage of all the other tests alone: to go through it takes a second by itself."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def timed() -> Iterator[None]:
    """Fails a call that takes too long."""
    with watchdog(_HANGS), _no_collection():
        before = time.thread_time()
        yield
        spent = time.thread_time() - before
    assert spent < SECONDS, f"took {spent:.2f} s"


def check_response(subject: Subject, response: HttpResponse) -> str:
    """What became of a response: `value`, `error` or `refusal`. Anything that must not be is raised."""
    operation, protocol = subject.operation, subject.protocol
    stream = None if operation.output is None else operation.output.EVENTS

    def read(message: HttpResponse) -> Any:
        return operation.of_response(message, protocol=protocol)

    def write(value: Any) -> HttpResponse:
        if isinstance(value, ServiceError):
            return operation.error_to_response(value, protocol=protocol)
        return operation.to_response(value, protocol=protocol)

    try:
        with timed():
            value = read(response)
    except BotobindError as refused:
        # Events may be errors that the stream does not model; a list of events cannot hold them.
        _check_refusal(refused, (ResponseError,) if stream is None else (ResponseError, ServiceError))
        if stream is not None and response.status < FIRST_ERROR_STATUS:
            _check_chunks(read, stream.attribute, refused, response)
        return "refusal"
    if stream is not None and not isinstance(value, ServiceError):
        _check_chunks(read, stream.attribute, value, response)
    if isinstance(value, ServiceError):
        assert value.status == response.status
        assert value.code
        assert isinstance(value.message, str | None)
        str(value)
    else:
        assert type(value) is (operation.output or type(None))
    _check_again(subject, value, write, read)
    return "error" if isinstance(value, ServiceError) else "value"


def check_request(subject: Subject, request: HttpRequest) -> str:
    """What became of a request: `value` or `refusal`, and where the router sends it."""
    outcome = _check_input(subject, request)
    try:
        with timed():
            match = subject.router.match(request)
    except RoutingError as refused:
        assert refused.status in {400, 404, 405}
        assert len(str(refused)) < LONGEST_TEXT
        return outcome
    if match.operation is not subject.operation or match.protocol != subject.protocol:
        _check_input(Subject(match.operation, match.protocol, subject.router, subject.package, (), ()), request)
    return outcome


def _check_input(subject: Subject, request: HttpRequest) -> str:
    operation, protocol = subject.operation, subject.protocol

    def read(message: HttpRequest) -> Any:
        # Mutants and the messages that they are made of break constraints, which are not the subject.
        return operation.of_request(message, protocol=protocol, constraints=False)

    def write(value: Any) -> HttpRequest:
        return operation.to_request(value, protocol=protocol)

    try:
        with timed():
            value = read(request)
    except BotobindError as refused:
        _check_refusal(refused, (DecodeError,))
        return "refusal"
    assert type(value) is (operation.input or type(None))
    _check_again(subject, value, write, read)
    return "value"


def _check_chunks(read: Callable[[HttpResponse], Any], stream: str, whole: Any, response: HttpResponse) -> None:
    """Reads the events of a response whose body comes in chunks: they are the same, and so is what is wrong."""
    body = response.body
    assert isinstance(body, bytes)
    if body.lstrip().startswith(b"<"):
        return  # S3's errors with the status 200: bytes are looked into for them, a stream is not.
    events: list[Any] = []
    refused: BotobindError | None = None
    chunks = [body[at : at + _PIECE] for at in range(0, len(body), _PIECE)]
    try:
        with timed():
            events.extend(getattr(read(evolve(response, body=iter(chunks))), stream))
    except BotobindError as error:
        refused = error
    if isinstance(whole, BotobindError):
        assert refused is not None
        assert getattr(refused, "reason", None) == getattr(whole, "reason", None)
    else:
        assert refused is None, refused
        assert same(getattr(whole, stream), events)


def _check_refusal(refused: BotobindError, kinds: tuple[type[BotobindError], ...]) -> None:
    if not isinstance(refused, kinds):
        raise refused
    if isinstance(refused, DecodeError):
        assert str(refused) == f"{refused.path}: {refused.reason}"
        assert len(str(refused)) < LONGEST_TEXT


def _check_again(subject: Subject, value: Any, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
    """Writes a value that has been read, and reads it again."""
    repr(value)
    if isinstance(value, Shape):
        try:
            value.validate()
        except ValidationError as error:
            str(error)
    try:
        with idempotency.tokens_from(lambda: TOKEN), timed():
            message = write(value)
    except (EncodeError, ValidationError):
        return
    _check_message(message)
    try:
        with timed():
            again = read(message)
    except BotobindError as refused:
        raise AssertionError(f"what was written is not read: {refused!r}\n{value!r}\n{shown(message)}") from refused
    with idempotency.tokens_from(lambda: TOKEN):
        wanted = kept(subject, value, again, message)
    assert same(wanted, again), f"another value is read:\n{wanted!r}\n{again!r}\n{shown(message)}"


def _check_message(message: HttpRequest | HttpResponse) -> None:
    """What is written can go over the wire: a header is one line, a path has no characters that are to be encoded."""
    for name, text in message.headers.pairs():
        assert name, "a header without a name"
        assert not set("\r\n\x00") & set(name + text), f"more than one line in header {name!r}"
    if isinstance(message, HttpRequest):
        assert message.target.isascii()
        assert not set(message.target) & set(" \r\n\t\x00"), message.target


def shown(message: HttpRequest | HttpResponse) -> str:
    """A message as Python that makes it."""
    headers, body = message.headers.pairs(), message.body
    if isinstance(message, HttpResponse):
        return f"HttpResponse(status={message.status}, headers={headers}, body={body!r})"
    return (
        f"HttpRequest(method={message.method!r}, path={message.path!r}, query={message.query}, headers={headers}, "
        f"body={body!r})"
    )

"""Event streams as they are on the wire: each event signed on its way in, and an error at the end on its way out."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator
from datetime import datetime
from typing import Any

from botobind.errors import BotobindError, DecodeError, EncodeError, RequestError, ServiceError
from botobind.eventstream import Message, MessageDecoder, encode_message
from botobind.http import Body
from botobind.io.engine.eventsigning import EventSigner
from botobind.wire.closing import AsyncClosing, Closing, close, close_awaited
from botobind.wire.eventheaders import encode_headers

__all__ = ["SignedEvents", "with_errors"]

_DATE, _SIGNATURE = ":date", ":chunk-signature"


class SignedEvents:
    """A body of messages passes through it, each of which has another one inside: clients that sign send them so.

    With a signer it compares what they are signed with.
    """

    def __init__(self, signer: EventSigner | None) -> None:
        self._signer = signer
        self._decoder = MessageDecoder()
        self._is_over = False

    def feed(self, data: bytes, /) -> bytes:
        """The messages inside. Raises `RequestError` for what is none, or is signed otherwise."""
        try:
            messages = self._decoder.feed(data)
        except DecodeError as error:
            raise RequestError(error.reason) from None
        return b"".join([self._inside(message) for message in messages])

    def close(self) -> None:
        """Raises `RequestError` where a message breaks off, and where the signature of nothing is missing that ends
        them: who is on the way could leave out the last ones.
        """
        try:
            self._decoder.finish()
        except DecodeError as error:
            raise RequestError(error.reason) from None
        if self._signer is not None and not self._is_over:
            raise RequestError("the events end before they should", code="IncompleteBody")

    def _inside(self, message: Message) -> bytes:
        date, signature = message.headers.get(_DATE), message.headers.get(_SIGNATURE)
        if not isinstance(date, datetime) or not isinstance(signature, bytes):
            raise RequestError("expected an event with a date and a signature around it")
        if self._signer is not None:
            made = self._signer.signature_of(encode_headers({_DATE: date}), message.payload, date)
            if not hmac.compare_digest(bytes.fromhex(made), signature):
                raise RequestError("the signature of an event is wrong", status=403, code="InvalidSignatureException")
        self._is_over = not message.payload
        return message.payload


def with_errors(body: Body, told: Callable[[Exception], BotobindError]) -> Body:
    """A body of messages that ends in one with an error where what gives the events raises one. `told` gives what
    whoever called is told of it.
    """
    if isinstance(body, bytes):
        return body
    if isinstance(body, AsyncIterable):
        return AsyncClosing(_ended_later(body, told), body)
    return Closing(_ended(body, told), body)


def _ended(body: Any, told: Callable[[Exception], BotobindError]) -> Generator[bytes, None, None]:
    try:
        yield from body
    except Exception as error:  # noqa: BLE001 - whatever it is, it is too late for another answer
        yield _last_of(error, told)
    finally:
        close(body)


async def _ended_later(body: Any, told: Callable[[Exception], BotobindError]) -> AsyncGenerator[bytes, None]:
    try:
        async for message in body:
            yield message
    except Exception as error:  # noqa: BLE001 - whatever it is, it is too late for another answer
        yield _last_of(error, told)
    finally:
        await close_awaited(body)


def _last_of(error: Exception, told: Callable[[Exception], BotobindError]) -> bytes:
    """The message that ends a stream."""
    try:
        return _message_of(told(error))
    except EncodeError as unwritable:  # such as a text that is longer than a header may be
        return _message_of(told(unwritable))


def _message_of(error: BotobindError) -> bytes:
    code, message = getattr(error, "code", ""), getattr(error, "reason", "")
    if isinstance(error, ServiceError):
        message = error.message or ""
    return encode_message(Message({":message-type": "error", ":error-code": code, ":error-message": message}))

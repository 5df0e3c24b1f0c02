"""Signatures of events that a client streams to a service: each is made with the one before it.

What is sent is a message of an event stream around each message, with the time and the signature as its headers:
https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from botobind.eventstream import Message, encode_message
from botobind.io.engine import sigv4
from botobind.wire.eventheaders import encode_headers

if TYPE_CHECKING:
    from botobind.io.engine.data import AuthScheme, Credentials

__all__ = ["EventSigner"]


class EventSigner:
    """Signs the messages of a stream in their order, beginning with what `sign` gave of the request."""

    def __init__(self, scheme: AuthScheme, keys: Credentials, signature: str) -> None:
        self._scheme, self._keys = scheme, keys
        self._before = signature

    def sign(self, message: bytes, at: datetime) -> bytes:
        """The message that is sent for an encoded one at a time in UTC. `b""` ends the stream."""
        at = at.replace(microsecond=0)  # as the signature has it
        date = {":date": at}
        signature = bytes.fromhex(self.signature_of(encode_headers(date), message, at))
        return encode_message(Message({**date, ":chunk-signature": signature}, message))

    def signature_of(self, headers: bytes, payload: bytes, at: datetime) -> str:
        """The next signature, of encoded headers and a payload."""
        stamp = sigv4.stamp_of(at)
        text = "\n".join(
            [
                f"{sigv4.ALGORITHM}-PAYLOAD",
                stamp,
                sigv4.scope_of(self._scheme, stamp),
                self._before,
                sha256(headers).hexdigest(),
                sha256(payload).hexdigest(),
            ]
        )
        self._before = sigv4.signature_of_text(text, self._scheme, self._keys, stamp)
        return self._before

"""Event streams with wrong messages: whole ones, whose checksums are right, and such that are cut wherever it hurts."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random
from zlib import crc32

from fuzzing import tokens

from botobind.errors import DecodeError
from botobind.eventstream import HeaderValue, Message, encode_message, read_messages

Change = Callable[[bytes], bytes]

_NAMES = (":message-type", ":event-type", ":exception-type", ":error-code", ":error-message", ":content-type", "a")


def reshape(body: bytes, change_payload: Change, random: Random) -> bytes | None:
    """The stream with one message changed; None for what is no stream."""
    try:
        messages = list(read_messages(body)) or [Message({}, b"")]
    except DecodeError:
        return None
    at = random.randrange(len(messages))
    message = messages[at]
    frames = [encode_message(message) for message in messages]
    match random.randrange(9):
        case 0:
            del frames[at]
        case 1:
            frames.insert(random.randrange(len(frames) + 1), frames[at])
        case 2:
            random.shuffle(frames)
        case 3 | 4:
            frames[at] = encode_message(Message(_changed_headers(message, random), message.payload))
        case 5:
            frames[at] = _frame(random.choice(tokens.RAW_HEADERS), message.payload)
        case 6:
            lengths = (
                random.choice((0, 1, 15, 16, 17, 128 * 1024, 2**31, 2**32 - 1)),
                random.choice((0, 1, 16, 2**32 - 1)),
            )
            frames[at] = _frame(b"", message.payload, lengths)
        case _:
            frames[at] = encode_message(Message(message.headers, change_payload(message.payload)))
    return b"".join(frames)


def _changed_headers(message: Message, random: Random) -> dict[str, HeaderValue]:
    headers = dict(message.headers)
    name = random.choice((*headers, *_NAMES))
    if random.random() < 0.4:
        headers.pop(name, None)
    else:
        headers[name] = random.choice(tokens.EVENT_HEADERS)
    return headers


def _frame(headers: bytes, payload: bytes, lengths: tuple[int, int] | None = None) -> bytes:
    """A message of these bytes, with right checksums; its lengths are what is claimed."""
    prelude = struct.pack(">II", *(lengths or (len(headers) + len(payload) + 16, len(headers))))
    before = prelude + struct.pack(">I", crc32(prelude)) + headers + payload
    return before + struct.pack(">I", crc32(before))

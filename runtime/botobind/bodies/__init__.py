"""Bodies of messages: values to bytes and back, in each of the body formats. Modules are loaded when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.bodies import body_codecs, messages, payloads, structs
    from botobind.bodies.messages import FORMATS, dump_body, of_header, of_header_and_body, parse_body

__all__ = [
    "FORMATS",
    "body_codecs",
    "dump_body",
    "messages",
    "of_header",
    "of_header_and_body",
    "parse_body",
    "payloads",
    "structs",
]

__getattr__, __dir__ = on_use(
    __name__,
    __all__,
    FORMATS="messages",
    dump_body="messages",
    of_header="messages",
    of_header_and_body="messages",
    parse_body="messages",
)

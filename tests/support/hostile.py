"""What the tests of bad input share: a model with a member of every kind, a watchdog, and the text of a refusal."""

from __future__ import annotations

import re
import signal
import struct
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from support.models import list_of, map_of, structure

from botobind import DecodeError

CANARY = "S3CRET"
"""Stands in hostile documents wherever a value does: no error may quote it."""

DEEP = 100_000
"""Levels, or repetitions."""

DIGITS = "1" * 10_000

LONGEST_TEXT = 4000
"""No error is longer, whatever the document."""

_SECONDS = 10.0
_TIMES_IDLE = 20
"""How many times as long something may take in all: others may use the machine as well."""
_AGAIN = 0.001


class HangError(BaseException):
    """A decoder took too long. No `except Exception` on the way may keep it."""


@contextmanager
def watchdog(seconds: float = _SECONDS) -> Iterator[None]:
    """Fails what computes for more than `seconds`, or waits many times as long."""
    began, computed = time.monotonic(), time.process_time()

    def bark(_: int, frame: FrameType | None) -> None:
        left = seconds - (time.process_time() - computed)
        if left > 0 and time.monotonic() - began < seconds * _TIMES_IDLE:
            # A timer of the processor's time would make all clocks of it coarse.
            signal.setitimer(signal.ITIMER_REAL, max(left, _AGAIN))
        elif frame is not None and frame.f_code.co_name == "__del__":
            # What is raised there goes nowhere.
            signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        else:
            raise HangError(f"not done after {seconds} seconds, but at {frame}")

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def refusal(decode: Callable[[], object]) -> str:
    """The text of the `DecodeError` that `decode` raises, in bounded time; "" where it gives a value.

    Anything else that it raises escapes. Whatever prints the error shows no value of the document.
    """
    refused = None
    with watchdog():
        try:
            decode()
        except DecodeError as error:
            refused = error
    if refused is None:
        return ""
    text = str(refused)
    assert text == f"{refused.path}: {refused.reason}"
    printed = "".join(traceback.format_exception(refused, limit=0))
    for shown in (text, repr(refused), printed, repr(refused.args)):
        assert CANARY not in shown
    assert len(text) < LONGEST_TEXT
    return text


def short_name(data: object) -> str:
    """The identifier of a row in a table, the same in every process."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(data[:60] if isinstance(data, str | bytes) else data))[:60]


def entities(levels: int) -> str:
    """Declarations of entities, each of which is ten times the one before."""
    inner = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, levels))
    return f'<!ENTITY e0 "S3CRET">{inner}'


def cbor_head(major: int, argument: int) -> bytes:
    """The head of a CBOR item: its major type and its argument, in as few bytes as they take."""
    if argument < 24:
        return bytes([major << 5 | argument])
    size, code = next((size, code) for size, code in enumerate("BHIQ") if argument < 1 << (8 << size))
    return bytes([major << 5 | 24 + size]) + struct.pack(f">{code}", argument)


EVERYTHING: dict[str, Any] = {
    "metadata": {"protocol": "rest-json"},
    "shapes": {
        "Everything": structure(
            Text="Text",
            Integer="Integer",
            Double="Double",
            Single="Single",
            Flag="Flag",
            Blob="Blob",
            Time="Time",
            Color="Color",
            Texts="Texts",
            SparseTexts="SparseTexts",
            Map="Map",
            SparseMap="SparseMap",
            Thing="Thing",
            Things="Things",
            ThingMap="ThingMap",
            Choice="Choice",
            Document="Document",
            JsonText={"shape": "Text", "jsonvalue": True},
            Next="Everything",
            Secret="Secret",
            Secrets="Secrets",
            SecretMap="SecretMap",
            SecretKeys="SecretKeys",
            SecretThing="SecretThing",
        ),
        "Text": {"type": "string"},
        "Integer": {"type": "integer"},
        "Double": {"type": "double"},
        "Single": {"type": "float"},
        "Flag": {"type": "boolean"},
        "Blob": {"type": "blob"},
        "Time": {"type": "timestamp"},
        "Color": {"type": "string", "enum": ["red", "green"]},
        "Texts": list_of("Text"),
        "SparseTexts": list_of("Text", sparse=True),
        "Map": map_of("Text"),
        "SparseMap": map_of("Text", sparse=True),
        "Thing": structure(A="Text", N="Integer"),
        "Things": list_of("Thing"),
        "ThingMap": map_of("Thing"),
        "Choice": {**structure(Left="Text", Right="Integer", Thing="Thing"), "union": True},
        "Document": {**structure(), "document": True},
        "Secret": {"type": "string", "sensitive": True, "pattern": "^[a-z]*$", "max": 3},
        "Secrets": list_of("Secret"),
        "SecretMap": map_of("Thing", "Secret"),
        "SecretKeys": map_of("Text", sensitive=True),
        "SecretThing": {**structure(A="Text", N="Integer"), "sensitive": True},
        "Refused": {
            **structure(message="Secret", Reason="Text"),
            "exception": True,
            "error": {"httpStatusCode": 400, "senderFault": True},
        },
        "Headed": structure(
            Count={"shape": "Integer", "location": "header", "locationName": "x-count"},
            When={"shape": "Time", "location": "header", "locationName": "x-when"},
            Wanted={"shape": "Flag", "location": "header", "locationName": "x-wanted"},
            Share={"shape": "Double", "location": "header", "locationName": "x-share"},
            Data={"shape": "Blob", "location": "header", "locationName": "x-data"},
            Json={"shape": "Text", "jsonvalue": True, "location": "header", "locationName": "x-json"},
            Names={"shape": "Texts", "location": "header", "locationName": "x-names"},
            Meta={"shape": "Map", "location": "headers", "locationName": "x-meta-"},
            Body="Text",
        ),
    },
}
"""A model with a member of every kind, sensitive ones included."""

"""Lengths that headers tell: one rule for clients and servers, also for what Python's `int` refuses or takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from botobind.errors import RequestError
from botobind.http import Headers
from botobind.io.engine.downloads import CheckedRaw
from botobind.io.parsing import _cut_off
from botobind.server.chunks import check_framing
from botobind.server.wsgi import _body
from botobind.wire.fields import length_told

TELLS_NONE = ["", "-1", "+1", " 1", "1_0", "1.0", "0x1", "٣", "²", "9" * 19, "9" * 5000, "1, 1"]
READERS: list[Callable[[str], Any]] = [
    length_told,
    lambda text: _cut_off({"content-length": text}, b"", "GetItem"),
    lambda text: CheckedRaw(None, {"content-length": text})._length,
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", TELLS_NONE)
def test_what_tells_no_length(read: Callable[[str], Any], text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", TELLS_NONE)
def test_servers_refuse_it(text: str) -> None:
    with pytest.raises(RequestError, match="has to be a number"):
        check_framing(Headers([("Content-Length", text)]))


@pytest.mark.parametrize("text", TELLS_NONE)
def test_nothing_is_read_of_no_length(text: str) -> None:
    assert _body({"wsgi.input": None, "CONTENT_LENGTH": text}).read() == b""  # type: ignore[union-attr]


@pytest.mark.parametrize(("text", "length"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_what_tells_one(text: str, length: int) -> None:
    assert length_told(text) == length
    check_framing(Headers([("Content-Length", text)]))

"""Errors that come as events: in words, and without a model."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from support.models import model, operation, structure

from botobind.errors import UnknownOperationError
from botobind.eventstream import Message, encode_message
from botobind.http import HttpResponse

Generate = Callable[..., Any]

SHAPES = {
    "Said": {**structure(Line="Line", Broken="Broken", Mute="Mute"), "eventstream": True},
    "Line": {**structure(Text="Text"), "event": True},
    "Broken": {**structure(Message="Text", Detail="Text"), "exception": True},
    "Mute": {**structure(Detail="Text"), "exception": True},
    "Reply": {**structure(Events="Said"), "payload": "Events"},
    "Question": structure(Name="Text"),
}
FIRST = encode_message(
    Message({":message-type": "event", ":event-type": "Line", ":content-type": "application/json"}, b'{"Text":"a"}')
)


def _talk(generate_once: Generate, protocol: str = "rest-json") -> Any:
    return generate_once(model(SHAPES, protocol, {"Talk": operation("Talk", "Question", "Reply")}))


def _exception(name: str, payload: bytes, media_type: str = "text/plain") -> bytes:
    headers = {":message-type": "exception", ":exception-type": name, ":content-type": media_type}
    return encode_message(Message(headers, payload))


@pytest.mark.parametrize(
    ("payload", "message", "detail"),
    [
        (b"it broke", "it broke", None),
        (b"<html>", "<html>", None),
        (b"404", "404", None),
        (b"\xff", "\ufffd", None),
        (json.dumps({"Message": "m", "Detail": "d"}).encode(), "m", "d"),
        (b"", None, None),
    ],
)
@pytest.mark.parametrize("body", [lambda data: data, lambda data: iter([data])], ids=["bytes", "chunks"])
def test_an_exception_in_words(
    generate_once: Generate, payload: bytes, message: str | None, detail: str | None, body: Any
) -> None:
    talk = _talk(generate_once)
    stream = body(FIRST + _exception("Broken", payload))
    first, last = talk.endpoints.Talk.of_response(HttpResponse(body=stream)).events
    assert first.line.text == "a"
    assert isinstance(last.broken, talk.Broken)
    assert (last.broken.message, last.broken.detail) == (message, detail)


@pytest.mark.parametrize(
    ("frame", "code", "message"),
    [
        (_exception("New", b"words"), "New", "words"),
        (_exception("New", b""), "New", None),
        (
            encode_message(Message({":message-type": "error", ":error-code": "Internal", ":error-message": "m"})),
            "Internal",
            "m",
        ),
    ],
)
def test_an_error_without_a_model_in_a_whole_body(
    generate_once: Generate, frame: bytes, code: str, message: str
) -> None:
    called = _talk(generate_once).endpoints.Talk
    response = HttpResponse(headers={"x-amzn-requestid": "r"}, body=FIRST + frame)
    for error in (called.of_response(response), called.answer_of(response).value):
        assert isinstance(error, UnknownOperationError)
        assert (error.code, error.message, error.status, error.request_id) == (code, message, 200, "r")
        assert error.fault == "server"
    events = called.of_response(HttpResponse(body=iter([FIRST, frame]))).events
    assert next(events).line.text == "a"
    with pytest.raises(UnknownOperationError, match=code):
        next(events)


DOCUMENTS = [
    ("rest-json", b'{"message": "m", "Detail": "d"}'),
    ("rest-xml", b"<New><Message>m</Message><Detail>d</Detail></New>"),
    ("rest-xml", b"<Error><Code>New</Code><Message>m</Message><Detail>d</Detail></Error>"),
    ("smithy-rpc-v2-cbor", cbor2.dumps({"message": "m", "Detail": "d"})),
]


@pytest.mark.parametrize(("protocol", "payload"), DOCUMENTS)
def test_the_message_of_an_exception_is_found_in_its_document(
    generate_once: Generate, protocol: str, payload: bytes
) -> None:
    talk = _talk(generate_once, protocol)

    def read(name: str) -> Any:
        headers = {"smithy-protocol": "rpc-v2-cbor"}
        response = HttpResponse(headers=headers, body=iter([_exception(name, payload)]))
        return talk.endpoints.Talk.of_response(response).events

    with pytest.raises(UnknownOperationError) as caught:
        next(read("New"))
    assert caught.value == UnknownOperationError("New", "m", {**caught.value.members, "Detail": "d"})
    assert set(map(str.lower, caught.value.members)) == {"message", "detail"}
    # One whose class has no member for it.
    mute = next(read("Mute")).mute
    assert (mute.message, mute.detail) == ("m", "d")

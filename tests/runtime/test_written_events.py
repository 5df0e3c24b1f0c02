"""Events that cannot be written, in lists and in what gives them one after the other: the errors and their paths."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from support.models import list_of, model, structure

from botobind.errors import BotobindError, EncodeError, ValidationError
from botobind.eventstream import Byte, Int, read_messages

Generate = Callable[..., Any]

HEADERS = {"Text": "Text", "Count": "Count", "Size": "Size", "Flag": "Flag", "Data": "Data", "Time": "Time"}
SHAPES = {
    "In": {**structure(Events="Events"), "payload": "Events"},
    "Events": {**structure(Said="Said", Raw="Raw", Lost="Lost"), "eventstream": True},
    "Said": {**structure(Words="Words", Note="Text"), "event": True},
    "Raw": {"type": "structure", "event": True, "members": {"Content": {"shape": "Data", "eventpayload": True}}},
    "Lost": {**structure(message="Text", Note="Text"), "exception": True},
    "Words": list_of("Text"),
}
for _name, _shape in HEADERS.items():
    SHAPES["Said"]["members"][f"H{_name}"] = {"shape": _shape, "eventheader": True}

GOOD: dict[str, Any] = {
    "h_text": "a\r\nb\u65e5",
    "h_count": -5,
    "h_size": 2**40,
    "h_flag": False,
    "h_data": b"\0",
    "h_time": datetime(2024, 1, 1, tzinfo=UTC),
    "words": ["a"],
}
WRONG: list[tuple[str, Any, type[BotobindError], str]] = [
    ("h_text", 5, ValidationError, "Said.HText: expected str, got int"),
    ("h_text", b"", ValidationError, "Said.HText: expected str, got bytes"),
    ("h_text", "\ud800", EncodeError, "Said.HText: text cannot be written in UTF-8"),
    ("h_text", "x" * 65536, EncodeError, "Said.HText: the value of a header must not be longer than 65535 bytes"),
    ("h_count", "5", ValidationError, "Said.HCount: expected int, got str"),
    ("h_count", True, ValidationError, "Said.HCount: expected int, got bool"),
    ("h_count", 2**31, EncodeError, "Said.HCount: the value of a header is out of range"),
    ("h_size", 2**63, EncodeError, "Said.HSize: the value of a header is out of range"),
    ("h_flag", 1, ValidationError, "Said.HFlag: expected bool, got int"),
    ("h_flag", "true", ValidationError, "Said.HFlag: expected bool, got str"),
    ("h_data", "text", ValidationError, "Said.HData: expected bytes, got str"),
    ("h_time", "2024", ValidationError, "Said.HTime: expected datetime, got str"),
    ("words", ["a", 5], ValidationError, "Said.Words[1]: expected str, got int"),
    ("words", "a", ValidationError, "Said.Words: expected list, got str"),
    ("note", 5, ValidationError, "Said.Note: expected str, got int"),
]


def events_of(form: str, events: list[Any]) -> Any:
    async def one_by_one() -> AsyncIterator[Any]:
        for event in events:
            yield event

    return {"list": list, "tuple": tuple, "iterator": iter}[form](events) if form != "async" else one_by_one()


def written(called: Any, value: Any) -> bytes:
    """The whole of a request's body."""
    body = called.to_request(value).body
    if isinstance(body, bytes):
        return body
    if isinstance(body, AsyncIterator):

        async def joined() -> bytes:
            return b"".join([chunk async for chunk in body])

        return asyncio.run(joined())
    return b"".join(body)


def package_of(generate_once: Generate, protocol: str) -> Any:
    operation = {"name": "Say", "http": {"method": "POST", "requestUri": "/say"}, "input": {"shape": "In"}}
    return generate_once(model(SHAPES, protocol, {"Say": operation}))


FORMS = ("list", "tuple", "iterator", "async")


@pytest.mark.parametrize("protocol", ["rest-json", "json", "rest-xml", "smithy-rpc-v2-cbor"])
@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_written(generate_once: Generate, protocol: str, form: str) -> None:
    package = package_of(generate_once, protocol)
    values, called = package.values, package.endpoints.Say
    fine = values.Events(said=values.Said(**GOOD))
    for attribute, wrong, error, text in WRONG:
        events = events_of(form, [fine, values.Events(said=values.Said(**{**GOOD, attribute: wrong}))])
        with pytest.raises(error) as caught:
            written(called, values.In(events=events))
        assert f"$.Events[1].{text}" in str(caught.value), (attribute, wrong)
    for wrong, text in (
        (None, "$.Events[0]: expected a value, got None|$.Events[0]: expected the union of events, got NoneType"),
        ("event", "$.Events[0]: expected Events, got str|$.Events[0]: expected the union of events, got str"),
        (values.Events(raw=values.Raw(content=5)), "$.Events[0].Raw.Content: expected bytes, got int"),
        (values.Events(lost=values.Lost(note=5)), "$.Events[0].Lost.Note: expected str, got int"),
    ):
        with pytest.raises((EncodeError, ValidationError)) as failure:
            written(called, values.In(events=events_of(form, [wrong])))
        assert any(each in str(failure.value) for each in text.split("|")), (str(failure.value), text)


@pytest.mark.parametrize("form", FORMS)
def test_headers_are_of_their_types(generate_once: Generate, form: str) -> None:
    package = package_of(generate_once, "rest-json")
    values, called = package.values, package.endpoints.Say

    class Text(str):
        __slots__ = ()

    given = {**GOOD, "h_text": Text("t"), "h_data": bytearray(b"d")}
    body = written(called, values.In(events=events_of(form, [values.Events(said=values.Said(**given))])))
    (message,) = read_messages(body)
    found = {name: value for name, value in message.headers.items() if name.startswith("H")}
    times = {"HTime": GOOD["h_time"]}
    assert found == {"HText": "t", "HCount": -5, "HSize": 2**40, "HFlag": False, "HData": b"d", **times}
    assert (type(found["HCount"]), type(found["HSize"])) == (Int, int)
    narrow = values.Events(said=values.Said(h_count=Byte(7)))
    (message,) = read_messages(written(called, values.In(events=events_of(form, [narrow]))))
    assert type(message.headers["HCount"]) is Byte


def test_what_an_iterator_raises_is_its_own(generate_once: Generate) -> None:
    package = package_of(generate_once, "rest-json")
    values, called = package.values, package.endpoints.Say

    class MineError(Exception):
        pass

    def events() -> Iterator[Any]:
        yield values.Events(said=values.Said(**GOOD))
        raise MineError

    chunks = iter(called.to_request(values.In(events=events())).body)
    assert next(read_messages([next(chunks)])).headers[":event-type"] == "Said"
    with pytest.raises(MineError):
        next(chunks)

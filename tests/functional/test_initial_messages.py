"""Members beside an event stream in the protocols of one document: they come with the stream's first message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import Any

import pytest

from botobind.errors import DecodeError, ValidationError
from botobind.eventstream import begin, read_messages
from botobind.http import HttpResponse

Generate = Callable[..., ModuleType]

MESSAGE = {
    "type": "structure",
    "members": {"Name": {"shape": "Text"}, "Loud": {"shape": "Loudness"}, "Events": {"shape": "Events"}},
    "required": ["Name"],
}
MODEL: dict[str, Any] = {
    "metadata": {
        "protocol": "json",
        "protocols": ["json", "smithy-rpc-v2-cbor"],
        "jsonVersion": "1.1",
        "targetPrefix": "Talk",
        "apiVersion": "2020-01-01",
        "endpointPrefix": "talk",
        "serviceId": "Talk",
    },
    "operations": {"Talk": {"name": "Talk", "http": {}, "input": {"shape": "Question"}, "output": {"shape": "Reply"}}},
    "shapes": {
        "Text": {"type": "string"},
        "Number": {"type": "integer"},
        "Loudness": {"type": "float"},
        "Said": {
            "type": "structure",
            "event": True,
            "members": {"Text": {"shape": "Text"}, "Count": {"shape": "Number", "eventheader": True}},
        },
        "Hush": {"type": "structure", "exception": True, "members": {"message": {"shape": "Text"}}},
        "Events": {
            "type": "structure",
            "eventstream": True,
            "members": {"Said": {"shape": "Said"}, "Hush": {"shape": "Hush"}},
        },
        "Question": MESSAGE,
        "Reply": MESSAGE,
    },
}
PROTOCOLS = ("json", "smithy-rpc-v2-cbor")


@pytest.fixture(scope="module")
def talk(generate_once: Generate) -> Any:
    return generate_once(MODEL)


def _events(talk: Any) -> list[Any]:
    said, hush = talk.Said(text="a", count=3), talk.Hush(message="quiet")
    return [talk.Events(said=said), talk.Events(said=talk.Said(count=4)), talk.Events(hush=hush)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_both_directions(talk: Any, protocol: str) -> None:
    operation = talk.endpoints.Talk
    question, reply = talk.Question(name="me", events=_events(talk)), talk.Reply(name="you", events=_events(talk))
    request = operation.to_request(question, protocol=protocol)
    assert request.headers["Content-Type"] == "application/vnd.amazon.eventstream"
    assert operation.of_request(request, protocol=protocol) == question
    response = operation.to_response(reply, protocol=protocol)
    first = next(read_messages(response.body))
    assert first.headers[":event-type"] == "initial-response"
    assert operation.of_response(response, protocol=protocol) == reply


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_by_one(talk: Any, protocol: str) -> None:
    operation = talk.endpoints.Talk
    response = operation.to_response(talk.Reply(name="you", events=iter(_events(talk))), protocol=protocol)
    read = operation.of_response(response, protocol=protocol)
    assert read.name == "you"
    assert list(read.events) == _events(talk)


HEADERS = {"smithy-protocol": "rpc-v2-cbor"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_asynchronously(talk: Any, protocol: str) -> None:
    operation = talk.endpoints.Talk

    async def arriving() -> AsyncIterator[bytes]:
        whole = operation.to_response(talk.Reply(name="you", events=_events(talk)), protocol=protocol).body
        for at in range(0, len(whole), 7):
            yield whole[at : at + 7]

    async def read() -> tuple[str, list[Any]]:
        reply = operation.of_response(HttpResponse(headers=HEADERS, body=await begin(arriving())), protocol=protocol)
        return reply.name, [event async for event in reply.events]

    assert asyncio.run(read()) == ("you", _events(talk))
    with pytest.raises(DecodeError, match=r"begin\(\) waits for it"):
        operation.of_response(HttpResponse(headers=HEADERS, body=arriving()), protocol=protocol)


def test_without_the_first_message_the_required_member_is_missing(talk: Any) -> None:
    operation = talk.endpoints.Talk
    request = operation.to_request(talk.Question(name="me", events=[]))
    request.body = b""
    with pytest.raises(DecodeError, match=r"\$.Name: required member is missing"):
        operation.of_request(request)


def test_members_beside_the_stream_in_cbor(talk: Any) -> None:
    question = talk.Question(name="me", loud=0.5, events=[])
    first = next(read_messages(talk.endpoints.Talk.to_request(question, protocol="smithy-rpc-v2-cbor").body))
    assert first.payload == b"\xa2dNamebmedLoud\xfa\x3f\x00\x00\x00"
    question.name = 5
    with pytest.raises(ValidationError, match=r"\$\.Name: expected str, got int"):
        talk.endpoints.Talk.to_request(question, protocol="smithy-rpc-v2-cbor")

"""Messages of event streams that are not as they should be, and errors that come as events."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.errors import DecodeError, UnknownOperationError
from botobind.eventstream import Message, encode_message
from botobind.http import HttpRequest, HttpResponse
from botobind.routing import RoutingError

_MODEL = {
    "metadata": {"protocol": "rest-json", "protocols": ["rest-json", "json"]},
    "operations": {
        "Listen": {
            "name": "Listen",
            "http": {"method": "POST", "requestUri": "/listen"},
            "output": {"shape": "ListenOutput"},
        }
    },
    "shapes": {
        "ListenOutput": {"type": "structure", "payload": "Events", "members": {"Events": {"shape": "Events"}}},
        "Events": {
            "type": "structure",
            "eventstream": True,
            "members": {"Said": {"shape": "Said"}, "Gone": {"shape": "Gone"}},
        },
        "Said": {
            "type": "structure",
            "event": True,
            "members": {
                "Loud": {"shape": "Boolean", "eventheader": True},
                "Count": {"shape": "Integer", "eventheader": True},
            },
        },
        "Gone": {"type": "structure", "exception": True, "members": {"message": {"shape": "String"}}},
        "Boolean": {"type": "boolean"},
        "Integer": {"type": "integer"},
        "String": {"type": "string"},
    },
}
_SAID = {":message-type": "event", ":event-type": "Said"}


@pytest.fixture
def listen(generate: Any) -> Any:
    return generate(_MODEL, name="listening").endpoints.Listen


def read(listen: Any, *messages: Message) -> Any:
    return listen.of_response(HttpResponse(body=b"".join(map(encode_message, messages))))


@pytest.mark.parametrize(
    "headers",
    [
        {":event-type": "Said"},
        {":message-type": b"event", ":event-type": "Said"},
        {":message-type": "happening", ":event-type": "Said"},
        {**_SAID, "Loud": "true"},
        {**_SAID, "Loud": 1},
        {**_SAID, "Count": True},
        {**_SAID, "Count": "1"},
    ],
)
def test_refused(listen: Any, headers: dict[str, Any]) -> None:
    with pytest.raises(DecodeError):
        read(listen, Message(headers))


def test_an_exception_in_plain_text_keeps_its_type_and_what_came_before_it(listen: Any) -> None:
    gone = {":message-type": "exception", ":exception-type": "Gone", ":content-type": "text/plain"}
    said, error = read(listen, Message({**_SAID, "Loud": True, "Count": 2}), Message(gone, b"bye")).events
    assert (said.said.loud, said.said.count, error.gone.message) == (True, 2, "bye")


@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        ({":message-type": "exception", ":exception-type": "Lost"}, b"why"),
        ({":message-type": "error", ":error-code": "Lost", ":error-message": "why"}, b""),
    ],
)
def test_an_error_that_is_not_modelled_is_the_result(listen: Any, headers: dict[str, Any], payload: bytes) -> None:
    assert read(listen, Message(headers, payload)) == UnknownOperationError("Lost", "why")


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Amz-Target", "Model.Listen"), ("x-amz-target", "Model.Other")],
        [("X-Amz-Target", "Model.Listen,Model.Other")],
    ],
)
def test_a_request_with_two_targets_is_refused(generate: Any, headers: list[tuple[str, str]]) -> None:
    router = generate(_MODEL, name="targets").router
    with pytest.raises(RoutingError, match="one X-Amz-Target") as caught:
        router.match(HttpRequest(method="POST", headers=headers))
    assert caught.value.status == 400

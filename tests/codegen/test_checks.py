"""Operations that no protocol can bind: generation stops and names the operation."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.errors import ModelError
from botobind_codegen.plan.checks import check_operation
from botobind_codegen.read import read_service

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Number": {"type": "integer"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Inner": {"type": "structure", "members": {"A": {"shape": "Text"}}},
    "Inners": {"type": "list", "member": {"shape": "Inner"}},
    "Event": {"type": "structure", "event": True, "members": {"A": {"shape": "Text"}}},
    "Events": {"type": "structure", "eventstream": True, "members": {"Event": {"shape": "Event"}}},
    "Bare": {"type": "structure", "eventstream": True, "members": {"Event": {"shape": "Text"}}},
    "Full": {
        "type": "structure",
        "event": True,
        "members": {"A": {"shape": "Text", "eventpayload": True}, "B": {"shape": "Text", "eventheader": True}},
    },
    "FullEvents": {"type": "structure", "eventstream": True, "members": {"Event": {"shape": "Full"}}},
    "Overfull": {
        "type": "structure",
        "event": True,
        "members": {"A": {"shape": "Text", "eventpayload": True}, "B": {"shape": "Text"}},
    },
    "OverfullEvents": {"type": "structure", "eventstream": True, "members": {"Event": {"shape": "Overfull"}}},
    "Twice": {
        "type": "structure",
        "event": True,
        "members": {"A": {"shape": "Text", "eventpayload": True}, "B": {"shape": "Text", "eventpayload": True}},
    },
    "TwiceEvents": {"type": "structure", "eventstream": True, "members": {"Event": {"shape": "Twice"}}},
}
REST = {"protocol": "rest-json"}
JSON = {"protocol": "json", "jsonVersion": "1.0", "targetPrefix": "P"}
URI = {"method": "GET", "requestUri": "/things/{Name}"}


def _check(
    metadata: dict[str, Any], members: dict[str, Any], http: dict[str, Any] | None = None, **traits: Any
) -> None:
    shape = {"type": "structure", "members": members, **traits.pop("shape", {})}
    operation = {"name": "GetThing", "http": http or {}, "input": {"shape": "In"}, **traits}
    model = {"metadata": metadata, "operations": {"GetThing": operation}, "shapes": {**SHAPES, "In": shape}}
    service = read_service("model", model)
    check_operation(service, service.operations["GetThing"])


def test_what_is_complete_passes() -> None:
    _check(REST, {"Name": {"shape": "Text", "location": "uri"}}, URI)
    _check(JSON, {"S": {"shape": "FullEvents"}})


@pytest.mark.parametrize(
    ("metadata", "members", "more", "reason"),
    [
        ({"protocol": "json", "jsonVersion": "1.0"}, {}, {}, "cannot be spoken in json"),
        ({"protocol": "query"}, {}, {}, "cannot be spoken in query"),
        ({"protocol": "smithy-rpc-v2-cbor"}, {}, {}, "cannot be spoken in smithy-rpc-v2-cbor"),
        (REST, {}, {"http": URI}, "labels are not its members: Name"),
        (
            REST,
            {"Other": {"shape": "Text", "location": "uri"}},
            {"http": URI},
            "labels are not its members: Name, Other",
        ),
        (
            REST,
            {"Q": {"shape": "Inner", "location": "querystring"}},
            {},
            "has the structure Q of In in a place for others",
        ),
        (REST, {"Q": {"shape": "Inners", "location": "header"}}, {}, "has the list Q of In in a place for others"),
        (REST, {"Q": {"shape": "Texts", "location": "headers"}}, {}, "has the list Q of In in a place for others"),
        (REST, {"Q": {"shape": "Texts", "location": "uri"}}, {}, "labels are not its members|place for others"),
        (REST, {"B": {"shape": "Number"}}, {"shape": {"payload": "B"}}, "has the integer B of In as its payload"),
        (
            REST,
            {"B": {"shape": "Inner"}, "C": {"shape": "Text"}},
            {"shape": {"payload": "B"}},
            "has C of In beside the payload",
        ),
        (REST, {"S": {"shape": "Events"}}, {}, "has an event stream in In that is not its payload"),
        (
            {"protocol": "query", "apiVersion": "2020-01-01"},
            {"S": {"shape": "Events"}},
            {},
            "has an event stream in In, which the protocol cannot hold",
        ),
        (JSON, {"S": {"shape": "Bare"}}, {}, "has the string Event in the event stream Bare"),
        (JSON, {"S": {"shape": "OverfullEvents"}}, {}, "has B of Overfull beside the payload"),
        (JSON, {"S": {"shape": "TwiceEvents"}}, {}, "has B of Twice beside the payload"),
        (
            REST,
            {
                "A": {"shape": "Text", "location": "header", "locationName": "x-a"},
                "B": {"shape": "Text", "location": "header", "locationName": "X-A"},
            },
            {},
            "has A and B of In in one header",
        ),
        (
            REST,
            {
                "A": {"shape": "Text", "location": "querystring", "locationName": "B"},
                "B": {"shape": "Text", "location": "querystring"},
            },
            {},
            "has A and B of In in one querystring",
        ),
        (
            JSON,
            {"S": {"shape": "Events"}, "T": {"shape": "Events"}},
            {},
            "has more than one event stream in In",
        ),
        (REST, {"A": {"shape": "Text"}}, {"endpoint": {"hostPrefix": "{A}."}}, "has no text member for the label A"),
    ],
)
def test_what_is_missing(metadata: dict[str, Any], members: dict[str, Any], more: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as refused:
        _check(metadata, members, **more)
    assert "the operation GetThing" in str(refused.value)

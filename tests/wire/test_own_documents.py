"""What our own servers, fakes and replays write is read as text, without a parser, as what services write."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.http import HttpResponse, read_all
from botobind.wire import elements

INNER = {
    "Name": {"shape": "Text"},
    "Tags": {"shape": "Tags"},
    "Note": {"shape": "Note"},
    "Notes": {"shape": "Notes"},
    "Count": {"shape": "Number"},
}
SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Number": {"type": "integer"},
    "Tags": {"type": "list", "member": {"shape": "Text"}},
    "Notes": {"type": "list", "member": {"shape": "Note"}},
    "Note": {"type": "structure", "members": {"Text": {"shape": "Text"}, "Count": {"shape": "Number"}}},
    "Thing": {"type": "structure", "members": INNER},
    "Things": {"type": "list", "member": {"shape": "Thing"}},
    "Reply": {"type": "structure", "members": {"Things": {"shape": "Things"}, "Token": {"shape": "Text"}}},
    "Bare": {"type": "structure", "members": {}},
}


def model(protocol: str) -> dict[str, Any]:
    output: dict[str, Any] = {"shape": "Reply"}
    if protocol == "query":
        output["resultWrapper"] = "ListResult"
    return {
        "metadata": {
            "protocol": protocol,
            "apiVersion": "2020-01-01",
            "endpointPrefix": "own",
            "serviceId": f"Own {protocol}",
            "xmlNamespace": {"uri": "http://own.amazonaws.com/doc/2020-01-01"},
        },
        "operations": {
            "List": {"name": "List", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Bare"},
                     "output": output}
        },
        "shapes": SHAPES,
    }  # fmt: skip


@pytest.mark.parametrize("protocol", ["ec2", "query", "rest-xml"])
def test_own_documents(protocol: str, generate_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    package = generate_once(model(protocol))
    operation = package.endpoints.List
    things = [
        package.Thing(name="", tags=[], note=package.Note(), notes=[], count=1),
        package.Thing(
            name="a < b", tags=["", "a"], note=package.Note(text="t"), notes=[package.Note(), package.Note()]
        ),
        package.Thing(),
    ]
    replies = [package.Reply(things=things * 40, token="t"), package.Reply(things=[]), package.Reply(token="")]
    written = [read_all(operation.to_response(reply).body) for reply in replies]
    expected = [operation.of_response(HttpResponse(body=b"<!-- parsed -->" + body)) for body in written]

    def parse(data: bytes) -> Any:
        raise AssertionError(f"parsed: {data[:200]!r}")

    monkeypatch.setattr(elements, "parse", parse)
    for _ in range(3):  # before element patterns are learnt, and after
        for request_id in (None, "id-1", ""):
            for reply, parsed in zip(replies, expected, strict=True):
                assert operation.of_response(operation.to_response(reply, request_id=request_id)) == parsed

"""Bodies without bytes: a payload is absent, unless the model requires it, or it is a stream that a client reads."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.http import HttpRequest, HttpResponse

_KINDS = {
    "Structure": {"type": "structure", "members": {"Name": {"shape": "String"}}},
    "String": {"type": "string"},
    "Blob": {"type": "blob"},
    "Stream": {"type": "blob", "streaming": True},
}


def _shape(kind: str, *, required: bool) -> dict[str, Any]:
    members = {"It": {"shape": kind}}
    return {"type": "structure", "payload": "It", "members": members, "required": ["It"] if required else []}


def _model(protocol: str) -> dict[str, Any]:
    shapes: dict[str, Any] = dict(_KINDS)
    operations = {}
    for kind in _KINDS:
        for required in (False, True):
            name = f"{'Required' if required else 'Optional'}{kind}"
            shapes[f"{name}Io"] = _shape(kind, required=required)
            io = {"shape": f"{name}Io"}
            http = {"method": "POST", "requestUri": f"/{name}"}
            operations[name] = {"name": name, "http": http, "input": io, "output": io}
    return {"metadata": {"protocol": protocol}, "operations": operations, "shapes": shapes}


READ = {
    "OptionalStructure": (None, None),
    "OptionalString": (None, None),
    "RequiredString": ("", ""),
    "OptionalBlob": (None, None),
    "RequiredBlob": (b"", b""),
    "OptionalStream": (None, b""),
    "RequiredStream": (b"", b""),
}
"""What a server, and what a client reads of no bytes."""


@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml"])
def test_bodies_without_bytes(generate_once: Any, protocol: str) -> None:
    operations = generate_once(_model(protocol)).endpoints.OPERATIONS
    found = {}
    for name in READ:
        operation = operations[name]
        headers = {"Content-Type": "text/plain"} if name.endswith("String") else {}
        request = HttpRequest(method="POST", path=f"/{name}", headers=headers)
        # To a client of rest-xml a document that is not there has broken off, unless the status says so.
        response = HttpResponse(status=204)
        found[name] = (operation.of_request(request).it, operation.of_response(response).it)
    assert found == READ


def test_absent_structures_are_nothing_in_answers_in_json(generate_once: Any) -> None:
    operation = generate_once(_model("rest-json")).endpoints.OptionalStructure
    response = operation.to_response(operation.output())
    assert (response.body, response.headers.get("content-type")) == (b"", None)
    assert operation.of_response(response).it is None

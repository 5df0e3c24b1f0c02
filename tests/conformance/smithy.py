"""The cases of Smithy's AWS protocol tests, as vectors of the kind that `conformance.vectors` has.

What the keys mean is written down in the README beside the cases.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import field, frozen
from conformance.vectors import Case, Generate, Json, Side, value_of

from botobind.http import HttpRequest
from botobind_codegen.patches import apply_patches

VARIABLE = "BOTOBIND_CONFORMANCE"

SERVICES = {"backplanecontrolservice": "apigateway", "glacier": "glacier"}
"""The services of AWS whose peculiarities some cases are about, as botocore calls them, by file."""

_PARAMETER = re.compile(r"\$\$|\$(\w+):([SL])")


@frozen
class SmithyCase(Case):
    """A case that is translated: `case` is what the file has. Its package is that of the whole model."""

    model: Json = field(repr=False)
    case: Json = field(repr=False)

    @property
    def key(self) -> str:
        """What names it in the list of exceptions and in the names of tests."""
        return f"{self.side}/{self.file}/{self.vector['id']}"

    def package(self, generate: Generate) -> ModuleType:
        """The package of the case's service."""
        return generate(self.model)

    def applies_to(self, peer: str) -> bool:
        """Whether the case says something of a client or server."""
        return self.case.get("appliesTo", peer) == peer


@frozen
class Malformed:
    """A request that a server has to refuse."""

    key: str
    operation: str
    request: Json = field(repr=False)
    response: Json = field(repr=False)
    model: Json = field(repr=False)

    @property
    def http(self) -> HttpRequest:
        """The request."""
        given = self.request
        body = given.get("body", "").encode()
        return HttpRequest.of_target(given["method"], _target(given), given.get("headers", {}), body)


@frozen
class Streamed:
    """Messages of an event stream."""

    key: str
    operation: str
    case: Json = field(repr=False)
    model: Json = field(repr=False)

    @property
    def body(self) -> bytes:
        """The messages, as they come."""
        return b"".join(base64.b64decode(event["bytes"]) for event in self.case["events"])

    @property
    def is_request(self) -> bool:
        """Whether a client sends them."""
        return bool(self.case["events"][0]["type"] == "request")

    @property
    def fails(self) -> bool:
        """Whether they are not to be read."""
        return "failure" in self.case.get("expectation", {})

    @property
    def error(self) -> str | None:
        """The shape of the error that they end in, if the model has it."""
        failure = self.case.get("expectation", {}).get("failure", {})
        return str(failure["errorId"]).rpartition("#")[2] if "errorId" in failure else None

    @property
    def initial_headers(self) -> dict[str, str]:
        """The headers of the message that the stream is the body of."""
        initial = self.case.get("initialRequest" if self.is_request else "initialResponse", {})
        return dict(initial.get("headers", {}))

    def values(self, package: ModuleType) -> list[Any]:
        """The events, as values of their union."""
        given = self.model["operations"][self.operation]["input" if self.is_request else "output"]["shape"]
        shapes = self.model["shapes"]
        union = next(
            member["shape"]
            for member in shapes[given]["members"].values()
            if shapes[member["shape"]].get("eventstream")
        )
        cls = getattr(package.values, union)
        return [cls.of_value(value_of(shapes, {"shape": union}, event["params"])) for event in self.case["events"]]


def folder() -> Path:
    """The folder of the cases: named by the environment, or beside the repository."""
    named = os.environ.get(VARIABLE)
    return (Path(named) if named else Path(__file__).parents[3] / "shared" / "conformance") / "smithy"


def need_cases() -> None:
    """Skips the module that calls this in a checkout without cases. To name a folder without them is an error."""
    if not (folder() / "cases").is_dir():
        if VARIABLE in os.environ:
            raise FileNotFoundError(f"{VARIABLE} names {folder().parent}, which holds no cases")
        pytest.skip(f"no cases in {folder()}; {VARIABLE} names another folder", allow_module_level=True)


def _files() -> Iterator[tuple[str, Json, Json]]:
    for path in sorted((folder() / "cases").glob("*.json")):
        model = json.loads((folder() / "models" / path.name).read_text(encoding="utf-8"))
        service = SERVICES.get(path.stem)
        patched = model if service is None else apply_patches(service, model)
        yield path.stem, patched, json.loads(path.read_text(encoding="utf-8"))


@cache
def cases(side: Side) -> tuple[SmithyCase, ...]:
    """All request or response cases, in the order of the files."""
    return tuple(_read(side))


def _read(side: Side) -> Iterator[SmithyCase]:
    for name, model, found in _files():
        seen: dict[str, int] = {}
        for case in found["request" if side == "input" else "response"]:
            # Two errors of one operation may have one id.
            seen[case["id"]] = count = seen.get(case["id"], 0) + 1
            identity = case["id"] if count == 1 else f"{case['id']}-{count}"
            vector = _request(model, case) if side == "input" else _response(model, case)
            vector["id"] = identity
            yield SmithyCase(side, name, 0, model["shapes"], model["metadata"], _endpoint(case), vector, model, case)


def _endpoint(case: Json) -> str | None:
    return f"https://{case['host']}" if "host" in case else None


def _target(request: Json) -> str:
    query = "&".join(request.get("queryParams", ()))
    joint = "&" if "?" in request["uri"] else "?"
    return f"{request['uri']}{joint}{query}" if query else str(request["uri"])


def _request(model: Json, case: Json) -> dict[str, Any]:
    serialized = {
        "method": case["method"],
        "uri": _target(case),
        **{key: case[key] for key in ("headers", "forbidHeaders", "requireHeaders", "body") if key in case},
    }
    if "resolvedHost" in case or "host" in case:
        serialized["host"] = case.get("resolvedHost", case.get("host"))
    operation = model["operations"][case["op"]]
    return {"given": {"name": case["op"], **operation}, "params": case.get("params", {}), "serialized": serialized}


def _response(model: Json, case: Json) -> dict[str, Any]:
    operation = _answering(model, case)
    response = {"status_code": case["code"], "headers": case.get("headers", {})}
    if "body" in case:
        response["body"] = case["body"]
    params = case.get("params", {})
    if "error" not in case:
        return {"given": operation, "result": params, "response": response}
    shape = model["shapes"][case["error"]]
    code = shape.get("error", {}).get("code", case["error"])
    return {
        "given": {**operation, "errors": [{"shape": case["error"]}]},
        "error": params,
        "errorCode": code,
        "response": response,
    }


def _answering(model: Json, case: Json) -> dict[str, Any]:
    """The operation of a response; of an error, the first that models it."""
    for name, operation in model["operations"].items():
        models = {error["shape"] for error in operation.get("errors", ())}
        if case.get("op", name) == name and case.get("error", "") in {"", *models}:
            return {"name": name, **operation}
    raise LookupError(f"no operation answers with {case.get('error')}")


@cache
def malformed() -> tuple[Malformed, ...]:
    """All malformed requests, one for each position of their parameters."""
    return tuple(
        Malformed(f"{name}/{case['id']}{number}", case["op"], filled["request"], filled["response"], model)
        for name, model, found in _files()
        for case in found["malformed"]
        for number, filled in _filled(case)
    )


def _filled(case: Json) -> Iterator[tuple[str, Any]]:
    parameters: Mapping[str, list[str]] = case.get("testParameters", {})
    if not parameters:
        yield "", case
    for index in range(max(map(len, parameters.values()), default=0)):
        values = {name: items[index] for name, items in parameters.items()}
        yield f"[{index}]", _replaced(case, values)


def _replaced(item: Any, values: Mapping[str, str]) -> Any:
    if isinstance(item, dict):
        return {key: _replaced(inner, values) for key, inner in item.items()}
    if isinstance(item, list):
        return [_replaced(inner, values) for inner in item]
    if not isinstance(item, str):
        return item

    def text(found: re.Match[str]) -> str:
        if found[1] is None:
            return "$"
        return json.dumps(values[found[1]]) if found[2] == "S" else values[found[1]]

    return _PARAMETER.sub(text, item)


@cache
def streamed() -> tuple[Streamed, ...]:
    """All event streams whose messages are given as bytes."""
    return tuple(
        Streamed(f"{name}/{case['id']}", case["op"], case, model)
        for name, model, found in _files()
        for case in found["eventstream"]
        if "events" in case
    )

"""The protocol compliance vectors: where they are, the cases in them, and the values that they speak of.

What the keys mean is written down in the README beside the vectors.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from attrs import field, frozen

from botobind.operations import Operation

Generate = Callable[..., ModuleType]
Side = Literal["input", "output"]
Json = Mapping[str, Any]

VARIABLE = "BOTOBIND_PROTOCOL_TESTS"
TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - the idempotency token that two suites expect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMESPACES = {"query": "https://example.com/", "ec2": "https://example.com/"}
"""The services' namespaces, which the responses in the vectors have but their metadata lacks."""


@frozen
class Case:
    """A vector. `shapes` and the operation `given` are those of a service model."""

    side: Side
    file: str
    suite: int
    shapes: Json = field(repr=False)
    metadata: Json = field(repr=False)
    endpoint: str | None
    vector: Json = field(repr=False)

    @property
    def key(self) -> str:
        """What names it in the list of exceptions and in the names of tests."""
        return f"{self.side}/{self.file}/{self.vector['id']}"

    @property
    def protocol(self) -> str:
        protocol: str = self.metadata["protocol"]
        return protocol

    @property
    def given(self) -> Json:
        given: Json = self.vector["given"]
        return given

    @property
    def error(self) -> str | None:
        """The shape of the error that the vector is about."""
        return self.given["errors"][0]["shape"] if "error" in self.vector else None

    @property
    def shape(self) -> str | None:
        """The shape of the value that the vector is about."""
        return self.error or self.given.get(self.side, {}).get("shape")

    @property
    def members(self) -> Json:
        """The members of that shape."""
        return self.shapes[self.shape].get("members", {}) if self.shape else {}

    @property
    def payload(self) -> str | None:
        """What kind of shape the whole body is, where the model says that a member is."""
        name = self.shapes[self.shape].get("payload") if self.shape else None
        return None if name is None else self.shapes[self.members[name]["shape"]]["type"]

    @property
    def status(self) -> int:
        """The status of the response."""
        status: int = self.vector["response"]["status_code"]
        return status

    @property
    def value(self) -> dict[str, Any]:
        """The vector's input, output or error as boto3 would have it."""
        raw = self.vector["params"] if self.side == "input" else self.vector.get("result", self.vector.get("error"))
        value: dict[str, Any] = _structure(self.shapes, self.members, raw)
        return value

    def package(self, generate: Generate) -> ModuleType:
        """The package of the vector's suite."""
        operations = {self.given["name"]: self.given}
        return generate({"metadata": self.metadata, "operations": operations, "shapes": self.shapes})

    def operation(self, package: ModuleType) -> Operation[Any, Any, Any]:
        """The operation that the vector is about."""
        operation: Operation[Any, Any, Any] = package.endpoints.OPERATIONS[self.given["name"]]
        return operation


def folder() -> Path:
    """The folder of the vectors: named by the environment, or beside the repository."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(__file__).parents[3] / "shared" / "protocol-tests"


def need_vectors() -> None:
    """Skips the module that calls this in a checkout without vectors. To name a folder without them is an error."""
    if not (folder() / "input").is_dir():
        if VARIABLE in os.environ:
            raise FileNotFoundError(f"{VARIABLE} names {folder()}, which holds no protocol vectors")
        pytest.skip(f"no protocol vectors in {folder()}; {VARIABLE} names another folder", allow_module_level=True)


@cache
def cases(side: Side) -> tuple[Case, ...]:
    """All vectors of one side, in the order of the files."""
    return tuple(_read(side))


def spellings(case: Case) -> Iterator[Case]:
    """The response vectors of the same value: spellings of one response, of which a server has one."""
    for other in cases("output"):
        if (other.file, other.suite, other.status) == (case.file, case.suite, case.status) and (
            comparable(other.value) == comparable(case.value)
        ):
            yield other


def _read(side: Side) -> Iterator[Case]:
    for path in sorted((folder() / side).glob("*.json")):
        for number, suite in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            metadata = suite["metadata"]
            if metadata["protocol"] in _NAMESPACES:
                metadata = {**metadata, "xmlNamespace": _NAMESPACES[metadata["protocol"]]}
            for vector in suite["cases"]:
                yield Case(side, path.stem, number, suite["shapes"], metadata, suite.get("clientEndpoint"), vector)


def _structure(shapes: Json, members: Json, raw: Json) -> dict[str, Any]:
    return {name: value_of(shapes, members[name], item) for name, item in raw.items() if item is not None}


def value_of(shapes: Json, reference: Json, raw: Any) -> Any:
    """A value of the JSON in the vectors, as boto3 has it."""
    if raw is None:
        return None
    shape = shapes[reference["shape"]]
    match shape["type"]:
        case "structure" if not shape.get("document"):
            return _structure(shapes, shape["members"], raw)
        case "list":
            return [value_of(shapes, shape["member"], item) for item in raw]
        case "map":
            return {key: value_of(shapes, shape["value"], item) for key, item in raw.items()}
        case "blob":
            return raw.encode()
        case "timestamp":
            return _EPOCH + timedelta(seconds=raw) if isinstance(raw, (int, float)) else datetime.fromisoformat(raw)
        case "float" | "double":
            return float(raw)
        case "string" if reference.get("jsonvalue") and reference.get("location") == "header":
            # The vectors have the text of the JSON, boto3 has what it stands for.
            return json.loads(raw)
        case _:
            return raw


def comparable(value: Any) -> Any:
    """A value that is equal to its like: NaN to NaN, true to true but not to 1."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [comparable(item) for item in value]
    if isinstance(value, bool):
        return ("boolean", value)
    return ("NaN",) if isinstance(value, float) and math.isnan(value) else value

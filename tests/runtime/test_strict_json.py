"""What C takes as what the model asks for, the checks in Python take too; so servers say the same before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from support.outcomes import outcome

from botobind.protocols import strict
from botobind.testing import example
from botobind.wire_structs import Decoder
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling

WRONG: tuple[Any, ...] = (
    None, "", "text", "x" * 5000, "NaN", "nan", "1", 1, -1, 1.0, 0.5, 1 << 31, 1 << 63, True, [], [None], ["x"] * 300,
    {}, {"": None}, {"k": "v"}, {"S": "a", "N": "1"}, {"NEW": 1}, "2024-05-01T10:00:00Z", "2024-05-01T10:00:00+01:00",
    "YQ==", "YQ=", "Wed, 01 May 2024 10:00:00 GMT", 1714557600, {"__type": "x", "S": "a"},
)  # fmt: skip


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Containers and the keys of what is in them."""
    pending = [tree]
    while pending:
        node = pending.pop()
        for key, inner in list(node.items() if isinstance(node, dict) else enumerate(node)):
            yield node, key
            if isinstance(inner, (dict, list)):
                pending.append(inner)


def _bodies(body: bytes, random: Random) -> Iterator[bytes]:
    """A document, and others in which something is wrong, more or less, unknown or missing."""
    yield body
    for _ in range(12):
        tree = json.loads(body)
        container, key = random.choice([*_places(tree)] or [({}, "")])
        match random.randrange(6):
            case 0 if isinstance(container, dict) and key in container:
                del container[key]
            case 1 if isinstance(container, dict):
                container["Unknown"] = random.choice(WRONG)
            case _:
                container[key] = random.choice(WRONG)
        yield json.dumps(tree).encode()


def _is_taken_in_c(operation: Any, request: Any, monkeypatch: pytest.MonkeyPatch) -> bool:
    walks: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(strict, "check_tree", lambda *_, **__: walks.append(None))
        operation.of_request(request)
    return not walks


@pytest.mark.parametrize("package", [dynamodb, lambda_, partnercentral_selling])
def test_servers_say_the_same(package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, tried = 0, 0
    for name, operation in package.endpoints.OPERATIONS.items():
        request = operation.to_request(example(operation.input))
        if not isinstance(request.body, bytes) or not request.body.startswith(b"{"):
            continue
        tried += 1
        for _ in range(3):
            operation.of_request(request)
        taken += _is_taken_in_c(operation, request, monkeypatch)
        for body in _bodies(request.body, Random(name)):
            changed = evolve(request, body=body)
            found = outcome(operation, changed)
            with monkeypatch.context() as patch:
                patch.setattr(Decoder, "load", lambda *_: None)
                patch.setattr(Decoder, "fill", lambda *_: False)
                assert found == outcome(operation, changed), (name, body)
    assert taken > tried * 0.8


@pytest.mark.parametrize(
    ("operation", "protocol", "body", "attribute"),
    [
        (dynamodb.endpoints.DescribeTable, "json", b'{"TableName":"first","TableName":"last"}', "table_name"),
        # What is wrong of the first one is nothing.
        (dynamodb.endpoints.DescribeTable, "json", b'{"TableName":5,"TableName":"last"}', "table_name"),
        (lambda_.endpoints.UpdateAlias, "rest-json", b'{"Description":"first","Description":"last"}', "description"),
        (
            cloudwatch.endpoints.ListMetrics, "smithy-rpc-v2-cbor",
            b"\xa2\x69Namespace\x65first\x69Namespace\x64last", "namespace",
        ),
    ],
)  # fmt: skip
def test_the_last_of_equal_keys_counts(operation: Any, protocol: str, body: bytes, attribute: str) -> None:
    request = operation.to_request(example(operation.input), protocol=protocol)
    # Before and after the wire structs are there.
    for _ in range(5):
        assert getattr(operation.of_request(evolve(request, body=body), protocol=protocol), attribute) == "last"

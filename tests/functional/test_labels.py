"""Labels that are parts of a segment or parameters of the query string: clients, servers, routers, and botocore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.model import ServiceModel
from botocore.serialize import create_serializer

from botobind import EncodeError
from botobind.errors import RequestError
from botobind.routing import RoutingError
from botobind.wire import segments

Generate = Callable[..., Any]

URIS: dict[str, str] = {
    "Get": "/disks/{A}",
    "Extend": "/disks/{A}:extend",
    "Shrink": "/disks/x-{A}:shrink",
    "Longer": "/disks/x-{A}:longer:extend",
    "Document": "/docs/{A}.json/parts/{B}",
    "Pair": "/pairs/{A}:{B}/z",
    "Dashed": "/dashed/{A}-{B}",
    "Joined": "/joined/{A}{B}",
    "Both": "/both/{A}/{B+}",
    "Hold": "/hold/{A}?hold&add={B}",
    "Release": "/hold/{A}?hold&remove%20it={B}",
    "Greedy": "/greedy/{A+}.json",
    "TwoGreedy": "/two/{A+}/{B+}",
}
UNROUTED = ("Greedy", "TwoGreedy")
VALUES = ("abc", "a-b", "x-a", "a:b/%é.json&=+ ", "a:extend", "longer")
NOT_READ = {"Dashed": ("a-b", "x-a"), "Joined": VALUES, "Greedy": VALUES}
"""What may be read in more than one way."""


def _model() -> dict[str, Any]:
    operations, shapes = {}, {"Text": {"type": "string"}}
    for name, uri in URIS.items():
        members = [label for label in "AB" if f"{{{label}}}" in uri or f"{{{label}+}}" in uri]
        shapes[f"{name}Request"] = {
            "type": "structure",
            "required": members,
            "members": {label: {"shape": "Text", "location": "uri", "locationName": label} for label in members},
        }
        operations[name] = {
            "name": name,
            "http": {"method": "POST", "requestUri": uri},
            "input": {"shape": f"{name}Request"},
        }
    metadata = {"protocol": "rest-json", "protocols": ["rest-json"], "apiVersion": "2020-01-01"}
    return {"metadata": metadata, "operations": operations, "shapes": shapes}


@pytest.fixture
def package(generate_once: Generate) -> Any:
    return generate_once(_model())


@pytest.mark.parametrize("name", URIS)
def test_requests_are_those_of_botocore_and_are_read_again(package: Any, name: str) -> None:
    operation = package.endpoints.OPERATIONS[name]
    model = ServiceModel({"shapes": {}, **_model()}).operation_model(name)
    for text in VALUES:
        value = operation.input(**dict.fromkeys(operation.input.MEMBERS, text))
        request = operation.to_request(value)
        params = dict.fromkeys(value.to_value(), text)
        path, _, query = create_serializer("rest-json").serialize_to_request(params, model)["url_path"].partition("?")
        assert request.path == path
        assert sorted(request.query) == sorted(parse_qsl(query, keep_blank_values=True))
        if name in UNROUTED:
            with pytest.raises(RoutingError, match="and tells none of Greedy, TwoGreedy by its path"):
                package.router.match(request)
        else:
            assert package.router.match(request).operation.name == name
        if text in NOT_READ.get(name, ()):
            with pytest.raises(RequestError, match="expected a path like"):
                operation.of_request(request)
        elif name != "TwoGreedy":
            assert operation.of_request(request) == value


def test_two_greedy_labels_are_read_where_each_is_a_segment(package: Any) -> None:
    operation = package.endpoints.TwoGreedy
    for text, is_read in (("abc", True), ("a/b", False)):
        value = operation.input(a=text, b=text)
        request = operation.to_request(value)
        if is_read:
            assert operation.of_request(request) == value
        else:
            with pytest.raises(RequestError, match="expected a path like"):
                operation.of_request(request)


def test_labels_are_not_empty(package: Any) -> None:
    with pytest.raises(EncodeError, match="required for the URI, and not empty"):
        package.endpoints.Extend.to_request(package.ExtendRequest(a=""))
    for path in ("/disks/:extend", "/disks/x-:shrink", "/docs/.json/parts/b"):
        request = package.endpoints.Get.to_request(package.GetRequest(a="b"))
        request.path = path
        with pytest.raises(RequestError):
            package.endpoints.Extend.of_request(request)
    # To the router it is the name of a disk.
    request.path = "/disks/:extend"
    assert package.router.match(request).operation.name == "Get"


@pytest.mark.parametrize(
    ("literals", "text", "labels"),
    [
        (["", ":x"], "a:x", ["a"]),
        (["", ":x"], ":x", None),
        (["", ":x"], "a:y", None),
        (["a", "a"], "aaa", ["a"]),
        (["a", "a"], "aa", None),
        (["a", "a"], "a", None),
        (["", "-", ""], "a-b", ["a", "b"]),
        (["", "-", ""], "a-b-c", None),
        (["", "-", ""], "--b", ["-", "b"]),
        (["", "-", ""], "a--", ["a", "-"]),
        (["", "", ""], "ab", ["a", "b"]),
        (["", "", ""], "a", None),
        (["", "", ""], "abc", None),
        (["<", "|", "-", ">"], "<a|b-c>", ["a", "b", "c"]),
        (["", "ab", ""], "xabab", ["x", "ab"]),
        (["", "ab", ""], "xababx", None),
    ],
)
def test_texts_between_literals(literals: list[str], text: str, labels: list[str] | None) -> None:
    assert segments.labels_between(literals, text) == labels
    if labels is not None:
        assert segments.fits(literals, text)
        assert "".join(a + b for a, b in zip(literals, [*labels, ""], strict=True)) == text


def test_hostile_segments_take_no_time() -> None:
    literals = ["", *("-a",) * 20, "b"]
    assert not segments.fits(literals, "-a" * 200_000)
    assert segments.labels_between(["", "a", "a", ""], "a" * 400_000) is None

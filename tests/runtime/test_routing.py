"""Routing: every operation of S3, the rules of specificity, the protocols without paths, refusals, hostile requests."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from itertools import product
from types import ModuleType
from typing import Any

import pytest
from support.hostile import watchdog
from support.routed import CBOR, FORM, Named, document_of, rest_request, rest_router, router_of

from botobind.errors import BotobindError
from botobind.http import HttpRequest
from botobind.routing import Match, Route, Router, RoutingError

S3_WIRE_STRUCTS = {
    # What cannot be told apart: the one that is taken → the others.
    "GetBucketLifecycleConfiguration": ("GetBucketLifecycle",),
    "GetBucketNotificationConfiguration": ("GetBucketNotification",),
    "ListBuckets": ("ListDirectoryBuckets",),
    "PutBucketLifecycleConfiguration": ("PutBucketLifecycle",),
    "PutBucketNotificationConfiguration": ("PutBucketNotification",),
}
S3_TAKEN = {other: taken for taken, others in S3_WIRE_STRUCTS.items() for other in others}


KEYS = ("k", "k/l/m", "k/", "/k", "//", "k//l", "%2F", "a%20b", "%E2%82%AC", "k%3Facl")


@pytest.mark.parametrize("operation", sorted(document_of("s3")["operations"]))
def test_every_operation_of_s3(operation: str) -> None:
    expected = S3_TAKEN.get(operation, operation)
    for key, optional in product(KEYS, (False, True)):
        request = rest_request(document_of("s3"), operation, "bucket", key, optional=optional)
        match = router_of("s3").match(request)
        assert (match.operation.name, match.protocol) == (expected, "rest-xml"), request
        assert match.alternatives == S3_WIRE_STRUCTS.get(expected, ()), request


S3_REQUESTS: list[tuple[str, str, dict[str, str], str]] = [
    ("GET", "/bucket/", {}, "ListObjects"),
    ("GET", "/bucket/?list-type=2", {}, "ListObjectsV2"),
    ("GET", "/bucket?acl=", {}, "GetBucketAcl"),
    ("GET", "/bucket/?acl&prefix=x", {}, "GetBucketAcl"),
    ("GET", "/bucket/key?acl", {}, "GetObjectAcl"),
    ("GET", "/bucket?acl2", {}, "ListObjects"),
    ("GET", "/bucket?list-type=3", {}, "ListObjects"),
    ("HEAD", "/bucket/", {}, "HeadBucket"),
    ("HEAD", "/bucket/key", {}, "HeadObject"),
    ("HEAD", "/bucket/key/", {}, "HeadObject"),
    ("PUT", "/bucket/key", {}, "PutObject"),
    ("PUT", "/bucket/key", {"X-Amz-Copy-Source": "b/k"}, "CopyObject"),
    ("PUT", "/bucket/key?partNumber=1&uploadId=u", {}, "UploadPart"),
    ("PUT", "/bucket/key?uploadId=u&partNumber=1", {"x-amz-copy-source": "b/k"}, "UploadPartCopy"),
    ("PUT", "/bucket/key?uploadId=u", {}, "PutObject"),
    ("GET", "/bucket/key?uploadId=u", {}, "ListParts"),
    ("GET", "/bucket?inventory", {}, "ListBucketInventoryConfigurations"),
    ("GET", "/bucket?inventory&id=i", {}, "GetBucketInventoryConfiguration"),
    ("POST", "/bucket/key?select&select-type=2", {}, "SelectObjectContent"),
    ("POST", "/WriteGetObjectResponse", {}, "WriteGetObjectResponse"),
    ("GET", "/WriteGetObjectResponse", {}, "ListObjects"),
    # What SDKs that are made from Smithy models send.
    ("GET", "/?x-id=ListDirectoryBuckets", {}, "ListDirectoryBuckets"),
    ("GET", "/?x-id=ListBuckets", {}, "ListBuckets"),
    ("GET", "/bucket?lifecycle&x-id=GetBucketLifecycle", {}, "GetBucketLifecycle"),
    ("GET", "/bucket/key?x-id=GetObjectAcl", {}, "GetObject"),
]


@pytest.mark.parametrize(("method", "target", "headers", "expected"), S3_REQUESTS)
def test_requests_to_s3(method: str, target: str, headers: dict[str, str], expected: str) -> None:
    match = router_of("s3").match(HttpRequest.of_target(method, target, headers))
    assert match.operation.name == expected


def paths(*uris: str) -> list[Route]:
    return [Route(uri, "GET", uri) for uri in uris]


def shared(**members: tuple[tuple[str, ...], tuple[str, ...]]) -> list[Route]:
    """Operations of one URI, with the names of their required members in query string and headers."""
    return [Route(name, "GET", "/x", query, headers) for name, (query, headers) in members.items()]


A_OR_LABEL = paths("/a", "/{X}", "/{X+}")
DEEP = paths("/a/{X}/c", "/a/b/{X}", "/{X}/b/c", "/{X}/b/{Y}", "/{X+}", "/a/{X+}", "/a/{X+}/d", "/a/{X+}/{Y}/d")
TAIL = paths("/a/{X+}/{Y}/d")
SLASHES = paths("/a/", "/b", "/c", "/c/", "/d/{X}/", "/e/{X+}")
CONSTANTS = paths("/x", "/x?o", "/x?o=1", "/x?o=1&p", "/x?q=%26", "/y?o=1")
WIRE_STRUCTS = [
    Route("Z", "GET", "/x"),
    Route("Y", "GET", "/x"),
    Route("X", "GET", "/x", deprecated=True),
    Route("A", "GET", "/x", deprecated=True),
]
MEMBERS = shared(None_=((), ()), Q=(("q",), ()), QR=(("q", "r"), ()), H=((), ("X-H",)), QH=(("q",), ("X-H",)))

SPECIFICITY: list[tuple[list[Route], str, dict[str, str], tuple[str, ...]]] = [
    (A_OR_LABEL, "/a", {}, ("/a",)),
    (A_OR_LABEL, "/%61", {}, ("/a",)),
    (A_OR_LABEL, "/b", {}, ("/{X}",)),
    (A_OR_LABEL, "/a%2Fb", {}, ("/{X}",)),
    (A_OR_LABEL, "/a/b", {}, ("/{X+}",)),
    (A_OR_LABEL, "/a/", {}, ("/{X+}",)),
    (A_OR_LABEL, "//", {}, ("/{X+}",)),
    (DEEP, "/a/b/c", {}, ("/a/b/{X}",)),
    (DEEP, "/a/x/c", {}, ("/a/{X}/c",)),
    (DEEP, "/x/b/c", {}, ("/{X}/b/c",)),
    (DEEP, "/x/b/x", {}, ("/{X}/b/{Y}",)),
    (DEEP, "/a/x/x", {}, ("/a/{X+}",)),
    (DEEP, "/a/x", {}, ("/a/{X+}",)),
    (DEEP, "/a//c", {}, ("/a/{X+}",)),
    (DEEP, "/a/x/d", {}, ("/a/{X+}/d",)),
    (DEEP, "/a/x/y/d", {}, ("/a/{X+}/d",)),
    (DEEP, "/a//d", {}, ("/a/{X+}",)),
    (DEEP, "/a/x//d", {}, ("/a/{X+}/d",)),
    (DEEP, "/a", {}, ("/{X+}",)),
    (DEEP, "/x/y/z", {}, ("/{X+}",)),
    (TAIL, "/a/x/y/d", {}, ("/a/{X+}/{Y}/d",)),
    (TAIL, "/a/x//y/%64/", {}, ("/a/{X+}/{Y}/d",)),
    (TAIL, "/a/x//d", {}, ()),
    (TAIL, "/a//y/d", {}, ()),
    (TAIL, "/a/y/d", {}, ()),
    (SLASHES, "/a/", {}, ("/a/",)),
    (SLASHES, "/a", {}, ("/a/",)),
    (SLASHES, "/b", {}, ("/b",)),
    (SLASHES, "/b/", {}, ("/b",)),
    (SLASHES, "/b//", {}, ()),
    (SLASHES, "/c", {}, ("/c",)),
    (SLASHES, "/c/", {}, ("/c/",)),
    (SLASHES, "/d/x", {}, ("/d/{X}/",)),
    (SLASHES, "/d//", {}, ()),
    (SLASHES, "/d/", {}, ()),
    (SLASHES, "/e/", {}, ()),
    (SLASHES, "/e//", {}, ("/e/{X+}",)),
    (SLASHES, "/e/x/", {}, ("/e/{X+}",)),
    (CONSTANTS, "/x", {}, ("/x",)),
    (CONSTANTS, "/x?a=o", {}, ("/x",)),
    (CONSTANTS, "/x?o=2", {}, ("/x?o",)),
    (CONSTANTS, "/x?p&o=1&o=2", {}, ("/x?o=1&p",)),
    (CONSTANTS, "/x?q=%26", {}, ("/x?q=%26",)),
    (CONSTANTS, "/x?q=&", {}, ("/x",)),
    (CONSTANTS, "/y?o=1&o=3", {}, ("/y?o=1",)),
    (CONSTANTS, "/y?o=3&o=1", {}, ("/y?o=1",)),
    (CONSTANTS, "/y?o", {}, ()),
    (WIRE_STRUCTS, "/x", {}, ("Y", "Z", "A", "X")),
    (WIRE_STRUCTS, "/x?x-id=X", {}, ("X", "Y", "Z", "A")),
    (WIRE_STRUCTS, "/x?x-id=W", {}, ("Y", "Z", "A", "X")),
    (MEMBERS, "/x", {}, ("None_",)),
    (MEMBERS, "/x?q", {}, ("Q",)),
    (MEMBERS, "/x?q&r", {}, ("QR",)),
    (MEMBERS, "/x?r", {}, ("None_",)),
    (MEMBERS, "/x?q", {"x-h": ""}, ("QH",)),
    (MEMBERS, "/x", {"x-h": ""}, ("H",)),
    (MEMBERS, "/x?q&r", {"x-h": ""}, ("QH", "QR")),
    # Nothing is complete: the one that lacks least.
    (MEMBERS[1:3], "/x", {}, ("Q",)),
    (MEMBERS[2:4], "/x?r", {}, ("QR",)),
    (MEMBERS[1:2], "/x", {}, ("Q",)),
]


@pytest.mark.parametrize("turn", [list, reversed], ids=["in order", "in reverse"])
@pytest.mark.parametrize(("routes", "target", "headers", "expected"), SPECIFICITY)
def test_what_is_more_specific_wins(
    turn: Callable[[list[Route]], list[Route]],
    routes: list[Route],
    target: str,
    headers: dict[str, str],
    expected: tuple[str, ...],
) -> None:
    router = rest_router(*turn(routes))
    request = HttpRequest.of_target("GET", target, headers)
    if not expected:
        with pytest.raises(RoutingError):
            router.match(request)
        return
    match = router.match(request)
    assert (match.operation.name, *match.alternatives) == expected


NAMES = ["PutItem", "PutItems", "GetItem"]
PREFIX = "Model_2020"
WIRE = {"PutItem2020": "PutItem"}


def rpc(*protocols: str, prefix: str | None = PREFIX) -> Router:
    return Router(operations=Named(NAMES), service="model", protocols=protocols, target_prefix=prefix, wire_names=WIRE)


ALL = rpc("json", "smithy-rpc-v2-cbor", "query")
CBOR_ONLY, JSON_ONLY, EC2 = rpc("smithy-rpc-v2-cbor"), rpc("json"), rpc("ec2")
NO_PREFIX, DOTTED = rpc("json", prefix=None), rpc("json", "smithy-rpc-v2-cbor", prefix=f"com.x.{PREFIX}")


def cbor(path: str, method: str = "POST", **headers: str) -> HttpRequest:
    return HttpRequest(method=method, path=path, headers={**CBOR, **headers})


def target(text: str, method: str = "POST") -> HttpRequest:
    return HttpRequest(method=method, headers={"x-amz-target": text, "Content-Type": "application/x-amz-json-1.0"})


def form(body: bytes, content_type: str = FORM, target: str = "/", method: str = "POST") -> HttpRequest:
    return HttpRequest.of_target(method, target, {"Content-Type": content_type} if content_type else {}, body)


CALLS: list[tuple[Router, HttpRequest, str, str]] = [
    (ALL, cbor(f"/service/{PREFIX}/operation/PutItem"), "PutItem", "smithy-rpc-v2-cbor"),
    (ALL, cbor(f"/v1/x/service/{PREFIX}/operation/PutItems"), "PutItems", "smithy-rpc-v2-cbor"),
    (ALL, cbor(f"/service/com.x.{PREFIX}/operation/PutItem"), "PutItem", "smithy-rpc-v2-cbor"),
    (CBOR_ONLY, cbor(f"/service/{PREFIX}/operation/PutItem2020"), "PutItem", "smithy-rpc-v2-cbor"),
    (DOTTED, cbor(f"/service/{PREFIX}/operation/PutItem"), "PutItem", "smithy-rpc-v2-cbor"),
    (DOTTED, target(f"com.x.{PREFIX}.PutItem"), "PutItem", "json"),
    (ALL, target(f"{PREFIX}.GetItem"), "GetItem", "json"),
    (JSON_ONLY, target(f" {PREFIX}.PutItem2020 "), "PutItem", "json"),
    (JSON_ONLY, HttpRequest(path="/any", headers={"X-AMZ-TARGET": f"{PREFIX}.PutItem"}), "PutItem", "json"),
    (NO_PREFIX, target("Whatever.PutItem"), "PutItem", "json"),
    (ALL, form(b"Action=GetItem&Version=2020-01-01"), "GetItem", "query"),
    (ALL, form(b"Version=2020-01-01&Action=GetItem"), "GetItem", "query"),
    (ALL, form(b"Version=1&Action=GetItem&A=1", content_type=""), "GetItem", "query"),
    (EC2, form(b"Action=Get%49tem"), "GetItem", "ec2"),
    (EC2, form(b"XAction=PutItem&A=Action=PutItem", target="/?Action=GetItem"), "GetItem", "ec2"),
    (EC2, form(b"", target="/?Action=GetItem&Version=1", content_type="", method="GET"), "GetItem", "ec2"),
    (EC2, form(b"", target="/?Operation=X&Action=GetItem"), "GetItem", "ec2"),
    (EC2, HttpRequest(query=[("Action", "GetItem")], body=iter([b"Action=PutItem"])), "GetItem", "ec2"),
]


@pytest.mark.parametrize(("router", "request_", "operation", "protocol"), CALLS)
def test_protocols_without_paths(router: Router, request_: HttpRequest, operation: str, protocol: str) -> None:
    match = router.match(request_)
    assert (match.operation.name, match.protocol, match.alternatives) == (operation, protocol, ())


S3 = router_of("s3")
MARKS = ("a header X-Amz-Target", "a header smithy-protocol: rpc-v2-cbor", "an Action in a form")
REFUSALS: list[tuple[Router, HttpRequest, int, str]] = [
    (ALL, HttpRequest(), 400, f"no request in a protocol of model: expected {' or '.join(MARKS)}"),
    (ALL, cbor(f"/service/{PREFIX}/operation/PutItem", **{"X-Amz-Target": "M.PutItem"}), 400, "no X-Amz-Target"),
    (ALL, cbor(f"/service/{PREFIX}/operation/PutItem", **{"X-Amzn-Target": ""}), 400, "no X-Amz-Target"),
    (ALL, HttpRequest(path=f"/service/{PREFIX}/operation/PutItem"), 400, "smithy-protocol: rpc-v2-cbor"),
    (JSON_ONLY, cbor(f"/service/{PREFIX}/operation/PutItem"), 400, "expected a header X-Amz-Target"),
    (EC2, target(f"{PREFIX}.PutItem"), 400, "expected an Action in a form"),
    (EC2, form(b'{"a": "&Action=PutItem"}', "application/json"), 400, "expected an Action in a form"),
    (EC2, form(b"Action=PutItem", method="GET"), 400, "expected an Action in a form"),
    (EC2, HttpRequest(body=iter([b"Action=PutItem"])), 400, "expected an Action in a form"),
    (ALL, cbor("/"), 404, f"expected a path that ends in /service/{PREFIX}/operation/NAME"),
    (ALL, cbor("/service/Other/operation/PutItem"), 404, f"ends in /service/{PREFIX}/operation/NAME"),
    (ALL, cbor(f"/service/{PREFIX}/operation/PutItem/"), 404, f"ends in /service/{PREFIX}/operation/NAME"),
    (ALL, cbor(f"/service/{PREFIX}/operation/PutItm"), 404, "model has no operation 'PutItm'. Did you mean 'PutItem'?"),
    (ALL, target(f"{PREFIX}.GetItems"), 404, "model has no operation 'GetItems'. Did you mean 'GetItem'?"),
    (ALL, target(f"{PREFIX}."), 404, "model has no operation what is no name"),
    (ALL, target("PutItem"), 404, f"expected an X-Amz-Target like {PREFIX}.NAME, got 'PutItem'"),
    (ALL, target("Other.PutItem"), 404, f"expected an X-Amz-Target like {PREFIX}.NAME, got 'Other.PutItem'"),
    (EC2, form(b"Action=PutItem", target="/?Action=GetItem"), 400, "a request has one Action"),
    (EC2, form(b"", target="/?Action=GetItem&Action=PutItem"), 400, "a request has one Action"),
    (
        ALL,
        HttpRequest(headers={"x-amz-target": f"{PREFIX}.PutItem"}, query=[("Action", "GetItem")]),
        400,
        "a request has an X-Amz-Target or an Action, not both",
    ),
    (ALL, form(b"Action=Get"), 404, "model has no operation 'Get'"),
    (ALL, form(b"Action=%FF"), 404, "model has no operation what is no name"),
    (ALL, form(b"Action=\xff"), 404, "model has no operation what is no name"),
    (ALL, form(b"Action="), 404, "model has no operation what is no name"),
    (ALL, cbor(f"/service/{PREFIX}/operation/PutItem", method="GET"), 405, "expected the method POST, got 'GET'"),
    (ALL, target(f"{PREFIX}.GetItem", method="PUT"), 405, "expected the method POST, got 'PUT'"),
    (EC2, form(b"", target="/?Action=GetItem", method="PUT"), 405, "expected the method GET or POST, got 'PUT'"),
    (S3, HttpRequest(method="DELETE"), 405, "/ has no method 'DELETE', only GET"),
    (S3, HttpRequest(method="PATCH", path="/b/k"), 405,
     "/{Bucket}/{Key+} has no method 'PATCH', only DELETE, GET, HEAD, POST, PUT"),
    (S3, HttpRequest(method="PATCH", path="/b/"), 405, "/{Bucket} has no method 'PATCH', only"),
    (S3, HttpRequest(method="get", path="/b"), 405, "/{Bucket} has no method 'get', only"),
    (S3, HttpRequest(method="POST", path="/b"), 404, "POST /{Bucket} has to have one of ?delete, ?metadata"),
    (S3, HttpRequest(method="GET", path="*"), 404, "s3 has no path like that of the request"),
    (S3, HttpRequest(method="GET", path=""), 404, "s3 has no path like that of the request"),
    (S3, HttpRequest(method="GET", path="//key"), 404, "s3 has no path like that of the request"),
    (rest_router(*SLASHES), HttpRequest(method="GET", path="/" + "x" * 1000), 404, "like that of the request"),
]  # fmt: skip


@pytest.mark.parametrize(("router", "request_", "status", "reason"), REFUSALS)
def test_what_nothing_answers_to(router: Router, request_: HttpRequest, status: int, reason: str) -> None:
    with pytest.raises(RoutingError) as caught:
        router.match(request_)
    assert reason in caught.value.reason
    assert str(caught.value) == caught.value.reason
    assert caught.value.status == status
    assert bool(caught.value.methods) == (status == 405)


def test_refusals_travel_between_processes() -> None:
    with pytest.raises(BotobindError) as caught:
        S3.match(HttpRequest(method="PATCH", path="/"))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(copy, RoutingError)
    assert (copy.reason, copy.status, copy.methods) == ("/ has no method 'PATCH', only GET", 405, ("GET",))


def test_values_of_labels_stay_out_of_refusals_of_known_paths() -> None:
    for method in ("PATCH", "POST"):
        with pytest.raises(RoutingError) as caught:
            S3.match(HttpRequest(method=method, path="/secret"))
        assert "secret" not in str(caught.value)


MANY = 300_000
TAILS = rest_router(*paths(*(f"/a/{{X+}}/{'{Y}/' * depth}{name}" for depth in range(20) for name in "bcdefgh")))
FORKS = rest_router(
    *paths(*(f"/{'/'.join('a' if number >> bit & 1 else '{X}' for bit in range(9))}" for number in range(512)))
)
HOSTILE: dict[str, tuple[Router, HttpRequest]] = {
    "segments": (S3, HttpRequest(method="GET", path="/b" + "/x" * MANY)),
    "slashes": (S3, HttpRequest(method="GET", path="/" * MANY)),
    "slashes in a key": (S3, HttpRequest(method="GET", path="/b" + "/" * MANY)),
    "escapes": (S3, HttpRequest(method="GET", path="/b/" + "%41" * MANY)),
    "half escapes": (S3, HttpRequest(method="POST", path="/" + "%" * MANY)),
    "tails": (TAILS, HttpRequest(method="GET", path="/a" + "/x" * MANY)),
    "tails of escapes": (TAILS, HttpRequest(method="GET", path="/a/x/" + "%41" * MANY)),
    "forks": (FORKS, HttpRequest(method="GET", path="/a" * 9 + "/x")),
    "queries": (S3, HttpRequest(method="GET", path="/b", query=[(f"acl{number}", "") for number in range(MANY)])),
    "equal queries": (S3, HttpRequest(method="POST", path="/b/k", query=[("select", "")] * MANY)),
    "headers": (S3, HttpRequest(method="PUT", path="/b/k", headers=[(f"x{number}", "") for number in range(MANY)])),
    "methods": (S3, HttpRequest(method="X" * MANY, path="/b/k")),
    "forms": (EC2, HttpRequest(body=b"Actio=x&" * MANY)),
    "actions": (EC2, HttpRequest(body=b"Action=" + b"PutItem" * MANY)),
    "targets": (JSON_ONLY, target(f"{PREFIX}.{'PutItem' * MANY}")),
    "dots": (JSON_ONLY, target("." * MANY)),
    "cbor": (CBOR_ONLY, cbor("/service" * MANY)),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_requests_are_quick(case: str) -> None:
    router, request = HOSTILE[case]
    try:
        with watchdog():
            assert isinstance(router.match(request), Match)
    except RoutingError as error:
        assert len(str(error)) < 1000


MODEL: dict[str, Any] = {
    "metadata": {"protocol": "rest-json"},
    "operations": {
        "GetThing": {
            "name": "GetThing",
            "http": {"method": "GET", "requestUri": "/things/{Name}"},
            "input": {"shape": "router"},
        },
        "Router": {"name": "Router", "http": {"method": "GET", "requestUri": "/router"}},
    },
    "shapes": {
        "router": {
            "type": "structure",
            "required": ["Name"],
            "members": {"Name": {"shape": "Text", "location": "uri", "locationName": "Name"}},
        },
        "Router": {"type": "structure", "members": {}},
        "Text": {"type": "string"},
    },
}


def test_a_package_has_its_router_on_demand(generate: Callable[..., ModuleType]) -> None:
    package = generate(MODEL)
    assert "router" in dir(package)
    assert f"{package.__name__}._router" not in sys.modules
    router = package.router
    assert isinstance(router, Router)
    assert package.router is router
    modules = {name for name in sys.modules if name.startswith(f"{package.__name__}.endpoints._modules.")}
    assert not modules
    match = router.match(HttpRequest(method="GET", path="/things/x"))
    assert match == Match(package.endpoints.GetThing, "rest-json")
    assert {name for name in sys.modules if name.startswith(f"{package.__name__}.endpoints._modules.")} == {
        f"{package.__name__}.endpoints._modules.get_thing"
    }
    assert package.Router.SHAPE == "Router"
    assert package.router_.SHAPE == "router"


def test_a_package_without_paths_has_a_router_as_well(generate: Callable[..., ModuleType]) -> None:
    package = generate({"operations": {"PutItem": {"name": "PutItem", "http": {}}}, "shapes": {}})
    match = package.router.match(target("Model.PutItem"))
    assert match == Match(package.endpoints.PutItem, "json")


def test_only_the_operation_that_matches_is_loaded() -> None:
    operations = Named(NAMES)
    router = Router(operations=operations, service="model", protocols=("json",), target_prefix=PREFIX)
    router.match(target(f"{PREFIX}.GetItem"))
    with pytest.raises(RoutingError):
        router.match(target(f"{PREFIX}.Nothing"))
    assert operations.loaded == ["GetItem"]

"""What a change of a key does to users of the generated code, by the protocol: in both directions, a row each.

`=` is a change without effect, `+` an addition, `!` one that adds an error; letters are those whom it breaks.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from codegen.test_diff import base, differences

from botobind_codegen.diff.changes import Change

GET = "operations/GetThing"
TEXT = "shapes/Asked/members/Text"
AUTH = ["aws.auth#sigv4"]
PAGES = {"input_token": "Text", "output_token": "Text", "result_key": ["Parts"]}
REST = ("rest-json", "rest-xml")
ALL = ("json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor")
LABEL = {"location": "uri", "locationName": "text"}
URI = {f"{GET}/http/requestUri": "/things/{text}", f"{TEXT}/location": "uri", f"{TEXT}/locationName": "text"}
MOMENT = {"shapes/Moment": {"type": "timestamp"}, "shapes/Asked/members/When": {"shape": "Moment"}}
WHEN = "shapes/Asked/members/When"
EVENTS = {
    "shapes/Events": {"type": "structure", "eventstream": True, "members": {"Part": {"shape": "Part"}}},
    "shapes/Given/members/Events": {"shape": "Events"},
}
H2 = "metadata/protocolSettings"

Rows = list[tuple[str, tuple[str, ...], dict[str, Any], dict[str, Any], dict[str, Any], str, str]]
ROWS: Rows = [
    # what, protocols, both models, the old one, the new one, what it does there, and what it does the other way round
    ("error", ALL[:2], {}, {}, {"operations/PutThing/errors": [{"shape": "Lost"}]}, "!", "s"),
    ("no auth written down", ("json",), {}, {}, {"metadata/auth": AUTH}, "=", "="),
    ("another auth", ("json",), {"metadata/auth": AUTH}, {}, {"metadata/auth": [*AUTH, "aws.auth#sigv4a"]}, "+", "c"),
    ("auth no more", ("json",), {}, {}, {f"{GET}/auth": ["smithy.api#noAuth"]}, "+", "c"),
    ("auth no more, as before", ("json",), {}, {}, {f"{GET}/authtype": "none"}, "+", "c"),
    (
        "no auth in other words",
        ("json",),
        {f"{GET}/authtype": "none"},
        {},
        {f"{GET}/auth": ["smithy.api#noAuth"]},
        "=",
        "=",
    ),
    ("unsigned bodies", REST, {}, {}, {f"{GET}/authtype": "v4-unsigned-body"}, "+", "c"),
    ("signing name as it was", ("json",), {}, {}, {"metadata/signingName": "model"}, "=", "="),
    ("another signing name", ("json",), {}, {}, {"metadata/signingName": "other"}, "c", "c"),
    ("HTTP/2 if you like", REST, {}, {}, {H2: {"h2": "optional"}}, "=", "="),
    ("HTTP/2 for events that are nowhere", REST, {}, {}, {H2: {"h2": "eventstream"}}, "=", "="),
    ("HTTP/2 for events", REST, EVENTS, {}, {H2: {"h2": "eventstream"}}, "c", "+"),
    ("HTTP/2 only", ("json",), {}, {}, {H2: {"h2": "required"}}, "c", "+"),
    ("another setting", ("json",), {}, {}, {H2: {"h3": "required"}}, "c", "c"),
    ("endpoints may be asked for", ("json",), {}, {}, {f"{GET}/endpointdiscovery": {}}, "=", "="),
    ("endpoints must be asked for", ("json",), {}, {}, {f"{GET}/endpointdiscovery": {"required": True}}, "c", "+"),
    ("aggregates", ("json",), {}, {}, {f"{GET}/pagination": {"non_aggregate_keys": ["Text"]}}, "+", "c"),
    (
        "aggregates of pages",
        ("json",),
        {f"{GET}/pagination": PAGES},
        {},
        {f"{GET}/pagination/non_aggregate_keys": ["Text"]},
        "=",
        "=",
    ),
    (
        "more in each page",
        ("json",),
        {f"{GET}/pagination": PAGES},
        {},
        {f"{GET}/pagination/result_key": ["Parts", "Text"]},
        "+",
        "c",
    ),
    (
        "other pages",
        ("json",),
        {f"{GET}/pagination": PAGES},
        {},
        {f"{GET}/pagination/output_token": "Parts"},
        "c",
        "c",
    ),
    ("slash at the end", REST, {}, {}, {f"{GET}/http/requestUri": "/things/"}, "cs", "cs"),
    (
        "slash at the end alone",
        REST,
        {f"{GET}/http/requestUri": "/things"},
        {},
        {f"{GET}/http/requestUri": "/things/"},
        "=",
        "=",
    ),
    (
        "constants in another order",
        REST,
        {f"{GET}/http/requestUri": "/things?a=1&b"},
        {},
        {f"{GET}/http/requestUri": "/things?b&a=1"},
        "=",
        "=",
    ),
    (
        "another constant",
        REST,
        {f"{GET}/http/requestUri": "/things?a=1"},
        {},
        {f"{GET}/http/requestUri": "/things?a=2"},
        "cs",
        "cs",
    ),
    (
        "another label",
        REST,
        URI,
        {},
        {f"{GET}/http/requestUri": "/things/{Text}", f"{TEXT}/locationName": "Text"},
        "=",
        "=",
    ),
    (
        "labels change places",
        REST,
        {**URI, "shapes/Asked/members/Kind": {"shape": "Kind", "location": "uri"}},
        {f"{GET}/http/requestUri": "/things/{text}/{Kind}"},
        {f"{GET}/http/requestUri": "/things/{Kind}/{text}"},
        "cs",
        "cs",
    ),
    ("greedy label", REST, URI, {}, {f"{GET}/http/requestUri": "/things/{text+}"}, "cs", "cs"),
    (
        "header's letters",
        REST,
        {f"{TEXT}/location": "header"},
        {f"{TEXT}/locationName": "X-Text"},
        {f"{TEXT}/locationName": "x-text"},
        "=",
        "=",
    ),
    (
        "parameter's letters",
        REST,
        {f"{TEXT}/location": "querystring"},
        {f"{TEXT}/locationName": "Text"},
        {f"{TEXT}/locationName": "text"},
        "cs",
        "cs",
    ),
    ("wire name as it was", REST, {}, {}, {f"{TEXT}/locationName": "Text"}, "=", "="),
    ("another wire name", REST, {}, {}, {f"{TEXT}/locationName": "text"}, "csd", "csd"),
    ("a wire name that JSON has not", ("json",), {}, {}, {f"{TEXT}/locationName": "text"}, "=", "="),
    ("another place", REST, {}, {}, {f"{TEXT}/location": "header", f"{TEXT}/locationName": "T"}, "csd", "csd"),
    (
        "a payload, and nothing else in bodies",
        REST,
        {"shapes/Asked": {"type": "structure", "members": {}}},
        {},
        {
            "shapes/Asked/members/Body": {"shape": "Text"},
            "shapes/Asked/payload": "Body",
        },
        "+",
        "csd",
    ),
    ("a payload of what was one of many", REST, {}, {}, {"shapes/Asked/payload": "Common"}, "cs", "cs"),
    (
        "a payload beside others",
        REST,
        {},
        {},
        {"shapes/Asked/members/Body": {"shape": "Text"}, "shapes/Asked/payload": "Body"},
        "cs",
        "csd",
    ),
    ("times as they were", ("json", "rest-json"), MOMENT, {}, {f"{WHEN}/timestampFormat": "unixTimestamp"}, "=", "="),
    ("times as they were", ("rest-xml", "ec2"), MOMENT, {}, {"shapes/Moment/timestampFormat": "iso8601"}, "=", "="),
    (
        "time format as it was in headers",
        REST,
        {**MOMENT, f"{WHEN}/location": "header"},
        {},
        {"shapes/Moment/timestampFormat": "rfc822"},
        "=",
        "=",
    ),
    ("another time format", ALL[:5], MOMENT, {}, {f"{WHEN}/timestampFormat": "rfc822"}, "c", "c"),
    ("status", ALL, {}, {"shapes/Lost/error": {"code": "Lost", "senderFault": True}}, {}, "+", "c"),
    ("another status", ALL, {}, {}, {"shapes/Lost/error/httpStatusCode": 410}, "c", "c"),
    ("output", ALL, {}, {"operations/GetThing/output": None}, {}, "s", "cs"),
    ("input", ALL, {}, {"operations/GetThing/input": None}, {}, "cs", "cs"),
    ("another errors' envelope", ("rest-json", "query"), {}, {}, {"metadata/awsQueryCompatible": {}}, "=", "="),
    ("query's errors in JSON", ("json",), {}, {}, {"metadata/awsQueryCompatible": {}}, "cs", "cs"),
    ("another target", ("json", "smithy-rpc-v2-cbor"), {}, {}, {"metadata/targetPrefix": "Other"}, "cs", "cs"),
    ("a target that forms have not", ("query", "rest-xml"), {}, {}, {"metadata/targetPrefix": "Other"}, "=", "="),
    (
        "one more protocol, and what it alone looks at",
        ("query",),
        {"metadata/jsonVersion": None},
        {"metadata/protocols": ["query"]},
        {"metadata/protocols": ["query", "smithy-rpc-v2-cbor"], "metadata/targetPrefix": "Other"},
        "sd",
        "csd",
    ),
]


def changed(model: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The model with each of these at its path; None takes away."""
    model = copy.deepcopy(model)
    for path, value in changes.items():
        *steps, last = path.split("/")
        table = model
        for step in steps:
            table = table.setdefault(step, {})
        if value is None:
            table.pop(last, None)
        else:
            table[last] = copy.deepcopy(value)
    return model


def effect(changes: list[Change]) -> str:
    broken = {audience for change in changes for audience in change.breaks}
    letters = {"callers": "c", "servers": "s", "stored": "d"}
    if broken:
        return "".join(letter for audience, letter in letters.items() if audience in broken)
    levels = {change.level for change in changes}
    return "!" if "error added" in levels else "+" if "addition" in levels else "=" if levels else ""


@pytest.mark.parametrize(
    ("protocol", "both", "old", "new", "there", "back"),
    [(protocol, *row[2:]) for row in ROWS for protocol in row[1]],
    ids=[f"{row[0]}-{protocol}" for row in ROWS for protocol in row[1]],
)
def test_effects(
    protocol: str, both: dict[str, Any], old: dict[str, Any], new: dict[str, Any], there: str, back: str
) -> None:
    common = changed(base(protocol), both)
    before, after = changed(common, old), changed(common, new)
    assert (effect(differences(before, after)), effect(differences(after, before))) == (there, back)

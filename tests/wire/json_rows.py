"""The rules of JSON bodies."""

from __future__ import annotations

import math

from wire.rows import ABSENT, BEFORE, EPOCH, FRACTION, NOON, Row, member, table


def _everywhere(protocol: str, body_format: str) -> list[Row]:
    """What awsJson and restJson have in common; the wire is the value in the object, under the member's name."""
    return [
        *table(
            protocol,
            body_format,
            ("text", "Text", 'a\r\n"é𝄞', {"Value": 'a\r\n"é𝄞'}),
            ("an absent member is left out", "Text", ABSENT, {}),
            ("an unknown value of an enum is kept", "State", "OFF", {"Value": "OFF"}),
            ("integers", "Integer", -1, {"Value": -1}),
            ("bytes are integers", "Byte", -128, {"Value": -128}),
            ("shorts are integers", "Short", 32767, {"Value": 32767}),
            ("an integer of any size", "Long", 2**70, {"Value": 2**70}),
            ("doubles", "Double", 0.1, {"Value": 0.1}),
            ("NaN is a text", "Double", math.nan, {"Value": "NaN"}),
            ("infinity is a text", "Float", math.inf, {"Value": "Infinity"}),
            ("minus infinity is a text", "Double", -math.inf, {"Value": "-Infinity"}),
            ("booleans", "Flag", False, {"Value": False}),
            ("blobs are base64", "Blob", b"\x00\xff", {"Value": "AP8="}),
            ("an empty blob", "Blob", b"", {"Value": ""}),
            ("timestamps are seconds, whole ones integers", "Time", NOON, {"Value": EPOCH}),
            ("timestamps with a fraction are floats", "Time", FRACTION, {"Value": EPOCH + 0.678}),
            ("timestamps before 1970", "Time", BEFORE, {"Value": -1}),
            (
                "timestampFormat iso8601 on the member",
                member("Time", timestampFormat="iso8601"),
                NOON,
                {"Value": "2020-02-29T12:00:00Z"},
            ),
            ("timestampFormat iso8601 on the shape", "Iso", FRACTION, {"Value": "2020-02-29T12:00:00.678Z"}),
            ("timestampFormat rfc822 on the shape", "Http", NOON, {"Value": "Sat, 29 Feb 2020 12:00:00 GMT"}),
            (
                "the member's timestampFormat wins",
                member("Http", timestampFormat="unixTimestamp"),
                NOON,
                {"Value": EPOCH},
            ),
            ("timestampFormat of a list's items", "IsoTimes", [NOON], {"Value": ["2020-02-29T12:00:00Z"]}),
            ("documents are as they are", "Json", {"a": [None, 1.5, {}]}, {"Value": {"a": [None, 1.5, {}]}}),
            ("a jsonvalue in a body is a text (botocore)", "JsonText", '{"a":[1]}', {"Value": '{"a":[1]}'}),
            ("jsonvalue on the member", member("Text", jsonvalue=True), "[null]", {"Value": "[null]"}),
            ("lists", "Texts", ["a", "b"], {"Value": ["a", "b"]}),
            ("an empty list", "Texts", [], {"Value": []}),
            ("flattened says nothing in JSON", "FlatNamed", ["a"], {"Value": ["a"]}),
            ("lists of lists", "Table", [["a"], []], {"Value": [["a"], []]}),
            ("sparse lists keep nulls", "Sparse", ["a", None], {"Value": ["a", None]}),
            ("sparse lists of structures", "SparseThings", [{"A": "a"}, None], {"Value": [{"A": "a"}, None]}),
            ("maps", "Map", {"a": "1"}, {"Value": {"a": "1"}}),
            ("key and value names say nothing in JSON", "NamedMap", {"a": "1"}, {"Value": {"a": "1"}}),
            ("an empty map", "Map", {}, {"Value": {}}),
            ("sparse maps keep nulls", "SparseMap", {"a": None}, {"Value": {"a": None}}),
            ("maps of structures", "ThingMap", {"a": {"A": "b"}}, {"Value": {"a": {"A": "b"}}}),
            ("an empty structure", "Empty", {}, {"Value": {}}),
            ("unions", "Choice", {"A": "a"}, {"Value": {"A": "a"}}),
        ),
        *table(
            protocol,
            body_format,
            ("null is absent", "Text", ABSENT, {"Value": None}),
            ("unknown members are ignored", "Text", "a", {"Value": "a", "Other": {"x": 1}}),
            ("an integer may come with a fraction of zeros", "Integer", 1, {"Value": 1.0}),
            ("a double may come as an integer", "Double", 1.0, {"Value": 1}),
            ("lists that are not sparse drop nulls (Smithy)", "Texts", ["a", "b"], {"Value": ["a", None, "b"]}),
            ("maps that are not sparse drop nulls (Smithy)", "Map", {"b": "1"}, {"Value": {"a": None, "b": "1"}}),
            ("ISO 8601 where seconds are due", "Time", NOON, {"Value": "2020-02-29T12:00:00Z"}),
            ("ISO 8601 with an offset", "Time", NOON, {"Value": "2020-02-29T14:30:00+02:30"}),
            ("an HTTP date where seconds are due", "Time", NOON, {"Value": "Sat, 29 Feb 2020 12:00:00 GMT"}),
            ("seconds as a text", "Iso", NOON, {"Value": str(EPOCH)}),
            (
                "unions ignore nulls and __type",
                "Choice",
                {"A": "a"},
                {"Value": {"A": "a", "B": None, "__type": "x#Choice"}},
            ),
            (
                "an unknown member of a union is kept by name",
                "Choice",
                {"SDK_UNKNOWN_MEMBER": {"name": "C"}},
                {"Value": {"C": [1]}},
            ),
            read_only=True,
        ),
    ]


JSON = [
    *_everywhere("json", "json"),
    *table(
        "json",
        "json",
        ("locationName says nothing (awsJson)", member("Text", locationName="val"), "a", {"Value": "a"}),
        ("nor inside of structures", "Thing", {"A": "a", "B": "b"}, {"Value": {"A": "a", "B": "b"}}),
        ("nor in unions", "Choice", {"B": 1}, {"Value": {"B": 1}}),
    ),
    *_everywhere("rest-json", "json"),
    *table(
        "rest-json",
        "json",
        ("locationName is the key (restJson1)", member("Text", locationName="val"), "a", {"val": "a"}),
        ("also inside of structures", "Thing", {"A": "a", "B": "b"}, {"Value": {"A": "a", "bee": "b"}}),
        ("and in unions", "Choice", {"B": 1}, {"Value": {"bee": 1}}),
        ("but not that of an item", "Named", ["a"], {"Value": ["a"]}),
        (
            "a member elsewhere keeps its name",
            member("Text", location="header", locationName="X-V"),
            "a",
            {"Value": "a"},
        ),
    ),
    *table(
        "rest-xml",
        "json",
        ("general: members by their names", member("Text", locationName="val"), "a", {"Value": "a"}),
        ("general: timestampFormat is XML's", "Iso", NOON, {"Value": EPOCH}),
        ("general: blobs are base64", "Blob", b"\xff", {"Value": "/w=="}),
    ),
]

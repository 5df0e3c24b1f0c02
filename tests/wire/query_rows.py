"""The rules of forms, and what leaves no trace."""

from __future__ import annotations

import math

from wire.rows import ABSENT, EPOCH, FRACTION, NOON, member, table

QUERY = [
    *table(
        "query",
        "query",
        ("a parameter of the member's name", "Text", "a b&é", [("Value", "a b&é")]),
        ("an absent member is left out", "Text", ABSENT, []),
        ("an empty text", "Text", "", [("Value", "")]),
        ("locationName", member("Text", locationName="val"), "a", [("val", "a")]),
        ("structures are dotted", "Thing", {"A": "a", "B": "b"}, [("Value.A", "a"), ("Value.bee", "b")]),
        ("bytes", "Byte", -128, [("Value", "-128")]),
        ("shorts", "Short", 32767, [("Value", "32767")]),
        ("integers", "Long", 2**70, [("Value", "1180591620717411303424")]),
        ("doubles", "Double", 1.5, [("Value", "1.5")]),
        ("NaN", "Double", math.nan, [("Value", "NaN")]),
        ("infinity", "Float", -math.inf, [("Value", "-Infinity")]),
        ("booleans", "Flag", True, [("Value", "true")]),
        ("blobs are base64", "Blob", b"\xff", [("Value", "/w==")]),
        ("timestamps are ISO 8601", "Time", FRACTION, [("Value", "2020-02-29T12:00:00.678Z")]),
        (
            "timestampFormat on the member",
            member("Time", timestampFormat="unixTimestamp"),
            NOON,
            [("Value", str(EPOCH))],
        ),
        ("timestampFormat on the shape", "Http", NOON, [("Value", "Sat, 29 Feb 2020 12:00:00 GMT")]),
        ("lists are Name.member.N", "Texts", ["a", "b"], [("Value.member.1", "a"), ("Value.member.2", "b")]),
        ("an item's locationName", "Named", ["a"], [("Value.item.1", "a")]),
        ("flattened lists are Name.N", "Flat", ["a", "b"], [("Value.1", "a"), ("Value.2", "b")]),
        ("a flattened list is called what its items are called", "FlatNamed", ["a"], [("item.1", "a")]),
        ("an empty list is its bare name (awsQuery)", "Texts", [], [("Value", "")]),
        ("lists of structures", "Things", [{"A": "a"}], [("Value.member.1.A", "a")]),
        ("lists of lists", "Table", [["a"]], [("Value.member.1.member.1", "a")]),
        (
            "more than nine items",
            "Flat",
            list("abcdefghijk"),
            [(f"Value.{at}", text) for at, text in enumerate("abcdefghijk", 1)],
        ),
        (
            "maps are Name.entry.N.key and .value",
            "Map",
            {"a": "1"},
            [("Value.entry.1.key", "a"), ("Value.entry.1.value", "1")],
        ),
        (
            "locationName of key and value",
            "NamedMap",
            {"a": "1"},
            [("Value.entry.1.Name", "a"), ("Value.entry.1.Text", "1")],
        ),
        ("flattened maps are Name.N.key", "FlatMap", {"a": "1"}, [("Value.1.key", "a"), ("Value.1.value", "1")]),
        ("flattened maps with names", "FlatNamedMap", {"a": "1"}, [("Value.1.Name", "a"), ("Value.1.Text", "1")]),
        (
            "maps of structures",
            "ThingMap",
            {"k": {"A": "a"}},
            [("Value.entry.1.key", "k"), ("Value.entry.1.value.A", "a")],
        ),
        ("unions", "Choice", {"B": 1}, [("Value.bee", "1")]),
        (
            "sparse lists mark nulls (general)",
            "Sparse",
            ["a", None],
            [("Value.member.1", "a"), ("Value.member.2.nil", "true")],
        ),
    ),
    *table(
        "query",
        "query",
        (
            "items are in the order of their numbers",
            "Texts",
            ["a", "b"],
            [("Value.member.2", "b"), ("Value.member.1", "a")],
        ),
        ("gaps between numbers close up", "Texts", ["a", "b"], [("Value.member.3", "a"), ("Value.member.7", "b")]),
        ("unknown parameters are ignored", "Text", "a", [("Action", "Go"), ("Version", "1"), ("Value", "a")]),
        read_only=True,
    ),
    *table(
        "ec2",
        "query",
        ("a member's name is as it is", member("Text"), "a", [("Value", "a")]),
        ("locationName is capitalised", member("Text", locationName="val"), "a", [("Val", "a")]),
        (
            "queryName is as it is, and wins",
            member("Text", locationName="val", queryName="qName"),
            "a",
            [("qName", "a")],
        ),
        ("in structures", "Thing", {"A": "a", "B": "b"}, [("Value.A", "a"), ("Value.Bee", "b")]),
        ("all lists are flat", "Texts", ["a", "b"], [("Value.1", "a"), ("Value.2", "b")]),
        ("an item's locationName says nothing", "Named", ["a"], [("Value.1", "a")]),
        ("nor does it for flattened lists", member("FlatNamed", locationName="val"), ["a"], [("Val.1", "a")]),
        ("lists of structures", "Things", [{"B": "b"}], [("Value.1.Bee", "b")]),
        ("timestamps are ISO 8601", "Time", NOON, [("Value", "2020-02-29T12:00:00Z")]),
        ("booleans", "Flag", False, [("Value", "false")]),
    ),
    *table(
        "json",
        "query",
        ("general: no wire traits", member("FlatNamed", locationName="val"), ["a"], [("Value.member.1", "a")]),
        ("general: an empty structure is its bare name", "Empty", {}, [("Value", "")]),
        ("general: an empty map is its bare name", "Map", {}, [("Value", "")]),
        ("general: an empty list is its bare name", "Texts", [], [("Value", "")]),
        ("general: documents are JSON text", "Json", {"a": None}, [("Value", '{"a":null}')]),
    ),
]

VANISHING = [
    *table(
        "query",
        "query",
        ("empty maps vanish (awsQuery)", "Map", {}, []),
        ("empty structures vanish (awsQuery)", "Empty", {}, []),
        ("structures of absent members vanish", "Thing", {}, []),
    ),
    *table("ec2", "query", ("empty lists vanish (ec2Query)", "Texts", [], [])),
    *table(
        "rest-xml",
        "xml",
        ("empty flattened lists vanish", "Flat", [], ""),
        ("empty flattened maps vanish", "FlatMap", {}, ""),
    ),
]
"""What cannot be read back, since it leaves no trace."""

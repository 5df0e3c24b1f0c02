"""The rules of members in headers."""

from __future__ import annotations

import math

from wire.rows import ABSENT, BEFORE, EPOCH, IN_HEADER, NOON, member, table

HEADER = [
    row
    for protocol in ("rest-json", "rest-xml")
    for row in (
        *table(
            protocol,
            "header",
            ("text", member("Text", **IN_HEADER), "a, b", [("X-V", "a, b")]),
            ("an empty text", member("Text", **IN_HEADER), "", [("X-V", "")]),
            ("integers", member("Integer", **IN_HEADER), -5, [("X-V", "-5")]),
            ("doubles", member("Double", **IN_HEADER), 1.1, [("X-V", "1.1")]),
            ("NaN", member("Double", **IN_HEADER), math.nan, [("X-V", "NaN")]),
            ("booleans", member("Flag", **IN_HEADER), True, [("X-V", "true")]),
            ("blobs are base64", member("Blob", **IN_HEADER), b"\xff", [("X-V", "/w==")]),
            (
                "timestamps are HTTP dates",
                member("Time", **IN_HEADER),
                NOON,
                [("X-V", "Sat, 29 Feb 2020 12:00:00 GMT")],
            ),
            ("timestampFormat iso8601", member("Iso", **IN_HEADER), NOON, [("X-V", "2020-02-29T12:00:00Z")]),
            (
                "timestampFormat unixTimestamp",
                member("Time", timestampFormat="unixTimestamp", **IN_HEADER),
                NOON,
                [("X-V", str(EPOCH))],
            ),
            ("lists are between commas", member("Texts", **IN_HEADER), ["a", "b"], [("X-V", "a,b")]),
            ("items with commas are quoted", member("Texts", **IN_HEADER), ["b,c", "a"], [("X-V", '"b,c",a')]),
            (
                "quotes in items are escaped",
                member("Texts", **IN_HEADER),
                ['"def"', "a\\b"],
                [("X-V", '"\\"def\\"","a\\\\b"')],
            ),
            ("an empty list", member("Texts", **IN_HEADER), [], [("X-V", "")]),
            ("a list of an empty text", member("Texts", **IN_HEADER), [""], [("X-V", '""')]),
            ("lists of integers", member("Integers", **IN_HEADER), [1, 2], [("X-V", "1,2")]),
            ("lists of booleans", member("Flags", **IN_HEADER), [True, False], [("X-V", "true,false")]),
            (
                "lists of HTTP dates",
                member("Times", **IN_HEADER),
                [NOON, BEFORE],
                [("X-V", "Sat, 29 Feb 2020 12:00:00 GMT, Wed, 31 Dec 1969 23:59:59 GMT")],
            ),
            (
                "lists of ISO dates",
                member("IsoTimes", **IN_HEADER),
                [NOON, NOON],
                [("X-V", "2020-02-29T12:00:00Z,2020-02-29T12:00:00Z")],
            ),
            (
                "prefix headers",
                member("Map", location="headers", locationName="x-meta-"),
                {"a": "1", "b": ""},
                [("x-meta-a", "1"), ("x-meta-b", "")],
            ),
            (
                "an empty prefix (dataexchange)",
                member("Map", location="headers", locationName=""),
                {"a": "1"},
                [("a", "1")],
            ),
            ("a jsonvalue is base64", member("JsonText", **IN_HEADER), {"a": [1]}, [("X-V", "eyJhIjpbMV19")]),
            ("without a locationName, the member's name", member("Text", location="header"), "a", [("Value", "a")]),
        ),
        *table(
            protocol,
            "header",
            ("names in any case", member("Text", **IN_HEADER), "a", [("x-v", "a")]),
            (
                "spaces around list items",
                member("Texts", **IN_HEADER),
                ["a", "b,c", '"d"'],
                [("X-V", 'a , "b,c", "\\"d\\""')],
            ),
            ("a repeated header is a list", member("Texts", **IN_HEADER), ["a", "b"], [("X-V", "a"), ("X-V", "b")]),
            ("a date in another format", member("Time", **IN_HEADER), NOON, [("X-V", "2020-02-29T12:00:00Z")]),
            ("a boolean in upper case", member("Flag", **IN_HEADER), True, [("X-V", "True")]),
            (
                "a prefix in any case",
                member("Map", location="headers", locationName="X-Meta-"),
                {"a": "1"},
                [("x-meta-a", "1"), ("other", "2")],
            ),
            (
                "no header of the prefix: an empty map",
                member("Map", location="headers", locationName="x-meta-"),
                {},
                [("other", "2")],
            ),
            ("a jsonvalue without base64", member("JsonText", **IN_HEADER), {"a": [1]}, [("X-V", '{"a":[1]}')]),
            ("an absent header", member("Text", **IN_HEADER), ABSENT, [("other", "a")]),
            read_only=True,
        ),
    )
]

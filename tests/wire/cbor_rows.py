"""The rules of CBOR bodies."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from wire.rows import ABSENT, BEFORE, FRACTION, NOON, member, table

from botobind.timestamps import of_epoch

CBOR = table(
    "smithy-rpc-v2-cbor",
    "cbor",
    ("text", "Text", "é", "62 c3a9"),
    ("an integer in the fewest bytes", "Integer", 23, "17"),
    ("negative integers", "Integer", -1, "20"),
    ("a byte", "Byte", -128, "38 7f"),
    ("a short", "Short", 32767, "19 7fff"),
    ("eight bytes", "Long", 2**63 - 1, "1b 7fffffffffffffff"),
    ("an integer of any size is a bignum", "Long", 2**70, "c2 49 400000000000000000"),
    ("doubles take eight bytes", "Double", 0.1, "fb 3fb999999999999a"),
    ("whole doubles too", "Double", 1.0, "fb 3ff0000000000000"),
    ("floats take four bytes", "Float", 0.5, "fa 3f000000"),
    ("NaN in the fewest bytes (as botocore)", "Double", math.nan, "f9 7e00"),
    ("infinity in a float", "Float", math.inf, "fa 7f800000"),
    ("true", "Flag", True, "f5"),
    ("false", "Flag", False, "f4"),
    ("blobs are byte strings", "Blob", b"\x00\xff", "42 00ff"),
    ("timestamps are seconds under tag 1", "Time", NOON, "c1 1a 5e5a5240"),
    ("timestamps before 1970", "Time", BEFORE, "c1 20"),
    ("timestamps with a fraction are doubles", "Time", FRACTION, "c1 fb 41d79694902b645a"),
    ("timestamps beyond the year 9999", "Time", of_epoch(10**12), "c1 1b 000000e8d4a51000"),
    ("timestampFormat says nothing", "Iso", NOON, "c1 1a 5e5a5240"),
    ("lists have definite lengths", "Texts", ["a", "b"], "82 61 61 61 62"),
    ("an empty list", "Texts", [], "80"),
    ("sparse lists keep nulls", "Sparse", ["a", None], "82 61 61 f6"),
    ("maps have definite lengths", "Map", {"a": "1"}, "a1 61 61 61 31"),
    ("sparse maps keep nulls", "SparseMap", {"a": None}, "a1 61 61 f6"),
    ("locationName says nothing", member("Thing", locationName="val"), {"B": "b"}, "a1 61 42 61 62"),
    ("an empty structure", "Empty", {}, "a0"),
    ("unions", "Choice", {"A": "a"}, "a1 61 41 61 61"),
    ("documents", "Json", {"a": [1]}, "a1 61 61 81 01"),
) + table(
    "smithy-rpc-v2-cbor",
    "cbor",
    ("indefinite text", "Text", "ab", "7f 61 61 61 62 ff"),
    ("indefinite bytes", "Blob", b"\x00\xff", "5f 41 00 41 ff ff"),
    ("indefinite lists", "Texts", ["a"], "9f 61 61 ff"),
    ("indefinite maps", "Map", {"a": "1"}, "bf 61 61 61 31 ff"),
    ("half floats", "Double", 1.5, "f9 3e00"),
    ("half floats that are no numbers", "Float", math.nan, "f9 7e00"),
    ("single floats for doubles", "Double", 0.5, "fa 3f000000"),
    ("integers for doubles", "Double", 1.0, "01"),
    ("whole doubles for integers", "Integer", 1, "fb 3ff0000000000000"),
    ("half floats under tag 1", "Time", datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC), "c1 f9 3e00"),
    ("null is absent", "Text", ABSENT, "f6"),
    ("undefined is absent", "Text", ABSENT, "f7"),
    ("nulls in maps are dropped", "Map", {"b": "1"}, "a2 61 61 f6 61 62 61 31"),
    ("nulls in lists are dropped", "Texts", ["a"], "82 f6 61 61"),
    (
        "values inside of maps are decoded (botocore leaves them)",
        "ThingMap",
        {"k": {"A": "a"}},
        "a1 61 6b a1 61 41 61 61",
    ),
    read_only=True,
)

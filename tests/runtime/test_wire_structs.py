"""The fast way through JSON and CBOR beside the slow one: wire structs give what trees give, or leave it to them."""

from __future__ import annotations

import json as stdlib_json
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hostile import watchdog
from support.wire_structs import CLASSES

from botobind import DecodeError
from botobind.bodies import parse_body
from botobind.formats import cbor, json
from botobind.rules.structs import struct_of
from botobind.testing import example
from botobind.wire import cbortags
from botobind.wire_structs import CborWireStructs, JsonWireStructs, Making, WireStructs
from botobind_services import cloudwatch, dynamodb, lambda_

READERS = {
    "json": (JsonWireStructs, json.dump, lambda cls, data: cls.of_json(json.parse(data))),
    "cbor": (CborWireStructs, cbor.dump, lambda cls, data: cls.of_cbor(cbor.parse(data))),
}


def warm(wire_structs: WireStructs, cls: Any, data: bytes) -> Any:
    """What the wire struct makes of a document, once there is one."""
    assert wire_structs.load(cls, data) is None
    return wire_structs.load(cls, data)


def types_in(value: object) -> Iterator[object]:
    """The exact types of a value and all that is in it, and the zones of times."""
    yield value.__class__
    if isinstance(value, datetime):
        yield value.tzinfo
    elif isinstance(value, list):
        for item in value:
            yield from types_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from types_in(key)
            yield from types_in(item)
    elif hasattr(value, "MEMBERS"):
        for attribute in value.MEMBERS:
            yield from types_in(getattr(value, attribute))


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("body_format", READERS)
def test_wire_structs_give_what_trees_give(cls: Any, body_format: str) -> None:
    make, dump, read = READERS[body_format]
    value = example(cls)
    tree = value.to_json() if body_format == "json" else value.to_cbor()
    data = dump(tree)
    expected = read(cls, data)
    wire_structs = make()
    if cls.IN_BODY is None:
        found = warm(wire_structs, cls, data)
    else:
        found = warm_body(wire_structs, cls, data)
        for attribute in value.MEMBERS:
            if attribute not in cls.IN_BODY:
                setattr(expected, attribute, None)
    assert found == expected
    assert list(types_in(found)) == list(types_in(expected))


def warm_body(wire_structs: WireStructs, cls: Any, data: bytes) -> Any:
    blank = cls.__new__(cls)
    for attribute in cls.MEMBERS:
        setattr(blank, attribute, None)
    assert not wire_structs.fill(blank, data)
    assert wire_structs.fill(blank, data)
    return blank


def outcome(read: Any) -> object:
    """A value, or the text of the error."""
    with watchdog():
        try:
            return read()
        except DecodeError as error:
            return str(error)


A, Q = dynamodb.AttributeValue, dynamodb.QueryOutput
F = lambda_.FunctionConfiguration
ODD = [
    (A, '{"S": "a", "N": "1"}'),
    (A, '{"S": "a", "N": null}'),
    (A, '{"S": "a", "Z": 1}'),
    (A, '{"Z": 1}'),
    (A, "{}"),
    (A, '{"__type": "x", "S": "a"}'),
    (A, '{"S": "a", "S": "b"}'),
    (A, '{"S": 1}'),
    (A, '{"BOOL": 1}'),
    (A, '{"B": "YQ"}'),
    (A, '{"B": " Y Q = = "}'),
    (A, '{"B": "YQ=="}'),
    (A, '{"BS": ["YQ==", "?"]}'),
    (A, '{"L": [{"S": "a"}, null]}'),
    (A, '{"M": {"k": null}}'),
    (A, '{"M": {"k": {"S": 1}}}'),
    (A, '{"SS": ["a", 1]}'),
    (A, '{"L": ' * 3000 + "[]" + "}" * 3000),
    (Q, '{"Count": 1.0}'),
    (Q, '{"Count": 1.5}'),
    (Q, '{"Count": true}'),
    (Q, '{"Count": "1"}'),
    (Q, '{"Count": 1e2}'),
    (Q, '{"Count": ' + "9" * 40 + "}"),
    (Q, '{"Count": ' + "9" * 5000 + "}"),
    (Q, '{"Items": {}}'),
    (Q, '{"Items": [{"a": {"S": "x"}}], "More": [1, {"x": 2}]}'),
    (Q, '{"ConsumedCapacity": {"CapacityUnits": 1}}'),
    (Q, '{"ConsumedCapacity": {"CapacityUnits": "NaN"}}'),
    (Q, '{"ConsumedCapacity": {"CapacityUnits": "Infinity"}}'),
    (Q, '{"ConsumedCapacity": {"CapacityUnits": "x"}}'),
    (Q, '{"ConsumedCapacity": {"CapacityUnits": 1e999}}'),
    (Q, '{"ConsumedCapacity": {"CapacityUnits": 1' + "0" * 400 + "}}"),
    (Q, '{"Items": [{"a": {"S": "\\ud800"}}]}'),
    (Q, "[]"),
    (Q, "null"),
    (Q, '"x"'),
    (Q, ""),
    (Q, "{"),
    (Q, '{"Count": 1} x'),
    (F, '{"Environment": {"Variables": {"SECRET": 5}}}'),
    (F, '{"Environment": {"Variables": {"a": "b", "c": null}}}'),
    (F, '{"Layers": [{"Arn": "a", "CodeSize": 1}, {}]}'),
    (F, '{"Timeout": 3, "Unknown": {"deep": [[[1]]]}}'),
    (F, '{"TIMEOUT": 3}'),
]


@pytest.mark.parametrize(("cls", "text"), ODD, ids=range(len(ODD)))
def test_odd_documents_are_the_same_before_and_after(cls: Any, text: str) -> None:
    good = json.dump(example(cls).to_json())
    data = text.encode()
    by_tree = outcome(lambda: cls.of_json(json.parse(data)))
    wire_structs = JsonWireStructs()
    warm(wire_structs, cls, good)
    found = outcome(lambda: wire_structs.load(cls, data))
    # As text, since a number that is none equals nothing.
    assert found is None or (repr(found) == repr(by_tree) and list(types_in(found)) == list(types_in(by_tree)))
    for _ in range(3):  # by whichever way it is read, as it is met more often
        assert repr(outcome(lambda: cls.of_string(data))) == repr(by_tree)


TIME = cloudwatch.MetricDataResult
LATE, EARLY = 9_999_999_999.123, -9_999_999_999.123


@pytest.mark.parametrize(
    "members",
    [
        {"Timestamps": [datetime(2024, 1, 2, tzinfo=UTC)], "Values": [1.0, 2, float("nan")]},
        {"Values": [float("inf")]},
        {"Values": [2**70]},
        {"Values": ["1"]},
        {"Values": [True]},
        {"Values": [None, 1.0]},
        {"Values": [cbor2.undefined]},
        {"Label": b"x"},
        {"Label": 5},
        {"Timestamps": [1.5]},
        {"Timestamps": ["2024-01-02T00:00:00Z"]},
        {"Timestamps": [cbor2.CBORTag(1, LATE), cbor2.CBORTag(1, EARLY)]},
        {"Timestamps": [cbor2.CBORTag(1, 10**15)]},
        {"Timestamps": [cbor2.CBORTag(1, "x")]},
        {"Unknown": [1, {"a": b"b"}]},
        {5: "x", "Label": "a"},
    ],
    ids=str,
)
def test_odd_cbor_is_the_same_before_and_after(members: dict[Any, Any]) -> None:
    wire_structs = CborWireStructs()
    warm(wire_structs, TIME, cbor.dump(example(TIME).to_cbor()))
    data = cbor2.dumps(members)
    by_tree = outcome(lambda: TIME.of_cbor(cbor.parse(data)))
    found = outcome(lambda: wire_structs.load(TIME, data))
    assert found is None or repr(found) == repr(by_tree)


@pytest.mark.parametrize(
    "time",
    [
        cbor2.CBORTag(1, LATE),
        cbor2.CBORTag(1, EARLY),
        cbor2.CBORTag(1, 8589934592.0),
        cbor2.CBORTag(1, 8589934591.75),
        cbor2.CBORTag(1, -8589934592.25),
        cbor2.CBORTag(1, 10**12),
        cbor2.CBORTag(1, 1.5),
        cbor2.CBORTag(0, "2024-01-02T00:00:00+02:00"),
        cbor2.CBORTag(0, "9999-01-02T00:00:00.1Z"),
    ],
    ids=str,
)
def test_odd_times_are_the_same_before_and_after(time: Any) -> None:
    alarm = cloudwatch.MetricAlarm
    wire_structs = CborWireStructs()
    warm(wire_structs, alarm, cbor.dump(example(alarm).to_cbor()))
    data = cbor2.dumps({"StateUpdatedTimestamp": time})
    by_tree = outcome(lambda: alarm.of_cbor(cbor.parse(data)))
    found = outcome(lambda: wire_structs.load(alarm, data))
    assert found is None or (found == by_tree and list(types_in(found)) == list(types_in(by_tree)))


@pytest.mark.parametrize("data", [b"", b"\xa0\x00", b"\xa1", b"\xbf\xff\xff", b"\xa1eLabel\x61\xff"])
def test_broken_cbor_is_left_to_the_trees(data: bytes) -> None:
    wire_structs = CborWireStructs()
    warm(wire_structs, TIME, cbor.dump(example(TIME).to_cbor()))
    assert wire_structs.load(TIME, data) is None


def test_shared_references_that_grow_are_left_to_the_trees() -> None:
    levels = 60
    data = (
        b"\xa1eThing"
        + b"\xd8\x1c\x82" * levels
        + b"\x00"
        + b"".join(b"\xd8\x1d" + cbor2.dumps(level) for level in reversed(range(levels)))
    )
    with watchdog(), pytest.raises(DecodeError):
        cbor.parse_plain(data)


_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
_members = st.sampled_from(["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL", "Z"])
_trees = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_members, inner, max_size=2),
    max_leaves=12,
)
_warmed = JsonWireStructs()


@settings(max_examples=400, deadline=None, database=None)
@given(st.dictionaries(_members, _trees, max_size=2))
def test_any_tree(tree: dict[str, Any]) -> None:
    if _warmed.load(A, b'{"S": "a"}') is None:
        assert _warmed.load(A, b'{"S": "a"}') is not None
    data = stdlib_json.dumps(tree).encode()
    by_tree = outcome(lambda: A.of_json(json.parse(data)))
    found = _warmed.load(A, data)
    if found is not None:
        assert found == by_tree
        assert list(types_in(found)) == list(types_in(by_tree))


def test_a_class_that_comes_later_is_taken_in() -> None:
    wire_structs = JsonWireStructs()
    small, large = b'{"Count": 1}', b'{"Count": 1, "ConsumedCapacity": {"TableName": "t"}}'
    assert warm(wire_structs, Q, small) == Q(count=1)
    decoder = wire_structs.of_class(Q)
    decoder.unmet = ("ConsumedCapacity",)  # as if it had not been loaded when the wire struct was made
    loads = [wire_structs.load(Q, large) for _ in range(6)]
    assert loads[-1] is not None
    assert loads[-1].consumed_capacity.table_name == "t"


def test_after_many_misses_it_rests_and_comes_back() -> None:
    wire_structs = JsonWireStructs()
    good, bad = b'{"Count": 1}', b'{"Count": "x"}'
    assert warm(wire_structs, Q, good) is not None
    for _ in range(16):
        assert wire_structs.load(Q, bad) is None
    pause = wire_structs.of_class(Q).skip
    assert pause > 0
    assert all(wire_structs.load(Q, good) is None for _ in range(pause))
    assert wire_structs.load(Q, good) == Q(count=1)


def test_members_are_in_the_order_in_which_the_service_writes_them() -> None:
    listed = example(lambda_.ListFunctionsResponse)
    functions = [example(lambda_.FunctionConfiguration) for _ in range(2)]
    listed.functions = functions
    tree = listed.to_json()
    tree["Functions"] = [dict(reversed(function.items())) for function in tree["Functions"]]
    del tree["Functions"][0]["MemorySize"]
    tree["Functions"][0]["NoMember"] = 1
    wire_structs = JsonWireStructs()
    data = json.dump(tree)
    assert warm(wire_structs, lambda_.ListFunctionsResponse, data) == listed.of_json(tree)
    made: Any = wire_structs.of_class(lambda_.ListFunctionsResponse)._made
    wire_struct = made(data).functions[0].__class__
    # Each has its place by the first function that has it, behind the member that comes before it there.
    expected = list(reversed(struct_of(lambda_.FunctionConfiguration) or {}))
    assert list(wire_struct.__struct_fields__) == expected


def test_a_subclass_stays_one() -> None:
    class Mine(Q):  # type: ignore[misc, valid-type]
        pass

    data = b'{"Count": 1}'
    assert [type(Mine.of_string(data)) for _ in range(4)] == [Mine] * 4
    assert [type(Q.of_string(data)) for _ in range(4)] == [Q] * 4


def test_threads() -> None:
    data = json.dump(example(Q).to_json())
    expected = Q.of_json(json.parse(data))
    with ThreadPoolExecutor(4) as pool:
        assert all(value == expected for value in pool.map(Q.of_string, [data] * 400))


def test_documents_of_several_classes_have_their_wire_structs_in_common() -> None:
    wire_structs = JsonWireStructs()
    item, row = b'{"Item": {"a": {"S": "x"}}}', b'{"Items": [{"a": {"S": "x"}}]}'
    assert warm(wire_structs, dynamodb.GetItemOutput, item).item == {"a": A(s="x")}
    shared = wire_structs.complete[A]
    assert warm(wire_structs, Q, row).items == [{"a": A(s="x")}]
    assert wire_structs.complete[A] is shared
    assert {Q, dynamodb.GetItemOutput} <= wire_structs.complete.keys()


def test_a_wire_struct_that_refers_to_a_class_not_loaded_is_not_kept() -> None:
    wire_structs = JsonWireStructs()
    loaded = {name: getattr(dynamodb.values, name) for name in ("AttributeValue", "QueryOutput", "ConsumedCapacity")}
    making = Making(wire_structs, loaded)
    making.wire_struct_of(Q)
    assert making.unmet == {"Capacity", "VectorCapacity"}
    assert set(making.completed) == {A}


def test_nested_values_of_a_subclass_are_of_the_class_itself() -> None:
    class Mine(A):  # type: ignore[misc, valid-type]
        pass

    found = warm(JsonWireStructs(), Mine, b'{"L": [{"S": "a"}]}')
    assert type(found) is Mine
    assert found.l == [A(s="a")]
    assert [type(item) for item in found.l] == [A]


LEVELS = 60
FORMS = [b"\xd8%c", b"\xd9\x00%c", b"\xda\x00\x00\x00%c", b"\xdb" + b"\x00" * 7 + b"%c"]


@pytest.mark.parametrize("index", [cbor2.dumps, lambda n: b"\x18%c" % n, lambda n: b"\xc2\x41%c" % n])
@pytest.mark.parametrize("form", FORMS)
def test_references_that_grow_are_found_in_all_their_forms(form: bytes, index: Any) -> None:
    shared, reference = form % 28, form % 29
    references = b"".join(reference + index(level) for level in reversed(range(LEVELS)))
    data = b"\xa1eThing" + (shared + b"\x82") * LEVELS + b"\x00" + references
    with watchdog(), pytest.raises(DecodeError):
        cbor.parse_plain(data)


def test_whatever_cbor2_takes_for_an_index_may_be_a_reference() -> None:
    rests = [b"", *(b"\x00" * size for size in (1, 2, 4, 8)), b"\x41\x00", b"\x41\x01", b"\xd9\xf7\x00", b"\x1c\x00"]
    for first in range(256):
        for rest in rests:
            data = b"\xd8\x1c\x82\x01\xd8\x1d%c" % first + rest
            try:
                found = cbor2.loads(data)
            except cbor2.CBORError:
                continue
            if found[1] is found:
                assert cbortags.are_suspicious(data, cbortags.places_of(data)), data


def test_bytes_that_are_like_references_do_no_harm() -> None:
    tree = {"Label": "a\x1d", "Values": [struct.unpack(">d", bytes.fromhex(f"3fd81c82d81d{n:04x}"))[0] for n in (0, 5)]}
    data = cbor2.dumps(tree)
    assert [parse_body(TIME, data, "cbor").values for _ in range(4)] == [tree["Values"]] * 4


CONTENTS = [
    cbor2.dumps(each) for each in ([1, 2], [1, 2**80], ["a", 1], "a", "1", b"a" * 4, b"a" * 16, b"a" * 30, 1, {1: 2})
]  # fmt: skip
MARKS = [b"", b"\xd8\x1c", b"\xd9\x00\x1c", b"\xd9\xd9\xf7", b"\xda\x00\x00\x00\x1c"]


@pytest.mark.parametrize("mark", MARKS)
def test_whatever_cbor2_makes_of_tags_has_a_place(mark: bytes) -> None:
    odd = 0
    for tag in range(2, 0x10000):
        forms = [b"\xd9" + tag.to_bytes(2, "big"), b"\xda\x00\x00" + tag.to_bytes(2, "big")]
        forms += [b"\xd8%c" % tag] if tag < 0x100 else []
        forms += [bytes([0xC0 + tag])] if tag < 24 else []
        if tag > 300 and tag not in (1004, 43000, 55799):
            continue
        for head in forms:
            for content in CONTENTS:
                try:
                    found = cbor2.loads(head + mark + content)
                except (cbor2.CBORError, ValueError):
                    continue
                is_long = type(found) is int and len(content) > 24
                if isinstance(found, cbor2.CBORTag) or (cbor.is_plain(found) and not is_long):
                    continue
                odd += 1
                assert cbortags.places_of(b"\x82\x01" + head + mark + content), (head, mark, content)
    assert odd > 20


def test_long_integers_in_fractions_are_suspicious() -> None:
    for mark in MARKS[:4]:
        data = b"\xc4" + mark + b"\x82\x00\xc2\x5a\x00\x01\x00\x00" + b"\xff" * 0x10000
        assert cbortags.are_suspicious(data, cbortags.places_of(data))

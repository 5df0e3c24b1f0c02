"""What cannot be in a table, and tables that hold no values: refused with the path of what is wrong."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pytest
from support.models import EVERYTHING, Generate, model

from botobind import DecodeError, EncodeError, arrow
from botobind.timestamps import OutOfRangeDatetime
from botobind_services import dynamodb, lambda_, s3

SAMPLES = [s3.Object(key="a"), s3.Object(key="b")]
WRONG: list[tuple[Any, str]] = [
    (None, "$[2]: expected one of Object, got NoneType"),
    ({"key": "c"}, "$[2]: expected one of Object, got dict"),
    (s3.Object(key=b"c"), "$[2].key: expected one of texts, got bytes"),  # type: ignore[arg-type]
    (s3.Object(size=True), "$[2].size: expected one of integers, got bool"),
    (s3.Object(size=1.5), "$[2].size: expected one of integers, got float"),  # type: ignore[arg-type]
    (s3.Object(size="1"), "$[2].size: expected one of integers, got str"),  # type: ignore[arg-type]
    (s3.Object(size=2**63), "$[2].size: int that does not fit into int64"),
    (s3.Object(key="\ud800"), "$[2].key: str that does not fit into string"),
    (s3.Object(last_modified="now"), "$[2].last_modified: expected one of timestamps, got str"),  # type: ignore[arg-type]
    (
        s3.Object(last_modified=OutOfRangeDatetime(10**17)),
        "$[2].last_modified: int that does not fit into timestamp[us, tz=UTC]",
    ),
    (s3.Object(checksum_algorithm="CRC32"), "$[2].checksum_algorithm: expected one of lists, got str"),  # type: ignore[arg-type]
    (
        s3.Object(checksum_algorithm=["CRC32", 1]),  # type: ignore[list-item]
        "$[2].checksum_algorithm[1]: expected one of texts, got int",
    ),
    (s3.Object(owner=s3.Tag(key="a")), "$[2].owner: expected one of Owner, got Tag"),  # type: ignore[arg-type]
    (s3.Object(owner=s3.Owner(id=1)), "$[2].owner.id: expected one of texts, got int"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("value", "text"), WRONG)
@pytest.mark.parametrize("rows", [1, 2, 10])
def test_wrong_values_are_refused_with_their_path(value: Any, text: str, rows: int) -> None:
    found = arrow.batches([*SAMPLES, value, *SAMPLES], s3.Object, rows=rows)
    with pytest.raises(EncodeError) as caught:
        list(found)
    assert str(caught.value) == text


def nested(**members: Any) -> Any:
    return dynamodb.QueryOutput(
        items=[{}, {"a": dynamodb.AttributeValue(s="b")}, {}, {"c": dynamodb.AttributeValue(**members)}]
    )


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"s": 1}, "$[1].items[3]['c'].s: expected one of texts, got int"),
        ({"ss": ["a", 1]}, "$[1].items[3]['c'].ss[1]: expected one of texts, got int"),
        (
            {"l": [dynamodb.AttributeValue(s="a"), "b"]},
            "$[1].items[3]['c'].l[1]: expected one of AttributeValue, got str",
        ),
        (
            {"m": {"d": dynamodb.AttributeValue(l=[dynamodb.AttributeValue(s=1)])}},  # type: ignore[arg-type]
            "$[1].items[3]['c'].m['d']: $.L[0].S: expected str, got int",
        ),
        (
            {"m": {"d": dynamodb.AttributeValue(unknown_member="T")}},
            "$[1].items[3]['c'].m['d']: AttributeValue holds the unknown member 'T', whose value was not kept",
        ),
        ({"m": {None: dynamodb.AttributeValue(s="a")}}, "$[1].items[3]['c'].m[0]: a key is None"),
        ({"m": {1: dynamodb.AttributeValue(s="a")}}, "$[1].items[3]['c'].m[0]: expected one of texts, got int"),
    ],
)
def test_paths_lead_through_lists_and_maps(members: dict[str, Any], text: str) -> None:
    with pytest.raises(EncodeError) as caught:
        [*arrow.batches([nested(s="a"), nested(**members)], dynamodb.QueryOutput)]
    assert str(caught.value) == text


@pytest.mark.parametrize("count", [2**31, -(2**31) - 1, 2**70])
def test_numbers_out_of_range_are_refused(count: int) -> None:
    [batch] = arrow.batches([dynamodb.QueryOutput(count=2**31 - 1)], dynamodb.QueryOutput)
    assert batch["count"].to_pylist() == [2**31 - 1]
    with pytest.raises(EncodeError, match=r"^\$\[1\]\.count: int that does not fit into int32$"):
        list(arrow.batches([dynamodb.QueryOutput(), dynamodb.QueryOutput(count=count)], dynamodb.QueryOutput))


def test_secrets_are_in_no_text() -> None:
    value = lambda_.EnvironmentResponse(variables={"s1": 2})  # type: ignore[dict-item]
    with pytest.raises(EncodeError) as caught:
        [*arrow.batches([value], lambda_.EnvironmentResponse, sensitive=True)]
    assert str(caught.value) == "$[0].variables[0]: expected one of texts, got int"


@pytest.mark.parametrize(
    ("cls", "options", "text"),
    [
        (s3.GetObjectOutput, {}, "$.body: a stream cannot be a column: `members` names those that are to be"),
        (
            s3.SelectObjectContentOutput,
            {},
            "$.payload: a stream cannot be a column: `members` names those that are to be",
        ),
        (s3.Object, {"members": ["key", "etga"]}, "$.etga: Object has no member of this name"),
        (s3.Object, {"members": []}, "$: Object has no members that can be columns"),
        (s3.SimplePrefix, {}, "$: SimplePrefix has no members that can be columns"),
    ],
)
def test_what_cannot_be_columns_is_refused_at_once(cls: type[Any], options: dict[str, Any], text: str) -> None:
    for use in (
        lambda: arrow.schema(cls, **options),
        lambda: arrow.batches([], cls, **options),
        lambda: arrow.reader([], cls, **options),
        lambda: arrow.values([], cls, **options),
        lambda: arrow.write_parquet(io.BytesIO(), [], cls, **options),
    ):
        with pytest.raises(EncodeError) as caught:
            use()
        assert str(caught.value) == text


def test_other_classes_and_sizes_are_refused() -> None:
    with pytest.raises(TypeError, match="expected a generated class, got <class 'dict'>"):
        arrow.schema(dict)
    with pytest.raises(TypeError, match="there is no option 'sensitve', only members, sensitive, dictionaries, depth"):
        arrow.schema(s3.Object, sensitve=True)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="rows: at least 1"):
        arrow.batches([], s3.Object, rows=0)


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"key": [1]}, "$.key: expected a column of texts, got one of int64"),
        ({"size": ["1"]}, "$.size: expected a column of integers, got one of string"),
        ({"size": [1.5]}, "$.size: double holds what is not one of integers"),
        ({"last_modified": ["2024-01-01"]}, "$.last_modified: expected a column of timestamps, got one of string"),
        ({"owner": ["me"]}, "$.owner: expected a column of Owner, got one of string"),
        ({"owner": [{"id": 1}]}, "$.owner.id: expected a column of texts, got one of int64"),
        ({"checksum_algorithm": ["CRC32"]}, "$.checksum_algorithm: expected a column of lists, got one of string"),
    ],
)
def test_columns_of_other_types_are_refused(columns: dict[str, Any], text: str) -> None:
    with pytest.raises(DecodeError) as caught:
        [*arrow.values(pa.table(columns), s3.Object)]
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([{"table_name": "a"}, {"table_name": None}], "$[1].table_name: required member is missing"),
        ([{"other": 1}], "$[0].table_name: required member is missing"),
    ],
)
def test_what_a_class_cannot_be_without_is_missing(rows: list[Any], text: str) -> None:
    with pytest.raises(DecodeError) as caught:
        [*arrow.values(pa.Table.from_pylist(rows), dynamodb.DescribeTableInput)]
    assert str(caught.value) == text


def test_bytes_that_are_no_text_are_refused_without_them() -> None:
    offsets = pa.array([0, 7], pa.int32()).buffers()[1]
    broken = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(b"secret\xff"))
    for name, cls in (("key", s3.Object), ("m", dynamodb.AttributeValue)):
        column = broken if name == "key" else pa.MapArray.from_arrays([0, 1], ["a"], broken)
        with pytest.raises(DecodeError, match="string holds what is not in UTF-8") as caught:
            [*arrow.values(pa.table({name: column}), cls)]
        assert caught.value.path == f"$.{name}"
        assert caught.value.__cause__ is None


def test_keys_of_documents_are_texts(generate_once: Generate) -> None:
    package = generate_once(model(EVERYTHING))
    with pytest.raises(EncodeError) as caught:
        [*arrow.batches([package.Everything(json={"a": {1: 2}})], package.Everything)]
    assert str(caught.value) == "$[0].json['a']: expected texts as keys of an object"


def test_texts_that_are_no_json_are_refused_with_their_path() -> None:
    [batch] = arrow.batches([nested(l=[dynamodb.AttributeValue(s="a")])], dynamodb.QueryOutput)
    rows = batch.to_pylist(maps_as_pydicts="strict")
    for text, reason in (("{", "JSON"), ('{"S": []}', "expected")):
        rows[0]["items"][3]["c"]["l"][0] = text
        broken = pa.RecordBatch.from_pylist(rows, schema=batch.schema)
        with pytest.raises(DecodeError, match=reason) as caught:
            [*arrow.values(broken, dynamodb.QueryOutput)]
        assert caught.value.path.startswith("$[0].items[3][0].l[0]")

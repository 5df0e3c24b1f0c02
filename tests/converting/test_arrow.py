"""Values as Arrow tables: types of columns, the way there and back, and what is refused, with its path."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from support.models import EMPTY_VALUES, EVERYTHING, VALUES, Generate, list_of, map_of, model, structure

from botobind import EncodeError, arrow
from botobind.shapes import Shape
from botobind.testing import example, strategy
from botobind.timestamps import OutOfRangeDatetime
from botobind_services import dynamodb, lambda_, s3
from botobind_services import partnercentral_selling as selling

MOMENT = datetime(2024, 2, 29, 12, 30, 0, 123456, tzinfo=UTC)

SECRETS = {
    "Record": structure(
        Id="Text",
        Password={"shape": "Secret"},
        Codes="Secrets",
        ByCode="SecretMap",
        Card="Card",
        Cards="Cards",
        Holder="Holder",
        Plan="Plan",
    ),
    "Secret": {"type": "string", "sensitive": True},
    "Secrets": list_of("Secret"),
    "SecretMap": map_of("Count", "Secret"),
    "Card": {**structure(Number="Text"), "sensitive": True},
    "Cards": list_of("Card"),
    "Holder": structure(Name="Text", Pin="Secret"),
    "Plan": structure(Name="Text", Steps="Plans", Key="Secret"),
    "Plans": list_of("Plan"),
}


@pytest.fixture
def everything(generate_once: Generate) -> Any:
    return generate_once(model(EVERYTHING))


def there_and_back(values: Sequence[Any], cls: type[Any], rows: int = 10_000, **options: Any) -> list[Any]:
    found = [*arrow.batches(values, cls, rows=rows, **options)]
    for batch in found:
        batch.validate(full=True)
        assert batch.schema == arrow.schema(cls, **options)
    return [*arrow.values(found, cls, **options)]


def test_types_of_columns(everything: Any) -> None:
    found = {field.name: str(field.type) for field in arrow.schema(everything.Everything)}
    assert dict([*found.items()][:11]) == {
        "text": "string",
        "count": "int32",
        "size": "int64",
        "flag": "bool",
        "ratio": "double",
        "share": "double",
        "data": "binary",
        "time": "timestamp[us, tz=UTC]",
        "state": "string",
        "texts": "list<item: string>",
        "text_map": "map<string, string>",
    }
    assert found["sparse_map"] == "map<string, int32>"
    assert found["table"] == "list<item: list<item: string>>"
    assert found["times"] == "list<item: timestamp[us, tz=UTC]>"
    assert found["node"] == "struct<name: string, next: string>"
    assert found["tree"] == "struct<name: string, children: list<item: string>, by_name: map<string, string>>"
    assert found["empty"] == "bool"
    assert found["json"] == "string"
    assert found["choice"] == (
        "struct<text: string, nested: string, many: list<item: string>, empty: bool, texts: list<item: string>, "
        "node: struct<name: string, next: string>, unknown_member: string>"
    )


def test_depth_says_where_a_class_within_itself_becomes_text(everything: Any) -> None:
    options: dict[str, Any] = {"members": ["node"], "depth": 2}
    assert str(arrow.schema(everything.Everything, **options).field("node").type) == (
        "struct<name: string, next: struct<name: string, next: struct<name: string, next: string>>>"
    )
    node = None
    for name in "edcba":
        node = everything.Node(name=name, next=node)
    value = everything.Everything(node=node)
    [batch] = arrow.batches([value], everything.Everything, **options)
    assert batch["node"].to_pylist()[0]["next"]["next"]["next"] == '{"Name":"d","Next":{"Name":"e"}}'
    assert [*arrow.values(batch, everything.Everything, **options)] == [value]


def test_enums_are_dictionaries_where_asked(everything: Any) -> None:
    cls = everything.Everything
    values = [cls(state="ON"), cls(), cls(state="UNHEARD"), cls(state="ON")]
    [batch] = arrow.batches(values, cls, dictionaries=True)
    assert batch["state"].type == pa.dictionary(pa.int32(), pa.string())
    assert batch["state"].dictionary.to_pylist() == ["ON", "UNHEARD"]
    # The same options or not: a text is a text.
    assert [*arrow.values(batch, cls, dictionaries=True)] == [*arrow.values(batch, cls)] == values


def test_every_kind_of_value_comes_back(everything: Any) -> None:
    cls = everything.Everything
    attributes = {member: attribute for attribute, member in cls.MEMBERS.items()}
    values = [cls(**{attributes[name]: build(everything)}) for name, build in VALUES + EMPTY_VALUES]
    values += [cls(), cls(**{attributes[name]: build(everything) for name, build in VALUES})]
    values += [
        cls(choice=everything.Choice(unknown_member="Newer")),
        cls(choice=everything.Choice()),
        cls(choice=everything.Choice(text="a", texts=["b"])),
        cls(table=[[], ["a"], []], texts=[], sparse=[None, "a"]),
        cls(json=[]),
        cls(data=bytearray(b"a"), texts=("a",), ratio=1, state=everything.State.ON),
    ]
    for rows in (1, 7, 10_000):
        for read, given_value in zip(there_and_back(values, cls, rows), values, strict=True):
            if given_value.texts == ("a",):
                given_value.texts = ["a"]
            assert read == given_value
            assert repr(read) == repr(given_value).replace("bytearray(b'a')", "b'a'").replace("=1,", "=1.0,").replace(
                "State.ON", "'ON'"
            )
    # What is there in no value has its type nevertheless.
    [batch] = arrow.batches([cls()], cls)
    assert batch.schema == arrow.schema(cls)


@pytest.mark.parametrize(
    "moment",
    [
        MOMENT,
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=-5))),
        OutOfRangeDatetime(Decimal("253402300800.000001")),
        OutOfRangeDatetime(Decimal("-62135596801.5")),
    ],
)
def test_moments_are_kept_to_the_microsecond(moment: datetime) -> None:
    [read] = there_and_back([s3.Object(last_modified=moment)], s3.Object)
    assert read.last_modified == moment
    assert type(read.last_modified) is (OutOfRangeDatetime if isinstance(moment, OutOfRangeDatetime) else datetime) or (
        moment.year == 1 and moment.utcoffset()
    )
    assert read.last_modified.utcoffset() == timedelta(0)


def test_numbers_that_are_none(everything: Any) -> None:
    [read] = there_and_back([everything.Everything(ratio=math.nan, share=-0.0)], everything.Everything)
    assert math.isnan(read.ratio)
    assert math.copysign(1, read.share) == -1


def classes_with_columns(package: str) -> Iterator[type[Shape]]:
    values = import_module(f"botobind_services.{package}.values")
    for name in values.__all__:
        cls = getattr(values, name)
        if isinstance(cls, type) and issubclass(cls, Shape) and cls.MEMBERS and cls.EVENTS is None:
            yield cls


@pytest.mark.parametrize("package", ["cloudwatch", "sts"])
def test_examples_come_back(package: str) -> None:
    tried = 0
    for cls in classes_with_columns(package):
        members = [member for member in cls.MEMBERS if "stream" not in cls.SCHEMA[member]]
        if {*cls.MEMBERS} - {*members} & cls.REQUIRED:
            continue
        value = example(cls)
        assert there_and_back([value, value], cls, sensitive=True, members=members) == [value, value], cls
        tried += 1
    assert tried > 10


DRAWN: list[type[Any]] = [dynamodb.AttributeValue, dynamodb.QueryOutput, s3.Object, selling.GetOpportunityResponse]


@pytest.mark.parametrize("cls", DRAWN)
def test_valid_values_come_back(cls: type[Any]) -> None:
    @settings(max_examples=15)
    @given(st.lists(strategy(cls, alphabet="any"), max_size=3))
    def check(values: list[Any]) -> None:
        assert there_and_back(values, cls, rows=2, sensitive=True) == values
        assert there_and_back(values, cls, sensitive=True, dictionaries=True, depth=1) == values
        sink = io.BytesIO()
        assert arrow.write_parquet(sink, values, cls, rows=2, sensitive=True) == len(values)
        sink.seek(0)
        assert [*arrow.values(parquet.ParquetFile(sink).iter_batches(), cls, sensitive=True)] == values

    check()


def test_errors_and_subclasses_come_back() -> None:
    class Mine(s3.Object):
        pass

    error = s3.InvalidObjectState(storage_class="GLACIER")
    assert there_and_back([error], s3.InvalidObjectState) == [error]
    assert there_and_back([Mine(key="a")], s3.Object) == [s3.Object(key="a")]


def test_secrets_are_left_out_unless_asked_for(generate_once: Generate) -> None:
    package = generate_once(model(SECRETS))
    card = package.Card(number="1")
    record = package.Record(
        id="a",
        password="s1",
        codes=["s2"],
        by_code={"s3": 1},
        card=card,
        cards=[card],
        holder=package.Holder(name="b", pin="s4"),
        plan=package.Plan(name="c", key="s5", steps=[package.Plan(key="s6")]),
    )
    # A text is whole: `steps` would have keys.
    assert arrow.schema(package.Record).names == ["id", "holder", "plan"]
    [batch] = arrow.batches([record], package.Record)
    assert batch.to_pylist() == [{"id": "a", "holder": {"name": "b"}, "plan": {"name": "c"}}]
    assert there_and_back([record], package.Record, sensitive=True) == [record]
    assert arrow.schema(lambda_.EnvironmentResponse).names == ["error"]


def test_some_members_and_the_rest_absent() -> None:
    value = s3.GetObjectOutput(body=b"a", content_length=1, metadata={"a": "b"})
    options: dict[str, Any] = {"members": {"metadata", "content_length"}}
    assert arrow.schema(s3.GetObjectOutput, **options).names == ["content_length", "metadata"]
    read = there_and_back([value], s3.GetObjectOutput, **options)
    assert read == [s3.GetObjectOutput(content_length=1, metadata={"a": "b"})]


def test_other_columns_are_passed_over_and_other_types_cast() -> None:
    table = pa.table(
        {
            "region": ["eu-west-1", "us-east-1"],
            "key": pa.array(["a", "b"], pa.large_string()),
            "size": pa.array([1.0, None], pa.float32()),
            "storage_class": pa.array(["STANDARD", None]).dictionary_encode(),
            "etag": pa.nulls(2),
            "checksum_algorithm": pa.array([["CRC32"], []], pa.large_list(pa.string())),
            "last_modified": pa.array([datetime(2024, 1, 1), None], pa.timestamp("ms")),
            "owner": [{"id": "1", "more": 2}, None],
        }
    )
    expected = [
        s3.Object(
            key="a",
            size=1,
            storage_class="STANDARD",
            checksum_algorithm=["CRC32"],
            last_modified=datetime(2024, 1, 1, tzinfo=UTC),
            owner=s3.Owner(id="1"),
        ),
        s3.Object(key="b", checksum_algorithm=[]),
    ]
    assert [*arrow.values(table, s3.Object)] == expected
    assert [*arrow.values(table.slice(1), s3.Object)] == expected[1:]
    # What polars makes of texts in lists, which pyarrow neither takes nor casts there.
    views = pa.table({"checksum_algorithm": pa.array([["CRC32"], None, []], pa.list_(pa.string_view()))})
    assert [each.checksum_algorithm for each in arrow.values(views, s3.Object)] == [["CRC32"], None, []]
    # Lists by sizes beside offsets, of which some are behind nulls, or in another order than the items.
    for kind in (pa.list_view, pa.large_list_view, lambda item: pa.list_(item, 2)):
        lists = [None, ["CRC32", "SHA1"], None, ["a", "b"], ["c", "d"]]
        column = pa.array(lists, kind(pa.string()))
        for start in range(len(lists)):
            part = pa.table({"checksum_algorithm": column, "key": ["a"] * len(lists)}).slice(start)
            assert [each.checksum_algorithm for each in arrow.values(part, s3.Object)] == lists[start:]
    mixed = pa.ListViewArray.from_arrays(pa.array([2, 0], pa.int32()), pa.array([1, 2], pa.int32()), ["a", "b", "c"])
    read = arrow.values(pa.table({"checksum_algorithm": mixed}), s3.Object)
    assert [each.checksum_algorithm for each in read] == [["c"], ["a", "b"]]
    # Maps, where there are none.
    pairs = pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())]))
    maps = pa.table({"metadata": pa.array([[{"key": "a", "value": "b"}], [], None], pairs)})
    read = arrow.values(maps, s3.GetObjectOutput, members=["metadata"])
    assert [each.metadata for each in read] == [{"a": "b"}, {}, None]


SAMPLES = [s3.Object(key="a"), s3.Object(key="b")]


def test_values_of_what_other_libraries_have() -> None:
    class Frame:
        def __init__(self, table: pa.Table) -> None:
            self._table = table

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return self._table.__arrow_c_stream__(requested_schema)

    table = pa.Table.from_batches(arrow.batches(SAMPLES, s3.Object, rows=1))
    assert [*arrow.values(Frame(table), s3.Object)] == [*arrow.values(table, s3.Object)] == SAMPLES


def test_a_batch_is_halved_where_an_array_does_not_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from botobind.arrow import columns

    kept = columns._array

    def small(values: Sequence[Any], form: pa.DataType | None = None) -> Any:
        if sum(len(each) for each in values if isinstance(each, str)) > 10:
            raise pa.ArrowCapacityError("full")
        return kept(values, form)

    monkeypatch.setattr(columns, "_array", small)
    values = [s3.Object(key="a" * size) for size in (9, 1, 2, 8, 10, 3)]
    assert [batch.num_rows for batch in arrow.batches(values, s3.Object)] == [1, 2, 1, 1, 1]
    assert there_and_back(values, s3.Object) == values
    with pytest.raises(EncodeError, match=r"\$\[1\]: more than an array of Arrow holds"):
        [*arrow.batches([s3.Object(), s3.Object(key="a" * 11)], s3.Object)]

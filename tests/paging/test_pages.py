"""What asks for the next page, what is on each, and loops over all of them, with a `send` of the test's own."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.models import list_of, map_of, model, operation, structure

from botobind.errors import EncodeError, PaginationError
from botobind.http import ResponseMetadata
from botobind.operations import Answer, PagedOperation
from botobind.pages import Pages, items, items_async, iterate, iterate_async
from botobind_services import dynamodb, s3, sts

LIST, QUERY, PARTS, LIST_1 = (
    s3.endpoints.ListObjectsV2,
    dynamodb.endpoints.Query,
    s3.endpoints.ListParts,
    s3.endpoints.ListObjects,
)
BUCKET = s3.ListObjectsV2Request(bucket="b", prefix="p")
KEY = {"id": dynamodb.AttributeValue(s="1")}
OBJECTS = [s3.Object(key="a"), s3.Object(key="b")]


def page(token: str | None = None, *, more: bool | None = None, keys: str = "") -> s3.ListObjectsV2Output:
    return s3.ListObjectsV2Output(
        next_continuation_token=token,
        is_truncated=token is not None if more is None else more,
        contents=[s3.Object(key=key) for key in keys],
    )


NEXT = [
    (LIST, BUCKET, page("t"), {"ContinuationToken": "t"}),
    (LIST, BUCKET, page(), None),
    # Only where the service says that there is more.
    (LIST, BUCKET, page("t", more=False), None),
    (LIST, BUCKET, s3.ListObjectsV2Output(next_continuation_token="t"), None),
    (LIST, BUCKET, page("", more=True), None),
    (LIST, BUCKET, page(more=True), None),
    (
        LIST_1,
        s3.ListObjectsRequest(bucket="b"),
        s3.ListObjectsOutput(is_truncated=True, next_marker="m", contents=OBJECTS),
        {"Marker": "m"},
    ),
    (
        LIST_1,
        s3.ListObjectsRequest(bucket="b"),
        s3.ListObjectsOutput(is_truncated=True, contents=OBJECTS),
        {"Marker": "b"},
    ),
    (LIST_1, s3.ListObjectsRequest(bucket="b"), s3.ListObjectsOutput(is_truncated=True, contents=[]), None),
    (
        PARTS,
        s3.ListPartsRequest(bucket="b", key="k", upload_id="u"),
        s3.ListPartsOutput(is_truncated=True, next_part_number_marker=7),
        {"PartNumberMarker": 7},
    ),
    (
        PARTS,
        s3.ListPartsRequest(bucket="b", key="k", upload_id="u"),
        s3.ListPartsOutput(is_truncated=True, next_part_number_marker=0),
        None,
    ),
    (
        QUERY,
        dynamodb.QueryInput(table_name="t"),
        dynamodb.QueryOutput(last_evaluated_key=KEY),
        {"ExclusiveStartKey": {"id": {"S": "1"}}},
    ),
    (QUERY, dynamodb.QueryInput(table_name="t"), dynamodb.QueryOutput(last_evaluated_key={}), None),
]


@pytest.mark.parametrize(("operation", "request_", "output", "added"), NEXT)
def test_the_next_input(operation: Any, request_: Any, output: Any, added: dict[str, Any] | None) -> None:
    before = request_.to_value()
    following = operation.next_input(request_, output)
    assert request_.to_value() == before
    assert (following and following.to_value()) == (None if added is None else {**before, **added})
    assert operation.pages.next_input(request_, output) == following


SEVERAL = {
    "Walk": structure(Row="Text", Column="Text", Most="Text"),
    "Walked": structure(NextRow="Text", NextColumn="Text", Found="TextMap", Rest="Inner", Count="Count", Title="Text"),
    "Inner": structure(Names="Names"),
    "Names": list_of("Name", sparse=True),
    "Name": structure(Text="Text"),
    "TextMap": map_of("Name"),
}
WALK = {
    **operation("Walk", "Walk", "Walked"),
    "pagination": {
        "input_token": ["Row", "Column"],
        "output_token": ["NextRow", "NextColumn"],
        "limit_key": "Most",
        "result_key": ["Found", "Rest.Names", "Count", "Title", "Rest"],
    },
}


@pytest.fixture
def walk(generate_once: Any) -> Any:
    return generate_once(model(SEVERAL, operations={"Walk": WALK}))


@pytest.mark.parametrize(
    ("begun", "said", "expected"),
    [
        ({}, {"NextRow": "2", "NextColumn": "b"}, {"Row": "2", "Column": "b"}),
        ({"Row": "1", "Column": "a"}, {"NextRow": "2"}, {"Row": "2"}),
        ({"Row": "1", "Column": "a"}, {"NextRow": "1"}, {"Row": "1"}),
        ({"Row": "1", "Column": "a"}, {"NextRow": "1", "NextColumn": "b"}, {"Row": "1", "Column": "b"}),
        ({"Row": "1", "Column": "a"}, {"NextRow": "None", "NextColumn": "b"}, {"Column": "b"}),
        ({"Row": "1"}, {}, None),
        ({"Row": "1"}, {"NextRow": "", "NextColumn": ""}, None),
    ],
)
def test_several_tokens(walk: Any, begun: Any, said: Any, expected: Any) -> None:
    following = walk.endpoints.Walk.next_input(walk.Walk.of_value(begun), walk.Walked.of_value(said))
    assert (following and following.to_value()) == expected


def test_results_of_all_kinds(walk: Any) -> None:
    pages = walk.endpoints.Walk.pages
    name = walk.Name(text="n")
    output = walk.Walked(found={"a": name}, rest=walk.Inner(names=[name, None]), count=0, title="t")
    assert list(pages.items(output)) == list(pages.items(output, "found")) == [("a", name)]
    assert list(pages.items(output, "rest.names")) == [name, None]
    assert list(pages.items(output, "count")) == [0]
    assert list(pages.items(output, "title")) == ["t"]
    assert list(pages.items(output, "rest")) == [output.rest]
    assert all(list(pages.items(walk.Walked(), each)) == [] for each in ("found", "rest.names", "count", "title"))
    known = r"Walk has no results names; it has found, rest\.names, count, title, rest"
    with pytest.raises(PaginationError, match=known):
        pages.items(output, "names")
    assert pages.limited(walk.Walk(), 5) == walk.Walk(most="5")
    assert walk.endpoints.Walk.to_request(walk.Walk()).method == "POST"


STRICT = structure(("Text",), Text="Text")


@pytest.mark.parametrize(
    ("result", "start", "stop", "left"),
    [
        # What was cut before may be gone when a loop goes on, and what is around it.
        ("Found", 2, None, {}),
        ("Rest.Names", 2, None, {}),
        ("Rest.Names", 2, 3, {}),
        ("Rest.Names", 0, 1, {"Count": 3}),
        # One value is given whole, or left out.
        ("Title", 0, 0, {"Count": 3}),
        ("Title", 1, None, {}),
        ("Title", 0, 1, {"Count": 3, "Title": "t"}),
        ("Title", 0, None, {"Count": 3, "Title": "t"}),
    ],
)
def test_pages_that_have_less_than_is_cut(
    generate_once: Any, result: str, start: int, stop: int | None, left: dict[str, Any]
) -> None:
    pagination = {**WALK["pagination"], "result_key": [result, "Count", "Deep"]}
    shapes = {**SEVERAL, "Walked": structure(**SEVERAL["Walked"]["members"], Deep="Strict"), "Strict": STRICT}
    package = generate_once(model(shapes, operations={"Walk": {**WALK, "pagination": pagination}}))
    output = package.Walked(count=3, title="t" if result == "Title" else None, deep=package.Strict(text="s"))
    cut = package.endpoints.Walk.pages.cut(output, start, stop)
    others = {"Count": 0} if start else {"Deep": {"Text": "s"}}
    assert cut.to_value() == {**left, **others}


def test_a_token_that_comes_twice_ends_the_pages() -> None:
    request = s3.ListObjectsV2Request(bucket="b", continuation_token="secret")
    with pytest.raises(PaginationError) as caught:
        LIST.next_input(request, page("secret"))
    assert str(caught.value) == "ListObjectsV2 gave the same token twice: continuation_token"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert caught.value.operation == "ListObjectsV2"


CALLER = sts.endpoints.GetCallerIdentity


def test_operations_without_pages() -> None:
    assert CALLER.pages is None
    assert not isinstance(CALLER, PagedOperation)
    request, output = sts.GetCallerIdentityRequest(), sts.GetCallerIdentityResponse()
    for use in (
        lambda: CALLER.next_input(request, output),
        lambda: next(iterate(_never, CALLER, request)),
        lambda: next(items(_never, CALLER, request)),  # type: ignore[arg-type]
    ):
        with pytest.raises(PaginationError, match="GetCallerIdentity has no pages: its output is all there is"):
            use()


def _never(*_: Any) -> Any:
    raise AssertionError


def test_values_that_are_not_the_operations() -> None:
    with pytest.raises(EncodeError, match="expected ListObjectsV2Request for ListObjectsV2, got Bucket"):
        LIST.next_input(s3.Bucket(), page())  # type: ignore[arg-type]
    with pytest.raises(EncodeError, match="expected ListObjectsV2Output for ListObjectsV2, got NoSuchBucket"):
        LIST.next_input(BUCKET, s3.NoSuchBucket())  # type: ignore[arg-type]


def test_paged_operations_are_operations() -> None:
    assert (LIST.__doc__ or "").startswith("Returns some or all")
    assert (PagedOperation.__doc__ or "").startswith("An API operation that gives")
    assert pickle.loads(pickle.dumps(LIST)) is copy.deepcopy(LIST) is LIST
    assert (
        LIST.pages
        == LIST.pages
        == Pages(
            operation="ListObjectsV2",
            input_tokens=("continuation_token",),
            output_tokens=(("next_continuation_token",),),
            results=(("contents",), ("common_prefixes",)),
            more_results=("is_truncated",),
            limit="max_keys",
            non_aggregate=(("request_charged",), ("prefix",)),
        )
    )
    with pytest.raises(AttributeError):
        LIST.pages.limit = "other"  # type: ignore[misc]


PAGES = {None: page("1", keys="ab"), "1": page("2"), "2": page(keys="c")}


class Service:
    """Answers requests by their tokens, in one of the ways in which a `send` may."""

    def __init__(self, wrap: Callable[[Any], Any] = lambda output: output, failing: str | None = None) -> None:
        self.sent: list[Any] = []
        self._wrap = wrap
        self._failing = failing

    def send(self, operation: Any, request: Any) -> Any:
        assert operation is LIST
        self.sent.append((request.continuation_token, request.max_keys))
        if request.continuation_token == self._failing is not None:
            return self._wrap(s3.NoSuchBucket())
        return self._wrap(PAGES[request.continuation_token])

    async def send_async(self, operation: Any, request: Any) -> Any:
        await asyncio.sleep(0)
        return self.send(operation, request)


def with_metadata(value: Any) -> Answer[Any]:
    return Answer(value=value, metadata=ResponseMetadata(status=200, headers={}))


def raised(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


async def collect(values: Any) -> list[Any]:
    return [value async for value in values]


def both(loop: Any, loop_async: Any, service: Callable[[], Service], **options: Any) -> Iterator[tuple[Service, Any]]:
    """What a loop gives, or raises, without `async` and with."""
    for is_async in (False, True):
        used = service()
        try:
            if is_async:
                yield used, asyncio.run(collect(loop_async(used.send_async, LIST, BUCKET, **options)))
            else:
                yield used, list(loop(used.send, LIST, BUCKET, **options))
        except s3.NoSuchBucket as error:
            yield used, error


@pytest.mark.parametrize("wrap", [raised, with_metadata])
def test_all_pages(wrap: Callable[[Any], Any]) -> None:
    for service, found in both(iterate, iterate_async, lambda: Service(wrap)):
        assert found == list(PAGES.values())
        assert service.sent == [(None, None), ("1", None), ("2", None)]
    for service, found in both(items, items_async, lambda: Service(wrap), page_size=2):
        assert found == [s3.Object(key=key) for key in "abc"]
        assert service.sent == [(None, 2), ("1", 2), ("2", 2)]
    assert (BUCKET.continuation_token, BUCKET.max_keys) == (None, None)


@pytest.mark.parametrize("wrap", [raised, with_metadata, lambda output: output])
@pytest.mark.parametrize("loops", [(iterate, iterate_async), (items, items_async)])
def test_an_error_is_raised(wrap: Callable[[Any], Any], loops: Any) -> None:
    for service, found in both(*loops, lambda: Service(wrap, failing="1")):
        assert isinstance(found, s3.NoSuchBucket)
        assert service.sent == [(None, None), ("1", None)]


def test_a_page_is_sent_for_when_it_is_asked_for() -> None:
    service = Service()
    pages = iterate(service.send, LIST, BUCKET)
    assert service.sent == []
    next(pages)
    assert len(service.sent) == 1

    async def first() -> None:
        async for _ in iterate_async(service.send_async, LIST, BUCKET):
            break

    asyncio.run(first())
    assert len(service.sent) == 2


def test_a_size_that_the_operation_does_not_take(generate_once: Any) -> None:
    without = {key: value for key, value in WALK["pagination"].items() if key not in ("limit_key", "result_key")}
    package = generate_once(model(SEVERAL, operations={"Walk": {**WALK, "pagination": without}}))
    walk, request = package.endpoints.Walk, package.Walk()
    with pytest.raises(PaginationError, match="Walk takes no size of pages"):
        next(iterate(_never, walk, request, page_size=5))
    for use in (
        lambda: walk.pages.items(package.Walked()),
        lambda: next(iterate(_never, walk, request, max_items=5)),  # nothing is sent
    ):
        with pytest.raises(PaginationError, match="Walk has no results in the model; it has none"):
            use()


def test_pages_can_be_cancelled() -> None:
    async def main() -> int:
        sent = 0

        async def send(*_: Any) -> Any:
            nonlocal sent
            sent += 1
            await asyncio.sleep(60)

        task = asyncio.create_task(collect(iterate_async(send, LIST, BUCKET)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return sent

    assert asyncio.run(main()) == 1

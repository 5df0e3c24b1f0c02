"""Loops over pages and waits of clients, with `async` and without, over fakes and over a client of boto3's."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from itertools import pairwise
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from support.models import model, operation, structure

from botobind.errors import PaginationError, WaiterFailed, WaiterTimedOut
from botobind.io import ClientClosed
from botobind.testing import fake
from botobind.waiters import Attempt
from botobind_services import dynamodb, s3, sts

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "SECRET", "region_name": "eu-west-1"}
NAMES = [f"tt{number}" for number in range(7)]
PAGE = 3


def list_tables(request: dynamodb.ListTablesInput) -> dynamodb.ListTablesOutput:
    first = NAMES.index(request.exclusive_start_table_name) + 1 if request.exclusive_start_table_name else 0
    last = first + (request.limit or PAGE)
    more = NAMES[last - 1] if last < len(NAMES) else None
    return dynamodb.ListTablesOutput(table_names=NAMES[first:last], last_evaluated_table_name=more)


def service() -> Any:
    return fake(dynamodb, {"ListTables": list_tables})


def of(client: Any, loop: Callable[[Any], Any]) -> list[Any]:
    """What a loop of a client gives, whichever it is."""
    if isinstance(client, dynamodb.io.Client):
        return list(loop(client))

    async def collect() -> list[Any]:
        return [each async for each in loop(client)]

    return asyncio.run(collect())


CLIENTS = pytest.mark.parametrize("make", [dynamodb.io.Client, dynamodb.io.AsyncClient])
Make = Callable[..., Any]


@CLIENTS
def test_pages_and_items(make: Make) -> None:
    used = service()
    client = make(transport=used)
    pages = of(client, lambda client: client.list_tables.pages())
    assert [page.table_names for page in pages] == [NAMES[:3], NAMES[3:6], NAMES[6:]]
    assert of(client, lambda client: client.list_tables.items(exclusive_start_table_name="tt1")) == NAMES[2:]
    request = dynamodb.ListTablesInput(limit=5)
    assert [page.table_names for page in of(client, lambda client: client.list_tables.pages_of(request))] == [
        NAMES[:5],
        NAMES[5:],
    ]
    assert of(client, lambda client: client.list_tables.items_of(request)) == NAMES
    assert len(used.calls) == 3 + 2 + 2 + 2
    assert request == dynamodb.ListTablesInput(limit=5)


@CLIENTS
@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 6, 7, 8])
def test_a_loop_goes_on_where_another_has_ended(make: Make, most: int) -> None:
    client = make(transport=service())
    found: list[Any] = []
    token, turns = None, 0
    while turns == 0 or (token is not None and turns < 9):
        loops = []

        def loop(client: Any, given: str | None = token, loops: list[Any] = loops) -> Any:
            loops.append(client.list_tables.limited(max_items=most).limited(starting_token=given).items())
            return loops[0]

        some = of(client, loop)
        found += some
        assert len(some) <= most
        token, turns = loops[0].resume_token, turns + 1
    assert found == ([] if most == 0 else NAMES)
    assert turns == (9 if most == 0 else -(-len(NAMES) // most))


def test_the_last_page_is_cut() -> None:
    client = dynamodb.io.Client(transport=service())
    loop = client.list_tables.limited(page_size=2, max_items=5).pages()
    assert [page.table_names for page in loop] == [["tt0", "tt1"], ["tt2", "tt3"], ["tt4"]]
    rest = client.list_tables.limited(page_size=2, starting_token=loop.resume_token).pages()
    assert [page.table_names for page in rest] == [["tt5"], ["tt6"]]
    assert rest.resume_token is None


def test_other_results_of_a_page_are_given_once_and_blobs_are_tokens() -> None:
    key = {"id": dynamodb.AttributeValue(b=b"\xff\x00")}

    def query(request: dynamodb.QueryInput) -> dynamodb.QueryOutput:
        items = [{"n": dynamodb.AttributeValue(n=number)} for number in ("12" if request.exclusive_start_key else "34")]
        return dynamodb.QueryOutput(
            items=items, count=2, last_evaluated_key=None if request.exclusive_start_key else key
        )

    client = dynamodb.io.Client(transport=fake(dynamodb, {"Query": query}))
    loop = client.query.limited(max_items=3).pages(table_name="books")
    assert [(len(page.items or ()), page.count) for page in loop] == [(2, 2), (1, 2)]
    rest = client.query.limited(starting_token=loop.resume_token).pages(table_name="books")
    assert [(page.items, page.count) for page in rest] == [([{"n": dynamodb.AttributeValue(n="2")}], 0)]


def token_of(text: str) -> str:
    return b64encode(text.encode()).decode()


TOKENS = {
    "none": "",
    "the service's own": "t1",
    "cut": "e30",
    "a list": token_of("[]"),
    "another member": token_of('{"a": 1}'),
    "less than no results": token_of('{"boto_truncate_amount": -1}'),
    "more results than there can be": token_of('{"boto_truncate_amount": 9223372036854775808}'),
    "a number that is too long": token_of(f'{{"boto_truncate_amount": {"9" * 5000}}}'),
    "nested too deeply": token_of("[" * 100_000),
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_tokens_of_others(token: str) -> None:
    client = dynamodb.io.Client(transport=service())
    with pytest.raises(PaginationError, match="ListTables was given a starting token that is none of its own"):
        client.list_tables.limited(starting_token=token).pages()


def test_limits_that_are_none() -> None:
    client = dynamodb.io.Client(transport=service())
    for most in (-1, 1.5, "5"):
        with pytest.raises(PaginationError, match="ListTables was asked for no whole number of items from 0 on"):
            client.list_tables.limited(max_items=most).items()  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="pagesize"):
        client.list_tables.limited(pagesize=1).items()  # type: ignore[call-arg]


def test_boto3_pages_on_and_so_do_we() -> None:
    below = boto3.client("dynamodb", **KEYS)
    client = dynamodb.io.Client(below)
    outputs = [list_tables(dynamodb.ListTablesInput(exclusive_start_table_name=start)) for start in (None, "tt2")]
    with Stubber(below) as stubber:
        stubber.add_response("list_tables", outputs[0].to_value(), {})
        ours = client.list_tables.limited(max_items=2).items()
        assert list(ours) == NAMES[:2]
        for output, expected in zip(outputs, ({}, {"ExclusiveStartTableName": "tt2"}), strict=True):
            stubber.add_response("list_tables", output.to_value(), expected)
        config = {"StartingToken": ours.resume_token, "MaxItems": 2}
        theirs = below.get_paginator("list_tables").paginate(PaginationConfig=config)
        assert [name for page in theirs for name in page["TableNames"]] == NAMES[2:4]
        stubber.add_response("list_tables", outputs[1].to_value(), {"ExclusiveStartTableName": "tt2"})
        assert next(client.list_tables.limited(starting_token=theirs.resume_token).items()) == NAMES[4]


@CLIENTS
def test_an_error_leaves_the_loop_where_it_was(make: Make) -> None:
    used = service()
    client = make(transport=used)
    loops: list[Any] = []

    def loop(client: Any) -> Any:
        loops[:] = loops or [client.list_tables.pages()]
        return loops[0]

    used.fail(None, dynamodb.InternalServerError(message="again"))
    with pytest.raises(dynamodb.InternalServerError):
        of(client, loop)
    assert [name for page in of(client, loop) for name in page.table_names] == NAMES


@CLIENTS
def test_closing_a_client_ends_loops_and_waits(make: Make) -> None:
    client = make(transport=service())
    loop, wait, call = client.list_tables.pages(), client.wait.table_exists, client.call_of(sts_like := LIST)
    assert call.operation is sts_like
    if make is dynamodb.io.Client:
        next(loop)
        client.close()
    else:

        async def run() -> None:
            await anext(loop)
            await client.close()

        asyncio.run(run())
    for use in (lambda _: loop, lambda client: client.list_tables.items()):
        with pytest.raises(ClientClosed, match="ListTables: the client was closed"):
            of(client, use)
    for use in (wait, client.wait.table_exists):
        with pytest.raises(ClientClosed, match="DescribeTable: the client was closed"):
            run_wait(use, table_name="books")
    with pytest.raises(ClientClosed):
        run_wait(call)


LIST = dynamodb.endpoints.ListTables


def run_wait(call: Any, **members: Any) -> Any:
    found = call(**members)
    return asyncio.run(_awaited(found)) if hasattr(found, "__await__") else found


async def _awaited(found: Any) -> Any:
    return await found


def describing(*states: str | Exception) -> Any:
    left = list(states)

    def describe_table(request: dynamodb.DescribeTableInput) -> dynamodb.DescribeTableOutput:
        state = left.pop(0)
        if isinstance(state, Exception):
            raise state
        return dynamodb.DescribeTableOutput(
            table=dynamodb.TableDescription(table_name=request.table_name, table_status=state)
        )

    return fake(dynamodb, {"DescribeTable": describe_table})


GONE = dynamodb.ResourceNotFoundException(message="gone")


@CLIENTS
def test_waiting(make: Make) -> None:
    told: list[Attempt] = []
    client = make(transport=describing("CREATING", GONE, "ACTIVE"))
    found = run_wait(client.wait.table_exists, table_name="books", max_wait=300, delay=0, progress=told.append)
    assert (found.table.table_name, found.table.table_status) == ("books", "ACTIVE")
    assert [(each.number, each.state) for each in told] == [(1, None), (2, "retry"), (3, "success")]
    assert all(before.elapsed <= after.elapsed for before, after in pairwise(told))
    client = make(transport=describing("ACTIVE", GONE))
    request = dynamodb.DescribeTableInput(table_name="books")
    gone = run_wait(lambda: client.wait.table_not_exists.send(request, delay=0))
    assert isinstance(gone, dynamodb.ResourceNotFoundException)


@CLIENTS
def test_what_is_not_there_has_the_last_answer(make: Make) -> None:
    client = make(transport=describing("CREATING", "CREATING"))
    with pytest.raises(WaiterTimedOut, match=r"table_exists: not there after 0 s \(attempt 2\)") as timed_out:
        run_wait(client.wait.table_exists, table_name="books", delay=0, max_attempts=2)
    assert timed_out.value.last.table.table_status == "CREATING"
    client = make(transport=describing(dynamodb.InternalServerError(message="broken")))
    with pytest.raises(WaiterFailed, match="table_exists: the service answered InternalServerError: broken") as failed:
        run_wait(client.wait.table_exists, table_name="books")
    assert failed.value.last is failed.value.__cause__


def test_waiting_can_be_cancelled_while_it_asks_and_while_it_sleeps() -> None:
    async def run(latency: float) -> None:
        used = describing("CREATING", "CREATING")
        used.latency = latency
        told = asyncio.Event()
        client = dynamodb.io.AsyncClient(transport=used)
        task = asyncio.create_task(client.wait.table_exists(table_name="t", delay=60, progress=lambda _: told.set()))
        await (asyncio.sleep(0.01) if latency else told.wait())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run(60))
    asyncio.run(run(0))


def test_names_of_waits() -> None:
    client = dynamodb.io.Client(transport=service())
    assert {"table_exists", "table_not_exists"} <= set(dir(client.wait))
    assert repr(client.wait.table_exists) == "<wait for table_exists>"
    assert client.wait.table_exists is client.wait.table_exists
    with pytest.raises(AttributeError, match=r"what dynamodb waits for has no attribute 'table_exist'. Did you mean"):
        client.wait.table_exist  # type: ignore[attr-defined] # noqa: B018
    with pytest.raises(AttributeError, match="what sts waits for has no attribute 'x'"):
        sts.io.Client(transport=service()).wait.x  # type: ignore[attr-defined] # noqa: B018
    with pytest.raises(TypeError, match="tablename"):
        client.wait.table_exists(tablename="books")  # type: ignore[call-arg]


def test_a_member_that_is_called_as_a_limit(generate: Callable[..., ModuleType]) -> None:
    shapes = {"Ask": structure(Delay="Text"), "Asked": structure(State="Text")}
    rules = [{"state": "success", "matcher": "path", "argument": "State", "expected": "UP"}]
    waiter = {"delay": 0, "operation": "Ask", "maxAttempts": 2, "acceptors": rules}
    asks = {**operation("Ask", "Ask", "Asked"), "waiters": {"ServiceUp": waiter}}
    package: Any = generate(model(shapes, operations={"Ask": asks}))
    used = fake(package, {"Ask": lambda _: package.Asked(state="UP")})
    client = package.io.Client(transport=used)
    assert client.wait.service_up(delay="long", max_wait=1) == package.Asked(state="UP")
    assert used.calls[0].request == package.Ask(delay="long")


def test_clients_load_loops_when_they_are_used() -> None:
    program = (
        "import sys\nfrom botobind_services import s3\ns3.io.Client(transport=print).get_object\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"botobind.pages", "botobind.waiters", "botobind.io.paging", "botobind.io.waiting"} & set(
        done.stdout.split()
    )
    assert s3.io.Client(transport=service()).list_objects_v2.limited(max_items=1)

"""The fixture of recordings: a file for each test, clients that are closed, and what is hidden."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest

from botobind.io import ClientClosed
from botobind.testing import fake
from botobind.testing.recording import RecordingError, name_of_a_test, recordings_of_a_test
from botobind_services import dynamodb, sts

TESTS = """
from botobind.testing import fake
from botobind_services import dynamodb

def tables(_):
    return dynamodb.ListTablesOutput(table_names=["a"])

def connect():
    return dynamodb.io.Client(transport=fake(dynamodb, {"ListTables": tables}))

def test_tables(recorded):
    assert recorded(dynamodb.io.Client, connect).list_tables(limit=1).table_names == ["a"]

class TestFirst:
    class TestInner:
        def test_tables(self, recorded):
            recorded(dynamodb.io.Client, connect).list_tables(limit=2)

    def test_tables(self, recorded):
        recorded(dynamodb.io.Client, connect).list_tables(limit=3)

class TestOther:
    def test_tables(self, recorded):
        recorded(dynamodb.io.Client, connect).list_tables(limit=4)

@pytest.mark.parametrize("name", ["a b", "a-b", "a/b", "ü"])
def test_rows(recorded, name):
    recorded(dynamodb.io.Client, connect).list_tables(limit=5)
"""


def test_the_fixture_in_pytest(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["botobind.testing.fixtures"]\n')
    for name in ("test_it", "test_them"):
        (tmp_path / f"{name}.py").write_text(f"import pytest\n{TESTS}")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    for environment in ({**os.environ, "BOTOBIND_RECORD": "1"}, os.environ):
        run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert "16 passed" in run.stdout
    recorded = (tmp_path / "recordings").iterdir()
    files = {path.stem: json.loads(path.read_text(encoding="utf-8"))["calls"] for path in recorded}
    assert {len(calls) for calls in files.values()} == {1}
    plain = {"", "TestFirst.TestInner.", "TestFirst.", "TestOther."}
    tests = {f"{file}.{name}test_tables" for file in ("test_it", "test_them") for name in plain}
    assert tests < set(files)
    assert len(files) == 16
    assert all(re.fullmatch(r"test_(it|them)\.test_rows-(a-b|xfc)-[0-9a-f]{8}", name) for name in set(files) - tests)


def test_the_fixture(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    handlers = {"ListTables": lambda _: dynamodb.ListTablesOutput(table_names=["a"])}
    account = sts.GetCallerIdentityResponse(account="1")

    def tables() -> dynamodb.io.Client:
        return dynamodb.io.Client(transport=fake(dynamodb, handlers))

    def identify() -> sts.io.Client:
        return sts.io.Client(transport=fake(sts, {"GetCallerIdentity": lambda _: account}))

    steps = recordings_of_a_test(path, records=False)
    with pytest.raises(RecordingError, match="with BOTOBIND_RECORD=1 in the environment it is made"):
        next(steps)(dynamodb.io.Client, tables)
    for records in (True, False):
        for make in recordings_of_a_test(path, records=records):
            first: Any = make(dynamodb.io.Client, tables)
            second: Any = make(dynamodb.io.Client, tables)
            third: Any = make(sts.io.Client, identify)
            assert first.list_tables() == second.list_tables()
            assert third.get_caller_identity() == account
    steps = recordings_of_a_test(path, records=False)
    next(steps)(dynamodb.io.Client, tables)
    with pytest.raises(AssertionError, match="recorded calls that were not made: 2 of ListTables, all of sts"):
        next(steps)


def test_names_of_recordings() -> None:
    assert name_of_a_test("test_it", ["TestFirst", "test_tables"]) == "test_it.TestFirst.test_tables"
    odd = [["test[x]"], ["test[x ]"], ["test-x"], ["x" * 300], ["x" * 301], ["größe"], ["grüße"]]
    names = [name_of_a_test(file, rest) for file in ("test_it", "test_it.more") for rest in odd]
    assert len(set(names)) == len(names)
    assert {re.fullmatch(r"[\w.-]{8,140}-[0-9a-f]{8}", name, re.ASCII) is None for name in names} == {False}
    assert name_of_a_test("test_it.more", ["test"]) != name_of_a_test("test_it", ["more", "test"])


def test_the_fixture_closes_its_clients(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    service = fake(dynamodb, {"ListTables": lambda _: dynamodb.ListTablesOutput(table_names=["a"])})
    closed: list[str] = []

    class Below:
        def close(self) -> None:
            closed.append("of a session")

    class AwaitedBelow:
        async def close(self) -> None:
            closed.append("of an asynchronous session")

    def connect() -> Any:
        return owning(dynamodb.io.Client(transport=service), Below())

    def connect_awaited() -> Any:
        return owning(dynamodb.io.AsyncClient(transport=service), AwaitedBelow())

    def owning(client: Any, below: object) -> Any:
        """As a client of a session does."""
        client._carrier.below, client._carrier.owns_below = below, True
        return client

    def is_closed(client: Any) -> bool:
        try:
            called = client.list_tables()
            if isawaitable(called):
                asyncio.run(called)  # type: ignore[arg-type] # a coroutine
        except ClientClosed:
            return True
        return False

    made: list[Any] = []
    for records in (True, False):
        with contextmanager(recordings_of_a_test)(path, records=records) as make:
            made += [make(dynamodb.io.Client, connect), make(dynamodb.io.AsyncClient, connect_awaited)]
            assert made[-2].list_tables() == asyncio.run(made[-1].list_tables())
    assert [is_closed(client) for client in made] == [True] * 4
    assert closed == ["of an asynchronous session", "of a session"]
    steps = recordings_of_a_test(path, records=True)
    left: Any = next(steps)(dynamodb.io.Client, connect)
    steps.close()  # type: ignore[attr-defined] # of a generator: nobody looks what was recorded
    assert is_closed(left)


def test_a_recording_hides_what_its_test_hides(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    role = {"role_arn": "arn:aws:iam::111122223333:role/r", "role_session_name": "me", "external_id": "hush"}

    def connect() -> sts.io.Client:
        return sts.io.Client(transport=fake(sts, {"AssumeRole": lambda _: sts.AssumeRoleResponse()}))

    for records in (True, False):
        for make in recordings_of_a_test(path, records=records):
            client: Any = make(sts.io.Client, connect, hide=["external_id"])
            client.assume_role(**role)
            make(sts.io.Client, connect, hide=["ExternalId", "ExternalId"])
            for other in ({}, {"hide": ["external_id"], "show": ["Policy"]}, {"hide": ["external_id", "token_code"]}):
                told = (
                    "hide and show the same members"
                    if records
                    else "other members to hide or to show: BOTOBIND_RECORD=1"
                )
                with pytest.raises(RecordingError, match=told):
                    make(sts.io.Client, connect, **other)
    assert "hush" not in path.read_text(encoding="utf-8")

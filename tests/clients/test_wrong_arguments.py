"""Wrong arguments of loops, waits and transfers: refused where they are given, before anything is sent."""

from __future__ import annotations

import asyncio
import inspect
import math
from pathlib import Path
from typing import Any

import pytest

from botobind.errors import BotobindError, EncodeError, PaginationError
from botobind.http import HttpRequest, HttpResponse
from botobind.io.faults import SettingWrong
from botobind_services import dynamodb, s3, sts

Client = Any


def _silent(_: HttpRequest) -> HttpResponse:
    raise AssertionError("a request was sent")


async def _silent_async(_: HttpRequest) -> HttpResponse:
    raise AssertionError("a request was sent")


def _make(package: Any, *, is_async: bool) -> Client:
    return package.io.AsyncClient(transport=_silent_async) if is_async else package.io.Client(transport=_silent)


ASYNC = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])

LIMITS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"MaxItems": 1}, TypeError, "there is no limit 'MaxItems', only page_size, max_items, starting_token"),
    ({"page_sizes": 1}, TypeError, r"'page_sizes'.* Did you mean 'page_size'\?"),
    ({"max_items": "1"}, PaginationError, "no whole number of items from 0 on"),
    ({"max_items": 1.0}, PaginationError, "no whole number of items from 0 on"),
    ({"max_items": -1}, PaginationError, "no whole number of items from 0 on"),
    ({"max_items": True}, PaginationError, "no whole number of items from 0 on"),
    ({"page_size": "1"}, PaginationError, "no whole number of results on a page from 0 on"),
    ({"page_size": -1}, PaginationError, "no whole number of results on a page from 0 on"),
    ({"page_size": True}, PaginationError, "no whole number of results on a page from 0 on"),
    ({"starting_token": 5}, PaginationError, "none of its own"),
    ({"starting_token": b"5"}, PaginationError, "none of its own"),
]


@ASYNC
@pytest.mark.parametrize(("limits", "error", "text"), LIMITS)
def test_limits(limits: dict[str, Any], error: type[Exception], text: str, *, is_async: bool) -> None:
    call = _make(dynamodb, is_async=is_async).list_tables
    with pytest.raises(error, match=text):
        call.limited(**limits)
    assert call.limited(page_size=0, max_items=0, starting_token=None).limited(page_size=None, max_items=None)


@ASYNC
def test_limits_that_an_operation_does_not_take(*, is_async: bool) -> None:
    call = _make(s3, is_async=is_async).list_objects_v2
    assert call.limited(page_size=5)
    with pytest.raises(PaginationError, match="takes no size of pages"):
        _make(dynamodb, is_async=is_async).list_tags_of_resource.limited(page_size=5)
    assert not hasattr(_make(sts, is_async=is_async).get_caller_identity, "limited")


WAITS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"max_wait": "5"}, TypeError, "max_wait is a number, and not '5'"),
    ({"max_wait": True}, TypeError, "max_wait is a number"),
    ({"max_wait": math.nan}, ValueError, "max_wait is a number, and not nan"),
    ({"delay": "1"}, TypeError, "delay is a number"),
    ({"delay": -1}, ValueError, "delay is a number from 0 on, and not -1"),
    ({"delay": math.nan}, ValueError, "delay is a number from 0 on, and not nan"),
    ({"max_attempts": "3"}, TypeError, "max_attempts is a whole number"),
    ({"max_attempts": 1.5}, TypeError, "max_attempts is a whole number"),
    ({"max_attempts": 0}, ValueError, "max_attempts is a whole number from 1 on, and not 0"),
    ({"progress": 5}, TypeError, "progress is a function"),
    ({"pause": 5}, TypeError, "pause"),
]


def _run(result: Any) -> Any:
    async def wait() -> Any:
        return await result

    return asyncio.run(wait()) if inspect.isawaitable(result) else result


@ASYNC
@pytest.mark.parametrize(("limits", "error", "text"), WAITS)
def test_waits(limits: dict[str, Any], error: type[Exception], text: str, *, is_async: bool) -> None:
    wait = _make(dynamodb, is_async=is_async).wait.table_exists
    with pytest.raises(error, match=text):
        _run(wait.send(dynamodb.DescribeTableInput(table_name="abc"), **limits))
    with pytest.raises(error, match=text):
        _run(wait(table_name="abc", **limits))


PUT, GET = s3.PutObjectRequest(bucket="b", key="k"), s3.GetObjectRequest(bucket="b", key="k")


def _copied(source: Any) -> s3.CopyObjectRequest:
    return s3.CopyObjectRequest(bucket="b", key="k", copy_source=source)


# What is called of a client, with which arguments; `FILE` stands for a file.
FILE = Path("file")
TRANSFERS: list[tuple[str, tuple[Any, ...], dict[str, Any], type[BotobindError], str]] = [
    ("upload_file", (FILE, PUT), {"progress": 5}, SettingWrong, "progress is a function"),
    ("upload_fileobj", (b"abc", PUT), {"progress": "x"}, SettingWrong, "progress is a function"),
    ("download_file", (GET, FILE), {"progress": 5}, SettingWrong, "progress is a function"),
    ("copy", (_copied("b/c"),), {"progress": 5}, SettingWrong, "progress is a function"),
    ("copy", (_copied(5),), {}, EncodeError, "a source is bucket/key"),
    ("copy", (_copied(None),), {}, EncodeError, "a source is bucket/key"),
]


@ASYNC
@pytest.mark.parametrize(("name", "arguments", "options", "error", "text"), TRANSFERS)
def test_transfers(
    name: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    error: type[BotobindError],
    text: str,
    tmp_path: Path,
    *,
    is_async: bool,
) -> None:
    file = tmp_path / FILE
    file.write_bytes(b"abc")
    given = [file if each is FILE else each for each in arguments]

    def use() -> None:
        _run(getattr(_make(s3, is_async=is_async), name)(*given, **options))

    with pytest.raises(error, match=text):
        use()
    assert file.read_bytes() == b"abc"
    assert list(tmp_path.iterdir()) == [file]

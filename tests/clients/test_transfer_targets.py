"""Files of a program's own that take some of the bytes, or tell later or nothing: no byte is lost or written twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

import pytest

from botobind import EncodeError
from botobind.io.transfers.targets import target_of

DATA = bytes(range(250)) * 4


class Taking:
    """A file that takes so many bytes at a time, and tells something of it."""

    def __init__(self, most: int = len(DATA), told: Callable[[int], object] = int) -> None:
        self.data, self._most, self._told = b"", most, told

    def write(self, data: bytes) -> Any:
        taken = bytes(data[: self._most])
        self.data += taken
        return self._told(len(taken))


class Awaited(Taking):
    async def write(self, data: bytes) -> Any:
        return super().write(data)


class Later(Taking):
    def write(self, data: bytes) -> Any:
        return self._later(super().write(data))

    async def _later(self, told: object) -> object:
        return told


FILES = [(cls, most) for cls in (Taking, Awaited, Later) for most in (7, 999, len(DATA))]


@pytest.mark.parametrize(("cls", "most"), FILES)
def test_files_that_take_some_of_the_bytes(cls: type[Taking], most: int) -> None:
    file = cls(most)

    async def write() -> None:
        writing = target_of(file, is_async=True).write(0, DATA)
        if isawaitable(writing):
            await writing

    asyncio.run(write())
    assert file.data == DATA


@pytest.mark.parametrize("told", [bool, lambda _: None, str, lambda size: size + 5])
def test_files_that_tell_something_else_have_taken_all(told: Callable[[int], object]) -> None:
    file = Taking(told=told)
    target_of(file, is_async=False).write(0, DATA)
    assert file.data == DATA


def test_files_that_take_nothing() -> None:
    with pytest.raises(BlockingIOError, match="the file takes no more bytes"):
        target_of(Taking(0), is_async=False).write(0, DATA)


def test_what_nobody_awaits_is_refused() -> None:
    with pytest.raises(EncodeError, match="an AsyncClient writes to it"):
        target_of(Later(), is_async=False).write(0, DATA)

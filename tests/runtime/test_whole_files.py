"""Files that take their place when they are whole, whatever is at that place and whoever writes them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from botobind import arrow
from botobind.commands.calling import without_body
from botobind.io.transfers.targets import target_of_path
from botobind.testing.recording import Recorder
from botobind.wire.wholefiles import whole_file
from botobind_services import s3

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and pipes")


def written(path: Path, fails: type[BaseException] | None) -> None:
    with whole_file(path) as file:
        file.write(b"new")
        if fails is not None:
            raise fails


def downloaded(path: Path, fails: type[BaseException] | None) -> None:
    target = target_of_path(str(path))
    try:
        target.open()
        target.write(0, b"new")
        if fails is not None:
            raise fails
        target.commit(3)
    finally:
        target.close()
        target.close()


def tabulated(path: Path, fails: type[BaseException] | None) -> None:
    def values() -> Any:
        yield s3.Object(key="a")
        if fails is not None:
            raise fails

    arrow.write_parquet(path, values(), s3.Object)


def called(path: Path, fails: type[BaseException] | None) -> None:
    pieces = iter((b"new", b""))

    def read(_: int) -> bytes:
        piece = next(pieces)
        if not piece and fails is not None:
            raise fails
        return piece

    without_body(s3.GetObjectOutput(body=SimpleNamespace(read=read)), path)  # type: ignore[arg-type]


def recorded(path: Path, _: None) -> None:
    Recorder(path).save()


BIT_BY_BIT = [written, downloaded, tabulated, called]
WRITERS: list[Any] = [*BIT_BY_BIT, recorded]


def nothing(_: Path) -> None:
    pass


def old(path: Path) -> None:
    path.write_bytes(b"old")


def private(path: Path) -> None:
    old(path)
    path.chmod(0o640)


def link(path: Path) -> None:
    old(path.with_name("far"))
    path.symlink_to("far")


def link_to_nothing(path: Path) -> None:
    path.symlink_to("far")


def link_to_link(path: Path) -> None:
    path.symlink_to("middle")
    link(path.with_name("middle"))


PLACES = [nothing, old, private, link, link_to_nothing, link_to_link]


def state(folder: Path) -> dict[str, tuple[str, bytes | None]]:
    """What is in a folder: the modes, and what is read."""
    return {
        path.name: (stat.filemode(path.lstat().st_mode), path.read_bytes() if path.exists() else None)
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_file_takes_its_place(tmp_path: Path, writer: Any, place: Callable[[Path], None]) -> None:
    path = tmp_path / ("n" * 250)
    place(path)
    before = state(tmp_path)
    writer(path, None)
    after = state(tmp_path)
    made = {"far"} if place is link_to_nothing else {path.name}
    assert after.keys() == before.keys() | made
    new = tmp_path / "any"
    new.touch()
    usual = stat.filemode(new.stat().st_mode)
    assert {name: mode for name, (mode, _) in after.items()} == {
        **dict.fromkeys(made, usual),
        **{name: mode for name, (mode, _) in before.items()},
    }
    assert path.read_bytes() not in (b"", b"old")


@pytest.mark.parametrize("fails", [ConnectionError, KeyboardInterrupt])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("writer", BIT_BY_BIT)
def test_what_breaks_off_leaves_all_as_it_was(
    tmp_path: Path, writer: Any, place: Callable[[Path], None], fails: type[BaseException]
) -> None:
    place(tmp_path / "a")
    before = state(tmp_path)
    with pytest.raises(fails):
        writer(tmp_path / "a", fails)
    assert state(tmp_path) == before


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_is_written_to(tmp_path: Path, writer: Any, *, linked: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = pipe
    if linked:
        path = tmp_path / "link"
        path.symlink_to(pipe)
    found: list[bytes] = []
    reading = Thread(target=lambda: found.append(pipe.read_bytes()), daemon=True)
    reading.start()
    writer(path, None)
    reading.join(20)
    assert found
    assert found[0]
    assert {each.name for each in tmp_path.iterdir()} == {pipe.name, path.name}


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def link_to_no_folder(path: Path) -> None:
    path.symlink_to(Path("no", "where"))


@pytest.mark.parametrize(
    ("place", "error"), [(Path.mkdir, IsADirectoryError), (loop, OSError), (link_to_no_folder, FileNotFoundError)]
)
@pytest.mark.parametrize("writer", WRITERS)
def test_places_that_cannot_be_written_to(tmp_path: Path, writer: Any, place: Any, error: type[OSError]) -> None:
    path = tmp_path / "a"
    place(path)
    before = path.lstat().st_mode
    with pytest.raises(error) as raised:
        writer(path, None)
    assert raised.value.filename == str(path)
    assert [each.lstat().st_mode for each in tmp_path.iterdir()] == [before]


@pytest.mark.parametrize("group", [True, False])
def test_rights_go_to_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, group: bool) -> None:
    """Who may not give a file to the group of the old one does not give its rights to another."""
    path = tmp_path / "a"
    old(path)
    path.chmod(0o664)

    def chown(_: int, owner: int, __: int) -> None:
        if owner != -1 or not group:
            raise PermissionError

    monkeypatch.setattr(os, "fchown", chown)
    written(path, None)
    assert stat.S_IMODE(path.stat().st_mode) == (0o664 if group else 0o644)


def test_nothing_is_left_where_the_end_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(*_: object) -> None:
        raise PermissionError("held open")

    monkeypatch.setattr(os, "replace", replace)
    for writer in WRITERS:
        with pytest.raises(PermissionError, match="held open"):
            writer(tmp_path / "a", None)
    assert state(tmp_path) == {}

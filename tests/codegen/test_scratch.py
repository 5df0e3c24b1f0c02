"""The folder for what a run needs while it lasts, and what killed runs leave of theirs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from filelock import FileLock

from botobind_codegen import scratch
from botobind_codegen.scratch import memory_folder, scratch_folder


@pytest.fixture(autouse=True)
def parent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that holds those of all runs."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def left(parent: Path, name: str, *, old: bool = True) -> Path:
    folder = parent / name
    (folder / "format-1").mkdir(parents=True)
    (folder / "format-1" / "0.py").write_text("")
    if old:
        os.utime(folder, (0, 0))
    return folder


def test_it_lasts_as_long_as_the_run(parent: Path) -> None:
    with scratch_folder() as folder:
        assert folder.parent == parent
        (folder / "a").write_text("")
    assert list(parent.iterdir()) == []


def test_what_killed_runs_left_goes(parent: Path) -> None:
    left(parent, "botobind-scratch-dead")
    live = left(parent, "botobind-scratch-live")
    others = {live, left(parent, "botobind-scratch-new", old=False), left(parent, "other")}
    with FileLock(live / "lock"):
        os.utime(live, (0, 0))
        with scratch_folder() as folder:
            assert set(parent.iterdir()) == {folder, *others}
        assert (live / "format-1" / "0.py").exists()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_left_alone(parent: Path, kind: str) -> None:
    mine = left(parent, "mine")
    path = parent / "botobind-scratch-x"
    if kind == "file":
        path.write_text("")
    else:
        path.symlink_to(mine)
    os.utime(path, (0, 0), follow_symlinks=False)
    with scratch_folder():
        pass
    assert os.path.lexists(path)
    assert (mine / "format-1" / "0.py").exists()


class Usage(NamedTuple):
    free: int


@pytest.mark.parametrize(("free", "used"), [(1 << 40, True), (64 << 20, False)])
def test_memory_is_for_those_who_have_it(monkeypatch: pytest.MonkeyPatch, *, free: int, used: bool) -> None:
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free))
    monkeypatch.setattr(scratch.Path, "is_dir", lambda _: True)
    monkeypatch.setattr(os, "access", lambda *_: True)
    assert memory_folder() == (Path("/dev/shm") if used else None)  # noqa: S108 - nothing is written

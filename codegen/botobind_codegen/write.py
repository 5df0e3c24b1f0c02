"""Formatted text → files: a package is staged beside its place and swapped in whole. No other stage touches the output.

A run that breaks off, for whatever reason, leaves the package as it was or as it is to be. What a killed run leaves
behind is put right by the next one: an old tree without its successor is restored, everything else is removed.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import FrameType

from attrs import frozen
from filelock import FileLock, Timeout

from botobind.errors import BotobindError
from botobind_codegen.content_digests import HEADER_START, Origin, is_by_hand, text_of
from botobind_codegen.leftovers import is_leftover
from botobind_codegen.system_errors import reason_of

LOCK_TIMEOUT = 60.0
"""Seconds to wait for another run that is writing the same package."""

INIT = "__init__.py"
"""The file that tells whose a package is."""

_MARK = ".botobind-"
_OPEN = 0o700
_NAMED = 20
"""Files that an error names at most."""
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class OutputError(BotobindError):
    """The output folder or the disk refused. The package is in whole what it was before, or what it is to be."""


@frozen
class Changes:
    """How the files on disk differ from those generated: sorted paths below the package's folder, with slashes."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    """Files of `changed` that a hand has touched since they were generated."""
    foreign: tuple[str, ...] = ()
    """Files of `removed` that were not generated."""

    @property
    def any(self) -> bool:
        """Whether there is a difference at all."""
        return bool(self.added or self.changed or self.removed)

    @property
    def by_hand(self) -> dict[str, str]:
        """What writing loses for good: the word for each file, by path."""
        return {**dict.fromkeys(self.edited, "edited"), **dict.fromkeys(self.foreign, "extra")}


@frozen
class _Places:
    package: Path
    staged: Path
    """The new tree while it grows, or the old one while it goes: never worth keeping."""
    backup: Path
    """The old tree between the two renames of a swap: all there is of the package if the run dies right there."""
    lock: Path


def write_package(out: Path, package: str, files: Mapping[str, str], *, force: bool = False) -> Changes:
    """Makes the folder `out/package` hold exactly `files` (text by path below it) and says what that changed.

    Unchanged files keep their inode and time; if none changes, nothing is written. `out` is made where missing.
    Signals that end a program wait until the package is in place. Raises `OutputError` where the disk refuses, where
    another run holds the package, where the folder was not written by botobind, or where that loses what a hand has
    done there, unless `force`; `ValueError` for a path that leads out of it.
    """
    contents = _encoded(package, files)
    places = _places(out, package)
    with _os_errors(places.package):
        out.mkdir(parents=True, exist_ok=True)
        with _locked(places.lock, LOCK_TIMEOUT), _signals_held():
            return _write(places, contents, force=force)


def check_package(out: Path, package: str, files: Mapping[str, str]) -> Changes:
    """What `write_package` would change. Writes nothing, and raises the same errors."""
    contents = _encoded(package, files)
    places = _places(out, package)
    # After a run that was killed, the old tree is what the next one starts from.
    current = places.package if os.path.lexists(places.package) else places.backup
    with _os_errors(current):
        return _compare(contents, _existing(current))


def recover_packages(out: Path) -> None:
    """Puts right what killed runs left in `out`, whatever the package. What another run is writing is left to it.

    Raises `OutputError` where the disk refuses.
    """
    leftovers = {path.name[1:].partition(_MARK)[0] for path in out.glob(f".*{_MARK}*")}
    for places in (_places(out, package) for package in sorted(leftovers)):
        with _os_errors(places.package), suppress(Timeout), _locked(places.lock, 0), _signals_held():
            _settle(places)


def _places(out: Path, package: str) -> _Places:
    def beside(role: str) -> Path:
        return out / f".{package}{_MARK}{role}"

    return _Places(out / package, beside("staged"), beside("backup"), beside("lock"))


def _encoded(package: str, files: Mapping[str, str]) -> dict[str, bytes]:
    if not package.isidentifier():
        raise ValueError(f"not the name of a package: {package!r}")
    for path in files:
        pure = PurePosixPath(path)
        # Backslashes and colons lead elsewhere on Windows.
        if str(pure) != path or not pure.parts or pure.is_absolute() or ".." in pure.parts or set(path) & set("\\:"):
            raise ValueError(f"not a path below the folder of package {package}: {path!r}")
    if not files.get(INIT, "").startswith(HEADER_START):
        # Without it the next run would refuse to replace the package.
        raise ValueError(f"package {package} has no __init__.py that begins with {HEADER_START!r}")
    return {path: text.encode() for path, text in files.items()}


@contextmanager
def _os_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except Timeout as error:
        advice = f"run this one again when that has ended; if there is none, remove {error.lock_file}"
        raise OutputError(f"{folder}: another run is writing it; {advice}") from None
    except OSError as error:
        raise OutputError(reason_of(error, folder)) from error


@contextmanager
def _locked(path: Path, timeout: float) -> Iterator[None]:
    with FileLock(path, timeout=timeout):
        try:
            yield
        finally:
            # While the lock is held: whoever waits for it then finds its file gone and makes a new one.
            with suppress(PermissionError):  # Windows, where the release removes it
                path.unlink(missing_ok=True)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Holds signals that end a program back for the moment that writing takes, then delivers them."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Signals go to the main thread.
        return
    held: list[int] = []

    def hold(number: int, _: FrameType | None) -> None:
        held.append(number)

    # A handler that was not set from Python reads as None and could not be put back.
    previous = {number: handler for number in _SIGNALS if (handler := signal.getsignal(number)) is not None}
    try:
        for number in previous:
            signal.signal(number, hold)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for number in held:
            signal.raise_signal(number)


def _write(places: _Places, contents: Mapping[str, bytes], *, force: bool) -> Changes:
    _settle(places)
    existing = _existing(places.package)
    changes = _compare(contents, existing)
    if changes.by_hand and not force:
        raise OutputError(_would_be_lost(places.package, changes))
    if changes.any:
        written = {*changes.added, *changes.changed}
        try:
            _stage(places.staged, contents, {path: file for path, file in existing.items() if path not in written})
            _swap(places)
        finally:
            _settle(places)
    return changes


def _would_be_lost(folder: Path, changes: Changes) -> str:
    """A sentence, then a line for each file, in the words of `--check`."""
    named = [f"  {word}: {folder.name}/{path}" for path, word in sorted(changes.by_hand.items())]
    more = len(named) - _NAMED
    said = "these files were edited or added by hand and would be lost; move them away, or give --force"
    rest = [f"  and {more} more, which --check names"] if more > 0 else []
    return "\n".join([f"{folder}: not written: {said}", *named[:_NAMED], *rest])


def _existing(folder: Path) -> dict[str, Path]:
    """The files of a package by path below it, but for what interpreters, editors and the like leave there.

    Raises `OutputError` where the folder was not written by botobind; one without files may be replaced.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OutputError(f"{folder}: was not written by botobind, since it is not a folder")
    found: dict[str, Path] = {}
    for root, folders, names in os.walk(folder, onerror=_raise) if folder.exists() else ():
        folders[:] = [name for name in folders if not is_leftover(name)]
        # A link to a folder is not entered: to us it is a file that should not be there.
        links = [name for name in folders if Path(root, name).is_symlink()]
        files = [Path(root, name) for name in (*names, *links) if not is_leftover(name)]
        found |= {file.relative_to(folder).as_posix(): file for file in files}
    init = found.get(INIT)
    if found and (init is None or not init.is_file() or not init.read_bytes().startswith(HEADER_START.encode())):
        raise OutputError(
            f"{folder}: was not written by botobind, since it has no __init__.py that begins with {HEADER_START!r}; "
            "move it away or choose another --out"
        )
    return found


def _raise(error: OSError) -> None:
    raise error


def _compare(contents: Mapping[str, bytes], existing: Mapping[str, Path]) -> Changes:
    both = contents.keys() & existing.keys()
    changed = tuple(sorted(path for path in both if not _holds(existing[path], contents[path])))
    removed = tuple(sorted(existing.keys() - contents.keys()))
    # Where the package tells its origin all its files had digests, and those without one are somebody else's.
    digested = INIT in existing and Origin.of_text(text_of(existing[INIT])) is not None

    def by_hand(paths: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(path for path in paths if is_by_hand(text_of(existing[path]), digested=digested))

    added = tuple(sorted(contents.keys() - existing.keys()))
    return Changes(added, changed, removed, by_hand(changed), by_hand(removed))


def _holds(file: Path, data: bytes) -> bool:
    return not file.is_symlink() and file.is_file() and file.read_bytes() == data


def _stage(staged: Path, contents: Mapping[str, bytes], unchanged: Mapping[str, Path]) -> None:
    for folder in sorted({(staged / path).parent for path in contents}):
        folder.mkdir(parents=True, exist_ok=True)
    for path, data in contents.items():
        if path in unchanged:
            _carry_over(unchanged[path], staged / path)
        else:
            (staged / path).write_bytes(data)


def _carry_over(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # Not every file system has hard links.
        shutil.copy2(old, new)


def _swap(places: _Places) -> None:
    if places.package.exists():
        places.package.rename(places.backup)
    places.staged.rename(places.package)


def _settle(places: _Places) -> None:
    """Completes or takes back what is half done, and leaves nothing but the package."""
    try:
        _settle_once(places)
    except BaseException as error:
        # What came in between may be over, as an interrupt is.
        _settle_once(places)
        if not isinstance(error, OSError):
            raise


def _settle_once(places: _Places) -> None:
    _discard(places.staged)
    if places.backup.exists():
        if places.package.exists():
            # Under this name nobody takes a half removed tree for one to be restored.
            places.backup.rename(places.staged)
            _discard(places.staged)
        else:
            places.backup.rename(places.package)


def _discard(folder: Path) -> None:
    if not folder.exists():
        return
    try:
        shutil.rmtree(folder)
    except PermissionError:
        # Nothing can be removed from a folder that was made read-only. Files may have another link in the new tree, so
        # they stay as they are.
        folder.chmod(_OPEN)
        for root, folders, _ in os.walk(folder):
            for name in folders:
                if not Path(root, name).is_symlink():
                    Path(root, name).chmod(_OPEN)
        shutil.rmtree(folder)

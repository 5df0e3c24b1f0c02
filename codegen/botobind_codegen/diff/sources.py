"""Where models to compare are from: files, folders, wheels of botocore, releases that are installed or downloaded."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import botocore
from attrs import evolve, frozen

from botobind.errors import ModelError
from botobind_codegen.cache import cache_folder
from botobind_codegen.load import list_services

_VERSION = re.compile(r"(?:botocore *==? *)?v?(\d+(?:\.\d+)+[a-z0-9.+]*)")
_IN_WHEEL = re.compile(r"botocore/data/([^/]+)/([^/]+)/([^/]+\.json(?:\.gz)?)")
_MARKERS = ("endpoints.json*", "partitions.json*")
"""What the data folder of botocore has beside its services."""


class UnknownSourceError(Exception):
    """There is nothing by the name of a source; the text says so, and what to do."""


@frozen
class Source:
    """Models that can be read: `path` is a file or a folder of them, None the installed botocore."""

    path: Path | None
    said: str
    """What it is, in words for people."""
    services: frozenset[str]
    """The names of the services."""

    @property
    def is_file(self) -> bool:
        """Whether it is the model of one service, whatever its name."""
        return self.path is not None and self.path.is_file()

    def has(self, service: str) -> bool:
        """Whether it holds a model of a service."""
        return self.is_file or service in self.services

    def named(self, error: ModelError) -> ModelError:
        """The error, with the place by which its reader knows it."""
        if error.file is not None and self.path is not None:
            error.file = error.file.replace(str(self.path), self.said)
        return error


@contextmanager
def opened(name: str | None, services: Collection[str] = ()) -> Iterator[Source]:
    """The source of a name while this lasts: a path, or the version of a release; None is the installed botocore.
    Of a wheel only some services are unpacked, if any are named.

    Raises `UnknownSourceError`, and `ModelError` for what is damaged or holds no models.
    """
    with TemporaryDirectory(prefix="botobind-models-") as folder:
        yield _open(name, services, Path(folder))


def _open(name: str | None, services: Collection[str], scratch: Path) -> Source:
    if name is None:
        return _installed()
    path = Path(name)
    if path.is_dir():
        return _folder(_data_folder(path), name)
    if path.is_file():
        return _file(path, services, scratch)
    version = _VERSION.fullmatch(name.strip())
    if version is None:
        raise UnknownSourceError(f"{name}: no such file or folder, and no version of botocore")
    if version[1] == botocore.__version__:
        return _installed()
    kept = cache_folder() / "models"
    found = sorted(kept.glob(f"botocore-{version[1]}-*.whl"))
    if not found:
        wanted = f"pip download --no-deps --dest {kept} botocore=={version[1]}"
        raise UnknownSourceError(f"botocore {version[1]} is neither installed nor downloaded: run {wanted}")
    return _unpacked(found[0], f"botocore {version[1]}", services, scratch)


def _installed() -> Source:
    return _listed(None, f"botocore {botocore.__version__}")


def _listed(path: Path | None, said: str) -> Source:
    return Source(path, said, frozenset(list_services(path)))


def _data_folder(path: Path) -> Path:
    """The data of botocore, where a folder is that of the package, or the one that it is installed in."""
    return next((below for below in (path / "botocore" / "data", path / "data") if _is_botocores(below)), path)


def _is_botocores(data: Path) -> bool:
    return any(any(data.glob(marker)) for marker in _MARKERS)


def _folder(path: Path, said: str) -> Source:
    found = _listed(path, said)
    if not _is_botocores(path):
        return found
    # Its files are no models.
    return evolve(found, services=frozenset(name for name in found.services if (path / name).is_dir()))


def _file(path: Path, services: Collection[str], scratch: Path) -> Source:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK") or path.suffix in (".whl", ".zip"):
        return _unpacked(path, str(path), services, scratch)
    is_packed = start.startswith(b"\x1f\x8b") or path.suffix == ".gz"
    if is_packed and not path.name.endswith(".json.gz"):
        return _listed(_plain(path, scratch), str(path))
    return _listed(path, str(path))


def _plain(path: Path, scratch: Path) -> Path:
    # The service is called what it is called in botocore's layout, or else like the file.
    below = path.absolute().parts[-3:] if path.name.startswith("service-2.") else (path.name,)
    target = scratch.joinpath(*below[:-1], below[-1].removesuffix(".gz"))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.write_bytes(gzip.decompress(path.read_bytes()))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ModelError(f"not gzip: {error}", file=str(path)) from None
    return target


def _unpacked(wheel: Path, said: str, services: Collection[str], scratch: Path) -> Source:
    """The models of a wheel, unpacked in botocore's layout: those of some services, or all."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            entries = [(entry, found) for entry in archive.infolist() if (found := _IN_WHEEL.fullmatch(entry.filename))]
            if not entries:
                raise ModelError("holds no service models", file=str(wheel))
            for entry, found in entries:
                place = found.groups()
                if (services and place[0] not in services) or not {".", ".."}.isdisjoint(place):
                    continue
                target = scratch.joinpath(*place)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"not a wheel that can be read: {error}", file=str(wheel)) from None
    return Source(scratch, said, frozenset(found[1] for _, found in entries if found[3].startswith("service-2.")))

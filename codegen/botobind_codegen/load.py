"""Service name → model JSON: botocore's own models, a folder of models, or one file; extras merged, patches applied."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore
from attrs import frozen
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader

from botobind.errors import ModelError
from botobind_codegen.patches import apply_patches

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODEL_TYPE = "service-2"
_NOT_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)
_COMPANIONS = {"pagination": "paginators-1", "waiters": "waiters-2"}
"""The types of botocore's other files that are read, by the key under which they keep what they say."""


@frozen
class LoadedModel:
    """A model's JSON. `source` tells where it is from in words that are the same on every machine."""

    name: str
    document: Mapping[str, Any]
    source: str
    file: str | None = None


@cache
def _loader(data_path: Path | None) -> Loader:
    # By default a loader looks in `~/.aws/models` first, and what is made would depend on who makes it.
    folder = Loader.BUILTIN_DATA_PATH if data_path is None else str(data_path)
    return Loader(extra_search_paths=[folder], include_default_search_paths=False)


def own_models(name: str) -> Path | None:
    """The folder where a user's other AWS tools find a model of this service: `~/.aws/models` or one of
    `AWS_DATA_PATH`. It is read where `data_path` names it, and else never.
    """
    others = os.environ.get("AWS_DATA_PATH", "").split(os.pathsep)
    for folder in map(os.path.expanduser, ("~/.aws/models", *filter(None, others))):
        # botocore's layout, in which a version is a folder.
        if any(Path(folder, name).glob("*/service-2.json*")):
            return Path(folder)
    return None


@cache
def _files(data_path: Path) -> Mapping[str, Path]:
    """The single files of a folder (or the file itself), by service name."""
    if data_path.is_file():
        return {_name_of(data_path): data_path}
    return {_name_of(path): path for path in sorted(data_path.glob("*.json"))}


def _name_of(path: Path) -> str:
    # `svc/2020-01-01/service-2.json` is botocore's layout, where the folder names the service.
    if path.name.startswith("service-2.") and path.parent.parent.name:
        return path.parent.parent.name if path.parent.name[:1].isdigit() else path.parent.name
    return path.name.partition(".")[0]


def list_services(data_path: Path | None = None) -> list[str]:
    """The names of the services that can be loaded, in alphabetical order.

    Raises `ModelError` where `data_path` does not exist or holds no model.
    """
    if data_path is None:
        return sorted(_loader(None).list_available_services(_MODEL_TYPE))
    if not data_path.exists():
        raise ModelError("no such file or folder", file=str(data_path))
    found = set(_files(data_path))
    if data_path.is_dir():
        found |= set(_loader(data_path).list_available_services(_MODEL_TYPE))
    if not found:
        raise ModelError("holds no service models", file=str(data_path))
    return sorted(found)


def model_files(name: str, data_path: Path | None = None) -> list[Path]:
    """The files that the model of a service is made of, in order: what they hold decides what is generated.

    Raises `ModelError` where there is no model.
    """
    _check_name(name)
    if data_path is not None and name in _files(data_path):
        return [_files(data_path)[name]]
    loader = _loader(data_path)
    try:
        version = loader.determine_latest_version(name, _MODEL_TYPE)
    except BotoCoreError as error:
        raise ModelError(f"no model: {error}", service=name) from None
    folders = [Path(root, name, version) for root in loader.search_paths]
    return [file for folder in folders for file in sorted(folder.glob("*.json*"))]


def _check_name(name: str) -> None:
    # It stands in what is generated, and in file names. Bytes that are no UTF-8 are surrogates here.
    if not name.isprintable():
        raise ModelError(
            "its name has characters that cannot be printed; rename the file or folder", service=repr(name)
        )


def model_source(name: str, data_path: Path | None = None) -> str:
    """Where the model of a service is from, in words that are the same on every machine."""
    if data_path is None:
        return f"botocore {botocore.__version__}"
    return "a model file" if name in _files(data_path) else "a folder of models"


def load_service(name: str, data_path: Path | None = None) -> LoadedModel:
    """The newest model of a service, with botocore's extras merged and our patches applied.

    Raises `ModelError` where there is none, where it or a file beside it is not JSON, or where its name is unusable.
    """
    _check_name(name)
    if data_path is not None and name in _files(data_path):
        path = _files(data_path)[name]
        document, file = _read(name, path), str(path)
    else:
        document, file = _load(name, data_path), None
    complete = _with_companions(document, _companions(name, data_path))
    return LoadedModel(name, apply_patches(name, complete), model_source(name, data_path), file)


def load_file(name: str, path: Path) -> LoadedModel:
    """The model of a service in a file of any name, with our patches applied.

    Raises `ModelError` where it cannot be read or is not JSON.
    """
    return LoadedModel(name, apply_patches(name, _read(name, path)), "a model file", str(path))


def _companions(name: str, data_path: Path | None) -> dict[str, Mapping[str, Any]]:
    """The files that botocore keeps beside a model of the same API version: `pagination` and `waiters`, where it has
    them.
    """
    found: dict[str, Mapping[str, Any]] = {}
    if data_path is not None and not data_path.is_dir():
        return found
    loader = _loader(data_path)
    for key, model_type in _COMPANIONS.items():
        try:
            version = loader.determine_latest_version(name, _MODEL_TYPE)
            with _json_errors(name, _place(name, data_path, model_type)):
                found[key] = _object(loader.load_service_model(name, model_type, version))[key]
        except (BotoCoreError, KeyError):
            continue
    return found


def _with_companions(document: Mapping[str, Any], companions: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The model with what the companions say of each operation, as if it were a trait of the operation."""
    operations = document.get("operations")
    if not isinstance(operations, dict) or not companions:
        return document
    merged = {
        name: dict(operation) if isinstance(operation, dict) else operation for name, operation in operations.items()
    }
    for name, pagination in companions.get("pagination", {}).items():
        if isinstance(merged.get(name), dict):
            merged[name]["pagination"] = pagination
    for waiter_name, waiter in companions.get("waiters", {}).items():
        operation = merged.get(waiter.get("operation"))
        if isinstance(operation, dict):
            operation["waiters"] = {**operation.get("waiters", {}), waiter_name: waiter}
    return {**document, "operations": merged}


def _load(name: str, data_path: Path | None) -> Mapping[str, Any]:
    loader = _loader(data_path)
    try:
        version = loader.determine_latest_version(name, _MODEL_TYPE)
        with _json_errors(name, _place(name, data_path, _MODEL_TYPE)):
            return _object(loader.load_service_model(name, _MODEL_TYPE, version))
    except BotoCoreError as error:
        raise ModelError(f"no model: {error}", service=name) from None


def _place(name: str, data_path: Path | None, model_type: str) -> str:
    """The file of a type that the loader reads."""
    found = [file for file in model_files(name, data_path) if file.name.startswith(f"{model_type}.json")]
    return str(found[0]) if found else str(data_path)


def _read(name: str, path: Path) -> Mapping[str, Any]:
    with _json_errors(name, str(path)):
        return _object(json.loads(path.read_bytes()))


def _object(document: Any) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise TypeError("expected an object")
    return document


@contextmanager
def _json_errors(name: str, file: str) -> Iterator[None]:
    """Says of whatever cannot be read as an object of JSON where it is, and why."""
    try:
        yield
    except (ValueError, RecursionError, *_NOT_GZIP) as error:
        what = "not gzip" if isinstance(error, _NOT_GZIP) else "not JSON"
        raise ModelError(f"{what}: {error}", service=name, file=file) from None
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror or error}", service=name, file=file) from None
    except (TypeError, AttributeError):
        # botocore merges its extras without a look.
        raise ModelError("not a service model: expected an object", service=name, file=file) from None

"""Service name → model JSON: botocore's own models, a folder of models, or one file; extras merged, patches applied."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore
from attrs import frozen
from botocore.loaders import ExtrasProcessor

from botobind.errors import ModelError
from botobind_codegen.layouts import COMPANIONS, MODEL_TYPE, ModelFiles, files_of, find_models, model_at
from botobind_codegen.model_options import ModelOptions
from botobind_codegen.own_patches import read_patches, with_extras
from botobind_codegen.patches import apply_patches

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)


@frozen
class LoadedModel:
    """A model's JSON. `source` tells where it is from in words that are the same on every machine."""

    name: str
    document: Mapping[str, Any]
    source: str
    file: str | None = None
    is_alone: bool = False
    """Whether it is a file with a name of its own, beside which there may be nothing else."""


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


def list_services(data_path: Path | None = None) -> list[str]:
    """The names of the services that can be loaded, in alphabetical order.

    Raises `ModelError` where `data_path` does not exist or holds no model.
    """
    if data_path is not None and not data_path.exists():
        raise ModelError("no such file or folder", file=str(data_path))
    found = find_models(data_path)
    if not found:
        raise ModelError("holds no service models", file=str(data_path))
    return sorted(found)


def model_files(name: str, data_path: Path | None = None) -> list[Path]:
    """The files that the model of a service is made of, in order: what they hold decides what is generated.

    Raises `ModelError` where there is no model.
    """
    _check_name(name)
    return files_of(name, data_path).all()


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
    files = find_models(data_path).get(name)
    return "a model file" if files is not None and files.is_alone else "a folder of models"


def load_service(name: str, data_path: Path | None = None, options: ModelOptions | None = None) -> LoadedModel:
    """The newest model of a service: with botocore's extras merged, our patches applied, and what a user does to it.

    Raises `ModelError` where there is none, where it or a file beside it is not JSON, or where its name is unusable.
    """
    _check_name(name)
    files = files_of(name, data_path)
    document = _complete(name, files, options or ModelOptions())
    file = None if data_path is None else str(files.model)
    return LoadedModel(name, document, model_source(name, data_path), file, files.is_alone)


def load_file(name: str, path: Path) -> LoadedModel:
    """The model of a service in a file of any name, with what is beside it and our patches.

    Raises `ModelError` where it cannot be read or is not JSON.
    """
    document = _complete(name, model_at(path), ModelOptions())
    return LoadedModel(name, document, "a model file", str(path), is_alone=True)


def _complete(name: str, files: ModelFiles, options: ModelOptions) -> Mapping[str, Any]:
    """The document of a model with all that belongs to it."""
    document = _with_companions(_read_all(name, files.model, files.extras(MODEL_TYPE)), _companions(name, files))
    for extras in options.extras:
        document = with_extras(name, document, extras)
    own = [read_patches(file) for file in options.patches]
    try:
        return apply_patches(name, document, builtin=options.builtin_patches, own=own)
    except ModelError as error:
        error.file = error.file or str(files.model)
        raise


def _companions(name: str, files: ModelFiles) -> dict[str, Mapping[str, Any]]:
    """What the files beside a model say: `pagination` and `waiters`, where it has them."""
    found: dict[str, Mapping[str, Any]] = {}
    for key, model_type in COMPANIONS.items():
        path = files.companion(model_type)
        if path is not None and key in (document := _read_all(name, path, files.extras(model_type))):
            with _json_errors(name, str(path)):
                found[key] = {inner: _object(value) for inner, value in _object(document[key]).items()}
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


def _read_all(name: str, path: Path, extras: list[Path]) -> Mapping[str, Any]:
    """The object in a file, with those of its extras merged as botocore merges them."""
    document = _read(name, path)
    for each in extras:
        with _json_errors(name, str(each)):
            ExtrasProcessor().process(document, [_read(name, each)])
    return document


def _read(name: str, path: Path) -> Mapping[str, Any]:
    with _json_errors(name, str(path)):
        data = path.read_bytes()
        return _object(json.loads(gzip.decompress(data) if path.suffix == ".gz" else data))


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

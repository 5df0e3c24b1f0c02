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
from attrs import field, frozen
from botocore.loaders import ExtrasProcessor

from botobind.errors import ModelError
from botobind_codegen.keys import KEYS
from botobind_codegen.layouts import COMPANIONS, MODEL_TYPE, RULES_TYPE, ModelFiles, files_of, find_models, model_at
from botobind_codegen.model_options import ModelOptions
from botobind_codegen.own_patches import read_patches, with_extras
from botobind_codegen.patches import apply_patches
from botobind_codegen.read_companions import WAITERS_VERSION
from botobind_codegen.read_endpoints import KEY as RULES_KEY

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
    companions: Mapping[str, str] = field(factory=dict)
    """The files that `pagination`, `waiters` and the rules of endpoints are from: those of botocore by their names
    alone.
    """
    faults: tuple[ModelError, ...] = ()
    """What is wrong with these files, where the model can be listed and compared none the less."""


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
    document, faults = _complete(name, files, options or ModelOptions())
    file = None if data_path is None else str(files.model)
    source = model_source(name, data_path)
    return LoadedModel(name, document, source, file, files.is_alone, _files_of_companions(files, file), faults)


def load_file(name: str, path: Path) -> LoadedModel:
    """The model of a service in a file of any name, with what is beside it and our patches.

    Raises `ModelError` where it cannot be read or is not JSON.
    """
    files = model_at(path)
    document, faults = _complete(name, files, ModelOptions())
    return LoadedModel(name, document, "a model file", str(path), True, _files_of_companions(files, str(path)), faults)


def _files_of_companions(files: ModelFiles, of_model: str | None) -> dict[str, str]:
    types = {**COMPANIONS, RULES_KEY: RULES_TYPE}
    found = {key: files.companion(model_type) for key, model_type in types.items()}
    return {key: path.name if of_model is None else str(path) for key, path in found.items() if path is not None}


def _complete(name: str, files: ModelFiles, options: ModelOptions) -> tuple[Mapping[str, Any], tuple[ModelError, ...]]:
    """The document of a model with all that belongs to it, and what is wrong with the files beside it."""
    document = _read_all(name, files.model, files.extras(MODEL_TYPE))
    faults: list[ModelError] = []
    for key, model_type in COMPANIONS.items():
        path = files.companion(model_type)
        if path is None:
            continue
        companion = _read_all(name, path, files.extras(model_type))
        faults += _faults_of_companion(name, path, model_type, companion, options)
        with _json_errors(name, str(path)):
            entries = {inner: _object(value) for inner, value in _object(companion.get(key, {})).items()}
        document = _with_companion(document, key, entries)
        faults += _missing_operations(name, path, key, entries, document)
    if (rules := files.companion(RULES_TYPE)) is not None:
        document = {**document, RULES_KEY: _read_all(name, rules, files.extras(RULES_TYPE))}
    for extras in options.extras:
        document = with_extras(name, document, extras)
    own = [read_patches(file) for file in options.patches]
    try:
        return apply_patches(name, document, builtin=options.builtin_patches, own=own), tuple(faults)
    except ModelError as error:
        error.file = error.file or str(files.model)
        raise


def _faults_of_companion(
    name: str, path: Path, model_type: str, document: Mapping[str, Any], options: ModelOptions
) -> Iterator[ModelError]:
    """Keys that nobody has classified, and a version of waiters that botocore does not read either."""
    for key in document:
        if key not in KEYS[model_type] and options.ignored_keys.isdisjoint({key, f"{model_type}.{key}"}):
            reason = f"unknown key in {model_type}; it has to be classified first"
            yield ModelError(reason, service=name, key=key, file=str(path))
    version = document.get("version", WAITERS_VERSION)
    if model_type == COMPANIONS["waiters"] and version != WAITERS_VERSION:
        reason = f"expected the version {WAITERS_VERSION} of waiters, got {version!r}"
        yield ModelError(reason, service=name, key="version", file=str(path))


def _with_companion(
    document: Mapping[str, Any], key: str, entries: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The model with what a companion says of each operation, as if it were a trait of the operation."""
    operations = document.get("operations")
    if not isinstance(operations, dict):
        return document
    merged = dict(operations)
    for name, entry in entries.items():
        asked = _operation_of(key, name, entry)
        operation = merged.get(asked) if isinstance(asked, str) else None
        if isinstance(operation, dict):
            said = entry if key == "pagination" else {**operation.get(key, {}), name: entry}
            merged[asked] = {**operation, key: said}
    return {**document, "operations": merged}


def _missing_operations(
    name: str, path: Path, key: str, entries: Mapping[str, Mapping[str, Any]], document: Mapping[str, Any]
) -> Iterator[ModelError]:
    operations = document.get("operations")
    for each, entry in entries.items():
        asked = _operation_of(key, each, entry)
        if isinstance(operations, dict) and not (isinstance(asked, str) and asked in operations):
            reason = f"speaks of the missing operation {asked!r}"
            yield ModelError(reason, service=name, key=each, file=str(path))


def _operation_of(key: str, name: str, entry: Mapping[str, Any]) -> Any:
    return name if key == "pagination" else entry.get("operation")


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

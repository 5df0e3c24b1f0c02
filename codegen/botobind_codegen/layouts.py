"""Where models are: botocore's layout (a folder of services, a service, a version of its API), and files with names of
their own, beside which the files of a model's other types may be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from botobind.attributes import frozen
from botobind.errors import ModelError

MODEL_TYPE = "service-2"
COMPANIONS: Mapping[str, str] = {"pagination": "paginators-1", "waiters": "waiters-2"}
"""The types of botocore's other files that are read, by the key under which they keep what they say."""
RULES_TYPE = "endpoint-rule-set-1"
"""The type of the files with the rules of endpoints, each of which is one rule set."""

_ENDS = (".json", ".json.gz")
_OF_FOLDERS = frozenset({"_retry", "endpoints", "partitions", "sdk-default-configuration"})
"""Files of botocore's data that belong to no service."""
_OTHER = re.compile(
    r"(?:.*\.)?(?:(?:paginators|waiters|examples|completions|docs|smoke|resources|endpoint-[a-z-]+)-\d+|sdk-extras)"
)
"""The names of what is beside models, without their ends."""


@frozen()
class ModelFiles:
    """The files of a model, which are in one folder."""

    name: str
    model: Path
    prefix: str = ""
    """How the names of the files beside the model begin."""
    is_alone: bool = False
    """Whether the model is a file with a name of its own, not in botocore's layout."""
    others: tuple[Path, ...] = ()
    """Other files that are models of the same service, by their names."""

    def companion(self, model_type: str) -> Path | None:
        """The file of another type."""
        return _existing(self.model.parent, f"{self.prefix}{model_type}")

    def extras(self, model_type: str = MODEL_TYPE) -> list[Path]:
        """The files that botocore merges into that of a type."""
        names = [f"{self.prefix}{model_type}.sdk-extras"]
        if self.prefix and model_type == MODEL_TYPE:
            names.append(f"{self.prefix}sdk-extras")
        return [file for name in names if (file := _existing(self.model.parent, name))]

    def all(self) -> list[Path]:
        """All that is read, in order."""
        files = [self.model, *self.extras()]
        for model_type in (*COMPANIONS.values(), RULES_TYPE):
            if (companion := self.companion(model_type)) is not None:
                files += [companion, *self.extras(model_type)]
        return files


def _existing(folder: Path, name: str) -> Path | None:
    return next((file for end in _ENDS if (file := folder / f"{name}{end}").is_file()), None)


@cache
def find_models(data_path: Path | None) -> Mapping[str, ModelFiles]:
    """The models of a folder, or a file, or of botocore, by the names of their services. Nothing is read but those
    files of which the name does not tell whether they are models.
    """
    if data_path is None:
        return dict(_of_folders(_botocores()))
    if data_path.is_file():
        files = model_at(data_path)
        return {files.name: files}
    if _existing(data_path, MODEL_TYPE):
        name = _name_of_folder(data_path)
        return {name: ModelFiles(name, _model_in(data_path))}
    if (newest := _newest_version(data_path)) is not None and newest.name[:1].isdigit():
        return {data_path.name: ModelFiles(data_path.name, _model_in(newest))}
    found = dict(_of_folders(data_path))
    for files in _alone_in(data_path):
        other = found.get(files.name)
        found[files.name] = files if other is None else _both(other, files)
    return found


def _botocores() -> Path:
    """The folder of botocore's models. To import its loader takes longer than to list them."""
    found = find_spec("botocore")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("No module named 'botocore'", name="botocore")
    return Path(found.origin).with_name("data")


def model_at(path: Path) -> ModelFiles:
    """The files of the model in a file, whatever its name."""
    stem = _stem(path)
    if stem == MODEL_TYPE:
        return ModelFiles(_name_of_folder(path.parent) or stem, path, is_alone=True)
    name = stem.partition(".")[0]
    return ModelFiles(name, path, f"{stem.removesuffix(f'.{MODEL_TYPE}')}.", is_alone=True)


def _both(one: ModelFiles, other: ModelFiles) -> ModelFiles:
    return ModelFiles(one.name, one.model, one.prefix, one.is_alone, (*one.others, other.model))


def _of_folders(data_path: Path) -> Iterator[tuple[str, ModelFiles]]:
    """A folder for each service, in which a version is a folder, as in botocore."""
    for folder in sorted(data_path.iterdir()):
        if folder.is_dir():
            try:
                version = _newest_version(folder)
            except OSError:
                # Whoever reads it says why that cannot be done.
                version = folder
            if version is not None:
                yield folder.name, ModelFiles(folder.name, _model_in(version))


def _newest_version(folder: Path) -> Path | None:
    found = [each for each in folder.iterdir() if each.is_dir() and _existing(each, MODEL_TYPE)]
    return max(found, key=lambda each: each.name, default=None)


def _model_in(version: Path) -> Path:
    return _existing(version, MODEL_TYPE) or version / f"{MODEL_TYPE}.json"


def _alone_in(folder: Path) -> Iterator[ModelFiles]:
    for path in sorted(folder.iterdir()):
        if path.name.endswith(_ENDS) and path.is_file():
            stem = _stem(path)
            if not _OTHER.fullmatch(stem) and (stem not in _OF_FOLDERS or _has_shapes(path)):
                yield model_at(path)


def _has_shapes(path: Path) -> bool:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "shapes" in document


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".json")


def _name_of_folder(folder: Path) -> str:
    # `svc/2020-01-01` is botocore's layout, where the folder above names the service.
    return folder.parent.name if folder.name[:1].isdigit() and folder.parent.name else folder.name


def files_of(name: str, data_path: Path | None) -> ModelFiles:
    """The files of a service's model. Raises `ModelError` where there is none, or where it may be one or another."""
    files = find_models(data_path).get(name)
    if files is None:
        raise ModelError("no model: nothing is there for that name", service=name)
    if files.others:
        several = ", ".join(str(path) for path in (files.model, *files.others))
        raise ModelError(f"has more than one model: {several}", service=name)
    return files

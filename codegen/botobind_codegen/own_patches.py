"""What a user's configuration does to models: files of patches and of extras. Each row has to hit something."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from attrs import frozen
from botocore.loaders import ExtrasProcessor

from botobind.errors import ModelError
from botobind_codegen.suggestions import suggestion
from botobind_codegen.system_errors import reason_of

_REASONS = {"reason": str, "link": str}
_KEY_AND_VALUE = 2
_NAMES, _SEVERAL = dict[str, str], dict[str, list[str]]
_ROWS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "shape": (
        {"service": str, "shape": str},
        {"member": str, "set": dict, "remove": list, "beside": dict, "shapes": dict, **_REASONS},
    ),
    "member": ({"service": str, "member": str, "set": dict}, {"optional": bool, **_REASONS}),
    "operation": ({"service": str, "operation": str, "set": dict}, _REASONS),
    "service": ({"service": str, "set": dict}, _REASONS),
    "codes": ({"service": str, "codes": _NAMES}, _REASONS),
    "errors": (
        {"service": str, "codes": _NAMES},
        {"server": list[str], "retryable": list[str], "throttling": list[str], **_REASONS},
    ),
    "names": ({"service": str}, {"items": _NAMES, "entries": _SEVERAL, "members": _NAMES, **_REASONS}),
    "answers": (
        {"service": str, "namespace": str},
        {"roots": _NAMES, "first": _SEVERAL, "fraction": bool, **_REASONS},
    ),
    "pattern": ({"find": str, "put": str}, {"service": str, "template": bool, **_REASONS}),
}
"""The keys of each kind of row: those that it must have, and those that it may have."""


@frozen
class OwnPatches:
    """The rows of a file by kind."""

    file: Path
    rows: Mapping[str, Any]

    def check(self, service: str, document: Mapping[str, Any]) -> None:
        """Raises `ModelError` for a row about something that the model of its service does not have."""
        shapes, operations = document["shapes"], document.get("operations", {})
        for kind, rows in self.rows.items():
            for row in rows:
                if row.get("service") == service and (missing := _missing(kind, row, shapes, operations)):
                    raise ModelError(f"a patch names the missing {missing}", service=service, file=str(self.file))


def _missing(kind: str, row: Mapping[str, Any], shapes: Mapping[str, Any], operations: Mapping[str, Any]) -> str | None:
    member = row.get("member")
    if kind == "member":
        known = {name for shape in shapes.values() for name in shape.get("members", {})}
        return None if member in known else f"member {member!r}{suggestion(str(member), sorted(known))}"
    if kind == "shape":
        name = row["shape"]
        if name not in shapes:
            return f"shape {name!r}{suggestion(name, shapes)}"
        members = shapes[name].get("members", {})
        if member is not None and member not in members:
            return f"member {member!r} of {name}{suggestion(member, members)}"
    if kind == "operation" and row["operation"] not in operations:
        return f"operation {row['operation']!r}{suggestion(row['operation'], operations)}"
    gone = next((name for name in row.get("roots", ()) if name not in operations), None)
    if gone is not None:
        return f"operation {gone!r}{suggestion(gone, operations)}"
    return next(_missing_shapes(kind, row, shapes), None)


def _missing_shapes(kind: str, row: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[str]:
    """What shapes and members a row names in its tables that the model does not have."""
    named = [name for key in ("items", "entries", "first") for name in row.get(key, ())]
    named += row["codes"] if kind == "codes" else ()
    members = [(shape, name) for shape, names in row.get("first", {}).items() for name in names]
    if kind == "names":
        members += [(shape, name) for path in row.get("members", ()) for shape, _, name in [path.partition(".")]]
    for shape in (*named, *(shape for shape, _ in members)):
        if shape not in shapes:
            yield f"shape {shape!r}{suggestion(shape, shapes)}"
    for shape, name in members:
        known = shapes.get(shape, {}).get("members", {})
        if name not in known:
            yield f"member {name!r} of {shape}{suggestion(name, known)}"


def read_patches(file: Path) -> OwnPatches:
    """The rows of a file. Raises `ModelError` where it is not TOML, or has what rows don't have."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"cannot be read: {reason_of(error)}", file=str(file)) from None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"not TOML: {error}", file=str(file)) from None
    for kind, found in rows.items():
        if kind not in _ROWS:
            raise ModelError(f"no patch is called so{suggestion(kind, _ROWS)}", key=kind, file=str(file))
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise ModelError(f"expected rows, each under [[{kind}]]", key=kind, file=str(file))
        for row in found:
            if fault := _fault_of_row(kind, row):
                raise ModelError(f"a row of {kind} {fault}", key=kind, file=str(file))
    return OwnPatches(file, rows)


def _fault_of_row(kind: str, row: Mapping[str, Any]) -> str | None:
    required, optional = _ROWS[kind]
    known = {**required, **optional}
    for key, value in row.items():
        if key not in known:
            return f"has the unknown key {key!r}{suggestion(key, known)}"
        if not _is_of(known[key], value):
            kind_of_value = known[key].__name__ if get_origin(known[key]) is None else known[key]
            return f"has another value than a {kind_of_value} for {key!r}"
    if missing := [key for key in required if key not in row]:
        return f"lacks {missing[0]!r}"
    if any(len(names) != _KEY_AND_VALUE for names in row.get("entries", {}).values()):
        return "has entries that are not the name of a key and that of a value"
    if kind == "pattern":
        try:
            re.sub(row["find"], row["put"] if row.get("template") else "", "")
        except (re.error, IndexError) as error:
            return f"has a pattern that cannot be used: {error}"
    return None


def _is_of(kind: Any, value: Any) -> bool:
    """Whether a value of TOML is of a type, with all that is in it."""
    if not isinstance(value, get_origin(kind) or kind):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return get_origin(kind) is None or all(_is_of(get_args(kind)[-1], each) for each in inside)


def with_extras(service: str, document: Mapping[str, Any], file: Path) -> Mapping[str, Any]:
    """The model with what a file says under `merge`. Raises `ModelError` where it is not JSON, or has none."""
    try:
        extras = json.loads(file.read_bytes())
    except OSError as error:
        raise ModelError(f"cannot be read: {reason_of(error)}", service=service, file=str(file)) from None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"not JSON: {error}", service=service, file=str(file)) from None
    if not isinstance(extras, dict) or not isinstance(extras.get("merge"), dict):
        raise ModelError("expected an object with an object `merge`", service=service, file=str(file))
    return merged(document, [extras])


def merged(document: Mapping[str, Any], extras: list[Any]) -> Mapping[str, Any]:
    """The model with extras as botocore merges them; the one given stays as it is."""
    copied = json.loads(json.dumps(document))
    ExtrasProcessor().process(copied, extras)
    result: Mapping[str, Any] = copied
    return result

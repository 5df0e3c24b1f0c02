"""Corrections of service models, as rows of data: see `patches.toml`, which gives the reason of each and a link."""

from __future__ import annotations

import copy
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from botobind.errors import ModelError
from botobind_codegen import answers

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def load_patches() -> Mapping[str, Any]:
    """The rows of `patches.toml` by their kinds."""
    text = files("botobind_codegen").joinpath("patches.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def apply_patches(service: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The model with the patches of its service; the one given stays as it is."""
    patches = load_patches()
    shape_rows = [row for row in patches["shape"] if row["service"] == service]
    error_rows = [row for row in patches["errors"] if row["service"] == service]
    shapes = document.get("shapes")
    if not isinstance(shapes, dict) or not _is_patchable(document):
        return document
    patched = {**document, "shapes": {name: _fix_pattern(shape) for name, shape in shapes.items()}}
    for row in shape_rows:
        _apply_shape_row(service, patched["shapes"], row)
    for row in patches["member"]:
        if row["service"] == service:
            _apply_member_row(patched["shapes"], row)
    for row in error_rows:
        _apply_error_row(patched, row)
    for row in patches["codes"]:
        if row["service"] == service:
            _apply_codes(patched["shapes"], row["codes"])
    for row in patches["service"]:
        if row["service"] == service and isinstance(document.get("metadata"), dict):
            patched["metadata"] = {**patched["metadata"], **row["set"]}
    for row in patches["names"]:
        if row["service"] == service:
            _apply_names(patched["shapes"], row)
    for row in patches["answers"]:
        if row["service"] == service:
            answers.apply(patched, row)
    for row in patches["operation"]:
        operation = patched.get("operations", {}).get(row["operation"])
        if row["service"] == service and operation is not None:
            patched["operations"] = {**patched["operations"], row["operation"]: {**operation, **row["set"]}}
    return patched


def _is_patchable(document: Mapping[str, Any]) -> bool:
    """Whether all is of the kind that patches rely on. What is not is left to the reader, which says where."""
    operations, shapes = document.get("operations", {}), document["shapes"]
    return (
        isinstance(operations, dict)
        and all(
            isinstance(operation, dict) and isinstance(operation.get("errors", []), list)
            for operation in operations.values()
        )
        and all(
            isinstance(shape, dict)
            and isinstance(members := shape.get("members", {}), dict)
            and all(isinstance(member, dict) for member in members.values())
            for shape in shapes.values()
        )
    )


def _fix_pattern(shape: Any) -> Any:
    if not isinstance(shape.get("pattern"), str):
        return shape
    pattern = shape["pattern"]
    for row in load_patches()["pattern"]:
        # Only a template may name groups: elsewhere backslashes stand for themselves.
        put = row["put"] if row.get("template") else row["put"].replace("\\", r"\\")
        pattern = re.sub(row["find"], put, pattern)
    return shape if pattern == shape["pattern"] else {**shape, "pattern": pattern}


def _apply_shape_row(service: str, shapes: dict[str, Any], row: Mapping[str, Any]) -> None:
    name = row["shape"]
    if name not in shapes:
        # A folder of models may hold an older or a smaller model of the same service.
        return
    shape = copy.deepcopy(shapes[name])
    target = shape
    if member := row.get("member"):
        if member not in shape.get("members", {}):
            raise ModelError(f"a patch names the missing member {member!r}", service=service, shape=name)
        target = shape["members"][member]
    if member:
        _add_beside(shape, shapes, row)
    target.update(row.get("set", {}))
    for key in row.get("remove", ()):
        target.pop(key, None)
    shapes[name] = shape


def _apply_member_row(shapes: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Sets keys of the members of a name in all structures; those that a row calls optional are required no more."""
    name = row["member"]
    for shape_name, shape in shapes.items():
        members = shape.get("members", {})
        if name in members:
            patched = {**shape, "members": {**members, name: {**members[name], **row["set"]}}}
            if row.get("optional") and isinstance(required := shape.get("required"), list):
                patched["required"] = [each for each in required if each != name]
            shapes[shape_name] = patched


def _add_beside(shape: dict[str, Any], shapes: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Puts members that the model does not have behind the one that a row is about, with the shapes that they need."""
    members: dict[str, Any] = {}
    for name, member in shape["members"].items():
        members[name] = member
        if name == row["member"]:
            members |= {
                added: {**given} for added, given in row.get("beside", {}).items() if added not in shape["members"]
            }
    shape["members"] = members
    for name, added in row.get("shapes", {}).items():
        shapes.setdefault(name, {**added})


def _apply_names(shapes: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Gives items of lists, keys and values of maps, and members the names that they have in forms and XML."""
    places = [
        *((shape, "member", name) for shape, name in row["items"].items()),
        *((shape, "key", key) for shape, (key, _) in row["entries"].items()),
        *((shape, "value", value) for shape, (_, value) in row["entries"].items()),
    ]
    for shape, place, name in places:
        if shape in shapes:
            shapes[shape] = {**shapes[shape], place: {**shapes[shape][place], "locationName": name}}
    for path, name in row["members"].items():
        shape, _, member = path.partition(".")
        members = shapes.get(shape, {}).get("members", {})
        if member in members:
            members = {**members, member: {**members[member], "locationName": name}}
            shapes[shape] = {**shapes[shape], "members": members}


def _apply_codes(shapes: dict[str, Any], codes: Mapping[str, str]) -> None:
    """Gives errors the codes that they have on the wire, where the model says none."""
    for name, code in codes.items():
        shape = shapes.get(name)
        if isinstance(shape, dict):
            shapes[name] = {**shape, "error": {"code": code, "senderFault": True, **shape.get("error", {})}}


def _apply_error_row(document: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Adds the documented errors of a service that models none, to every operation."""
    names = []
    for code, description in row["codes"].items():
        if code in document["shapes"]:
            continue
        fault = code in row["server"]
        document["shapes"][code] = {
            "type": "structure",
            "members": {},
            "documentation": description,
            "error": {"code": code, "httpStatusCode": 503 if fault else 400, "senderFault": not fault},
            "exception": True,
            **({"fault": True} if fault else {}),
            **({"retryable": {"throttling": code in row["throttling"]}} if code in row["retryable"] else {}),
        }
        names.append(code)
    document["operations"] = {
        name: {**operation, "errors": [*operation.get("errors", []), *({"shape": code} for code in names)]}
        for name, operation in document["operations"].items()
    }

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
from botobind_codegen.aws_services import aws_service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from botobind_codegen.own_patches import OwnPatches


@cache
def load_patches() -> Mapping[str, Any]:
    """The rows of `patches.toml` by their kinds."""
    text = files("botobind_codegen").joinpath("patches.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def apply_patches(
    service: str, document: Mapping[str, Any], *, builtin: bool = True, own: Sequence[OwnPatches] = ()
) -> Mapping[str, Any]:
    """The model with the patches of its service; the one given stays as it is. Ours are for models of AWS alone, by
    their `serviceId` and `uid`; those of a user's `own` go by the name of the service, and have to fit.

    Raises `ModelError` where a row of a user's own is about something that is not there.
    """
    if not isinstance(document.get("shapes"), dict) or not _is_patchable(document):
        return document
    ours = load_patches()
    # Only dialects of regular expressions are everybody's.
    patched = {**document, "shapes": _with_patterns(document["shapes"], ours["pattern"])}
    if builtin and (name := aws_service(document)) is not None:
        _apply(patched, ours, name)
    for each in own:
        each.check(service, patched)
        rows = [row for row in each.rows.get("pattern", ()) if row.get("service", service) == service]
        patched["shapes"] = _with_patterns(patched["shapes"], rows)
        _apply(patched, each.rows, service)
    return patched


def _apply(patched: dict[str, Any], patches: Mapping[str, Any], service: str) -> None:
    """Applies the rows that a service has in a table of patches. Raises `ModelError` for a model of another form."""
    try:
        _apply_rows(patched, patches, service)
    except (AttributeError, KeyError, TypeError) as error:
        # The reader would say where, but what it reads would be without patches.
        reason = f"is not of the form that patches of {service} are for: {type(error).__name__}: {error}"
        raise ModelError(reason, service=service) from None


def _apply_rows(patched: dict[str, Any], patches: Mapping[str, Any], service: str) -> None:
    def rows(kind: str) -> list[Mapping[str, Any]]:
        return [row for row in patches.get(kind, ()) if row["service"] == service]

    shapes = patched["shapes"]
    for row in rows("shape"):
        _apply_shape_row(shapes, row)
    for row in rows("member"):
        _apply_member_row(shapes, row)
    for row in rows("errors"):
        _apply_error_row(patched, row)
    for row in rows("codes"):
        _apply_codes(shapes, row["codes"])
    for row in rows("service"):
        if isinstance(patched.get("metadata"), dict):
            patched["metadata"] = {**patched["metadata"], **row["set"]}
    for row in rows("names"):
        _apply_names(shapes, row)
    for row in rows("answers"):
        answers.apply(patched, row)
    for row in rows("operation"):
        operation = patched.get("operations", {}).get(row["operation"])
        if operation is not None:
            patched["operations"] = {**patched["operations"], row["operation"]: {**operation, **row["set"]}}


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


def _with_patterns(shapes: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: _fix_pattern(shape, rows) for name, shape in shapes.items()}


def _fix_pattern(shape: Any, rows: Sequence[Mapping[str, Any]]) -> Any:
    if not isinstance(shape.get("pattern"), str):
        return shape
    pattern = shape["pattern"]
    for row in rows:
        # Only a template may name groups: elsewhere backslashes stand for themselves.
        put = row["put"] if row.get("template") else row["put"].replace("\\", r"\\")
        pattern = re.sub(row["find"], put, pattern)
    return shape if pattern == shape["pattern"] else {**shape, "pattern": pattern}


def _apply_shape_row(shapes: dict[str, Any], row: Mapping[str, Any]) -> None:
    name, member = row["shape"], row.get("member")
    if name not in shapes or (member and member not in shapes[name].get("members", {})):
        # An older or a smaller model of the same service.
        return
    shape = copy.deepcopy(shapes[name])
    target = shape
    if member:
        target = shape["members"][member]
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
        *((shape, "member", name) for shape, name in row.get("items", {}).items()),
        *((shape, "key", key) for shape, (key, _) in row.get("entries", {}).items()),
        *((shape, "value", value) for shape, (_, value) in row.get("entries", {}).items()),
    ]
    for shape, place, name in places:
        if shape in shapes:
            shapes[shape] = {**shapes[shape], place: {**shapes[shape][place], "locationName": name}}
    for path, name in row.get("members", {}).items():
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
        fault = code in row.get("server", ())
        document["shapes"][code] = {
            "type": "structure",
            "members": {},
            "documentation": description,
            "error": {"code": code, "httpStatusCode": 503 if fault else 400, "senderFault": not fault},
            "exception": True,
            **({"fault": True} if fault else {}),
            **(
                {"retryable": {"throttling": code in row.get("throttling", ())}}
                if code in row.get("retryable", ())
                else {}
            ),
        }
        names.append(code)
    document["operations"] = {
        name: {**operation, "errors": [*operation.get("errors", []), *({"shape": code} for code in names)]}
        for name, operation in document["operations"].items()
    }

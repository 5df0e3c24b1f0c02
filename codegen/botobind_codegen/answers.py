"""What a service's answers in XML look like beyond its model: rows `answers` of `patches.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def apply(document: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Puts a row into a model: the namespace, and if it has them the names of roots, the order of elements, and whether
    times have a fraction.

    Shapes that requests hold as well keep their times as they are. What a smaller or an older model lacks is left out.
    """
    operations, shapes = document.get("operations", {}), dict(document["shapes"])
    namespace = {"uri": row["namespace"]}
    for shape, names in row.get("first", {}).items():
        if shape in shapes:
            members = shapes[shape]["members"]
            first = {name: members[name] for name in names if name in members}
            shapes[shape] = {**shapes[shape], "members": {**first, **members}}
    for shape in _of_answers_alone(operations, shapes) if row.get("fraction") else ():
        members = shapes[shape].get("members", {})
        times = {name: {**member, "fraction": True} for name, member in members.items() if _is_time(member, shapes)}
        shapes[shape] = {**shapes[shape], "members": {**members, **times}} if times else shapes[shape]
    document["operations"] = {
        name: _with_root(operation, shapes, row.get("roots", {}).get(name), namespace)
        for name, operation in operations.items()
    }
    document["shapes"] = shapes


def _with_root(
    operation: Mapping[str, Any], shapes: dict[str, Any], root: str | None, namespace: Mapping[str, str]
) -> Mapping[str, Any]:
    """The operation with the root of its response, where that is a document; one that is a payload is in the shape."""
    name = operation.get("output", {}).get("shape")
    output: dict[str, Any] = shapes.get(str(name), {})
    members: dict[str, Any] = output.get("members", {})
    payload: dict[str, Any] | None = members.get(str(output.get("payload")))
    if payload is not None:
        if shapes.get(payload["shape"], {}).get("type") == "structure":
            shapes[name] = {**output, "members": {**members, output["payload"]: {**payload, "xmlNamespace": namespace}}}
        return operation
    if all("location" in member for member in members.values()):
        return operation
    called = {} if root is None else {"locationName": root}
    return {**operation, "output": {**operation["output"], **called, "xmlNamespace": namespace}}


def _is_time(member: Mapping[str, Any], shapes: Mapping[str, Any]) -> bool:
    return "location" not in member and shapes.get(str(member.get("shape")), {}).get("type") == "timestamp"


def _of_answers_alone(operations: Mapping[str, Any], shapes: Mapping[str, Any]) -> set[str]:
    """The structures that answers hold and requests do not."""
    found = {
        side: _reachable([operation.get(side, {}).get("shape") for operation in operations.values()], shapes)
        for side in ("input", "output")
    }
    return {name for name in found["output"] - found["input"] if shapes[name].get("type") == "structure"}


def _reachable(names: list[Any], shapes: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    while names:
        name = names.pop()
        if name in shapes and name not in found:
            found.add(name)
            names += [reference.get("shape") for reference in _references(shapes[name])]
    return found


def _references(shape: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from shape.get("members", {}).values()
    yield from (shape[key] for key in ("member", "key", "value") if isinstance(shape.get(key), dict))

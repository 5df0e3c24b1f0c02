"""What the wire cannot carry: the value that is left of an input or output after a way through a message."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from conformance.vectors import TOKEN, Case
from roundtrips import expected


def left_of_input(case: Case, package: ModuleType) -> Any:
    """The input that a server reads, which is what the client wrote but for what left no trace."""
    value = {**_tokens(case), **case.value}
    if case.protocol.startswith("rest-"):
        value = {**_empty_payload(case), **_left_of_query_string(case, value)}
    whole = getattr(package.values, case.given["input"]["shape"]).of_value(value)
    return expected(package, whole, "query") if case.protocol in ("query", "ec2") else whole


def _tokens(case: Case) -> dict[str, str]:
    return {name: TOKEN for name, member in case.members.items() if member.get("idempotencyToken")}


def _empty_payload(case: Case) -> dict[str, Any]:
    """A payload structure that is absent is an empty object in JSON; there is no empty union."""
    if case.protocol != "rest-json":
        return {}
    name = case.shapes[case.shape].get("payload") if case.shape else None
    shape = case.shapes[case.members[name]["shape"]] if name else {}
    is_structure = shape.get("type") == "structure" and not (shape.get("union") or shape.get("document"))
    return {name: {}} if name and is_structure else {}


def _left_of_query_string(case: Case, value: dict[str, Any]) -> dict[str, Any]:
    """An empty list has no parameter. A map of parameters holds those that are not some other member's own."""
    places = {name: member for name, member in case.members.items() if member.get("location") == "querystring"}
    own = {member.get("locationName", name) for name, member in places.items()}
    left = dict(value)
    for name, member in places.items():
        kind = case.shapes[member["shape"]]["type"]
        if kind == "map" and name in left:
            left[name] = {key: item for key, item in left[name].items() if key not in own}
        if kind in ("list", "map") and not left.get(name):
            left.pop(name, None)
    return left

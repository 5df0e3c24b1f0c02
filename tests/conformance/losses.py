"""What the wire cannot carry: the value that is left of an input or output after a way through a message."""

from __future__ import annotations

from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance.vectors import TOKEN, Case
from support.roundtrips import expected


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
    """An empty list has no parameter. A map of parameters has all of them, those of other members as well."""
    left = dict(value)
    parameters = parse_qs(urlsplit(case.vector["serialized"]["uri"]).query, keep_blank_values=True)
    for name, member in case.members.items():
        shape = case.shapes[member["shape"]]
        if member.get("location") != "querystring" or shape["type"] not in ("list", "map"):
            continue
        if shape["type"] == "map":
            has_lists = case.shapes[shape["value"]["shape"]]["type"] == "list"
            left[name] = {key: values if has_lists else values[0] for key, values in parameters.items()}
        if not left.get(name):
            left.pop(name, None)
    return left

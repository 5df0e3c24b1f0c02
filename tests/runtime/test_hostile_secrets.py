"""Sensitive members: no `repr`, `str`, traceback or error text shows their values or keys; `reveal` and the wire do."""

from __future__ import annotations

import io
import logging
import pprint
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty as hypothesis_pretty
from lxml import etree
from rich.console import Console
from rich.pretty import Pretty
from support.hostile import CANARY, EVERYTHING, refusal
from support.roundtrips import classes_of

from botobind import EncodeError, ValidationError, schema
from botobind.bodies import dump_body
from botobind.http import HttpRequest
from botobind.routing import RoutingError
from botobind.shapes import REDACTED, Shape

PACKAGES = ("cloudwatch", "dynamodb", "lambda_", "partnercentral_selling", "s3", "sts")
NUMBER = 271_828_182
MOMENT = datetime(2718, 2, 8, 18, 28, tzinfo=UTC)
TRACES = (CANARY, str(NUMBER), "2718")


@pytest.fixture(scope="session")
def values(generate_once: Callable[..., Any]) -> ModuleType:
    package: ModuleType = generate_once(EVERYTHING).values
    return package


def _secret(node: schema.Node) -> Any:
    match node:
        case schema.Scalar(kind=kind):
            secrets: dict[str, Any] = {"int": NUMBER, "float": float(NUMBER), "datetime": MOMENT, "bool": True}
            return secrets.get(kind, CANARY.encode() if kind in ("bytes", "stream") else CANARY)
        case schema.ListOf(item=item):
            return [_secret(item)]
        case schema.MapOf(value=value):
            return {CANARY: _secret(value)}
        case schema.Reference(target=target):
            return _holder(target, lambda _: True)
        case schema.StreamOf():
            return None


def _holder(cls: type[Shape], holds: Callable[[str], bool]) -> Any:
    """A value of the class, with secrets in the members that `holds` picks, but for structures of this very class."""
    value = cls.__new__(cls)
    for name in value._attributes():
        setattr(value, name, None)
    for member in schema.members_of(cls):
        if holds(member.attribute) and not (isinstance(member.node, schema.Reference) and member.node.target is cls):
            setattr(value, member.attribute, _secret(member.node))
    return value


def _sensitive_classes(package: str) -> Iterator[type[Shape]]:
    for cls in classes_of(import_module(f"botobind_services.{package}")):
        if cls.SENSITIVE or cls.TRAITS.get("sensitive"):
            yield cls


def _shown(value: object) -> str:
    """Whatever a program may print of a value."""
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (value, value), None)
    console = Console(file=io.StringIO(), width=200)
    console.print(value, [value], Pretty({1: value}))
    by_tools = [
        console.file.getvalue(),
        hypothesis_pretty(value),
        hypothesis_pretty([value]),
        pprint.pformat({1: value}),
    ]  # type: ignore[attr-defined]
    return "\n".join(
        [repr(value), str(value), f"{value}", repr([value]), repr({1: value}), record.getMessage(), *by_tools]
    )


def test_that_there_are_some() -> None:
    found = {
        f"{cls.__module__.split('.')[1]}.{cls.__name__}" for package in PACKAGES for cls in _sensitive_classes(package)
    }
    assert {"sts.Credentials", "lambda_.Environment", "s3.SSEKMS", "partnercentral_selling.Contact"} <= found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sensitive_member(package: str) -> None:
    for cls in _sensitive_classes(package):
        whole = bool(cls.TRAITS.get("sensitive"))
        value = _holder(cls, lambda name: whole or name in cls.SENSITIVE)
        shown = _shown(value)
        assert not [trace for trace in TRACES if trace in shown], cls
        assert REDACTED in shown
        assert any(trace in value.reveal() for trace in (*TRACES, "True")), cls


@pytest.mark.parametrize("package", PACKAGES)
def test_violations_of_sensitive_members(package: str) -> None:
    for cls in _sensitive_classes(package):
        whole = bool(cls.TRAITS.get("sensitive"))
        value = _holder(cls, lambda name: whole or name in cls.SENSITIVE)
        try:
            value.validate()
        except ValidationError as error:
            shown = "\n".join([str(error), repr(error), *map(repr, error.violations)])
            assert CANARY not in shown, cls
            assert str(NUMBER) not in shown, cls


def _full(values: ModuleType) -> Any:
    thing = values.SecretThing(a=CANARY, n=NUMBER)
    return values.Everything(
        secret=CANARY,
        secrets=[CANARY],
        secret_map={CANARY: values.Thing(a=CANARY)},
        secret_keys={CANARY: CANARY},
        secret_thing=thing,
    )


def test_values(values: ModuleType) -> None:
    full = _full(values)
    nested = values.Everything(text="open", next=values.Everything(next=full))
    for value in (full, nested):
        shown = _shown(value)
        assert not [trace for trace in TRACES if trace in shown]
        for attribute in ("secret", "secrets", "secret_map", "secret_keys", "secret_thing"):
            assert f"{attribute}={REDACTED}" in shown
    assert "text='open'" in repr(nested)
    assert repr(full.secret_thing) == f"SecretThing({REDACTED})"
    assert nested.reveal().count(CANARY) == 7
    assert str(NUMBER) in nested.reveal()
    for body_format in ("json", "xml", "query"):
        assert CANARY.encode() in dump_body(full, body_format)


def test_violations(values: ModuleType) -> None:
    with pytest.raises(ValidationError) as caught:
        values.Everything.make(
            secret=CANARY, secrets=[CANARY, NUMBER], secret_map={CANARY: CANARY}, secret_keys={CANARY: 1, "x": None}
        )
    assert {violation.path for violation in caught.value.violations} == {
        "$.Secret",
        "$.Secrets[0]",
        "$.Secrets[1]",
        "$.SecretMap['…']",
        "$.SecretKeys['…']",
    }
    assert not [trace for trace in TRACES if trace in f"{caught.value}{caught.value!r}"]


@pytest.mark.parametrize("package", PACKAGES)
def test_fields_of_attrs_are_marked(package: str) -> None:
    for cls in _sensitive_classes(package):
        hidden = {field.name for field in attrs.fields(cls) if not field.repr}  # type: ignore[type-var]
        assert hidden == (set(cls.MEMBERS) if cls.TRAITS.get("sensitive") else set(cls.SENSITIVE)), cls


def test_drawn_values_of_a_failed_test(values: ModuleType) -> None:
    @settings(database=None, max_examples=1, phases=[Phase.generate], print_blob=False)
    @given(st.builds(values.Everything, secret=st.just(CANARY), text=st.just("open")))
    def fails(value: object) -> None:
        raise AssertionError(str(value))

    with pytest.raises(AssertionError) as caught:
        fails()
    shown = "".join(traceback.format_exception(caught.value))
    assert "open" in shown
    assert CANARY not in str(caught.value)


def test_messages_and_routes() -> None:
    path = f"/2015-03-31/functions/{CANARY}/no/{CANARY}"
    request = HttpRequest(method="GET", path=path, query=[(CANARY, CANARY)], headers={"a": CANARY}, host_prefix=CANARY)
    assert CANARY not in _shown(request)
    targets = {"X-Amz-Target": f"{CANARY}/x"}
    for package, asked in (
        ("lambda_", request),
        ("lambda_", HttpRequest(method="GET", path=f"/{CANARY}")),
        ("dynamodb", HttpRequest(headers=targets)),
        ("sts", HttpRequest(body=f"Action={CANARY}%20".encode())),
    ):
        with pytest.raises(RoutingError) as caught:
            import_module(f"botobind_services.{package}").router.match(asked)
        assert CANARY not in f"{caught.value} {caught.value!r} {caught.value.args} {_shown(caught.value)}"


def test_exceptions(values: ModuleType) -> None:
    error = values.Refused(message=CANARY, reason="open")
    printed = "".join(traceback.format_exception(error))
    for shown in (str(error), repr(error), printed, _shown(error), repr(error.args), repr(error.__reduce_ex__(0)[:1])):
        assert CANARY not in shown
    assert "reason='open'" in repr(error)
    assert CANARY in error.reveal()
    assert error.message == CANARY


SECRET_TREES: list[tuple[dict[str, Any], str]] = [
    ({"Secret": [CANARY]}, "$.Secret: expected str, got list"),
    ({"Secret": {CANARY: CANARY}}, "$.Secret: expected str, got object"),
    ({"Secrets": CANARY}, "$.Secrets: expected list, got str"),
    ({"Secrets": ["a", {CANARY: 1}]}, "$.Secrets[1]: expected str, got object"),
    ({"SecretMap": CANARY}, "$.SecretMap: expected object, got str"),
    ({"SecretMap": {CANARY: CANARY}}, "$.SecretMap['…']: expected object, got str"),
    ({"SecretMap": {CANARY: {"N": CANARY}}}, "$.SecretMap['…'].N: expected int, got str"),
    ({"SecretMap": {CANARY: {}, NUMBER: {}}}, "$.SecretMap: expected str as key, got int"),
    ({"SecretKeys": {CANARY: [CANARY]}}, "$.SecretKeys['…']: expected str, got list"),
    ({"SecretThing": {"N": CANARY}}, "$.SecretThing.N: expected int, got str"),
    ({"Integer": CANARY}, "$.Integer: expected int, got str"),
    ({"Double": CANARY}, "$.Double: expected number, got str"),
    ({"Time": CANARY}, "$.Time: expected a timestamp"),
    ({"Choice": {CANARY: 1, "Left": CANARY}}, "$.Choice: expected exactly one member of the union, got 2"),
    ({"Document": {CANARY: 1j}}, "$.Document: expected document, got complex"),
]


@pytest.mark.parametrize("tree_format", ["json", "cbor", "value"])
@pytest.mark.parametrize(("tree", "text"), SECRET_TREES)
def test_refused_trees(values: ModuleType, tree_format: str, tree: dict[str, Any], text: str) -> None:
    assert refusal(lambda: getattr(values.Everything, f"of_{tree_format}")(tree)) == text


ENTRY = f"<entry><key>{CANARY}</key><value>%s</value></entry>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<Secret><x>{CANARY}</x></Secret>", "$.Secret: expected text, got elements"),
        (f"<Secrets>{CANARY}</Secrets>", "$.Secrets: expected a list, got text"),
        (f"<Secrets><m/><m><{CANARY}/></m></Secrets>", "$.Secrets[1]: expected text, got elements"),
        (f"<SecretMap>{ENTRY % CANARY}</SecretMap>", "$.SecretMap['…']: expected a structure, got text"),
        (f"<SecretMap>{ENTRY % '<N>S3CRET</N>'}</SecretMap>", "$.SecretMap['…'].N: expected an integer"),
        (f"<SecretKeys>{ENTRY % '<x/>'}</SecretKeys>", "$.SecretKeys['…']: expected text, got elements"),
        (f"<SecretThing><N>{CANARY}</N></SecretThing>", "$.SecretThing.N: expected an integer"),
        (f"<Time>{CANARY}</Time>", "$.Time: expected a timestamp"),
    ],
)
def test_refused_elements(values: ModuleType, inside: str, text: str) -> None:
    assert refusal(lambda: values.Everything.of_xml(etree.fromstring(f"<E>{inside}</E>"))) == text


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ([("Secret.x", CANARY)], "$.Secret: expected text, got a structure"),
        ([(f"Secret.{CANARY}", "x")], "$.Secret: expected text, got a structure"),
        ([(f"Secrets.member.{CANARY}", "x")], "$.Secrets: expected a number that counts list items"),
        (
            [("SecretKeys.entry.1.key", CANARY), ("SecretKeys.entry.1.value.x", CANARY)],
            "$.SecretKeys['…']: expected text, got a structure",
        ),
        (
            [("SecretMap.entry.1.key", CANARY), ("SecretMap.entry.1.value.N", CANARY)],
            "$.SecretMap['…'].N: expected an integer",
        ),
        ([("SecretThing.N", CANARY)], "$.SecretThing.N: expected an integer"),
    ],
)
def test_refused_forms(values: ModuleType, pairs: list[tuple[str, str]], text: str) -> None:
    assert refusal(lambda: values.Everything.of_query(pairs)) == text


def test_encoding(values: ModuleType) -> None:
    """What cannot be written is not quoted either."""
    hostile = CANARY + "\x00\ud800"
    for value in (
        values.Everything(secret=hostile),
        values.Everything(secrets=[hostile]),
        values.Everything(secret_keys={hostile: hostile}),
        values.Everything(secret_thing=values.SecretThing(a=hostile)),
    ):
        for body_format in ("json", "xml", "query", "cbor"):
            with pytest.raises(EncodeError) as caught:
                dump_body(value, body_format)
            assert CANARY not in "".join(traceback.format_exception(caught.value, limit=0))

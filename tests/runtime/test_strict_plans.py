"""What the plans of XML and forms take, the checks that find each fault take too."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from attrs import evolve
from lxml import etree
from support.outcomes import outcome

from botobind.protocols.strictplans import FormPlans, XmlPlans
from botobind.testing import example
from botobind_services import cloudwatch, s3, sts

TEXTS = (
    "", "text", "1", "+1", " 1", "1.5", "-1", "2147483648", "true", "True", "YQ==", "YQ=", "NaN", "nan",
    "2024-05-01T10:00:00Z", "2024-05-01T10:00:00+01:00", "1714557600", "Wed, 01 May 2024 10:00:00 GMT",
)  # fmt: skip
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def _documents(body: bytes, random: Random) -> Iterator[bytes]:
    """A document, and others with other texts, elements and attributes."""
    yield body
    for _ in range(12):
        root = etree.fromstring(body)
        element = random.choice([*root.iter()])
        match random.randrange(5):
            case 0:
                etree.SubElement(element, "Unknown").text = random.choice(TEXTS)
            case 1:
                element.set(NIL, "true")
                element.text = None
            case 2 if element.getparent() is not None:
                element.getparent().remove(element)
            case _:
                element.text = random.choice(TEXTS)
        yield etree.tostring(root)


def _forms(body: bytes, random: Random) -> Iterator[bytes]:
    """A form, and others with other texts and names."""
    yield body
    for _ in range(12):
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        place = random.randrange(len(pairs))
        name, text = pairs[place]
        pairs[place] = random.choice(
            [(name, random.choice(TEXTS)), (f"{name}.nil", "true"), (f"{name}.1", text), (name.replace("1", "x"), text)]
        )
        yield urlencode(pairs).encode()


@pytest.mark.parametrize(("package", "protocol"), [(s3, "rest-xml"), (sts, "query"), (cloudwatch, "query")])
def test_servers_say_the_same(package: ModuleType, protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plans: Any = XmlPlans if protocol == "rest-xml" else FormPlans
    taken: list[bool] = []
    takes = plans.takes

    def noted(*arguments: Any) -> bool:
        taken.append(takes(*arguments))
        return taken[-1]

    monkeypatch.setattr(plans, "takes", noted)
    for name, operation in package.endpoints.OPERATIONS.items():
        payload = operation.input.PAYLOAD
        if payload is not None and payload.kind != "structure":
            continue
        request = operation.to_request(example(operation.input), protocol=protocol)
        if not isinstance(request.body, bytes) or request.body[:1] not in (b"<", b"A"):
            continue
        variants = _documents if protocol == "rest-xml" else _forms
        for body in variants(request.body, Random(name)):
            changed = evolve(request, body=body)
            found = outcome(operation, changed, protocol)
            with monkeypatch.context() as patch:
                patch.setattr(plans, "takes", lambda *_: False)
                assert found == outcome(operation, changed, protocol), (name, body)
    assert sum(taken) > len(taken) / 4

"""State that is learnt changes speed, never a result: for every class, the first reading and all later ones give what
the way without learning gives, whatever has been learnt before.
"""

from __future__ import annotations

import os
from random import Random
from types import ModuleType

import pytest
from learnt.variants import FORMATS, as_ever, documents_of, slowly
from support.roundtrips import classes_of

from botobind.pace import PACE
from botobind_codegen.load import list_services
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

PACKAGES = (cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts)

READINGS = int(os.environ.get("BOTOBIND_READINGS", "45"))
"""Of each class in each format."""


@pytest.fixture(autouse=True)
def learnt_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning after a few documents, as programs have it after thousands."""
    monkeypatch.setattr(PACE, "misses", 1_000_000)
    monkeypatch.setattr(PACE, "structures", 2)
    monkeypatch.setattr(PACE, "samples", 2)


def check(package: ModuleType, body_format: str, readings: int) -> None:
    count = 0
    for number, cls in enumerate(classes_of(package)):
        documents = documents_of(cls, body_format, number)
        expected = {data: slowly(cls, body_format, data) for data in documents}
        random = Random(number)
        order = [data for _ in range(1 + readings // len(documents)) for data in documents]
        random.shuffle(order)
        # The whole document in a row, so that it is learnt, among all others.
        for data in [*order[:readings], *[documents[0]] * 6, *order[:readings]]:
            found = as_ever(cls, body_format, data)
            assert found == expected[data], f"{cls.SHAPE}: {data!r}"
        count += 1
    assert count


@pytest.mark.parametrize("body_format", FORMATS)
@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__.rpartition(".")[2])
def test_every_class_of_the_committed_packages(package: ModuleType, body_format: str) -> None:
    check(package, body_format, READINGS)


NAMED_OTHERWISE = {
    "metadata": {"protocol": "rest-json", "protocols": ["rest-json"]},
    "shapes": {
        "Text": {"type": "string"},
        "Inner": {"type": "structure", "members": {"Text": {"shape": "Text", "locationName": "text"}}},
        "Inners": {"type": "list", "member": {"shape": "Inner"}},
        "Outer": {
            "type": "structure",
            "members": {
                "Items": {"shape": "Inners", "locationName": "item"},
                "Inner": {"shape": "Inner", "locationName": "inner"},
                "Text": {"shape": "Text"},
            },
        },
    },
}


@pytest.mark.parametrize("body_format", FORMATS)
def test_classes_whose_members_have_other_names_in_json(generate: object, body_format: str) -> None:
    # apigateway, medialive and route53-recovery-readiness have such; in CBOR they go by the names of the model.
    check(generate(NAMED_OTHERWISE), body_format, READINGS)  # type: ignore[operator] # a fixture


@pytest.mark.catalogue
@pytest.mark.parametrize("service", list_services())
def test_every_class_of_the_catalogue(service: str, generate: object) -> None:
    package = generate(service)  # type: ignore[operator] # a fixture
    for body_format in FORMATS:
        check(package, body_format, 200)

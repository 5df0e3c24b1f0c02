"""The walker and the methods that are generated say the same of every class: values, bytes, and errors with paths."""

from __future__ import annotations

from types import ModuleType

import pytest
from support.roundtrips import classes_of
from walker.executors import compare

from botobind_codegen.load import list_services
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts

PACKAGES = (cloudwatch, dynamodb, lambda_, partnercentral_selling, s3, sts)


def check(package: ModuleType) -> None:
    assert sum(compare(cls, number) for number, cls in enumerate(classes_of(package)))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__.rpartition(".")[2])
def test_every_class_of_the_committed_packages(package: ModuleType) -> None:
    check(package)


@pytest.mark.catalogue
@pytest.mark.parametrize("service", list_services())
def test_every_class_of_the_catalogue(service: str, generate: object) -> None:
    check(generate(service))  # type: ignore[operator] # a fixture

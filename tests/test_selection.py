"""Hypothesis round trips of every class of the committed packages, in all five formats."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.roundtrips import FORMATS, UNREADABLE, classes_of, expected, fits_headers, through, through_headers

from botobind import DecodeError, EncodeError
from botobind.shapes import Shape
from botobind.testing import strategy

PACKAGES = ("partnercentral_selling", "sts", "s3", "dynamodb", "lambda_", "cloudwatch")
EXAMPLES = 4
"""Values of each class: there are some 1,400 classes, and five formats."""


def classes() -> list[tuple[ModuleType, type[Shape]]]:
    packages = [importlib.import_module(f"botobind_services.{name}") for name in PACKAGES]
    return [(package, cls) for package in packages for cls in classes_of(package)]


@pytest.mark.parametrize(("package", "cls"), [pytest.param(*pair, id=pair[1].SHAPE) for pair in classes()])
def test_valid_values_make_round_trips(package: ModuleType, cls: type[Shape]) -> None:
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None, deadline=None)
    @given(st.deferred(lambda: strategy(cls)))
    def check(value: Shape) -> None:
        value.validate()
        for body_format in FORMATS:
            if body_format == "xml" and (package.service, cls.SHAPE) in UNREADABLE:
                continue
            wanted = expected(package, value, body_format)
            if wanted is None:
                # A union whose member is empty leaves no trace in a form, and nothing is no union.
                with pytest.raises(DecodeError, match="exactly one member"):
                    through(value, body_format)
            else:
                assert through(value, body_format) == wanted, body_format
        if fits_headers(value):
            assert through_headers(value).keys() == set(cls.HEADERS)
        else:
            with pytest.raises(EncodeError, match=r"a header cannot|the service takes ASCII"):
                value.to_header()

    check()

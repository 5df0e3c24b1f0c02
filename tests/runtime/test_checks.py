"""The quick check of constraints says yes to nothing in which the walk finds a violation, and yes to what is right."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

from botobind import schema
from botobind.errors import RequestError
from botobind.protocols import refusals
from botobind.shapes import Union
from botobind.testing import example
from botobind.validation import violations
from botobind_services import dynamodb, lambda_, partnercentral_selling, s3, sts

WRONG: tuple[Any, ...] = (
    None, "", "x" * 5000, "\n", "a" * 40 + "!", -1, 0, 1 << 70, 0.5, float("nan"), float("inf"), True, b"", b"b" * 5000,
    [], [None], ["x", None], [1] * 2000, {}, {"": None}, {"k" * 5000: "v"}, {1: 2}, object(), ("x",), range(3),
)  # fmt: skip


def _classes(package: ModuleType) -> list[Any]:
    found = (getattr(package.values, name) for name in dir(package.values) if not name.startswith("_"))
    return [cls for cls in found if getattr(cls, "MEMBERS", None)]


def _changed(cls: Any) -> Iterator[Any]:
    """An example, and copies of it in each of which a member is something else."""
    value = example(cls)
    yield value
    for place, member in enumerate(schema.members_of(cls)):
        # All of them, every few members.
        for wrong in WRONG[place % 6 :: 6]:
            yield (
                cls(**{member.attribute: wrong})
                if issubclass(cls, Union)
                else evolve(value, **{member.attribute: wrong})
            )


@pytest.mark.parametrize("package", [dynamodb, lambda_, s3, sts])
def test_it_says_what_the_walk_says(package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for cls in _classes(package):
        for number, value in enumerate(_changed(cls)):
            quick = violations.violations_of(value)
            with monkeypatch.context() as patch:
                patch.setattr(violations, "keeps", lambda _: False)
                assert quick == violations.violations_of(value), (cls, value)
            if not number:
                assert not quick
                # Of what is sent in events, it leaves those that are there to the walk.
                assert violations.keeps(value) == (cls.EVENTS is None)


def _refusal(value: Any) -> object:
    try:
        refusals.check_input(value)
    except RequestError as error:
        return error.violations
    except (TypeError, AttributeError, ValueError):
        # A reader makes no values of wrong types.
        return "of a wrong type"
    return ()


@pytest.mark.parametrize("package", [partnercentral_selling, sts])
def test_refusals_are_the_same(package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for cls in _classes(package):
        for value in _changed(cls):
            quick = _refusal(value)
            with monkeypatch.context() as patch:
                patch.setattr(refusals, "keeps", lambda _, **__: False)
                walked = _refusal(value)
            if walked != "of a wrong type":
                assert quick == walked, (cls, value)

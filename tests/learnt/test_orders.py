"""Documents whose elements come in several orders are read by element patterns of each, after some of them.

Work is counted: structures that are read token by token, samples that are looked at, element patterns that are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from learnt.variants import outcome, slowly
from support.models import list_of, structure
from support.roundtrips import classes_of
from support.xmlorders import in_order

from botobind.bodies import dump_body, parse_body
from botobind.formats import patternbuilders
from botobind.formats.elementpatterns import ElementPattern
from botobind.formats.xmllearnt import ElementPatterns
from botobind.pace import PACE
from botobind.rules.elementplans import children_of
from botobind.testing import example
from botobind_services import cloudwatch, s3, sts

EC2 = {
    "metadata": {"protocol": "ec2"},
    "operations": {
        name: {"name": name, "http": {"method": "POST", "requestUri": "/"}, "output": {"shape": name}}
        for name in ("Volumes", "Holder")
    },
    "shapes": {
        "Text": {"type": "string"},
        "Number": {"type": "integer"},
        "State": structure(Code="Number", Name="Text"),
        "Tag": structure(Key="Text", Value="Text"),
        "TagList": list_of("Tag"),
        "Volume": structure(Id="Text", State="State", Size="Number", TagSet="TagList", Type="Text"),
        "VolumeList": list_of("Volume"),
        "Volumes": structure(VolumeSet="VolumeList", NextToken="Text"),
        "Holder": structure(State="State"),
    },
}

MANY = 50
"""Readings after which what can be learnt is learnt."""

Given = tuple[type[Any], list[bytes]]
"""A class, and a document of it in several orders."""


@pytest.fixture(autouse=True)
def learnt_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("structures", 2), ("samples", 2), ("pause", 2)):
        monkeypatch.setattr(PACE, name, value)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is done, counted."""
    counts: Counter[str] = Counter()

    def count(owner: Any, name: str, what: str) -> None:
        counted = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            counts[what] += 1
            return counted(*given, **named)

        monkeypatch.setattr(owner, name, call)

    count(ElementPatterns, "met", "by tokens")
    count(patternbuilders, "sample", "samples")
    count(ElementPattern, "__init__", "made")
    return counts


@pytest.fixture(
    params=[
        (s3, "ListObjectsV2Output"),
        (s3, "ListPartsOutput"),
        (s3, "Object"),
        (cloudwatch, "DescribeAlarmsOutput"),
        (cloudwatch, "MetricAlarm"),
        (sts, "AssumeRoleResponse"),
        (EC2, "Volumes"),
        (EC2, "Volume"),
        (EC2, "Holder"),
    ],
    ids=lambda param: f"{'ec2' if param[0] is EC2 else param[0].__name__.rpartition('.')[2]} {param[1]}",
)
def given(request: pytest.FixtureRequest, generate_once: Any) -> Iterator[Given]:
    package, name = request.param
    values: ModuleType = generate_once(package) if package is EC2 else package
    forget(values)
    cls = getattr(values, name)
    assert children_of(cls)
    document = dump_body(example(cls), "xml")
    yield cls, list(dict.fromkeys(in_order(document, seed) for seed in range(24)))
    forget(values)


def forget(values: ModuleType) -> None:
    for cls in classes_of(values):
        cls.XML_ELEMENT_PATTERNS = None


def read(cls: type[Any], data: bytes, times: int = 1) -> None:
    for _ in range(times):
        parse_body(cls, data, "xml")


def test_another_order_is_learnt_and_the_first_one_kept(given: Given, work: Counter[str]) -> None:
    cls, (first, second, *_) = given
    for data in (first, second, first, second):
        read(cls, data, MANY)
        work.clear()
        read(cls, data, 5)
        assert not work, f"{work} in the order of {data!r}"


def test_orders_that_take_turns(given: Given, work: Counter[str]) -> None:
    cls, documents = given
    for _ in range(5 * MANY):
        for data in documents[:2]:
            read(cls, data)
    work.clear()
    for _ in range(5):
        for data in documents[:2]:
            read(cls, data)
    assert not work["made"]
    # Where it turns out in the midst, behind a structure, that the order is another one, tokens are read one by one:
    # those of a document and of its one structure in a list.
    assert work["by tokens"] <= 20


def test_one_order_after_the_other(given: Given, work: Counter[str]) -> None:
    """More of them than are kept: those of before go."""
    cls, documents = given
    for data in documents[:6]:
        read(cls, data, 5 * MANY)
        work.clear()
        read(cls, data, 5)
        assert not work, f"{work} in the order of {data!r}"


def test_learning_comes_to_an_end(given: Given, work: Counter[str]) -> None:
    """Whatever comes: as many orders as there may be, in no order."""
    cls, documents = given
    for turn in range(MANY):
        for data in documents[:: (-1) ** turn]:
            read(cls, data)
    # Of each structure and order so many at most; it is found out that there is nothing to learn before.
    structures = len({type(value) for value in _values(example(cls))})
    assert work["made"] <= structures * 6 * 4
    before = work.copy()
    for turn in range(MANY):
        for data in documents[:: (-1) ** turn]:
            read(cls, data)
    assert work["samples"] - before["samples"] <= before["samples"] / 2 + 10
    for each in {type(value) for value in _values(example(cls))}:
        assert all(len(pattern.others) < 4 for pattern in (each.XML_ELEMENT_PATTERNS or {}).values())


def test_values_and_errors_are_those_of_the_reader_of_tokens(given: Given) -> None:
    cls, documents = given
    broken = [data.replace(b"</", b"<x/></", 1) for data in documents]
    twice = [data.replace(b"><", b"><NextToken>a</NextToken><NextToken>b</NextToken><", 1) for data in documents]
    odd = [*documents[:6], *broken[:6], *twice[:6]]
    expected = {data: slowly(cls, "xml", data)[0] for data in odd}
    for turn in range(30):
        for data in odd if turn % 2 else reversed(odd):
            assert outcome(partial(parse_body, cls, data, "xml")) == expected[data], data


def test_threads_that_learn_several_orders_at_once(given: Given) -> None:
    cls, documents = given
    expected = {data: slowly(cls, "xml", data)[0] for data in documents[:6]}

    def reads(number: int) -> bool:
        for turn in range(60):
            data = documents[(number + turn // 10) % min(6, len(documents))]
            assert outcome(partial(parse_body, cls, data, "xml")) == expected[data]
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(reads, range(16)))


def _values(value: Any) -> Iterator[Any]:
    """A value of a class, and all that are in it."""
    if isinstance(value, list):
        for each in value:
            yield from _values(each)
    elif hasattr(value, "MEMBERS"):
        yield value
        for attribute in type(value).MEMBERS:
            yield from _values(getattr(value, attribute))

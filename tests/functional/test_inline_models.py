"""Packages generated from models of a few lines: every kind of value in every format, and values as Python objects."""

from __future__ import annotations

import copy
import math
import pickle
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from support.models import EMPTY_VALUES, FORMATS, PROTOCOLS, VALUES, Generate, classes_of, everything, there_and_back

from botobind import DecodeError, EncodeError, ValidationError
from botobind.timestamps import OutOfRangeDatetime


@pytest.mark.parametrize("body_format", FORMATS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_kind_of_value_comes_back(generate_once: Generate, protocol: str, body_format: str) -> None:
    package = everything(generate_once, protocol)
    values = VALUES if body_format == "query" and protocol in ("query", "ec2") else VALUES + EMPTY_VALUES
    for name, build in values:
        attribute = {member: attribute for attribute, member in package.Everything.MEMBERS.items()}[name]
        given = package.Everything.make(**{attribute: build(package)})
        read = there_and_back(given, body_format)
        assert read == given, name
        assert type(getattr(read, attribute)) is type(getattr(given, attribute)), name


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_all_members_at_once(generate_once: Generate, protocol: str) -> None:
    package = everything(generate_once, protocol)
    attributes = {member: attribute for attribute, member in package.Everything.MEMBERS.items()}
    value = package.Everything.make(**{attributes[name]: build(package) for name, build in VALUES})
    for body_format in FORMATS:
        assert there_and_back(value, body_format) == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_hints_of_every_class_resolve(generate_once: Generate, protocol: str) -> None:
    package = everything(generate_once, protocol)
    classes = list(classes_of(package))
    assert len(classes) == 7
    for cls in classes:
        assert set(cls.MEMBERS) <= set(get_type_hints(cls, include_extras=True))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nan_comes_back(generate_once: Generate, protocol: str) -> None:
    package = everything(generate_once, protocol)
    value = package.Everything.make(ratio=math.nan, share=math.nan)
    for body_format in FORMATS:
        read = there_and_back(value, body_format)
        assert math.isnan(read.ratio)
        assert math.isnan(read.share)


def test_absent_is_not_empty(generate_once: Generate) -> None:
    package = everything(generate_once, "json")
    assert package.Everything.of_json({"Texts": [], "Node": {}, "Text": None}) == package.Everything(
        texts=[], node=package.Node()
    )
    assert package.Everything().to_json() == {}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_unknown_union_member_is_kept_by_name(generate_once: Generate, protocol: str) -> None:
    package = everything(generate_once, protocol)
    kept = package.Choice(unknown_member="Later")
    assert package.Choice.of_json({"Later": 1, "Text": None, "__type": "Choice"}) == kept
    assert package.Choice.of_cbor({"Later": 1}) == kept
    assert package.Choice.of_query([("Later.member.1", "a")]) == kept
    assert package.Choice.of_xml(package.Node(name="x").to_xml().__copy__()) == package.Choice(unknown_member="Name")
    assert package.Choice.of_value(kept.to_value()) == kept
    assert kept.to_value() == {"SDK_UNKNOWN_MEMBER": {"name": "Later"}}
    kept.validate()
    for write in (kept.to_json, kept.to_cbor, kept.to_query, kept.to_xml):
        with pytest.raises(EncodeError, match="Choice holds the unknown member 'Later'"):
            write()


@pytest.mark.parametrize("document", [{}, {"Text": "a", "Nested": {"Text": "b"}}, {"Text": None}])
def test_a_union_has_exactly_one_member(generate_once: Generate, document: dict[str, Any]) -> None:
    package = everything(generate_once, "json")
    with pytest.raises(DecodeError, match="expected exactly one member of the union"):
        package.Everything.of_json({"Choice": document})


@pytest.mark.parametrize(("members", "found"), [({}, "0"), ({"text": "a", "texts": []}, r"2 \(text, texts\)")])
def test_validation_counts_the_members_of_a_union(generate_once: Generate, members: dict[str, Any], found: str) -> None:
    package = everything(generate_once, "json")
    with pytest.raises(ValidationError, match=rf"\$\.Choice: expected exactly one member of the union, got {found}"):
        package.Everything.make(choice=package.Choice(**members))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_values_can_be_copied_pickled_and_compared(generate_once: Generate, protocol: str) -> None:
    package = everything(generate_once, protocol)
    for name, build in VALUES + EMPTY_VALUES:
        attribute = {member: attribute for attribute, member in package.Everything.MEMBERS.items()}[name]
        value = package.Everything(**{attribute: build(package)})
        for copied in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert copied == value
            assert repr(copied) == repr(value)
        assert value != package.Everything()
        assert value != {}


def test_a_deep_copy_shares_nothing(generate_once: Generate) -> None:
    package = everything(generate_once, "json")
    value = package.Everything(texts=["a"], node=package.Node(name="b"))
    copied = copy.deepcopy(value)
    copied.texts.append("c")
    copied.node.name = "d"
    assert value == package.Everything(texts=["a"], node=package.Node(name="b"))


@pytest.mark.parametrize("epoch", [Decimal(253402300800), Decimal("-62135596801.5")])
def test_times_out_of_range_survive(generate_once: Generate, epoch: Decimal) -> None:
    package = everything(generate_once, "json")
    value = package.Everything(time=OutOfRangeDatetime(epoch))
    for copied in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert copied == value
        assert copied.time.epoch == epoch
    for body_format in FORMATS:
        assert there_and_back(value, body_format).time.epoch == epoch


def test_values_are_mutable_and_not_hashable(generate_once: Generate) -> None:
    package = everything(generate_once, "json")
    value = package.Node(name="a")
    value.name = "b"
    assert value == package.Node(name="b")
    with pytest.raises(TypeError, match="unhashable"):
        hash(value)
    with pytest.raises(AttributeError):
        value.nmae = "c"

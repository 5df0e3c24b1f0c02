"""Unions: one member by its name, though to readers, attrs and type checkers each member is an attribute."""

from __future__ import annotations

import copy
import inspect
import pickle
import weakref
from collections.abc import Mapping
from itertools import permutations
from typing import Any, ClassVar

import attrs
import pytest

from botobind import late_attrs
from botobind.classes import define
from botobind.errors import EncodeError, ValidationError
from botobind.formats import cbor, query
from botobind.http import HttpRequest
from botobind.shapes import Shape, Union, new
from botobind.unions import OneMember
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling, s3

A = dynamodb.AttributeValue

UNIONS = [
    pytest.param(cls, id=f"{package.service}-{cls.__name__}")
    for package in (dynamodb, partnercentral_selling, lambda_, cloudwatch, s3)
    for name in dir(package.values)
    if isinstance(cls := getattr(package.values, name), type) and issubclass(cls, Union)
]


@define(eq=False, repr=False, kw_only=True)
class Emitted(Union):
    """As the generator writes them."""

    SHAPE: ClassVar[str] = "Emitted"
    MEMBERS: ClassVar[Mapping[str, str]] = {"text": "Text", "number": "Number"}

    text: str | None = None
    number: int | None = None


@attrs.define(eq=False, repr=False, kw_only=True)
class Defined(Union):
    """As somebody may write them who knows attrs alone."""

    SHAPE: ClassVar[str] = "Defined"
    MEMBERS: ClassVar[Mapping[str, str]] = {"text": "Text", "number": "Number"}

    text: str | None = None
    number: int | None = None


@attrs.define(eq=False, repr=False, kw_only=True)
class Extended(Emitted):
    """As somebody may derive them, with a field of their own."""

    colour: str = "red"


BOTH: Any = pytest.mark.parametrize("cls", [Emitted, Defined])


@BOTH
def test_the_member_that_is_there_and_those_that_are_not(cls: Any) -> None:
    value = cls(text="a")
    assert (value.text, value.number, value.unknown_member) == ("a", None, None)
    assert list(value.given()) == [("text", "a")]
    value = cls(number=0, text=None)
    assert (value.text, value.number) == (None, 0)
    assert list(value.given()) == [("number", 0)]


@BOTH
def test_none_and_several_are_kept_for_validate_to_report(cls: Any) -> None:
    assert list(cls().given()) == []
    assert list(cls(text=None).given()) == []
    several = cls(text="a", number=1)
    assert (several.text, several.number) == ("a", 1)
    assert sorted(several.given()) == [("number", 1), ("text", "a")]
    for invalid, found in ((cls(), "got 0"), (several, "got 2 (text, number)"), (cls(unknown_member="X"), None)):
        if found:
            with pytest.raises(ValidationError, match="expected exactly one member of the union") as caught:
                invalid.validate()
            assert found in str(caught.value)
        else:
            invalid.validate()


@BOTH
def test_assignments(cls: Any) -> None:
    value = cls(text="a")
    value.text = "b"
    assert value == cls(text="b")
    value.number = 1
    assert value == cls(text="b", number=1)
    value.text = None
    assert value == cls(number=1)
    value.number = None
    assert value == cls()
    value.unknown_member = "New"
    assert value == cls(unknown_member="New")
    blank = new(cls)
    blank.number = 5
    assert blank == cls(number=5)


@BOTH
def test_equality(cls: Any) -> None:
    assert cls(text="a") == cls(text="a")
    assert cls(number=1, text="a") == cls(text="a", number=1)
    assert cls(text="a") != cls(text="b")
    assert cls(text="a") != cls()
    assert cls(unknown_member="a") != cls(text="a")
    assert Emitted(text="a") != Defined(text="a")
    assert cls(text="a") != "a"
    with pytest.raises(TypeError, match="unhashable"):
        hash(cls(text="a"))


@BOTH
def test_the_constructor_takes_members_by_name_alone(cls: Any) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        cls(colour="red")
    with pytest.raises(TypeError, match="unexpected keyword argument 'Text'"):
        cls(Text=None)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        cls(text="a", colour=None)
    with pytest.raises(TypeError, match="positional"):
        cls("a")
    assert list(inspect.signature(cls).parameters) == ["unknown_member", "text", "number"]
    assert {parameter.kind for parameter in inspect.signature(cls).parameters.values()} == {
        inspect.Parameter.KEYWORD_ONLY
    }


@BOTH
@pytest.mark.parametrize("members", [{"text": "a"}, {}, {"text": "a", "number": 1}, {"unknown_member": "New"}], ids=str)
def test_what_python_and_attrs_do_with_instances(cls: Any, members: dict[str, Any]) -> None:
    value = cls(**members)
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.copy(value) == value
    assert copy.deepcopy(value) == value
    assert attrs.evolve(value) == value
    assert attrs.asdict(value) == {"unknown_member": None, "text": None, "number": None, **members}
    assert weakref.ref(value)() is value


EVOLVED: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | str]] = [
    ({"text": "a"}, {}, {"text": "a"}),
    ({"text": "a"}, {"number": 7}, {"number": 7}),
    ({"text": "a"}, {"text": "b"}, {"text": "b"}),
    ({"number": 7}, {"text": "b"}, {"text": "b"}),
    ({"number": 7}, {"text": None}, {"number": 7}),
    ({"number": 7}, {"number": None}, {}),
    ({"number": 7}, {"number": None, "text": "b"}, {"text": "b"}),
    ({"number": 7}, {"text": "b", "number": None}, {"text": "b"}),
    ({"number": 7}, {"unknown_member": None, "text": "b"}, {"text": "b"}),
    ({"text": "a"}, {"unknown_member": "New"}, {"unknown_member": "New"}),
    ({"unknown_member": "New"}, {"text": "a"}, {"text": "a"}),
    ({"unknown_member": "New"}, {"number": 0}, {"number": 0}),
    ({}, {"number": 7}, {"number": 7}),
    ({"text": "a", "number": 1}, {}, {"text": "a", "number": 1}),
    ({"text": "a", "number": 1}, {"text": None}, {"number": 1}),
    ({}, {"number": 7, "text": "b"}, "number, text"),
    ({"text": "a"}, {"number": 7, "text": "b"}, "number, text"),
]


@pytest.mark.parametrize(
    "evolve", [attrs.evolve, late_attrs.evolve, lambda value, **changes: value.__replace__(**changes)]
)
@pytest.mark.parametrize("cls", [Emitted, Defined, Extended])
@pytest.mark.parametrize(("members", "changes", "expected"), EVOLVED)
def test_a_member_that_is_changed_replaces_the_one_that_was_there(
    evolve: Any, cls: Any, members: Any, changes: Any, expected: Any
) -> None:
    value = cls(**members)
    if isinstance(expected, str):
        with pytest.raises(ValidationError) as caught:
            evolve(value, **changes)
        reason = f"$: expected exactly one member of the union, got 2 ({expected})"
        assert str(caught.value) == f"{cls.__name__} has 1 violation:\n  {reason}"
    else:
        assert evolve(value, **changes) == cls(**expected)
    assert value == cls(**members)


class Handed(Emitted):
    """With a constructor that hands on what it is given."""

    def __init__(self, **members: Any) -> None:
        super().__init__(**members)


@pytest.mark.parametrize("cls", [Emitted, Defined, Extended, Handed])
def test_a_constructor_that_is_given_all_members_is_not_taken_for_evolve(cls: Any) -> None:
    for names in permutations(("text", "number", "unknown_member")):
        value = cls(**{name: {"text": "a", "number": 1}.get(name) for name in names})
        assert (value.text, value.number) == ("a", 1)
        with pytest.raises(ValidationError, match="got 2"):
            value.validate()
    assert list(attrs.evolve(cls(text="a"), number=1).given()) == [("number", 1)]


@pytest.mark.parametrize("cls", UNIONS)
def test_each_member_of_emitted_unions_replaces_each_other(cls: Any) -> None:
    names = ["unknown_member", *cls.MEMBERS]
    for before in names:
        for after in names:
            value = attrs.evolve(cls(**{before: 1}), **{after: 2})
            assert list(value.given()) == [(after, 2)] or (value.unknown_member, after) == (2, "unknown_member")


def test_errors_and_messages_are_replaced_by_their_members() -> None:
    error: Any = dynamodb.ResourceNotFoundException(message="none")
    error.status, error.request_id = 400, "ABC"
    error.add_note("seen")
    changed = error.__replace__(message="no such table")
    assert (changed.message, changed.status, changed.request_id) == ("no such table", 400, "ABC")
    assert (changed.__notes__, error.message) == (["seen"], "none")
    request: Any = HttpRequest(path="/a", headers={"A": "b"})
    assert request.__replace__(path="/b") == HttpRequest(path="/b", headers={"A": "b"})
    with pytest.raises(TypeError, match="pth"):
        request.__replace__(pth="/b")
    key: Any = dynamodb.GetItemInput(table_name="t", key={})
    assert key.__replace__(table_name="u") == dynamodb.GetItemInput(table_name="u", key={})
    with pytest.raises(TypeError, match="unexpected keyword argument 'table'"):
        key.__replace__(table="u")


def test_what_a_copy_holds_is_its_own() -> None:
    several = Emitted(text="a", number=1)
    for copied in (copy.copy(several), pickle.loads(pickle.dumps(several))):
        copied.text = None
        assert copied == Emitted(number=1)
        assert several == Emitted(text="a", number=1)


def test_subclasses() -> None:
    class Plain(Emitted):
        colour = "red"

    assert Plain(text="a").text == "a"
    assert Plain(text="a") != Emitted(text="a")

    class WithConstructor(Emitted):
        def __init__(self, text: str) -> None:
            super().__init__(text=text)

    assert WithConstructor("a").text == "a"
    assert list(inspect.signature(WithConstructor).parameters) == ["text"]

    @attrs.define(eq=False, repr=False, kw_only=True)
    class WithField(Emitted):
        colour: str = "red"

    value = WithField(number=1, colour="blue")
    assert (value.number, value.colour, list(value.given())) == (1, "blue", [("number", 1)])
    assert attrs.evolve(value, colour="green").number == 1


def test_the_signature_of_the_base() -> None:
    assert list(inspect.signature(OneMember).parameters) == ["members"]
    assert list(inspect.signature(Union).parameters) == ["unknown_member"]


def test_patterns() -> None:
    match A(n="1"):
        case A(s=str()):
            pytest.fail("it is no text")
        case A(n=str() as number):
            assert number == "1"
        case _:
            pytest.fail("it is a number")


@pytest.mark.parametrize("cls", UNIONS)
def test_emitted_unions_have_a_slot_for_one_member_only(cls: type[Union]) -> None:
    value = cls()
    assert not hasattr(value, "__dict__")
    assert cls.__basicsize__ == Union.__basicsize__
    assert [field.name for field in attrs.fields(cls)] == ["unknown_member", *cls.MEMBERS]  # type: ignore[misc]
    assert cls.__qualname__ == cls.__name__
    assert cls.__module__.startswith("botobind_services.")
    with pytest.raises(AttributeError):
        value.colour = "red"  # type: ignore[attr-defined]


def test_a_member_s_text_may_be_made_while_the_program_runs() -> None:
    name = "bool?".replace("?", "_")
    assert A(**{name: True}).to_json() == {"BOOL": True}


WRITERS: Any = pytest.mark.parametrize(
    "write",
    [
        lambda value: value.to_json(),
        lambda value: value.to_wire_struct(),
        lambda value: value.to_cbor(),
        lambda value: value.write_query([], "&"),
        lambda value: value.write_xml([], []),
        lambda value: A._to_wire_structs([value]),
    ],
    ids=["json", "wire_struct", "cbor", "query", "xml", "wire_structs"],
)


@WRITERS
def test_a_member_that_is_not_known_is_refused_alone_and_among_others(write: Any) -> None:
    for value in (A(unknown_member="GEO"), A(s="a", unknown_member="GEO")):
        with pytest.raises(EncodeError, match="holds the unknown member 'GEO'"):
            write(value)


def test_invalid_unions_are_written_as_they_are() -> None:
    several = A(s="a", n="1")
    assert A().to_json() == {}
    assert several.to_json() == several.to_wire_struct() == several.to_cbor() == {"S": "a", "N": "1"}
    assert A._to_wire_structs([several, A(), A(s="b")]) == [{"S": "a", "N": "1"}, {}, {"S": "b"}]
    assert several.to_query() == [("S", "a"), ("N", "1")]
    assert query.parse(b"S=a&N=1") == several.to_query()
    criteria = cloudwatch.EvaluationCriteria()
    assert cbor.dump_value(criteria) == cbor.dump({})


def test_a_union_of_no_class_has_its_unknown_member() -> None:
    assert Union(unknown_member="New").unknown_member == "New"
    assert isinstance(Union(), Shape)

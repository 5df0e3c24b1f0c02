"""Classes that attrs completes later: nobody can tell, but by how long it takes."""

from __future__ import annotations

import copy
import inspect
import pickle
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, ClassVar, get_type_hints

import attrs
import pytest

from botobind.classes import define
from botobind.errors import ServiceError
from botobind.shapes import ErrorShape, Structure, Union, new
from botobind_services import dynamodb, lambda_, partnercentral_selling, sts

_OPTIONS: Any = {"eq": False, "repr": False, "kw_only": True}


def plain() -> type:
    """A class that is not defined yet."""

    class Fresh(Structure):
        SHAPE: ClassVar[str] = "Fresh"
        MEMBERS: ClassVar[Mapping[str, str]] = {"key": "Key", "name": "Name", "count": "Count"}

        key: str
        """Must be there."""
        name: str | None = None
        count: int | None = None

        def both(self) -> str:
            return f"{self.key}{self.name}"

    return Fresh


def fresh() -> Any:
    """A class that nobody has asked for anything."""
    return define(**_OPTIONS)(plain())


def fresh_error() -> Any:
    @define(eq=False, repr=False, kw_only=True)
    class FreshError(ErrorShape):
        SHAPE: ClassVar[str] = "FreshError"
        MEMBERS: ClassVar[Mapping[str, str]] = {"message": "message", "name": "Name"}

        code = "Fresh"
        message: str | None = None
        name: str | None = None

    return FreshError


def fresh_union() -> Any:
    @define(eq=False, repr=False, kw_only=True)
    class FreshUnion(Union):
        SHAPE: ClassVar[str] = "FreshUnion"
        MEMBERS: ClassVar[Mapping[str, str]] = {"name": "Name"}

        name: str | None = None

    return FreshUnion


EACH: Any = pytest.mark.parametrize("make", [fresh, fresh_error, fresh_union])


def needed(cls: Any) -> dict[str, str]:
    """The arguments without which there is no instance."""
    return {"key": "k"} if "key" in cls.MEMBERS else {}


def is_complete(cls: type) -> bool:
    return isinstance(vars(cls)["__attrs_attrs__"], tuple)


def test_attrs_says_the_same_as_of_its_own() -> None:
    cls = fresh()
    own: Any = attrs.define(**_OPTIONS)(plain())
    assert attrs.fields(cls) == attrs.fields(own)
    assert inspect.signature(cls) == inspect.signature(own)
    assert cls.__slots__ == own.__slots__
    assert cls.__basicsize__ == own.__basicsize__
    assert get_type_hints(cls.__init__) == get_type_hints(own.__init__)
    assert cls.__init__.__qualname__ == f"{cls.__qualname__}.__init__"
    assert hasattr(cls, "__attrs_props__") == hasattr(own, "__attrs_props__")
    assert cls.__doc__ == own.__doc__
    assert (cls.__module__, cls.__qualname__) == (own.__module__, own.__qualname__)


@EACH
def test_what_completes_a_class(make: Any) -> None:
    for ask in (
        attrs.has,
        attrs.fields,
        attrs.fields_dict,
        lambda cls: attrs.asdict(cls(**needed(cls), name="a")),
        lambda cls: attrs.evolve(cls(**needed(cls), name="a"), name="b"),
        lambda cls: attrs.define(type("Sub", (cls,), {"__annotations__": {}})),
    ):
        cls = make()
        assert not is_complete(cls)
        ask(cls)
        assert is_complete(cls)


@EACH
def test_what_does_not(make: Any) -> None:
    cls = make()
    assert cls(**needed(cls), name="a").name == "a"
    value = cls.__new__(cls)
    for attribute in cls._attributes():
        setattr(value, attribute, None)
    value.name = "a"
    assert value.name == "a"
    assert "name='a'" in repr(value)
    assert value == copy.copy(value)
    assert weakref.ref(value)() is value
    assert not is_complete(cls)


@EACH
def test_constructors(make: Any) -> None:
    cls = make()
    arguments = needed(cls)
    assert cls(**arguments, name="a").name == "a"
    assert cls(**arguments).name is None
    with pytest.raises(TypeError, match=r"__init__\(\) got an unexpected keyword argument 'colour'"):
        make()(**arguments, colour="red")
    with pytest.raises(TypeError, match="positional"):
        make()("a")


def test_what_must_be_there() -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'key'"):
        fresh()()
    assert fresh()(key="a", name="b").both() == "ab"


def test_errors_are_exceptions() -> None:
    cls = fresh_error()
    error = cls(message="no", name="a")
    assert (error.code, error.message, error.args) == ("Fresh", "no", ("no", "a"))
    with pytest.raises(ServiceError, match="Fresh: no"):
        raise error
    assert "name" in cls.__slots__
    assert "message" in cls.__slots__


def test_subclasses() -> None:
    cls = fresh()

    class Plain(cls):  # type: ignore[misc]
        def __init__(self, name: str) -> None:
            super().__init__(key="k", name=name)

    assert Plain("a").both() == "ka"

    class Inheriting(fresh()):  # type: ignore[misc]
        pass

    assert Inheriting(key="a").key == "a"
    assert not hasattr(Inheriting(key="a"), "colour")

    @attrs.define(kw_only=True)
    class Extended(fresh()):  # type: ignore[misc]
        colour: str = "red"

    assert [field.name for field in attrs.fields(Extended)] == ["key", "name", "count", "colour"]
    assert Extended(key="a", colour="blue") == Extended(key="a", colour="blue")
    assert Extended(key="a").__slots__ == ("colour",)

    @define(eq=False, repr=False, kw_only=True)
    class Twice(cls):  # type: ignore[misc]
        colour: str = "red"

    assert Twice(key="a", colour="blue").colour == "blue"
    assert Twice(key="a").key == "a"
    assert Twice.__slots__ == ("colour",)  # type: ignore[attr-defined]


def test_threads_that_ask_at_once_get_the_same() -> None:
    for make in (fresh, fresh_error):
        cls = make()
        start = Barrier(4)

        def ask(cls: Any = cls, start: Barrier = start) -> tuple[object, object]:
            start.wait()
            return attrs.fields(cls), cls.__init__

        with ThreadPoolExecutor(4) as threads:
            answers = [each.result() for each in [threads.submit(ask) for _ in range(4)]]
        assert all(found[0] is answers[0][0] and found[1] is answers[0][1] for found in answers)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(protocol: int) -> None:
    value = dynamodb.PutItemInput(table_name="t", item={"a": dynamodb.AttributeValue(l=[])})
    assert pickle.loads(pickle.dumps(value, protocol)) == value
    unset = new(dynamodb.PutItemInput)
    unset.table_name = "t"
    assert pickle.loads(pickle.dumps(unset, protocol)).table_name == "t"


def test_changes_by_the_method_that_replace_calls() -> None:
    tag = partnercentral_selling.Tag(key="a", value="b")
    assert tag.__replace__(value="c") == partnercentral_selling.Tag(key="a", value="c")


@pytest.mark.parametrize(
    ("described", "first", "last"),
    [
        (sts.AssumeRoleRequest, "The request of ``AssumeRole``.", "AWS: https://docs.aws.amazon.com/"),
        (sts.ExpiredTokenException, "The web identity token", ""),
        (sts.endpoints.AssumeRole, "Returns a set of temporary", "AWS: https://docs.aws.amazon.com/"),
        (lambda_.endpoints.Invoke, "Invokes a Lambda Event Function.", "AWS: https://docs.aws.amazon.com/"),
        (dynamodb.endpoints.Scan, "The ``Scan`` operation returns", "AWS: https://docs.aws.amazon.com/"),
    ],
)
def test_docstrings_are_those_of_the_stub(described: Any, first: str, last: str) -> None:
    text = inspect.getdoc(described) or ""
    assert text.startswith(first)
    assert text.splitlines()[-1].startswith(last)
    assert '"""' not in text


def test_a_subclass_has_a_docstring_of_its_own_or_none() -> None:
    class Mine(sts.Tag):
        pass

    assert Mine.__doc__ is None
    assert sts.Tag(key="a", value="b").__doc__ == sts.Tag.__doc__


def test_without_a_stub_there_is_no_docstring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botobind.docstrings._stub_of", lambda _: "")
    assert sts.Tag.__doc__ is None
    assert (sts.endpoints.AssumeRole.__doc__ or "").startswith("An API operation")

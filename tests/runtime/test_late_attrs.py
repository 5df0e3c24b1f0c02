"""Classes of the runtime that attrs completes later are what attrs would have made of them at once."""

from __future__ import annotations

import copy
import inspect
import pickle
import weakref
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Generic, TypeVar, get_type_hints

import attrs
import pytest

from botobind import attributes
from botobind.cached import cached_property
from botobind.constraints import Bounds, Len
from botobind.eventstream import Message
from botobind.http import HttpRequest, HttpResponse, ResponseMetadata

T = TypeVar("T")


def mutable(library: Any) -> Any:
    @library.define(kw_only=True)
    class Mutable:
        LIMIT: ClassVar[int] = 3
        name: str
        size: int = library.field(default=1, repr=False)
        parts: list[str] = library.field(factory=list)
        seen: dict[str, int] = library.field(factory=dict, init=False, eq=False)

        def both(self) -> str:
            return f"{self.name}{self.size}{self.LIMIT}"

    return Mutable


def frozen(library: Any) -> Any:
    @library.frozen()
    class Frozen(Generic[T]):
        name: str
        size: int = 2
        texts: tuple[str, ...] = library.field(default=(), repr=len)

    return Frozen


def private(library: Any) -> Any:
    @library.define(eq=False, repr=False)
    class Private:
        _name: str
        _size: int | None = None

    return Private


def converted(library: Any) -> Any:
    @library.frozen(slots=False)
    class Converted:
        name: str
        words: list[str] = library.field(converter=sorted, factory=list, eq=False)

        def __attrs_post_init__(self) -> None:
            if not self.name:
                raise ValueError("no name")

        @cached_property
        def count(self) -> int:
            return len(self.words)

    return Converted


def compared(library: Any) -> Any:
    @library.define()
    class Compared:  # noqa: PLW1641 - which makes it no key
        name: str = "x"

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

    return Compared


def empty(library: Any) -> Any:
    @library.frozen(kw_only=True)
    class Empty:
        pass

    return Empty


KINDS: Any = pytest.mark.parametrize("kind", [mutable, frozen, private, converted, compared, empty])


def both(kind: Callable[[Any], Any]) -> Iterator[Any]:
    yield kind(attributes)
    yield kind(attrs)


def made(cls: Any, **besides: Any) -> Any:
    return cls(**{"name": "n"} | besides) if inspect.signature(cls).parameters else cls()


@KINDS
def test_a_class_is_what_attrs_makes(kind: Any) -> None:
    late, own = both(kind)
    assert str(inspect.signature(late)).replace("words: list[str]", "words") == str(inspect.signature(own))
    assert get_type_hints(late.__init__).get("name") == get_type_hints(own.__init__).get("name")
    assert attrs.fields(late) == attrs.fields(own)
    assert getattr(late, "__slots__", ()) in (getattr(own, "__slots__", ()), ("__dict__", "__weakref__"))
    for name in ("__module__", "__qualname__", "__doc__", "__match_args__", "__orig_bases__", "__hash__"):
        theirs = getattr(own, name, None)
        assert callable(theirs) or getattr(late, name, None) == theirs
    assert (late.__hash__ is None) == (own.__hash__ is None)


@KINDS
def test_values_are_alike(kind: Any) -> None:
    late, own = both(kind)
    for cls in (late, own):
        value, other = made(cls), made(cls)
        assert (value == other) == (kind is not private)
        assert value != made(kind(attributes)) or kind is compared
        assert attrs.evolve(value) is not value
        assert weakref.ref(value)() is value
        if cls.__hash__ is not None and kind is not private:
            assert hash(value) == hash(other)
    if kind is not private:
        assert repr(made(late)) == repr(made(own))
    assert attrs.asdict(made(late)) == attrs.asdict(made(own))


@pytest.mark.parametrize("library", [attributes, attrs])
def test_arguments(library: Any) -> None:
    cls = mutable(library)
    value = cls(name="a", size=2)
    assert (value.both(), value.parts, value.seen, attrs.evolve(value, name="b").both()) == ("a23", [], {}, "b23")
    assert cls(name="a").parts is not cls(name="a").parts
    value.size = 5
    assert value.both() == "a53"
    other = cls(name="a", size=5)
    other.seen["x"] = 1
    assert value == other != cls(name="a")
    for wrong in ({}, {"name": "a", "colour": 1}, {"name": "a", "seen": {}}):
        with pytest.raises(TypeError, match="__init__"):
            cls(**wrong)
    with pytest.raises(AttributeError):
        value.colour = "red"
    assert private(library)("a", size=3)._size == 3
    found = converted(library)("a", "ba")
    assert (found.words, found.count, found.count) == (["a", "b"], 2, 2)
    with pytest.raises(ValueError, match="no name"):
        converted(library)("")


@pytest.mark.parametrize("library", [attributes, attrs])
def test_what_is_frozen_stays(library: Any) -> None:
    value = frozen(library)("a", 3)
    for change in (lambda: setattr(value, "size", 4), lambda: delattr(value, "size")):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            change()
    match value:
        case object(name="a", size=size):
            assert size == 3
    assert {value: 1}[frozen(library)("a", 3) if library is None else value] == 1
    assert copy.copy(value) == copy.deepcopy(value) == value


def test_values_of_different_classes_differ() -> None:
    assert Len(1, 2) != Bounds(1, 2)
    assert hash(Len(1, 2)) != hash(Bounds(1, 2))
    assert {Len(1, 2): "a"}[Len(1, 2)] == "a"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(protocol: int) -> None:
    for value in (
        HttpRequest(path="/a", headers={"A": "b"}, body=b"c"),
        HttpResponse(status=404),
        ResponseMetadata(status=200, headers=HttpResponse().headers),
        Len(1, 2),
        Message(headers={"a": "b"}, payload=b"c"),
    ):
        assert pickle.loads(pickle.dumps(value, protocol)) == value

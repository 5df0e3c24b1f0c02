"""How element patterns are learnt: samples of structures are put into orders, of which patterns are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botobind.attributes import define, field, frozen
from botobind.formats.elementchildren import BegunList, FlatItems, NestedList, NestedStructure
from botobind.formats.elementconversions import Conversions, Structure
from botobind.formats.elementorders import Known, Learnt, Seen, extended, may_repeat, sample
from botobind.formats.elementpatterns import ElementPattern, Match, ReadChild
from botobind.pace import PACE
from botobind.rules.elementplans import Child
from botobind.wire.xmlsyntax import BLANK, NAME

if TYPE_CHECKING:
    from botobind.formats.xmllearnt import ElementPatterns

__all__ = ["PatternBuilder", "Step"]

_MOST_MADE = 6
"""Element patterns of one order: one that is still wrong then is good enough, or never will be."""
_MOST_ORDERS = 4
"""Orders that are kept of a class's elements of one name: those of services, of their builds, of fakes."""
_MOST_BEGUN = 16
"""Orders that are begun at all, each in the place of an earlier one, so that no document has us learn for ever."""
_LONGEST_REST = 1024
"""Structures that are not looked at where those before them had nothing to learn from."""
_MOST_LEVELS = 4
"""Of structures in one pattern."""
_MOST_GROUPS = 300

_NAME = re.compile(NAME)

# `<` is taken before each name, as tokens have it. Nothing of these is ever tried in another way.
# A line feed and spaces, by which most documents are indented, are each faster to match than one of several blanks.
_CHILDREN = f">\n? *+{BLANK}*+<"
_AFTER = "[^<]*+<"
_TEXT = "[^<]*+"
_EMPTY = f"{BLANK}*+/"


@frozen()
class Step:
    """What is matched, and the child with elements of its own that comes then."""

    match: Match | None
    read_child: ReadChild | None = None
    pending: str = ""
    """The end of a list that may be left from the step before; what is matched begins with it."""


@define()
class _Order:
    """An order in which the elements of a structure come."""

    learnt: Learnt = field(factory=Learnt)
    """What was learnt, which is replaced as a whole: a child may be forked at any time, and has to make do with it."""
    samples: int = 0
    """The number of samples that are in no element pattern yet."""
    made: int = 0
    element_pattern: ElementPattern | None = None
    orders_inside: int = 0
    """How many the structures in this one had when the element pattern was made."""


@define()
class PatternBuilder:
    """What is known of a class's elements of one name: one element pattern for each order that they come in."""

    element_patterns: ElementPatterns
    name: str
    _unread: int = 0
    _useless: int = 0
    """Samples in a row from which nothing was learnt."""
    _begun: int = 0
    _patience: int = field(factory=lambda: PACE.samples)
    _orders: tuple[_Order, ...] = ()

    def is_due(self) -> bool:
        """Whether to learn from an element that is read token by token; each is counted."""
        self._unread -= 1
        return self._unread < 0

    def learn(self, text: str, start: int) -> ElementPattern | None:
        """Learns from the element that begins at a place. Gives an element pattern where there are enough samples."""
        seen = sample(text, start, self.name)
        order = None if seen is None else self._order_of(seen)
        if order is None:
            # Each costs something, also where there is nothing to learn.
            self._unread = min(PACE.samples << self._useless, _LONGEST_REST)
            self._useless = min(self._useless + 1, _LONGEST_REST.bit_length())
            return None
        self._useless = 0
        order.samples += 1
        if order.samples < PACE.samples or self._is_early(order):
            return None
        order.samples = 0
        order.made += 1
        # The next time it is by what the element pattern does not match.
        self._unread = PACE.pause**order.made
        order.orders_inside = self._orders_inside(order)
        order.element_pattern = _Making(self.element_patterns, self.name).element_pattern(order.learnt)
        known = [each.element_pattern for each in self._orders if each.element_pattern is not None]
        for place, each in enumerate(known):
            each.others = (*known[place + 1 :], *known[:place])
        return order.element_pattern

    def _order_of(self, seen: list[Seen]) -> _Order | None:
        """The order that a sample fits, with its elements in it: the first of them, or a new one; None where the sample
        is odd, or enough was learnt.
        """
        if not may_repeat(seen, self.element_patterns.children):
            return None
        for order in self._orders:
            if (learnt := extended(order.learnt, seen)) is not None:
                if order.made >= _MOST_MADE and self._orders_inside(order) <= order.orders_inside:
                    return None
                order.learnt = learnt
                return order
        learnt = extended(Learnt(), seen)
        if learnt is None or self._begun >= _MOST_BEGUN:
            return None
        order = _Order(learnt)
        kept = self._orders
        if len(kept) == _MOST_ORDERS:
            # The oldest goes, unless it is the one that documents come in now.
            used = self.element_patterns.get(f"/{self.name}")
            oldest = next(each for each in kept if each.element_pattern is None or each.element_pattern is not used)
            kept = tuple(each for each in kept if each is not oldest)
        self._begun += 1
        self._orders = (*kept, order)
        return order

    def _is_early(self, order: _Order) -> bool:
        """Whether to wait for the structures in this one, so that they become part of its pattern."""
        self._patience -= 1
        return self._patience >= 0 and any(
            inside.is_learning(f"/{name}") for name, inside in self._inside(order.learnt)
        )

    def _orders_inside(self, order: _Order) -> int:
        """In how many orders the structures in this one come, all of them together."""
        builders = (inside.pattern_builder(f"/{name}") for name, inside in self._inside(order.learnt))
        return sum(builder.orders for builder in builders if builder is not None)

    def _inside(self, learnt: Learnt) -> Iterator[tuple[str, ElementPatterns]]:
        """The structures in this one, by the names of their elements."""
        for name in learnt.order:
            child = self.element_patterns.children.get(name)
            if child is not None and child.kind == "structure" and child.cls:
                yield name, self.element_patterns.of(self.element_patterns.class_of(child.cls))

    @property
    def orders(self) -> int:
        """The number of orders that element patterns were made of."""
        return sum(order.element_pattern is not None for order in self._orders)

    def add_to(self, making: _Making, scope: _Scope) -> bool:
        """Adds the elements of a structure inside of another one. False where some cannot be, and where they come in
        several orders: such structures have element patterns of their own.
        """
        known = [order for order in self._orders if order.element_pattern is not None]
        return len(known) == 1 and making.add_all(scope, known[0].learnt)


@define()
class _Scope:
    """A class whose elements are being added, and where they are among the groups."""

    element_patterns: ElementPatterns
    level: int = 0
    places: dict[str, int] = field(factory=dict)
    sign: int = 0
    """The group of a text that is there whenever the structure is; 0 where there is none such."""

    def order(self) -> tuple[int, ...]:
        """The groups of its members; 0 for those that were never seen."""
        return tuple(self.places.get(name, 0) for name in self.element_patterns.children)


class _Making:
    """Makes an element pattern: the patterns, and what becomes of their groups."""

    def __init__(self, element_patterns: ElementPatterns, name: str) -> None:
        self._element_patterns = element_patterns
        self._name = name
        self._pattern = re.escape(name) + _CHILDREN
        self._steps: list[Step] = []
        self._pending = ""
        self._size = 1
        self._lists: list[tuple[int, Callable[[str], list[Any]]]] = []
        self._empty: list[tuple[int, int, Callable[[], Any]]] = []
        self._inside: list[Structure] = []

    def element_pattern(self, learnt: Learnt) -> ElementPattern:
        """The element pattern of elements in their order."""
        scope = _Scope(self._element_patterns)
        is_whole = self.add_all(scope, learnt)
        if is_whole:
            self._pattern += rf"/{re.escape(self._name)}>{_TEXT}<?"
        if self._pattern or self._pending:
            self._add_step(None)
        structure = Structure(self._element_patterns.cls, scope.order())
        conversions = Conversions(self._size - 1, self._lists, self._empty, self._inside, structure)
        end = f"/{self._name}"
        return ElementPattern(self._element_patterns, end, self._steps, conversions, is_whole=is_whole)

    def _add(self, scope: _Scope, name: str, known: Known) -> bool:
        """Adds an element; false where it is left to the reader of tokens, with all that follow."""
        child = scope.element_patterns.children.get(name)
        if child is None:
            return self._pass_by(name, known)
        if child.cls and scope.element_patterns.class_of(child.cls).IN_BODY is not None:
            # What is known of such a class is of its bodies, in which some of its members are not.
            return False
        match child.kind:
            case "text":
                return self._add_text(scope, child, known)
            case "list" | "item" if child.cls is None:
                return self._add_texts(scope, child, known)
            case "list" | "structure" if known.forms == {"empty"} and (make := _making_of_nothing(scope, child)):
                self._add_empty(scope, child, make)
                return True
            case "structure" | "list" | "item":
                return self._add_inside(scope, child, known) or self._add_nested(scope, child, known)
            case _:
                return False

    def _match(self, pattern: str, groups: int, *, is_optional: bool) -> None:
        self._pattern += f"(?:{pattern})?" if is_optional else pattern
        self._size += groups

    def _pass_by(self, name: str, known: Known) -> bool:
        if "nested" in known.forms:
            return False
        escaped = re.escape(name)
        self._match(f"{escaped}(?:>{_TEXT}</{escaped}|{_EMPTY})>{_AFTER}", 0, is_optional=True)
        return True

    def _add_text(self, scope: _Scope, child: Child, known: Known) -> bool:
        if "nested" in known.forms:
            return False
        if known.forms == {"empty"}:
            self._add_empty(scope, child, str)
            return True
        scope.places[child.name] = self._size
        name = re.escape(child.name)
        if "empty" in known.forms:
            self._empty.append((self._size, self._size + 1, str))
            pattern = f"{name}(?:>({_TEXT})</{name}|({_EMPTY}))>{_AFTER}"
            self._match(pattern, 2, is_optional=known.is_optional)
        else:
            if not known.is_optional:
                scope.sign = scope.sign or self._size
            self._match(f"{name}>({_TEXT})</{name}>{_AFTER}", 1, is_optional=known.is_optional)
        return True

    def _add_empty(self, scope: _Scope, child: Child, make: Callable[[], Any]) -> None:
        """An element that never had content."""
        scope.places[child.name] = self._size
        self._empty.append((self._size, self._size, make))
        self._match(f"{re.escape(child.name)}({_EMPTY})>{_AFTER}", 1, is_optional=True)

    def _add_texts(self, scope: _Scope, child: Child, known: Known) -> bool:
        """A list of scalars."""
        items = known.items - {""}
        if child.kind == "item":
            items = frozenset({child.name} if known.forms == {"text"} else ())
        if len(items) > 1 or not all(map(_NAME.fullmatch, items)) or (child.kind == "item" and not items):
            return False
        name, item = re.escape(child.name), re.escape("".join(items))
        one = f"{item}>{_TEXT}</{item}>{_AFTER}"
        find = re.compile(f"{item}>({_TEXT})</{item}>{_AFTER}").findall if items else _no_items
        scope.places[child.name] = self._size
        self._lists.append((self._size, find))
        if child.kind == "item":
            self._match(f"((?:{one})+)", 1, is_optional=True)
            return True
        self._empty.append((self._size, self._size + 1, list))
        all_items = f"(?:{one})*" if items else ""
        pattern = f"{name}(?:{_CHILDREN}({all_items})/{name}|({_EMPTY}))>{_AFTER}"
        self._match(pattern, 2, is_optional=known.is_optional)
        return True

    def _add_inside(self, scope: _Scope, child: Child, known: Known) -> bool:
        """A structure of texts, whose element pattern is known, becomes part of the pattern; false where there is none
        such.
        """
        if child.kind != "structure" or "empty" in known.forms:
            return False
        if scope.level >= _MOST_LEVELS or self._size > _MOST_GROUPS:
            return False
        cls = scope.element_patterns.class_of(child.cls or "")
        pattern_builder = scope.element_patterns.of(cls).pattern_builder(f"/{child.name}")
        if pattern_builder is None:
            return False
        before = self._pattern, self._pending, self._size
        sizes = len(self._steps), len(self._lists), len(self._empty), len(self._inside)
        name = re.escape(child.name)
        inner = _Scope(scope.element_patterns.of(cls), scope.level + 1)
        outer, self._pattern = self._pattern, name + _CHILDREN
        if not pattern_builder.add_to(self, inner) or len(self._steps) > sizes[0]:
            self._pattern, self._pending, self._size = before
            for added, size in zip((self._steps, self._lists, self._empty, self._inside), sizes, strict=True):
                del added[size:]  # type: ignore[attr-defined] # lists of different things
            return False
        self._pattern += f"/{name}>"
        if not inner.sign:
            # An empty text tells that it is there: there is but one of these.
            inner.sign, self._size = self._size, self._size + 1
            self._pattern += "()"
        place, pattern = inner.sign, f"{self._pattern}{_AFTER}"
        self._pattern = outer + (f"(?:{pattern})?" if known.is_optional else pattern)
        scope.places[child.name] = place
        self._inside.append(Structure(cls, inner.order(), place))
        return True

    def add_all(self, scope: _Scope, learnt: Learnt) -> bool:
        """Adds the elements of a class; false where some of them are left out."""
        return all(self._add(scope, name, learnt.known[name]) for name in learnt.order)

    def _add_nested(self, scope: _Scope, child: Child, known: Known) -> bool:
        """A structure, or structures in a list: they have element patterns of their own."""
        is_begun = child.kind == "list" and known.forms == {"nested"} and not known.is_optional
        if is_begun:
            self._pattern += re.escape(child.name) + _CHILDREN
        self._add_step(self._reader(scope, child, known, is_begun=is_begun))
        if is_begun:
            # The end of the list is matched with what follows it: as a match of its own it takes longer.
            self._pending = f"/{child.name}>"
            self._pattern = f"(?:{re.escape(self._pending)}{_AFTER})?"
        scope.places[child.name] = self._size
        self._size += 1
        return True

    def _add_step(self, read_child: ReadChild | None) -> None:
        """Ends what is matched as a whole by what has to be read then."""
        match = re.compile(self._pattern).match if self._pattern else None
        self._steps.append(Step(match, read_child, self._pending))
        self._pattern = self._pending = ""

    def _reader(self, scope: _Scope, child: Child, known: Known, *, is_begun: bool) -> ReadChild:
        element_patterns = scope.element_patterns.of(scope.element_patterns.class_of(child.cls or ""))
        name = child.name
        match child.kind:
            case "structure":
                return NestedStructure(element_patterns, name, name).read
            case "item":
                return FlatItems(element_patterns, name, name).read
            case _:
                item = max(known.items)  # where items have several names, one is as good as the other
                if is_begun:
                    return BegunList(element_patterns, name, item).read
                return NestedList(element_patterns, name, item, re.compile(re.escape(name) + _CHILDREN)).read


def _no_items(_: str) -> list[Any]:
    return []


def _making_of_nothing(scope: _Scope, child: Child) -> Callable[[], Any] | None:
    """What makes the value of an element without content; None where it takes the class's own reader to tell."""
    if child.kind == "list":
        return list
    cls = scope.element_patterns.class_of(child.cls or "")
    if not cls.MEMBERS:
        return cls
    # Unions refuse it, and so do structures with members that must be there.
    element_patterns = scope.element_patterns.of(cls)
    return element_patterns.blank if element_patterns.children else None

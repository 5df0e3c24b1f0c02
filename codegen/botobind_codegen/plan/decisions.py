"""The rules of endpoints as blocks of Python: what is asked once is not asked again where the answer is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from botobind_codegen.endpoint_model import Condition, Rule
from botobind_codegen.plan.endpoint_tests import (
    Compiler,
    Facts,
    Key,
    Scope,
    Test,
    implies_presence,
    known,
    with_fact,
)

_INDENT = "    "


@frozen
class Line:
    """A statement."""

    code: str
    names: frozenset[str] = frozenset()


@frozen
class If:
    """Ways to what is done: the tests of one of them have to hold, all of them."""

    ways: tuple[tuple[Test, ...], ...]
    body: tuple[Statement, ...]


Statement = Line | If


@frozen
class Block:
    """Statements, and whether none of them is ever left to go on behind the block."""

    statements: tuple[Statement, ...]
    ends: bool = False


@frozen
class _Item:
    """A rule and those of its conditions that are still to be asked."""

    rule: Rule
    conditions: tuple[Condition, ...]
    scope: Scope


@frozen
class _Place:
    """What is known at a place: facts, and which expression each variable holds the value of."""

    facts: Facts = field(factory=dict)
    held: Mapping[str, Key] = field(factory=dict)


@frozen
class Decider:
    """Makes blocks of rules. `leaf` gives the statement of a rule that says where requests go, or why nowhere."""

    compiler: Compiler
    leaf: Callable[[Rule, Scope, Facts], Line]

    def decide(self, rules: Sequence[Rule], scope: Scope) -> tuple[Statement, ...]:
        """The statements for the rules of a rule set: the body of a function."""
        block = self._block([_Item(rule, rule.conditions, scope) for rule in rules], _Place())
        return block.statements if block.ends else (*block.statements, Line("return None"))

    def _block(self, items: Sequence[_Item], place: _Place) -> Block:
        done: list[Statement] = []
        waiting = [*items]
        while waiting:
            item, test = self._first(waiting.pop(0), place)
            if item is None:
                continue
            if test is None:
                inner = self._inside(item, place)
                done += inner.statements
                if inner.ends:
                    return Block(_without_needless(done), ends=True)
                place = evolve(place, held=_without(place.held, assigned_in(inner.statements)))
            elif test.is_sure and test.name is not None and test.found is not None:
                done.append(Line(f"{test.name} = {test.found.code}", test.names))
                place = evolve(place, held={**place.held, test.name: test.found.key})
                waiting.insert(0, item)
            else:
                together = [item, *self._alike(test, waiting, place)]
                del waiting[: len(together) - 1]
                inner = self._block([_passed(each, test, self.compiler) for each in together], _where(place, test))
                if inner.statements:
                    _append(done, _joined(test, inner))
                facts = with_fact(place.facts, test, holds=False) if inner.ends else place.facts
                lost = {test.name} if inner.ends else {test.name, *assigned_in(inner.statements)}
                place = _Place(facts, _without(place.held, lost))
        return Block(tuple(done))

    def _first(self, item: _Item, place: _Place) -> tuple[_Item | None, Test | None]:
        """The item without the conditions that are known to hold, and the test of the first that is not; no item where
        one is known not to hold.
        """
        while item.conditions:
            test = self.compiler.test(item.conditions[0], item.scope, place.facts)
            is_so = known(place.facts, test)
            if is_so is False:
                return None, None
            has_value = test.name is None or (test.found is not None and place.held.get(test.name) == test.found.key)
            if not (is_so and has_value):
                return item, test
            item = _passed(item, test, self.compiler)
        return item, None

    def _alike(self, test: Test, waiting: Sequence[_Item], place: _Place) -> Iterator[_Item]:
        """The next items that ask for the same first."""
        for each in waiting:
            item, other = self._first(each, place)
            if item is None or other is None or not other.asks_what(test):
                return
            yield item

    def _inside(self, item: _Item, place: _Place) -> Block:
        rule = item.rule
        if rule.result is not None or rule.error is not None:
            return Block((self.leaf(rule, item.scope, place.facts),), ends=True)
        return self._block([_Item(each, each.conditions, item.scope) for each in rule.rules], place)


def _passed(item: _Item, test: Test, compiler: Compiler) -> _Item:
    """The item behind its first condition."""
    condition, *others = item.conditions
    scope = item.scope
    if condition.variable is not None and test.found is not None:
        name = compiler.names[condition.variable]
        scope = {**scope, condition.variable: evolve(test.found, code=name, names=frozenset({name}))}
    return _Item(item.rule, tuple(others), scope)


def _where(place: _Place, test: Test) -> _Place:
    held = place.held
    if test.name is not None and test.found is not None:
        held = {**held, test.name: test.found.key}
    return _Place(with_fact(place.facts, test, holds=True), held)


def _without(held: Mapping[str, Key], lost: set[str | None] | frozenset[str]) -> Mapping[str, Key]:
    return {name: key for name, key in held.items() if name not in lost}


def _joined(test: Test, inner: Block) -> If:
    """The condition; with those of the only statement within where that is one, too."""
    if len(inner.statements) != 1 or not isinstance(only := inner.statements[0], If) or len(only.ways) != 1:
        return If(((test,),), inner.statements)
    if implies_presence(only.ways[0][0], test):
        return only
    return If(((test, *only.ways[0]),), only.body)


def _append(statements: list[Statement], added: If) -> None:
    """Appends a condition: to the one before where that leads to the same, which is never left."""
    last = statements[-1] if statements else None
    if isinstance(last, If) and last.body == added.body and _is_end(added.body[-1]):
        statements[-1] = If((*last.ways, *added.ways), last.body)
    else:
        statements.append(added)


def _is_end(statement: Statement) -> bool:
    return isinstance(statement, Line) and statement.code.startswith(("return ", "raise "))


def _without_needless(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Statements that are never left, without conditions behind which there is what comes anyway."""
    kept: list[Statement] = []
    for each in reversed(statements):
        is_needless = isinstance(each, If) and each.body == (*kept,) and not assigned_in([If(each.ways, ())])
        if not is_needless:
            kept.insert(0, each)
    return tuple(kept)


def assigned_in(statements: Sequence[Statement]) -> frozenset[str]:
    """The variables that statements may give values to."""
    found: set[str] = set()
    for each in statements:
        if isinstance(each, If):
            found |= {test.name for way in each.ways for test in way if test.name is not None}
            found |= assigned_in(each.body)
        elif (name := each.code.partition(" = ")[0]).isidentifier():
            found.add(name)
    return frozenset(found)


def names_in(statements: Sequence[Statement]) -> frozenset[str]:
    """The variables that statements use."""
    found: set[str] = set()
    for each in statements:
        if isinstance(each, If):
            found |= names_in(each.body).union(*(test.names for way in each.ways for test in way))
        else:
            found |= each.names
    return frozenset(found)


def lines_of(statements: Sequence[Statement], depth: int = 1) -> Iterator[str]:
    """The lines of statements, so deep within others."""
    for each in statements:
        if isinstance(each, If):
            ways = [" and ".join(test.code for test in way) for way in each.ways]
            if len(ways) > 1:
                ways = [f"({code})" if len(way) > 1 else code for code, way in zip(ways, each.ways, strict=True)]
            yield f"{_INDENT * depth}if {' or '.join(ways)}:"
            yield from lines_of(each.body, depth + 1)
        else:
            yield f"{_INDENT * depth}{each.code}"

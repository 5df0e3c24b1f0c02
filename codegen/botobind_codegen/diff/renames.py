"""Shapes that have another name in the new model, where the structure proves it.

A shape that is gone and one that is new are the same shape renamed if, at every place of the old model that the new one
has as well, the one stands where the other stood, and nowhere else; if both say the same, documentation aside; and if
what they refer to is the same or renamed in turn. Whatever leaves a doubt stays removed and added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import frozen

from botobind_codegen.diff.document import Document, references
from botobind_codegen.diff.facts import Facts, bare, item_facts, member_facts, shape_facts

Pairs = dict[str, str]
"""New names by old ones."""

_Place = tuple[str, ...]


def signature(document: Document, name: str) -> tuple[str, Facts, dict[_Place, Facts]]:
    """What a shape says of itself: all but its name, its documentation, and the names of the shapes it refers to."""
    shape = document.shapes[name]
    places: dict[_Place, Facts] = {}
    for place, reference in references(shape):
        of_member = place[0] == "members"
        facts = member_facts(document, name, place[1]) if of_member else item_facts(reference, place[0])
        places[place] = bare(facts)
    return shape["type"], bare(shape_facts(document, name)), places


def targets(document: Document, name: str) -> dict[_Place, str]:
    """The shapes that a shape refers to, by place."""
    return {place: reference["shape"] for place, reference in references(document.shapes[name])}


@frozen(slots=False)
class _Search:
    old: Document
    new: Document

    @cached_property
    def gone(self) -> frozenset[str]:
        return frozenset(self.old.shapes.keys() - self.new.shapes.keys())

    @cached_property
    def come(self) -> frozenset[str]:
        return frozenset(self.new.shapes.keys() - self.old.shapes.keys())

    def pairs(self) -> Pairs:
        """The pairs that hold. Each turn leaves out what the turn before has refuted, and what rested on it."""
        refuted: set[tuple[str, str]] = set()
        while True:
            proposed, doubtful = self._proposed(refuted)
            renames = {old: new for old, new in proposed if old not in doubtful and new not in doubtful}
            wrong = {pair for pair in renames.items() if not self._alike(*pair, renames)}
            wrong |= {pair for pair in proposed if pair[0] in doubtful or pair[1] in doubtful}
            if not wrong:
                return renames
            refuted |= wrong

    def _proposed(self, refuted: set[tuple[str, str]]) -> tuple[set[tuple[str, str]], set[str]]:
        """The pairs that stand at the same places, and the names that also stand where they should not."""
        proposed: set[tuple[str, str]] = set()
        met: set[tuple[str, str]] = set()
        for old, new in self._places(proposed):
            if old != new and (old in self.gone or new in self.come):
                met.add((old, new))
                if old in self.gone and new in self.come and (old, new) not in refuted:
                    proposed.add((old, new))
        return proposed, _in_several(met)

    def _places(self, proposed: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The old and new target of every place that both models have; those of proposed pairs come as they do."""
        for name in self.old.operations.keys() & self.new.operations.keys():
            before, after = self.old.operations[name], self.new.operations[name]
            for key in ("input", "output"):
                if before.get(key) and after.get(key):
                    yield before[key]["shape"], after[key]["shape"]
            yield from self._errors(name)
        for name in self.old.shapes.keys() & self.new.shapes.keys():
            yield from self._within(name, name)
        done: set[tuple[str, str]] = set()
        while waiting := proposed - done:
            done |= waiting
            for pair in waiting:
                yield from self._within(*pair)

    def _within(self, old: str, new: str) -> Iterator[tuple[str, str]]:
        after = targets(self.new, new)
        yield from ((target, after[place]) for place, target in targets(self.old, old).items() if place in after)

    def _errors(self, operation: str) -> Iterator[tuple[str, str]]:
        """Errors have no places but among the others: those are met that have the same code, written down."""
        before, after = self.old.errors_of(operation).keys(), self.new.errors_of(operation).keys()
        for old in (before - after) & self.gone:
            if code := _code(self.old, old):
                yield from ((old, new) for new in (after - before) & self.come if _code(self.new, new) == code)

    def _alike(self, old: str, new: str, renames: Mapping[str, str]) -> bool:
        if signature(self.old, old) != signature(self.new, new):
            return False
        after = targets(self.new, new)
        return all(renames.get(target, target) == after[place] for place, target in targets(self.old, old).items())


def _code(document: Document, error: str) -> object:
    return document.shapes[error].get("error", {}).get("code")


def _in_several(pairs: set[tuple[str, str]]) -> set[str]:
    """The names that occur in more than one pair."""
    seen: set[str] = set()
    several: set[str] = set()
    for pair in sorted(pairs):
        several |= seen.intersection(pair)
        seen |= set(pair)
    return several


def find_renames(old: Document, new: Document) -> Pairs:
    """The new names of the shapes that have been renamed, by their old ones."""
    return _Search(old, new).pairs()


def find_renamed_members(old: Document, new: Document, name: str, new_name: str, renames: Mapping[str, str]) -> Pairs:
    """The new names of the members of a shape that have been renamed, by their old ones: what they say, their wire
    names included, is the same, and those are written down.
    """
    before, after = old.shapes[name].get("members", {}), new.shapes[new_name].get("members", {})
    matches = [
        (gone, come)
        for gone in before
        if gone not in after and (before[gone].get("locationName") or before[gone].get("queryName"))
        for come in after
        if come not in before
        and renames.get(before[gone]["shape"], before[gone]["shape"]) == after[come]["shape"]
        and bare(member_facts(old, name, gone)) == bare(member_facts(new, new_name, come))
    ]
    doubtful = _in_several(set(matches))
    return {gone: come for gone, come in matches if gone not in doubtful and come not in doubtful}

"""What it means that a place refers to another shape than before: another type, another class, or only another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from attrs import evolve, frozen

from botobind_codegen.diff.acceptance import reviewed
from botobind_codegen.diff.changes import Path
from botobind_codegen.diff.document import Document
from botobind_codegen.diff.facts import bare, item_facts, shape_facts
from botobind_codegen.diff.renames import signature, targets
from botobind_codegen.diff.values import Finding, compare_facts
from botobind_codegen.model import INTEGERS

_WIDER = {*combinations(INTEGERS, 2), ("float", "double")}
_HERE = {"shape.enum": "target.enum", "enum value": "target.enum value"}
"""Subjects that mean less where only another shape is named: the class that the old one names may still exist."""
_OF_THE_SHAPE = ("shape.deprecated", "shape.deprecatedMessage", "shape.deprecatedSince")

_Seen = frozenset[tuple[str, str]]


@frozen
class Targets:
    """Compares the shapes that the same place refers to in two models."""

    old: Document
    new: Document
    renames: Mapping[str, str]

    def same(self, old: str, new: str) -> bool:
        """Whether both are the same shape, which is then compared on its own."""
        return self.renames.get(old, old) == new

    def compare(
        self, old: str, new: str, seen: frozenset[tuple[str, str]] = frozenset()
    ) -> Iterator[tuple[Path, Finding]]:
        """What differs, with the place below that of the reference; nothing where both are the same shape."""
        if self.same(old, new) or (old, new) in seen:
            return
        kinds = self.old.shapes[old]["type"], self.new.shapes[new]["type"]
        change = kind_change(*kinds)
        is_class = not all(side.shapes[name].get("document") for side, name in ((self.old, old), (self.new, new)))
        if change is not None:
            yield (), Finding("target.type", change, f"{old} ({kinds[0]})", f"{new} ({kinds[1]})")
        elif kinds[0] == "structure" and is_class:
            yield (), Finding("target.class", "renamed" if self._alike(old, new) else "changed", old, new)
        else:
            yield (), Finding("target.alias", "changed", old, new)
        if change != "changed" and kinds[0] != "structure":
            yield from self._details(old, new, seen | {(old, new)})

    def _details(self, old: str, new: str, seen: _Seen) -> Iterator[tuple[Path, Finding]]:
        before, after = self.old.shapes[old], self.new.shapes[new]
        found = compare_facts(bare(shape_facts(self.old, old)), bare(shape_facts(self.new, new)))
        for finding in reviewed(found, before, after):
            if finding.subject not in _OF_THE_SHAPE and finding.change != "restated":
                yield (), evolve(finding, subject=_HERE.get(finding.subject, finding.subject))
        for key in ("member", "key", "value"):
            if key in before and key in after:
                for finding in compare_facts(item_facts(before[key], key), item_facts(after[key], key)):
                    yield (key,), finding
                for path, finding in self.compare(before[key]["shape"], after[key]["shape"], seen):
                    yield (key, *path), finding

    def _alike(self, old: str, new: str) -> bool:
        """Whether two shapes are the same but for names and documentation, through all that they refer to."""
        seen: set[tuple[str, str]] = set()
        waiting = [(old, new)]
        while waiting:
            pair = waiting.pop()
            if pair in seen or self.same(*pair):
                continue
            seen.add(pair)
            if signature(self.old, pair[0]) != signature(self.new, pair[1]):
                return False
            after = targets(self.new, pair[1])
            waiting += [(target, after[place]) for place, target in targets(self.old, pair[0]).items()]
        return True


def kind_change(old: str, new: str) -> str | None:
    """`changed`, or `widened` or `narrowed` where the Python type stays the same; None where the kind is the same."""
    if old == new:
        return None
    return "widened" if (old, new) in _WIDER else "narrowed" if (new, old) in _WIDER else "changed"

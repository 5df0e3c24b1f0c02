"""Two documents → their differences, judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, evolve, field

from botobind_codegen import naming
from botobind_codegen.diff.acceptance import reviewed
from botobind_codegen.diff.changes import Change, Path, Use
from botobind_codegen.diff.classify import rule_for
from botobind_codegen.diff.document import Document, joined_use
from botobind_codegen.diff.facts import (
    error_facts,
    item_facts,
    member_facts,
    metadata_facts,
    operation_facts,
    service_facts,
    shape_facts,
)
from botobind_codegen.diff.renames import find_renamed_members, find_renames
from botobind_codegen.diff.targets import Targets, kind_change
from botobind_codegen.diff.values import Finding, compare_facts


def compare_documents(old: Document, new: Document) -> tuple[Change, ...]:
    """All differences, in the order of their places."""
    comparison = _Comparison(old, new)
    comparison.service()
    comparison.operations()
    comparison.shapes()
    return tuple(sorted(comparison.changes, key=_order))


def _order(change: Change) -> tuple[Any, ...]:
    texts = (json.dumps(value, sort_keys=True, default=str) for value in (change.old, change.new))
    return (change.path, change.subject, change.change, *texts)


@define
class _Comparison:
    old: Document
    new: Document
    renames: Mapping[str, str] = field(init=False)
    targets: Targets = field(init=False)
    protocols: frozenset[str] = field(init=False)
    changes: list[Change] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.renames = find_renames(self.old, self.new)
        self.targets = Targets(self.old, self.new, self.renames)
        self.protocols = frozenset(self.old.protocols).intersection(self.new.protocols)

    def add(self, path: Path, use: Use | None, *findings: Finding) -> None:
        for found in findings:
            rule = rule_for(found.subject, found.change, use, self.protocols)
            self.changes.append(Change(path, found.subject, found.change, use, found.old, found.new, rule))

    def refer(self, path: Path, use: Use | None, old: str, new: str) -> None:
        """A place that refers to a shape in both models."""
        for below, finding in self.targets.compare(old, new):
            self.add((*path, *below), use, finding)

    def service(self) -> None:
        self.add((), None, *compare_facts(service_facts(self.old), service_facts(self.new)))
        self.add(("metadata",), None, *compare_facts(metadata_facts(self.old), metadata_facts(self.new)))

    def operations(self) -> None:
        before, after = self.old.operations, self.new.operations
        for name in before.keys() | after.keys():
            path = ("operations", name)
            if name not in after:
                self.add(path, None, Finding("operation", "removed", name, None))
            elif name not in before:
                self.add(path, None, Finding("operation", "added", None, name))
            else:
                self.operation(name, path)

    def operation(self, name: str, path: Path) -> None:
        self.add(path, None, *compare_facts(operation_facts(self.old, name), operation_facts(self.new, name)))
        self.python_name(
            path, None, "operation.python name", self.old.operation_names[name], self.new.operation_names[name]
        )
        for key in ("input", "output"):
            old, new = (side.operations[name].get(key) or {} for side in (self.old, self.new))
            if old and new:
                self.refer((*path, key), "input" if key == "input" else "output", old["shape"], new["shape"])
            elif old or new:
                change = "added" if new else "removed"
                self.add(path, None, Finding(f"operation.{key}", change, old.get("shape"), new.get("shape")))
        self.errors(name, path)

    def errors(self, name: str, path: Path) -> None:
        before = {self.renames.get(error, error): entry for error, entry in self.old.errors_of(name).items()}
        after = self.new.errors_of(name)
        for error in before.keys() - after.keys():
            self.add(path, None, Finding("error", "removed", before[error]["shape"], None))
        for error in after.keys() - before.keys():
            self.add(path, None, Finding("error", "added", None, error))
        for error in before.keys() & after.keys():
            self.add(
                (*path, "errors", error), None, *compare_facts(error_facts(before[error]), error_facts(after[error]))
            )
        if before.keys() == after.keys() and list(before) != list(after):
            self.add(path, None, Finding("operation.errors", "reordered", list(before), list(after)))

    def shapes(self) -> None:
        before, after = self.old.shapes, self.new.shapes
        renamed = set(self.renames.values())
        for name in before.keys() - after.keys() - self.renames.keys():
            self.add(("shapes", name), self.use(name, None), Finding(_category(self.old, name), "removed", name, None))
        for name in after.keys() - before.keys() - renamed:
            self.add(("shapes", name), self.use(None, name), Finding(_category(self.new, name), "added", None, name))
        for name, new_name in self.renames.items():
            renaming = Finding(_category(self.old, name), "renamed", name, new_name)
            self.add(("shapes", name), self.use(name, new_name), renaming)
            self.shape(name, new_name)
        for name in before.keys() & after.keys():
            self.shape(name, name)

    def use(self, old: str | None, new: str | None) -> Use:
        """How a shape is used in either model."""
        names = ((self.old, old), (self.new, new))
        return joined_use(*(side.uses[name] for side, name in names if name is not None))

    def shape(self, old: str, new: str) -> None:
        path, use = ("shapes", new), self.use(old, new)
        before, after = self.old.shapes[old], self.new.shapes[new]
        if (change := kind_change(before["type"], after["type"])) is not None:
            self.add(path, use, Finding("shape.type", change, before["type"], after["type"]))
        if change == "changed":
            return
        found = reviewed(compare_facts(shape_facts(self.old, old), shape_facts(self.new, new)), before, after)
        self.add(path, use, *(evolve(each, change=self.payload(before, after, each)) for each in found))
        if old == new:
            self.python_name(path, use, "shape.python name", self.old.classes[old], self.new.classes[new])
            self.python_name(path, use, "shape.module", self.old.modules.get(old), self.new.modules.get(new))
        if before.get("enum") and after.get("enum") and set(before["enum"]) != set(after["enum"]):
            self.python_names((*path, "enum"), use, "enum value.python name", *_enum_members(before, after))
        for key in ("member", "key", "value"):
            if key in before and key in after:
                facts = compare_facts(item_facts(before[key], key), item_facts(after[key], key))
                self.add((*path, key), use, *facts)
                self.refer((*path, key), use, before[key]["shape"], after[key]["shape"])
        self.members(old, new, path, use)

    def payload(self, old: Mapping[str, Any], new: Mapping[str, Any], finding: Finding) -> str:
        """The change of a payload: a member that only one model has moves no other from where it was."""
        both = old.get("members", {}).keys() & new.get("members", {}).keys()
        if finding.subject != "shape.payload" or self.in_bodies(old, both) != self.in_bodies(new, both):
            return finding.change
        return "extended"

    def in_bodies(self, shape: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
        """Where each of some members is that has no place outside of the body."""
        members, payload = shape.get("members", {}), shape.get("payload")
        inside = "inside" if payload is None else "nowhere"
        return {name: "whole" if name == payload else inside for name in names if members[name].get("location") is None}

    def members(self, old: str, new: str, path: Path, use: Use) -> None:
        before, after = (side.get("members", {}) for side in (self.old.shapes[old], self.new.shapes[new]))
        renamed: Mapping[str, str] = {}
        if before.keys() != after.keys():
            renamed = find_renamed_members(self.old, self.new, old, new, self.renames)
        for member in before.keys() - after.keys():
            change = "renamed" if member in renamed else "removed"
            self.add((*path, "members", member), use, Finding("member", change, member, renamed.get(member)))
        for member in after.keys() - before.keys() - set(renamed.values()):
            subject = "required member" if member in self.new.required[new] else "member"
            self.add((*path, "members", member), use, Finding(subject, "added", None, member))
        for member in before.keys() & after.keys():
            self.member(old, new, member, use)
        if before.keys() != after.keys() or (old in self.old.errors) != (new in self.new.errors):
            names = self.old.attributes(old), self.new.attributes(new)
            self.python_names((*path, "members"), use, "member.python name", *names)

    def member(self, old: str, new: str, member: str, use: Use) -> None:
        path = ("shapes", new, "members", member)
        found = list(compare_facts(member_facts(self.old, old, member), member_facts(self.new, new, member)))
        if any(finding.subject == "member.required" and finding.change != "restated" for finding in found):
            # The row for that knows that the type changes with it.
            found = [finding for finding in found if finding.subject != "member.mandatory"]
        if any(finding.subject == "member.location" for finding in found):
            # Names belong to places.
            found = [finding for finding in found if finding.subject not in _NAMES]
        self.add(path, use, *found)
        targets = (side.shapes[name]["members"][member]["shape"] for side, name in ((self.old, old), (self.new, new)))
        self.refer(path, use, *targets)

    def python_names(
        self, path: Path, use: Use | None, subject: str, old: Mapping[str, str], new: Mapping[str, str]
    ) -> None:
        """The Python names of what both models have: one that is added may take the name of another."""
        for name in _in_both(old, new):
            self.python_name((*path, name), use, subject, old[name], new[name])

    def python_name(self, path: Path, use: Use | None, subject: str, old: str | None, new: str | None) -> None:
        if old is not None and new is not None and old != new:
            self.add(path, use, Finding(subject, "changed", old, new))


_NAMES = ("member.locationName", "member.parameter", "member.label")


def _in_both(old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[str]:
    return [name for name in old if name in new]


def _enum_members(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    return naming.enum_member_names(old["enum"]), naming.enum_member_names(new["enum"])


def _category(document: Document, name: str) -> str:
    """What a shape is as a name that code may import."""
    shape = document.shapes[name]
    if shape["type"] == "structure" and not shape.get("document"):
        return "shape"
    if shape.get("enum"):
        return "enum"
    return "private alias" if document.classes[name].startswith("_") else "alias"

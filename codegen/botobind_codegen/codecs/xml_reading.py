"""Reading XML: what an element pattern has found is set by one statement. All else is left to the walker."""

from __future__ import annotations

from attrs import frozen

from botobind.rules.elementplans import elements_in, says_whose
from botobind.rules.plans import ShapePlan, ValuePlan
from botobind_codegen.codecs.emitting import Emitter, indented
from botobind_codegen.model import holds_itself

_TAKEN = frozenset({"item", "members", "self", "xml"})
"""The names that have another meaning where members are set."""

_CONTAINERS = frozenset({"structure", "events", "list", "map"})
"""Kinds of values that are elements with others in them."""


@frozen
class XmlReading(Emitter):
    """Prints the decoder of XML."""

    def methods(self) -> list[list[str]]:
        """What sets the members of a structure that is read by patterns: no error, and none that holds itself."""
        plan = self.plan("xml")
        self._check(plan)
        if self.shape.error or not says_whose(plan) or holds_itself(self.schemas.service, self.shape):
            return []
        head = self.use("def set_xml(self, members: tuple[{Any}, ...]) -> None:")
        return [[head, *indented(self._setter(plan))]]

    def _check(self, plan: ShapePlan) -> None:
        """Raises `ModelError` for what no reader of XML can tell apart."""
        for member, other in plan.copied:
            source = other.value.inner if other.value.is_flat and other.value.inner else other.value
            if source.kind != member.value.kind or member.mandatory:
                raise self.refused("two members have one element", member.attribute)
        for member in plan.members if plan.is_union else ():
            if member.value.is_flat:
                raise self.refused("flattened members of unions are not supported in XML", member.attribute)

    def _setter(self, plan: ShapePlan) -> list[str]:
        taken, statements = [], []
        for member in elements_in(plan):
            text = f"{member.attribute}_" if member.attribute in _TAKEN else member.attribute
            expression = self._of_pattern(member.value, text)
            taken.append(f"self.{member.attribute}" if expression == text else text)
            if expression != text:
                statements.append(f"self.{member.attribute} = {expression}")
        absent = [f"self.{member.attribute} = None" for member in plan.members if member.is_attribute]
        return [f"({', '.join(taken)}{',' * (len(taken) == 1)}) = members", *absent, *statements]

    def _of_pattern(self, value: ValuePlan, source: str) -> str:
        """The expression of a member that a pattern found: scalars, and those in lists, are still texts."""
        if value.kind not in (*_CONTAINERS, "string"):
            return f"{self.reader('xml optional', value)}({source})"
        inner = value.inner
        if value.kind != "list" or value.sparse or inner is None or inner.kind in (*_CONTAINERS, "string"):
            return source
        item = f"{self.reader('xml text', inner)}(item)"
        return f"[{item} for item in {source}] if {source} is not None else None"

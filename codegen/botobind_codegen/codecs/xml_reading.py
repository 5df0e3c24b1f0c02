"""Reading XML: what an element pattern has found is set by one statement. All else is left to the walker."""

from __future__ import annotations

from attrs import frozen

from botobind.rules.elementplans import assignments, elements_in, says_whose
from botobind.rules.plans import ShapePlan
from botobind_codegen.codecs.emitting import Emitter, indented
from botobind_codegen.model import holds_itself

_TAKEN = frozenset({"item", "members", "self", "xml"})
"""The names that have another meaning where members are set."""


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
        for member in plan.members if plan.is_union else ():
            if member.value.is_flat:
                raise self.refused("flattened members of unions are not supported in XML", member.attribute)

    def _setter(self, plan: ShapePlan) -> list[str]:
        texts = [
            f"{member.attribute}_" if member.attribute in _TAKEN else member.attribute for member in elements_in(plan)
        ]
        made = assignments(plan, texts, lambda function: self.use(f"{{xml}}.{function}"))
        # What is set as it was found is taken by the attribute at once.
        at_once = {text: f"self.{attribute}" for attribute, text in made if text in texts}
        taken = [at_once.get(text, text) for text in texts]
        statements = [f"self.{attribute} = {made}" for attribute, made in made if made not in at_once]
        return [f"({', '.join(taken)}{',' * (len(taken) == 1)}) = members", *statements]

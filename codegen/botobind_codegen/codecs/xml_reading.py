"""Reading XML is the walker's, and that of element patterns. Here is of which classes these are learnt."""

from __future__ import annotations

from botobind.rules.elementplans import says_whose
from botobind.rules.plans import ShapePlan
from botobind_codegen.model import Shape, holds_itself
from botobind_codegen.scope.schemas import Schemas

__all__ = ["is_learnt"]


def is_learnt(schemas: Schemas, shape: Shape) -> bool:
    """Whether element patterns are learnt of a class: of no error, and of none that holds itself. Raises `ModelError`
    for what no reader of XML can tell apart.
    """
    plan = schemas.plan(shape, "xml")
    _check(schemas, shape, plan)
    return not shape.error and says_whose(plan) and not holds_itself(schemas.service, shape)


def _check(schemas: Schemas, shape: Shape, plan: ShapePlan) -> None:
    for member in plan.members if plan.is_union else ():
        if member.value.is_flat:
            raise schemas.refused(shape, "flattened members of unions are not supported in XML", member.attribute)

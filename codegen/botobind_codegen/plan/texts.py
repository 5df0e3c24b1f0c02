"""Documentation: what the model says of a thing, and what follows from the model besides."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from botobind_codegen.model import Member, Operation, Reference, Service, Shape
from botobind_codegen.plan.closure import Plan

_PAGES = "https://docs.aws.amazon.com/goto/WebAPI"
"""Where AWS's API references are found by the `uid` of a service; botocore's documentation has the same links."""

_MOST_NAMED = 5
"""Operations that a docstring names; of more of them it says how many."""


@frozen
class Text:
    """Documentation, not laid out yet: the model's own HTML, with a sentence before it and lines after it."""

    html: str = ""
    before: str = ""
    after: tuple[str, ...] = ()


def text_of_class(plan: Plan, shape: Shape) -> Text:
    """The documentation of a structure, union or error: whose request or response it is, and AWS's page."""
    # Of the operations that the package holds.
    taking = [each for each in plan.facts.operations_by_input.get(shape.name, ()) if each.name in plan.operations]
    giving = [each for each in plan.facts.operations_by_output.get(shape.name, ()) if each.name in plan.operations]
    before = _of_operations("request", taking) or _of_operations("response", giving)
    if shape.error is not None:
        return Text(shape.documentation, before)
    page = (taking or giving)[0].name if taking or giving else shape.name
    return Text(shape.documentation, before, _page(plan.service, page))


def text_of_operation(plan: Plan, operation: Operation) -> Text:
    """The documentation of an operation, and AWS's page."""
    return Text(operation.documentation, after=_page(plan.service, operation.name))


def text_of_member(plan: Plan, member: Member) -> Text:
    """The documentation of a member, or else that of its shape; and the constraints of its value."""
    shape = plan.service.shape(member.reference)
    return Text(member.reference.documentation or shape.documentation, after=_constraints(plan.service, shape))


def text_of_alias(plan: Plan, shape: Shape) -> Text:
    """The documentation of a shape without a class, and its constraints."""
    return Text(shape.documentation, after=_constraints(plan.service, shape))


def _of_operations(what: str, operations: Iterable[Operation]) -> str:
    names = [f"``{operation.name}``" for operation in operations]
    if not names:
        return ""
    if len(names) > _MOST_NAMED:
        return f"The {what} of {len(names)} operations, such as {names[0]}."
    *others, last = names
    return f"The {what} of {', '.join(others)} and {last}." if others else f"The {what} of {last}."


def _page(service: Service, name: str) -> tuple[str, ...]:
    uid = service.metadata.get("uid")
    return (f"AWS: {_PAGES}/{uid}/{name}",) if uid else ()


def _constraints(service: Service, shape: Shape) -> tuple[str, ...]:
    """What a value has to be, on one line; of a list or a map also what is in it."""
    demands = list(_demands(shape))
    for what, inner in (("items", shape.item), ("keys", shape.key), ("values", shape.value)):
        if found := _demands_of(service, inner):
            demands.append(f"{what} of {found}")
    if not demands:
        return ()
    text = "; ".join(demands)
    return (f"{text[0].upper()}{text[1:]}.",)


def _demands_of(service: Service, reference: Reference | None) -> str:
    return ", ".join(_demands(service.shape(reference))) if reference else ""


_LINES = str.maketrans({"\n": "\\n", "\r": "\\r"})
_UNITS = {"string": "character", "blob": "byte", "list": "item", "map": "entry"}


def _demands(shape: Shape) -> Iterable[str]:
    if shape.minimum is not None or shape.maximum is not None:
        yield _range(shape, _UNITS.get(shape.kind, ""))
    if shape.pattern is not None:
        yield f"matching ``{shape.pattern.translate(_LINES)}``"
    if shape.sensitive:
        yield "sensitive"


def _range(shape: Shape, unit: str) -> str:
    least, greatest = (None if bound is None else _number(bound) for bound in (shape.minimum, shape.maximum))
    if unit and least in (None, "0") and greatest is not None:
        words = f"at most {greatest}"
    elif least == greatest:
        words = f"exactly {least}"
    elif greatest is None:
        words = f"at least {least}"
    elif least is None:
        words = f"at most {greatest}"
    else:
        words = f"{least} to {greatest}"
    if not unit:
        return words
    one = words.endswith(" 1") and not words.endswith(" to 1")
    return f"{words} {unit if one else 'entries' if unit == 'entry' else f'{unit}s'}"


def _number(bound: float) -> str:
    return f"{int(bound):,}" if bound == int(bound) else str(bound)

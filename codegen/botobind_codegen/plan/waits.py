"""What the stub of clients has for waiters: methods with the members of an input and the limits of waiting."""

from __future__ import annotations

from attrs import frozen

from botobind.waiters import WaitLimits
from botobind_codegen.model import Acceptor, Operation, Waiter
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.stubs import StubAnnotations, StubMember, stub_members
from botobind_codegen.plan.texts import Text
from botobind_codegen.plan.waiters import interval_of, named_waiters
from botobind_codegen.scope.imports import Imports

_VALUES = "_values."
_FIRST_ERROR_STATUS = 300


@frozen
class WaitStub:
    """A method, ready to be laid out."""

    name: str
    input: str | None
    parameters: tuple[StubMember, ...]
    has_limits: bool
    """Whether the limits stand beside the members: not where a member is called as one of them."""
    result: str
    documentation: Text


@frozen
class WaitsStub:
    """The methods of `wait`, and what their annotations import."""

    imports: Imports
    waits: tuple[WaitStub, ...]


def plan_waits(plan: Plan) -> WaitsStub:
    """The methods of `wait` for the waiters of a package."""
    imports = Imports(folders=1, is_stub=True)
    annotations = StubAnnotations(plan.facts, plan.names, imports, prefix=_VALUES)
    return WaitsStub(imports, tuple(_wait(plan, annotations, *each) for each in named_waiters(plan)))


def _wait(plan: Plan, annotations: StubAnnotations, name: str, operation: Operation, waiter: Waiter) -> WaitStub:
    taken, classes = operation.input, plan.names.classes
    members = tuple(stub_members(plan, plan.service.shapes[taken], annotations)) if taken else ()
    return WaitStub(
        name,
        f"{_VALUES}{classes[taken]}" if taken else None,
        members,
        WaitLimits.__annotations__.keys().isdisjoint(member.name for member in members),
        _result(plan, operation, waiter),
        Text("", interval_of(operation, waiter)),
    )


def _result(plan: Plan, operation: Operation, waiter: Waiter) -> str:
    """What the response is with which a waiter ends well: an output, an error, or one of them."""
    ends = {_ends_with_error(acceptor) for acceptor in waiter.acceptors if acceptor.state == "success"}
    given = f"{_VALUES}{plan.names.classes[operation.output]}" if operation.output else "None"
    error = f"{_VALUES}operation_errors.{plan.names.operations[operation.name]}"
    return {frozenset({False}): given, frozenset({True}): error}.get(frozenset(ends), f"{given} | {error}")


def _ends_with_error(acceptor: Acceptor) -> bool:
    if acceptor.matcher == "error":
        return acceptor.expected is not False
    is_number = isinstance(acceptor.expected, int) and not isinstance(acceptor.expected, bool)
    return acceptor.matcher == "status" and is_number and int(acceptor.expected or 0) >= _FIRST_ERROR_STATUS

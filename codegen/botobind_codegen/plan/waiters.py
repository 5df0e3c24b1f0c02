"""The waiters of a service: what their module says."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from botobind.errors import ModelError
from botobind_codegen import naming
from botobind_codegen.literals import literal, tuple_of
from botobind_codegen.model import Acceptor, Operation, Waiter
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.paths import PathCompiler, PathError
from botobind_codegen.plan.texts import Text
from botobind_codegen.scope.imports import Imports


@frozen
class WaiterPlan:
    """A waiter, ready to be laid out."""

    name: str
    annotation: str
    arguments: tuple[tuple[str, str], ...]
    acceptors: tuple[str, ...]
    documentation: Text


@frozen
class WaitersPlan:
    """The module `waiters` of a package."""

    imports: Imports
    waiters: tuple[WaiterPlan, ...]


def plan_waiters(plan: Plan) -> WaitersPlan | None:
    """The waiters that ask the operations of a package; None where there are none. Raises `ModelError`."""
    imports = Imports(folders=0)
    found = tuple(_waiter(plan, operation, waiter, name, imports) for name, operation, waiter in named_waiters(plan))
    return WaitersPlan(imports, found) if found else None


def named_waiters(plan: Plan) -> list[tuple[str, Operation, Waiter]]:
    """The waiters of a package by their names in Python, each with its operation."""
    # All of the service's, so that a part of it has the same names.
    names = naming.waiter_names(
        waiter.name for operation in plan.service.operations.values() for waiter in operation.waiters
    )
    found = [(operation, waiter) for operation in plan.operations.values() for waiter in operation.waiters]
    named = [(names[waiter.name], operation, waiter) for operation, waiter in found]
    return sorted(named, key=lambda each: each[0])


def interval_of(operation: Operation, waiter: Waiter) -> str:
    """When a waiter asks, in a sentence."""
    return f"Asks ``{operation.name}`` every {waiter.delay:g} seconds, at most {waiter.max_attempts} times."


def _waiter(plan: Plan, operation: Operation, waiter: Waiter, name: str, imports: Imports) -> WaiterPlan:
    shapes = imports.use_shapes()
    classes = plan.names.classes
    taken, given = (f"{shapes}.{classes[shape]}" if shape else "None" for shape in (operation.input, operation.output))
    error = f"{shapes}.operation_errors.{plan.names.operations[operation.name]}"
    facts = {
        "name": literal(name),
        "endpoints": imports.use(".", "endpoints"),
        "operation_name": literal(operation.name),
        "delay": literal(waiter.delay),
        "max_attempts": literal(waiter.max_attempts),
    }
    return WaiterPlan(
        name,
        f"{imports.use('botobind.waiters', 'Waiter')}[{taken}, {given}, {error}]",
        tuple(facts.items()),
        tuple(_acceptor(plan, operation, waiter, acceptor, imports) for acceptor in waiter.acceptors),
        Text(waiter.documentation, interval_of(operation, waiter)),
    )


def _acceptor(plan: Plan, operation: Operation, waiter: Waiter, acceptor: Acceptor, imports: Imports) -> str:
    arguments = [*map(literal, (acceptor.state, acceptor.matcher, acceptor.expected))]
    arguments += _where(plan, operation, waiter, acceptor, imports)
    return tuple_of(arguments)


def _where(plan: Plan, operation: Operation, waiter: Waiter, acceptor: Acceptor, imports: Imports) -> Iterator[str]:
    if acceptor.argument is None:
        return
    try:
        found = PathCompiler(plan.service, plan.names).compile(acceptor.argument, operation.output)
    except PathError as error:
        place = {"service": plan.service.name, "operation": f"{operation.name}.{waiter.name}", "key": "argument"}
        raise ModelError(str(error), **place, file=plan.service.companions.get("waiters")) from None
    yield found.source
    if found.path is None:
        imports.use("botobind", "paths")
        yield literal(acceptor.argument)

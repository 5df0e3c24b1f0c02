"""What operations say of the parameters of endpoints: constants, members of inputs, and paths into inputs.

The first two are kept as traits, and only checked here; paths are compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from botobind.errors import ModelError
from botobind_codegen.endpoint_model import RuleSet
from botobind_codegen.literals import literal
from botobind_codegen.model import Operation, Shape
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.paths import Found, PathCompiler, PathError

_PYTHON: Mapping[str, type] = {"string": str, "boolean": bool, "stringArray": list}


def plan_paths(plan: Plan, rules: RuleSet) -> Iterator[tuple[str, str]]:
    """The paths of each operation that has some: its name, and a dict by parameter. Raises `ModelError` for what is not
    of its parameter's kind.
    """
    kinds = {each.name: each.kind for each in rules.parameters}
    for operation in plan.operations.values():
        found = _Operation(plan, operation, kinds).paths()
        if found:
            shown = ", ".join(f"{literal(name)}: {code}" for name, code in found.items())
            yield literal(operation.name), f"{{{shown}}}"


@frozen
class _Operation:
    plan: Plan
    operation: Operation
    kinds: Mapping[str, str]
    """The kinds of the rule set's parameters by name; of others no rule asks."""

    def error(self, reason: str, key: str, name: str) -> ModelError:
        place = f"{key}.{ascii(name)[1:-1]}"
        return ModelError(reason, service=self.plan.service.name, operation=self.operation.name, key=place)

    def paths(self) -> dict[str, str]:
        """The paths by parameter."""
        self.check_constants()
        self.check_members()
        key = "operationContextParams"
        return {name: self.path(name, self.said(raw, "path", key, name), key) for name, raw in self.of(key)}

    def of(self, key: str) -> Iterator[tuple[str, Any]]:
        """What the operation says of parameters under a key."""
        said: Mapping[str, Any] = self.operation.traits.get(key, {})
        return ((name, raw) for name, raw in said.items() if name in self.kinds)

    def said(self, raw: object, inner: str, key: str, name: str) -> Any:
        """What an object has under its only key."""
        if not isinstance(raw, Mapping) or inner not in raw:
            raise self.error(f"expected an object with {inner}", key, name)
        return raw[inner]

    def check_constants(self) -> None:
        """Refuses constants of other kinds than their parameters."""
        key = "staticContextParams"
        for name, raw in self.of(key):
            value = self.said(raw, "value", key, name)
            if type(value) is not _PYTHON[self.kinds[name]]:
                raise self.error(f"expected a {self.kinds[name]}, got {type(value).__name__}", key, name)

    def check_members(self) -> None:
        """Refuses members of other kinds than their parameters."""
        service = self.plan.service
        members = service.shapes[self.operation.input].members if self.operation.input else ()
        for member in members:
            if "contextParam" in member.reference.traits:
                name = self.said(member.reference.traits["contextParam"], "name", "contextParam", member.name)
                shape = service.shape(member.reference)
                if name in self.kinds and not self.fits(self.kinds[name], shape):
                    raise self.error(f"expected a {self.kinds[name]}, got a {shape.kind}", "contextParam", member.name)

    def fits(self, kind: str, shape: Shape) -> bool:
        """Whether a shape is of the kind of a parameter."""
        if kind != "stringArray":
            return shape.kind == kind
        return shape.item is not None and self.plan.service.shape(shape.item).kind == "string"

    def path(self, name: str, expression: object, key: str) -> str:
        """A path into the input."""
        if not isinstance(expression, str):
            raise self.error(f"expected text, got {type(expression).__name__}", key, name)
        compiler = PathCompiler(self.plan.service, self.plan.names)
        try:
            found = compiler.compile(expression, self.operation.input, "input")
        except PathError as error:
            raise self.error(str(error), key, name) from None
        if found.path is None or _kind_of(found, compiler) != self.kinds[name]:
            raise self.error(f"{expression!r} leads to no {self.kinds[name]}", key, name)
        return found.source


def _kind_of(found: Found, compiler: PathCompiler) -> str:
    whole = found.whole
    if whole.kind != "list":
        return whole.kind
    item = compiler.item_of(whole)
    return "stringArray" if item is not None and item.kind == "string" else "list"

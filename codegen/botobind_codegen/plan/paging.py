"""What an operation says of its pages: the arguments of `botobind.pages.Pages`, and the type of the results."""

from __future__ import annotations

from attrs import frozen

from botobind.errors import ModelError
from botobind_codegen.literals import literal, tuple_of
from botobind_codegen.model import INTEGERS, Operation, Pagination, Shape
from botobind_codegen.plan.annotations import Annotations
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.paths import Found, PathCompiler, PathError, Type, a_kind
from botobind_codegen.scope.imports import Imports


@frozen
class PagesPlan:
    """The pages of an operation, ready to be laid out."""

    arguments: str
    """A dict."""
    item: str
    """The annotation of what `items` gives."""


def plan_pages(plan: Plan, operation: Operation, imports: Imports, stub_imports: Imports) -> PagesPlan | None:
    """The pages of an operation; None where it has none. Raises `ModelError`."""
    if operation.pagination is None:
        return None
    return _Planner(plan, operation, operation.pagination, imports, stub_imports).pages()


_TOKENS = frozenset({"string", "map", *INTEGERS})
_TRUE_OR_FALSE = _TOKENS | {"boolean", "list"}
"""The kinds of which Python takes for false what botocore does, which has dicts for structures."""


@frozen
class _Planner:
    plan: Plan
    operation: Operation
    pagination: Pagination
    imports: Imports
    stub_imports: Imports
    """The imports of the stub, which has the type of the items."""

    def error(self, reason: str, key: str) -> ModelError:
        service = self.plan.service
        file = service.companions.get("pagination")
        return ModelError(reason, service=service.name, operation=self.operation.name, key=key, file=file)

    def pages(self) -> PagesPlan:
        pagination = self.pagination
        results = [self.path(each, "result_key") for each in pagination.result_keys]
        facts = {
            "input_tokens": tuple_of(map(self.input_token, pagination.input_tokens)),
            "output_tokens": tuple_of(map(self.output_token, pagination.input_tokens, pagination.output_tokens)),
            "results": tuple_of(each.source for each in results) if results else None,
            "more_results": self.more_results(),
            "non_aggregate": self.non_aggregate(),
            **self.limit(),
        }
        shown = [f"{literal(name)}: {code}" for name, code in facts.items() if code]
        return PagesPlan(f"{{{', '.join(shown)}}}", self.item(results[0]) if results else "object")

    def input_token(self, name: str) -> str:
        return literal(self.of_input(name, "input_token")[0])

    def output_token(self, name: str, expression: str) -> str:
        """Where outputs have what a member of the input is to be."""
        found, (_, wanted) = self.found(expression, "output_token"), self.of_input(name, "input_token")
        given = found.whole.shape
        is_same = given is not None and given.kind == wanted.kind and (given.kind != "map" or given == wanted)
        if not is_same or wanted.kind not in _TOKENS:
            what = "which is no token" if is_same else f"not {a_kind(wanted.kind)} as {name} of the input"
            raise self.error(f"{expression!r} is {a_kind(found.whole.kind)}, {what}", "output_token")
        return found.source

    def more_results(self) -> str | None:
        expression = self.pagination.more_results
        if expression is None:
            return None
        found = self.found(expression, "more_results")
        if found.whole.kind not in _TRUE_OR_FALSE:
            raise self.error(f"{expression!r} is {a_kind(found.whole.kind)}, not true or false", "more_results")
        return found.source

    def non_aggregate(self) -> str | None:
        found = [self.path(each, "non_aggregate_keys") for each in self.pagination.non_aggregate_keys]
        return tuple_of(each.source for each in found) if found else None

    def limit(self) -> dict[str, str | None]:
        if self.pagination.limit_key is None:
            return {}
        attribute, shape = self.of_input(self.pagination.limit_key, "limit_key")
        if shape.kind not in ("string", *INTEGERS):
            raise self.error(f"{self.pagination.limit_key} is {a_kind(shape.kind)}, not a number", "limit_key")
        return {"limit": literal(attribute), "limit_is_text": "True" if shape.kind == "string" else None}

    def of_input(self, name: str, key: str) -> tuple[str, Shape]:
        """The attribute of a member of the input, and its shape."""
        taken = self.plan.service.shapes[self.operation.input] if self.operation.input else None
        member = next((member for member in taken.members if member.name == name), None) if taken else None
        if taken is None or member is None:
            raise self.error(f"the input has no member {name!r}", key)
        return self.plan.names.attributes[taken.name][name], self.plan.service.shape(member.reference)

    def found(self, expression: str, key: str) -> Found:
        try:
            found = PathCompiler(self.plan.service, self.plan.names).compile(expression, self.operation.output)
        except PathError as error:
            raise self.error(str(error), key) from None
        if found.path is None:
            self.imports.use("botobind", "paths")
        return found

    def path(self, expression: str, key: str) -> Found:
        found = self.found(expression, key)
        if found.path is None:
            raise self.error(f"{expression!r} is no path", key)
        return found

    def item(self, found: Found) -> str:
        """The type of what `Pages.items` gives."""
        annotations = Annotations(self.plan.facts, self.plan.names, self.stub_imports)
        shape = found.type.shape
        if found.is_many:
            return self.annotation(annotations, found.type)
        if shape is not None and shape.kind == "list" and shape.item:
            return annotations.element(shape.item, sparse=shape.sparse)
        if shape is not None and shape.kind == "map" and shape.key and shape.value:
            return f"tuple[{annotations.key(shape.key)}, {annotations.element(shape.value, sparse=shape.sparse)}]"
        return self.annotation(annotations, found.type)

    def annotation(self, annotations: Annotations, found: Type) -> str:
        return annotations.of_member(found.reference) if found.reference else "object"

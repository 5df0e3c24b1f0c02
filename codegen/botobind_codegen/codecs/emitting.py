"""What emitters have in common. They print the plans that `botobind.rules` makes of classes, and decide nothing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping

from attrs import frozen

from botobind.rules.naming import BodyFormat
from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan
from botobind.tables import own_name, text_kind
from botobind_codegen.codecs.scalars import KEEPING, READ, WRITTEN
from botobind_codegen.imported import CONTRACT, IMPORTED
from botobind_codegen.model import Shape
from botobind_codegen.scope.imports import Imports
from botobind_codegen.scope.schemas import Schemas

_HOMES = {name: module for module, name in CONTRACT} | {
    name: module for module in ("collections.abc", "typing") for name in IMPORTED[module]
}
"""Where the names in templates are."""


class _Names(dict[str, object]):
    """The names in a template: those that are given, and imported ones."""

    def __init__(self, imports: Imports, given: Mapping[str, object]) -> None:
        super().__init__(given)
        self._imports = imports

    def __missing__(self, name: str) -> str:
        return self._imports.use_shapes() if name == "Shapes" else self._imports.use(_HOMES[name], name)


@frozen
class Emitter:
    """Prints what one class has of one format."""

    schemas: Schemas
    imports: Imports
    shape: Shape

    @abstractmethod
    def methods(self) -> list[list[str]]:
        """The methods of the class, as lines."""

    @property
    def cls(self) -> str:
        """The name of the class."""
        return self.schemas.names.classes[self.shape.name]

    def plan(self, body_format: BodyFormat) -> ShapePlan:
        """The plan of the class."""
        return self.schemas.plan(self.shape, body_format)

    def use(self, template: str, **given: object) -> str:
        """A template with names filled in. Those that are not given are imported."""
        return template.format_map(_Names(self.imports, given))

    def write(self, wire_format: str, value: ValuePlan, source: str) -> str:
        """The expression that writes a scalar."""
        kind, time = text_kind(value.kind), value.time_format
        if wire_format == "xml" and value.fraction and time == "iso8601":
            time = f"{time}_fraction"  # type: ignore[assignment] # a name of a function
        written = WRITTEN[wire_format]
        return self.use(written.get(value.kind) or written["*"], it=source, kind=time if kind == "timestamp" else kind)

    def reader(self, wire_format: str, value: ValuePlan) -> str:
        """The function that reads a scalar."""
        read = READ[wire_format]
        return self.use(read.get(value.kind) or read["*"], kind=text_kind(value.kind))

    def structure(self, target: str, source: str, method: str, arguments: str = "") -> str:
        """The call of a method that writes a structure: by the name of its own that the decorator of classes gives it
        in each class. A value of another class has none of that name, so that it costs nothing to refuse it.
        """
        if self.schemas.method(self.schemas.shapes_by_class[target], method) == method:
            return f"{source}.{own_name(method, self.schemas.service.name, target)}({arguments})"
        checked = self.use("{exact}.structure({it}, {Shapes}.{target})", it=source, target=target)
        return f"{checked}.{method}({arguments})"

    def items(self, source: str) -> str:
        """The expression of a list."""
        return self.use("({it} if type({it}) is list else {exact}.items({it}))", it=source)

    def source(self, member: MemberPlan) -> str:
        """What stands for a member in the statements of `where_given`."""
        return "value" if self.shape.is_union else f"self.{member.attribute}"

    def where_given(self, written: Iterable[tuple[MemberPlan, list[str]]]) -> list[str]:
        """Statements, each to be run where its member is there. A union whose member is not known is refused."""
        if self.shape.is_union:
            unknown = {"unknown_member": [self.use("{unknown_union_member}(self)")]}
            known = {member.attribute: lines for member, lines in written}
            return ["for member, value in self.given():", *indented(by_member(known | unknown))]
        found = []
        for member, lines in written:
            more = f" and self.{member.unless} is None" if member.unless else ""
            found += [f"if self.{member.attribute} is not None{more}:", *indented(lines)]
        return found

    def failing(self, lines: Iterable[str]) -> list[str]:
        """Statements, which put into `at` where they are, with what becomes of an error."""
        failure = "except ({DecodeError}, RecursionError) as error:", "    raise {failed_at}(at, error) from None"
        return ["try:", *indented(lines), *map(self.use, failure)]

    def required(self, value: ValuePlan, expression: str) -> str:
        """The expression of a member that must be there."""
        return self.use(f"{{tree}}.required{KEEPING.get(value.kind, '')}({{it}})", it=expression)

    def in_seconds(self, value: ValuePlan, expression: str) -> str:
        """The expression of a moment that a service may have given in milliseconds."""
        return self.use("{timestamps}.in_seconds({it})", it=expression) if value.milliseconds else expression


def by_member(statements: Mapping[str, list[str]]) -> list[str]:
    """Statements by attribute, of which one is to be run: that of the attribute in the variable `member`."""
    found: list[str] = []
    for attribute, inner in statements.items():
        found += [f"{'elif' if found else 'if'} member == {attribute!r}:", *indented(inner)]
    return found


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    """Lines, further to the right."""
    return [f"{'    ' * levels}{line}" for line in lines]

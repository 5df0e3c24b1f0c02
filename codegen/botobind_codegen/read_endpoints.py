"""JSON → model, of the rules of a service's endpoints. Strict: what is not known here stops generation, by its name.

Whether an expression is of the kind that its place wants is for `plan.endpoint_tests` to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, cast

from botobind_codegen.endpoint_model import (
    PARAMETER_KINDS,
    SCHEMES,
    Call,
    Condition,
    EndpointResult,
    Expression,
    Literal,
    Parameter,
    Rule,
    RuleSet,
    Scheme,
    Template,
    Variable,
)

if TYPE_CHECKING:
    from botobind.errors import ModelError
    from botobind_codegen.table_reader import TableReader

KEY = "endpointRuleSet"
"""What models call their rules here, which have a file of their own."""

_KEYS: Mapping[str, AbstractSet[str]] = {
    KEY: {"version", "serviceId", "parameters", "rules", "documentation"},
    "parameter": {"type", "builtIn", "default", "required", "documentation", "deprecated"},
    "rule": {"type", "conditions", "rules", "endpoint", "error", "documentation"},
    "condition": {"fn", "argv", "assign"},
    "function": {"fn", "argv"},
    "reference": {"ref"},
    "endpoint": {"url", "properties", "headers"},
    "properties": {"authSchemes", "backend", "metricValues"},
    "authScheme": {"name", "signingName", "signingRegion", "signingRegionSet", "disableDoubleEncoding"},
}
_VERSIONS = ("1.0",)
_DEEPEST = 60
"""More conditions within each other than any rule set has, and levels of rules: Python has an end to how deep blocks
are.
"""
_MOST_CALLS = 8
"""More calls within each other than any rule set has."""
_NAME = re.compile(r"[A-Za-z_][0-9A-Za-z_]{0,63}", re.ASCII)
_STEP = re.compile(r"([A-Za-z_][0-9A-Za-z_]{0,63})?(?:\[([0-9]{1,3})\])?", re.ASCII)
_PARTS = re.compile(r"(\{\{|\}\}|\{[^{}]*\}|[{}])")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def rules_of(reader: TableReader, document: Mapping[str, Any]) -> RuleSet | None:
    """The rules of a model's endpoints; None where it has none. Raises `ModelError`."""
    return _Rules(reader).rule_set(document[KEY]) if KEY in document else None


class _Rules:
    """Reads rules; each method takes the place of what it reads, which errors name."""

    def __init__(self, reader: TableReader) -> None:
        self.reader = reader

    def error(self, reason: str, place: str) -> ModelError:
        return self.reader.error(reason, key=place)

    def rule_set(self, raw: object) -> RuleSet:
        table = self.table(raw, KEY, KEY)
        version = self.text(table.get("version"), f"{KEY}.version")
        if version not in _VERSIONS:
            raise self.error(f"expected the version {' or '.join(_VERSIONS)}, got {version!r}", f"{KEY}.version")
        parameters = self.table(table.get("parameters"), "parameters")
        return RuleSet(
            tuple(self.parameter(name, each) for name, each in parameters.items()),
            tuple(self.rules(table, "rules", 0)),
        )

    def parameter(self, name: str, raw: object) -> Parameter:
        place = f"parameters.{ascii(name)[1:-1]}"
        table = self.table(raw, place, "parameter")
        kind = self.text(table.get("type"), f"{place}.type")
        known = PARAMETER_KINDS.get(kind.lower())
        if known is None:
            raise self.error(f"expected one of {', '.join(PARAMETER_KINDS.values())}, got {kind!r}", f"{place}.type")
        default: Any = table.get("default")
        if default is not None and type(default) is not {"string": str, "boolean": bool}.get(known):
            raise self.error(f"expected a {known}, got {type(default).__name__}", f"{place}.default")
        return Parameter(
            self.name(name, place),
            known,
            self.text(table["builtIn"], f"{place}.builtIn") if "builtIn" in table else None,
            cast("str | bool | None", default),
            self.flag(table, "required", place),
        )

    def rules(self, table: Mapping[str, Any], place: str, depth: int) -> Iterator[Rule]:
        for at, raw in enumerate(self.items(table.get("rules"), place)):
            yield self.rule(raw, f"{place}[{at}]", depth)

    def rule(self, raw: object, place: str, depth: int) -> Rule:
        table = self.table(raw, place, "rule")
        conditions = tuple(
            self.condition(each, f"{place}.conditions[{at}]")
            for at, each in enumerate(self.items(table.get("conditions", []), f"{place}.conditions"))
        )
        if depth + len(conditions) > _DEEPEST:
            raise self.error("nested too deeply, or has too many conditions", place)
        kind = self.text(table.get("type"), f"{place}.type")
        if kind == "tree":
            below = depth + max(1, len(conditions))
            return Rule(place, conditions, rules=tuple(self.rules(table, f"{place}.rules", below)))
        if kind == "endpoint":
            return Rule(place, conditions, result=self.endpoint(table.get("endpoint"), f"{place}.endpoint"))
        if kind == "error":
            return Rule(place, conditions, error=self.text_expression(table.get("error"), f"{place}.error"))
        raise self.error(f"unknown type of rule {kind!r}", f"{place}.type")

    def condition(self, raw: object, place: str) -> Condition:
        table = self.table(raw, place, "condition")
        variable = self.name(table["assign"], f"{place}.assign") if "assign" in table else None
        return Condition(self.call(table, place), variable)

    def call(self, table: Mapping[str, Any], place: str) -> Call:
        if place.count(".argv[") > _MOST_CALLS:
            raise self.error("nested too deeply", place)
        function = self.text(table.get("fn"), f"{place}.fn")
        arguments = self.items(table.get("argv"), f"{place}.argv")
        if function == "getAttr":
            if len(arguments) != 2:
                raise self.error(f"getAttr takes 2 arguments, got {len(arguments)}", place)
            steps = self.steps(self.text(arguments[1], f"{place}.argv[1]").split("."), place)
            return Call(function, (self.expression(arguments[0], f"{place}.argv[0]"),), steps, place)
        read = (self.expression(each, f"{place}.argv[{at}]") for at, each in enumerate(arguments))
        return Call(function, tuple(read), place=place)

    def expression(self, raw: object, place: str) -> Expression:
        if isinstance(raw, Mapping) and "fn" in raw:
            return self.call(self.table(raw, place, "function"), place)
        if isinstance(raw, bool) or (isinstance(raw, int) and 0 <= raw < 1000):
            return Literal(raw)
        return self.text_expression(raw, place)

    def text_expression(self, raw: object, place: str) -> Expression:
        if isinstance(raw, Mapping):
            return Variable(self.name(self.table(raw, place, "reference").get("ref"), place))
        return self.template(self.text(raw, place), place)

    def template(self, text: str, place: str) -> Expression:
        parts: list[str | Variable] = []
        for part in filter(None, _PARTS.split(text)):
            if part in ("{", "}"):
                raise self.error(f"{text!r} has a brace that belongs to no other", place)
            if part.startswith("{") and part != "{{":
                name, *steps = part[1:-1].split("#")
                parts.append(Variable(self.name(name, place), self.steps(steps, place)))
            else:
                parts.append(part[0] if part in ("{{", "}}") else part)
        if all(isinstance(part, str) for part in parts):
            return Literal("".join(map(str, parts)))
        return parts[0] if len(parts) == 1 and isinstance(parts[0], Variable) else Template(tuple(parts))

    def steps(self, path: Sequence[str], place: str) -> tuple[str | int, ...]:
        found: list[str | int] = []
        for step in path:
            match = _STEP.fullmatch(step)
            if not step or match is None:
                raise self.error(f"{step!r} is no step to a part of a value", place)
            found += [match[1]] if match[1] else []
            found += [int(match[2])] if match[2] else []
        return tuple(found)

    def endpoint(self, raw: object, place: str) -> EndpointResult:
        table = self.table(raw, place, "endpoint")
        said = self.table(table.get("properties", {}), f"{place}.properties", "properties")
        where = f"{place}.properties"
        schemes = self.items(said.get("authSchemes", []), f"{where}.authSchemes")
        return EndpointResult(
            self.text_expression(table.get("url"), f"{place}.url"),
            tuple(self.headers(table.get("headers", {}), f"{place}.headers")),
            tuple(self.scheme(each, f"{where}.authSchemes[{at}]") for at, each in enumerate(schemes)),
            self.text(said["backend"], f"{where}.backend") if "backend" in said else None,
            tuple(
                self.text(each, f"{where}.metricValues")
                for each in self.items(said.get("metricValues", []), f"{where}.metricValues")
            ),
        )

    def headers(self, raw: object, place: str) -> Iterator[tuple[str, Expression]]:
        for name, values in self.table(raw, place).items():
            if not _HEADER.fullmatch(name):
                raise self.error(f"{name!r} is no name of a header", place)
            for value in self.items(values, f"{place}.{name}"):
                yield name, self.text_expression(value, f"{place}.{name}")

    def scheme(self, raw: object, place: str) -> Scheme:
        table = self.table(raw, place, "authScheme")
        name = self.text(table.get("name"), f"{place}.name")
        if name not in SCHEMES:
            raise self.error(f"unknown auth scheme {name!r}", f"{place}.name")
        texts = {
            key: self.text_expression(table[key], f"{place}.{key}")
            for key in ("signingName", "signingRegion")
            if key in table
        }
        regions = self.items(table.get("signingRegionSet", []), f"{place}.signingRegionSet")
        return Scheme(
            name,
            texts.get("signingName"),
            texts.get("signingRegion"),
            tuple(self.text_expression(each, f"{place}.signingRegionSet") for each in regions),
            double_encodes=not self.flag(table, "disableDoubleEncoding", place),
        )

    def table(self, raw: object, place: str, context: str | None = None) -> Mapping[str, Any]:
        """An object; those of a context have no keys but the known ones."""
        if not isinstance(raw, Mapping):
            raise self.error(f"expected an object, got {type(raw).__name__}", place)
        for key in raw:
            if context is not None and key not in _KEYS[context] and not self.reader.is_ignored(context, key):
                raise self.error(f"unknown key {key!r} in {context}", place)
        return raw

    def items(self, raw: object, place: str) -> Sequence[Any]:
        if not isinstance(raw, list | tuple):
            raise self.error(f"expected a list, got {type(raw).__name__}", place)
        return raw

    def text(self, raw: object, place: str) -> str:
        if not isinstance(raw, str):
            raise self.error(f"expected text, got {type(raw).__name__}", place)
        return raw

    def flag(self, table: Mapping[str, Any], key: str, place: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self.error(f"expected true or false, got {type(value).__name__}", f"{place}.{key}")
        return value

    def name(self, raw: object, place: str) -> str:
        name = self.text(raw, place)
        if not _NAME.fullmatch(name):
            raise self.error(f"{name!r} is no name of a variable", place)
        return name

"""The rules of a service's endpoints: what their module says."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from botobind_codegen import naming
from botobind_codegen.endpoint_model import EndpointResult, Expression, Parameter, Rule, RuleSet, Scheme
from botobind_codegen.literals import literal, tuple_of
from botobind_codegen.plan.closure import Plan
from botobind_codegen.plan.decisions import Decider, Line, lines_of, names_in
from botobind_codegen.plan.endpoint_parameters import plan_paths
from botobind_codegen.plan.endpoint_tests import RULES, Compiler, Facts, Scope, Value
from botobind_codegen.read_endpoints import KEY

_ANNOTATIONS = {"string": "str", "boolean": "bool", "stringArray": "tuple[str, ...]"}


@frozen
class EndpointRulesPlan:
    """The module `io._endpoint_rules` of a package."""

    parameters: tuple[str, ...]
    """The rows of the parameters that matter."""
    arguments: tuple[str, ...]
    lines: tuple[str, ...]
    paths: tuple[tuple[str, str], ...]
    """Where operations have parameters that no member of an input is, by the operations' names."""


def plan_endpoint_rules(plan: Plan) -> EndpointRulesPlan | None:
    """The rules of a package's endpoints; None where its model has none. Raises `ModelError`."""
    rules = plan.service.endpoint_rules
    if rules is None:
        return None
    compiled = compile_rules(rules, plan.service.name, plan.service.companions.get(KEY))
    return EndpointRulesPlan(*compiled, tuple(plan_paths(plan, rules)))


def compile_rules(
    rules: RuleSet, service: str, file: str | None = None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The rows of the parameters that matter, the arguments of the function `resolve`, and its lines. Raises
    `ModelError`.
    """
    variables = [*(each.name for each in rules.parameters), *sorted(_assigned(rules.rules))]
    compiler = Compiler(service, file, naming.variable_names(variables))
    scope = {each.name: _value(each, compiler) for each in rules.parameters}
    statements = Decider(compiler, _Leaf(compiler).line).decide(rules.rules, scope)
    used = names_in(statements)
    matter = [each for each in rules.parameters if compiler.names[each.name] in used]
    return (
        tuple(_row(each) for each in matter),
        tuple(f"{compiler.names[each.name]}: {_annotation(each)}" for each in matter),
        tuple(lines_of(statements)),
    )


def _assigned(rules: tuple[Rule, ...]) -> set[str]:
    found = {each.variable for rule in rules for each in rule.conditions if each.variable is not None}
    return found.union(*(_assigned(rule.rules) for rule in rules))


def _is_sure(parameter: Parameter) -> bool:
    return parameter.required or parameter.default is not None


def _value(parameter: Parameter, compiler: Compiler) -> Value:
    name = compiler.names[parameter.name]
    key = ("parameter", parameter.name)
    return Value(name, parameter.kind, key, is_sure=_is_sure(parameter), names=frozenset({name}))


def _annotation(parameter: Parameter) -> str:
    return f"{_ANNOTATIONS[parameter.kind]}{'' if _is_sure(parameter) else ' | None'}"


def _row(parameter: Parameter) -> str:
    facts: list[object] = [parameter.name, parameter.kind, parameter.builtin, parameter.default, parameter.required]
    while not facts[-1] and len(facts) > (4 if parameter.default is not None else 2):
        facts.pop()
    return tuple_of(map(literal, facts))


@frozen
class _Leaf:
    """The statements at the end of a rule."""

    compiler: Compiler

    def line(self, rule: Rule, scope: Scope, facts: Facts) -> Line:
        """Where requests go, or why they go nowhere."""
        if rule.result is not None:
            return self._endpoint(rule.result, scope, facts, rule.place)
        assert rule.error is not None  # noqa: S101 - one of the two
        text = self.compiler.text(rule.error, scope, facts, rule.place)
        return Line(f"raise {RULES}.EndpointUnknown({text.code})", text.names)

    def _endpoint(self, result: EndpointResult, scope: Scope, facts: Facts, place: str) -> Line:
        used: list[Value] = []

        def code(expression: Expression) -> str:
            used.append(self.compiler.text(expression, scope, facts, place))
            return used[-1].code

        arguments = [code(result.url), *(_scheme(each, code) for each in result.schemes)]
        if result.headers:
            pairs = tuple_of(tuple_of((literal(name), code(value))) for name, value in result.headers)
            arguments.append(f"headers={pairs}")
        if result.backend is not None:
            arguments.append(f"backend={literal(result.backend)}")
        if result.metric_values:
            arguments.append(f"metric_values={literal(result.metric_values)}")
        names = frozenset().union(*(each.names for each in used))
        return Line(f"return {RULES}.endpoint({', '.join(arguments)})", names)


def _scheme(scheme: Scheme, code: Callable[[Expression], str]) -> str:
    """A scheme; what is absent there the client fills in."""
    arguments = [literal("") if scheme.signing_name is None else code(scheme.signing_name)]
    if scheme.regions:
        arguments.append(tuple_of(map(code, scheme.regions)))
    elif scheme.region is not None:
        arguments.append(code(scheme.region))
    if not scheme.double_encodes:
        arguments.append("double_encodes=False")
    if arguments == [literal("")]:
        arguments = []
    return f"{RULES}.{scheme.name.replace('-', '_')}({', '.join(arguments)})"

"""Expressions and conditions of endpoint rules as Python: what each gives, and whether it may be absent.

Names and texts of a rule set become code through `naming` and `literals` alone; functions and parts of values are
looked up in tables. Whatever does not fit stops generation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, cast

from attrs import evolve, frozen

from botobind.errors import ModelError
from botobind_codegen.endpoint_model import Call, Condition, Expression, Literal, Template, Variable
from botobind_codegen.literals import Code, f_string, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = "_rules"
"""What modules call `botobind.io.engine.rulefunctions`."""

Key = tuple[Any, ...]
"""What an expression computes, whatever its variables are called: equal keys are equal values."""

_KINDS: Mapping[type, str] = {str: "string", bool: "boolean", int: "number"}
_PARTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "partition": {
        "name": ("name", "string"),
        "dnsSuffix": ("dns_suffix", "string"),
        "dualStackDnsSuffix": ("dual_stack_dns_suffix", "string"),
        "implicitGlobalRegion": ("implicit_global_region", "string"),
        "supportsFIPS": ("supports_fips", "boolean"),
        "supportsDualStack": ("supports_dual_stack", "boolean"),
    },
    "URL": {
        "scheme": ("scheme", "string"),
        "authority": ("authority", "string"),
        "path": ("path", "string"),
        "normalizedPath": ("normalized_path", "string"),
        "isIp": ("is_ip", "boolean"),
    },
    "ARN": {
        "partition": ("partition", "string"),
        "service": ("service", "string"),
        "region": ("region", "string"),
        "accountId": ("account_id", "string"),
        "resourceId": ("resource_id", "stringArray"),
    },
}
"""The parts of values: the attribute and the kind of each."""

_S, _B, _N = "string", "boolean", "number"
_FUNCTIONS: Mapping[str, tuple[str, tuple[str, ...], str, bool]] = {
    "aws.partition": ("partition", (_S,), "partition", False),
    "aws.parseArn": ("parse_arn", (_S,), "ARN", False),
    "parseURL": ("parse_url", (_S,), "URL", False),
    "substring": ("substring", (_S, _N, _N, _B), _S, False),
    "uriEncode": ("uri_encode", (_S,), _S, False),
    "isValidHostLabel": ("is_host_label", (_S, _B), _B, True),
    "aws.isVirtualHostableS3Bucket": ("is_virtual_bucket", (_S, _B), _B, True),
}
"""The functions by name: what they are called in `rulefunctions`, the kinds of their arguments and of what they give,
and whether they always give something.
"""
_AS_THEIR_ARGUMENTS = frozenset({"aws.partition", "uriEncode"})
"""The functions that give something where their arguments are there."""
_OF_CONDITIONS: Mapping[str, int] = {"isSet": 1, "not": 1, "stringEquals": 2, "booleanEquals": 2}
"""The functions that are operators in Python, and how many arguments they take."""


@frozen
class Value:
    """An expression in Python."""

    code: str
    kind: str
    key: Key
    is_sure: bool = False
    """Whether it is never None."""
    names: frozenset[str] = frozenset()
    """The variables in it."""
    constant: str | bool | int | None = None


@frozen
class Test:
    """A condition in Python."""

    key: Key
    code: str
    opposite: str
    """The code of what holds where this does not."""
    holds: bool = True
    """Whether it asks that what the key stands for be so, or not be so."""
    is_sure: bool = False
    """Whether what the key stands for is always so."""
    names: frozenset[str] = frozenset()
    found: Value | None = None
    """What is kept in the variable `name`, which is None where the condition does not hold."""
    name: str | None = None

    def asks_what(self, other: Test) -> bool:
        """Whether it asks the same, and keeps what it finds in the same variable."""
        return (self.key, self.holds, self.name) == (other.key, other.holds, other.name)

    def negated(self) -> Test:
        """The opposite."""
        return evolve(self, code=self.opposite, opposite=self.code, holds=not self.holds)


Scope = Mapping[str, Value]
"""The variables of a rule set that can be used at a place."""
Facts = Mapping[Key, Any]
"""What is known at a place: keys of tests that hold or do not, and under `("value", key)` what texts are equal to."""


def is_there(facts: Facts, value: Value) -> bool:
    """Whether a value is known not to be None."""
    return value.is_sure or facts.get(("set", value.key)) is True


def with_fact(facts: Facts, test: Test, *, holds: bool) -> Facts:
    """What is known where a test holds, or where it does not."""
    is_so = test.holds if holds else not test.holds
    learnt: dict[Key, Any] = {test.key: is_so}
    kind, of, *rest = test.key
    if is_so and kind in ("is", "equal"):
        learnt[("set", of)] = True
    if is_so and kind == "set" and of[0] in _FUNCTIONS:
        # What is absent leads to nothing.
        learnt |= {("set", each): True for each in of[1:]}
    if is_so and kind == "equal" and rest[0][0] == "literal":
        learnt[("value", of)] = rest[0][1]
    return {**facts, **learnt}


def known(facts: Facts, test: Test) -> bool | None:
    """Whether a test holds, as far as that is known."""
    if test.is_sure:
        return test.holds
    is_so = facts.get(test.key)
    kind, of, *rest = test.key
    if is_so is None and kind == "equal" and ("value", of) in facts and rest[0][0] == "literal":
        is_so = facts["value", of] == rest[0][1]
    if is_so is None and kind in ("is", "equal") and facts.get(("set", of)) is False:
        is_so = False
    return None if is_so is None else is_so is test.holds


def implies_presence(test: Test, of: Test) -> bool:
    """Whether a test holds only where something is there, which is what another asks."""
    if of.key[0] != "set" or not of.holds or of.name is not None or not test.holds or test.name is not None:
        return False
    is_constant = test.key[0] != "equal" or test.key[2][0] == "literal"
    return test.key[0] in ("true", "is", "equal") and test.key[1] == of.key[1] and is_constant


@frozen
class Compiler:
    """Compiles expressions. `service` and `file` are for errors."""

    service: str
    file: str | None
    names: Mapping[str, str]
    """What the variables of the rule set are called in Python."""

    def refuse(self, reason: str, place: str) -> NoReturn:
        """Raises the error of a place."""
        raise ModelError(reason, service=self.service, key=place, file=self.file)

    def test(self, condition: Condition, scope: Scope, facts: Facts) -> Test:
        """A condition of a rule."""
        call = condition.call
        if condition.variable is None:
            return self.truth(call, scope, facts)
        if condition.variable in scope:
            self.refuse(f"{condition.variable} has a value already", call.place)
        name = self.names[condition.variable]
        value = self.call(call, scope, facts)
        assigned = f"({name} := {value.code})"
        codes = f"{assigned} is not None", f"{assigned} is None"
        if value.kind == _B:
            codes = assigned, f"not {assigned}"
        found = Value(name, value.kind, value.key, is_sure=True, names=frozenset({name}))
        key = ("true" if value.kind == _B else "set", value.key)
        is_sure = value.is_sure and value.kind != _B
        return Test(key, *codes, is_sure=is_sure, names=value.names, found=evolve(value, is_sure=True), name=found.code)

    def truth(self, call: Call, scope: Scope, facts: Facts) -> Test:
        """A function as a condition."""
        if call.function in _OF_CONDITIONS:
            wanted = _OF_CONDITIONS[call.function]
            if len(call.arguments) != wanted:
                self.refuse(f"{call.function} takes {wanted} arguments, got {len(call.arguments)}", call.place)
            return cast("Test", getattr(self, f"_{call.function.lower()}")(call, scope, facts))
        value = self.call(call, scope, facts)
        if value.kind == _B:
            return self._is_true(value, call.place, facts)
        return self._is_set(value, facts)

    def _isset(self, call: Call, scope: Scope, facts: Facts) -> Test:
        return self._is_set(self.value(call.arguments[0], scope, facts, call.place), facts)

    def _is_set(self, value: Value, facts: Facts) -> Test:
        codes = f"{value.code} is not None", f"{value.code} is None"
        return Test(("set", value.key), *codes, is_sure=is_there(facts, value), names=value.names)

    def _not(self, call: Call, scope: Scope, facts: Facts) -> Test:
        return self._boolean(call.arguments[0], scope, facts, call.place).negated()

    def _boolean(self, expression: Expression, scope: Scope, facts: Facts, place: str) -> Test:
        if isinstance(expression, Call) and expression.function in _OF_CONDITIONS:
            return self.truth(expression, scope, facts)
        return self._is_true(self.of_kind(_B, expression, scope, facts, place), place, facts)

    def _is_true(self, value: Value, place: str, facts: Facts) -> Test:
        if value.constant is not None:
            self.refuse("asks whether a constant is true", place)
        if is_there(facts, value):
            return Test(("true", value.key), value.code, f"not {value.code}", names=value.names)
        return self._is(value, wanted=True)

    def _is(self, value: Value, *, wanted: bool) -> Test:
        codes = f"{value.code} is {wanted}", f"{value.code} is not {wanted}"
        return Test(("is", value.key, wanted), *codes, names=value.names)

    def _booleanequals(self, call: Call, scope: Scope, facts: Facts) -> Test:
        constants = [each for each in call.arguments if isinstance(each, Literal) and isinstance(each.value, bool)]
        others = [each for each in call.arguments if each not in constants]
        if len(constants) != 1 or len(others) != 1:
            self.refuse("booleanEquals compares something with true or false", call.place)
        wanted = constants[0].value is True
        if isinstance(others[0], Call) and others[0].function in _OF_CONDITIONS:
            test = self.truth(others[0], scope, facts)
            return test if wanted else test.negated()
        value = self.of_kind(_B, others[0], scope, facts, call.place)
        if not is_there(facts, value):
            return self._is(value, wanted=wanted)
        test = self._is_true(value, call.place, facts)
        return test if wanted else test.negated()

    def _stringequals(self, call: Call, scope: Scope, facts: Facts) -> Test:
        left, right = (self.of_kind(_S, each, scope, facts, call.place) for each in call.arguments)
        if left.constant is not None:
            left, right = right, left
        if left.constant is not None:
            self.refuse("compares two constants", call.place)
        if not is_there(facts, right):
            left, right = right, left
        if not is_there(facts, right):
            # Two that are absent would be equal.
            self.refuse(f"compares two texts that may be absent: {left.code} and {right.code}", call.place)
        codes = f"{left.code} == {right.code}", f"{left.code} != {right.code}"
        return Test(("equal", left.key, right.key), *codes, names=left.names | right.names)

    def of_kind(self, kind: str, expression: Expression, scope: Scope, facts: Facts, place: str) -> Value:
        """An expression that has to be of a kind."""
        value = self.value(expression, scope, facts, place)
        if value.kind != kind:
            self.refuse(f"expected a {kind}, got a {value.kind}", place)
        return value

    def text(self, expression: Expression, scope: Scope, facts: Facts, place: str) -> Value:
        """An expression that has to be a text that is there."""
        value = self.of_kind(_S, expression, scope, facts, place)
        if not is_there(facts, value):
            self.refuse(f"has a text that may be absent: {value.code}", place)
        return value

    def value(self, expression: Expression, scope: Scope, facts: Facts, place: str) -> Value:
        """An expression."""
        if isinstance(expression, Literal):
            constant = expression.value
            kind = _KINDS[type(constant)]
            return Value(literal(constant), kind, ("literal", constant), is_sure=True, constant=constant)
        if isinstance(expression, Variable):
            return self.variable(expression, scope, facts, place)
        if isinstance(expression, Template):
            return self.template(expression, scope, facts, place)
        return self.call(expression, scope, facts)

    def variable(self, variable: Variable, scope: Scope, facts: Facts, place: str) -> Value:
        """A variable, or a part of its value."""
        if variable.name not in scope:
            self.refuse(f"there is no variable {variable.name}", place)
        return self.part(scope[variable.name], variable.steps, facts, place)

    def part(self, value: Value, steps: Sequence[str | int], facts: Facts, place: str) -> Value:
        """What steps lead to."""
        for step in steps:
            if not is_there(facts, value):
                self.refuse(f"asks for a part of what may be absent: {value.code}", place)
            if isinstance(step, int):
                if value.kind != "stringArray":
                    self.refuse(f"asks a {value.kind} for an item", place)
                if value.key[0] == "parameter" and step:
                    self.refuse(
                        "asks a parameter for another item than the first, the only one that is looked for", place
                    )
                code, kind, is_sure = f"{RULES}.item({value.code}, {step})", _S, False
            else:
                if step not in _PARTS.get(value.kind, {}):
                    self.refuse(f"a {value.kind} has no part {step!r}", place)
                attribute, kind = _PARTS[value.kind][step]
                code, is_sure = f"{value.code}.{attribute}", True
            value = Value(code, kind, ("part", value.key, step), is_sure=is_sure, names=value.names)
        return value

    def template(self, template: Template, scope: Scope, facts: Facts, place: str) -> Value:
        """A text with values in it."""
        parts = [part if isinstance(part, str) else self.text(part, scope, facts, place) for part in template.parts]
        names = frozenset().union(*(part.names for part in parts if isinstance(part, Value)))
        code = f_string(*(part if isinstance(part, str) else Code(part.code) for part in parts))
        key = ("template", *(part if isinstance(part, str) else part.key for part in parts))
        return Value(code, _S, key, is_sure=True, names=names)

    def call(self, call: Call, scope: Scope, facts: Facts) -> Value:
        """A function of values."""
        if call.function == "getAttr":
            return self.part(self.value(call.arguments[0], scope, facts, call.place), call.steps, facts, call.place)
        if call.function in _OF_CONDITIONS:
            self.refuse(f"{call.function} gives no value to keep or to pass on", call.place)
        if call.function not in _FUNCTIONS:
            self.refuse(f"unknown function {call.function!r}", call.place)
        name, kinds, kind, is_sure = _FUNCTIONS[call.function]
        if len(call.arguments) != len(kinds):
            self.refuse(f"{call.function} takes {len(kinds)} arguments, got {len(call.arguments)}", call.place)
        values = [
            self.of_kind(wanted, each, scope, facts, call.place)
            for wanted, each in zip(kinds, call.arguments, strict=True)
        ]
        code = f"{RULES}.{name}({', '.join(each.code for each in values)})"
        names = frozenset().union(*(each.names for each in values))
        if call.function in _AS_THEIR_ARGUMENTS:
            is_sure = all(is_there(facts, each) for each in values)
        return Value(code, kind, (call.function, *(each.key for each in values)), is_sure=is_sure, names=names)

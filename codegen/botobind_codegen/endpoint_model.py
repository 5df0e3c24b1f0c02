"""The rules of a service's endpoints as a frozen tree: what AWS calls an endpoint rule set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal as OneOf
from typing import get_args

from attrs import field, frozen

ParameterKind = OneOf["string", "boolean", "stringArray"]
PARAMETER_KINDS: Mapping[str, ParameterKind] = {kind.lower(): kind for kind in get_args(ParameterKind)}
"""The kinds of parameters, by their names in small letters: rule sets write them in both ways."""

SCHEMES = ("sigv4", "sigv4a", "sigv4-s3express")
"""The ways to sign that endpoints name."""


@frozen
class Parameter:
    """What an endpoint depends on."""

    name: str
    kind: ParameterKind
    builtin: str | None = None
    """What it is called in every service where it is a setting of the client, such as `AWS::Region`."""
    default: str | bool | None = None
    required: bool = False


@frozen
class Literal:
    """A value."""

    value: str | bool | int


@frozen
class Variable:
    """A parameter, or what a condition has found, and the steps from there to a part of it."""

    name: str
    steps: tuple[str | int, ...] = ()


@frozen
class Template:
    """A text with variables in it."""

    parts: tuple[str | Variable, ...]


@frozen
class Call:
    """A function of other expressions. `steps` are those of `getAttr`."""

    function: str
    arguments: tuple[Expression, ...]
    steps: tuple[str | int, ...] = ()
    place: str = field(default="", eq=False)


Expression = Literal | Variable | Template | Call


@frozen
class Condition:
    """What has to hold; `variable` keeps what is found for the conditions and rules behind it."""

    call: Call
    variable: str | None = None


@frozen
class Scheme:
    """A way to sign that an endpoint names."""

    name: str
    signing_name: Expression | None = None
    region: Expression | None = None
    regions: tuple[Expression, ...] = ()
    double_encodes: bool = True


@frozen
class EndpointResult:
    """Where requests go."""

    url: Expression
    headers: tuple[tuple[str, Expression], ...] = ()
    schemes: tuple[Scheme, ...] = ()
    backend: str | None = None
    metric_values: tuple[str, ...] = ()


@frozen
class Rule:
    """Conditions, and what is so where all of them hold: an endpoint, an error, or else other rules."""

    place: str
    conditions: tuple[Condition, ...]
    result: EndpointResult | None = None
    error: Expression | None = None
    rules: tuple[Rule, ...] = ()


@frozen
class RuleSet:
    """The first rule that holds says where requests go."""

    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...]

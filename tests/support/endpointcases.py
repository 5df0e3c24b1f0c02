"""AWS's test cases for the rules of endpoints, and rule sets as the generator compiles them."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from botobind.io.engine import rulefunctions
from botobind.io.engine.data import AuthScheme, Endpoint
from botobind.io.faults import EndpointUnknown
from botobind_codegen.endpoint_model import RuleSet
from botobind_codegen.layouts import RULES_TYPE, files_of
from botobind_codegen.plan.endpoint_rules import compile_rules
from botobind_codegen.read_endpoints import KEY, rules_of
from botobind_codegen.table_reader import TableReader

Json = Mapping[str, Any]
_SHARED = Path(__file__).parents[3] / "shared" / "conformance"


@cache
def conformance(name: str) -> Json:
    """A file of the test cases; skips the test where there are none."""
    file = Path(os.environ.get("BOTOBIND_CONFORMANCE", _SHARED)) / "endpoints" / f"{name}.json.gz"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    found: Json = json.loads(gzip.decompress(file.read_bytes()))
    return found


def installed_rules(service: str) -> Json:
    """The rule set that botocore has for a service."""
    file = files_of(service, None).companion(RULES_TYPE)
    assert file is not None
    found: Json = json.loads(gzip.decompress(file.read_bytes()))
    return found


def read_rules(rules: Any, service: str = "things") -> RuleSet:
    found = rules_of(TableReader(service, None, frozenset()), {KEY: rules})
    assert found is not None
    return found


def compiled(rules: Any, service: str = "things") -> Callable[[Json], Endpoint | str | None]:
    """The function that a package would have for a rule set, from its parameters by name; its errors as texts."""
    module = rules_module(rules, service)
    parameters = [(*row, *(None,) * (5 - len(row))) for row in module.PARAMETERS]

    def resolve(given: Json) -> Endpoint | str | None:
        values = [given.get(name, default) for name, _, _, default, _ in parameters]
        try:
            endpoint: Endpoint | None = module.resolve(*(tuple(v) if isinstance(v, list) else v for v in values))
        except EndpointUnknown as error:
            return error.reason
        return endpoint

    return resolve


def rules_module(rules: Any, service: str = "things", name: str = "_endpoint_rules") -> Any:
    """The module that a package would have for a rule set."""
    rows, arguments, lines = compile_rules(read_rules(rules, service), service)
    source = f"def resolve({', '.join(each.partition(':')[0] for each in arguments)}):\n" + "\n".join(lines)
    module: Any = ModuleType(name)
    module._rules = rulefunctions
    module.PARAMETERS = tuple(eval(each) for each in rows)  # noqa: S307 - the subject
    exec(compile(source, service, "exec"), vars(module))  # noqa: S102 - the subject
    return module


def expected(said: Json) -> Endpoint | str:
    """What a case expects: an endpoint, or the text of an error."""
    if "error" in said:
        return str(said["error"])
    return endpoint_of(**{"properties": {}, "headers": {}, **said["endpoint"]})


def endpoint_of(url: str, properties: Json, headers: Mapping[str, list[str]]) -> Endpoint:
    """An endpoint as test cases and botocore have it."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return Endpoint(
        scheme=scheme,
        host=host,
        path=f"{slash}{path}",
        headers=tuple((name, value) for name, values in headers.items() for value in values),
        auth_schemes=tuple(map(_scheme, properties.get("authSchemes", ()))),
        backend=properties.get("backend", ""),
        metric_values=tuple(properties.get("metricValues", ())),
    )


def _scheme(said: Json) -> AuthScheme:
    return AuthScheme(
        name=said["name"],
        signing_name=said.get("signingName", ""),
        region=said.get("signingRegion", ""),
        region_set=tuple(said.get("signingRegionSet", ())),
        double_encodes=not said.get("disableDoubleEncoding", False),
    )

"""Rules of endpoints: strictly read, compiled to what botocore makes of them, and no way for texts to become code."""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import Loader
from support.commands import alone, write_model
from support.endpointcases import Json, compiled, endpoint_of, installed_rules, read_rules
from support.models import model, operation, structure

from botobind.errors import ModelError
from botobind.io.engine.data import Endpoint
from botobind_codegen.load import list_services
from botobind_codegen.pipeline import generate_package
from botobind_codegen.plan.endpoint_rules import compile_rules

PARTITIONS = json.loads((Path(Loader.BUILTIN_DATA_PATH) / "partitions.json").read_bytes())
ENDPOINT: Json = {"url": "https://example.com", "properties": {}, "headers": {}}
LEAF: Json = {"type": "endpoint", "conditions": [], "endpoint": ENDPOINT}
PARAMETERS: Json = {
    "Region": {"type": "String", "builtIn": "AWS::Region", "required": False},
    "Name": {"type": "string"},
    "Flag": {"type": "boolean", "required": True, "default": False},
    "Maybe": {"type": "Boolean"},
    "Names": {"type": "stringArray"},
}
RULES: Json = {"version": "1.0", "parameters": PARAMETERS, "rules": [LEAF]}


def ref(name: str) -> Json:
    return {"ref": name}


def call(function: str, *arguments: Any, into: str | None = None) -> Json:
    return {"fn": function, "argv": list(arguments), **({"assign": into} if into else {})}


def rule(*conditions: Any, url: Any = "https://example.com", **endpoint: Any) -> Json:
    return {"type": "endpoint", "conditions": list(conditions), "endpoint": {"url": url, **endpoint}}


def rules(*each: Any, **changes: Any) -> Json:
    return {**RULES, "rules": list(each), **changes}


HAS_NAME = call("isSet", ref("Name"))
FAULTS: list[tuple[str, Any, str, str]] = [
    ("no object", [], "endpointRuleSet", "expected an object, got list"),
    ("version", {**RULES, "version": "9"}, "endpointRuleSet.version", "expected the version 1.0, got '9'"),
    ("unknown key", {**RULES, "nodes": 1}, "endpointRuleSet", "unknown key 'nodes' in endpointRuleSet"),
    ("no rules", {**RULES, "rules": None}, "rules", "expected a list, got NoneType"),
    (
        "parameter's kind",
        rules(LEAF, parameters={"A": {"type": "map"}}),
        "parameters.A.type",
        "expected one of string, boolean",
    ),
    (
        "parameter's key",
        rules(LEAF, parameters={"A": {"type": "string", "x": 1}}),
        "parameters.A",
        "unknown key 'x' in parameter",
    ),
    (
        "default",
        rules(LEAF, parameters={"A": {"type": "string", "default": True}}),
        "parameters.A.default",
        "expected a string, got bool",
    ),
    (
        "parameter's name",
        rules(LEAF, parameters={"a;b": {"type": "string"}}),
        "parameters.a;b",
        "is no name of a variable",
    ),
    ("type of rule", rules({**LEAF, "type": "loop"}), "rules[0].type", "unknown type of rule 'loop'"),
    ("key of rule", rules({**LEAF, "else": 1}), "rules[0]", "unknown key 'else' in rule"),
    ("function", rules(rule(call("aws.guess", ref("Name")))), "rules[0].conditions[0]", "unknown function 'aws.guess'"),
    ("dunder", rules(rule(call("__init__", ref("Name")))), "rules[0].conditions[0]", "unknown function '__init__'"),
    ("count", rules(rule(call("isSet"))), "rules[0].conditions[0]", "isSet takes 1 arguments, got 0"),
    (
        "count of a function",
        rules(rule(call("parseURL"))),
        "rules[0].conditions[0]",
        "parseURL takes 1 arguments, got 0",
    ),
    ("kind", rules(rule(call("parseURL", ref("Flag")))), "rules[0].conditions[0]", "expected a string, got a boolean"),
    ("variable", rules(rule(call("isSet", ref("Other")))), "rules[0].conditions[0]", "there is no variable Other"),
    (
        "name of variable",
        rules(rule(call("isSet", ref("a.b")))),
        "rules[0].conditions[0].argv[0]",
        "'a.b' is no name of a variable",
    ),
    (
        "assigned name",
        rules(rule(call("parseURL", ref("Name"), into="x = 1"))),
        "rules[0].conditions[0].assign",
        "is no name of a variable",
    ),
    (
        "assigned twice",
        rules(rule(call("parseURL", ref("Name"), into="Region"))),
        "rules[0].conditions[0]",
        "Region has a value already",
    ),
    (
        "kept test",
        rules(rule(call("isSet", ref("Name"), into="x"))),
        "rules[0].conditions[0]",
        "isSet gives no value to keep",
    ),
    (
        "no part",
        rules(
            rule(call("aws.partition", ref("Region"), into="p"), call("isSet", call("getAttr", ref("p"), "__class__")))
        ),
        "rules[0].conditions[1].argv[0]",
        "a partition has no part '__class__'",
    ),
    (
        "absent part",
        rules(rule(call("isSet", call("getAttr", ref("Name"), "x")))),
        "rules[0].conditions[0].argv[0]",
        "asks for a part of what may be absent: name",
    ),
    ("steps", rules(rule(call("getAttr", ref("Name"), "x[-1]"))), "rules[0].conditions[0]", "'x[-1]' is no step"),
    (
        "later item",
        rules(rule(call("isSet", ref("Names")), call("getAttr", ref("Names"), "[1]"))),
        "rules[0].conditions[1]",
        "another item than the first",
    ),
    ("absent text", rules(rule(url="https://{Name}")), "rules[0]", "has a text that may be absent: name"),
    (
        "absent error",
        rules({"type": "error", "conditions": [], "error": "no {Name}"}),
        "rules[0]",
        "has a text that may be absent: name",
    ),
    ("brace", rules(rule(url="https://{Name")), "rules[0].endpoint.url", "has a brace that belongs to no other"),
    (
        "code in braces",
        rules(rule(url="https://{__import__('os').name}")),
        "rules[0].endpoint.url",
        "is no name of a variable",
    ),
    ("format", rules(rule(HAS_NAME, url="https://{Name!r:>9}")), "rules[0].endpoint.url", "is no name of a variable"),
    (
        "property",
        rules(rule(properties={"colour": 1})),
        "rules[0].endpoint.properties",
        "unknown key 'colour' in properties",
    ),
    (
        "scheme",
        rules(rule(properties={"authSchemes": [{"name": "sigv9"}]})),
        "rules[0].endpoint.properties.authSchemes[0].name",
        "unknown auth scheme 'sigv9'",
    ),
    (
        "key of scheme",
        rules(rule(properties={"authSchemes": [{"name": "sigv4", "x": 1}]})),
        "rules[0].endpoint.properties.authSchemes[0]",
        "unknown key 'x' in authScheme",
    ),
    ("header", rules(rule(headers={"a\nb": ["c"]})), "rules[0].endpoint.headers", "is no name of a header"),
    ("header's values", rules(rule(headers={"a": "c"})), "rules[0].endpoint.headers.a", "expected a list, got str"),
    (
        "number",
        rules(rule(call("substring", ref("Name"), 0, 10**30, True))),
        "rules[0].conditions[0].argv[2]",
        "expected text, got int",
    ),
    ("two constants", rules(rule(call("stringEquals", "a", "b"))), "rules[0].conditions[0]", "compares two constants"),
    (
        "two that may be absent",
        rules(rule(call("stringEquals", ref("Name"), ref("Region")))),
        "rules[0].conditions[0]",
        "compares two texts that may be absent: region and name",
    ),
    (
        "two flags",
        rules(rule(call("booleanEquals", ref("Flag"), ref("Maybe")))),
        "rules[0].conditions[0]",
        "compares something with true or false",
    ),
    ("not", rules(rule(call("not", ref("Name")))), "rules[0].conditions[0]", "expected a boolean, got a string"),
]


@pytest.mark.parametrize(("said", "place", "reason"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_is_not_known_is_refused_with_its_place(said: Any, place: str, reason: str) -> None:
    with pytest.raises(ModelError) as caught:
        compile_rules(read_rules(said), "things")
    assert reason in caught.value.reason
    assert (caught.value.service, caught.value.key) == ("things", place)


def test_rules_are_nested_only_so_deeply() -> None:
    deep: Any = LEAF
    for level in range(70):
        is_other = call("not", call("stringEquals", ref("Name"), f"{level}"))
        other = rule(call("booleanEquals", ref("Flag"), True), url=f"https://h{level}.x")
        deep = {
            "type": "tree",
            "conditions": [HAS_NAME, is_other] if level == 0 else [is_other],
            "rules": [deep, other],
        }
        if level == 55:
            found = compiled(rules({**deep, "conditions": [HAS_NAME]}))({"Name": "x"})
            assert isinstance(found, Endpoint)
    with pytest.raises(ModelError, match="nested too deeply, or has too many conditions"):
        read_rules(rules(deep))


NASTY = [
    *("'", '"', '"""', "'''", "\\", "\\'", "\n", "\r", "\u2028", "\x00", "#", "{{x}}", "{{", "}}", "%s", "\\N{{DASH}}"),
    *("') or __import__('os').abort() or ('", '"); raise SystemExit #', "\\x27", "f'", "{{__import__('os')}}", "é€😀"),
]


def test_conditions_are_nested_only_so_deeply() -> None:
    calls: Any = HAS_NAME
    for _ in range(200):
        calls = call("not", calls)
    with pytest.raises(ModelError, match="nested too deeply"):
        read_rules(rules(rule(calls)))
    with pytest.raises(ModelError, match="has too many conditions"):
        read_rules(rules(rule(*[HAS_NAME] * 1000)))


def test_texts_do_not_become_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every place that holds text holds all of them, and gives them back."""
    plain = "".join(NASTY).replace("{{", "{").replace("}}", "}")
    text = "".join(NASTY)
    said = rules(
        {"type": "error", "conditions": [call("booleanEquals", ref("Flag"), True)], "error": text},
        {"type": "error", "conditions": [HAS_NAME, call("stringEquals", ref("Name"), text)], "error": "{Name}" + text},
        rule(
            HAS_NAME,
            headers={"x-a": [text]},
            properties={
                "backend": text,
                "metricValues": [text],
                "authSchemes": [
                    {"name": "sigv4", "signingName": text, "signingRegion": text + "{Name}"},
                    {"name": "sigv4a", "signingRegionSet": [text, "{Name}"]},
                ],
            },
        ),
    )
    resolve = compiled(said)
    assert resolve({"Flag": True}) == plain
    assert resolve({"Name": plain}) == plain * 2
    found = resolve({"Name": "n"})
    assert isinstance(found, Endpoint)
    assert (found.headers, found.backend, found.metric_values) == ((("x-a", plain),), text, (text,))
    first, second = found.auth_schemes
    assert (first.signing_name, first.region, second.region_set) == (plain, f"{plain}n", (plain, "n"))
    work = alone(monkeypatch, tmp_path)
    write_model(work / "things.json", model({"In": structure(A="Text")}, operations={"Get": operation("Get", "In")}))
    hostile = {**said, "documentation": text, "parameters": {**PARAMETERS, "Name": {"type": "string", "builtIn": text}}}
    (work / "things.endpoint-rule-set-1.json").write_text(json.dumps(hostile), encoding="utf-8")
    source = generate_package("things", work / "things.json").files["io/_endpoint_rules.py"]
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    assert names == {"_io", "_rules", "PARAMETERS", "bool", "str", "tuple", "flag", "name"} - {"tuple"}


def test_names_that_python_has_are_free() -> None:
    names = ["class", "None", "str", "print", "resolve", "_rules", "_io", "Name", "name", "nAme", "__x__"]
    said = rules(
        *(
            rule(call("isSet", ref(name)), url=f"https://{name.strip('_').lower()}{at}.x")
            for at, name in enumerate(names)
        ),
        parameters={name: {"type": "string"} for name in names},
    )
    resolve = compiled(said)
    for at, name in enumerate(names):
        found = resolve({name: "x"})
        assert isinstance(found, Endpoint)
        assert found.host == f"{name.strip('_').lower()}{at}.x"


CONDITIONS: list[list[Any]] = [
    [HAS_NAME],
    [call("not", HAS_NAME)],
    [call("isSet", ref("Region"))],
    [call("booleanEquals", ref("Flag"), True)],
    [call("booleanEquals", False, ref("Flag"))],
    [call("not", call("booleanEquals", ref("Flag"), True))],
    [call("isSet", ref("Maybe")), call("booleanEquals", ref("Maybe"), True)],
    [call("isSet", ref("Maybe")), call("booleanEquals", ref("Maybe"), False)],
    [HAS_NAME, call("stringEquals", ref("Name"), "a-b")],
    [HAS_NAME, call("not", call("stringEquals", "a-b", ref("Name")))],
    [HAS_NAME, call("isValidHostLabel", ref("Name"), False)],
    [HAS_NAME, call("not", call("isValidHostLabel", ref("Name"), True))],
    [HAS_NAME, call("aws.isVirtualHostableS3Bucket", ref("Name"), True)],
    [
        call("isSet", ref("Region")),
        call("aws.partition", ref("Region"), into="p"),
        call("stringEquals", call("getAttr", ref("p"), "name"), "aws"),
    ],
    [
        call("isSet", ref("Region")),
        call("aws.partition", ref("Region"), into="q"),
        call("booleanEquals", call("getAttr", ref("q"), "supportsFIPS"), True),
    ],
    [
        HAS_NAME,
        call("parseURL", ref("Name"), into="u"),
        call("booleanEquals", call("getAttr", ref("u"), "isIp"), False),
    ],
    [
        HAS_NAME,
        call("aws.parseArn", ref("Name"), into="n"),
        call("getAttr", ref("n"), "resourceId[1]", into="r"),
        call("not", call("stringEquals", ref("r"), "")),
    ],
    [HAS_NAME, call("substring", ref("Name"), 0, 3, True, into="s"), call("stringEquals", ref("s"), "a-b")],
    [HAS_NAME, call("substring", ref("Name"), 0, 2, False, into="s"), call("stringEquals", ref("s"), "ht")],
    [HAS_NAME, call("uriEncode", ref("Name"), into="e"), call("not", call("stringEquals", ref("e"), "x"))],
]
TEXTS = [
    None,
    "a-b",
    "x",
    "",
    "A.b",
    "http://1.2.3.4/x/../y",
    "https://h:80",
    "arn:aws:s3:r:1:bucket/k",
    "arn:aws:s3:r:1:",
    "127.0.0.1",
    "-a",
    "é",
]
REGIONS = [None, "us-east-1", "cn-north-1", "aws-global", "moon"]


def _tree(drawn: random.Random, levels: int, above: frozenset[str]) -> Iterator[Json]:
    for _ in range(drawn.choice((1, 2, 3, 4))):
        chosen = copy.deepcopy(drawn.choice(CONDITIONS))
        new = {each["assign"] for each in chosen if "assign" in each}
        if new & above or drawn.random() < 0.1:
            chosen, new = [], set()
        kind = drawn.random()
        if levels and kind < 0.6:
            inner = [*_tree(drawn, levels - 1, above | new)]
            yield {"type": "tree", "conditions": chosen, "rules": inner}
        elif kind < 0.8:
            yield {"type": "error", "conditions": chosen, "error": f"error {drawn.randrange(4)}"}
        else:
            yield rule(*chosen, url=f"https://host{drawn.randrange(4)}.x")


@pytest.mark.parametrize("seed", range(4))
def test_any_rules_lead_where_botocore_is_led(seed: int) -> None:
    found = set()
    for number in range(40):
        drawn = random.Random(f"{seed} {number}")
        said = rules(*_tree(drawn, 4, frozenset()))
        resolve, provider = compiled(said), EndpointProvider(copy.deepcopy(said), PARTITIONS)
        for _ in range(25):
            given = {
                "Region": drawn.choice(REGIONS),
                "Name": drawn.choice(TEXTS),
                "Flag": drawn.random() < 0.5,
                "Maybe": drawn.choice((None, True, False)),
            }
            expected = _theirs(provider, given)
            assert resolve({name: value for name, value in given.items() if value is not None}) == expected, given
            found.add(expected)
    assert len(found) == 9  # each error, each host, and none


def _theirs(provider: EndpointProvider, given: Json) -> Endpoint | str | None:
    try:
        endpoint = provider.resolve_endpoint(**{name: value for name, value in given.items() if value is not None})
    except EndpointProviderError as error:
        reason = str(error.kwargs["msg"])
        return None if reason.startswith("No endpoint found") else reason
    return endpoint_of(endpoint.url, endpoint.properties, endpoint.headers)


def test_the_rules_of_every_service_are_understood() -> None:
    for service in list_services():
        compiled(installed_rules(service), service)


OF_OPERATIONS: list[tuple[str, Any, Any, str, str]] = [
    (
        "a constant of another kind",
        {"staticContextParams": {"Flag": {"value": "yes"}}},
        {},
        "staticContextParams.Flag",
        "expected a boolean, got str",
    ),
    (
        "no constant",
        {"staticContextParams": {"Flag": True}},
        {},
        "staticContextParams.Flag",
        "expected an object with value",
    ),
    (
        "a path to nothing",
        {"operationContextParams": {"Name": {"path": "B"}}},
        {},
        "operationContextParams.Name",
        "'B' leads nowhere: In has no member B",
    ),
    (
        "no path",
        {"operationContextParams": {"Name": {"path": 5}}},
        {},
        "operationContextParams.Name",
        "expected text, got int",
    ),
    (
        "a path to another kind",
        {"operationContextParams": {"Flag": {"path": "A"}}},
        {},
        "operationContextParams.Flag",
        "'A' leads to no boolean",
    ),
    (
        "a member of another kind",
        {},
        {"contextParam": {"name": "Flag"}},
        "contextParam.A",
        "expected a boolean, got a string",
    ),
]


@pytest.mark.parametrize(
    ("traits", "of_member", "place", "reason"),
    [row[1:] for row in OF_OPERATIONS],
    ids=[row[0] for row in OF_OPERATIONS],
)
def test_what_operations_say_of_parameters_is_of_their_kinds(
    tmp_path: Path, traits: Any, of_member: Any, place: str, reason: str
) -> None:
    said = model(
        {"In": structure(A={"shape": "Text", **of_member})}, operations={"Get": {**operation("Get", "In"), **traits}}
    )
    write_model(tmp_path / "things.json", said)
    used = [rule(HAS_NAME, call("booleanEquals", ref("Flag"), True))]
    (tmp_path / "things.endpoint-rule-set-1.json").write_text(json.dumps(rules(*used)), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        generate_package("things", tmp_path / "things.json")
    assert caught.value.reason == reason
    assert (caught.value.operation, caught.value.key) == ("Get", place)

"""What is loaded when: importing a package loads no class, a format's library comes with the format's first use."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import pickle
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

PROBE = """
import json, sys
before = set(sys.modules)
{code}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def loaded(code: str) -> list[str]:
    command = [sys.executable, "-c", PROBE.format(code=code)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    names: list[str] = json.loads(done.stdout)
    return names


def test_a_package_loads_no_class() -> None:
    names = loaded("from botobind_services import dynamodb; dynamodb.values; dynamodb.endpoints.OPERATIONS")
    inside = [name for name in names if name.startswith("botobind_services.dynamodb")]
    assert inside == [
        "botobind_services.dynamodb",
        "botobind_services.dynamodb.endpoints",
        "botobind_services.dynamodb.values",
    ]


def test_a_class_loads_no_other() -> None:
    names = loaded("from botobind_services import dynamodb; dynamodb.QueryOutput")
    modules = [name for name in names if name.startswith("botobind_services.dynamodb.values._modules.")]
    assert modules == ["botobind_services.dynamodb.values._modules.query_output"]


def test_decoding_loads_what_it_meets() -> None:
    names = loaded(
        "from botobind_services import dynamodb\ndynamodb.QueryOutput.of_json({'Items': [{'a': {'S': 'x'}}]})"
    )
    modules = [
        name.rpartition(".")[2] for name in names if name.startswith("botobind_services.dynamodb.values._modules.")
    ]
    assert modules == ["attribute_value", "query_output"]


def test_pages_and_waiters_come_with_their_first_use() -> None:
    code = "from botobind_services import dynamodb\nquery = dynamodb.endpoints.Query\nquery.to_request"
    ours = {"botobind.pages", "botobind.waiters", "botobind.memberpaths", "botobind_services.dynamodb.waiters"}
    assert ours.isdisjoint(loaded(code))
    assert ours & {*loaded(f"{code}\nquery.pages")} == {"botobind.pages", "botobind.memberpaths"}
    assert ours - {*loaded(f"{code}\ndynamodb.waiters")} == {"botobind.pages"}


JSON_WORK = "from botobind_services import dynamodb; dynamodb.QueryOutput.of_string(b'{}').to_string()"
XML_WORK = "from botobind_services import s3; s3.Owner.of_string(b'<Owner/>').to_string()"
XML_WITH_A_COMMENT = "from botobind_services import s3; s3.Owner.of_string(b'<Owner><!-- a --></Owner>')"
CBOR_WORK = (
    "from botobind_services import sts; from botobind.bodies import dump_body; "
    "dump_body(sts.Tag(key='a', value='b'), 'cbor')"
)


@pytest.mark.parametrize(
    ("code", "there", "absent"),
    [
        (JSON_WORK, {"msgspec"}, {"lxml", "cbor2", "regex", "cattrs", "botocore", "jinja2"}),
        (XML_WORK, set(), {"lxml", "cbor2", "regex", "cattrs", "botocore", "jinja2"}),
        (XML_WITH_A_COMMENT, {"lxml"}, {"cbor2", "regex", "cattrs", "botocore", "jinja2"}),
        (CBOR_WORK, {"cbor2"}, {"lxml", "regex", "cattrs", "botocore", "jinja2"}),
    ],
)
def test_libraries_come_with_their_format(code: str, there: set[str], absent: set[str]) -> None:
    names = set(loaded(code))
    assert there <= names
    assert not absent & names


FIRST_CALL = """
from botobind_services import {package}
from botobind.http import HttpResponse
operation = {package}.endpoints.{operation}
operation.to_request({package}.{argument})
operation.of_response(HttpResponse(body={body}))
"""
XML_RESULT = b"<R><GetCallerIdentityResult><Arn>a</Arn></GetCallerIdentityResult></R>"
BUCKETS = b"<R><Buckets><Bucket><Name>b</Name></Bucket></Buckets></R>"
NEVER = {"attrs", "cattrs", "asyncio", "email", "dataclasses", "http.client", "lxml", "urllib.parse"}
NOT_IN_XML = {"copy", "decimal", "inspect", "json", "msgspec", "uuid"}


@pytest.mark.parametrize(
    ("package", "operation", "argument", "body", "avoided"),
    [
        ("dynamodb", "GetItem", "GetItemInput(table_name='t', key={})", b'{"Item": {"a": {"S": "x"}}}', set()),
        ("cloudwatch", "ListDashboards", "ListDashboardsInput()", b"{}", set()),
        ("lambda_", "ListFunctions", "ListFunctionsRequest(max_items=3)", b'{"Functions": []}', set()),
        ("sts", "GetCallerIdentity", "GetCallerIdentityRequest()", XML_RESULT, NOT_IN_XML),
        ("s3", "ListBuckets", "ListBucketsRequest()", BUCKETS, NOT_IN_XML),
    ],
)
def test_a_first_call_does_without(package: str, operation: str, argument: str, body: bytes, avoided: set[str]) -> None:
    code = FIRST_CALL.format(package=package, operation=operation, argument=argument, body=body)
    assert {*loaded(code)} & (NEVER | avoided) == set()


@pytest.mark.parametrize(
    ("package", "operation", "argument", "body"),
    [
        ("sts", "GetCallerIdentity", "GetCallerIdentityRequest()", XML_RESULT),
        ("s3", "ListBuckets", "ListBucketsRequest()", BUCKETS),
    ],
)
def test_a_first_call_compiles_no_text_by_the_function(
    package: str, operation: str, argument: str, body: bytes
) -> None:
    # The first call of `compile` defines the types of syntax trees, which takes 2 ms.
    spy = (
        "import builtins; compiled = []; real = builtins.compile\n"
        "def spy(source, *arguments, **options):\n"
        "    if isinstance(source, str): compiled.append(source)\n"
        "    return real(source, *arguments, **options)\n"
        "builtins.compile = spy\n"
    )
    code = FIRST_CALL.format(package=package, operation=operation, argument=argument, body=body)
    loaded(f"{spy}{code}\nassert not compiled, compiled")


MISSPELT = [
    ("sts.values", "Credentialz", "Credentials"),
    ("sts.endpoints", "AssumeRol", "AssumeRole"),
    ("sts.endpoints", "GetCallerIdentify", "GetCallerIdentity"),
    ("sts", "Credentialz", "Credentials"),
    ("sts", "AssumeRoleRequests", "AssumeRoleRequest"),
    ("sts", "endpoint", "endpoints"),
    ("sts", "valuess", "values"),
    ("sts", "ruter", "router"),
    ("dynamodb.values", "QueryOutputs", "QueryOutput"),
    # Nothing is like these.
    ("sts.values", "Xyzzyx", None),
    ("sts.values", "__credentials__", None),
    ("sts", "__wrapped__", None),
    ("sts.endpoints", "operation_errors", None),
    ("sts.values", "common_errors", None),
]


@pytest.mark.parametrize(("package", "name", "meant"), MISSPELT)
def test_a_misspelt_name_has_a_suggestion(package: str, name: str, meant: str | None) -> None:
    package = f"botobind_services.{package}"
    module = import_module(package)
    hint = f". Did you mean {meant!r}?" if meant else ""
    with pytest.raises(AttributeError) as attribute:
        getattr(module, name)
    assert str(attribute.value) == f"module {package!r} has no attribute {name!r}{hint}"
    with pytest.raises(ImportError) as found:
        exec(f"from {package} import {name}", {})  # noqa: S102 - the subject
    assert type(found.value) is ImportError
    assert str(found.value) == f"cannot import name {name!r} from {package!r} ({module.__file__}){hint}"
    assert (found.value.name, found.value.path) == (package, module.__file__)
    assert found.value.__suppress_context__ or found.value.__context__ is None


@pytest.mark.parametrize(
    "statement",
    [
        "from botobind_services.sts.values import Credentials, Credentialz, Tag",
        "from botobind_services.sts.values import Credentialz as C",
        # So many names that the instruction's argument does not fit into a byte.
        "\n".join(f"name_{count} = {count}" for count in range(600))
        + "\nfrom botobind_services.sts import Credentialz",
        "def f():\n    from botobind_services.sts.values import Credentialz\nf()",
        "class A:\n    from botobind_services.sts.values import Credentialz",
    ],
    ids=["among others", "as another", "after many names", "in a function", "in a class"],
)
def test_wherever_it_is_imported(statement: str) -> None:
    with pytest.raises(ImportError, match=r"cannot import name 'Credentialz' .* Did you mean 'Credentials'\?"):
        exec(statement, {"__name__": "importing"})  # noqa: S102 - the subject


@pytest.mark.parametrize(("package", "name", "meant"), MISSPELT)
def test_only_an_import_of_a_name_fails_otherwise(package: str, name: str, meant: str | None) -> None:
    package = f"botobind_services.{package}"
    module = import_module(package)
    assert meant is None or hasattr(module, meant)
    assert not hasattr(module, name)
    assert getattr(module, name, None) is None
    assert importlib.util.find_spec(f"{package}.{name}") is None
    with pytest.raises(ModuleNotFoundError, match="No module named") as missing:
        import_module(f"{package}.{name}")
    assert missing.value.name == f"{package}.{name}"
    with pytest.raises(ModuleNotFoundError, match="No module named"):
        exec(f"import {package}.{name} as other", {})  # noqa: S102 - the subject
    with pytest.raises(AttributeError):
        pkgutil.resolve_name(f"{package}:{name}")
    with pytest.raises(AttributeError):
        pickle.loads(f"c{package}\n{name}\n.".encode())
    namespace: dict[str, object] = {}
    exec(f"from {package} import *", namespace)  # noqa: S102 - the subject
    assert name not in namespace


def test_the_modules_of_a_package_are_found_without_listing_its_folder() -> None:
    code = (
        "import os; listed = []; real = os.listdir\n"
        "import importlib._bootstrap_external as external, posix\n"
        "posix_listdir = posix.listdir\n"
        "external._os.listdir = lambda path='.': listed.append(path) or posix_listdir(path)\n"
        "from botobind_services import dynamodb; dynamodb.QueryOutput, dynamodb.endpoints.Query\n"
        "assert not [path for path in listed if path.endswith('_modules')], listed"
    )
    loaded(code)


def test_what_the_index_does_not_know_is_found_as_ever() -> None:
    from botobind_services.dynamodb.values import _modules

    assert "query_output" in {module.name for module in pkgutil.iter_modules(_modules.__path__)}
    with pytest.raises(ModuleNotFoundError):
        import_module("botobind_services.dynamodb.values._modules.nowhere")


@pytest.mark.parametrize(
    ("statement", "service"),
    [
        ("from botobind_services import mturk", "mturk"),
        ("import botobind_services.mturk", "mturk"),
        ("from botobind_services.mturk.values import HIT", "mturk"),
        ("from botobind_services import sts, resource_groups", "resource-groups"),
        ("from botobind_services import import_", "import"),
    ],
)
def test_a_service_that_is_not_generated_says_how_to_generate_it(statement: str, service: str) -> None:
    with pytest.raises(ImportError, match=f"`botobind generate {service}` writes it"):
        exec(statement)  # noqa: S102 - our own


@pytest.mark.parametrize("name", ["no_such_module", "botobind.no_such_module", "botobind_services.sts.no_such_module"])
def test_of_other_modules_nothing_is_said(name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named"):
        import_module(name)


def test_finders_that_came_later_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> object:  # noqa: ARG004
            return (
                importlib.util.spec_from_loader(name, importlib.machinery.BuiltinImporter) if "made" in name else None
            )

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert importlib.util.find_spec("botobind_services.made_up") is not None
    with pytest.raises(ImportError, match="botobind generate other"):
        import_module("botobind_services.other")

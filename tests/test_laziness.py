"""What is loaded when: importing a package loads no class, a format's library comes with the format's first use."""

from __future__ import annotations

import json
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
    modules = [name for name in names if name.startswith("botobind_services.dynamodb.values.")]
    assert modules == ["botobind_services.dynamodb.values.query_output"]


def test_decoding_loads_what_it_meets() -> None:
    names = loaded(
        "from botobind_services import dynamodb\ndynamodb.QueryOutput.of_json({'Items': [{'a': {'S': 'x'}}]})"
    )
    modules = [name.rpartition(".")[2] for name in names if name.startswith("botobind_services.dynamodb.values.")]
    assert modules == ["attribute_value", "query_output"]


JSON_WORK = "from botobind_services import dynamodb; dynamodb.QueryOutput.of_string(b'{}').to_string()"
XML_WORK = "from botobind_services import s3; s3.Owner.of_string(b'<Owner/>').to_string()"
CBOR_WORK = (
    "from botobind_services import sts; from botobind.bodies import dump_body; "
    "dump_body(sts.Tag(key='a', value='b'), 'cbor')"
)


@pytest.mark.parametrize(
    ("code", "there", "absent"),
    [
        (JSON_WORK, {"msgspec"}, {"lxml", "cbor2", "regex", "cattrs", "botocore", "jinja2"}),
        (XML_WORK, {"lxml"}, {"cbor2", "regex", "cattrs", "botocore", "jinja2"}),
        (CBOR_WORK, {"cbor2"}, {"lxml", "regex", "cattrs", "botocore", "jinja2"}),
    ],
)
def test_libraries_come_with_their_format(code: str, there: set[str], absent: set[str]) -> None:
    names = set(loaded(code))
    assert there <= names
    assert not absent & names


def test_a_misspelt_name_has_a_suggestion() -> None:
    from botobind_services import dynamodb

    with pytest.raises(AttributeError, match=r"no attribute 'QueryOutputs'\. Did you mean 'QueryOutput'\?"):
        dynamodb.QueryOutputs  # noqa: B018 - the subject
    with pytest.raises(ImportError, match="QueryOutputs"):
        from botobind_services.dynamodb.values import QueryOutputs  # noqa: F401 - the subject


def test_the_modules_of_a_package_are_found_without_listing_its_folder() -> None:
    code = (
        "import os; listed = []; real = os.listdir\n"
        "import importlib._bootstrap_external as external, posix\n"
        "posix_listdir = posix.listdir\n"
        "external._os.listdir = lambda path='.': listed.append(path) or posix_listdir(path)\n"
        "from botobind_services import dynamodb; dynamodb.QueryOutput, dynamodb.endpoints.Query\n"
        "assert not [path for path in listed if path.endswith(('values', 'endpoints'))], listed"
    )
    loaded(code)


def test_what_the_index_does_not_know_is_found_as_ever() -> None:
    import pkgutil

    from botobind_services.dynamodb import values

    assert "query_output" in {module.name for module in pkgutil.iter_modules(values.__path__)}
    with pytest.raises(ModuleNotFoundError):
        import_module("botobind_services.dynamodb.values.nowhere")

"""The committed packages are, byte by byte, what the generator writes, whatever the hash seed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import botocore
import pytest

from botobind_codegen import __version__
from botobind_codegen.content_digests import Origin, condition_of
from botobind_codegen.pipeline import complete_package, generate_package
from botobind_codegen.write import check_package

GENERATED = Path(__file__).parents[1] / "generated" / "botobind_services"
SELECTION = ("partnercentral-selling", "sts", "s3", "dynamodb", "lambda", "cloudwatch")
MADE_FROM = "1.44.5"
"""The botocore version of the committed packages, as in constraints.txt."""

DIGEST = """
import hashlib
from botobind_codegen.pipeline import generate_package
files = generate_package("sts").files
print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())
"""


@pytest.mark.pinned
@pytest.mark.parametrize("service", SELECTION)
def test_the_committed_packages_are_what_the_generator_writes(service: str) -> None:
    assert botocore.__version__ == MADE_FROM, "install with -c constraints.txt: other versions have other models"
    generated = complete_package(generate_package(service))
    changes = check_package(GENERATED, generated.package, generated.files)
    assert not changes.any, f"run `nox -s regenerate`: {changes}"


def test_the_selection_is_all_there_is() -> None:
    packages = {generate_package(service).package for service in SELECTION}
    assert {path.name for path in GENERATED.iterdir() if path.name != "__pycache__"} == packages


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_output_does_not_depend_on_the_hash_seed(seed: str) -> None:
    files = generate_package("sts").files
    here = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    there = subprocess.run([sys.executable, "-c", DIGEST], check=True, capture_output=True, text=True, env=environment)
    assert there.stdout.strip() == here


def test_every_file_is_sealed_and_every_package_names_what_it_is_made_from() -> None:
    for path in GENERATED.rglob("*.py*"):
        if path.suffix in (".py", ".pyi"):
            text = path.read_text(encoding="utf-8")
            assert condition_of(text) == "whole", path
            origin = Origin.of_text(text)
            assert (origin is not None) == (path.name == "__init__.py" and path.parent.parent == GENERATED), path
            if origin is not None:
                assert (origin.generator, origin.source) == (__version__, f"botocore {MADE_FROM}")

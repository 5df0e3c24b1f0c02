"""A package that is generated in the project, beside those that are installed, as pyright finds them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
from botobind_services import sts
from botobind_services import thing
import botobind_services.thing as same
from botobind_services.thing import Thing
from botobind_services.s3 import Owner

print(sts.Tag, thing.Thing, same.Thing, Thing, Owner)

from botobind_services import dynamodb, thing as both
"""
LAST = PROGRAM.count("\n") - 1
"""The line that imports from both, counted from 0: the one that docs/types.md tells to write in two."""


def test_a_local_package_hides_no_installed_one(tmp_path: Path) -> None:
    package = tmp_path / "botobind_services" / "thing"
    package.mkdir(parents=True)
    (package / "__init__.pyi").write_text("class Thing: ...\n")
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "pyrightconfig.json").write_text('{"include": ["program.py"], "pythonVersion": "3.11"}')
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", "-p", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    said = [
        (each["range"]["start"]["line"], each["message"])
        for each in json.loads(done.stdout)["generalDiagnostics"]
        if each["severity"] == "error"
    ]
    assert said == [(LAST, '"dynamodb" is unknown import symbol')]

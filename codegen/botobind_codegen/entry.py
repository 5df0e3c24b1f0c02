"""The console script `botobind`: the command line, or a hint where only the runtime is installed."""

from __future__ import annotations

import os
import sys

_NEEDED = ("botocore", "filelock", "jinja2", "platformdirs", "rich", "typer", "yaml")
_OF_VALUES = ("call", "decode", "encode", "serve", "validate")
"""The commands that use packages. A shell that completes them does not wait for the generator."""


def main() -> int:
    """Runs the command line and returns its exit code.

    It is 1, with a hint, where the generator's dependencies are missing; 130 where Ctrl-C comes before they are loaded.
    """
    try:
        if _first_word() in _OF_VALUES:
            from botobind_codegen.cli_values import main as run  # the generator takes half a second to load
        else:
            from botobind_codegen.cli import main as run
    except ModuleNotFoundError as error:
        if error.name not in _NEEDED:
            raise
        sys.stderr.write(f"Error: the generator needs {error.name}: pip install 'botobind[codegen]'\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted: nothing was begun.\n")
        return 130
    return run()


def _first_word() -> str:
    """The command that is run, or that a shell completes."""
    words = os.environ.get("COMP_WORDS", os.environ.get("_TYPER_COMPLETE_ARGS", "")).split()
    return next(iter([*words[1:2], *sys.argv[1:2]]), "")

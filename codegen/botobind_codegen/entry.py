"""The console script `botobind`: the command line, or a hint where only the runtime is installed."""

from __future__ import annotations

import os
import sys

from botobind_codegen.command_words import COMPLETION, VALUE_COMMANDS

_NEEDED = ("botocore", "filelock", "jinja2", "platformdirs", "rich", "typer", "yaml")


def main() -> int:
    """Runs the command line and returns its exit code.

    It is 1, with a hint, where the generator's dependencies are missing; 130 where Ctrl-C comes before they are loaded.
    """
    if not sys.flags.safe_path and "" not in sys.path:
        sys.path.append("")  # packages are generated into the folder that it is run in, which no script has on its path
    try:
        if COMPLETION in os.environ:
            from botobind_codegen.quick_completion import answered

            if (code := answered(os.environ)) is not None:
                return code
        elif sys.argv[1:] == ["--version"]:
            from botobind_codegen.versions import versions

            sys.stdout.write(f"{versions()}\n")
            return 0
        if _first_word() in VALUE_COMMANDS:
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

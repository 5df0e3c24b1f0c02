"""The console script `botobind`: the command line, or a hint where only the runtime is installed."""

from __future__ import annotations

import sys

_NEEDED = ("botocore", "filelock", "jinja2", "platformdirs", "rich", "typer")


def main() -> int:
    """Runs the command line and returns its exit code.

    It is 1, with a hint, where the generator's dependencies are missing; 130 where Ctrl-C comes before they are loaded.
    """
    try:
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

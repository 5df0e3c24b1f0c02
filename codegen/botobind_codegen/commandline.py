"""How a command line is run: what it is told of failures, and with which exit code it ends."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import typer

from botobind.errors import BotobindError
from botobind_codegen.ending import FAILED, MISUSED, MisuseError
from botobind_codegen.system_errors import reason_of

SETTINGS = {"help_option_names": ["-h", "--help"]}
"""What command lines of ours have in common."""

_SIGNALLED = 128


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Runs a command line (that of the process unless given) and returns its exit code.

    0: all is done; 1: it is not, or there is drift; 2: what the command line or the configuration asks cannot be meant;
    130 and the like: ended by a signal.
    """
    for stream in (sys.stdout, sys.stderr):
        # Names of files may have bytes, and words letters, that the terminal's encoding does not know.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = _run(app, arguments)
    if code > _SIGNALLED:
        with suppress(OSError):  # The terminal itself may be gone.
            typer.echo("Interrupted: what was finished is in place, and nothing is half done.", err=True)
    return code


def _run(app: typer.Typer, arguments: Sequence[str] | None) -> int:
    try:
        app(arguments, prog_name="botobind")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED if end.code else 0
    except KeyboardInterrupt:
        return _SIGNALLED + signal.SIGINT
    except (BotobindError, OSError) as error:
        text = reason_of(error) if isinstance(error, OSError) else str(error)
        for problem in text.splitlines() if isinstance(error, MisuseError) else [text]:
            typer.echo(f"Error: {problem}", err=True)
        return MISUSED if isinstance(error, MisuseError) else FAILED
    return 0

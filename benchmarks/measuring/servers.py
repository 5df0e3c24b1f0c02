"""Servers of benchmarks, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def started(script: str, *arguments: Path) -> Iterator[str]:
    """Host and port of a server on loopback: a script beside the benchmarks that prints its port."""
    command = [sys.executable, str(Path(__file__).parents[1] / script), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            yield f"127.0.0.1:{next(iter(process.stdout or ())).strip()}"
        finally:
            process.terminate()

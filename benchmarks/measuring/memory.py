"""How much memory a call holds: what Python allocates, and what the operating system sees.

As a program it answers for one side of one case, in a process that has not seen as much before:
`python -m measuring.memory NUMBER SIDE FOLDER < body`, with the number of the case and the folder of the packages.
"""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from corpus import CASES, Case

from measuring import packages
from measuring.comparisons import decoders, prepare

Run = Callable[[], object]

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""https://www.kernel.org/doc/html/latest/filesystems/proc.html"""


def allocated(run: Run) -> int:
    """The bytes at most, the result included, that Python allocates. What libxml2 does for its tree is not seen."""
    run()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        kept = run()
        highest = tracemalloc.get_traced_memory()[1]
        del kept
    finally:
        tracemalloc.stop()
    return highest - before


def resident(case: Case, side: str, body: bytes, folder: Path) -> int | None:
    """The bytes at most by which a fresh process grows, C libraries included; None where Linux does not tell."""
    if not _CLEAR.exists():
        return None
    command = [sys.executable, "-m", "measuring.memory", str(CASES.index(case)), side, str(folder.resolve())]
    place = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=place, input=body, check=True, capture_output=True)  # noqa: S603 - this module
    return int(done.stdout)


def _status(name: str) -> int:
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def _main(number: str, side: str, folder: str) -> None:
    case = CASES[int(number)]
    sys.path.append(folder)
    package = packages.package(case.service)
    prepare(case, package, 1)  # loads and builds what is built once
    body = sys.stdin.buffer.read()
    run = decoders(case, package, body)[side]
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    before = _status("VmRSS")
    _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    kept = run()
    sys.stdout.write(str(_status("VmHWM") - before))
    del kept


if __name__ == "__main__":
    _main(*sys.argv[1:])

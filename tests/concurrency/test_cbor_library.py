"""cbor2 looks things of Python up when it is first needed, under locks that a forked child would wait for for ever."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import os, sys, threading, time
import cbor2
from botobind.formats import cbor

began, ended, dumps = threading.Event(), [], cbor2.dumps

def slowly(*arguments, **options):
    began.set()
    time.sleep(0.2)
    ended.append(dumps(*arguments, **options))
    return ended[-1]

cbor2.dumps = slowly
thread = threading.Thread(target=cbor.dump, args=({},))
thread.start()
began.wait()
child = os.fork()
if not child:
    # It has been asked for bytes twice before it is handed on.
    os._exit(0 if len(ended) >= 2 else 3)
thread.join()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_no_child_is_forked_while_it_looks_up() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr

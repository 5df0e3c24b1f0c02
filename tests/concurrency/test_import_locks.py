"""A child can import what another thread was about to import when it was forked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import os, sys, signal, threading
from importlib import _bootstrap
import botobind

held, done = threading.Event(), threading.Event()
lock = _bootstrap._get_module_lock("botobind_services.sts")

def ask():
    # Where a thread is for a moment that wants to import the module.
    with lock.lock:
        held.set()
        done.wait()

thread = threading.Thread(target=ask)
thread.start()
held.wait()
child = os.fork()
if not child:
    signal.alarm(20)
    import botobind_services.sts
    os._exit(0)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
done.set()
thread.join()
sys.exit(code != 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_module_that_another_thread_asks_for() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr

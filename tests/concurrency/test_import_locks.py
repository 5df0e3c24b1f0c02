"""A child can import what another thread was about to import when it was forked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASKED_FOR = """
import os, sys, signal, threading
from importlib import _bootstrap
import botobind

held, done = threading.Event(), threading.Event()
lock = _bootstrap._get_module_lock("colorsys")  # no fork waits for others' modules

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
    import colorsys
    os._exit(0)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
done.set()
thread.join()
sys.exit(code != 0)
"""

BEGUN = """
import os, sys, signal, threading
from importlib import _bootstrap

asked, goes_on, begun, forked = (threading.Event() for _ in range(4))

def at_last():
    # Others run between the hook of botobind's, which comes before this one, and the fork.
    goes_on.set()
    begun.wait()

os.register_at_fork(before=at_last, after_in_parent=forked.set)
import botobind

def begin():
    lock = _bootstrap._get_module_lock("botobind_services.sts")
    asked.set()
    goes_on.wait(0.5)
    lock.acquire()
    begun.set()
    forked.wait(0.5)
    lock.release()

thread = threading.Thread(target=begin)
thread.start()
asked.wait()
child = os.fork()
if not child:
    signal.alarm(20)
    import botobind_services.sts
    os._exit(0)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
thread.join()
sys.exit(code != 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("script", [ASKED_FOR, BEGUN], ids=["asked for", "begun"])
def test_a_module_that_another_thread_asks_for(script: str) -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr

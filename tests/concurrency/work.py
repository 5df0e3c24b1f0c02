"""What the threads of a fresh process do: they read, check, build and write values of classes that nobody has used yet.

Run as a script, with documents on standard input: `threads` does it in 32 threads at once, `forks` in children that are
forked while threads do it; `engines` has threads and children match new patterns meanwhile. The exit code is 0 where
every document came out as it went in.
"""

from __future__ import annotations

import base64
import faulthandler
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from random import Random
from typing import Any

import botobind
from botobind.validation import matching

THREADS = 32
READINGS = 4
CHILDREN = 10
SECONDS = 40
"""After so many a child waits for something that will never come."""

Document = tuple[str, str, str, str, str]
"""Package, class, body format, and in base64 the bytes, and those of XML with its elements in another order."""


def handle(documents: list[Document], seed: int) -> None:
    """Reads each document some times and writes it again; raises an error where it has changed."""
    documents = documents.copy()
    Random(seed).shuffle(documents)
    from botobind import bodies

    for _ in range(READINGS):
        for package, name, body_format, encoded, other in documents:
            cls: Any = getattr(import_module(f"botobind_services.{package}"), name)
            data = base64.b64decode(encoded)
            value = bodies.parse_body(cls, data, body_format)
            if other and bodies.parse_body(cls, base64.b64decode(other), body_format) != value:
                raise AssertionError(f"{name} is not the same in another order")
            with suppress(botobind.ValidationError):
                value.validate()
            copy = cls(**{attribute: getattr(value, attribute) for attribute in cls.MEMBERS})
            if copy != value or bodies.dump_body(copy, body_format) != data:
                raise AssertionError(f"{name} has changed")


def in_threads(documents: list[Document], seed: int) -> int:
    """How many of 32 threads that begin at once fail."""
    barrier = threading.Barrier(THREADS)
    failed: list[int] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            # Four orders, so that some threads meet the same class and others another one.
            handle(documents, seed + number % 4)
        except BaseException:  # noqa: BLE001 - whatever it was, it is shown
            traceback.print_exc()
            failed.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(failed)


def match(seed: int) -> None:
    """Asks RE2, which has locks of its own, about texts and patterns that it has not met yet."""
    random = Random(seed)
    for number in range(seed, seed + 60):
        pattern = rf"^(a|b|ab|[a-f]{{0,30}}b)*c(d|e)?[^x]{{1,{number % 200 + 1}}}g{number}$"
        text = "".join(random.choices("abcde", k=2000))
        with suppress(TimeoutError):
            if matching.matches(pattern, text):
                raise AssertionError("the text has no g")


def in_children(work: Callable[[int], None], seed: int) -> int:
    """How many of ten children fail that are forked while eight threads are at work."""
    threads = [threading.Thread(target=work, args=(seed + number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    random = Random(seed)
    children = []
    for number in range(CHILDREN):
        time.sleep(random.random() * 0.02)
        child = os.fork()
        if not child:
            _be_child(work, seed + number)
        children.append(child)
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    for thread in threads:
        thread.join()
    return failed


def _be_child(work: Callable[[int], None], seed: int) -> None:
    signal.alarm(SECONDS)
    faulthandler.dump_traceback_later(SECONDS - 5, exit=True)
    try:
        work(seed)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it was, it is shown
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    way, number, interval = sys.argv[1:]
    faulthandler.enable()
    sys.setswitchinterval(float(interval))
    given = [tuple(each) for each in json.load(sys.stdin)]
    first = int(number) * 1000
    if way == "threads":
        sys.exit(bool(in_threads(given, first)))
    sys.exit(bool(in_children(match if way == "engines" else partial(handle, given), first)))

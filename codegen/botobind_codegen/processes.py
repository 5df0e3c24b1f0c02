"""Work on many services, in worker processes that end when told to; each gives its result, or a failure in words."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import TypeVar

from attrs import frozen

from botobind.errors import BotobindError, ModelError
from botobind_codegen.system_errors import reason_of

R = TypeVar("R")

_ENDED = 1
_PATIENCE = 3.0
"""Seconds that worker processes have to end when they are told to."""


@frozen
class Failure:
    """What went wrong with one service, in words for its user."""

    message: str


def attempt(function: Callable[[str], R], name: str) -> R | Failure:
    """What the function gives for a service, or why it gives nothing."""
    try:
        return function(name)
    except ModelError as error:
        return Failure(str(error if error.service else f"service {name}: {error}"))
    except BotobindError as error:
        return Failure(f"service {name}: {error}")
    except OSError as error:
        return Failure(f"service {name}: {reason_of(error)}")
    except Exception as error:  # noqa: BLE001 - a fault of ours in one service must not hide what became of the others
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}, line {frame.lineno}"
        return Failure(f"service {name}: internal error, please report it: {type(error).__name__}: {error} ({place})")


def run_in_processes(
    function: Callable[[str], R], names: Sequence[str], jobs: int, take: Callable[[str, R | Failure], None]
) -> None:
    """Gives `take` the result of each service as it comes, in any order.

    Raises `BotobindError` where a worker process dies. Whatever ends this ends the workers too.
    """
    others = multiprocessing.active_children()
    waiting = iter(names)
    running: dict[Future[R | Failure], str] = {}
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start_worker)
    try:
        while True:
            # Results are large, so only some are ahead of the one that writes them.
            for name in islice(waiting, 2 * jobs - len(running)):
                running[pool.submit(_attempt_in_worker, function, name)] = name
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                take(running.pop(future), future.result())
    except BaseException as error:
        _end([child for child in multiprocessing.active_children() if child not in others])
        if isinstance(error, BrokenProcessPool):
            raise BotobindError("a worker process died, perhaps for lack of memory; try fewer --jobs") from None
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _end(children: Sequence[BaseProcess]) -> None:
    """Ends worker processes. One told so while it talks to the pool may wait forever, so patience ends."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + _PATIENCE
    for child in children:
        child.join(max(0, deadline - time.monotonic()))
        if child.is_alive():
            child.kill()


def _attempt_in_worker(function: Callable[[str], R], name: str) -> R | Failure:
    try:
        return attempt(function, name)
    except SystemExit as end:
        # The pool would take it for a result and go on.
        os._exit(end.code if isinstance(end.code, int) else _ENDED)


def _start_worker() -> None:
    # Ctrl-C reaches all processes of a terminal at once; the main one then ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Models and plans are large and live until their service is done: looking for garbage often finds none.
    gc.set_threshold(50_000, 20, 50)
    # An exception, so that a formatter that runs is ended too. Last, or the pool would report one from in here.
    signal.signal(signal.SIGTERM, _exit)
    # A worker that ends by itself would say what it was interrupted in.
    atexit.register(signal.signal, signal.SIGTERM, signal.SIG_IGN)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(_ENDED)


def _exit(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def signals_raise() -> Iterator[None]:
    """While this lasts, signals that end a process at once do it as Ctrl-C does: by an exception."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ending = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    for number in ending:
        signal.signal(number, _exit)
    try:
        yield
    finally:
        for number in ending:
            signal.signal(number, signal.SIG_DFL)

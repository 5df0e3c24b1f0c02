"""A server whose answers are examples of each operation's output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from botobind.server import Application, running
from botobind.testing import example

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation


def examples_of(packages: Sequence[ModuleType]) -> Application:
    """An application that answers each operation of services with an example of its output."""
    application = Application()
    for package in packages:
        application.serve(package)
        for operation in package.router.operations.values():
            application.on(operation)(_answering(operation))
    return application


def _answering(operation: Operation[Any, Any, Any]) -> Callable[[Any], Any]:
    def answer(_: Any) -> Any:
        return None if operation.output is None else example(operation.output)

    return answer


def running_examples(packages: Sequence[ModuleType], port: int) -> AbstractContextManager[str]:
    """Lets such an application listen on the loopback interface while a block runs, and gives its URL.

    Raises `BotobindError` where the port is taken.
    """
    return running(examples_of(packages), port=port)

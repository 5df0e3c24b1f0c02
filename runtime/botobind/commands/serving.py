"""A server whose answers are recorded ones, or examples of each operation's output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from botobind.commands.recordings import Recordings
from botobind.server import Application, problem, running
from botobind.testing import example
from botobind.testing.replaying import UnrecordedCallError

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.operations import Operation


def application_of(
    packages: Sequence[ModuleType], recordings: Recordings | None = None, *, examples: bool = True
) -> Application:
    """An application that answers calls of services as they were answered in recordings, and others with an example of
    the operation's output; without `examples`, these are answered with an error of status 501 that tells where the
    nearest recorded call differs.
    """
    application = Application()
    for package in packages:
        application.serve(package)
        for operation in package.router.operations.values() if examples else ():
            application.on(operation)(_exemplary(operation))
    for operation in recordings.operations() if recordings is not None else ():
        application.on(operation)(_recorded(recordings, operation, examples=examples))
    return application


def _exemplary(operation: Operation[Any, Any, Any]) -> Callable[[Any], Any]:
    def answer(_: Any) -> Any:
        return None if operation.output is None else example(operation.output)

    return answer


def _recorded(recordings: Any, operation: Operation[Any, Any, Any], *, examples: bool) -> Callable[[Any], Any]:
    otherwise = _exemplary(operation)

    def answer(value: Any) -> Any:
        try:
            return recordings.answer(operation, value)
        except UnrecordedCallError as error:
            if examples:
                return otherwise(value)
            raise problem("UnrecordedCall", str(error), 501) from None

    return answer


def running_answers(
    packages: Sequence[ModuleType], recordings: Recordings | None, port: int, *, examples: bool
) -> AbstractContextManager[str]:
    """Lets such an application listen on the loopback interface while a block runs, and gives its URL.

    Raises `BotobindError` where the port is taken.
    """
    return running(application_of(packages, recordings, examples=examples), port=port)

"""Uploads in parts: begun, filled part by part, and completed; given up where anything goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind.attributes import frozen
from botobind.io.transfers.actions import Request, Start, Stop, Verify, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from botobind.io.transfers.actions import Actions
    from botobind.io.transfers.config import Configured
    from botobind.io.transfers.members import Requests
    from botobind.io.transfers.progress import Switch, Teller
    from botobind.operations import Operation

__all__ = ["Driver", "Running", "Transfer", "all_of", "in_parts", "sending"]


@frozen(kw_only=True, eq=False)
class Transfer:
    """What is known of a transfer before it begins."""

    given: Mapping[str, Any]
    """The members of the caller's request."""
    requests: Requests
    config: Configured
    most: int
    """How many parts go at the same time."""
    algorithm: str | None
    """The algorithm of checksums of requests where the caller names none; None for no checksums."""
    switch: Switch
    teller: Teller


class Driver:
    """What drivers have in common: what does the actions of one transfer. `carry` carries messages."""

    def __init__(
        self,
        operations: Mapping[str, Operation[Any, Any, Any]],
        carry: Callable[[Any, Any], Any],
        transfer: Transfer,
    ) -> None:
        self._operations, self._carry = operations, carry
        self._transfer = transfer
        self._place: Any = None
        """The source or the target."""


class Running:
    """The jobs of a transfer that are on their way: at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.count = 0

    def room(self) -> Actions:
        """Waits until there is place for another one. Gives what the jobs gave that ended meanwhile."""
        ended = []
        while self.count >= self._most:
            ended.append((yield from self.one()))
        return ended

    def start(self, job: Actions) -> Actions:
        """Begins a job."""
        yield Start(job)
        self.count += 1

    def one(self) -> Actions:
        """Waits for any of them. Gives what it gave."""
        found = yield Wait()
        self.count -= 1
        return found

    def rest(self) -> Actions:
        """Waits for all of them. Gives what they gave."""
        ended = []
        while self.count:
            ended.append((yield from self.one()))
        return ended


def all_of(most: int, jobs: Iterable[Actions]) -> Actions:
    """Does jobs, at most so many at the same time. Gives what they gave, in the order in which they ended."""
    running = Running(most)
    ended: list[Any] = []
    for job in jobs:
        ended += yield from running.room()
        yield from running.start(job)
    return [*ended, *(yield from running.rest())]


def in_parts(requests: Requests, create: Any, fill: Callable[[str], Actions]) -> Actions:
    """Makes an object of parts: `fill` is given the id of the upload, and its actions give numbers and results."""
    requests.check("UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload")
    created = yield Request("CreateMultipartUpload", create)
    upload_id = created.upload_id
    try:
        found = yield from fill(upload_id)
        parts = [requests.completed(number, result) for number, result in sorted(found, key=_number)]
        yield Verify()
        yield Request("CompleteMultipartUpload", requests.complete(upload_id, parts))
    except BaseException as error:
        # What is on its way would be there, and paid for, after the upload was given up.
        yield Stop(sends_on=True)
        try:
            yield Request("AbortMultipartUpload", requests.abort(upload_id))
        except Exception as failure:  # noqa: BLE001 - the first one says more
            error.add_note(f"the upload {upload_id} could not be given up, and its parts are kept: {failure}")
        raise


def _number(part: tuple[int, Any]) -> int:
    return part[0]


def sending(operation: str, value: Any, body: Any) -> Actions:
    """Sends a body, and gives the output. What reading it raised is raised as it is."""
    try:
        output = yield Request(operation, value)
    except Exception:
        if body.failure is not None:
            raise body.failure from None
        raise
    body.sent()
    return output

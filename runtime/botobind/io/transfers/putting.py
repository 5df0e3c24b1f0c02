"""Uploads of whole objects: in one piece, or in parts that are read while they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botobind.io.transfers.actions import Read
from botobind.io.transfers.config import goes_in_parts, part_size, ranges
from botobind.io.transfers.members import alike, check_given
from botobind.io.transfers.parts import Running, all_of, in_parts, sending
from botobind.io.transfers.sources import Part, held

if TYPE_CHECKING:
    from botobind.io.transfers.actions import Actions
    from botobind.io.transfers.parts import Transfer
    from botobind.io.transfers.sources import Source

__all__ = ["upload"]

_NOT_TAKEN = ("content_length", "content_md5", "write_offset_bytes")
"""What says something of one request's body, and cannot be said of parts."""


def upload(transfer: Transfer, source: Source) -> Actions:
    """The actions that put what is sent into a bucket. Raises `EncodeError` for members that cannot be taken."""
    check_given(transfer.given, "PutObject", *_NOT_TAKEN)
    return _upload(transfer, source)


def _upload(transfer: Transfer, source: Source) -> Actions:
    config = transfer.config
    first = b""
    if source.length is None:
        size = part_size(config, None)
        first = yield Read(size)
        if len(first) < size:
            return (yield from _in_one_piece(transfer, held(first)))
    elif not goes_in_parts(config, source.length):
        return (yield from _in_one_piece(transfer, source))
    filler = _Filler(transfer, source, first)
    create = transfer.requests.create(transfer.algorithm)
    return (yield from in_parts(transfer.requests, create, filler.fill))


def _in_one_piece(transfer: Transfer, source: Source) -> Actions:
    body = Part(source, 0, source.length or 0, transfer.switch, transfer.teller)
    request = alike(transfer.requests.input_of("PutObject"), {**transfer.given, "body": body})
    return (yield from sending("PutObject", request, body))


class _Filler:
    """Sends the parts of an upload."""

    def __init__(self, transfer: Transfer, source: Source, first: bytes) -> None:
        self._transfer = transfer
        self._source = source
        self._first = first
        self._size = part_size(transfer.config, source.length)

    def fill(self, upload_id: str) -> Actions:
        """Sends them all, and gives their numbers and what each was answered with."""
        return self._streamed(upload_id) if self._source.length is None else self._placed(upload_id)

    def _placed(self, upload_id: str) -> Actions:
        """Parts of what can be read from any place: none of them is in memory."""
        source = self._source
        parts = enumerate(ranges(source.length or 0, self._size), 1)
        return all_of(self._transfer.most, (self._part(upload_id, number, source, *part) for number, part in parts))

    def _streamed(self, upload_id: str) -> Actions:
        """Parts of a stream: one is read when there is place for it, so that as many are in memory as are sent."""
        running = Running(self._transfer.most)
        ended: list[Any] = []
        data, self._first = self._first, b""
        number = 1
        while data:
            yield from running.start(self._part(upload_id, number, held(data), 0, len(data)))
            data = b""
            number += 1
            ended += yield from running.room()
            data = yield Read(part_size(self._transfer.config, None, number))
        return [*ended, *(yield from running.rest())]

    def _part(self, upload_id: str, number: int, source: Source, at: int, end: int) -> Actions:
        transfer = self._transfer
        body = Part(source, at, end - at, transfer.switch, transfer.teller)
        request = transfer.requests.part("UploadPart", upload_id, number, body=body)
        return number, (yield from sending("UploadPart", request, body))

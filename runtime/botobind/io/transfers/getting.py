"""Downloads of whole objects: in one piece, or in parts that are asked for by their ranges.

The first response says how long the object is, and which one it is: the parts are of that one alone (`If-Match`), so
that an object that changes meanwhile is an error. The first part is read of that response, which is closed after it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable
from io import BytesIO
from itertools import chain, repeat
from random import random
from typing import TYPE_CHECKING, Any

from botobind.errors import DecodeError, ResponseError, ServiceError
from botobind.io.faults import ConnectionFailed, TransportError
from botobind.io.streamed_bodies import AsyncChunks, Chunks
from botobind.io.transfers.actions import Close, Commit, Fetch, Open, Pause, Request, Stop, Write
from botobind.io.transfers.config import ranges
from botobind.io.transfers.members import alike, check_given
from botobind.io.transfers.parts import Running, all_of
from botobind.io.transfers.wholesums import WholeSum, whole_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botobind.io.transfers.actions import Actions
    from botobind.io.transfers.parts import Transfer
    from botobind.io.transfers.progress import Teller
    from botobind.io.transfers.targets import Target

__all__ = ["download"]

PIECE = 256 * 1024
"""How many bytes are read and written at once."""
_NAME = "GetObject"
_CHANGED = 412
_LONGEST_PAUSE = 20.0
_FIRST_PAUSE = 0.1
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:\d{1,18}|\*)", re.ASCII)


def download(transfer: Transfer, target: Target) -> Actions:
    """The actions that get an object. Raises `EncodeError` for members that cannot be taken."""
    check_given(transfer.given, _NAME, "range", "part_number")
    return _Download(transfer, target).actions()


class _Download:
    def __init__(self, transfer: Transfer, target: Target) -> None:
        self._transfer = transfer
        self._target = target
        self._etag: str | None = None
        self._sum: WholeSum | None = None

    def actions(self) -> Actions:
        """All of it."""
        first = yield Request(_NAME, alike(self._class, self._transfer.given))
        self._etag = first.etag
        try:
            yield Open()
            length = yield from self._get(first)
            yield Commit(length)
        except BaseException:
            yield Stop()
            yield Close(first.body)
            raise

    @property
    def _class(self) -> Any:
        return self._transfer.requests.input_of(_NAME)

    def _get(self, first: Any) -> Actions:
        """Gets all bytes, and tells how many they are."""
        length, body, config = first.content_length, readable(first.body), self._transfer.config
        if length is None and self._target.is_ordered:
            return (yield from self._unmeasured(body))
        if length is None:
            whole = _Range(0, None, is_whole=True)
            yield from self._part(whole, body)
            return whole.count
        if length < config.multipart_threshold or length <= config.multipart_chunksize or self._etag is None:
            data = yield from self._part(_Range(0, length, is_whole=True), body)
            yield from self._keep(0, data)
            return length
        self._sum = whole_sum(first)
        yield from (self._in_order if self._target.is_ordered else self._in_any_order)(length, body)
        if self._sum is not None:
            self._sum.compare()
        return length

    def _unmeasured(self, body: Any) -> Actions:
        """Gets what nobody knows the length of, and what is written in order, once: nobody knows whether memory has
        place for it.
        """
        at = 0
        while chunk := (yield Fetch(body, PIECE)):
            yield Write(at, chunk)
            self._transfer.teller.tell(len(chunk))
            at += len(chunk)
        yield Close(body)
        return at

    def _in_any_order(self, length: int, body: Any) -> Actions:
        """Gets parts that are written as they come."""
        bodies = chain([body], repeat(None))
        return all_of(self._transfer.most, map(self._part, self._parts(length), bodies))

    def _in_order(self, length: int, body: Any) -> Actions:
        """Gets parts that are written one behind the other. Those that come early wait in memory: they and those on
        their way are no more than may be on their way.
        """
        most = self._transfer.most
        running = Running(most)
        early: dict[int, bytes] = {}
        written = 0
        for part in self._parts(length):
            while running.count + len(early) >= most:
                at, data = yield from running.one()
                early[at] = data
                written = yield from self._write_early(early, written)
            yield from running.start(self._kept_part(part, body))
            body = None
        early.update((yield from running.rest()))
        yield from self._write_early(early, written)

    def _write_early(self, early: dict[int, bytes], written: int) -> Actions:
        """Writes what comes next, as far as it is there. Gives how many bytes are written then."""
        while (data := early.pop(written, None)) is not None:
            yield from self._keep(written, data)
            written += len(data)
        return written

    def _keep(self, at: int, data: bytes) -> Actions:
        """Writes what was kept in memory."""
        if data:
            yield Write(at, data)

    def _parts(self, length: int) -> Iterator[_Range]:
        return (_Range(at, end) for at, end in ranges(length, self._transfer.config.multipart_chunksize))

    def _kept_part(self, part: _Range, body: Any) -> Actions:
        return part.at, (yield from self._part(part, body))

    def _part(self, part: _Range, body: Any) -> Actions:
        """Gets a part, again where it breaks off: of a body that is there, or of one that is asked for. Gives its bytes
        where they are to be written in order.
        """
        is_cut = body is not None and not part.is_whole
        failures = 0
        while True:
            if body is None:
                body = yield from self._ask(part)
                is_cut = False
            count = _Count(self._transfer.teller)
            try:
                data = yield from self._read(part, body, count, is_cut=is_cut)
                yield Close(body)
            except (TransportError, DecodeError):
                yield Close(body)
                failures += 1
                if failures >= self._transfer.config.num_download_attempts or self._etag is None:
                    raise
            except BaseException:
                yield Close(body)
                raise
            else:
                return data
            count.take_back()
            body = None
            yield Pause(random() * min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE))  # noqa: S311 - no secret

    def _read(self, part: _Range, body: Any, count: _Count, *, is_cut: bool) -> Actions:
        at = part.at
        kept: list[bytes] = []
        made = None if self._sum is None else self._sum.begun()
        while part.end is None or at < part.end:
            chunk = yield Fetch(body, PIECE if part.end is None else min(PIECE, part.end - at))
            if not chunk:
                break
            if self._target.is_ordered:
                kept.append(chunk)
            else:
                yield Write(at, chunk)
            if made is not None:
                made.update(chunk)
            at += len(chunk)
            count.add(len(chunk))
        part.count = at - part.at
        if part.end is None:
            return b""
        if at < part.end:
            raise ConnectionFailed(f"the body ended after {part.count} of {part.end - part.at} bytes", _NAME)
        if not is_cut and (yield Fetch(body, 1)):  # at its end bodies compare their checksums
            raise ConnectionFailed(f"the body has more than {part.count} bytes", _NAME)
        if self._sum is not None and made is not None:
            self._sum.add(part.at, part.count, made)
        return b"".join(kept)

    def _ask(self, part: _Range) -> Actions:
        """The body of a part of the object that the first response was of."""
        asked = None if part.end is None or part.is_whole else (part.at, part.end - 1)
        more = {} if asked is None else {"range": f"bytes={asked[0]}-{asked[1]}"}
        if self._etag is not None:
            more["if_match"] = self._etag
        try:
            answer = yield Request(_NAME, alike(self._class, {**self._transfer.given, **more}))
        except ServiceError as error:
            if error.status == _CHANGED:
                raise TransportError("the object changed while it was fetched", _NAME) from error
            raise
        body = readable(answer.body)
        if answer.etag != self._etag:
            yield Close(body)
            raise TransportError("the object changed while it was fetched", _NAME)
        found = _RANGE.match(answer.content_range or "")
        if asked != (None if found is None else (int(found[1]), int(found[2]))):
            yield Close(body)
            raise ResponseError(f"{_NAME}: another range came than the one that was asked for")
        return body


class _Range:
    """A part: where it begins and ends."""

    def __init__(self, at: int, end: int | None, *, is_whole: bool = False) -> None:
        self.at = at
        self.end = end
        """None where nobody knows."""
        self.count = 0
        """How many bytes were read of it."""
        self.is_whole = is_whole
        """Whether it is the whole object, which is asked for without a range: it comes with a checksum then."""


class _Count:
    """What was told of a part."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._told = 0

    def add(self, count: int) -> None:
        """Tells of more bytes."""
        self._told += count
        self._teller.tell(count)

    def take_back(self) -> None:
        """Tells that they come once more."""
        self._teller.tell(-self._told)


def readable(body: Any) -> Any:
    """The body of a response as what is read: of fakes it may be bytes, or chunks."""
    if hasattr(body, "read"):
        return body
    if isinstance(body, AsyncIterable):
        return AsyncChunks(body)
    return BytesIO(body or b"") if isinstance(body, (bytes, bytearray, memoryview, type(None))) else Chunks(body)

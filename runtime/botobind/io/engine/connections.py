"""Connections of urllib3's that send a small request in one piece, read heads of responses in a fifth of the time, take
no head for one that breaks off, and ask by `Expect: 100-continue` whether a large body is wanted before it is sent; and
pools that can be ended.

A server that says nothing for a second gets the body. One that answers at once, such as with a redirect, does not, and
the connection ends with that response. https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http.client import BadStatusLine, HTTPException, HTTPMessage, HTTPResponse, RemoteDisconnected, UnknownProtocol
from io import BufferedReader, RawIOBase
from queue import Empty, LifoQueue
from threading import Condition, Lock, RLock
from time import monotonic
from typing import Any, TypeAlias
from weakref import WeakSet

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import EmptyPoolError

from botobind.forking import begin_in_each_process
from botobind.io.engine.heads import IN_ONE_PIECE
from botobind.io.engine.holding import patience_left
from botobind.io.engine.transports import MOST_INTERIM, PATIENCE, SWITCHING, TOO_MANY_INTERIM, is_interim
from botobind.wire.fields import length_told

_LONGEST_LINE = 65536
_MOST_LINES = 200
_GO_ON, _DIGITS = 100, 3
_WITHOUT_BODY = frozenset({204, 304})


class _Head(HTTPMessage):
    """The headers of a response, as they came. Those of http.client's are parsed as those of mails."""

    _headers: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self._headers

    def get(self, name: str, failobj: Any = None) -> Any:
        wanted = name.lower()
        return next((text for known, text in self._headers if known.lower() == wanted), failobj)


def _head_of(file: Any) -> _Head:
    """The headers up to an empty line."""
    found: list[tuple[str, str]] = []
    for _ in range(_MOST_LINES):
        line = file.readline(_LONGEST_LINE)
        if line in (b"\r\n", b"\n"):
            head = _Head()
            head._headers = found  # noqa: SLF001 - its own
            return head
        if not line.endswith(b"\n"):
            raise RemoteDisconnected("the connection was closed in the middle of a response's head")
        text = line.decode("latin-1")
        if text[0] in " \t" and found:  # a line of old goes on here
            name, value = found.pop()
            found.append((name, f"{value} {text.strip()}"))
            continue
        name, colon, value = text.partition(":")
        if not colon or not name:
            raise HTTPException("a line of a response's head is no header")
        found.append((name, value.strip()))
    raise HTTPException("a response's head has too many lines")


def _status_of(line: bytes) -> tuple[str, int, str]:
    """Version, status and reason of a response's first line."""
    version, status, reason = (*line.decode("latin-1").split(None, 2), "", "", "")[:3]
    if not (version.startswith("HTTP/") and len(status) == _DIGITS and status.isdecimal()):
        raise BadStatusLine("the first line is none of a response")
    return version, int(status), reason.strip()


class _Timely(RawIOBase):
    """What comes by a socket. Its own timeout is for each read alone: a server that sends a head byte by byte would
    never be given up.
    """

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._usual: float | None = None
        self._until: float | None = None
        self._is_first = True

    def begin_head(self) -> None:
        """A head is to come as a whole in the time that a read has."""
        self._usual = self._sock.gettimeout()
        self._until = None if self._usual is None else monotonic() + self._usual
        self._is_first = True

    def end_head(self) -> None:
        """From here on each read has that time again."""
        if self._until is not None and not self._is_first:
            self._sock.settimeout(self._usual)
        self._until = None

    def makefile(self, _: str) -> BufferedReader:
        """The file that a response makes of a socket, for which this stands there."""
        return BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._until is not None:
            if not self._is_first:
                left = self._until - monotonic()
                if left <= 0:
                    raise TimeoutError("the head of the response took too long")
                self._sock.settimeout(left)
            self._is_first = False
        return self._raw.readinto(buffer)  # type: ignore[no-any-return] # of a file

    def close(self) -> None:
        self._raw.close()
        super().close()


class Response(HTTPResponse):
    """A response whose head is read by `_head_of`; else as http.client has it."""

    fp: Any
    length: int | None
    _method: str

    def __init__(self, sock: Any, *arguments: Any, **options: Any) -> None:
        self._raw = _Timely(sock)
        made: Any = self._raw
        super().__init__(made, *arguments, **options)

    def begin(self) -> None:
        """Reads the head, and those of responses that come before. Raises what http.client does."""
        if self.headers is not None:
            return
        for _ in range(MOST_INTERIM):
            self._raw.begin_head()
            version, status, reason = self._read_status()
            if not is_interim(status):
                break
            _head_of(self.fp)
        else:
            raise HTTPException(TOO_MANY_INTERIM)
        if not version.startswith("HTTP/1."):
            raise UnknownProtocol(version)
        self.version = 10 if version == "HTTP/1.0" else 11
        self.code = self.status = status
        self.reason = reason.strip()
        head = self.headers = self.msg = _head_of(self.fp)
        self._raw.end_head()
        self.chunked = (head.get("transfer-encoding") or "").lower() == "chunked"
        self.chunk_left = None
        self.will_close = self._check_close()
        self.length = None if self.chunked else length_told(head.get("content-length"))
        if status in _WITHOUT_BODY or status // 100 == 1 or self._method == "HEAD":
            self.length = 0
        if status == SWITCHING or (not self.chunked and self.length is None):
            self.will_close = True

    def _read_status(self) -> tuple[str, int, str]:
        found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc] # of http.client's own
        return found

    def _check_close(self) -> bool:
        found: bool = super()._check_close()  # type: ignore[misc] # of http.client's own
        return found


class _Begun(Response):
    """A response whose first line was read already."""

    def __init__(self, *arguments: Any, line: bytes, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._line: bytes | None = line

    def _read_status(self) -> tuple[str, int, str]:
        line, self._line = self._line, None
        return super()._read_status() if line is None else _status_of(line)

    def begin(self) -> None:
        super().begin()
        self.will_close = True  # the server may wait for the body still


class _Expecting:
    """Sends nothing more of a request to whose head there is a response already."""

    sock: Any
    response_class: Any = Response
    _is_asking = _is_refused = _waits = False
    _head = b""

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        self._is_asking = "Expect" in (headers or ())
        self._is_refused = False
        self._waits = isinstance(body, bytes) and len(body) <= IN_ONE_PIECE and not self._is_asking
        self._head = b""
        super().request(method, url, body, headers, **options)  # type: ignore[misc] # that of the connection

    def endheaders(self, *arguments: Any, **options: Any) -> None:
        super().endheaders(*arguments, **options)  # type: ignore[misc] # that of the connection
        if self._is_asking:
            self._hear()

    def _hear(self) -> None:
        """Waits for the word to go on, or for a response that comes instead of it."""
        for _ in range(MOST_INTERIM):
            first = self._first()
            if first is None:
                return
            with _Timely(self.sock) as file:
                file.begin_head()
                line = first + file.readline(_LONGEST_LINE)
                status = _status_of(line)[1]
                if not is_interim(status):
                    file.end_head()
                    self._is_refused = True
                    self.response_class = partial(_Begun, line=line)
                    return
                _head_of(file)
                file.end_head()
            if status == _GO_ON:
                return
        raise HTTPException(TOO_MANY_INTERIM)

    def _first(self) -> bytes | None:
        """The first byte of what the server says; None where it says nothing. That the socket can be read tells
        nothing over TLS: tickets of a session come unasked.
        """
        sock = self.sock
        usual = sock.gettimeout()
        sock.settimeout(PATIENCE)
        try:
            found: bytes = sock.recv(1)
        except TimeoutError:
            return None
        finally:
            sock.settimeout(usual)
        if not found:
            raise ConnectionResetError("the connection was closed before the body was asked for")
        return found

    def send(self, data: Any) -> None:
        if self._waits:
            self._waits = False
            self._head = data
        elif not self._is_refused:
            head, self._head = self._head, b""
            super().send(head + data if head else data)  # type: ignore[misc] # that of the connection

    def getresponse(self) -> Any:
        try:
            return super().getresponse()  # type: ignore[misc] # that of the connection
        finally:
            self.response_class = Response


class _PlainConnection(_Expecting, HTTPConnection):
    pass


class _TlsConnection(_Expecting, HTTPSConnection):
    pass


class _Free(LifoQueue[Any]):
    """The connections that nothing is on. Who has its lock may take it again: a body that garbage collection ends gives
    its connection back in whichever thread, which may just be asking for one.
    """

    is_over = False

    def __init__(self, most: int) -> None:
        super().__init__(most)
        begin_in_each_process(self)

    def begin_process(self) -> None:
        """See `forking.Beginning`: a child ends the pools of its parent."""
        lock: Any = RLock()
        self.mutex = lock
        self.not_empty, self.not_full, self.all_tasks_done = Condition(lock), Condition(lock), Condition(lock)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 - as queues have it
        """What is free; it is waited for until nobody waits any more. Raises `Empty`."""
        with self.mutex:
            if block and not self.queue:
                self.not_empty.wait_for(lambda: self.queue or self.is_over, timeout)
            return super().get(block=False)

    def end(self) -> None:
        """Has nobody wait any more."""
        with self.mutex:
            self.is_over = True
            self.not_empty.notify_all()


class _Ending:
    """A pool that can end: what is on its way goes on, and connections that nothing is on are closed. urllib3's closes
    them when it is garbage, which it may be for long after an error.

    Who waits for a connection does so while something moves, see `holding`, and until the pool ends.
    """

    QueueCls = _Free
    pool: Any
    patience: float | None = None
    """For how many seconds nothing may move; None for ever."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._bodies: WeakSet[Any] = WeakSet()
        self._lock = Lock()
        self._free: _Free = self.pool

    def _get_conn(self, timeout: float | None = None) -> Any:
        """A connection; `timeout` is how long to wait whatever moves. Raises `EmptyPoolError`."""
        take = super()._get_conn  # type: ignore[misc] # that of the pool
        patience = self.patience
        if patience is None:
            return take(timeout)
        left = patience
        begun = monotonic()
        while True:
            try:
                return take(left if timeout is None else min(left, max(begun + timeout - monotonic(), 0)))
            except EmptyPoolError:
                if self._free.is_over or (timeout is not None and monotonic() - begun >= timeout):
                    raise
                left = self._patience_left(patience)
                if left <= 0:
                    raise

    def keep(self, body: Any) -> None:
        """Notes that a body keeps a connection, until it has none."""
        with self._lock:
            self._bodies.add(body)

    def _patience_left(self, patience: float) -> float:
        with self._lock:
            bodies = [body for body in self._bodies if body.connection is not None]
        return patience_left(bodies, self._free.maxsize, patience)

    def end(self) -> None:
        """Ends the pool."""
        self._free.end()
        self._close_idle()

    def _put_conn(self, conn: Any) -> None:
        super()._put_conn(conn)  # type: ignore[misc] # that of the pool
        if self._free.is_over:
            self._close_idle()

    def _close_idle(self) -> None:
        with suppress(Empty):
            while True:
                connection = self._free.get(block=False)
                if connection is not None:
                    connection.close()


class _PlainPool(_Ending, HTTPConnectionPool):
    ConnectionCls: Any = _PlainConnection


class _TlsPool(_Ending, HTTPSConnectionPool):
    ConnectionCls: Any = _TlsConnection


Pool: TypeAlias = _PlainPool | _TlsPool
POOLS: Mapping[str, type[Pool]] = {"http": _PlainPool, "https": _TlsPool}

"""Connections of urllib3's that ask with `Expect: 100-continue` whether a body is wanted, before it is sent, and that
take no head of a response for one that ends in the middle.

A server that says nothing for a second gets the body. One that answers at once, such as with a redirect, does not, and
the connection ends with that response. https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
"""

from __future__ import annotations

from functools import partial
from http.client import HTTPResponse, RemoteDisconnected
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.wait import wait_for_read

_PATIENCE = 1.0
_LONGEST_LINE = 65536


class _Lines:
    """The lines of a head, of which the last is kept."""

    def __init__(self, file: Any) -> None:
        self._read = file.readline
        self.close = file.close
        self.last = b""

    def readline(self, size: int) -> bytes:
        line: bytes = self._read(size)
        self.last = line
        return line


class _Response(HTTPResponse):
    """A response whose head is whole: http.client takes its end for that of the connection, too."""

    fp: Any

    def begin(self) -> None:
        file = self.fp
        self.fp = lines = _Lines(file)
        try:
            super().begin()
        finally:
            if self.fp is lines:  # it was not closed
                self.fp = file
        if not lines.last:
            raise RemoteDisconnected("the connection was closed in the middle of a response's head")


class _Begun(_Response):
    """A response whose first line was read already."""

    def __init__(self, *arguments: Any, line: bytes, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._line: bytes | None = line

    def _read_status(self) -> tuple[str, int, str]:
        line, self._line = self._line, None
        if line is None:
            return super()._read_status()  # type: ignore[misc, no-any-return] # of http.client's own
        version, status, reason = (*line.decode("latin-1").split(None, 2), "", "")[:3]
        return version, int(status), reason.strip()

    def begin(self) -> None:
        super().begin()
        self.will_close = True  # the server may wait for the body still


class _Expecting:
    """Sends nothing more of a request to whose head there is a response already."""

    sock: Any
    response_class: Any = _Response

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        self._is_asking = "Expect" in (headers or ())
        self._is_refused = False
        super().request(method, url, body, headers, **options)  # type: ignore[misc] # that of the connection

    def endheaders(self, *arguments: Any, **options: Any) -> None:
        super().endheaders(*arguments, **options)  # type: ignore[misc] # likewise
        if self._is_asking and wait_for_read(self.sock, _PATIENCE):
            self._hear()

    def _hear(self) -> None:
        with self.sock.makefile("rb", 0) as file:
            line = file.readline(_LONGEST_LINE)
            parts = line.split(None, 2)
            if len(parts) > 1 and parts[1] == b"100":
                while file.readline(_LONGEST_LINE).strip():
                    pass
            elif len(parts) > 1 and parts[0].startswith(b"HTTP/") and parts[1].isdigit():
                self._is_refused = True
                self.response_class = partial(_Begun, line=line)
            else:
                raise ConnectionResetError("the connection was closed before the body was asked for")

    def send(self, data: Any) -> None:
        if not self._is_refused:
            super().send(data)  # type: ignore[misc] # likewise

    def getresponse(self) -> Any:
        try:
            return super().getresponse()  # type: ignore[misc] # likewise
        finally:
            self.response_class = _Response


class _PlainConnection(_Expecting, HTTPConnection):
    pass


class _TlsConnection(_Expecting, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS = {"http": _PlainPool, "https": _TlsPool}

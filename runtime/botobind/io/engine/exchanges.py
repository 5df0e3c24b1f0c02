"""The short way of a small request, on a connection of urllib3's that is open. urllib3's own way takes twice as long as
all the rest of a call.
"""

from __future__ import annotations

from contextlib import suppress
from http.client import IncompleteRead
from socket import SHUT_RD
from time import monotonic
from typing import TYPE_CHECKING, Any

from botobind.io.engine.connections import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3 import HTTPConnectionPool, Timeout


class Exchange:
    """A request that was sent and its response, whose head was read: as urllib3's responses are read."""

    def __init__(self, pool: HTTPConnectionPool, connection: Any, response: Response) -> None:
        self._pool = pool
        self._response = response
        self.connection = connection
        """The connection, until all of the body was read."""
        self.status = response.status
        self.headers = response.headers
        if response.length == 0:
            self.close()

    @property
    def data(self) -> bytes:
        """The body."""
        return self.read(None)

    def read(self, size: int | None) -> bytes:
        """See `Raw.read`."""
        return self._ended(self._response.read, size)

    def read1(self, size: int) -> bytes:
        """See `Raw.read1`."""
        return self._ended(self._response.read1, size)

    def shutdown(self) -> None:
        """Has a thread that reads wait no more, as urllib3's responses have it. Raises `OSError`."""
        sock = getattr(self.connection, "sock", None)  # there may be none any more
        if sock is not None:
            sock.shutdown(SHUT_RD)

    def _ended(self, read: Callable[[Any], bytes], size: int | None) -> bytes:
        """What is read; with the last of it the connection is free for others."""
        response = self._response
        try:
            found = read(size)
            if response.length and response.isclosed():
                raise IncompleteRead(found, response.length)  # http.client takes that for the end
        except BaseException:
            response.will_close = True
            self.close()
            raise
        if response.length == 0 or response.isclosed():
            self.close()
        return found

    def release_conn(self) -> None:
        """Does nothing: `close` gives the connection back."""

    def close(self) -> None:
        """Gives the connection back where all was read, and else ends it."""
        connection, self.connection = self.connection, None
        if connection is not None:
            response = self._response
            is_whole = response.isclosed() if response.chunked else response.length == 0
            if response.will_close or not is_whole:
                connection.close()
            response.close()
            self._pool._put_conn(connection)  # noqa: SLF001 - urllib3 has no other name for it


def seconds_left(usual: float | None, until: float | None) -> float | None:
    """For how long something is waited for, by a point in time where there is one."""
    if until is None:
        return usual
    left = max(until - monotonic(), 0.001)  # none is no timeout
    return left if usual is None else min(left, usual)


def exchanged(
    pool: HTTPConnectionPool, method: str, request: bytes, timeout: Timeout, until: float | None
) -> Exchange | None:
    """The response to a request; None where no connection is open. Raises what urllib3, http.client and sockets do."""
    to_connect: Any = timeout.connect_timeout
    connection: Any = pool._get_conn(seconds_left(None, until))  # noqa: SLF001 - urllib3 has no other name for it
    sock = connection.sock
    if sock is None:
        pool._put_conn(connection)  # noqa: SLF001 - urllib3 has no other name for it
        return None
    response: Response | None = None
    try:
        sock.settimeout(seconds_left(to_connect, until))
        with suppress(BrokenPipeError, ConnectionResetError):  # there may be a response
            sock.sendall(request)
        sock.settimeout(seconds_left(timeout.read_timeout, until))
        response = Response(sock, method=method)
        response.begin()
    except BaseException:
        if response is not None:
            response.close()
        connection.close()
        pool._put_conn(connection)  # noqa: SLF001 - urllib3 has no other name for it
        raise
    return Exchange(pool, connection, response)

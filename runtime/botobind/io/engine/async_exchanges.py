"""The short way of a small request, on a connection of aiohttp's. A session of aiohttp's makes a task that writes it,
and asks about cookies, redirects and much else that there is not, which takes half of the time of a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp.http_exceptions import HttpProcessingError

from botobind.io.engine.transports import SWITCHING, is_interim
from botobind.io.faults import CUT_OFF, ConnectionFailed

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientSession, StreamReader


class Exchange:
    """A request that was sent and its response, whose head was read: as aiohttp's responses are read."""

    def __init__(self, connection: Any, message: Any, content: StreamReader) -> None:
        self.connection = connection
        """The connection, until all of the body was read."""
        self.status: int = message.code
        self.headers = message.headers
        self.content = content
        content.on_eof(self.release)

    async def read(self) -> bytes:
        """All of the body, or of what is left."""
        try:
            return await self.content.read()
        except BaseException:
            self.close()
            raise

    def release(self) -> None:
        """Gives the connection back."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.release()

    def close(self) -> None:
        """Ends the connection, where it was not given back."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()
            self.content.set_exception(ConnectionFailed(CUT_OFF))  # a task that reads would wait for ever


async def exchanged(session: ClientSession, place: ClientRequest, method: str, request: bytes) -> Exchange:
    """The response to a request. `place` is any other one to the same host. Raises what aiohttp does."""
    connector: Any = session.connector
    timeout = session.timeout
    connection = await connector.connect(place, traces=[], timeout=timeout)
    try:
        protocol = connection.protocol
        protocol.set_response_params(
            skip_payload=method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=timeout.sock_read,
        )
        connection.transport.write(request)
        protocol.start_timeout()
        message, content = await protocol.read()
        while is_interim(message.code):
            message, content = await protocol.read()
        if message.code == SWITCHING:
            protocol.force_close()
        return Exchange(connection, message, content)
    except HttpProcessingError as error:
        connection.close()
        raise ConnectionFailed(f"the response cannot be read: {type(error).__name__}") from error
    except BaseException:
        connection.close()
        raise

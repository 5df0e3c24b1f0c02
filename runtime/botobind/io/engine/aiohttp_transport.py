"""The asynchronous transport, by aiohttp."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from functools import partial
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from botobind.http import make_response
from botobind.io.engine.async_exchanges import Exchange, exchanged
from botobind.io.engine.heads import headers_of, refuse_odd, written
from botobind.io.engine.holding import ALL_IN_USE, Held, patience_left
from botobind.io.engine.remembering import remember
from botobind.io.engine.transports import (
    FIRST_READ_STATUS,
    MOST_INTERIM,
    PATIENCE,
    TOO_MANY_INTERIM,
    is_interim,
)
from botobind.io.faults import CLOSED, ClientClosed, ConnectionFailed, TimedOut, raise_fault

if TYPE_CHECKING:
    from botobind.http import HttpResponse
    from botobind.io.engine.data import OutgoingRequest
    from botobind.io.engine.transports import TransportOptions

_NOT_ADDED = ("Accept", "Content-Type", "User-Agent")
"""Headers that aiohttp would add by itself, and that nobody has signed."""
_MOST_HOSTS = 256
_LARGE = 256 * 1024


class AiohttpTransport:
    """Sends by aiohttp, in one event loop at a time: another one begins with new connections."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self.max_connections = options.max_connections
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._proxies: dict[tuple[str, str], str | None] = {}
        self._places: dict[tuple[str, str], aiohttp.ClientRequest] = {}
        self._busy = 0
        """How many calls are on their way."""
        self._bodies: WeakSet[AiohttpRaw] = WeakSet()
        """The bodies that are being read."""

    async def send(self, request: OutgoingRequest, *, streams: bool, limit: float | None) -> HttpResponse:
        """See `Transport.send`."""
        body = _body_of(request)
        session, before = self._opened()
        self._busy += 1
        try:
            if before is not None:
                await before.close()
            async with asyncio.timeout(limit):
                answer = await self._answer(session, request, body)
                pairs = list(answer.headers.items())
                if streams and answer.status < FIRST_READ_STATUS:
                    streamed = AiohttpRaw(answer, self._ended)
                    self._bodies.add(streamed)
                    return make_response(answer.status, pairs, cast("Any", streamed))
                read = await answer.read()
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(body, _Upload) and body.failure is not None:
                raise body.failure from None
            raise_fault(error, None)
        finally:
            try:
                if isinstance(body, _Upload):
                    await body.end()
            finally:
                if session is self._session:  # and not one of a loop that was before
                    self._busy -= 1
                await self._end()
        return make_response(answer.status, pairs, read)

    async def _answer(
        self, session: aiohttp.ClientSession, request: OutgoingRequest, body: Any
    ) -> aiohttp.ClientResponse | Exchange:
        """The response, whose head was read."""
        proxy = self._proxy(request)
        headers = headers_of(request)
        if proxy is None and (message := written(request, headers)) is not None:
            return await exchanged(session, self._request_to(request), request.method, message)
        refuse_odd(headers)
        return await session.request(
            request.method,
            URL(f"{request.scheme}://{request.host}{request.target}", encoded=True),
            headers=request.headers,
            data=body,
            proxy=proxy,
            allow_redirects=False,
        )

    def _request_to(self, request: OutgoingRequest) -> aiohttp.ClientRequest:
        """Any request to a host, which tells aiohttp where to connect."""
        place = request.scheme, request.host
        found = self._places.get(place)
        if found is None:
            url = URL(f"{request.scheme}://{request.host}/", encoded=True)
            made = aiohttp.ClientRequest("GET", url, loop=asyncio.get_running_loop())
            found = remember(self._places, place, made, _MOST_HOSTS)
        return found

    def _proxy(self, request: OutgoingRequest) -> str | None:
        place = request.scheme, request.host
        if place not in self._proxies:
            remember(self._proxies, place, self._options.proxy_of(*place), _MOST_HOSTS)
        return self._proxies[place]

    def _opened(self) -> tuple[aiohttp.ClientSession, aiohttp.ClientSession | None]:
        """The session of the loop that runs, and one of a loop that is over, which is to be closed."""
        loop = asyncio.get_running_loop()
        if self._is_closed:
            raise ClientClosed(CLOSED)
        session = self._session
        if session is not None and self._loop is loop:
            return session, None
        before = session if self._loop is not None and self._loop.is_closed() else None
        self._session = opened = self._open()
        self._loop = loop
        self._busy = 0  # what another loop had on its way is over with it
        self._bodies.clear()
        self._places.clear()
        return opened, before

    def _open(self) -> aiohttp.ClientSession:
        options = self._options
        # Whether a request is sent again is decided elsewhere: `_retry_connection` has requests of some methods sent
        # twice. A test asks whether it still does.
        session = aiohttp.ClientSession(
            connector=_Connector(
                options.connect_timeout,
                self._bodies,
                limit=0,
                limit_per_host=options.max_connections,
                ssl=options.tls(),
                socket_factory=_kept_alive if options.tcp_keepalive else None,
            ),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=options.connect_timeout, sock_read=options.read_timeout
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"Accept-Encoding": "identity"},
            skip_auto_headers=_NOT_ADDED,
            request_class=_Asking,
        )
        session._retry_connection = False  # noqa: SLF001 - it would send some twice
        return session

    async def _ended(self, body: AiohttpRaw) -> None:
        self._bodies.discard(body)
        await self._end()

    async def _end(self) -> None:
        if self._is_closed and not self._busy and not self._bodies:
            await self._close_session()

    async def close(self) -> None:
        """See `Transport.close`: what is on its way goes on."""
        self._is_closed = True
        if self._loop is not asyncio.get_running_loop():
            self._busy = 0
            self._bodies.clear()
        elif self._session is not None:
            cast("_Connector", self._session.connector).end()
        await self._end()

    async def _close_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()


class _Protocol(ResponseHandler):
    """A connection on which responses are not announced without an end. aiohttp's own goes on for as long as there is
    another one that says so.
    """

    _announced = 0

    async def read(self) -> tuple[Any, Any]:
        """The next response. Raises `ConnectionFailed`."""
        found = await super().read()
        self._announced = self._announced + 1 if is_interim(found[0].code) else 0
        if self._announced >= MOST_INTERIM:
            raise ConnectionFailed(TOO_MANY_INTERIM)
        return found


class _Connector(aiohttp.TCPConnector):
    """Connections for which nobody waits without an end where all are kept by bodies that nobody reads."""

    # aiohttp has no other names for `_factory` and for what waits; tests ask whether both are still used.
    def __init__(self, patience: float | None, bodies: WeakSet[AiohttpRaw], **options: Any) -> None:
        super().__init__(**options)
        self._factory: Any = partial(_Protocol, asyncio.get_running_loop())
        self._patience = patience
        self._bodies = bodies
        self._limits: set[asyncio.Timeout] = set()
        """The limits of calls that wait for a connection."""
        self._is_over = False

    def end(self) -> None:
        """Has nobody wait any more."""
        self._is_over = True
        for limit in self._limits:
            _expire(limit)

    # What waits for nothing does not come here.
    async def _wait_for_available_connection(self, key: Any, traces: Any) -> None:
        if self._is_over:
            raise ClientClosed(CLOSED)
        limit = asyncio.timeout(None)
        self._limits.add(limit)
        waiting = None if self._patience is None else _Waiting(self, key, self._patience, limit)
        try:
            async with limit:
                return await super()._wait_for_available_connection(key, traces)
        except BaseException as error:
            self._release_waiter()  # it may be who has just been told of a free one
            if isinstance(error, TimeoutError) and limit.expired():
                raise (ClientClosed(CLOSED) if self._is_over else TimedOut(ALL_IN_USE)) from None
            raise
        finally:
            self._limits.discard(limit)
            if waiting is not None:
                waiting.end()

    def patience_left(self, key: Any, patience: float) -> float:
        """See `holding.patience_left`, of the connections to a host."""
        taken = self._acquired_per_host.get(key) or ()
        return patience_left([body for body in self._bodies if body.protocol in taken], len(taken), patience)


class _Waiting:
    """Looks from time to time whether to wait on for a connection."""

    def __init__(self, connector: _Connector, key: Any, patience: float, limit: asyncio.Timeout) -> None:
        self._connector, self._key, self._patience, self._limit = connector, key, patience, limit
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(patience, self._look)

    def _look(self) -> None:
        left = self._connector.patience_left(self._key, self._patience)
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            _expire(self._limit)

    def end(self) -> None:
        """Looks no more."""
        self._timer.cancel()


def _expire(limit: asyncio.Timeout) -> None:
    """Ends a limit now, where it has not ended yet."""
    if not limit.expired():
        limit.reschedule(asyncio.get_running_loop().time())


class _Asking(aiohttp.ClientRequest):
    """A request that waits for the word to go on, but not without an end, as aiohttp's own does. Whoever answers with
    something else gets no body, and the connection is closed, since the body is missing there.
    """

    async def write_bytes(self, writer: Any, conn: Any, *arguments: Any, **options: Any) -> None:
        """Sends the body: when the server has said so, or has said nothing for a second."""
        waiting = self._continue
        if waiting is None:
            await super().write_bytes(writer, conn, *arguments, **options)
            return
        patience = self.loop.call_later(PATIENCE, _go_on, waiting)
        try:
            await super().write_bytes(writer, conn, *arguments, **options)
        except asyncio.CancelledError:
            conn.close()  # aiohttp before 3.14.4 keeps it
            raise
        finally:
            patience.cancel()


def _go_on(waiting: asyncio.Future[bool]) -> None:
    if not waiting.done():
        waiting.set_result(True)


def _kept_alive(address: Any) -> socket.socket:
    """A socket that sends packets while nothing else does."""
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return made


def _body_of(request: OutgoingRequest) -> Any:
    body: Any = request.body
    if body.__class__ is bytes:
        return body or None if len(body) <= _LARGE else BytesIO(body)  # which it sends in pieces
    told = next((text for name, text in request.headers if name.lower() == "content-length"), None)
    chunks = aiter(body) if isinstance(body, AsyncIterable) else iter(body)
    return _Upload(chunks, None if told is None else int(told))


class _Upload:
    """The chunks of a body, awaited: also of one that blocks, such as a file's. With its last byte it is over: a
    response that comes before aiohttp has the end of a body closes the connection.
    """

    def __init__(self, chunks: Iterator[bytes] | AsyncIterator[bytes], length: int | None) -> None:
        self._chunks = chunks
        self._left = length
        self._reading: asyncio.Future[bytes | None] | None = None
        self._is_over = False
        self.failure: Exception | None = None
        """What the chunks raised."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self._is_over:
            try:
                chunk = await self._next()
            except Exception as error:
                self.failure = error
                raise
            if chunk is None:
                return
            if self._left is not None:
                self._left -= len(chunk)
                self._is_over = self._left <= 0
            yield chunk

    async def _next(self) -> bytes | None:
        chunks = self._chunks
        if isinstance(chunks, AsyncIterator):
            return await anext(chunks, None)
        self._reading = asyncio.ensure_future(asyncio.to_thread(next, chunks, None))
        return await asyncio.shield(self._reading)

    async def end(self) -> None:
        """Waits until nothing reads any more: another attempt begins where the body stood."""
        self._is_over = True
        if self._reading is not None:
            await asyncio.wait([self._reading])
            if not self._reading.cancelled():
                self._reading.exception()  # nobody else asks for it, and the loop would say so


class AiohttpRaw(Held):
    """The body of a response of aiohttp's: an `AsyncRaw`."""

    def __init__(self, answer: aiohttp.ClientResponse | Exchange, end: Any) -> None:
        self._answer = answer
        self._end = end
        self._is_over = False
        self.idle_since = monotonic()

    @property
    def protocol(self) -> Any:
        """What it keeps of aiohttp's; None where that was given back."""
        connection = self._answer.connection
        return None if connection is None else connection.protocol

    async def read1(self, size: int) -> bytes:
        """See `Raw.read1`."""
        self.idle_since = None
        try:
            found = b"" if self._is_over else await self._answer.content.read(size)
        finally:
            self.idle_since = monotonic()
        if not found:
            await self.aclose()
        return found

    async def aclose(self) -> None:
        """See `Raw.close`."""
        if not self._is_over:
            self._is_over = True
            if self._answer.content.is_eof():
                self._answer.release()
            else:
                self._answer.close()
            await self._end(self)

    def __del__(self) -> None:
        # Another call may wait for the connection, and a response and its connection refer to each other.
        if not self._is_over:
            self._answer.close()

"""The transport by urllib3."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from contextlib import suppress
from http.client import HTTPException
from time import monotonic
from traceback import clear_frames
from typing import TYPE_CHECKING, Any, cast

import urllib3
from urllib3 import exceptions
from urllib3.util import parse_url

from botobind.errors import EncodeError
from botobind.forking import WithLock
from botobind.http import make_response
from botobind.io.engine.connections import POOLS
from botobind.io.engine.exchanges import Exchange, exchanged, seconds_left
from botobind.io.engine.heads import headers_of, refuse_odd, written
from botobind.io.engine.holding import ALL_IN_USE, Held
from botobind.io.engine.remembering import remember
from botobind.io.engine.transports import FIRST_READ_STATUS
from botobind.io.faults import CLOSED, ClientClosed, TimedOut, TransportError, fault_of

if TYPE_CHECKING:
    import ssl

    from botobind.http import HttpResponse
    from botobind.io.engine.connections import Pool
    from botobind.io.engine.data import OutgoingRequest
    from botobind.io.engine.transports import TransportOptions

_BLOCK = 65536
_MOST_HOSTS = 256
"""Whose connections are kept: each of S3's buckets has a host of its own."""


class Urllib3Transport(WithLock):
    """Sends by urllib3. Connections are kept, and are shared by threads; a forked child makes its own."""

    def __init__(self, options: TransportOptions) -> None:
        super().__init__()
        self._options = options
        self.max_connections = options.max_connections
        self._is_closed = False
        self._context: ssl.SSLContext | None = None
        self._timeout = urllib3.Timeout(connect=options.connect_timeout, read=options.read_timeout)
        # `Retry.total` of False has errors raised as they are.
        self._retries = urllib3.Retry(total=False)
        self._reset()

    def _reset(self) -> None:
        self._process = os.getpid()
        self._managers: dict[tuple[str, str | None], urllib3.PoolManager] = {}
        self._pools: dict[tuple[str, str], Pool] = {}

    def send(self, request: OutgoingRequest, *, streams: bool, limit: float | None) -> HttpResponse:
        """See `Transport.send`."""
        until = None if limit is None else monotonic() + limit
        timeout = self._timeout if limit is None else self._shortened(limit)
        try:
            pool = self._pool(request.scheme, request.host)
            answer = self._answer(pool, request, timeout, until)
            try:
                pairs = list(answer.headers.items())
                if streams and answer.status < FIRST_READ_STATUS:
                    streamed = Urllib3Raw(answer)
                    pool.keep(streamed)
                    return make_response(answer.status, pairs, cast("Any", streamed))
                body = answer.data if until is None else self._read_until(answer, until)
            except BaseException:  # whoever is interrupted keeps no connection
                Urllib3Raw(answer).close()
                raise
        except (exceptions.HTTPError, HTTPException, OSError) as error:
            _forget_frames(error)
            raise self._fault_of(error) from error
        return make_response(answer.status, pairs, body)

    def _answer(
        self, pool: Pool, request: OutgoingRequest, timeout: urllib3.Timeout, until: float | None
    ) -> urllib3.BaseHTTPResponse | Exchange:
        """The response, whose head was read."""
        headers: dict[str, Any] = headers_of(request)
        if pool.proxy is None and (message := written(request, headers)) is not None:
            found = exchanged(pool, request.method, message, timeout, until)
            if found is not None:
                return found
            if until is not None:  # to wait for a connection took some of it
                timeout = self._shortened(until - monotonic())
        refuse_odd(headers)
        if not "".join(headers.values()).isascii():
            headers = {name: text.encode() for name, text in headers.items()}
        return pool.urlopen(
            request.method,
            request.target if pool.proxy is None else self._proxied(request),
            _body_of(request, until),
            headers,
            retries=self._retries,
            redirect=False,
            assert_same_host=False,
            timeout=timeout,
            pool_timeout=cast("Any", seconds_left(None, until)),
            preload_content=False,
            decode_content=False,
        )

    def _read_until(self, answer: urllib3.BaseHTTPResponse | Exchange, until: float) -> bytes:
        """All of a body, by a point in time."""
        chunks: list[bytes] = []
        while True:
            if monotonic() >= until:
                raise TimedOut("the response took too long")
            connection: Any = answer.connection
            if connection is not None and connection.sock is not None:
                connection.sock.settimeout(seconds_left(self._options.read_timeout, until))
            chunk = answer.read1(_BLOCK)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)

    def _shortened(self, limit: float) -> urllib3.Timeout:
        connect, read = self._options.connect_timeout, self._options.read_timeout
        least = max(limit, 0.001)  # none is no timeout
        return urllib3.Timeout(
            total=least,
            connect=least if connect is None else min(connect, least),
            read=least if read is None else min(read, least),
        )

    def _proxied(self, request: OutgoingRequest) -> str:
        """What a proxy is asked for: of a tunnel it is the target alone."""
        return request.target if request.scheme == "https" else f"http://{request.host}{request.target}"

    def _pool(self, scheme: str, host: str) -> Pool:
        self._know_process()
        found = self._pools.get((scheme, host))
        return self._connect(scheme, host) if found is None else found

    def _know_process(self) -> None:
        if self._process != os.getpid():
            self._reset()  # the parent goes on with its connections

    def _connect(self, scheme: str, host: str) -> Pool:
        with self._lock:
            if self._is_closed:
                raise ClientClosed(CLOSED)
            name, _, port = host.rpartition(":") if host.rpartition(":")[2].isdecimal() else (host, "", "")
            number = int(port) if port else None
            pool = cast("Pool", self._manager(scheme, host).connection_from_host(name, number, scheme))
            pool.patience = self._options.connect_timeout
            # The manager has those still that are forgotten here, and closes the oldest.
            return remember(self._pools, (scheme, host), pool, _MOST_HOSTS)

    def _manager(self, scheme: str, host: str) -> urllib3.PoolManager:
        options = self._options
        proxy = options.proxy_of(scheme, host)
        found = self._managers.get((scheme, proxy))
        if found is None:
            shared: dict[str, Any] = {
                "num_pools": _MOST_HOSTS,
                "maxsize": options.max_connections,
                "block": True,
                "socket_options": _socket_options(keepalive=options.tcp_keepalive),
            }
            if scheme == "https" or (proxy or "").startswith("https:"):
                # To load certificates takes as long as a dozen calls.
                self._context = shared["ssl_context"] = self._context or options.tls()
            found = urllib3.PoolManager(**shared) if proxy is None else _proxy_manager(proxy, shared)
            found.pool_classes_by_scheme = dict(POOLS)
            self._managers[scheme, proxy] = found
        return found

    def close(self) -> None:
        """See `Transport.close`."""
        self._know_process()
        with self._lock:
            self._is_closed = True
            self._pools.clear()
            for manager in self._managers.values():
                pools: Any = manager.pools
                for key in pools.keys():  # noqa: SIM118 - it cannot be iterated
                    pools[key].end()
                manager.clear()

    def _fault_of(self, error: Exception) -> TransportError:
        """What an exception that has no response is among ours."""
        if isinstance(error, exceptions.EmptyPoolError):
            return ClientClosed(CLOSED) if self._is_closed else TimedOut(ALL_IN_USE)
        return fault_of(error, None)


def _proxy_manager(proxy: str, shared: dict[str, Any]) -> urllib3.ProxyManager:
    from urllib.parse import unquote  # few programs have a proxy

    parsed = parse_url(proxy)
    headers = urllib3.make_headers(proxy_basic_auth=unquote(parsed.auth)) if parsed.auth else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers, proxy_ssl_context=shared.get("ssl_context"), **shared)


def _socket_options(*, keepalive: bool) -> list[tuple[int, int, int]]:
    without_delay = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]  # with Nagle's algorithm a request takes 40 ms
    return [*without_delay, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)] if keepalive else without_delay


def _body_of(request: OutgoingRequest, until: float | None) -> Any:
    body = request.body
    if isinstance(body, AsyncIterable):
        raise EncodeError("the body is asynchronous, and the client is not")
    return body or None if until is None or isinstance(body, bytes) else _sent_by(cast("Any", body), until)


def _sent_by(chunks: Iterable[bytes], until: float) -> Iterator[bytes]:
    """The chunks of a body that is sent by a point in time: each of them may take its time."""
    for chunk in chunks:
        if monotonic() >= until:
            raise TimedOut("the request took too long to send")
        yield chunk


class Urllib3Raw(Held):
    """The body of a response of urllib3's: a `Raw`."""

    def __init__(self, answer: urllib3.BaseHTTPResponse | Exchange) -> None:
        self._answer = answer
        self._process = os.getpid()
        self.idle_since = monotonic()

    @property
    def connection(self) -> Any:
        """What it keeps; None where that was given back."""
        return self._answer.connection

    def read(self, size: int | None) -> bytes:
        """See `Raw.read`."""
        return self._reading(self._answer.read, size)

    def read1(self, size: int) -> bytes:
        """See `Raw.read1`."""
        return self._reading(self._answer.read1, size)

    def _reading(self, read: Callable[[Any], bytes], size: int | None) -> bytes:
        self.idle_since = None
        try:
            return read(size)
        except Exception as error:
            _forget_frames(error)
            raise
        finally:
            self.idle_since = monotonic()

    def close(self) -> None:
        """See `Raw.close`."""
        answer = self._answer
        if answer.connection is not None:
            if self.idle_since is None and self._process == os.getpid():  # it is another's in a forked child
                with suppress(OSError, RuntimeError, ValueError):  # it has ended, or cannot be in the tunnel of a proxy
                    answer.shutdown()  # else it would be waited for the thread that reads
            answer.close()
            answer.release_conn()  # which that of urllib3's does not do by itself

    def __del__(self) -> None:
        self.close()  # another call may wait for the connection


def _forget_frames(error: BaseException) -> None:
    """Ends the cycles that errors and frames of urllib3 make. They keep the frames of the caller, too, with all that
    comes of the call later: a body that nobody reads or closes would keep its connection until the collector comes.
    """
    clear_frames(error.__traceback__)  # those of its context may be the caller's, who has an error in hand already

"""moto's server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer


@contextmanager
def moto_server() -> Iterator[str]:
    """Runs one, and gives its URL."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    # All servers of a process have what those before have left.
    with urlopen(Request(f"{url}/moto-api/reset", method="POST"), timeout=10):  # noqa: S310 - loopback
        pass
    try:
        yield url
    finally:
        server.stop()
        # `stop` ends the thread and leaves the socket to us.
        assert server._server is not None
        server._server.server_close()

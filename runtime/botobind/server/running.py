"""An application that listens on the loopback interface, in a thread of this process: for tests, and to try things."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from botobind.errors import BotobindError
from botobind.server.asgi import asgi

if TYPE_CHECKING:
    from botobind.server.application import Application

_SECONDS = 30
"""How long a server may take to end."""


@contextmanager
def running(application: Application, *, port: int = 0, **settings: Any) -> Iterator[str]:
    """Runs an application by uvicorn while the block runs, and gives its URL; port 0 takes any that is free.

    `settings` are uvicorn's, such as `ssl_certfile`. Raises `BotobindError` where uvicorn is missing or cannot begin.
    """
    try:
        import uvicorn  # the extra `server`
    except ImportError:
        raise BotobindError("uvicorn is missing: pip install 'botobind[server]'") from None
    chosen = {"log_config": None, "access_log": False, "timeout_keep_alive": 60, **settings}
    config = uvicorn.Config(asgi(application), lifespan="off", ws="none", **chosen)
    server = uvicorn.Server(config)
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise BotobindError(f"cannot listen on port {port}: {error.strerror}") from error
    run = partial(server.run, sockets=[listening])
    thread = threading.Thread(target=run, name="botobind.server", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.005)
    if not server.started:
        listening.close()
        raise BotobindError("the server has not begun")
    scheme = "https" if config.is_ssl else "http"
    try:
        yield f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_SECONDS)

"""How much of a request an application takes."""

from __future__ import annotations

from botobind.attributes import frozen


@frozen(kw_only=True)
class Limits:
    """What a request may cost. More is answered with an error."""

    document: int = 16 * 1024 * 1024
    """Bytes of a body that has to be in memory as a whole; streaming payloads are of any size."""
    seconds: float | None = None
    """How long a request may take until its response begins, under ASGI: reading its body, and its handler where that
    is asynchronous. WSGI servers have such a limit of their own.
    """

"""Our own engine: endpoints, signatures, credentials and retries, so that clients need nobody else's.

What it does stands in generators without input or output; two drivers send and wait, one of them awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.io.engine import (
        authschemes,
        botocore_credentials,
        chunking,
        copyurls,
        data,
        discovery,
        endpoints,
        partitions,
        requestlog,
        rulefunctions,
        sigv2,
        sigv4,
        sigv4a,
    )

__all__ = [
    "authschemes",
    "botocore_credentials",
    "chunking",
    "copyurls",
    "data",
    "discovery",
    "endpoints",
    "partitions",
    "requestlog",
    "rulefunctions",
    "sigv2",
    "sigv4",
    "sigv4a",
]

__getattr__, __dir__ = on_use(__name__, __all__)

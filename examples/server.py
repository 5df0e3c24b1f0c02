"""A server of AWS's protocols with services in memory. Copy it, and put in your own handlers in place of `services.py`.

    python examples/server.py 4566
    aws --endpoint-url http://localhost:4566 s3 mb s3://box

It needs `botobind[server]`. It checks no signatures: `Application(credentials=…)` does.
"""

from __future__ import annotations

import sys

import uvicorn
from services import build

from botobind.server import asgi

if __name__ == "__main__":
    uvicorn.run(asgi(build()), port=int(sys.argv[1]) if len(sys.argv) > 1 else 4566)

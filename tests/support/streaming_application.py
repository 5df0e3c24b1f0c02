"""An application whose handlers tell what became of bodies, for any server to run: `asgi_app` and `wsgi_app`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botobind.server import Application, asgi, wsgi
from botobind_services import s3

PIECE = b"x" * 65536
"""What an endless object is made of."""

told: list[str] = []
"""What happened: `read N`, `broken` and `closed`."""
application = Application(s3)


@application.on(s3.endpoints.PutObject)
def put_object(request: s3.PutObjectRequest) -> s3.PutObjectOutput:
    """Tells in `ETag` how much there was to read."""
    size, source = 0, request.body
    try:
        if isinstance(source, bytes):
            size = len(source)
        elif source is not None:
            size = sum(map(len, iter(lambda: source.read(65536), b"")))
    except Exception:
        told.append("broken")
        raise
    told.append(f"read {size}")
    return s3.PutObjectOutput(etag=str(size))


@application.on(s3.endpoints.GetObject)
def get_object(request: s3.GetObjectRequest) -> s3.GetObjectOutput:
    """As many pieces as the key says; `endless` has no end."""
    pieces: Any = _pieces(None if request.key == "endless" else int(request.key))
    return s3.GetObjectOutput(body=pieces)


def _pieces(count: int | None) -> Iterator[bytes]:
    try:
        while count is None or count > 0:
            count = None if count is None else count - 1
            yield PIECE
    finally:
        told.append("closed")


@application.on(s3.endpoints.GetBucketLocation)
def get_bucket_location(_: s3.GetBucketLocationRequest) -> s3.GetBucketLocationOutput:
    """What happened so far."""
    return s3.GetBucketLocationOutput(location_constraint=",".join(told))


asgi_app = asgi(application)
wsgi_app = wsgi(application)

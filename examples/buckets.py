"""S3 in memory: buckets, and objects whose bytes stream in and out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import md5
from urllib.parse import quote

from attrs import frozen

from botobind.server import Application
from botobind.types import Readable, StreamingBlob
from botobind_services import s3

_PIECE = 64 * 1024
_LONGEST_PAGE = 1000


@frozen
class Stored:
    """An object. Another one takes its place as a whole, so whoever reads it reads it to its end."""

    chunks: list[bytes]
    size: int
    etag: str
    modified: datetime
    content_type: str
    metadata: dict[str, str]


class _Chunks:
    """Chunks to read one after the other. A streaming payload may be anything with such a `read`."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = iter(chunks)

    def read(self, size: int = -1, /) -> bytes:
        return b"".join(self._chunks) if size < 0 else next(self._chunks, b"")


def add_s3(application: Application) -> None:
    """Buckets and objects. What S3 can do beside is for you to add."""
    application.serve(s3)
    buckets: dict[str, dict[str, Stored]] = {}

    def objects_of(bucket: str) -> dict[str, Stored]:
        if bucket not in buckets:
            error = s3.NoSuchBucket()
            error.message = "The specified bucket does not exist"
            raise error
        return buckets[bucket]

    def find(bucket: str, key: str) -> Stored:
        found = objects_of(bucket).get(key)
        if found is None:
            error = s3.NoSuchKey()
            error.message = "The specified key does not exist."
            raise error
        return found

    @application.on(s3.endpoints.CreateBucket)
    def create_bucket(request: s3.CreateBucketRequest) -> s3.CreateBucketOutput:
        if request.bucket in buckets:
            error = s3.BucketAlreadyOwnedByYou()
            error.message = "You have a bucket of this name already."
            raise error
        buckets[request.bucket] = {}
        return s3.CreateBucketOutput(location=f"/{request.bucket}")

    @application.on(s3.endpoints.PutObject)
    def put_object(request: s3.PutObjectRequest) -> s3.PutObjectOutput:
        objects = objects_of(request.bucket)
        digest = md5(usedforsecurity=False)
        chunks = []
        for chunk in _read(request.body):
            digest.update(chunk)
            chunks.append(chunk)
        objects[request.key] = stored = Stored(
            chunks=chunks,
            size=sum(map(len, chunks)),
            etag=f'"{digest.hexdigest()}"',
            modified=datetime.now(UTC).replace(microsecond=0),
            content_type=request.content_type or "binary/octet-stream",
            metadata=request.metadata or {},
        )
        return s3.PutObjectOutput(etag=stored.etag)

    @application.on(s3.endpoints.GetObject)
    def get_object(request: s3.GetObjectRequest) -> s3.GetObjectOutput:
        found = find(request.bucket, request.key)
        return s3.GetObjectOutput(
            body=_Chunks(found.chunks),
            content_length=found.size,
            content_type=found.content_type,
            etag=found.etag,
            last_modified=found.modified,
            metadata=found.metadata,
        )

    @application.on(s3.endpoints.HeadObject)
    def head_object(request: s3.HeadObjectRequest) -> s3.HeadObjectOutput:
        found = find(request.bucket, request.key)
        return s3.HeadObjectOutput(
            content_length=found.size,
            content_type=found.content_type,
            etag=found.etag,
            last_modified=found.modified,
            metadata=found.metadata,
        )

    @application.on(s3.endpoints.DeleteObject)
    def delete_object(request: s3.DeleteObjectRequest) -> s3.DeleteObjectOutput:
        objects_of(request.bucket).pop(request.key, None)
        return s3.DeleteObjectOutput()

    @application.on(s3.endpoints.ListObjectsV2)
    def list_objects(request: s3.ListObjectsV2Request) -> s3.ListObjectsV2Output:
        return _list(dict(objects_of(request.bucket)), request)


def _read(body: StreamingBlob | None) -> Iterator[bytes]:
    """The chunks of a payload."""
    source: Readable = io.BytesIO(body or b"") if isinstance(body, bytes | None) else body
    return iter(lambda: source.read(_PIECE), b"")


def _list(objects: dict[str, Stored], request: s3.ListObjectsV2Request) -> s3.ListObjectsV2Output:
    """A page of objects in order of their keys, with what is below a delimiter as one entry."""
    prefix, delimiter = request.prefix or "", request.delimiter or ""
    start = request.continuation_token or request.start_after or ""
    keys = (key for key in sorted(objects) if key.startswith(prefix))
    # Several keys may come down to one entry; a dict has each once, in order.
    entries = [entry for entry in dict.fromkeys(_entry(key, prefix, delimiter) for key in keys) if entry > start]
    size = min(_LONGEST_PAGE if request.max_keys is None else request.max_keys, _LONGEST_PAGE)
    page = entries[:size]
    is_truncated = len(entries) > size > 0
    # XML cannot hold every key: clients who know ask for percent-encoded ones.
    written = quote if request.encoding_type == "url" else str
    return s3.ListObjectsV2Output(
        name=request.bucket,
        prefix=written(prefix),
        delimiter=written(delimiter) or None,
        encoding_type=request.encoding_type,
        max_keys=size,
        key_count=len(page),
        is_truncated=is_truncated,
        continuation_token=request.continuation_token,
        next_continuation_token=page[-1] if is_truncated else None,
        contents=[
            s3.Object(key=written(key), size=found.size, etag=found.etag, last_modified=found.modified)
            for key in page
            if (found := objects.get(key)) is not None
        ],
        common_prefixes=[s3.CommonPrefix(prefix=written(entry)) for entry in page if entry not in objects],
    )


def _entry(key: str, prefix: str, delimiter: str) -> str:
    """What a listing shows of a key: itself, or what it shares with others up to the delimiter."""
    if not delimiter or delimiter not in key[len(prefix) :]:
        return key
    return prefix + key[len(prefix) :].partition(delimiter)[0] + delimiter

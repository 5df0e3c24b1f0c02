"""What S3's clients have besides: whole files up, down and across by s3transfer, in parts where they are large, and
posts from forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar, cast

from botobind.attributes import frozen
from botobind.errors import BotobindError, EncodeError
from botobind.formats import header
from botobind.io.carriers import Form
from botobind.io.clients import AsyncClient, Client
from botobind.io.faults import TransportError, WrongClient, fault_of, is_of
from botobind.markers import VALUE, in_format

if TYPE_CHECKING:
    from botobind.operations import Operation
    from botobind.shapes import Shape

__all__ = ["AsyncS3Client", "PresignedPost", "S3Client"]

Put = TypeVar("Put")
Get = TypeVar("Get")
Copy = TypeVar("Copy")
Progress = Callable[[int], object]


@frozen()
class PresignedPost:
    """What an HTML form posts a file with: to a URL, with fields before it."""

    url: str
    fields: Mapping[str, str]


class S3Client(Client, Generic[Put, Get, Copy]):
    """A client of S3. Its transfers need a client of boto3's below, and raise `WrongClient` without one. Posts need one
    that signs: one of boto3's, or a client that sends itself.

    Transfers take inputs of the operations that they are made of. They send in threads, in parts where a file is large,
    and raise the errors of these operations, `TransportError`, `EncodeError` for a member that they cannot take, and
    what files and `progress` raise as it is. `progress` is told numbers of bytes, from several threads; `config` is one
    of `s3transfer.manager.TransferConfig` or of boto3's.
    """

    def upload_file(
        self, filename: str | PathLike[str], request: Put, *, progress: Progress | None = None, config: Any = None
    ) -> None:
        """Puts a file into a bucket. The body of the request is left out."""
        self._transfer("upload", "PutObject", request, progress, config, fspath(filename))

    def upload_fileobj(
        self, file: BinaryIO, request: Put, *, progress: Progress | None = None, config: Any = None
    ) -> None:
        """Puts what can be read into a bucket: a file that was opened in binary mode, or whatever has `read`."""
        self._transfer("upload", "PutObject", request, progress, config, file)

    def download_file(
        self, request: Get, filename: str | PathLike[str], *, progress: Progress | None = None, config: Any = None
    ) -> None:
        """Gets an object as a file, which has its name when it is whole."""
        self._transfer("download", "GetObject", request, progress, config, fspath(filename))

    def download_fileobj(
        self, request: Get, file: BinaryIO, *, progress: Progress | None = None, config: Any = None
    ) -> None:
        """Gets an object into what can be written to, such as a file that was opened in binary mode."""
        self._transfer("download", "GetObject", request, progress, config, file)

    def copy(self, request: Copy, *, progress: Progress | None = None, config: Any = None) -> None:
        """Copies an object from a bucket to another or the same, in parts where it is large. `copy_source` is
        `bucket/key`, or `arn/object/key` of an access point, with `?versionId=…` behind it for a version. Raises
        `EncodeError` for one that is neither.
        """
        self._transfer("copy", "CopyObject", request, progress, config)

    def _transfer(
        self, method: str, operation: str, request: Any, progress: Progress | None, config: Any, file: Any = None
    ) -> None:
        called = self._operations()[operation]
        carrier = self._carrier.open(operation)
        if reason := getattr(carrier, "passed_by", None):
            raise WrongClient(f"{operation}: {reason}")
        if self._carrier.below is None:
            raise WrongClient(f"{operation}: s3transfer needs a client that rides on one of boto3's")
        if not isinstance(request, cast("type", called.input)):
            wanted = cast("type", called.input).__name__
            raise EncodeError(f"expected {wanted} for {operation}, got {type(request).__name__}")
        members = in_format(cast("Shape", request), VALUE).to_value()
        members.pop("Body", None)
        places = {"bucket": members.pop("Bucket"), "key": members.pop("Key")}
        source = {"copy_source": _source_of(members.pop("CopySource"))} if method == "copy" else {"fileobj": file}
        manager = import_module("s3transfer.manager")  # boto3 brings it; most programs have no use for it
        with _ours(called), manager.TransferManager(self._carrier.below, config) as transfers:
            begin = getattr(transfers, method)
            try:
                transfer = begin(**places, **source, extra_args=members, subscribers=_subscribers(progress))
            except ValueError as error:  # so far s3transfer has but looked at what it was given
                raise EncodeError(f"{operation}: {error}") from error
            transfer.result()

    def presign_post(
        self,
        bucket: str,
        key: str,
        *,
        fields: Mapping[str, str] | None = None,
        conditions: Sequence[Any] | None = None,
        expires: int = 3600,
    ) -> PresignedPost:
        """What a form posts a file with, for so many seconds. A key may end in `${filename}`."""
        post = self._carrier.signer("post", "presign_post", "post")
        return PresignedPost(*post(Form(bucket, key, fields, conditions, expires)))


class AsyncS3Client(AsyncClient):
    """An asynchronous client of S3. It has posts; whole files are for `S3Client`, since s3transfer awaits nothing."""

    async def presign_post(
        self,
        bucket: str,
        key: str,
        *,
        fields: Mapping[str, str] | None = None,
        conditions: Sequence[Any] | None = None,
        expires: int = 3600,
    ) -> PresignedPost:
        """What a form posts a file with, for so many seconds. A key may end in `${filename}`."""
        post = self._carrier.signer("post", "presign_post", "post")
        return PresignedPost(*await post(Form(bucket, key, fields, conditions, expires)))


def _source_of(text: str) -> dict[str, str]:
    """Bucket, key and version of a source, or access point, key and version."""
    path, version = header.part_at(text.removeprefix("/"), "?versionId=")
    bucket, _, key = path.partition("/object/" if path.startswith("arn:") else "/")
    if not (bucket and key):
        raise EncodeError("CopyObject: a source is bucket/key, or arn/object/key of an access point")
    source = {"Bucket": bucket, "Key": key}
    return {**source, "VersionId": version} if version else source


def _subscribers(progress: Progress | None) -> list[Any]:
    return [] if progress is None else [_told(progress)]


def _told(progress: Progress) -> Any:
    base: Any = import_module("s3transfer.subscribers").BaseSubscriber

    class Told(base):  # type: ignore[misc] # s3transfer has no types
        def on_progress(self, bytes_transferred: int, **_: Any) -> None:
            progress(bytes_transferred)

    return Told()


@contextmanager
def _ours(operation: Operation[Any, Any, Any]) -> Iterator[None]:
    """Raises what exceptions of botocore's and s3transfer's are here."""
    from botobind.io.riding import error_of  # needs botocore
    from botobind.io.translating import ours_of

    try:
        yield
    except BotobindError:
        raise
    except Exception as error:
        if is_of(error, ("s3transfer",)):
            last = getattr(error, "last_exception", None)  # of one that was tried again as often as it may be
            if last is None:
                raise TransportError(str(error), operation.name) from error
            raise (ours_of(last, operation.name) or fault_of(last, operation.name)) from error
        raise error_of(operation, error) from error

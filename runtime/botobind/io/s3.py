"""What S3's clients have besides: whole objects up, down and across, in parts where they are large, and posts from
forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar, cast

from botobind.attributes import frozen
from botobind.errors import EncodeError
from botobind.io.carriers import Form
from botobind.io.clients import AsyncClient, BaseClient, Client

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Iterable

    from botobind.io.transfers.actions import Actions
    from botobind.io.transfers.config import Configured
    from botobind.io.transfers.parts import Transfer
    from botobind.io.transfers.progress import Progress
    from botobind.io.transfers.sources import Source
    from botobind.io.transfers.targets import Target
    from botobind.types import Readable

__all__ = ["AsyncS3Client", "PresignedPost", "S3Client"]

Put = TypeVar("Put")
Get = TypeVar("Get")
Copy = TypeVar("Copy")
Path: TypeAlias = "str | PathLike[str]"
Sent: TypeAlias = "bytes | bytearray | memoryview | Readable | Iterable[bytes]"
SentAwaited: TypeAlias = "Sent | ReadableAwaited | AsyncIterable[bytes]"


class ReadableAwaited(Protocol):
    """An asynchronous file, as far as it is read."""

    def read(self, size: int = -1, /) -> Awaitable[bytes]:
        """At most `size` bytes; `b""` at the end."""
        ...


class Writable(Protocol):
    """What an object may be written to."""

    def write(self, data: bytes, /) -> object:
        """Takes bytes. What it gives may be awaited, of asynchronous clients."""
        ...


@frozen()
class PresignedPost:
    """What an HTML form posts a file with: to a URL, with fields before it."""

    url: str
    fields: Mapping[str, str]
    """The names and values of the form's fields; that of the file, `file`, comes last."""


class _Transfers(BaseClient):
    """What transfers have in common, awaited or not."""

    def _begun(self, operation: str, request: Any, progress: Progress | None, config: Configured | None) -> Transfer:
        """What is known of a transfer. Raises what is wrong with the arguments."""
        from botobind.io.transfers.config import checked, most_of  # most programs transfer no files
        from botobind.io.transfers.members import Requests, given_of
        from botobind.io.transfers.parts import Transfer
        from botobind.io.transfers.progress import Switch, Teller

        operations = self._operations()
        carrier = self._carrier.open(operation)
        wanted = cast("type", operations[operation].input)
        if not isinstance(request, wanted):
            raise EncodeError(f"expected {wanted.__name__} for {operation}, got {type(request).__name__}")
        settings = checked(config)
        given = {name: found for name, found in given_of(request).items() if name != "body"}
        return Transfer(
            given=given,
            requests=Requests(import_module(self.PACKAGE), operations, given),
            config=settings,
            most=most_of(settings, getattr(carrier, "max_connections", None)),
            algorithm="CRC32" if getattr(carrier, "sums_requests", False) else None,
            switch=Switch(),
            teller=Teller(progress),
        )


class S3Client(_Transfers, Client, Generic[Put, Get, Copy]):
    """A client of S3, whatever carries its messages. Posts need one that signs: one of boto3's, or a client that sends
    itself.

    Transfers take inputs of the operations that they are made of, send in threads, in parts where an object is large,
    and raise the errors of these operations, `EncodeError` for a member that they cannot take, and what files and
    `progress` raise as it is. A part is tried again by itself. Nothing is left of a transfer that fails or is
    interrupted: no upload that was begun, no half of a file, no thread.

    `progress` is told how many bytes more were sent or fetched, by one thread at a time: by a number below 0, how many
    of them have to be once more. All that it is told adds up to the length of the object. `config` is a
    `TransferConfig`, or one of boto3's.
    """

    def upload_file(
        self, filename: Path, request: Put, *, progress: Progress | None = None, config: Configured | None = None
    ) -> None:
        """Puts a file into a bucket. The body of the request is left out. Raises `EncodeError` where the file changes
        meanwhile.
        """
        from botobind.io.transfers.sources import source_of_path

        self._upload(request, progress, config, lambda: source_of_path(fspath(filename)))

    def upload_fileobj(
        self,
        file: Sent,
        request: Put,
        *,
        progress: Progress | None = None,
        config: Configured | None = None,
    ) -> None:
        """Puts what can be read into a bucket: a file that was opened in binary mode, from where it stands on, whatever
        else has `read`, bytes, or chunks of them. Of what can be read once alone as many parts are in memory as are
        sent at the same time.
        """
        from botobind.io.transfers.sources import source_of

        self._upload(request, progress, config, lambda: source_of(file, is_async=False))

    def download_file(
        self, request: Get, filename: Path, *, progress: Progress | None = None, config: Configured | None = None
    ) -> None:
        """Gets an object as a file, which has its name when it is whole. Raises `TransportError` where the object
        changes meanwhile.
        """
        from botobind.io.transfers.targets import target_of_path

        self._download(request, progress, config, lambda: target_of_path(fspath(filename)))

    def download_fileobj(
        self, request: Get, file: Writable, *, progress: Progress | None = None, config: Configured | None = None
    ) -> None:
        """Gets an object into what can be written to, such as a file that was opened in binary mode. What cannot go
        back is written to in order, and as many parts are in memory as are on their way.
        """
        from botobind.io.transfers.targets import target_of

        self._download(request, progress, config, lambda: target_of(file, is_async=False))

    def copy(self, request: Copy, *, progress: Progress | None = None, config: Configured | None = None) -> None:
        """Copies an object from a bucket to another or the same, in parts where it is large. `copy_source` is
        `bucket/key`, or `arn/object/key` of an access point, with `?versionId=…` behind it for a version. Raises
        `EncodeError` for one that is neither.
        """
        from botobind.io.transfers.copying import Nowhere, copy

        self._run("CopyObject", request, progress, config, lambda transfer, _: copy(transfer), Nowhere)

    def _upload(
        self, request: Any, progress: Progress | None, config: Configured | None, place: Callable[[], Source]
    ) -> None:
        from botobind.io.transfers.putting import upload

        self._run("PutObject", request, progress, config, upload, place)

    def _download(
        self, request: Any, progress: Progress | None, config: Configured | None, place: Callable[[], Target]
    ) -> None:
        from botobind.io.transfers.getting import download

        self._run("GetObject", request, progress, config, download, place)

    def _run(
        self,
        operation: str,
        request: Any,
        progress: Progress | None,
        config: Configured | None,
        make: Callable[[Transfer, Any], Actions],
        place: Callable[[], Any],
    ) -> None:
        from botobind.io.transfers.threads import Threads

        transfer = self._begun(operation, request, progress, config)
        Threads(self._operations(), self._carrier.carry, transfer).run(make, place)

    def presign_post(
        self,
        bucket: str,
        key: str,
        *,
        fields: Mapping[str, str] | None = None,
        conditions: Sequence[Any] | None = None,
        expires: int = 3600,
    ) -> PresignedPost:
        """What a form posts a file with, for so many seconds. A key may end in `${filename}`.

        `fields` are others of the form, `conditions` others of its policy. Raises `CredentialsMissing`, and
        `WrongClient` over a transport.
        """
        return PresignedPost(*self._carrier.post(Form(bucket, key, fields, conditions, expires)))


class AsyncS3Client(_Transfers, AsyncClient, Generic[Put, Get, Copy]):
    """An asynchronous client of S3: it has what `S3Client` has, awaited.

    Transfers send in tasks. Files are read and written in threads, and may be asynchronous ones. `progress` is called
    in the event loop. Who is cancelled leaves nothing behind, either.
    """

    async def upload_file(
        self, filename: Path, request: Put, *, progress: Progress | None = None, config: Configured | None = None
    ) -> None:
        """Puts a file into a bucket, see `S3Client.upload_file`."""
        from botobind.io.transfers.sources import source_of_path

        await self._upload(request, progress, config, lambda: source_of_path(fspath(filename)))

    async def upload_fileobj(
        self,
        file: SentAwaited,
        request: Put,
        *,
        progress: Progress | None = None,
        config: Configured | None = None,
    ) -> None:
        """Puts what can be read into a bucket, see `S3Client.upload_fileobj`. What is awaited is read as well: files
        and chunks.
        """
        from botobind.io.transfers.sources import source_of

        await self._upload(request, progress, config, lambda: source_of(file, is_async=True))

    async def download_file(
        self, request: Get, filename: Path, *, progress: Progress | None = None, config: Configured | None = None
    ) -> None:
        """Gets an object as a file, see `S3Client.download_file`."""
        from botobind.io.transfers.targets import target_of_path

        await self._download(request, progress, config, lambda: target_of_path(fspath(filename)))

    async def download_fileobj(
        self, request: Get, file: Writable, *, progress: Progress | None = None, config: Configured | None = None
    ) -> None:
        """Gets an object into what can be written to, see `S3Client.download_fileobj`. `write` may be awaited."""
        from botobind.io.transfers.targets import target_of

        await self._download(request, progress, config, lambda: target_of(file, is_async=True))

    async def copy(self, request: Copy, *, progress: Progress | None = None, config: Configured | None = None) -> None:
        """Copies an object, see `S3Client.copy`."""
        from botobind.io.transfers.copying import Nowhere, copy

        await self._run("CopyObject", request, progress, config, lambda transfer, _: copy(transfer), Nowhere)

    async def _upload(
        self, request: Any, progress: Progress | None, config: Configured | None, place: Callable[[], Source]
    ) -> None:
        from botobind.io.transfers.putting import upload

        await self._run("PutObject", request, progress, config, upload, place)

    async def _download(
        self, request: Any, progress: Progress | None, config: Configured | None, place: Callable[[], Target]
    ) -> None:
        from botobind.io.transfers.getting import download

        await self._run("GetObject", request, progress, config, download, place)

    async def _run(
        self,
        operation: str,
        request: Any,
        progress: Progress | None,
        config: Configured | None,
        make: Callable[[Transfer, Any], Actions],
        place: Callable[[], Any],
    ) -> None:
        from botobind.io.transfers.tasks import Tasks, ToldInLoop

        told = None if progress is None else ToldInLoop(progress)
        transfer = self._begun(operation, request, told, config)
        await Tasks(self._operations(), self._carrier.carry, transfer).run(make, place)
        if told is not None:
            told.check()

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
        return PresignedPost(*await self._carrier.post(Form(bucket, key, fields, conditions, expires)))

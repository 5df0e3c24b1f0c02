"""Bodies of responses that are read bit by bit: botocore's, whose faults become ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from botobind.io.faults import ConnectionFailed
from botobind.io.translating import raise_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 65536


def events_of(body: Any, operation: str) -> Iterator[bytes]:
    """The bytes of an event stream, as they come."""
    try:
        yield from body.stream()
        if left := getattr(body, "length_remaining", None):
            raise ConnectionFailed(f"the events ended {left} bytes before the end", operation)
    except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
        raise_ours(error, operation)
    finally:
        body.close()


class StreamedBody:
    """The body of a response, to be read once. It has all methods of botocore's `StreamingBody`; what goes wrong while
    it is read is a `TransportError`. `with` closes it in the end.
    """

    def __init__(self, body: Any, operation: str) -> None:
        self._body = body
        self._operation = operation

    def read(self, size: int | None = None) -> bytes:
        """At most `size` bytes, or all that are left; `b""` at the end."""
        try:
            found: bytes = self._body.read(None if size is None or size < 0 else size)
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, self._operation)
        return found

    def iter_chunks(self, chunk_size: int = _CHUNK) -> Iterator[bytes]:
        """The body in chunks of at most so many bytes."""
        while chunk := self.read(chunk_size):
            yield chunk

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_chunks()

    def iter_lines(self, *arguments: Any, **options: Any) -> Iterator[bytes]:
        """The lines of the body, as botocore's `StreamingBody.iter_lines` has them."""
        lines = self._body.iter_lines(*arguments, **options)
        while True:
            try:
                line = next(lines)
            except StopIteration:
                return
            except Exception as error:  # noqa: BLE001 - likewise
                raise_ours(error, self._operation)
            yield line

    def close(self) -> None:
        """Gives the connection back or ends it."""
        self._body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        if name == "_body":
            raise AttributeError(name)
        return getattr(self._body, name)

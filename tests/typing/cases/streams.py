"""Streaming payloads are bytes or a source to read; event streams are lists, iterators or asynchronous iterators."""

from collections.abc import AsyncIterable, AsyncIterator, Iterator
from pathlib import Path
from typing import reveal_type

from botobind.types import Readable
from botobind_services import lambda_, s3


def sent() -> None:
    s3.PutObjectRequest(bucket="books", key="walden", body=b"Simplify")
    with Path("walden.txt").open("rb") as file:
        s3.PutObjectRequest(bucket="books", key="walden", body=file)
    s3.PutObjectRequest.make(bucket="books", key="walden", body=None)
    s3.PutObjectRequest(bucket="books", key="walden", body="Simplify")
    # mypy says [arg-type] Argument "body" … incompatible type "str"; expected "bytes | Readable | None"
    # pyright says [reportArgumentType] Argument of type "Literal['Simplify']" … "body" of type "StreamingBlob | None"
    s3.PutObjectRequest.make(bucket="books", key="walden", body=Path("walden.txt"))
    # mypy says [arg-type] Argument "body" … incompatible type "Path"; expected "bytes | Readable | None"
    # pyright says [reportArgumentType] Argument of type "Path" … "body" of type "StreamingBlob | None"
    with Path("walden.txt").open() as file:
        s3.PutObjectRequest(bucket="books", key="walden", body=file)
        # mypy says [arg-type] incompatible type "TextIOWrapper[_WrappedBuffer]"; expected "bytes | Readable | None"
        # pyright says [reportArgumentType] "TextIOWrapper[_WrappedBuffer]" … "body" of type "StreamingBlob | None"


def received(output: s3.GetObjectOutput) -> bytes:
    reveal_type(output.body)
    # reveals bytes | Readable | None
    if output.body is None:
        return b""
    if isinstance(output.body, bytes):
        reveal_type(output.body)
        # reveals bytes
        return output.body
    reveal_type(output.body)
    # reveals Readable
    reveal_type(output.body.read(1024))
    # reveals bytes
    return output.body.read()


def received_as_bytes(output: s3.GetObjectOutput) -> bytes:
    output.body.read()
    # mypy says [union-attr] Item "bytes" … has no attribute "read"
    # mypy says [union-attr] Item "None" … has no attribute "read"
    # pyright says [reportAttributeAccessIssue] Attribute "read" is unknown
    # pyright says [reportOptionalMemberAccess] "read" is not a known attribute of "None"
    return output.body
    # mypy says [return-value] got "bytes | Readable | None", expected "bytes"
    # pyright says [reportReturnType] Type "StreamingBlob | None" is not assignable to return type "bytes"


class Slow:
    def read(self, size: int) -> str:
        return " " * size


def sources(slow: Slow) -> Readable:
    s3.PutObjectRequest(bucket="books", key="walden", body=slow)
    # mypy says [arg-type] Argument "body" … incompatible type "Slow"; expected "bytes | Readable | None"
    # pyright says [reportArgumentType] Argument of type "Slow" … "body" of type "StreamingBlob | None"
    return slow
    # mypy says [return-value] got "Slow", expected "Readable"
    # pyright says [reportReturnType] Type "Slow" is not assignable to return type "Readable"


def not_streamed(request: lambda_.InvokeWithResponseStreamRequest) -> None:
    reveal_type(request.payload)
    # reveals bytes | None
    with Path("walden.txt").open("rb") as file:
        request.payload = file
        # mypy says [assignment] "BufferedReader[_BufferedReaderStream]", variable has type "bytes | None"
        # pyright says [reportAttributeAccessIssue] attribute "payload" … "BufferedReader… is not … "bytes | None"


def events(output: s3.SelectObjectContentOutput) -> None:
    reveal_type(output.payload)
    # mypy reveals Iterable[SelectObjectContentEventStream] | AsyncIterable[SelectObjectContentEventStream] | None
    # pyright reveals list[Select…Stream] | Iterable[Select…Stream] | AsyncIterable[Select…Stream] | None
    # So narrowed, the events have no type for mypy. `AsyncIterable`, as below, tells the two kinds apart for both.
    if isinstance(output.payload, list):
        reveal_type(output.payload)
        # mypy reveals list[Any]
        # pyright reveals list[SelectObjectContentEventStream]
        for event in output.payload:
            reveal_type(event)
            # mypy reveals Any
            # pyright reveals SelectObjectContentEventStream
            reveal_type(event.records)
            # mypy reveals Any
            # pyright reveals RecordsEvent | None
            event.record
            # pyright says [reportAttributeAccessIssue] Attribute "record" is unknown
    for event in output.payload:
        # mypy says [union-attr] Item "AsyncIterable[SelectObjectContentEventStream]" … has no attribute "__iter__"
        # mypy says [union-attr] Item "None" … has no attribute "__iter__"
        # pyright says [reportOptionalIterable] Object of type "None" cannot be used as iterable value
        # pyright says [reportGeneralTypeIssues] "AsyncIterable[SelectObjectContentEventStream]" is not iterable
        print(event)
        # pyright says [reportUnknownArgumentType] Argument type is unknown Argument corresponds to parameter "values"
    reveal_type(lambda_.InvokeWithResponseStreamResponse(status_code=200).event_stream)
    # mypy reveals Iterable[Invoke…Event] | AsyncIterable[Invoke…Event] | None
    # pyright reveals list[Invoke…Event] | Iterable[Invoke…Event] | AsyncIterable[Invoke…Event] | None


async def events_as_they_come(output: s3.SelectObjectContentOutput) -> None:
    if isinstance(output.payload, AsyncIterable):
        reveal_type(output.payload)
        # reveals AsyncIterable[SelectObjectContentEventStream]
        async for event in output.payload:
            reveal_type(event)
            # reveals SelectObjectContentEventStream
    elif output.payload is not None:
        reveal_type(output.payload)
        # mypy reveals Iterable[SelectObjectContentEventStream]
        # pyright reveals list[SelectObjectContentEventStream] | Iterable[SelectObjectContentEventStream]
        for event in output.payload:
            reveal_type(event)
            # reveals SelectObjectContentEventStream


async def waited_for_too_early(output: s3.SelectObjectContentOutput) -> None:
    async for event in output.payload:
        # mypy says [union-attr] Item "Iterable[SelectObjectContentEventStream]" … has no attribute "__aiter__"
        # mypy says [union-attr] Item "None" … has no attribute "__aiter__"
        # pyright says [reportOptionalIterable] Object of type "None" cannot be used as iterable value
        # pyright says [reportGeneralTypeIssues] "list[SelectObjectContentEventStream]" is not iterable
        # pyright says [reportGeneralTypeIssues] "Iterable[SelectObjectContentEventStream]" is not iterable
        print(event)
        # pyright says [reportUnknownArgumentType] Argument type is unknown Argument corresponds to parameter "values"


def written(one: s3.SelectObjectContentEventStream, other: lambda_.InvokeWithResponseStreamResponseEvent) -> None:
    def iterator() -> Iterator[s3.SelectObjectContentEventStream]:
        yield one

    async def asynchronous() -> AsyncIterator[s3.SelectObjectContentEventStream]:
        yield one

    s3.SelectObjectContentOutput(payload=[one])
    s3.SelectObjectContentOutput(payload=iterator())
    s3.SelectObjectContentOutput(payload=asynchronous())
    s3.SelectObjectContentOutput(payload=one)
    # mypy says [arg-type] incompatible type "Select…Stream"; expected "…AsyncIterable[Select…Stream] | None"
    # pyright says [reportArgumentType] "Select…Stream" … "payload" of type "EventStreamOf[Select…Stream] | None"
    s3.SelectObjectContentOutput(payload=[other])
    # mypy says [list-item] List item 0 has incompatible type "Invoke…Event"; expected "Select…Stream"
    # pyright says [reportArgumentType] "list[Invoke…Event]" … "payload" of type "EventStreamOf[Select…Stream] | None"
    s3.SelectObjectContentOutput.make(payload=[s3.RecordsEvent(payload=b"a")])
    # mypy says [list-item] List item 0 has incompatible type "RecordsEvent"; expected "SelectObjectContentEventStream"
    # pyright says [reportArgumentType] "list[RecordsEvent]" … "payload" of type "EventStreamOf[Select…Stream] | None"
    s3.SelectObjectContentOutput(payload=b"events")
    # mypy says [arg-type] incompatible type "bytes"; expected "…AsyncIterable[SelectObjectContentEventStream] | None"
    # pyright says [reportArgumentType] "Literal[b"events"]" … "payload" of type "EventStreamOf[Select…Stream] | None"

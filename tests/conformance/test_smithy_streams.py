"""Smithy's event streams: messages become events and events these messages, on both sides, whole and in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from conformance.smithy import Streamed, need_cases, streamed
from conformance.smithy_exceptions import stream_params
from conformance.vectors import Generate

from botobind.errors import DecodeError, UnknownOperationError
from botobind.eventstream import Byte, Int, Short, read_messages
from botobind.http import HttpRequest, HttpResponse
from botobind.operations import Operation

need_cases()

_PIECE = 7


def _chunks(body: bytes) -> Iterator[bytes]:
    return (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))


def _read(case: Streamed, package: ModuleType, *, in_chunks: bool) -> list[Any]:
    """The events, as the side reads them to which they go."""
    operation: Operation[Any, Any, Any] = package.endpoints.OPERATIONS[case.operation]
    body: Any = _chunks(case.body) if in_chunks else case.body
    headers = {"Content-Type": "application/vnd.amazon.eventstream", **case.initial_headers}
    if case.is_request:
        request = HttpRequest(method=operation.method, path=operation.uri, headers=headers, body=body)
        value: Any = operation.of_request(request, constraints=False)
    else:
        value = operation.of_response(HttpResponse(headers=headers, body=body))
    if isinstance(value, UnknownOperationError):
        raise value
    return list(getattr(value, value.EVENTS.attribute))


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize("case", stream_params(streamed(), "read"))
def test_messages_become_events(generate_once: Generate, case: Streamed, in_chunks: bool) -> None:  # noqa: FBT001
    package = generate_once(case.model)
    if case.fails:
        if case.error is None:
            with pytest.raises((DecodeError, UnknownOperationError)):
                _read(case, package, in_chunks=in_chunks)
        else:
            # A modelled error is the last event.
            _, error = next(iter(_read(case, package, in_chunks=in_chunks)[-1].given()))
            assert case.error == error.SHAPE
        return
    found = _read(case, package, in_chunks=in_chunks)
    assert [event.to_value() for event in found] == [event.to_value() for event in case.values(package)]


@pytest.mark.parametrize("case", stream_params([case for case in streamed() if not case.fails], "written"))
def test_events_become_messages(generate_once: Generate, case: Streamed) -> None:
    package = generate_once(case.model)
    operation: Operation[Any, Any, Any] = package.endpoints.OPERATIONS[case.operation]
    cls: Any = operation.input if case.is_request else operation.output
    value = cls(**{cls.EVENTS.attribute: case.values(package)})
    written: Any = operation.to_request(value) if case.is_request else operation.to_response(value)
    found, wanted = list(read_messages(written.body)), list(read_messages(case.body))
    assert [(_named(message.headers), message.payload) for message in found] == [
        (_named(message.headers), message.payload) for message in wanted
    ]


def _named(headers: Any) -> dict[str, Any]:
    """Headers with their types. botocore's models have no byte and short: the shape is an integer."""
    return {name: (Int if type(value) in (Byte, Short) else type(value), value) for name, value in headers.items()}

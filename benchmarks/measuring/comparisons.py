"""A case made ready: its bytes, checked on both sides, and what is timed of ours, of botocore and of the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from attrs import frozen
from botocore.response import StreamingBody
from corpus import Case, Direction

from botobind.http import Headers, HttpRequest, HttpResponse
from botobind.operations import Operation
from botobind.serializers import ValueFormat
from measuring import baselines, botocores
from measuring.answers import PROTOCOL, REQUEST_ID, Answer, answer
from measuring.baselines import Baseline
from measuring.models import OperationModel

Run = Callable[[], object]


class WrongError(AssertionError):
    """A side reads or writes something else than the case says."""


@frozen
class Comparison:
    """What is timed. A server has no botocore to compare with; what is headers only has no baseline."""

    case: Case
    value: Mapping[str, Any]
    """The value as boto3 takes and gives it."""
    body: bytes
    ours: Run
    botocore: Run | None
    baseline: Baseline | None


def prepare(case: Case, package: ModuleType, size: int | None = None) -> Comparison:
    """A comparison whose bytes and values have been checked. `package` is ours for the service; `size` may be smaller.

    Raises `WrongError` where the values differ.
    """
    operation: Operation[Any, Any, Any] = package.endpoints.OPERATIONS[case.operation]
    model = botocores.operation_model(case.service, case.operation, case.protocol)
    value = case.build(case.size if size is None else size)
    return _PREPARE[case.direction](case, operation, model, value)


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise WrongError(f"{what}: {str(found)[:2000]}\nexpected: {str(expected)[:2000]}")


def _read_by_botocore(model: OperationModel, protocol: str, given: Answer) -> dict[str, Any]:
    read = botocores.parse(model, protocol, given)()
    read.pop("ResponseMetadata")
    return {name: member.read() if isinstance(member, StreamingBody) else member for name, member in read.items()}


def _decode(
    case: Case, operation: Operation[Any, Any, Any], model: OperationModel, value: Mapping[str, Any]
) -> Comparison:
    given = answer(model, case.protocol, value)
    _same("botocore parses", _read_by_botocore(model, case.protocol, given), value)
    response = HttpResponse(status=given.status, headers=Headers(given.headers), body=given.body)
    read = operation.of_response(response, protocol=case.protocol)
    _same("ours", type(read), operation.output)
    _same("ours parses", read.to_value(), value)
    bare = model.has_streaming_output or not given.body
    return Comparison(
        case,
        value,
        given.body,
        # What an HTTP layer makes is made before, on both sides: the response, and its headers by lower-case name.
        # botocore's have these from the start, ours since they were first asked for.
        lambda: operation.of_response(response, protocol=case.protocol),
        botocores.parse(model, case.protocol, given),
        None if bare else baselines.reading(case.protocol, given.body, answers=True),
    )


def decoders(case: Case, package: ModuleType, body: bytes) -> Mapping[str, Run]:
    """Ours and botocore's decoding of a body that another process has checked."""
    operation: Operation[Any, Any, Any] = package.endpoints.OPERATIONS[case.operation]
    model = botocores.operation_model(case.service, case.operation, case.protocol)
    response = HttpResponse(headers=PROTOCOL if case.protocol == "smithy-rpc-v2-cbor" else {}, body=body)
    return {
        "ours": lambda: operation.of_response(response, protocol=case.protocol),
        "botocore": botocores.parse(model, case.protocol, Answer(200, {}, body)),
    }


def _encode(
    case: Case, operation: Operation[Any, Any, Any], model: OperationModel, params: Mapping[str, Any]
) -> Comparison:
    value = _input(operation, params)
    theirs = botocores.accepted(model, case.protocol, params)
    _same("ours of botocore's bytes", operation.of_request(theirs, protocol=case.protocol), value)
    request = operation.to_request(value, protocol=case.protocol)
    _same("ours of our own bytes", operation.of_request(request, protocol=case.protocol), value)
    body = _whole(request)
    _same("our body", baselines.content(case.protocol, body), baselines.content(case.protocol, _whole(theirs)))
    return Comparison(
        case,
        params,
        body,
        lambda: operation.to_request(value, protocol=case.protocol),
        botocores.serialize(model, case.protocol, params),
        baselines.writing(case.protocol, body, answers=False),
    )


def _input(operation: Operation[Any, Any, Any], params: Mapping[str, Any]) -> Any:
    if operation.input is None:
        raise WrongError(f"{operation.name} takes nothing")
    value: ValueFormat = operation.input.of_value(params)
    _same("the value", value.to_value(), params)
    return value


def _whole(request: HttpRequest) -> bytes:
    if not isinstance(request.body, bytes):
        raise WrongError("expected a body of bytes")
    return request.body


def _serve_request(
    case: Case, operation: Operation[Any, Any, Any], model: OperationModel, params: Mapping[str, Any]
) -> Comparison:
    request = botocores.accepted(model, case.protocol, params)
    _same("ours reads", operation.of_request(request, protocol=case.protocol), _input(operation, params))
    body = _whole(request)
    return Comparison(
        case,
        params,
        body,
        lambda: operation.of_request(request, protocol=case.protocol),
        None,
        baselines.reading(case.protocol, body, answers=False),
    )


def _serve_answer(
    case: Case, operation: Operation[Any, Any, Any], model: OperationModel, expected: Mapping[str, Any]
) -> Comparison:
    if operation.output is None:
        raise WrongError(f"{operation.name} answers with nothing")
    value = operation.output.of_value(expected)
    response = operation.to_response(value, protocol=case.protocol, request_id=REQUEST_ID)
    if not isinstance(response.body, bytes):
        raise WrongError("expected a body of bytes")
    written = Answer(response.status, dict(response.headers), response.body)
    _same("botocore parses our answer", _read_by_botocore(model, case.protocol, written), expected)
    _same("ours parses our answer", operation.of_response(response, protocol=case.protocol), value)
    return Comparison(
        case,
        expected,
        response.body,
        lambda: operation.to_response(value, protocol=case.protocol, request_id=REQUEST_ID),
        None,
        baselines.writing(case.protocol, response.body, answers=True),
    )


_PREPARE = {
    Direction.DECODE: _decode,
    Direction.ENCODE: _encode,
    Direction.SERVER_DECODE: _serve_request,
    Direction.SERVER_ENCODE: _serve_answer,
}

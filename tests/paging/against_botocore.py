"""Pages and waiters of a package beside botocore's: the same answers, the same requests, the same end."""

from __future__ import annotations

import importlib
import json
from base64 import b64decode
from collections.abc import Mapping
from types import ModuleType
from typing import Any
from unittest import mock

import jmespath
from attrs import frozen
from botocore.exceptions import ClientError, PaginationError, WaiterError
from botocore.model import OperationModel, ServiceModel
from botocore.paginate import Paginator
from botocore.waiter import AcceptorConfig, NormalizedOperationMethod, SingleWaiterConfig, Waiter
from jmespath.exceptions import JMESPathTypeError
from paging.answers import Answers, fields_of, is_document

from botobind import ServiceError, UnknownOperationError
from botobind.errors import PaginationError as OurPaginationError
from botobind.errors import WaiterFailed, WaiterTimedOut
from botobind.http import ResponseMetadata
from botobind.memberpaths import text_of
from botobind.operations import Answer
from botobind.pages import iterate
from botobind.testing import example
from botobind.waiters import wait
from botobind_codegen.load import load_service
from botobind_codegen.naming import waiter_names

MOST_PAGES = 4
MOST_ATTEMPTS = 4


@frozen
class Counts:
    """How much was compared."""

    paginators: int
    waiters: int


def check_package(service: str, package: ModuleType, runs: int) -> Counts:
    """Compares all that a package has, which is made of botocore's model of a service, in so many courses of each."""
    model = ServiceModel(load_service(service).document, service)
    operations: Any = importlib.import_module(f"{package.__name__}.endpoints").__dict__["OPERATIONS"]
    waiters = 0
    names = waiter_names(name for each in operations.values() for name in each.traits.get("waiters", ()))
    for operation in operations.values():
        config = operation.traits.get("pagination")
        assert (operation.pages is None) == (config is None)
        if config is not None:
            check_pages(operation, config, model.operation_model(operation.name), runs)
        for name, raw in operation.traits.get("waiters", {}).items():
            ours = getattr(importlib.import_module(f"{package.__name__}.waiters"), names[name])
            assert ours.operation is operation
            check_waiter(ours, name, raw, runs)
            waiters += 1
    return Counts(sum("pagination" in each.traits for each in operations.values()), waiters)


# Pages


def check_pages(operation: Any, config: Mapping[str, Any], model: OperationModel, runs: int) -> None:
    tokens, results, others = (_several(config.get(key, ())) for key in ("output_token", "result_key", "more_results"))
    fields = fields_of(*tokens, *results, *others)
    answers = Answers(operation.output, fields, ("", "t1", "t2", "t3"), operation.name)
    for _ in range(runs):
        request = example(operation.input)
        for name in operation.pages.input_tokens:
            setattr(request, name, None)
        outputs = [*answers.some(MOST_PAGES), answers.last()]
        size = answers.pick(None, 7) if operation.pages.limit else None
        assert _ours(operation, request, outputs, size) == _botocores(config, model, request, outputs, size)
        if results and all(isinstance(jmespath.search(results[0], each.to_value()), list | None) for each in outputs):
            # Of others than lists botocore cannot count the results, or counts letters.
            _check_limits(operation, config, model, request, outputs, answers.pick(1, 2, 3, 4))


def _check_limits(
    operation: Any, config: Mapping[str, Any], model: OperationModel, request: Any, outputs: list[Any], most: int
) -> None:
    """Compares loops that end after so many results, and what goes on behind each of them."""
    token: str | None = None
    while outputs:
        given, asked = list(outputs), list(outputs)
        limits = {"MaxItems": most, "StartingToken": token}
        paginator = Paginator(lambda **_: asked.pop(0).to_value(), config, model)
        theirs = paginator.paginate(**request.to_value(), PaginationConfig=limits)
        ours = iterate(lambda *_: given.pop(0), operation, request, max_items=most, starting_token=token)
        result = jmespath.compile(_several(config["result_key"])[0])
        try:
            expected = [result.search(page) or [] for page in theirs]
            found = [page.to_value() for page in ours]
        except (PaginationError, OurPaginationError):
            return  # the same token twice, which botocore tells a page later
        assert [result.search(page) or [] for page in found] == expected
        assert (given, ours.resume_token) == (asked, theirs.resume_token)
        token = ours.resume_token
        if token is None:
            return
        if "boto_truncate_amount" in b64decode(token).decode():
            given = [outputs[len(outputs) - len(given) - 1], *given]
        outputs = given


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@frozen
class Course:
    """What came of it: the requests, the pages, what is on each of them, and how it ended."""

    requests: list[Any]
    pages: list[Any]
    results: list[list[Any]]
    is_refused: bool


def _ours(operation: Any, request: Any, outputs: list[Any], size: int | None) -> Course:
    requests, seen, refused = [], [], False
    before = request.to_value()

    def send(asked: Any, given: Any) -> Any:
        assert asked is operation
        requests.append(given.to_value())
        return outputs[len(requests) - 1]

    try:
        seen.extend(iterate(send, operation, request, page_size=size))
    except OurPaginationError:
        refused = True
    assert request.to_value() == before
    names = [text_of(path) for path in operation.pages.results]
    results = [_values(operation.pages.items(page, name)) for page in seen for name in names]
    assert not names or [_values(operation.pages.items(page)) for page in seen] == results[:: len(names)]
    return Course(requests, [page.to_value() for page in seen], results, refused)


def _values(items: Any) -> list[Any]:
    def plain(item: Any) -> Any:
        if isinstance(item, tuple | list):
            return type(item)(map(plain, item))
        if isinstance(item, dict):
            return {key: plain(inner) for key, inner in item.items()}
        return item.to_value() if hasattr(item, "to_value") else item

    return [plain(item) for item in items]


def _botocores(
    config: Mapping[str, Any], model: OperationModel, request: Any, outputs: list[Any], size: int | None
) -> Course:
    requests, pages, refused = [], [], False

    def method(**kwargs: Any) -> Any:
        requests.append(dict(kwargs))
        return outputs[len(requests) - 1].to_value()

    kwargs = {**request.to_value(), "PaginationConfig": {} if size is None else {"PageSize": size}}
    paginator = Paginator(method, config, model)
    try:
        pages.extend(paginator.paginate(**kwargs))
    except PaginationError:
        refused = True
    keys = [jmespath.compile(key) for key in _several(config.get("result_key", ()))]
    results = [_items_of(key, page, model) for page in pages for key in keys]
    return Course(requests, pages, results, refused)


def _items_of(key: Any, page: Any, model: OperationModel) -> list[Any]:
    """What is iterated over; botocore would give the keys of maps, and the characters of texts."""
    found = key.search(page)
    if found is None:
        return []
    if isinstance(found, dict):
        return list(found.items()) if _shape_at(key, model).type_name == "map" else [found]
    if isinstance(found, list):
        # Of texts that look like JSON the model says which are.
        are_json = any(map(is_document, found)) and _shape_at(key, model).member.serialization.get("jsonvalue")
        return [json.loads(each) for each in found] if are_json else found
    return [found]


def _shape_at(key: Any, model: OperationModel) -> Any:
    shape: Any = model.output_shape
    for name in key.expression.split("."):
        shape = shape.members[name]
    return shape


# Waiters


def check_waiter(ours: Any, name: str, raw: Mapping[str, Any], runs: int) -> None:
    operation = ours.operation
    acceptors = [_by_code(each, operation) for each in raw["acceptors"]]
    raw = {**raw, "acceptors": acceptors}
    expected = {each["expected"] for each in acceptors}
    literals = {text for each in acceptors for text in _texts_in(each.get("argument", ""))}
    texts = {each for each in expected if isinstance(each, str)} | literals | {"SOMETHING_ELSE"}
    fields = fields_of(*(each.get("argument") for each in acceptors))
    answers = Answers(operation.output, fields, texts, ours.name) if operation.output else None
    codes = [each["expected"] for each in acceptors if isinstance(each["expected"], str)]
    statuses = {each["expected"] for each in acceptors if each["matcher"] == "status"} | {200, 400, 404, 500}
    pick = (answers or Answers(operation.input, (), (), ours.name)).pick
    request = example(operation.input) if operation.input else None
    for _ in range(runs):
        script = [
            _answer(operation, answers, pick(*codes, "OtherError"), pick(*sorted(statuses)), pick(0, 1, 2))
            for _ in range(MOST_ATTEMPTS)
        ]
        assert _waited(ours, request, script) == _waited_by_botocore(ours, name, raw, script)


def _by_code(acceptor: Mapping[str, Any], operation: Any) -> Mapping[str, Any]:
    """An acceptor as botocore understands it: of one that names the shape of an error, it knows the code alone."""
    cls = operation.error_class(acceptor["expected"]) if isinstance(acceptor["expected"], str) else None
    return acceptor if cls is None or acceptor["matcher"] != "error" else {**acceptor, "expected": cls.code}


def _texts_in(argument: str) -> list[str]:
    return argument.split("'")[1::2]


def _answer(operation: Any, answers: Answers | None, code: str, status: int, kind: int) -> Any:
    """An error; a bare output; or a response with a status of its own."""
    if kind == 0:
        cls = operation.error_class(code)
        error = UnknownOperationError(code, "no") if cls is None else example(cls)
        error.status = status
        return error
    output = answers.one() if answers is not None else None
    return output if kind == 1 else Answer(value=output, metadata=ResponseMetadata(status=status, headers={}))


@frozen
class Wait:
    """What came of it."""

    sent: int
    pauses: list[float]
    end: str
    last: Any


def _waited(waiter: Any, request: Any, script: list[Any]) -> Wait:
    sent, pauses = 0, []

    def send(operation: Any, given: Any) -> Any:
        nonlocal sent
        assert operation is waiter.operation
        assert given is request
        sent += 1
        answer = script[sent - 1]
        # Both ways in which errors come.
        if isinstance(answer, ServiceError) and sent % 2:
            raise answer
        return answer

    try:
        last = wait(send, waiter, request, max_attempts=MOST_ATTEMPTS, sleep=pauses.append)
    except (WaiterFailed, WaiterTimedOut) as error:
        assert error.attempts == sent
        return Wait(sent, pauses, type(error).__name__, _parsed(error.last, waiter, script[sent - 1]))
    return Wait(sent, pauses, "there", _parsed(last, waiter, script[sent - 1]))


def _parsed(value: Any, waiter: Any, answer: Any) -> Any:
    """A response as botocore's parser gives it."""
    if isinstance(value, ServiceError):
        return {"Error": {"Code": value.code}, "ResponseMetadata": {"HTTPStatusCode": value.status}}
    status = answer.metadata.status if isinstance(answer, Answer) else waiter.operation.status
    members = value.to_value() if value is not None else {}
    return {**members, "ResponseMetadata": {"HTTPStatusCode": status}}


class _Lenient(SingleWaiterConfig):  # type: ignore[misc] # botocore has no types
    """Where botocore fails since an expression demands what is absent, the rule does not match here."""

    @property
    def acceptors(self) -> list[AcceptorConfig]:
        found = super().acceptors
        for acceptor in found:
            acceptor.matcher_func = _or_not(acceptor.matcher_func)
        return list(found)


def _or_not(matches: Any) -> Any:
    def lenient(response: Any) -> Any:
        try:
            return matches(response)
        except JMESPathTypeError:
            return False

    return lenient


def _waited_by_botocore(ours: Any, name: str, raw: Mapping[str, Any], script: list[Any]) -> Wait:
    sent: list[Any] = []

    def method() -> Any:
        answer = script[len(sent)]
        sent.append(_parsed(answer.value if isinstance(answer, Answer) else answer, ours, answer))
        if "Error" in sent[-1]:
            raise ClientError(sent[-1], ours.operation.name)
        return sent[-1]

    waiter = Waiter(name, _Lenient(raw), NormalizedOperationMethod(method))
    with mock.patch("botocore.waiter.time.sleep") as sleep:
        try:
            waiter.wait(WaiterConfig={"MaxAttempts": MOST_ATTEMPTS})
            end, last = "there", sent[-1]
        except WaiterError as error:
            is_late = error.kwargs["reason"].startswith("Max attempts exceeded")
            end, last = "WaiterTimedOut" if is_late else "WaiterFailed", error.last_response
    return Wait(len(sent), [call.args[0] for call in sleep.call_args_list], end, last)

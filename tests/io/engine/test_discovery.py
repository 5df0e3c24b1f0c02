"""Endpoints that a service tells by an operation of its own: when they are asked for, kept, used on and forgotten."""

from __future__ import annotations

import asyncio
import json
from threading import Barrier, Thread
from typing import Any

import pytest
from support.models import list_of, map_of, model, operation, structure

from botobind import ServiceError
from botobind.http import HttpResponse
from botobind.io import ConnectionFailed, Credentials, EndpointUnknown, SettingWrong
from botobind.io.engine import discovery
from botobind.io.engine.data import Endpoint, OutgoingRequest
from botobind.io.engine.discovery import Discovery
from botobind_services import dynamodb

KEYS = Credentials(access_key="AKID", secret_key="SECRET")
NAME = "DescribeEndpoints"


def told(address: str, minutes: int = 1) -> HttpResponse:
    found = {"Endpoints": [{"Address": address, "CachePeriodInMinutes": minutes}]}
    return HttpResponse(status=200, body=json.dumps(found).encode())


def refused(status: int, code: str) -> HttpResponse:
    return HttpResponse(status=status, body=json.dumps({"__type": code, "message": "no"}).encode())


class Service:
    """A transport that answers by scripts: questions for endpoints, and all other requests."""

    def __init__(self, *told: Any, answers: tuple[HttpResponse, ...] = ()) -> None:
        self.told = list(told)
        self.answers = list(answers)
        self.asked = 0
        self.hosts: list[str] = []

    def send(self, request: OutgoingRequest, **_: Any) -> HttpResponse:
        target = dict(request.headers)["X-Amz-Target"]
        if not target.endswith(NAME):
            self.hosts.append(f"{request.scheme}://{request.host}{request.path}")
            return self.answers.pop(0) if self.answers else HttpResponse(status=200, body=b"{}")
        self.asked += 1
        found = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, HttpResponse) else found()

    def close(self) -> None:
        """Has nothing to close."""


class AsyncService(Service):
    async def send(self, request: OutgoingRequest, **options: Any) -> HttpResponse:  # type: ignore[override] # awaited
        await asyncio.sleep(0)
        return super().send(request, **options)

    async def close(self) -> None:  # type: ignore[override] # awaited
        """Has nothing to close."""


@pytest.fixture(scope="module")
def query(generate_once: Any) -> Any:
    return generate_once("timestream-query", ["CancelQuery", NAME])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    usual = Discovery.__init__
    monkeypatch.setattr(
        Discovery, "__init__", lambda self, package, enabled: usual(self, package, enabled, lambda: now[0])
    )
    return now


def client_of(package: Any, service: Any, **options: Any) -> Any:
    made = package.io.AsyncClient if isinstance(service, AsyncService) else package.io.Client
    return made(transport=service, region="us-east-1", credentials=KEYS, max_attempts=2, **options)


RULES = "https://query.timestream.us-east-1.amazonaws.com/"
CELL, OTHER = "https://cell.example.com/", "https://other.example.com:8443/"


def test_endpoints_are_kept_until_they_end(query: Any, clock: list[float]) -> None:
    service = Service(told("cell.example.com", 2), told("https://other.example.com:8443", 1))
    client = client_of(query, service)
    for later in (0, 119.9, 0.1, 59):
        clock[0] += later
        client.cancel_query(query_id="q")
    assert (service.asked, service.hosts) == (2, [CELL, CELL, OTHER, OTHER])
    client.describe_endpoints()
    assert service.asked == 3, "it is asked where the rules have it"


def test_awaited(query: Any, clock: list[float]) -> None:
    del clock
    service = AsyncService(told("cell.example.com"))

    async def calls() -> None:
        async with client_of(query, service) as client:
            await client.cancel_query(query_id="q")
            await asyncio.gather(*(client.cancel_query(query_id="q") for _ in range(5)))

    asyncio.run(calls())
    assert (service.asked, set(service.hosts)) == (1, {CELL})


def test_first_calls_that_come_together(query: Any, clock: list[float]) -> None:
    """None has an old one to go on with, so each asks."""
    del clock
    service = AsyncService(told("cell.example.com"))

    async def calls() -> None:
        async with client_of(query, service) as client:
            await asyncio.gather(*(client.cancel_query(query_id="q") for _ in range(5)))

    asyncio.run(calls())
    assert service.hosts == [CELL] * 5


@pytest.mark.parametrize(
    ("broken", "tries"),
    [
        (ConnectionFailed("no"), 2),
        (refused(400, "AccessDeniedException"), 1),
        (HttpResponse(status=200, body=b"[1, 2"), 1),
    ],
)
def test_old_ones_serve_while_no_new_ones_are_told(query: Any, clock: list[float], broken: Any, tries: int) -> None:
    service = Service(told("cell.example.com"), *[broken] * tries, told("other.example.com:8443"))
    client = client_of(query, service)
    for later, asked in ((0, 1), (61, 1 + tries), (30, 1 + tries), (31, 2 + tries), (0, 2 + tries)):
        clock[0] += later
        client.cancel_query(query_id="q")
        assert service.asked == asked
    assert service.hosts == [CELL, CELL, CELL, OTHER, OTHER]


def test_of_many_threads_one_asks_anew(query: Any, clock: list[float]) -> None:
    inside, done = Barrier(2), Barrier(2)

    def slowly() -> HttpResponse:
        inside.wait(20)
        done.wait(20)
        return told("other.example.com:8443")

    service = Service(told("cell.example.com"), slowly)
    client = client_of(query, service)
    client.cancel_query(query_id="q")
    clock[0] += 100
    thread = Thread(target=client.cancel_query, kwargs={"query_id": "q"})
    thread.start()
    inside.wait(20)
    client.cancel_query(query_id="q")
    done.wait(20)
    thread.join(20)
    assert (service.asked, service.hosts) == (2, [CELL, CELL, OTHER])


@pytest.mark.parametrize(
    ("told_first", "error"),
    [
        (ConnectionFailed("no"), ConnectionFailed),
        (refused(400, "AccessDeniedException"), ServiceError),
        (HttpResponse(status=200, body=b'{"Endpoints": []}'), EndpointUnknown),
        (told("a b"), EndpointUnknown),
        (told("https://user@cell.example.com"), EndpointUnknown),
    ],
)
def test_there_is_no_endpoint(query: Any, told_first: Any, error: type[Exception]) -> None:
    service = Service(told_first)
    with pytest.raises(error):
        client_of(query, service).cancel_query(query_id="q")
    assert service.hosts == []


@pytest.mark.parametrize("wrong", [refused(421, "Other"), refused(400, "InvalidEndpointException")])
def test_wrong_endpoints_are_forgotten(query: Any, wrong: HttpResponse) -> None:
    service = Service(told("cell.example.com"), told("other.example.com:8443"), answers=(wrong,))
    client_of(query, service).cancel_query(query_id="q")
    assert (service.asked, service.hosts) == (2, [CELL, OTHER])
    service = Service(told("cell.example.com"), answers=(wrong, wrong, wrong))
    with pytest.raises(ServiceError) as error:
        client_of(query, service).cancel_query(query_id="q")
    assert (error.value.attempts, len(service.hosts)) == (2, 2)


def test_what_settings_say(query: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(told("cell.example.com"))
    client_of(query, service, endpoint_url="https://mine.example.com").cancel_query(query_id="q")
    assert (service.asked, service.hosts) == (0, ["https://mine.example.com/"])
    with pytest.raises(EndpointUnknown, match="endpoint_discovery_enabled forbids"):
        client_of(query, service, endpoint_discovery_enabled=False).cancel_query(query_id="q")
    with pytest.raises(SettingWrong, match="true, false or auto"):
        client_of(query, service, endpoint_discovery_enabled="maybe")
    monkeypatch.setenv("AWS_ENABLE_ENDPOINT_DISCOVERY", "FALSE")
    with pytest.raises(EndpointUnknown, match="endpoint_discovery_enabled forbids"):
        client_of(query, service).cancel_query(query_id="q")


@pytest.mark.parametrize(
    ("enabled", "first", "asked", "host"),
    [
        ("auto", told("cell.example.com"), 0, "https://dynamodb.us-east-1.amazonaws.com/"),
        (False, told("cell.example.com"), 0, "https://dynamodb.us-east-1.amazonaws.com/"),
        (True, told("cell.example.com"), 1, CELL),
        ("true", refused(400, "AccessDeniedException"), 1, "https://dynamodb.us-east-1.amazonaws.com/"),
    ],
)
def test_services_that_go_without(enabled: Any, first: HttpResponse, asked: int, host: str) -> None:
    service = Service(first)
    client = client_of(dynamodb, service, endpoint_discovery_enabled=enabled)
    for _ in range(2):
        client.get_item(table_name="t", key={})
    assert (service.asked, service.hosts) == (asked, [host, host])


def identified(generate_once: Any, *, required: bool) -> Any:
    """A package whose endpoints depend on members."""
    names = {"Address": "Text", "CachePeriodInMinutes": "Size"}
    shapes = {
        "Ask": structure(Operation="Text", Identifiers="TextMap"),
        "Told": structure(Endpoints="Ends"),
        "Ends": list_of("End"),
        "End": structure(("Address", "CachePeriodInMinutes"), **names),
        "Inner": structure(Id={"shape": "Text", "endpointdiscoveryid": True}, Other="Text"),
        "Put": structure(Name={"shape": "Text", "endpointdiscoveryid": True}, Inner="Inner"),
        "TextMap": map_of("Text"),
    }
    operations = {
        NAME: {**operation(NAME, "Ask", "Told"), "endpointoperation": True},
        "Put": {**operation("Put", "Put"), "endpointdiscovery": {"required": required}},
    }
    return generate_once(model(shapes, "json", operations))


def test_identifiers(generate_once: Any) -> None:
    package = identified(generate_once, required=True)
    known = Discovery(package, "auto")
    put, end = package.endpoints.Put, Endpoint(scheme="https", host="h")

    def asked(**members: Any) -> Any:
        steps = known.endpoint_of(calls, put, package.Put(**members), end)
        try:
            return next(steps)
        except StopIteration as over:
            return over.value.host

    def calls(_: Any, question: Any) -> Any:
        yield question
        return package.Told(endpoints=[package.End(address="a.b", cache_period_in_minutes=1)])

    question = asked(name="n", inner=package.Inner(id="i", other="o"))
    assert (question.operation, question.identifiers) == ("Put", {"Name": "n", "Id": "i"})
    assert asked(name="m").identifiers == {"Name": "m"}, "another one, since it has others"
    assert asked() == package.Ask(), "without identifiers no operation is told"


def test_questions_in_vain_are_not_kept_for_ever(generate_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "_MOST", 2)
    package = identified(generate_once, required=False)
    known = Discovery(package, "true", lambda: 0.0)
    questions = 0

    def calls(*_: Any) -> Any:
        nonlocal questions
        questions += 1
        raise ConnectionFailed("no")
        yield

    for name in "aabbca":
        put = package.Put(name=name)
        steps = known.endpoint_of(calls, package.endpoints.Put, put, Endpoint(scheme="https", host="h"))
        with pytest.raises(StopIteration):
            next(steps)
    assert questions == 4

"""What is tried again and what is not, where servers and networks fail."""

from __future__ import annotations

import asyncio
import socket
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import get_ident
from time import sleep
from typing import Any

import pytest
from attrs import evolve
from support.engines import Keys, Made
from support.fault_server import (
    Act,
    Connection,
    Received,
    Server,
    answer,
    eventually,
    half,
    half_head,
    hang_up,
    message,
    no_http,
    nobody,
    reset,
    reset_unread,
    silent,
    trickle,
    trickle_head,
)

from botobind.errors import ResponseError
from botobind.io import ConnectionFailed, CredentialsMissing, TimedOut
from botobind.io.engine.coreparts import Limits
from botobind.io.engine.data import Credentials
from botobind.io.engine.refreshing import Refreshed
from botobind.io.engine.retries import COST, COST_OF_THROTTLED, Retries
from botobind.io.engine.transports import TransportOptions
from botobind_services import cloudwatch, dynamodb, s3

GET_ITEM = dynamodb.endpoints.GetItem
NUMBERS = answer(200, b'{"Item": {}}', x_amz_crc32="1" * 5000)
"""A checksum of more digits than Python reads."""
KEY = {"pk": dynamodb.AttributeValue(s="a")}
REQUEST = dynamodb.GetItemInput(table_name="books", key=KEY)
FOUND = answer(200, b'{"Item": {"pk": {"S": "a"}}}')
IMPATIENT = TransportOptions(connect_timeout=5, read_timeout=0.5, proxies={})


def error(code: str, status: int = 400, **headers: str) -> Act:
    return answer(status, b'{"__type": "com.amazon#%s", "message": "m"}' % code.encode(), **headers)


PASSING = {
    "reset": reset,
    "reset while it comes": reset_unread,
    "closed": hang_up,
    "half a head": half_head,
    "half a body": half(),
    "no HTTP": no_http,
    "500": answer(500, b"{}"),
    "502 of a proxy": answer(502, b"<html>no JSON</html>"),
    "503": answer(503, b""),
    "504": answer(504, b""),
    "429 of nobody": answer(429, b""),
    "modelled as retryable": error("RequestLimitExceeded"),
    "throttling": error("ThrottlingException"),
    "transient": error("RequestTimeout"),
    "no checksum": NUMBERS,
    "wrong checksum": answer(200, b'{"Item": {}}', x_amz_crc32="1"),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again(server: Server, made: Made, failure: Act) -> None:
    server.script = [failure, failure, failure, FOUND]
    driver = made(dynamodb)
    assert driver.call(GET_ITEM, REQUEST).item == KEY
    assert [each.headers["amz-sdk-request"] for each in server.requests] == [
        f"attempt={number}; max=4" for number in (1, 2, 3, 4)
    ]
    assert len({each.headers["amz-sdk-invocation-id"] for each in server.requests}) == 1
    assert len(driver.pauses) == 3


@pytest.mark.parametrize(
    ("date", "end"),
    [
        ("Wed, 01 May 2024 10:00:00 GMT", "ttl=20240501T100020Z; "),
        ("yesterday", ""),
        ("Wed, 01 May 9999 10:00:00 GMT", ""),
    ],
)
def test_services_are_told_how_long_is_waited(server: Server, made: Made, date: str, end: str) -> None:
    server.script = [answer(500, b"{}", date=date), reset, FOUND]
    made(dynamodb, read_timeout=20.0).call(GET_ITEM, REQUEST)
    told = [each.headers["amz-sdk-request"] for each in server.requests]
    assert told == ["attempt=1; max=4", f"{end}attempt=2; max=4", f"{end}attempt=3; max=4"]


@pytest.mark.parametrize(
    ("failure", "kind"), [(reset, ConnectionFailed), (half(), ConnectionFailed), (silent, TimedOut)]
)
def test_what_keeps_failing_says_how_often(server: Server, made: Made, failure: Act, kind: type[Exception]) -> None:
    server.script = [failure]
    driver = made(dynamodb, attempts=2, options=IMPATIENT)
    with pytest.raises(kind) as raised:
        driver.call(GET_ITEM, REQUEST)
    assert (raised.value.attempts, raised.value.operation) == (2, "GetItem")  # type: ignore[attr-defined]
    assert eventually(lambda: len(server.requests) == 2)
    assert raised.value.__cause__ is not None


def test_errors_say_how_often(server: Server, made: Made) -> None:
    server.script = [answer(503, b"")]
    found = made(dynamodb).call(GET_ITEM, REQUEST)
    assert (found.code, found.attempts, len(server.requests)) == ("503", 4, 4)


@pytest.mark.parametrize(
    "failure",
    [error("ValidationException"), error("ExpiredTokenException"), error("AccessDeniedException"), answer(501, b"")],
)
def test_what_stays_is_asked_once(server: Server, made: Made, failure: Act) -> None:
    server.script = [failure]
    found = made(dynamodb).call(GET_ITEM, REQUEST)
    assert (found.attempts, len(server.requests)) == (1, 1)


@pytest.mark.parametrize("attempts", [1, 3])
def test_refused_connections(made: Made, attempts: int) -> None:
    with nobody() as host, pytest.raises(ConnectionFailed) as raised:
        made(dynamodb, host, attempts=attempts).call(GET_ITEM, REQUEST)
    assert raised.value.attempts == attempts


def test_hosts_that_there_are_not(made: Made) -> None:
    with pytest.raises(ConnectionFailed):
        made(dynamodb, "nowhere.invalid", attempts=1).call(GET_ITEM, REQUEST)


def test_responses_that_cannot_be_read(server: Server, made: Made) -> None:
    server.script = [answer(200, b"[1, 2")]
    with pytest.raises(ResponseError):
        made(dynamodb).call(GET_ITEM, REQUEST)
    assert len(server.requests) == 1  # what the request did may not be done twice
    driver = made(s3)
    listing = s3.ListBucketsRequest()
    with pytest.raises(ResponseError):
        driver.call(s3.endpoints.ListBuckets, listing)
    assert len(server.requests) == 1 + 3


def test_checksums_of_responses_that_are_right(server: Server, made: Made) -> None:
    body = b'{"Item": {"pk": {"S": "a"}}}'
    server.script = [answer(200, body, x_amz_crc32=str(zlib.crc32(body)))]
    assert made(dynamodb).call(GET_ITEM, REQUEST).item == KEY


@pytest.mark.parametrize(("failure", "cost"), [(answer(503, b""), COST), (error("SlowDown"), COST_OF_THROTTLED)])
def test_other_tries_have_a_quota(server: Server, made: Made, failure: Act, cost: int) -> None:
    server.script = [failure]
    driver = made(dynamodb, attempts=1000)
    assert driver.call(GET_ITEM, REQUEST).attempts == 1 + 500 // cost
    assert driver.call(GET_ITEM, REQUEST).attempts == 1  # there are no tokens left
    server.script = [FOUND]
    for _ in range(cost):
        driver.call(GET_ITEM, REQUEST)
    server.script = [failure, FOUND]
    assert driver.call(GET_ITEM, REQUEST).item == KEY


def test_polls_pause_without_a_quota(server: Server, made: Made) -> None:
    server.script = [answer(503, b"")]
    retries = Retries("CloudWatch")
    driver = made(cloudwatch, retries=retries)
    retries.quota.take(500)
    operation, value = cloudwatch.endpoints.ListMetrics, cloudwatch.ListMetricsInput()
    driver.call(operation, value)
    assert driver.pauses == []
    retries._polls = (operation.name,)
    assert driver.call(operation, value).attempts == 1
    assert len(driver.pauses) == 1


@pytest.mark.parametrize("act", [trickle(b"x" * 1000, 0.02), trickle_head])
def test_an_attempt_has_a_limit(server: Server, made: Made, act: Act) -> None:
    server.script = [act, FOUND]
    driver = made(dynamodb, limits=Limits(attempt=0.5))
    assert driver.call(GET_ITEM, REQUEST).item == KEY
    assert len(server.requests) >= 2  # a busy machine may need another one


@pytest.mark.parametrize("failure", [trickle(b"x" * 1000, 0.02), trickle_head, silent])
def test_a_call_has_a_limit(server: Server, made: Made, failure: Act) -> None:
    server.script = [failure]
    driver = made(dynamodb, limits=Limits(call=0.5))
    with pytest.raises(TimedOut):
        driver.call(GET_ITEM, REQUEST)
    assert eventually(lambda: len(server.requests) == 1)


def test_a_call_does_not_pause_beyond_its_end(server: Server, made: Made) -> None:
    server.script = [answer(503, b"", x_amz_retry_after="4000")]
    driver = made(dynamodb, limits=Limits(call=2))
    assert driver.call(GET_ITEM, REQUEST).attempts == 1
    assert driver.pauses == []


def test_a_call_does_not_wait_for_its_turn_beyond_its_end(server: Server, made: Made) -> None:
    server.script = [FOUND]
    retries = Retries("DynamoDB", "adaptive", clock=lambda: 0.0)
    driver = made(dynamodb, limits=Limits(call=5), retries=retries)
    retries.limiter.note(is_throttled=True)  # type: ignore[union-attr] # it has one in this mode
    retries.limiter._tokens = -100.0  # type: ignore[union-attr] # what other calls wait for
    with pytest.raises(TimedOut, match="GetItem"):
        driver.call(GET_ITEM, REQUEST)
    assert (driver.pauses, server.requests) == ([], [])


class Expiring(Keys):
    """Credentials that end with each call."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched = 0

    def current(self) -> Credentials | None:
        return None

    def fetch(self) -> Credentials:
        self.fetched += 1
        return Credentials(access_key=f"AKID{self.fetched}", secret_key="SECRET")


def test_credentials_are_fetched_for_each_attempt(server: Server, made: Made) -> None:
    server.script = [answer(503, b""), FOUND]
    driver = made(dynamodb, credentials=Expiring())
    driver.call(GET_ITEM, REQUEST)
    assert [each.headers["authorization"] for each in server.requests] == ["AKID1", "AKID2"]


def test_credentials_that_there_are_not(server: Server, made: Made) -> None:
    class Missing(Expiring):
        def fetch(self) -> Credentials:
            raise CredentialsMissing("nowhere")

    with pytest.raises(CredentialsMissing, match="GetItem: nowhere"):
        made(dynamodb, credentials=Missing()).call(GET_ITEM, REQUEST)
    assert server.requests == []


def test_errors_that_calls_share_name_each_call(server: Server, made: Made) -> None:
    shared = CredentialsMissing("nowhere")

    class Missing(Expiring):
        def fetch(self) -> Credentials:
            raise shared

    driver = made(dynamodb, credentials=Missing())
    for operation, value in ((GET_ITEM, REQUEST), (dynamodb.endpoints.ListTables, dynamodb.ListTablesInput())):
        with pytest.raises(CredentialsMissing, match=f"^{operation.name}: nowhere"):
            driver.call(operation, value)
    assert (shared.operation, server.requests) == (None, [])


SKEWED: dict[str, tuple[Any, Any]] = {
    "time": (error("RequestTimeTooSkewed", date="Wed, 01 Jan 2020 00:00:00 GMT"), 2),
    "signature": (error("InvalidSignatureException", date="Wed, 01 Jan 2020 00:00:00 GMT"), 2),
    "another error": (error("AccessDeniedException", date="Wed, 01 Jan 2020 00:00:00 GMT"), 1),
    "no date": (error("RequestTimeTooSkewed"), 1),
    "the last date": (error("RequestTimeTooSkewed", date="Fri, 31 Dec 9999 23:59:59 GMT"), 1),
    "a date beyond numbers": (error("RequestTimeTooSkewed", date=f"Fri, 31 Dec {'9' * 30} 23:59:59 GMT"), 1),
    "odd date": (error("RequestTimeTooSkewed", date="yesterday"), 1),
}


@pytest.mark.parametrize(("failure", "count"), SKEWED.values(), ids=SKEWED)
def test_clocks_are_corrected_once(server: Server, made: Made, failure: Act, count: int) -> None:
    server.script = [failure]
    driver = made(dynamodb, attempts=1)
    assert driver.call(GET_ITEM, REQUEST).attempts == count
    if count == 2:
        server.script = [FOUND]
        driver.call(GET_ITEM, REQUEST)
        years = [each.headers["x-amz-date"][:4] for each in server.requests]
        assert years[0] > "2020"
        assert years[1:] == ["2020", "2020"]
    assert driver.pauses == []


class NoNames:
    """Names of hosts, which cannot be looked up so many times."""

    def __init__(self, failures: int) -> None:
        self._failures = failures
        self._found = socket.getaddrinfo
        self.asked = 0

    def __call__(self, host: Any, *rest: Any, **options: Any) -> Any:
        if host != "table.example":
            return self._found(host, *rest, **options)
        self.asked += 1
        if self.asked <= self._failures:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._found("127.0.0.1", *rest, **options)


@pytest.mark.parametrize(("failures", "found"), [(2, True), (100, False)])
def test_names_that_are_not_found(
    server: Server, made: Made, monkeypatch: pytest.MonkeyPatch, failures: int, *, found: bool
) -> None:
    names = NoNames(failures)
    monkeypatch.setattr(socket, "getaddrinfo", names)
    server.script = [FOUND]
    driver = made(dynamodb, f"table.example:{server.host.rpartition(':')[2]}")
    if found:
        assert driver.call(GET_ITEM, REQUEST).item == KEY
    else:
        with pytest.raises(ConnectionFailed) as raised:
            driver.call(GET_ITEM, REQUEST)
        assert raised.value.attempts == 4
    assert (names.asked, len(driver.pauses), len(server.requests)) == ((3, 2, 1) if found else (4, 3, 0))


def test_a_burst_of_errors_is_not_made_worse(server: Server, made: Made) -> None:
    """All calls of a client have one quota of other tries."""
    server.script = [answer(503, b"")]
    driver = made(dynamodb)
    found = at_once(driver, 200)
    assert {each.code for each in found} == {"503"}
    assert 200 < len(server.requests) <= 200 + 500 // COST
    server.script = [FOUND]
    assert driver.call(GET_ITEM, REQUEST).item == KEY


def at_once(driver: Any, count: int) -> list[Any]:
    """What calls give that are made at once, by tasks or threads."""
    if not driver.is_async:
        with ThreadPoolExecutor(20) as pool:
            return list(pool.map(lambda _: driver.call(GET_ITEM, REQUEST), range(count)))

    async def run() -> list[Any]:
        return await asyncio.gather(*(driver.engine.carry(GET_ITEM, REQUEST) for _ in range(count)))

    made: list[Any] = driver.run(run())
    return made


def test_keys_that_end_are_fetched_once_for_all(server: Server, made: Made) -> None:
    loads: list[int] = []

    def load() -> Credentials:
        loads.append(get_ident())
        sleep(0.05)
        ends = datetime.now(UTC) + timedelta(seconds=-1 if len(loads) == 1 else 3600)
        return Credentials(access_key=f"AKID{len(loads)}", secret_key="SECRET", expires=ends)

    server.script = [FOUND]
    driver = made(dynamodb, credentials=Refreshed(load))
    with pytest.raises(CredentialsMissing):
        driver.call(GET_ITEM, REQUEST)  # they have ended already
    assert server.requests == []
    assert [each.item for each in at_once(driver, 50)] == [KEY] * 50
    assert len(loads) == 2
    assert {each.headers["authorization"] for each in server.requests} == {"AKID2"}
    assert get_ident() not in loads[1:]  # it may block


@pytest.mark.parametrize("pause", [0.01, 0.1])
def test_slow_bodies_are_waited_for(server: Server, made: Made, pause: float) -> None:
    """The time without a byte counts, and not how long it takes in all."""
    server.script = [trickle(b'{"Item": {}}', pause)]
    driver = made(dynamodb, options=evolve(IMPATIENT, read_timeout=1))
    assert driver.call(GET_ITEM, REQUEST).item == {}
    assert len(server.requests) == 1


def test_slow_bodies_of_streams(server: Server, made: Made) -> None:
    """What came is not asked for again: whoever reads may have used it."""

    def stops(connection: Connection, request: Received) -> bool:
        connection.body(request)
        connection.sock.sendall(message(200, b"x" * 10, {}, 100))
        connection.over.wait(20)
        return False

    server.script = [stops]
    driver = made(s3, options=IMPATIENT)
    body = driver.call(s3.endpoints.GetObject, s3.GetObjectRequest(bucket="box", key="a")).body
    with pytest.raises(TimedOut):
        driver.run(body.read())
    assert len(server.requests) == 1

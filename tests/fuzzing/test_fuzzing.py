"""Messages, mutated at random, but alike in every run: a value, an error's value or one of our own errors comes out of
each, within a second; a value is written and read again.

BOTOBIND_FUZZ_COUNT is the number of mutated requests, and of responses, in each protocol; BOTOBIND_FUZZ_SEED another
seed than usual. A failure's notes have what `mutant` needs to make the message again, and the smallest message like it.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fuzzing import checks
from fuzzing.corpus import EVENT_STREAMS, PROTOCOLS, Generate, streaming, subjects
from fuzzing.regressions import ANSWERS, UNWRITABLE, Answer
from fuzzing.runs import Kind, check, mutant, run
from fuzzing.ways import at_once
from support.hostile import HangError

from botobind.errors import EncodeError, ServiceError, UnknownOperationError
from botobind.formats import header, text, xml
from botobind.http import HttpRequest, HttpResponse
from botobind_services import s3

pytestmark = pytest.mark.pinned  # values are drawn, by each version of Hypothesis others

COUNT = int(os.environ.get("BOTOBIND_FUZZ_COUNT", "1000"))
SEED = int(os.environ.get("BOTOBIND_FUZZ_SEED", "20260103"))

LONGEST = 600.0
"""Seconds after which a test that hangs where no signal reaches it takes its process down."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@pytest.fixture(autouse=True)
def learning() -> Iterator[None]:
    with at_once():
        yield


@pytest.fixture(autouse=True)
def last_resort() -> Iterator[None]:
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_mutants(generate_once: Generate, protocol: str) -> None:
    for kind in KINDS:
        outcomes = run(subjects(protocol, generate_once), kind, SEED, COUNT)
        assert outcomes.total() == COUNT
        assert min(outcomes["value"], outcomes["refusal"]) > COUNT / 20, outcomes


@pytest.mark.parametrize("protocol", EVENT_STREAMS)
def test_mutants_of_event_streams(generate_once: Generate, protocol: str) -> None:
    outcomes = run(streaming(protocol, generate_once), "responses", SEED, COUNT)
    assert min(outcomes["value"], outcomes["refusal"]) > COUNT / 20, outcomes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_messages_without_mutations_are_read_as_they_are(generate_once: Generate, protocol: str, kind: Kind) -> None:
    for subject in subjects(protocol, generate_once):
        messages: tuple[HttpRequest | HttpResponse, ...] = getattr(subject, kind)
        for message in messages:
            if isinstance(message, HttpRequest):
                assert check(subject, message) == "value"
                matched = subject.router.match(message)
                assert (matched.operation, matched.protocol) == (subject.operation, protocol)
            else:
                assert check(subject, message) == ("error" if message.status >= 300 else "value")


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_gives_the_same_mutant_again(generate_once: Generate, kind: Kind) -> None:
    known = subjects("rest-xml", generate_once)

    def made(seed: int) -> list[str]:
        return [checks.shown(mutant(known, kind, seed, number)[1]) for number in range(20)]

    assert made(7) == made(7)
    assert made(7) != made(8)


def test_what_escapes_is_reported_with_its_seed_and_a_small_message(
    generate_once: Generate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(text, "parse_integer", broken)
    monkeypatch.setattr(header, "parse_integer", broken)
    with pytest.raises(ZeroDivisionError) as failure:
        run(subjects("rest-xml", generate_once), "responses", SEED, 200)
    where, message = failure.value.__notes__
    assert where.startswith(f"rest-xml, responses, seed {SEED}, number ")
    assert message.startswith("HttpResponse(status=2")
    assert len(message) < 300


def test_what_hangs_is_reported(generate_once: Generate, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: str) -> int:
        while True:
            pass

    monkeypatch.setattr(xml, "parse_integer", endless)
    monkeypatch.setattr(checks, "_HANGS", 0.05)
    with pytest.raises(HangError) as failure:
        run(subjects("rest-xml", generate_once), "responses", SEED, 200)
    assert len(failure.value.__notes__) == 2


@pytest.mark.parametrize("row", ANSWERS, ids=lambda row: row.name)
def test_answers_that_were_read_wrongly_once(row: Answer) -> None:
    error: Any = row.operation.of_response(row.response, protocol=row.protocol)
    assert isinstance(error, ServiceError)
    assert (error.SHAPE, error.code, error.message) == row.error


@pytest.mark.parametrize(("operation", "protocol"), UNWRITABLE, ids=lambda part: getattr(part, "name", part))
def test_no_error_and_no_id_begins_another_header(operation: Any, protocol: str) -> None:
    split = UnknownOperationError("Odd\r\nSet-Cookie: a=b", "no")
    with pytest.raises(EncodeError, match="line break"):
        operation.error_to_response(split, protocol=protocol)
    with pytest.raises(EncodeError, match="line break"):
        operation.error_to_response(UnknownOperationError("Odd"), protocol=protocol, request_id="a\nb: c")


def test_events_that_look_like_an_error_are_events() -> None:
    operation = s3.endpoints.SelectObjectContent
    events = [s3.SelectObjectContentEventStream(records=s3.RecordsEvent(payload=b"<Error/>,1\n"))]
    output = s3.SelectObjectContentOutput(payload=events)
    assert operation.of_response(operation.to_response(output)) == output

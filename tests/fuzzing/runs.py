"""Runs of mutants: numbered, each with a generator of its own, so that any of them can be made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from traceback import extract_tb
from typing import Any, Literal, TypeAlias

from attrs import evolve
from fuzzing.checks import check_request, check_response, shown, timed
from fuzzing.corpus import Subject
from fuzzing.mutations import mutated_request, mutated_response
from support.hostile import HangError

from botobind.errors import DecodeError
from botobind.http import HttpRequest, HttpResponse

Kind: TypeAlias = Literal["requests", "responses"]
Message: TypeAlias = HttpRequest | HttpResponse

_MOST_TRIALS = 400
_LONGEST_SHOWN = 4000


def mutant(subjects: Sequence[Subject], kind: Kind, seed: int, number: int) -> tuple[Subject, Any]:
    """The mutant of a number, and whose message it has been. Raises `DecodeError` for a target that is none."""
    subject = subjects[number % len(subjects)]
    random = Random(f"{seed} {subject.protocol} {kind} {number}")
    other = random.choice(subjects)
    if kind == "requests":
        requests = (*subject.requests, *other.requests)
        return subject, mutated_request(random.choice(subject.requests), requests, subject.protocol, random)
    responses = (*subject.responses, *other.responses)
    return subject, mutated_response(random.choice(subject.responses), responses, subject.protocol, random)


def run(subjects: Sequence[Subject], kind: Kind, seed: int, count: int) -> Counter[str]:
    """How many of the mutants became what. A failure's notes have its seed and a small message that fails alike."""
    outcomes: Counter[str] = Counter()
    for number in range(count):
        try:
            with timed():  # with the reading of its target
                subject, message = mutant(subjects, kind, seed, number)
        except DecodeError:
            outcomes["refusal"] += 1
            continue
        try:
            outcomes[check(subject, message)] += 1
        except BaseException as failure:
            failure.add_note(f"{subject.protocol}, {kind}, seed {seed}, number {number}: {subject.operation.name}")
            if not isinstance(failure, HangError):
                message = minimal(message, _failing_alike(subject, failure))
            failure.add_note(shown(message)[:_LONGEST_SHOWN])
            raise
    return outcomes


def check(subject: Subject, message: Message) -> str:
    """What became of a message. Raises whatever must not be."""
    return check_request(subject, message) if isinstance(message, HttpRequest) else check_response(subject, message)


def _failing_alike(subject: Subject, failure: BaseException) -> Callable[[Message], bool]:
    """Whether a message fails with the same error at the same place."""

    def place(error: BaseException) -> tuple[Any, ...]:
        frame = extract_tb(error.__traceback__)[-1]
        return type(error), frame.filename, frame.lineno

    def fails(message: Message) -> bool:
        try:
            check(subject, message)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            return place(error) == place(failure)
        return False

    return fails


def minimal(message: Message, fails: Callable[[Message], bool]) -> Message:
    """A message that fails alike, without headers, parameters and chunks of the body that are not needed for that."""
    trials = iter(range(_MOST_TRIALS))
    shrinking = True
    while shrinking:
        shrinking = False
        for smaller in _smaller(message):
            if next(trials, None) is None:
                return message
            if fails(smaller):
                message, shrinking = smaller, True
                break
    return message


def _smaller(message: Message) -> Iterator[Message]:
    body = message.body
    assert isinstance(body, bytes)
    size = len(body)
    while size:
        for at in range(0, len(body), size):
            yield evolve(message, body=body[:at] + body[at + size :])
        size //= 2
    pairs: list[tuple[str, str]] = message.headers.pairs()
    for index in range(len(pairs)):
        yield evolve(message, headers=[*pairs[:index], *pairs[index + 1 :]])
    if isinstance(message, HttpRequest):
        for index in range(len(message.query)):
            yield evolve(message, query=[*message.query[:index], *message.query[index + 1 :]])

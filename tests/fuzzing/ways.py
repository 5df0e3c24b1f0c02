"""The ways in which a document of XML may be read: without a parser, before and after element patterns have been
learnt, and by lxml alone. All of them have to say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from random import Random
from typing import Any

import pytest
from attrs import field, frozen
from fuzzing.corpus import Generate, Subject, subjects
from fuzzing.losses import same
from fuzzing.runs import minimal
from fuzzing.xmlmodel import KINDS
from fuzzing.xmlmutants import Mutant, mutant, sparse

from botobind.bodies import dump_body
from botobind.errors import BotobindError
from botobind.formats import xmltokens
from botobind.http import HttpRequest, HttpResponse
from botobind.pace import PACE
from botobind.serializers import XmlFormat
from botobind.testing import example
from botobind_services import cloudwatch, s3, sts

BATCH = 25
"""Mutants of one document that are read one after the other, before all is forgotten."""

_NEVER = 1 << 60
_LONGEST_SHOWN = 4000

Read = Callable[[bytes], Any]


@frozen(eq=False)
class Escaped:
    """What must not be raised. It is like nothing else, whatever that is."""

    error: Exception


@frozen(eq=False)
class Reader:
    """What reads documents, and some that it reads."""

    name: str
    read: Read
    documents: tuple[bytes, ...]
    values: Any = field(repr=False)
    """The module of the classes that it may learn of."""

    def forget(self) -> None:
        """Forgets what has been learnt."""
        for cls in _classes(self.values):
            cls.XML_ELEMENT_PATTERNS = None

    def outcome(self, data: bytes) -> Any:
        """The value of a document, or the error that it is."""
        try:
            return self.read(data)
        except BotobindError as error:
            return type(error), str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported with its document
            return Escaped(error)


@cache
def _classes(values: Any) -> tuple[type[XmlFormat], ...]:
    found = (getattr(values, name) for name in dir(values))
    return tuple(cls for cls in found if isinstance(cls, type) and issubclass(cls, XmlFormat))


@cache
def readers(generate: Generate) -> tuple[Reader, ...]:
    """The readers of responses and requests, several times, and those of all classes of services that speak XML."""
    of_messages = [
        reader
        for protocol in ("rest-xml", "query", "ec2")
        for subject in subjects(protocol, generate)
        for reader in (_of_answers(subject), _of_requests(subject))
        if reader.documents
    ]
    packages = (s3, sts, cloudwatch, generate(KINDS))
    of_classes = [_of_class(package.values, cls) for package in packages for cls in _classes(package.values)]
    # Classes are many times as many, and read in one way only.
    return (*of_messages * 3, *of_classes)


def _of_class(values: Any, cls: type[XmlFormat]) -> Reader:
    def read(data: bytes) -> Any:
        return xmltokens.read(data, cls._read_xml)

    document = dump_body(example(cls), "xml")
    return Reader(f"{cls.__module__}.{cls.__name__}", read, (document,), values)


def _of_answers(subject: Subject) -> Reader:
    base = next(response for response in subject.responses if response.status < 300)

    def read(data: bytes) -> Any:
        response = HttpResponse(status=base.status, headers=base.headers, body=data)
        answer = subject.operation.answer_of(response, protocol=subject.protocol)
        return answer.value, answer.metadata.request_id

    bodies = tuple(response.body for response in subject.responses if response.status < 300)
    return Reader(f"answers of {subject.operation.name}", read, _xml_alone(bodies), subject.package.values)


def _of_requests(subject: Subject) -> Reader:
    base = subject.requests[0]

    def read(data: bytes) -> Any:
        request = HttpRequest(method=base.method, path=base.path, query=base.query, headers=base.headers, body=data)
        return subject.operation.of_request(request, protocol=subject.protocol)

    bodies = tuple(request.body for request in subject.requests)
    return Reader(f"requests of {subject.operation.name}", read, _xml_alone(bodies), subject.package.values)


def _xml_alone(bodies: Sequence[Any]) -> tuple[bytes, ...]:
    return tuple(body for body in bodies if isinstance(body, bytes) and body.startswith(b"<"))


@contextmanager
def at_once(structures: int = 0) -> Iterator[None]:
    """Has element patterns learnt from each structure that comes after so many of its class."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("structures", structures), ("samples", 1), ("pause", 1)):
            patch.setattr(PACE, name, value)
        yield


@contextmanager
def _learning(reader: Reader, *, structures: int) -> Iterator[None]:
    """Forgets what was learnt, and learns as soon as so many structures have been read, from each that comes then."""
    with at_once(structures):
        reader.forget()
        yield
    reader.forget()


@contextmanager
def _by_lxml() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xmltokens, "plain", lambda _: None)
        yield


def differences(reader: Reader, documents: Sequence[bytes]) -> Iterator[tuple[int, str]]:
    """The numbers of documents, read one after the other, that are read differently, and how."""
    with _by_lxml():
        wanted = [reader.outcome(data) for data in documents]
    with _learning(reader, structures=_NEVER):
        yield from _compared("nothing is known", reader, documents, wanted)
    with _learning(reader, structures=0):
        yield from _compared("it is being learnt", reader, documents, wanted)
        yield from _compared("all is known", reader, documents, wanted)


def _compared(when: str, reader: Reader, documents: Sequence[bytes], wanted: list[Any]) -> Iterator[tuple[int, str]]:
    for number, (data, expected) in enumerate(zip(documents, wanted, strict=True)):
        found = reader.outcome(data)
        if not alike(found, expected):
            yield number, f"when {when}, {found!r} is read, but by lxml {expected!r}"


def alike(one: Any, two: Any) -> bool:
    """Whether two outcomes are one. NaN is equal to itself here."""
    if isinstance(one, tuple) and isinstance(two, tuple):
        return len(one) == len(two) and all(map(alike, one, two))
    return bool(one == two) or (same(one, two) and same(two, one))


def batch(reader: Reader, seed: int, number: int) -> list[Mutant]:
    """The mutants of a number, which are the same whenever they are made."""
    random = Random(f"{seed} {reader.name} {number}")
    documents = list(reader.documents)
    random.shuffle(documents)
    if random.random() < 0.4:
        documents[0] = sparse(documents[0], random)
    made = [mutant(tuple(documents), random) for _ in range(BATCH)]
    # What is known before the mutants come is what services write, or nothing.
    return [Mutant(documents[0], says_the_same=True)] * random.choice((0, 3)) + made


def run(readers: Sequence[Reader], seed: int, count: int) -> Counter[str]:
    """What became of mutants. A failure's notes have the seed, and a small document that fails if one does alone."""
    outcomes: Counter[str] = Counter()
    number = 0
    while outcomes.total() < count:
        reader = readers[number % len(readers)]
        mutants = batch(reader, seed, number)
        documents = [each.data for each in mutants]
        for at, difference in differences(reader, documents):
            raise _failure(difference, reader, documents, seed, number, at)
        outcomes.update(_told(reader, mutants, seed, number))
        number += 1
    return outcomes


def _told(reader: Reader, mutants: list[Mutant], seed: int, number: int) -> Iterator[str]:
    """What became of each mutant. One that says the same has to be read as the document that it was made of."""
    reader.forget()
    whole: dict[str, Any] = {}
    for at, each in enumerate(mutants):
        found = reader.outcome(each.data)
        is_plain = xmltokens.plain(each.data) is not None
        is_refused = isinstance(found, tuple) and isinstance(found[0], type)
        if each.says_the_same:
            whole.setdefault("value", found)
            if not alike(found, whole["value"]):
                difference = f"{found!r} is read, but {whole['value']!r} before that"
                raise _failure(difference, reader, [each.data for each in mutants], seed, number, at)
        yield f"{'plain' if is_plain else 'other'} {'refusal' if is_refused else 'value'}"


def _failure(
    difference: str, reader: Reader, documents: Sequence[bytes], seed: int, number: int, at: int
) -> AssertionError:
    failure = AssertionError(difference[:_LONGEST_SHOWN])
    failure.add_note(f"{reader.name}, seed {seed}, batch {number}, mutant {at}")
    document = documents[at]
    if _differs_alone(reader, document):
        # Messages are what is known to be made small.
        smaller = minimal(HttpResponse(status=200, body=document), lambda message: _differs_alone(reader, message.body))
        document = smaller.body
    failure.add_note(repr(document)[:_LONGEST_SHOWN])
    return failure


def _differs_alone(reader: Reader, document: Any) -> bool:
    return any(True for _ in differences(reader, [document] * 4))

"""Valid documents, mutated at random, but alike in every run: a value or a `DecodeError` comes out; values survive.

The seed and the number of a document that fails are in the message; `_mutants` gives it again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from importlib import import_module
from random import Random
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import cbor2
import pytest
from lxml import etree
from support.hostile import EVERYTHING, LONGEST_TEXT, watchdog
from support.roundtrips import expected

from botobind import DecodeError, EncodeError
from botobind.bodies import dump_body, parse_body
from botobind.shapes import Shape
from botobind.testing import example

SEED = 20_260_102
FORMATS = ("json", "xml", "query", "cbor")

CLASSES = (
    ("cloudwatch", "GetMetricDataOutput"),
    ("cloudwatch", "PutMetricDataInput"),
    ("dynamodb", "PutItemInput"),
    ("dynamodb", "QueryOutput"),
    ("dynamodb", "TableDescription"),
    ("lambda_", "FunctionConfiguration"),
    ("partnercentral_selling", "GetEngagementInvitationResponse"),
    ("s3", "ListObjectsV2Output"),
    ("s3", "NotificationConfiguration"),
    ("sts", "AssumeRoleResponse"),
)

BODY_CODECS = 300
"""Mutants of each class's document; those of the class with every kind of member are as many again."""

_TEXT = [
    b"",
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1.5",
    b"1e400",
    b'"',
    b"NaN",
    b"'",
    b"\\ud800",
    b"\x00",
    b"\xff",
    b"9" * 400,
]

TOKENS = {
    "json": [*_TEXT, b"{", b"}", b"[", b"]", b",", b":", b"[]", b"{}", b'""', b'"a"', b"[null]", b'{"a":null}'],
    "xml": [
        *_TEXT,
        b"<",
        b">",
        b"/>",
        b"</",
        b"<a/>",
        b"<!--",
        b"<![CDATA[",
        b"&e;",
        b"&#0;",
        b"<!DOCTYPE E>",
        b"<?x?>",
    ],
    "query": [*_TEXT, b"&", b"=", b".", b".1", b".member.1", b".entry.1.key", b"%", b"%FF", b"+", b"member", b"a=b"],
    "cbor": [
        *[bytes([major << 5 | argument]) for major in range(8) for argument in (0, 1, 2, 23, 24, 25, 27, 31)],
        *[
            b"\xf9\x7e\x00",
            b"\xfb" + b"\xff" * 8,
            b"\x1b" + b"\xff" * 8,
            b"\xc2\x49" + b"\x01" * 9,
            b"\xc1\xfb" + b"\x7f" * 8,
        ],
    ],
}

SPLIT = {
    "json": re.compile(rb'"[^"]*"|[{}\[\],:]|[^"{}\[\],:]+'),
    "xml": re.compile(rb"<[^>]*>|[^<]+"),
    "query": re.compile(rb"[^=&.]+|[=&.]"),
    "cbor": re.compile(rb"(?s:.{1,3})"),
}


@pytest.fixture(scope="session")
def everything(generate_once: Callable[..., Any]) -> ModuleType:
    package: ModuleType = generate_once(EVERYTHING)
    return package


def _sample(values: ModuleType) -> Shape:
    thing = values.Thing(a="ä €\r\n", n=-7)
    sample: Shape = values.Everything(
        text="a",
        integer=2**40,
        double=math.inf,
        single=0.25,
        flag=False,
        blob=b"\x00\xff",
        time=datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),
        color="red",
        texts=["a", "b"],
        sparse_texts=[None, "b"],
        map={"k": "v", "l": "w"},
        sparse_map={"k": None, "l": "w"},
        thing=thing,
        things=[thing, thing],
        thing_map={"k": thing},
        choice=values.Choice(right=1),
        document={"a": [1, None, True, "x", 1.5]},
        json_text={"a": 1},
        next=values.Everything(text="b", choice=values.Choice(thing=thing)),
    )
    return sample


def _mutants(document: bytes, others: list[bytes], body_format: str, random: Random, count: int) -> Iterator[bytes]:
    """Half of them have wrong bytes, half are well-formed and wrong inside."""
    reshape = {"json": _reshape_json, "cbor": _reshape_cbor, "xml": _reshape_xml, "query": _reshape_form}[body_format]
    for number in range(count):
        mutant = document
        for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
            mutant = _mutate(mutant, others, body_format, random) if number % 2 else reshape(mutant, random)
        yield mutant


ATOMS: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        2**63,
        2**64,
        1e300,
        "",
        "a",
        "1",
        "1.0",
        "NaN",
        "-Infinity",
        "true",
        "YQ==",
        "\u20ac\r",
    ),
    *(
        "2020-02-29T12:00:00.678Z",
        "Tue, 29 Apr 2014 18:30:38 GMT",
        1582977600.678,
        10**17,
        -(10**12),
        [],
        {},
        [None],
        {"a": None},
    ),
)


def _reshape_json(document: bytes, random: Random) -> bytes:
    return json.dumps(_reshape(json.loads(document), ATOMS, random), ensure_ascii=False).encode()


def _reshape_cbor(document: bytes, random: Random) -> bytes:
    times = (datetime(1, 1, 1, tzinfo=UTC), datetime(2020, 2, 29, microsecond=678_000, tzinfo=UTC))
    tree = _reshape(cbor2.loads(document), (*ATOMS, *times, b"a", math.nan), random)
    return cbor2.dumps(tree, datetime_as_timestamp=True, indefinite_containers=random.random() < 0.3)


def _reshape(tree: Any, atoms: tuple[Any, ...], random: Random) -> Any:
    """The tree with one of its nodes replaced, lost, wrapped, or somewhere else as well."""
    slots: list[tuple[Any, Any]] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        slots += [(node, key) for key in keys]
        pending += [node[key] for key in keys]
    if not slots:
        return random.choice(atoms)
    (node, key), (other, other_key) = random.choice(slots), random.choice(slots)
    match random.randrange(5):
        case 0:
            del node[key]
        case 1:
            node[key] = deepcopy(other[other_key])
        case 2:
            node[key] = [deepcopy(other[other_key]), node[key]]
        case _:
            node[key] = deepcopy(random.choice(atoms))
    return tree


def _reshape_xml(document: bytes, random: Random) -> bytes:
    root = etree.fromstring(document)
    elements = list(root.iter("*"))
    element, other = random.choice(elements), random.choice(elements)
    parent = element.getparent()
    match random.randrange(6):
        case 0 if parent is not None:
            parent.remove(element)
        case 1 if parent is not None:
            parent.insert(random.randrange(len(parent) + 1), deepcopy(element))
        case 2:
            element.tag = other.tag
        case 3:
            element.append(deepcopy(other))
        case 4:
            element[:] = deepcopy(list(other))
        case _:
            element.text = str(random.choice(ATOMS))
    return etree.tostring(root)


def _reshape_form(document: bytes, random: Random) -> bytes:
    pairs = parse_qsl(document.decode(), keep_blank_values=True) or [("a", "b")]
    at, (other, _) = random.randrange(len(pairs)), random.choice(pairs)
    name, value = pairs[at]
    match random.randrange(6):
        case 0:
            del pairs[at]
        case 1:
            pairs[at] = (other, value)
        case 2:
            pairs[at] = (re.sub(r"\d+", lambda _: str(random.choice((0, 1, 2, 30, 999_999_999))), name), value)
        case 3:
            pairs[at] = (f"{name}.{other.rpartition('.')[2]}", value)
        case 4:
            pairs.insert(random.randrange(len(pairs) + 1), (name, str(random.choice(ATOMS))))
        case _:
            pairs[at] = (name, str(random.choice(ATOMS)))
    return urlencode(pairs).encode()


def _mutate(document: bytes, others: list[bytes], body_format: str, random: Random) -> bytes:
    at, to = sorted(random.randrange(len(document) + 1) for _ in range(2))
    token = random.choice(TOKENS[body_format])
    match random.randrange(9):
        case 0:  # a bit flips
            at = min(at, len(document) - 1)
            return (
                document[:at] + bytes([document[at] ^ 1 << random.randrange(8)]) + document[at + 1 :]
                if document
                else b""
            )
        case 1:  # the end is cut off
            return document[:at]
        case 2:  # some bytes are lost
            return document[:at] + document[min(to, at + random.randrange(1, 9)) :]
        case 3:  # some are there twice
            return document[:to] + document[at:to][:200] + document[to:]
        case 4:  # another document begins
            other = random.choice(others)
            return document[:at] + other[random.randrange(len(other) + 1) :]
        case 5:  # something is put in
            return document[:at] + token + document[at:]
        case _:  # tokens are replaced, by strange ones or each other
            tokens = SPLIT[body_format].findall(document)
            if tokens:
                one, two = random.randrange(len(tokens)), random.randrange(len(tokens))
                swapped = random.random() < 0.5
                tokens[one], tokens[two] = (tokens[two], tokens[one]) if swapped else (token, tokens[two])
            return b"".join(tokens)


def _corpus(everything: ModuleType) -> list[tuple[ModuleType, Shape, int]]:
    packages = [(import_module(f"botobind_services.{package}"), name) for package, name in CLASSES]
    samples = [(package, example(getattr(package, name)), BODY_CODECS) for package, name in packages]
    return [(everything, _sample(everything.values), BODY_CODECS * len(CLASSES)), *samples]


@pytest.mark.parametrize("body_format", FORMATS)
def test_mutants(everything: ModuleType, body_format: str) -> None:
    random = Random(SEED)
    corpus = _corpus(everything)
    documents = [dump_body(sample, body_format) for _, sample, _ in corpus]
    outcomes = {"value": 0, "refusal": 0}
    for (package, sample, count), document in zip(corpus, documents, strict=True):
        for number, mutant in enumerate(_mutants(document, documents, body_format, random, count)):
            try:
                with watchdog():
                    outcomes[_outcome(package, type(sample), mutant, body_format)] += 1
            except BaseException as error:
                error.add_note(f"{body_format}, {sample.SHAPE}, number {number} of seed {SEED}: {mutant!r}")
                raise
    assert min(outcomes.values()) > 500, outcomes


UNWRITABLE = re.compile("unknown member|single precision")
"""What a value may hold that cannot be written: a union's member without its value, a double in place of a float."""


def _outcome(package: ModuleType, cls: type[Shape], document: bytes, body_format: str) -> str:
    refused: Exception | None = None
    try:
        value = parse_body(cls, document, body_format)
    except DecodeError as error:
        refused = error
    if refused is not None:
        assert str(refused).startswith("$")
        assert len(str(refused)) < LONGEST_TEXT
        return "refusal"
    try:
        again = dump_body(value, body_format)
    except EncodeError as error:
        if not UNWRITABLE.search(error.reason):
            raise
        return "value"
    read = parse_body(cls, again, body_format)
    assert _same(expected(package, value, body_format), read), (value, read)
    return "value"


def _same(one: Any, two: Any) -> bool:
    """Whether two values are equal, but for what numbers and times lose on the wire, and NaN, which is equal here."""
    if type(one) is not type(two):
        return False
    match one:
        case Shape():
            return all(_same(getattr(one, name), getattr(two, name)) for name in one._attributes())
        case list():
            return len(one) == len(two) and all(map(_same, one, two))
        case dict():
            return one.keys() == two.keys() and all(_same(item, two[key]) for key, item in one.items())
        case float():
            return one == two or (math.isnan(one) and math.isnan(two)) or math.isclose(one, two, rel_tol=1e-6)
        case datetime():
            return math.isclose(one.timestamp(), two.timestamp(), rel_tol=1e-15, abs_tol=0.001)
    return bool(one == two)

"""Documents of a class as services and strangers write them: whole, empty, with unknown and wrong members."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from fuzzing import trees

from botobind import DecodeError
from botobind.bodies import dump_body, parse_body
from botobind.bodies.body_codecs import BODY_CODECS, allocated
from botobind.formats import cbor, json, xmltokens
from botobind.testing import example
from botobind.wire import elements

FORMATS = ("json", "cbor", "xml")
"""The formats whose readers learn."""

_RESHAPED = 9

_ODD: dict[str, tuple[bytes, ...]] = {
    "json": (
        b"{}",
        b"null",
        b"[]",
        b'{"New":"\xed\xa0\x80"}',
        b'{"New\xff":1}',
        b'{"New":"\xc3\xa4","Other":[{"a":null}]}',
        b'{"New":"\\ud800"}',
        b'{"New":1e400}',
    ),
    "cbor": (
        b"\xa0",
        b"\xf6",
        b"\x80",
        b"\xa1cNew\x61\xff",
        b"\xa1cNew\xf7",
        b"\xbfcNew\x9f\x01\xff\xff",
        b"\xa1cNew\xc1\xfb\x43\xff\xff\xff\xff\xff\xff\xff",
        b"\xa1cNew\xc4\x82\x20\x0f",
    ),
    "xml": (
        b"<a/>",
        b"<a></a>",
        b"<a>text</a>",
        b"<a><New/></a>",
        b"<a><New>1</New><New><Other>\xff</Other></New></a>",
        b"<a> \n<New a='1'>1</New><!-- c --></a>",
        b"<a><New>&#55296;</New></a>",
    ),
}


def documents_of(cls: type[Any], body_format: str, seed: int) -> list[bytes]:
    """Documents of a class, right and wrong; the same for the same seed."""
    whole = dump_body(example(cls), body_format)
    random = Random(seed)
    reshaped = (trees.reshape(whole, body_format, random) for _ in range(_RESHAPED))
    return [whole, *_with_unknown(whole, body_format), *(each for each in reshaped if each), *_ODD[body_format]]


def _with_unknown(whole: bytes, body_format: str) -> list[bytes]:
    """The whole document with a member that no model has, at its start."""
    match body_format:
        case "json":
            rest = whole[1:] if whole == b"{}" else b"," + whole[1:]
            return [b'{"New":' + value + rest for value in (b"1", b'"\xff"', b'[{"a":1.5}]')]
        case "xml":
            root, _, rest = whole.partition(b">")
            if root.endswith(b"/"):
                return []
            return [root + b">" + value + rest for value in (b"<New/>", b"<New>\xff</New>", b"<New><a>1</a></New>")]
        case _:
            return []


def outcome(read: Callable[[], Any]) -> str:
    """All that is in a value, or the text of the error."""
    try:
        value = read()
    except DecodeError as error:
        return f"refused: {error}"
    return str(value.reveal())


def as_ever(cls: type[Any], body_format: str, data: bytes) -> tuple[str, ...]:
    """What a document gives by whichever way it is read now: as a whole, and, where members are elsewhere, the body."""

    def body() -> Any:
        value = allocated(cls)
        BODY_CODECS[body_format].fill(value, data)
        return value

    whole = outcome(lambda: parse_body(cls, data, body_format))
    return (whole, outcome(body)) if _has_body(cls, body_format) else (whole,)


def slowly(cls: type[Any], body_format: str, data: bytes) -> tuple[str, ...]:
    """What the document gives where nothing is learnt: by its tree, or by lxml's elements."""
    read, fill = _SLOW[body_format]

    def body() -> Any:
        value = allocated(cls)
        fill(value, data)
        return value

    whole = outcome(lambda: read(cls, data))
    return (whole, outcome(body)) if _has_body(cls, body_format) else (whole,)


def _has_body(cls: type[Any], body_format: str) -> bool:
    """Whether messages of the class have a body with some of its members alone."""
    return bool(cls.IN_BODY) and body_format == cls.BODY


def _body_tree(tree: Any) -> Any:
    return {} if tree is None else tree


_SLOW: dict[str, tuple[Callable[[Any, bytes], Any], Callable[[Any, bytes], Any]]] = {
    "json": (
        lambda cls, data: cls.of_json(json.parse(data)),
        lambda value, data: value.read_json_body(_body_tree(json.parse(data))),
    ),
    "cbor": (
        lambda cls, data: cls.of_cbor(cbor.parse(data)),
        lambda value, data: value.read_cbor_body(_body_tree(cbor.parse(data))),
    ),
    "xml": (
        lambda cls, data: cls.of_xml(elements.parse(data)),
        lambda value, data: xmltokens.read_element(elements.parse(data), value.read_xml_body),
    ),
}

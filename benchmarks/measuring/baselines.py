"""The baseline under every time: the fastest C parser or writer that the protocol's format has, on the same bytes.

It makes no values and knows no model, so nothing that does can be faster, but where it does more than is needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl, urlencode

import cbor2
import msgspec
from attrs import frozen
from lxml import etree


@frozen
class Baseline:
    """What it is called, and what is timed."""

    name: str
    run: Callable[[], object]


def reading(protocol: str, body: bytes, *, answers: bool) -> Baseline:
    """Parses the body of a request or of a response."""
    match protocol:
        case "json" | "rest-json":
            return Baseline("msgspec.json.decode", partial(msgspec.json.decode, body))
        case "smithy-rpc-v2-cbor":
            return Baseline("cbor2.loads", partial(cbor2.loads, body))
        case "query" | "ec2" if not answers:
            return Baseline("urllib.parse.parse_qsl", partial(parse_qsl, body.decode(), keep_blank_values=True))
        case _:
            return Baseline("lxml.etree.fromstring", partial(etree.fromstring, body))


def writing(protocol: str, body: bytes, *, answers: bool) -> Baseline:
    """Writes the body of a request or of a response from what its parser gives."""
    match protocol:
        case "json" | "rest-json":
            return Baseline("msgspec.json.encode", partial(msgspec.json.encode, json.loads(body)))
        case "smithy-rpc-v2-cbor":
            return Baseline("cbor2.dumps", partial(cbor2.dumps, cbor2.loads(body), datetime_as_timestamp=True))
        case "query" | "ec2" if not answers:
            pairs = parse_qsl(body.decode(), keep_blank_values=True)
            return Baseline("urllib.parse.urlencode", partial(urlencode, pairs))
        case _:
            return Baseline("lxml.etree.tostring", partial(etree.tostring, etree.fromstring(body)))


def content(protocol: str, body: bytes) -> object:
    """What the body of a request says, without regard to how it is written: to compare two of them."""
    match protocol:
        case "json" | "rest-json":
            return json.loads(body)
        case "smithy-rpc-v2-cbor":
            return cbor2.loads(body)
        case "rest-xml":
            return _nested(etree.fromstring(body))
        case _:
            return sorted(parse_qsl(body.decode(), keep_blank_values=True))


def _nested(element: etree._Element) -> object:
    # The order of members is free, that of a list's items is not.
    children = sorted(element, key=lambda child: str(child.tag))
    return element.tag, (element.text or "").strip(), [_nested(child) for child in children]

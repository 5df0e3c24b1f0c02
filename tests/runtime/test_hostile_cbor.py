"""Hostile CBOR, of which each row gives the text of the refusal, or "" where the rules allow a value."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import cbor2
import pytest
from support.hostile import CANARY, DEEP, DIGITS, EVERYTHING, cbor_head, refusal, short_name

from botobind.bodies import parse_body
from botobind.bodies.body_codecs import BODY_CODECS
from botobind.wire import cbortags
from botobind.wire_structs import CborWireStructs

MEGABYTE = 1 << 20


@pytest.fixture(scope="session")
def values(generate_once: Callable[..., Any]) -> ModuleType:
    package: ModuleType = generate_once(EVERYTHING).values
    return package


def _tag(number: int, content: object) -> bytes:
    return cbor_head(6, number) + (content if isinstance(content, bytes) else cbor2.dumps(content))


def _bignum(tag: int, size: int) -> bytes:
    return _tag(tag, cbor_head(2, size) + b"\xff" * size)


NO_CBOR = "$: not CBOR"
TAG = "$: a tag that AWS does not use"
FAR = "expected a timestamp, got a number that is too large or not finite"


CBOR = [
    ("Time", _tag(0, "2020-01-01T00:00:00Z"), ""),
    ("Time", _tag(0, CANARY), "$: expected a timestamp"),
    ("Time", _tag(0, DIGITS), "$: expected a timestamp, got a long text"),
    ("Time", _tag(0, 1), "$: expected str under tag 0, got int"),
    ("Time", _tag(1, 2**33), ""),
    ("Time", _tag(1, 10**12), ""),
    ("Time", _tag(1, CANARY), "$: expected number under tag 1, got str"),
    ("Time", _tag(1, None), "$: expected number under tag 1, got null"),
    ("Time", _tag(1, [1]), "$: expected number under tag 1, got list"),
    ("Time", _tag(1, _tag(1, 1)), "$: expected number under tag 1, got datetime"),
    ("Time", _tag(1, 2**64 - 1), f"$: {FAR}"),
    ("Time", _tag(1, float("nan")), f"$: {FAR}"),
    ("Time", _tag(1, float("inf")), f"$: {FAR}"),
    ("Time", _tag(1, 1e300), f"$: {FAR}"),
    ("Time", _tag(1, _bignum(2, 100)), f"$: {FAR}"),
    ("Time", _bignum(2, 9), f"$.Time: {FAR}"),
    ("Integer", _bignum(2, 9), ""),
    ("Integer", _bignum(3, 9), ""),
    ("Integer", _bignum(2, 1661), ""),
    ("Integer", _bignum(2, 4153), "$: expected an integer of at most 4000 digits"),
    ("Integer", _bignum(3, 4153), "$: expected an integer of at most 4000 digits"),
    ("Integer", _bignum(2, MEGABYTE), "$: expected an integer of at most 4000 digits"),
    ("Integer", _tag(2, CANARY), "$: expected bytes under the tag of a big integer, got str"),
    ("Double", _bignum(2, 1000), "$.Double: number out of range"),
    ("Integer", _tag(1, 1), "$.Integer: expected int, got datetime"),
    ("Double", _tag(4, [10**9, 1]), TAG),
    ("Double", _tag(4, [1]), TAG),
    ("Double", _tag(5, [10**9, 1]), TAG),
    ("Double", _tag(5, [-(10**9), 1]), TAG),
    ("Double", _tag(30, [1, 0]), TAG),
    # A mark is of no matter, a reference to what is marked is refused.
    ("Texts", _tag(28, ["a"]), ""),
    ("Texts", _tag(28, cbor_head(4, 1) + _tag(29, 0)), TAG),
    ("Text", _tag(29, 10**9), TAG),
    ("Text", _tag(25, 0), TAG),
    ("Text", _tag(256, [CANARY]), TAG),
    ("Text", _tag(35, "(a+)+$"), TAG),
    ("Text", _tag(36, CANARY), TAG),
    ("Text", _tag(37, b"\x41x"), TAG),
    ("Text", _tag(52, b"\x44xxxx"), TAG),
    ("Text", _tag(54, b"\x44xxxx"), TAG),
    ("Text", _tag(100, 10**9), TAG),
    ("Text", _tag(258, [1]), TAG),
    ("Text", _tag(260, b"\x41x"), TAG),
    ("Text", _tag(1004, "2020-01-01"), TAG),
    ("Text", _tag(99, CANARY), TAG),
    ("Text", _tag(2**64 - 1, CANARY), TAG),
    ("Text", _tag(55799, "x"), ""),
    ("Thing", _tag(55799, {"A": "a"}), ""),
    ("Texts", _tag(55799, ["a"]), ""),
    ("Text", b"\xf7", ""),
    ("Texts", b"\x82\x61a\xf7", ""),
    ("Text", b"\xe0", "$.Text: expected str, got CBORSimpleValue"),
    ("Flag", b"\xf8\xff", "$.Flag: expected bool, got CBORSimpleValue"),
    ("Flag", b"\xf8\x18", NO_CBOR),
    ("Double", b"\xf9\x3c\x00", ""),
    ("Double", b"\xf9\x7e\x00", ""),
    ("Integer", b"\xf9\x3c\x00", ""),
    ("Integer", b"\xf9\x7e\x00", "$.Integer: expected int, got float"),
    ("Time", b"\xf9\x3c\x00", ""),
    ("Text", b"\xff", NO_CBOR),
    ("Text", b"\x1c", NO_CBOR),
    ("Text", b"\x5c", NO_CBOR),
    ("Blob", cbor_head(2, 2**63 - 1), NO_CBOR),
    ("Blob", cbor_head(2, 2**64 - 1), NO_CBOR),
    ("Blob", cbor_head(2, 2**32), NO_CBOR),
    ("Text", cbor_head(3, 2**40), NO_CBOR),
    ("Text", cbor_head(3, 2**31 - 1) + b"x", NO_CBOR),
    ("Texts", cbor_head(4, 2**24), NO_CBOR),
    ("Texts", cbor_head(4, 2**31), NO_CBOR),
    ("Texts", cbor_head(4, 2**63), NO_CBOR),
    ("Map", cbor_head(5, 2**31), NO_CBOR),
    ("Map", cbor_head(5, 2**64 - 1), NO_CBOR),
    ("Text", b"\x7f\x61a\x61b\xff", ""),
    ("Blob", b"\x5f\x41a\xff", ""),
    ("Texts", b"\x9f\x61a\xff", ""),
    ("Map", b"\xbf\x61a\x61b\xff", ""),
    ("Text", b"\x7f\x41a\xff", NO_CBOR),
    ("Text", b"\x7f\x7f\xff\xff", NO_CBOR),
    ("Map", b"\xbf\x61a\xff", NO_CBOR),
    ("Integer", b"\x1f", NO_CBOR),
    ("Time", b"\xdf", NO_CBOR),
    ("Texts", b"\x81" * DEEP, NO_CBOR),
    ("Texts", b"\x9f" * DEEP, NO_CBOR),
    ("Next", b"\xa1\x64Next" * DEEP, NO_CBOR),
    ("Next", b"\xbf\x64Next" * DEEP, NO_CBOR),
    ("Time", b"\xc1" * DEEP, NO_CBOR),
    ("Next", b"\xa1\x64Next" * 190 + b"\xa0", ""),
    ("Text", b"\x62\xff\xfe", NO_CBOR),
    ("Text", b"\x63\xed\xa0\x80", NO_CBOR),
    ("Text", b"\x61\x00", ""),
    ("Map", cbor_head(5, 1) + b"\x80\x61a", NO_CBOR),
    ("Map", cbor_head(5, 1) + b"\xa0\x61a", NO_CBOR),
    ("Map", cbor_head(5, 1) + b"\x01\x61a", NO_CBOR),
    ("Map", cbor_head(5, 1) + b"\xf6\x61a", NO_CBOR),
    ("Map", cbor_head(5, 1) + b"\xf9\x7e\x00\x61a", NO_CBOR),
    ("Map", cbor_head(5, 1) + _tag(1, 1) + b"\x61a", NO_CBOR),
    ("Map", cbor_head(5, 1) + b"\x41a\x61a", "$.Map: expected str as key, got bytes"),
    ("Map", cbor_head(5, 2) + b"\x61a\x61b" * 2, ""),
    ("Choice", cbor_head(5, 1) + b"\x41a\x61a", "$.Choice: expected str as name of a member, got bytes"),
    ("Document", b"\x81\x41a", "$.Document: expected document, got bytes"),
    ("Document", _tag(1, 1), "$.Document: expected document, got datetime"),
]


@pytest.mark.parametrize(("member", "item", "text"), CBOR, ids=short_name)
def test_cbor(values: ModuleType, member: str, item: bytes, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A class's first document is read as a tree. Wire structs, which may come later, take a decimal fraction for a
    # number.
    monkeypatch.setattr(BODY_CODECS["cbor"], "_wire_structs", CborWireStructs())
    document = cbor_head(5, 1) + cbor2.dumps(member) + item
    found = refusal(lambda: parse_body(values.Everything, document, "cbor"))
    assert (
        found.startswith(text + ": ") if text == NO_CBOR else found.startswith(text) if text == TAG else found == text
    )


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (b"", NO_CBOR),
        (b"\xa0\x00", f"{NO_CBOR}: more bytes after the document"),
        (b"\xd9\xd9\xf7\xa0", ""),
        (b"\x80", "$: expected object, got list"),
        (b"\xf6", "$: expected object, got null"),
        (b"\xc1\x01", "$: expected object, got datetime"),
        (b"\xa1\x41a\x01", ""),
        (b"\xa1\x01\x01", NO_CBOR),
    ],
)
def test_cbor_documents(values: ModuleType, document: bytes, text: str) -> None:
    found = refusal(lambda: parse_body(values.Everything, document, "cbor"))
    assert found.startswith(text) if text == NO_CBOR else found == text


@pytest.mark.parametrize("before", [0, 63, 64, 65, 1000])
@pytest.mark.parametrize(
    ("tag", "looked_at"), [(b"\xd9\x01\x02\x80", True), (b"\xd9\x01\x00\x80", True), (b"\xd9\x01\x03\x80", False)]
)
def test_tags_are_found_behind_any_number_of_such_bytes(before: int, tag: bytes, looked_at: bool) -> None:  # noqa: FBT001
    data = b"\xfb\x41\xd9\xaa\xbb\xcc\xdd\xee\xff" * before + tag
    assert cbortags.are_suspicious(data, cbortags.places_of(data)) == looked_at

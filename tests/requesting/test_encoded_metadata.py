"""Texts and digests that callers make themselves: metadata that are not ASCII, and the tree hash of an archive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from io import BytesIO
from typing import Any

import pytest
from botocore.utils import calculate_tree_hash

from botobind.digests import combined_tree_hash, tree_hash
from botobind.encodings import decode_words, encode_words
from botobind.errors import DecodeError, EncodeError
from botobind_services import s3

MIB = 2**20


@pytest.mark.parametrize("name", ["PutObject", "CreateMultipartUpload", "CopyObject", "WriteGetObjectResponse"])
@pytest.mark.parametrize("text", ["é", "a\xa0b", "日", "\x85"])
def test_metadata_of_s3_are_ascii(name: str, text: str) -> None:
    called = s3.endpoints.OPERATIONS[name]
    params = {"Bucket": "b", "Key": "k", "CopySource": "b/k", "RequestRoute": "r", "RequestToken": "t"}
    members = {member: given for member, given in params.items() if member in called.input.MEMBERS.values()}
    for metadata, path in (({"k": text}, r"\$\.Metadata\['k'\]: "), ({text: "v"}, r"\$\.Metadata\['.*'\]: ")):
        with pytest.raises(EncodeError, match=path):
            called.to_request(called.input.of_value({**members, "Metadata": metadata}))
    encoded = called.input.of_value({**members, "Metadata": {"k": encode_words(text)}})
    read = called.of_request(called.to_request(encoded)).metadata
    assert {key: decode_words(value) for key, value in read.items()} == {"k": text}


def test_metadata_in_answers_are_ascii() -> None:
    with pytest.raises(EncodeError, match=r"\$\.Metadata\['k'\]: the service takes ASCII alone"):
        s3.endpoints.HeadObject.to_response(s3.HeadObjectOutput(metadata={"k": "é"}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "é",
        "日本" * 40,
        "𝄞" * 30,
        "a\r\nb",
        "\0",
        " é ",
        "é x  y",
        "=?",
        "=?x?=",
        "=?utf-8?b?YQ==?=",
        "a\n\n ",
    ],
)
def test_words(text: str) -> None:
    written = encode_words(text)
    assert written.isascii()
    assert written.isprintable()
    assert all(len(word) <= 75 for word in written.split(" "))
    assert decode_words(written) == text == str(make_header(decode_header(written)))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("=?UTF-8?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=", "éé"),
        ("a =?iso-8859-1?q?=E9?= b", "a é b"),
        ("a =? b", "a =? b"),
        ("  plain ", "  plain "),
    ],
)
def test_words_of_others(written: str, text: str) -> None:
    assert decode_words(written) == text


@pytest.mark.parametrize("written", ["=?nothing?b?YQ==?=", "=?utf-8?b?/w==?=", "=?utf-8?q?=FF?=", "=?utf-8?b?Y?="])
def test_words_that_hold_nothing(written: str) -> None:
    with pytest.raises(DecodeError, match="expected encoded words of RFC 2047"):
        decode_words(written)


def test_text_that_no_words_hold() -> None:
    with pytest.raises(EncodeError, match="text cannot be written in UTF-8"):
        encode_words("\ud800")


SIZES = (0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB, 5 * MIB + 7)


def _chunks(data: bytes) -> Iterator[bytes]:
    yield from (data[at : at + 300_007] for at in range(0, len(data), 300_007))


@pytest.mark.parametrize("size", SIZES)
def test_tree_hashes_are_those_of_botocore(size: int) -> None:
    data = bytes(range(251)) * (size // 251 + 1)
    data = data[:size]
    wanted = calculate_tree_hash(BytesIO(data))
    forms: list[Any] = [data, bytearray(data), memoryview(data), BytesIO(data), _chunks(data), [data]]
    assert [tree_hash(form).hex() for form in forms] == [wanted] * len(forms)


@pytest.mark.parametrize("part", [MIB, 2 * MIB, 4 * MIB])
def test_tree_hashes_of_parts(part: int) -> None:
    data = bytes(5 * MIB + 7)
    parts: list[bytes] = [tree_hash(data[at : at + part]) for at in range(0, len(data), part)]
    assert combined_tree_hash(parts) == tree_hash(data)


def test_nothing_to_combine() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        combined_tree_hash([])
    one: Callable[[], Any] = hashlib.sha256
    assert combined_tree_hash([one().digest()]) == one().digest()

"""Documents inside of members, in every way in which services write them."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from botocore.handlers import json_decode_policies
from botocore.loaders import Loader
from botocore.model import ServiceModel

from botobind import embedded
from botobind.errors import DecodeError, EncodeError

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Sid": "a+b é%"}]}
TEXT = json.dumps(POLICY, indent=1)
DATA = TEXT.encode()

FORMS: dict[str, str | bytes] = {
    "text": TEXT,
    "blanks before it": f"\n {TEXT}\n",
    "percent": quote(TEXT),
    "all percent": "".join(f"%{byte:02x}" for byte in DATA),
    "percent, blanks before it": quote(f" {TEXT}"),
    "base64": b64encode(DATA).decode(),
    "base64 of gzip": b64encode(gzip.compress(DATA, mtime=0)).decode(),
    "bytes": DATA,
    "gzip": gzip.compress(DATA, mtime=0),
    "gzip in parts": gzip.compress(DATA[:9], mtime=0) + gzip.compress(DATA[9:], mtime=0),
    "ours": embedded.write(POLICY),
    "ours for IAM": embedded.write(POLICY, percent=True),
    "ours in base64": embedded.write_text(TEXT),
    "ours in base64 of gzip": embedded.write_text(TEXT, gzip=True),
    "our bytes": embedded.write_text(TEXT, base64=False),
    "our gzip": embedded.write_text(TEXT, base64=False, gzip=True),
}


@pytest.mark.parametrize("value", FORMS.values(), ids=FORMS)
def test_a_document_is_found_however_it_is_written(value: str | bytes) -> None:
    assert embedded.parse(value) == POLICY
    nested = embedded.write({"a": [value]}) if isinstance(value, str) else embedded.write({"a": [TEXT]})
    assert embedded.parse(nested, "a", 0) == POLICY


@pytest.mark.parametrize(("text", "value"), [("1234", 1234), ("true", True), ("null", None), ('"a"', "a"), ("[]", [])])
def test_what_is_json_is_nothing_else(text: str, value: object) -> None:
    assert embedded.parse(text) == value


def test_what_is_absent_stays_so() -> None:
    assert embedded.parse(None) is None
    assert embedded.parse_text(None) is None
    assert embedded.parse_policy(None) is None


def test_iam_answers_as_botocore_reads_it() -> None:
    operation = ServiceModel(Loader().load_service_model("iam", "service-2")).operation_model("GetRole")
    parsed = {"Role": {"AssumeRolePolicyDocument": embedded.write(POLICY, percent=True)}}
    theirs: Any = json.loads(json.dumps(parsed))
    json_decode_policies(theirs, operation)
    assert theirs["Role"]["AssumeRolePolicyDocument"] == POLICY
    assert embedded.parse(parsed["Role"]["AssumeRolePolicyDocument"]) == POLICY


INSIDE = embedded.write(
    {"Type": "Notification", "Message": embedded.write({"Records": [{"n": "{}"}, 5]}), "plain": "some"}
)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (["Message"], {"Records": [{"n": "{}"}, 5]}),
        (["Message", "Records", 1], 5),
        (["Message", "Records", -1], 5),
        (["Message", "Records", 0, "n"], {}),
        (["Type", "x"], "$.Type: not JSON: JSON is malformed: invalid character (byte 0)"),
        (["plain"], "$.plain: not JSON: JSON is malformed: invalid character (byte 0)"),
        (["Nothing"], "$: there is no 'Nothing'"),
        ([0], "$: expected list, got object"),
        (["Message", "Records", "n"], "$.Message.Records: expected object, got list"),
        (["Message", "Records", 7], "$.Message.Records: there is no 7"),
        (["Message", "Records", 1, "n"], "$.Message.Records[1]: expected object, got int"),
    ],
)
def test_documents_inside_of_documents(steps: list[Any], found: object) -> None:
    if isinstance(found, str):
        with pytest.raises(DecodeError) as caught:
            embedded.parse(INSIDE, *steps)
        assert str(caught.value) == found
    else:
        assert embedded.parse(INSIDE, *steps) == found


BAD: list[tuple[Any, str]] = [
    ("", "$: not JSON: Input data was truncated"),
    ('{"secret" 1}', "$: not JSON: JSON is malformed: expected ':' (byte 10)"),
    ("secret", "$: not JSON: JSON is malformed"),
    ("%7B%22secret%22", "$: not JSON: Input data was truncated"),
    ("%ff", "$: not JSON"),
    ("%7", "$: not JSON"),
    (b"\x1f\x8b\x08secret", "$: not gzip"),
    (gzip.compress(b"{}", mtime=0)[:-3], "$: not gzip: it breaks off"),
    (b64encode(b"secret!!!").decode(), "$: not JSON: JSON is malformed"),
    ('{"a": NaN}', "$: not JSON"),
    ("[" * 100_000, "$: nested too deeply"),
    (b"\xff\xfe", "$: not JSON"),
    (5, "$: expected str or bytes, got int"),
    ({}, "$: expected str or bytes, got object"),
]


@pytest.mark.parametrize(("value", "reason"), BAD, ids=range(len(BAD)))
def test_what_is_no_document_is_told_without_it(value: Any, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        embedded.parse(value)
    assert str(caught.value).startswith(reason)
    assert "secret" not in str(caught.value)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b" " * (64 * 1024 * 1024 + 1), compresslevel=1)
    with pytest.raises(DecodeError, match=r"^\$: more than 67108864 bytes$"):
        embedded.parse(bomb)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("U1RBUlQ=", "START"),
        (b64encode("é".encode()).decode(), "é"),
        (b64encode(gzip.compress(b"log", mtime=0)).decode(), "log"),
        (gzip.compress(b"log", mtime=0), "log"),
        (b"log", "log"),
        ("", ""),
        ("QVdTOnB3", "AWS:pw"),
    ],
)
def test_texts(value: str | bytes, text: str) -> None:
    assert embedded.parse_text(value) == text
    assert embedded.parse_text(embedded.write_text(text)) == text
    assert embedded.parse_text(embedded.write_text(text, gzip=True, base64=False)) == text


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("secret!", r"\$: .*base64"),
        ("/w==", r"\$: expected text in UTF-8 \(byte 0\)"),
        (b"ab\xff", r"\$: expected text in UTF-8 \(byte 2\)"),
        (5, r"\$: expected"),
    ],
)
def test_what_is_no_text(value: Any, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason) as caught:
        embedded.parse_text(value)
    assert "secret" not in str(caught.value)


def test_policies_have_lists() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:1", "Service": ["a", "b"]},
        "Action": "s3:*",
        "NotResource": ["x"],
        "Condition": {"StringEquals": {"aws:a": "1", "aws:b": ["2", "3"]}, "Bool": {"aws:c": True}},
    }
    expected = {
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:1"], "Service": ["a", "b"]},
        "Action": ["s3:*"],
        "NotResource": ["x"],
        "Condition": {"StringEquals": {"aws:a": ["1"], "aws:b": ["2", "3"]}, "Bool": {"aws:c": [True]}},
    }
    for given in (statement, [statement]):
        for form in (
            embedded.write({"Id": "i", "Statement": given}),
            quote(json.dumps({"Id": "i", "Statement": given})),
        ):
            assert embedded.parse_policy(form) == {"Id": "i", "Statement": [expected]}
    found = embedded.parse_policy('{"Statement": [{"Principal": "*", "NotAction": "a", "NotPrincipal": {"AWS": "*"}}]}')
    assert found == {"Statement": [{"Principal": "*", "NotAction": ["a"], "NotPrincipal": {"AWS": ["*"]}}]}
    again = embedded.parse_policy(embedded.write(found))
    assert again == found


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("[]", "$: expected object, got list"),
        ("{}", "$: expected a policy, which has a Statement"),
        ('{"Statement": 5}', "$.Statement: expected object, got int"),
        ('{"Statement": [{}, []]}', "$.Statement[1]: expected object, got list"),
        ('{"Statement": {"Action": 5}}', "$.Statement.Action: expected str, got int"),
        ('{"Statement": [{"Action": ["a", null]}]}', "$.Statement[0].Action[1]: expected str, got null"),
        ('{"Statement": [{"Principal": "arn"}]}', "$.Statement[0].Principal: expected object, got str"),
        ('{"Statement": [{"Principal": {"AWS": [5]}}]}', "$.Statement[0].Principal.AWS[0]: expected str, got int"),
        ('{"Statement": [{"Condition": []}]}', "$.Statement[0].Condition: expected object, got list"),
        ('{"Statement": [{"Condition": {"Bool": 1}}]}', "$.Statement[0].Condition.Bool: expected object, got int"),
        ("secret", "$: not JSON"),
    ],
)
def test_what_is_no_policy(policy: str, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        embedded.parse_policy(policy)
    assert str(caught.value).startswith(reason)


LOOPED: list[Any] = []
LOOPED.append(LOOPED)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (object(), "$: expected document, got object"),
        ({"a": [1, {"b": b""}]}, "$['a'][1]['b']: expected document, got bytes"),
        ([float("nan")], "$[0]: a document cannot hold a number that is not finite"),
        ({"a": {1: 2}}, "$['a']: expected texts as keys of an object"),
        ({"a": "\ud800"}, "$['a']: cannot be written as JSON: UnicodeEncodeError"),
        (LOOPED, "$: nested too deeply"),
        ({"a": LOOPED}, "$: nested too deeply"),
    ],
)
def test_what_json_does_not_have(document: Any, reason: str) -> None:
    with pytest.raises(EncodeError) as caught:
        embedded.write(document)
    assert str(caught.value) == reason


def test_text_that_utf_8_cannot_hold() -> None:
    with pytest.raises(EncodeError, match="cannot be written in UTF-8"):
        embedded.write_text("\ud800")

"""Control characters in XML, which S3 writes as references though XML 1.0 has none."""

from __future__ import annotations

import pytest

from botobind.errors import EncodeError, ResponseError, UnknownOperationError
from botobind.http import HttpResponse
from botobind_services import s3, sts

LIST = s3.endpoints.ListObjectsV2


def _listed(*keys: str, before: str = "") -> bytes:
    contents = "".join(f"<Contents><Key>{key}</Key><Size>1</Size></Contents>" for key in keys)
    return f"{before}<ListBucketResult><Name>b</Name>{contents}</ListBucketResult>".encode()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("a&#x7;b", "a\x07b"),
        ("a&#x07;", "a\x07"),
        ("&#7;&#27;", "\x07\x1b"),
        ("&#x1F;é&amp;&#x41;&#xe9;", "\x1fé&Aé"),
        ("&#x1;&lt;", "\x01<"),
        ("a&#xA;&#xD;&#x9;b&#xB;", "a\n\r\tb\x0b"),
    ],
)
@pytest.mark.parametrize("before", ["", '<?xml version="1.0" encoding="UTF-8"?>\n', "  \n"])
def test_keys(written: str, key: str, before: str) -> None:
    for _ in range(2):
        output = LIST.of_response(HttpResponse(body=_listed("plain", written, before=before)))
        assert isinstance(output, s3.ListObjectsV2Output)
        assert [item.key for item in output.contents or []] == ["plain", key]
        assert [item.size for item in output.contents or []] == [1, 1]


def test_errors() -> None:
    body = b"<Error><Code>NoSuchKey</Code><Message>no a&#x7;</Message><Key>a&#x7;</Key><RequestId>r</RequestId></Error>"
    error = s3.endpoints.GetObject.of_response(HttpResponse(status=404, body=body))
    assert isinstance(error, s3.NoSuchKey)
    assert (error.message, error.request_id) == ("no a\x07", "r")
    unknown = s3.endpoints.CopyObject.of_response(HttpResponse(status=200, body=body.replace(b"NoSuchKey", b"Odd")))
    assert isinstance(unknown, UnknownOperationError)
    assert unknown.members["Key"] == "a\x07"


@pytest.mark.parametrize(
    "written",
    [
        "&#0;",
        "&#x0;",
        "&#xD800;",
        "&#xFFFE;",
        "a\x07",
        "&#x7;&#x10F007;",
        "&#x7;&#x0010f007;",
        "&#7;&#1110023;",
        "&#x7;\U0010f007",
        "&#x7;<![CDATA[&#x7;]]>",
        "&#x7;&bell;",
        "&#x7;</Key>",
        "&#;&#x;",
    ],
)
def test_what_is_still_no_document(written: str) -> None:
    with pytest.raises(ResponseError):
        LIST.of_response(HttpResponse(body=_listed(written)))


def test_characters_of_private_use_are_what_they_are() -> None:
    output = LIST.of_response(HttpResponse(body=_listed("\U0010f007&#x10F007;")))
    assert output == s3.ListObjectsV2Output(name="b", contents=[s3.Object(key="\U0010f007" * 2, size=1)])


def test_declarations_are_refused_as_ever() -> None:
    with pytest.raises(ResponseError, match="document type declaration"):
        LIST.of_response(HttpResponse(body=_listed("&#x7;", before="<!DOCTYPE E>")))


def test_our_server_writes_them_as_s3_does() -> None:
    output = s3.ListObjectsV2Output(name="b\x1b", contents=[s3.Object(key="a\x07&b", size=1), s3.Object(key="é")])
    response = LIST.to_response(output, request_id="r")
    assert b"<Key>a&#x7;&amp;b</Key>" in bytes(response.body)  # type: ignore[arg-type]
    assert LIST.of_response(response) == output
    assert output.name == "b\x1b"
    unknown = UnknownOperationError("Odd", "no \x07", {"Key": "\x07"})
    written = LIST.error_to_response(unknown)
    assert b"<Key>&#x7;</Key>" in bytes(written.body)  # type: ignore[arg-type]
    read = LIST.of_response(written)
    assert isinstance(read, UnknownOperationError)
    assert (read.code, read.message, read.members["Key"]) == ("Odd", "no \x07", "\x07")
    missing = s3.NoSuchKey()
    missing.message = "no \x07"
    assert s3.endpoints.GetObject.of_response(s3.endpoints.GetObject.error_to_response(missing)).message == "no \x07"  # type: ignore[union-attr]


@pytest.mark.parametrize("key", ["\x00", "\ud800", "\ufffe", "\x07\U0010f007"])
def test_what_cannot_be_written(key: str) -> None:
    with pytest.raises(EncodeError):
        LIST.to_response(s3.ListObjectsV2Output(contents=[s3.Object(key=key)]))


def test_that_other_services_write_no_such_references() -> None:
    operation = sts.endpoints.GetCallerIdentity
    with pytest.raises(EncodeError, match=r"U\+0007"):
        operation.to_response(sts.GetCallerIdentityResponse(account="\x07"))

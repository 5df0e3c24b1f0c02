"""Control characters in XML, which S3 writes as references though XML 1.0 has none."""

from __future__ import annotations

import pytest

from botobind.errors import ResponseError, UnknownOperationError
from botobind.http import HttpResponse
from botobind_services import s3

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

"""Listings of S3 whose keys come percent-encoded."""

from __future__ import annotations

from typing import Any

import pytest

from botobind.encodings import decode_texts, with_encoded_texts
from botobind.errors import DecodeError, EncodeError
from botobind.http import HttpResponse
from botobind_services import s3

LISTINGS = ("ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads")
WRITTEN, DECODED = "a+b%2Bc%2F%C3%A9%07%25", "a b+c/é\x07%"


@pytest.mark.parametrize("name", LISTINGS)
def test_every_text_is_decoded(name: str) -> None:
    operation = s3.endpoints.OPERATIONS[name]
    plain: set[str] = set()
    lists: dict[str, str] = {}
    for path in operation.traits["encodedMembers"]["members"]:
        outer, _, inner = path.partition(".")
        if inner:
            lists[outer] = inner
        else:
            plain.add(outer)

    def value_of(text: str, **more: Any) -> Any:
        nested = {outer: [{inner: text}, {inner: "x"}] for outer, inner in lists.items()}
        return operation.output.of_value(
            {**dict.fromkeys(plain, text), **nested, "Name" if "Name" in members else "Bucket": "b+c", **more}
        )

    members = operation.output.MEMBERS.values()
    encoded = value_of(WRITTEN, EncodingType="url")
    assert decode_texts(operation, encoded) == value_of(DECODED)
    assert encoded == value_of(WRITTEN, EncodingType="url")
    as_they_are = value_of(WRITTEN)
    assert decode_texts(operation, as_they_are) is as_they_are
    assert decode_texts(operation, decode_texts(operation, encoded)) == value_of(DECODED)


def test_to_ask_and_to_read() -> None:
    operation = s3.endpoints.ListObjectsV2
    asked = with_encoded_texts(operation, s3.ListObjectsV2Request(bucket="b"))
    assert ("encoding-type", "url") in operation.to_request(asked).query
    body = (
        b"<ListBucketResult><EncodingType>url</EncodingType><Prefix/><Contents><Key>a+%07</Key></Contents>"
        b"<CommonPrefixes><Prefix>%C3%A9/</Prefix></CommonPrefixes></ListBucketResult>"
    )
    output = operation.of_response(HttpResponse(body=body))
    assert isinstance(output, s3.ListObjectsV2Output)
    assert decode_texts(operation, output) == s3.ListObjectsV2Output(
        prefix="", contents=[s3.Object(key="a \x07")], common_prefixes=[s3.CommonPrefix(prefix="é/")]
    )


def test_what_cannot_be_decoded() -> None:
    output = s3.ListObjectsV2Output(encoding_type="url", contents=[s3.Object(key="a"), s3.Object(key="%ff")])
    with pytest.raises(DecodeError, match=r"\$\.Contents\[1\]\.Key: expected percent-encoded UTF-8"):
        decode_texts(s3.endpoints.ListObjectsV2, output)
    with pytest.raises(EncodeError, match="HeadObject has no texts that are encoded"):
        decode_texts(s3.endpoints.HeadObject, s3.HeadObjectOutput())
    with pytest.raises(EncodeError, match="HeadObject has no texts that are encoded"):
        with_encoded_texts(s3.endpoints.HeadObject, s3.HeadObjectRequest(bucket="b", key="k"))

"""Copies of whole objects, made by S3: in one piece, or in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from botobind.errors import EncodeError
from botobind.formats import header
from botobind.io.transfers.actions import Request
from botobind.io.transfers.config import goes_in_parts, part_size, ranges
from botobind.io.transfers.members import alike, given_of
from botobind.io.transfers.parts import all_of, in_parts

if TYPE_CHECKING:
    from botobind.io.transfers.actions import Actions
    from botobind.io.transfers.parts import Transfer

__all__ = ["Nowhere", "copy"]

_OF_SOURCE = {
    "copy_source_if_match": "if_match",
    "copy_source_if_modified_since": "if_modified_since",
    "copy_source_if_none_match": "if_none_match",
    "copy_source_if_unmodified_since": "if_unmodified_since",
    "copy_source_sse_customer_algorithm": "sse_customer_algorithm",
    "copy_source_sse_customer_key": "sse_customer_key",
    "copy_source_sse_customer_key_md5": "sse_customer_key_md5",
    "expected_source_bucket_owner": "expected_bucket_owner",
    "request_payer": "request_payer",
}
"""Members of a copy that say something of its source, and what they are called in requests for it."""
_KEPT = (
    "cache_control", "content_disposition", "content_encoding", "content_language", "content_type", "expires",
    "metadata",
)  # fmt: skip
"""What a copy has of its source where the caller does not say that it is replaced."""
_REPLACE = "REPLACE"


def copy(transfer: Transfer) -> Actions:
    """The actions that copy an object. Raises `EncodeError` for a source that is none."""
    return _copy(transfer, _source_of(transfer.given.get("copy_source")))


def _copy(transfer: Transfer, source: dict[str, str]) -> Actions:
    given, requests, config = transfer.given, transfer.requests, transfer.config
    of_source = {name: given[ours] for ours, name in _OF_SOURCE.items() if ours in given}
    head = yield Request("HeadObject", alike(requests.input_of("HeadObject"), {**of_source, **source}))
    length = head.content_length or 0
    if not goes_in_parts(config, length):
        yield Request("CopyObject", alike(requests.input_of("CopyObject"), given))
        transfer.teller.tell(length)
        return
    requests.check("UploadPartCopy")
    kept: dict[str, Any] = {}
    if given.get("metadata_directive") != _REPLACE:
        kept = {name: found for name, found in given_of(head).items() if name in _KEPT}
    if given.get("tagging_directive") != _REPLACE and head.tag_count:
        kept["tagging"] = yield from _tags(transfer, {**of_source, **source})
    # Parts of one object alone: what changes meanwhile is refused.
    same = {} if head.etag is None else {"copy_source_if_match": head.etag}
    copier = _Copier(transfer, length, same)
    yield from in_parts(requests, requests.create(None, **kept), copier.fill)


def _tags(transfer: Transfer, source: dict[str, Any]) -> Actions:
    found = yield Request("GetObjectTagging", alike(transfer.requests.input_of("GetObjectTagging"), source))
    return urlencode([(tag.key, tag.value) for tag in found.tag_set], quote_via=quote)


class Nowhere:
    """What a copy is read from and written to here."""

    def verify(self) -> None:
        """S3 looks after the source."""

    def close(self) -> None:
        """Nothing is open."""


class _Copier:
    """Copies the parts of an object."""

    def __init__(self, transfer: Transfer, length: int, same: dict[str, Any]) -> None:
        self._transfer = transfer
        self._length = length
        self._same = same
        self._size = part_size(transfer.config, length)

    def fill(self, upload_id: str) -> Actions:
        """Copies them all, and gives their numbers and what each was answered with."""
        parts = enumerate(ranges(self._length, self._size), 1)
        return all_of(self._transfer.most, (self._part(upload_id, number, *part) for number, part in parts))

    def _part(self, upload_id: str, number: int, at: int, end: int) -> Actions:
        more = {"copy_source_range": f"bytes={at}-{end - 1}", **self._same}
        request = self._transfer.requests.part("UploadPartCopy", upload_id, number, **more)
        output = yield Request("UploadPartCopy", request)
        self._transfer.teller.tell(end - at)
        return number, output.copy_part_result


def _source_of(given: object) -> dict[str, str]:
    """Bucket, key and version of a source, or access point, key and version."""
    text = given.removeprefix("/") if isinstance(given, str) else ""
    path, version = header.part_at(text, "?versionId=")
    bucket, _, key = path.partition("/object/" if path.startswith("arn:") else "/")
    if not (bucket and key):
        raise EncodeError("CopyObject: a source is bucket/key, or arn/object/key of an access point")
    source = {"bucket": bucket, "key": key}
    return {**source, "version_id": version} if version else source

"""Copies from one region to another: their forms have a URL by which the other region lets the first read, signed
beforehand. EC2 wants that, and the services of databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from botobind.http import encode_query

if TYPE_CHECKING:
    from botobind.http import HttpRequest

__all__ = ["SECONDS", "Copy", "copy_of"]

SECONDS = 3600
"""How long the URL is good."""
_SOURCE, _DESTINATION = "SourceRegion", "DestinationRegion"
_OF_EC2 = "CopySnapshot"

Pairs = list[tuple[str, str]]


class Copy:
    """A copy whose URL is yet to be signed."""

    __slots__ = ("_is_of_ec2", "_kept", "source")

    def __init__(self, source: str, kept: Pairs, *, is_of_ec2: bool) -> None:
        self.source = source
        """The region that is asked by the URL."""
        self._kept = kept
        self._is_of_ec2 = is_of_ec2

    def asked(self, destination: str) -> bytes:
        """The form that becomes the URL's parameters."""
        return encode_query([*self._kept, (_DESTINATION, destination)]).encode()

    def form(self, url: str, destination: str) -> bytes:
        """The form that is sent."""
        name = _name_of_url(is_of_ec2=self._is_of_ec2)
        # EC2 alone has to be told where it is.
        more = [(_DESTINATION, destination)] if self._is_of_ec2 else []
        return encode_query([*self._kept, (name, url), *more]).encode()


def copy_of(name: str, request: HttpRequest) -> Copy | None:
    """What an operation of that name copies; None where its request is as it has to be.

    `SourceRegion` is left out of requests to databases, whose service does not know it.
    """
    is_of_ec2 = name == _OF_EC2
    body = request.body
    pairs = parse_qsl(body.decode(), keep_blank_values=True) if isinstance(body, bytes) else []
    form = dict(pairs)
    source, has_url = form.get(_SOURCE), _name_of_url(is_of_ec2=is_of_ec2) in form
    if source is None or (is_of_ec2 and has_url):
        return None
    left_out = {_DESTINATION} if is_of_ec2 else {_SOURCE}
    kept = [pair for pair in pairs if pair[0] not in left_out]
    if has_url:
        request.body = encode_query(kept).encode()
        return None
    return Copy(source, kept, is_of_ec2=is_of_ec2)


def _name_of_url(*, is_of_ec2: bool) -> str:
    return "PresignedUrl" if is_of_ec2 else "PreSignedUrl"

"""What a server demands of a request's `Content-Type` and `Accept`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

UNSUPPORTED_MEDIA_TYPE = "UnsupportedMediaTypeException"
NOT_ACCEPTABLE = "NotAcceptableException"


def check_content_type(headers: Mapping[str, str], media_types: tuple[str, ...]) -> None:
    """Raises `RequestError` (415) where the headers, by lower-case name, name none of the media types of a body."""
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in media_types:
        reason = f"expected a Content-Type of {' or '.join(media_types)}"
        raise RequestError(reason, status=415, code=UNSUPPORTED_MEDIA_TYPE)


def check_accept(headers: Mapping[str, str], media_types: tuple[str, ...]) -> None:
    """Raises `RequestError` (406) where the headers, by lower-case name, accept none of the media types."""
    accept = headers.get("accept", "")
    if accept.strip() and not any(_accepts(accept, media_type) for media_type in media_types):
        reason = f"the answer can only be {' or '.join(media_types)}"
        raise RequestError(reason, status=406, code=NOT_ACCEPTABLE)


def _accepts(accept: str, media_type: str) -> bool:
    """Whether the most specific of the media ranges that hold the type does not exclude it by its weight (RFC 9110)."""
    ranges = ("*/*", f"{media_type.partition('/')[0]}/*", media_type)
    best, is_accepted = -1, False
    for item in accept.lower().split(","):
        media_range, *parameters = (part.strip() for part in item.split(";"))
        if media_range in ranges and ranges.index(media_range) >= best:
            best = ranges.index(media_range)
            is_accepted = not any(_is_zero(parameter) for parameter in parameters)
    return is_accepted


def _is_zero(parameter: str) -> bool:
    name, _, weight = parameter.partition("=")
    return name.strip() == "q" and weight.strip().rstrip("0").rstrip(".") == ""


__all__ = ["NOT_ACCEPTABLE", "UNSUPPORTED_MEDIA_TYPE", "check_accept", "check_content_type"]

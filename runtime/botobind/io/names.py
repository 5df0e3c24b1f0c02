"""Errors for names that clients and their calls do not have: what boto3 calls otherwise is told by ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import unknown_attribute

if TYPE_CHECKING:
    from botobind.errors import ServiceError
    from botobind.io.calls import BaseCall
    from botobind.io.clients import BaseClient

_PAGES = "`pages` and `items` of a call are loops over all pages"
_URLS = "`presign` of a call signs its URL"
_INSTEAD = {
    "exceptions": "errors are classes of the package of the service",
    "generate_presigned_post": "`presign_post` of a client of S3 signs a form",
    "generate_presigned_url": _URLS,
    "get_paginator": _PAGES,
    "get_waiter": "`wait` has a method for each waiter",
    "paginate": _PAGES,
}
"""What there is in place of what boto3's clients and paginators have."""
_OF_LOOPS = frozenset({"items", "items_of", "limited", "pages", "pages_of", "paginate"})


def unknown_to_client(client: BaseClient, name: str) -> AttributeError:
    """The error for a name that a client does not have."""
    what = f"the client of {client.PACKAGE.rpartition('.')[2]}"
    if name in _INSTEAD:
        return _told(what, name, _INSTEAD[name])
    return unknown_attribute(what, name, dir(client))


def unknown_to_call(call: BaseCall[..., object, object, ServiceError], name: str) -> AttributeError:
    """The error for a name that a call does not have."""
    what = f"the call of {call.operation.name}"
    if name in _OF_LOOPS and call.operation.paging is None:
        return _told(what, name, "the operation gives no pages")
    if name in _INSTEAD:
        return _told(what, name, _INSTEAD[name])
    return unknown_attribute(what, name, dir(call))


def _told(what: str, name: str, instead: str) -> AttributeError:
    return AttributeError(f"{what} has no attribute {name!r}: {instead}")

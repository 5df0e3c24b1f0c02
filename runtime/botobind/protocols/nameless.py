"""Errors that do not say what they are called: the status has to do."""

from __future__ import annotations

from typing import Any

from botobind.errors import UnknownOperationError
from botobind.formats import errors


def with_members(
    error: UnknownOperationError, tree: dict[str, Any], type_names: tuple[str, ...] = errors.TYPE_NAMES
) -> UnknownOperationError:
    """An error without a name, with what is known of it."""
    known = errors.unknown_of_json(error.code, tree, type_names)
    error.members = known.members
    if known.message is not None:
        error.message = known.message
    return error


def error_of_status(status: int, body: bytes = b"") -> UnknownOperationError:
    """The error of a response that says nothing but its status, or nothing that is understood."""
    try:
        from http import HTTPStatus

        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = None
    error = UnknownOperationError(str(status), phrase)
    error.body = body or None
    return error

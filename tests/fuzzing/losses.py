"""When a value that has been read, written and read again counts as the same."""

from __future__ import annotations

import math
import re
from copy import copy
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fuzzing.corpus import Subject
from support.roundtrips import _without_flattened_nothing, expected

from botobind.errors import ServiceError, UnknownOperationError
from botobind.http import HttpRequest, HttpResponse
from botobind.shapes import ErrorShape, Shape

_ADDED = frozenset({"message", "Message", "Type"})
"""What an error that is not modelled says in its document whether or not it had a member of this name."""

_FILLED_IN = re.compile(
    ".*ContentType|.*SSECustomerKeyMD5|ContentMD5|ChecksumAlgorithm|Checksum(CRC32|SHA1|SHA256|SHA512)"
)
"""The members in headers that messages have to have, so that they are filled in: types of bodies, and checksums."""


def kept(subject: Subject, value: Any, again: Any, message: HttpRequest | HttpResponse) -> Any:
    """What of a value the message holds, where that is not all: `again` is what has been read."""
    if isinstance(value, ServiceError):
        return _kept_error(subject, value, again)
    if not isinstance(value, Shape) or type(value) is not type(again):
        return value
    is_request = isinstance(message, HttpRequest)
    if isinstance(message, HttpResponse) and message.status == HTTPStatus.NO_CONTENT:
        # No body, nor headers that tell of one.
        return again
    value = copy(subject.operation._bind(subject.protocol).completed(value) if is_request else value)
    if not is_request and value.STATUS is not None and getattr(value, value.STATUS) == HTTPStatus.NO_CONTENT:
        # HTTP knows no such answer with a body.
        setattr(value, value.STATUS, HTTPStatus.OK.value)
    for attribute in value.HEADERS:
        if getattr(value, attribute) is None and _FILLED_IN.fullmatch(value.MEMBERS[attribute]):
            setattr(value, attribute, getattr(again, attribute))
    if subject.protocol.startswith("rest-"):
        _drop_fractions(value, again)
    if subject.protocol in {"query", "ec2"} and is_request:
        # An empty structure and the like leave no trace in a form.
        return expected(subject.package, value, "query")
    if subject.protocol in {"query", "ec2", "rest-xml"}:
        # An empty list or map that is flattened has no element of its own.
        return _without_flattened_nothing(value, again)
    return value


def _drop_fractions(value: Shape, again: Shape) -> None:
    """Sets the times that have lost their fractions of a second, as HTTP dates in headers do."""
    for attribute in value.MEMBERS:
        one, two = getattr(value, attribute), getattr(again, attribute)
        if isinstance(one, datetime) and two == one.replace(microsecond=0):
            setattr(value, attribute, two)


def _kept_error(subject: Subject, error: ServiceError, again: Any) -> Any:
    if subject.operation.method == "HEAD":
        # A response to HEAD has no body, which alone could tell more than the status.
        return again
    if ";" in error.code and isinstance(error, UnknownOperationError):
        # The header for awsQuery's codes has a semicolon after the code.
        return again
    if isinstance(error, ErrorShape) and type(error) is type(again):
        error = copy(error)
        if "awsQueryCompatible" not in subject.package.metadata:
            # The code of awsQuery's time is written only by services that have had such a time.
            error.code = again.code
        for attribute in error.MEMBERS:
            setattr(error, attribute, _without_flattened_nothing(getattr(error, attribute), getattr(again, attribute)))
    return error


def _same_unknown(one: UnknownOperationError, two: UnknownOperationError) -> bool:
    if (one.code, one.message) != (two.code, two.message) or not one.members.keys() <= two.members.keys():
        return False
    return all(name in _ADDED or same(one.members.get(name), member) for name, member in two.members.items())


def same(one: Any, two: Any) -> bool:
    """Whether two values are equal, but for what numbers and times lose on the wire, and NaN, which is equal here."""
    if type(one) is not type(two):
        return False
    match one:
        case UnknownOperationError():
            return _same_unknown(one, two)
        case ServiceError() if (one.code, one.message) != (two.code, two.message):
            return False
        case Shape():
            return all(same(getattr(one, name), getattr(two, name)) for name in one._attributes())
        case list():
            return len(one) == len(two) and all(map(same, one, two))
        case dict():
            return one.keys() == two.keys() and all(same(item, two[key]) for key, item in one.items())
        case float():
            return one == two or (math.isnan(one) and math.isnan(two)) or math.isclose(one, two, rel_tol=1e-6)
        case datetime():
            return bool(abs((one - two).total_seconds()) < 0.002)
    return bool(one == two)

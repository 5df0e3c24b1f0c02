"""What the tests of round trips share: every class of a package, every format, and what forms cannot carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from types import ModuleType
from typing import Any, cast

from attrs import NOTHING, fields

from botobind.bodies import dump_body, parse_body
from botobind.shapes import Shape, Union
from botobind.wire.fields import values_of

FORMATS = ("json", "xml", "query", "cbor", "value")

UNREADABLE = {
    ("s3", "CloudFunctionConfiguration"): "`Event` and `Events` share one element in XML, which reads as both",
    ("s3", "QueueConfigurationDeprecated"): "`Event` and `Events` share one element in XML, which reads as both",
    ("s3", "TopicConfigurationDeprecated"): "`Event` and `Events` share one element in XML, which reads as both",
    ("s3", "NotificationConfigurationDeprecated"): "holds the three above",
    ("s3", "PutBucketNotificationRequest"): "holds the three above",
}
"""Classes whose XML cannot tell all their values apart, with the reason."""

_MOST = 127
"""The least of the largest numbers that a member can hold."""


def classes_of(package: ModuleType) -> Iterator[type[Shape]]:
    """Every structure, union and error of a generated package."""
    for name in sorted(dir(package.values)):
        found = getattr(package.values, name)
        if isinstance(found, type) and issubclass(found, Shape) and found.__module__.startswith(package.__name__):
            yield found


def told_apart(value: Any) -> Any:
    """A value like this one, but that no two of its scalars are alike: what changes places in a format is found."""
    numbers = count(1)

    def changed(item: Any) -> Any:
        if isinstance(item, Shape):
            members = {name: getattr(item, name) for name in item.MEMBERS}
            return type(item)(**{name: changed(member) for name, member in members.items() if member is not None})
        if isinstance(item, list):
            return [changed(each) for each in item]
        if isinstance(item, dict):
            return {key: changed(each) for key, each in item.items()}
        if type(item) is str:
            return f"{item}{next(numbers)}"
        if type(item) is bytes:
            return b"%b%d" % (item, next(numbers))
        if type(item) in (int, float):
            return type(item)(next(numbers) % _MOST)
        return item + timedelta(seconds=next(numbers)) if isinstance(item, datetime) else item

    return changed(value)


def through(value: Shape, body_format: str) -> Shape:
    """The value, written in a format and read back."""
    cls = type(value)
    if body_format == "value":
        return cls.of_value(value.to_value())
    return parse_body(cls, dump_body(value, body_format), body_format)


def through_headers(value: Shape) -> dict[str, Any]:
    """The members that live in headers, written and read back."""
    cls = type(value)
    copy = cls.__new__(cls)
    for attribute in cls.MEMBERS:
        setattr(copy, attribute, None)
    copy.read_header(values_of(value.to_header()))
    return {attribute: getattr(copy, attribute) for attribute in cls.HEADERS}


def fits_headers(value: Shape) -> bool:
    """Whether headers can hold and be called by all texts of the members that live there (RFC 9110, 5.1 and 5.5), some
    of which are ASCII alone.
    """
    ascii_only = [name for name, traits in value.MEMBER_TRAITS.items() if traits.get("asciiHeaders")]
    if not all(text.isascii() for name in ascii_only for text in _texts(getattr(value, name))):
        return False
    encoded = {name for name, traits in value.MEMBER_TRAITS.items() if "percentEncodedBefore" in traits}
    members = [getattr(value, attribute) for attribute in value.HEADERS if attribute not in encoded]
    texts = [text for member in members for text in _texts(member)]
    keys = [key for member in members if isinstance(member, dict) for key in member]
    return not any(re.search(r"[^\t -~\xa0-\xff]", text) for text in texts) and not any(
        re.search(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]", key) for key in keys
    )


def _texts(member: Any) -> Iterator[str]:
    if isinstance(member, str):
        yield member
    elif isinstance(member, (list, dict)):
        for item in member.values() if isinstance(member, dict) else member:
            yield from _texts(item)


def expected(package: ModuleType, value: Shape, body_format: str) -> Shape | None:
    """What a round trip has to give: the value itself, but for what the wire rules of forms and of flattened lists
    drop.
    """
    if body_format == "xml" and {"rest-xml", "query", "ec2"} & set(package.protocols):
        return _without_flattened_nothing(value, through(value, "xml"))
    if body_format == "query" and {"query", "ec2"} & set(package.protocols):
        return cast("Shape | None", _kept(value, ec2="ec2" in package.protocols, top=True))
    return value


def _without_flattened_nothing(value: Any, read: Any) -> Any:
    """The value without those empty lists and maps that are not there after reading: flattened ones have no element of
    their own.
    """
    if isinstance(value, Shape) and type(read) is type(value):
        members = {
            name: _without_flattened_nothing(getattr(value, name), getattr(read, name)) for name in value.MEMBERS
        }
        return type(value)(**members)
    if isinstance(value, list) and isinstance(read, list) and len(value) == len(read):
        return [_without_flattened_nothing(*pair) for pair in zip(value, read, strict=True)]
    if isinstance(value, dict) and isinstance(read, dict) and value.keys() == read.keys():
        return {key: _without_flattened_nothing(item, read[key]) for key, item in value.items()}
    return None if value in ([], {}) and read is None else value


def _kept(value: Any, *, ec2: bool, top: bool = False) -> Any:
    """The value without its empty structures and maps (and lists, for EC2), which leave no trace in awsQuery and
    ec2Query.
    """
    if isinstance(value, Shape):
        members = {name: _kept(getattr(value, name), ec2=ec2) for name in value.MEMBERS}
        present = {name: member for name, member in members.items() if member is not None}
        for name in value.REQUIRED - present.keys():
            if getattr(fields(cast("Any", type(value))), name).default is NOTHING:
                # What must be there reads as empty where it left no trace.
                present[name] = getattr(value, name)
        return type(value)(**present) if present or (top and not isinstance(value, Union)) else None
    if isinstance(value, list):
        items = [item for item in (_kept(item, ec2=ec2) for item in value) if item is not None]
        return items if items or not (value or ec2) else None
    if isinstance(value, dict) and value and all(isinstance(item, Shape | list | dict) for item in value.values()):
        return {
            key: item for key, item in ((key, _kept(item, ec2=ec2)) for key, item in value.items()) if item is not None
        }
    return value if value != {} else None

"""Classes as the generator writes them, and classes of others that hold them, for the tests of converters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, ClassVar, NewType, Self, TypeAlias, TypedDict

from attrs import define

from botobind.constraints import Bounds, Len, Sensitive
from botobind.convert import BodyFormat
from botobind.errors import DecodeError
from botobind.formats import cbor, json, tree, value
from botobind.serializers import AllBodyFormats
from botobind.shapes import ErrorShape, Structure, Union
from botobind.types import AnyJson, EventStreamOf, JsonObject, Single, StreamingBlob

FORMATS: tuple[BodyFormat, ...] = ("json", "value", "cbor")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@define(eq=False, repr=False, kw_only=True)
class Tag(Structure, AllBodyFormats):
    """JSON calls its member `key`, the other formats `Key`."""

    SHAPE: ClassVar[str] = "Tag"
    MEMBERS: ClassVar[Mapping[str, str]] = {"key": "Key", "value": "Value"}
    REQUIRED: ClassVar[frozenset[str]] = frozenset({"key"})

    key: str | None = None
    value: str | None = None

    def to_json(self) -> JsonObject:
        return {name.lower(): item for name, item in self.to_value().items()}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls._of(data, "key", "value")

    def to_value(self) -> dict[str, Any]:
        members = {"Key": self.key, "Value": self.value}
        return {name: item for name, item in members.items() if item is not None}

    @classmethod
    def of_value(cls, data: object) -> Self:
        return cls._of(data, "Key", "Value")

    def to_cbor(self) -> dict[str, Any]:
        return self.to_value()

    @classmethod
    def of_cbor(cls, data: object) -> Self:
        return cls._of(data, "Key", "Value")

    @classmethod
    def _of(cls, data: object, key: str, value: str) -> Self:
        get = tree.members_of(data)
        try:
            return cls(key=json.read_string(get(key)), value=json.read_string(get(value)))
        except DecodeError as error:
            raise error.under(key) from None


@define(eq=False, repr=False, kw_only=True)
class Label(Structure, AllBodyFormats):
    """Required members without a default, by which cattrs would tell it from `Tag`, were bodies keyed by attributes."""

    SHAPE: ClassVar[str] = "Label"
    MEMBERS: ClassVar[Mapping[str, str]] = {"text": "Text"}

    text: str

    def to_json(self) -> JsonObject:
        return {"Text": self.text}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls(text=tree.required(json.read_string(tree.members_of(data)("Text"))))


@define(eq=False, repr=False, kw_only=True)
class AttributeValue(Union, AllBodyFormats):
    SHAPE: ClassVar[str] = "AttributeValue"
    MEMBERS: ClassVar[Mapping[str, str]] = {"s": "S", "b": "B", "items": "L"}

    s: str | None = None
    b: bytes | None = None
    items: list[AttributeValue] | None = None

    def to_json(self) -> JsonObject:
        if self.s is not None:
            return {"S": self.s}
        if self.b is not None:
            return {"B": json.write_blob(self.b)}
        return {"L": [item.to_json() for item in self.items or ()]}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls._of(data, json.read_blob, cls.of_json)

    def to_value(self) -> dict[str, Any]:
        if self.items is not None:
            return {"L": [item.to_value() for item in self.items]}
        return {"S": self.s} if self.s is not None else {"B": self.b}

    @classmethod
    def of_value(cls, data: object) -> Self:
        return cls._of(data, value.read_blob, cls.of_value)

    def to_cbor(self) -> dict[str, Any]:
        return self.to_value()

    @classmethod
    def of_cbor(cls, data: object) -> Self:
        return cls._of(data, cbor.read_blob, cls.of_cbor)

    @classmethod
    def _of(
        cls, data: object, blob: Callable[[object], bytes | None], item: Callable[[object], AttributeValue]
    ) -> Self:
        name, content = tree.only_member(data)
        try:
            match name:
                case "S":
                    return cls(s=json.read_string(content))
                case "B":
                    return cls(b=blob(content))
                case "L":
                    return cls(items=tree.read_list(content, item))
        except DecodeError as error:
            raise error.under(name) from None
        return cls(unknown_member=name)


@define(eq=False, repr=False, kw_only=True)
class LimitExceeded(ErrorShape, AllBodyFormats):
    SHAPE: ClassVar[str] = "LimitExceeded"
    MEMBERS: ClassVar[Mapping[str, str]] = {"message": "Message"}
    code = "LimitExceeded"

    message: str | None = None

    def to_json(self) -> JsonObject:
        return {"Message": self.message}

    @classmethod
    def of_json(cls, data: object) -> Self:
        return cls(message=json.read_string(tree.members_of(data)("Message")))

    to_value = to_cbor = to_json
    of_value = of_cbor = of_json


TagKey = Annotated[str, Len(1, 2), Sensitive()]
Tags = Annotated[list[Tag], Len(0, 1)]
Percent = Annotated[int, Bounds(0, 100)]
Weight = Annotated[Single, Bounds(0, 1)]
Events: TypeAlias = EventStreamOf[AttributeValue]
MaybeEvents: TypeAlias = EventStreamOf[AttributeValue] | None
MaybeDocument: TypeAlias = AnyJson | None
MaybeBlob: TypeAlias = StreamingBlob | None
MaybeSecretTime: TypeAlias = Annotated[datetime, Sensitive()] | None
Serial = NewType("Serial", bytes)
Size = IntEnum("Size", ["SMALL", "LARGE"])


class OldColour(str, Enum):  # noqa: UP042 - that is what is tested
    RED = "red"


@define
class Item:
    """A user's own class."""

    name: str
    tags: list[Tag]
    attributes: dict[str, AttributeValue]
    colour: Colour | str | None = None
    created: datetime | None = None
    content: bytes = b""
    parts: tuple[Item, ...] = ()
    weight: Single | None = None
    extra: AnyJson = None


@dataclass
class Record:
    tag: Tag
    content: bytes
    weight: Single
    body: StreamingBlob | None
    extra: AnyJson


class Row(TypedDict, total=False):
    tag: Tag
    at: datetime


TAG = {"json": {"key": "k", "value": "v"}, "value": {"Key": "k", "Value": "v"}, "cbor": {"Key": "k", "Value": "v"}}


def tag() -> Tag:
    return Tag(key="k", value="v")

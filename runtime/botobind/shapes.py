"""The base classes of generated structures, unions and errors: what all of them do alike."""

from __future__ import annotations

import copyreg
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from botobind import bodies, formats, pickling, tableviews, validation
from botobind.classes import define
from botobind.errors import ServiceError
from botobind.lazy import door, hint
from botobind.markers import ShapeMark, new, unknown_union_member
from botobind.signatures import OwnSignature
from botobind.tableviews import Events, Payload
from botobind.unions import OneMember

if TYPE_CHECKING:
    from botobind.wire.fields import HeaderPairs

__all__ = [
    "REDACTED",
    "ErrorShape",
    "Events",
    "Payload",
    "Shape",
    "Structure",
    "Union",
    "new",
    "unknown_union_member",
]

REDACTED = "<sensitive>"

_FOR_USERS = frozenset(
    {
        *("make", "validate", "reveal", "given", "unknown_member", "to_string", "of_string"),
        *("to_header", "of_header", "of_header_and_body"),
        *(f"{way}_{name}" for way in ("to", "of") for name in ("json", "value", "cbor", "query", "xml")),
        *("code", "message", "status", "request_id", "fault", "retryable", "throttling", "attempts", "args"),
    }
)
"""What `dir` tells of what values have beside their members."""


def constructed(cls: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """A value of a class, of the arguments of its constructor. Raises its `TypeError`, and says what is meant."""
    try:
        return cls(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{error}{_meant(cls, args, kwargs, str(error))}") from None


_LIMITS = "; `limited` of a call sets limits for its loops"
_BESIDE_MEMBERS = {
    **dict.fromkeys(("PaginationConfig", "max_items", "page_size", "starting_token"), _LIMITS),
    "WaiterConfig": "; a wait takes `max_wait` and `delay`",
}
"""What is given beside members by boto3, or to another method, and where it belongs."""


def _meant(cls: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], said: str) -> str:
    """What to say behind the error of a constructor: from Python 3.13 on it has suggestions itself."""
    if args:
        return (
            "; an input that is there goes to `send` or the like"
            if isinstance(args[0], cls)
            else "; members have names"
        )
    members: Mapping[str, str] = cls.MEMBERS
    odd = next((name for name in kwargs if name not in members and repr(name) in said), None)
    if odd in _BESIDE_MEMBERS:
        return _BESIDE_MEMBERS[odd]
    if odd is None or "Did you mean" in said:
        return ""
    in_model = next((attribute for attribute, name in members.items() if name == odd), None)
    return hint(odd, members) if in_model is None else f". Did you mean {in_model!r}?"


_OF_OUTPUTS = ("error_of_json", "error_of_xml", "error_to_json", "error_to_xml")


class Shape(ShapeMark):  # noqa: PLW1641 - its subclasses say whether they are keys
    """What structures, unions and errors have in common, but for the formats that `botobind.serializers` adds.
    Everything service-specific is emitted into the subclasses.

    The class attributes in capitals describe the shape; no member's name can clash with them.
    """

    __slots__ = ()

    SHAPE: ClassVar[str]
    """The shape's name in the service model: the class's own, unless that says otherwise."""
    BODY: ClassVar[str] = tableviews.view(tableviews.body_format)
    """The format of the service's own bodies: `json`, `xml`, `query` or `cbor`. `to_string` and `of_string` use it."""
    SCHEMA: ClassVar[Mapping[str, tuple[Any, ...]]] = {}
    """What the members are, and where they go on the wire; see `tables.py`."""
    MEMBERS: ClassVar[Mapping[str, str]] = tableviews.view(tableviews.member_names)
    """Member names of the model by attribute, in the model's order."""
    REQUIRED: ClassVar[frozenset[str]] = tableviews.view(tableviews.required)
    """The attributes that `validate` demands. A decoder of responses does not: services leave out what they please."""
    SENSITIVE: ClassVar[frozenset[str]] = tableviews.view(tableviews.sensitive)
    """The attributes whose values are kept out of `repr` and error texts."""
    VALUE_NAMES: ClassVar[Mapping[str, str]] = tableviews.view(tableviews.value_names)
    """Other names that boto3's values may have for members, and the members' own."""
    HEADERS: ClassVar[tuple[str, ...]] = tableviews.view(tableviews.header_attributes)
    """The attributes that live in HTTP headers."""
    PAYLOAD: ClassVar[Payload | None] = tableviews.view(tableviews.payload)
    """The member that is the whole body of the HTTP message or of the event, where there is such."""
    EVENTS: ClassVar[Events | None] = tableviews.view(tableviews.events)
    """The member that is an event stream, where there is such."""
    IN_BODY: ClassVar[tuple[str, ...] | None] = tableviews.view(tableviews.in_body)
    """The attributes that are in the body of the HTTP message or of the event; None stands for all."""
    STATUS: ClassVar[str | None] = tableviews.view(tableviews.status)
    """The attribute that is the HTTP status, where there is such."""
    ERRORS: ClassVar[Mapping[str, str]] = {}
    """Of an output: the classes, by code, of the errors of the operations that answer with it."""
    TRAITS: ClassVar[Mapping[str, Any]] = {}
    """The traits of the shape that serializers don't act on, such as `deprecated`, as the model has them."""
    MEMBER_TRAITS: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """The traits of the members, by attribute."""

    @classmethod
    def make(cls, *args: Any, **kwargs: Any) -> Self:
        """Builds a value from its members and validates it.

        Raises `ValidationError`, which lists every violation of the model's constraints with its path.
        """
        made: Self = constructed(cls, args, kwargs)
        validation.validate(made)
        return made

    if not TYPE_CHECKING:  # stubs have it with the parameters of each class
        make = OwnSignature(make.__func__)

        def __init_subclass__(cls, **options: Any) -> None:
            super().__init_subclass__(**options)
            if "make" not in vars(cls) and any("SHAPE" in vars(base) for base in cls.__bases__):
                cls.make = vars(Shape)["make"]

    def validate(self) -> None:
        """Checks required members, types, lengths, ranges, patterns and unions, through all nested values.

        Raises `ValidationError`, which lists every violation with its path.
        """
        validation.validate(self)

    def to_string(self) -> bytes:
        """The value as bytes in the service's own body format.

        Raises `ValidationError` for members of wrong types, and `EncodeError` for what the format cannot hold, each
        with its path.
        """
        try:
            return bodies.dump_body(self)
        except formats.exact.UNWRITABLE as error:
            validation.explain(error, self)

    @classmethod
    def of_string(cls, data: bytes) -> Self:
        """The value of bytes in the service's own body format. Raises `DecodeError` with path and reason."""
        return bodies.parse_body(cls, data)

    def to_header(self) -> list[tuple[str, str]]:
        """The members that live in HTTP headers, as pairs of name and value. Raises `EncodeError` for what a header
        cannot hold.
        """
        return []

    @classmethod
    def of_header(cls, headers: HeaderPairs) -> Self:
        """A value of the members that live in headers; the others are absent. Names compare without regard to case.

        Raises `DecodeError` with path and reason, also where a member that is never None lives elsewhere.
        """
        return bodies.of_header(cls, headers)

    @classmethod
    def of_header_and_body(cls, headers: HeaderPairs, body: bytes) -> Self:
        """The value of an HTTP message, but for members in the URI: headers and a body in the service's own format.

        What the body says of a member that lives in a header does not count. Raises `DecodeError` with path and reason.
        """
        return bodies.of_header_and_body(cls, headers, body)

    def to_labels(self) -> dict[str, str]:
        """The members that live in the path of the URI, as texts by the labels' names, not encoded yet.

        Raises `EncodeError` for a member of a wrong type.
        """
        return {}

    def to_query_string(self) -> list[tuple[str, str]]:
        """The members that live in the query string, as pairs of name and value, not encoded yet.

        Raises `EncodeError` for a member of a wrong type.
        """
        return []

    def read_header(self, values: dict[str, str], pairs: list[tuple[str, str]] | None = None) -> None:
        """Sets the members that live in headers from values by lower-case name. `pairs` are the same headers as they
        came: a map whose keys are the names of headers has them from there.
        """

    def reveal(self) -> str:
        """The `repr` with sensitive values in it: for deliberate use, never for logs."""
        return _represent(self, reveal=True)

    def __repr__(self) -> str:
        return _represent(self, reveal=False)

    def __rich_repr__(self) -> Iterator[Any]:
        """What rich shows: the members that are there, and of sensitive ones that they are."""
        yield from _shown(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 - IPython and Hypothesis call it so
        """Writes what IPython and Hypothesis show: the same as rich."""
        name = type(self).__name__
        with printer.group(4, f"{name}(", ")"):
            for index, shown in enumerate(() if cycle else _shown(self)):
                if index:
                    printer.text(",")
                    printer.breakable()
                if isinstance(shown, tuple):
                    printer.text(f"{shown[0]}=")
                    shown = shown[1]  # noqa: PLW2901 - what is behind its name
                printer.pretty(shown)

    def __dir__(self) -> list[str]:
        """Members and what users call. What serializers call of each other is there, but nobody's business."""
        ours = (vars(base) for base in type(self).__mro__ if base.__module__.startswith("botobind."))
        shown = {*_FOR_USERS, *(_OF_OUTPUTS if self.ERRORS else ())}
        hidden = {"SHAPE", *(name for names in ours for name in names if not name.startswith("_"))} - shown
        return sorted({*super().__dir__()} - hidden)

    def __getstate__(self) -> object:
        # Protocols 0 and 1 of pickle refuse classes with slots that leave this to `object`.
        return object.__getstate__(self)

    def __replace__(self, /, **changes: Any) -> Self:
        # For `copy.replace`, which came with Python 3.13.
        from attrs import evolve

        changed: Self = evolve(cast("Any", self), **changes)
        return changed

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """What pydantic asks the types of its models' fields."""
        return door("pydantic").schema_of_shape(cls)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._attributes())

    @classmethod
    def _attributes(cls) -> tuple[str, ...]:
        return tuple(cls.MEMBERS)

    @classmethod
    def _told(cls) -> tuple[str, ...]:
        """The attributes that are shown."""
        return cls._attributes()


class _Redacted:
    """Stands for a sensitive value where one is shown."""

    def __repr__(self) -> str:
        return REDACTED


def _shown(value: Any) -> Iterator[Any]:
    """The members that are there, as pairs of attribute and value; of a structure that is sensitive as a whole none."""
    if value.TRAITS.get("sensitive"):
        yield _Redacted()
        return
    for attribute in value._told():  # noqa: SLF001 - the module's own class
        member = getattr(value, attribute, None)
        if member is not None:
            yield attribute, (_Redacted() if attribute in value.SENSITIVE else member)


def _represent(value: Any, *, reveal: bool) -> str:
    name = type(value).__name__
    try:
        return _represent_members(value, name, reveal=reveal)
    except RecursionError:
        return f"{name}(…)"


def _represent_members(value: Any, name: str, *, reveal: bool) -> str:
    if reveal:
        members = ((attribute, getattr(value, attribute, None)) for attribute in value._told())  # noqa: SLF001
        pairs = [(attribute, member) for attribute, member in members if member is not None]
    else:
        pairs = list(_shown(value))
    shown = [
        f"{each[0]}={_text_of(each[1], reveal=reveal)}" if isinstance(each, tuple) else repr(each) for each in pairs
    ]
    return f"{name}({', '.join(shown)})"


def _text_of(member: object, *, reveal: bool) -> str:
    """What a member looks like in code, where that is possible."""
    if reveal and isinstance(member, Shape):
        return member.reveal()
    if isinstance(member, StrEnum):
        return f"{type(member).__name__}.{member.name}"
    if isinstance(member, list):
        return f"[{', '.join(_text_of(item, reveal=reveal) for item in member)}]"
    if isinstance(member, dict):
        entries = (f"{_text_of(key, reveal=reveal)}: {_text_of(item, reveal=reveal)}" for key, item in member.items())
        return f"{{{', '.join(entries)}}}"
    return repr(member)


class Structure(Shape):
    """A structure: every member by itself."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: Any, /) -> Any:
        reduce = pickling.reducer_of(self.__class__)
        return super().__reduce_ex__(protocol) if reduce is None else reduce(self)

    __hash__ = None  # type: ignore[assignment] # values can change, so they are no keys


@define(eq=False, repr=False, kw_only=True)
class Union(Shape, OneMember):
    """A tagged union: exactly one of its members is there. To read a member that is not gives None; `given` tells which
    is there. Where none or several are, as a constructor or an assignment may leave it, `validate` says so.

    A member that the model does not have, as newer services send it, is kept by name in `unknown_member`; its value is
    not, so such a union cannot be written, except as a boto3 value.
    """

    unknown_member: str | None = None
    __hash__ = None  # type: ignore[assignment] # values can change, so they are no keys

    def __reduce_ex__(self, protocol: Any, /) -> Any:
        reduce = pickling.reducer_of(self.__class__)
        # `super` would mean the class before it had slots.
        return Shape.__reduce_ex__(self, protocol) if reduce is None else reduce(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Union) or other.__class__ is not self.__class__:
            return NotImplemented
        return bool(self._member == other._member and self._value == other._value)

    @classmethod
    def _attributes(cls) -> tuple[str, ...]:
        return (*cls.MEMBERS, "unknown_member")


class ErrorShape(Shape, ServiceError):  # noqa: N818 - it is the shape of an error, as the model calls it
    """A modelled error: an exception whose members are attributes. It has a `message`, by its constructor as well, also
    where the model has no such member.
    """

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        like: Any = other
        compared = (*self.MEMBERS, "code")
        is_equal = all(getattr(self, name) == getattr(like, name, None) for name in compared)
        return is_equal and bool(self._own_message() == like._own_message())

    def _own_message(self) -> str | None:
        """The message, unless a member says it: what is read has that one for its message, as in OAuth."""
        message = self.message
        return None if any(message == getattr(self, name) for name in self.MEMBERS) else message

    @classmethod
    def _told(cls) -> tuple[str, ...]:
        return tuple(cls.MEMBERS) if "message" in cls.MEMBERS else (*cls.MEMBERS, "message")

    def __hash__(self) -> int:
        # Python keys exceptions by hash while it prints them; equal errors have equal classes and codes.
        return hash((type(self), self.code))

    def __repr__(self) -> str:
        return _represent(self, reveal=False)

    @property
    def args(self) -> tuple[Any, ...]:  # type: ignore[override] # attrs would put all members there
        """The members in the model's order; a sensitive one is told to be there."""
        shown = dict(_shown(self)) if not self.TRAITS.get("sensitive") else dict.fromkeys(self.MEMBERS, _Redacted())
        return tuple(shown.get(attribute) for attribute in self.MEMBERS)

    def __str__(self) -> str:
        message = REDACTED if "message" in self.SENSITIVE else self.message
        return f"{self.code}: {message}" if self.message else self.code

    def __replace__(self, /, **changes: Any) -> Self:
        changed = super().__replace__(**changes)
        vars(changed).update({name: found for name, found in vars(self).items() if name not in changes})
        return changed

    def __reduce__(self) -> tuple[Any, ...]:
        members = {name: getattr(self, name) for name in self.MEMBERS}
        return _restore_exception, (type(self), members, dict(self.__dict__))


def _restore_exception(cls: type[ErrorShape], members: dict[str, Any], details: dict[str, Any]) -> ErrorShape:
    restored: ErrorShape = copyreg.__newobj__(cls)  # type: ignore[attr-defined] # as pickle itself does
    for name, member in {**members, **details}.items():
        setattr(restored, name, member)
    return restored

"""Attributes of generated classes that are views of their tables: worked out when they are first asked for.

A program asks most of its classes for none of them.
"""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar, cast

from botobind import tables

__all__ = [
    "Events",
    "Payload",
    "body_format",
    "events",
    "header_attributes",
    "in_body",
    "member_names",
    "payload",
    "required",
    "sensitive",
    "status",
    "value_names",
    "view",
    "xml_attributes",
]

T = TypeVar("T")


class Payload(NamedTuple):
    """A member that is the whole body of a message."""

    attribute: str
    kind: Literal["structure", "blob", "stream", "string", "document", "jsonvalue", "timestamp"]
    shape: str | None = None
    """The class of a structure, by its name in `values`."""
    tag: str = ""
    """The root element of a structure in XML."""
    attributes: str = ""
    """The declaration of its namespace."""
    is_union: bool = False


class Events(NamedTuple):
    """A member that is an event stream."""

    attribute: str
    shape: str
    """The union of the events, by its name in `values`."""


class _View:
    """A class attribute that a function works out of a class. Each generated class keeps what was found for it."""

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        self._work_out = work_out

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, value: object, cls: type) -> Any:
        found = self._work_out(cls)
        of_table = next(base for base in cls.__mro__ if "SCHEMA" in vars(base))
        if vars(of_table).get(self._name) is not self:  # the base of all classes has a table, too, and keeps its views
            setattr(of_table, self._name, found)
        return found


def view(work_out: Callable[[Any], T]) -> T:
    """The attribute of a class that a function works out of it."""
    return cast("T", _View(work_out))


def member_names(cls: Any) -> Mapping[str, str]:
    """The names of members by attribute."""
    return {attribute: row[0] for attribute, row in cls.SCHEMA.items()}


def _with_trait(cls: Any, *names: str) -> list[str]:
    return [attribute for attribute, row in cls.SCHEMA.items() if not _traits(row).keys().isdisjoint(names)]


def _traits(row: tuple[Any, ...]) -> Mapping[str, Any]:
    return row[-1] if isinstance(row[-1], dict) else {}


def required(cls: Any) -> frozenset[str]:
    """The attributes of the members that the model requires."""
    return frozenset(_with_trait(cls, "mandatory", "required"))


def sensitive(cls: Any) -> frozenset[str]:
    """The attributes of the members whose values are sensitive."""
    return frozenset(_with_trait(cls, "sensitive"))


def value_names(cls: Any) -> Mapping[str, str]:
    """Other names that boto3's values have for members, and the members' own."""
    return {traits["valueName"]: row[0] for row in cls.SCHEMA.values() if "valueName" in (traits := _traits(row))}


def _at(cls: Any, *locations: str) -> list[str]:
    return [attribute for attribute, row in cls.SCHEMA.items() if _traits(row).get("location") in locations]


def header_attributes(cls: Any) -> tuple[str, ...]:
    """The attributes of the members that live in headers."""
    return tuple(_at(cls, "header", "headers"))


def xml_attributes(cls: Any) -> tuple[str, ...]:
    """The attributes of the members that are attributes of an element of XML."""
    return tuple(_with_trait(cls, "xmlAttribute"))


def status(cls: Any) -> str | None:
    """The attribute that is the HTTP status."""
    return next(iter(_at(cls, "statusCode")), None)


def events(cls: Any) -> Events | None:
    """The member that is an event stream."""
    return next((Events(each.attribute, row[2]) for each, row in _of_kind(cls, "events")), None)


def _of_kind(cls: Any, kind: str) -> list[tuple[tables.MemberSchema, tuple[Any, ...]]]:
    rows = [(attribute, row) for attribute, row in cls.SCHEMA.items() if row[1] == kind]
    return [(tables.member_of(attribute, row), row) for attribute, row in rows]


def payload(cls: Any) -> Payload | None:
    """The member that is the whole body of a message or of an event."""
    for attribute in _with_trait(cls, "payload"):
        reference: Any = tables.member_of(attribute, cls.SCHEMA[attribute]).reference
        if reference.kind == "events":
            continue
        if reference.kind != "structure":
            return Payload(attribute, reference.kind)
        tag, uri_and_prefix = reference.traits["payload"], reference.traits.get("xmlNamespace")
        declared = tables.declaration_of(*uri_and_prefix) if uri_and_prefix else ""
        is_union = bool(reference.traits.get("union"))
        return Payload(attribute, "structure", reference.target, tag, declared, is_union)
    return None


def in_body(cls: Any) -> tuple[str, ...] | None:
    """The attributes of the members that are in the document of a message or of an event; None stands for all."""
    members = tables.members_of(cls)
    found = tuple(member.attribute for member in tables.in_document(members))
    return found if len(found) < len(members) else None


def body_format(cls: Any) -> str:
    """The format of the bodies of a class's service; of what is read in forms, classes say so themselves."""
    return tables.BODY_FORMATS.get(tables.protocol_of(cls), "json")

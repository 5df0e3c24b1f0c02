"""Shapes as data: the compact table that each generated class carries, and what is made of it on first use.

A class has a row per member, by attribute: the member's name, then what it refers to. A reference is the kind of a
shape, or a tuple: the kind, the class of a structure or the references of a list's item or a map's key and value, and a
dict of traits where there are any.

```python
{
    "task_id": ("TaskId", "string"),
    "tags": ("Tags", "list", ("structure", "Tag"), {"flattened": True}),
    "names": ("Names", "map", "string", ("list", "string")),
}
```

What is made of it are named tuples: a program that reads its first document defines a few of them in the time in which
attrs makes one class.
"""

# Annotations are types here, no texts: `NamedTuple` compiles each text (`records` in benchmarks/tricks.py).

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from botobind.cached import cached_by_class
from botobind.lazy import MODULES

__all__ = [
    "BODY_FORMATS",
    "CONTAINERS",
    "FORM_PROTOCOLS",
    "OWN_NAMES",
    "REST_PROTOCOLS",
    "Kind",
    "MemberSchema",
    "ReferenceSchema",
    "Table",
    "declaration_of",
    "generated",
    "in_document",
    "index_of",
    "member_of",
    "members_of",
    "own_name",
    "protocol_of",
    "service_name_of",
    "service_of",
    "text_kind",
    "values_of",
]

Kind = Literal[
    "string", "integer", "double", "single", "boolean", "blob", "stream", "timestamp", "document", "jsonvalue",
    "list", "map", "structure", "events",
]  # fmt: skip
"""What a reference leads to. A `single` has single precision, a `jsonvalue` is a document in a text, `events` are an
event stream.
"""

CONTAINERS: frozenset[Kind] = frozenset({"list", "map", "structure", "events"})
"""The kinds of what has other values in it. All others are scalars."""

BODY_FORMATS: Mapping[str, Literal["json", "xml", "cbor"]] = {
    "json": "json",
    "rest-json": "json",
    "rest-xml": "xml",
    "query": "xml",
    "ec2": "xml",
    "smithy-rpc-v2-cbor": "cbor",
}
"""The format of bodies by protocol; where requests are forms, that of responses."""

FORM_PROTOCOLS = frozenset({"query", "ec2"})
"""The protocols whose requests are forms."""

REST_PROTOCOLS = frozenset({"rest-json", "rest-xml"})
"""The protocols that have members in headers and URIs."""

Table: TypeAlias = Mapping[str, tuple[Any, ...]]
"""The rows of a class by attribute."""

_CONTAINERS = {"list": 1, "map": 2}
_KINDS = frozenset(get_args(Kind))


if TYPE_CHECKING:
    _Inner: TypeAlias = "ReferenceSchema | None"
else:
    _Inner = Any


class ReferenceSchema(NamedTuple):
    """What a member, an item, a key or a value is, with its wire traits.

    Traits go by the model's names: `location`, `locationName`, `queryName`, `flattened`, `xmlAttribute`,
    `xmlNamespace` (a pair of URI and prefix), `timestampFormat` (`epoch`, `iso8601` or `rfc822`), `sparse`. Others are
    the library's own: `event` (`header` or `payload`: where in an event a member is), `milliseconds` and `fraction` of
    timestamps, `secret` (the keys of a map are sensitive), `prefixNamespace` (of the prefix of an attribute's name),
    and of headers `textMember` (has what is no date), `md5Member` (has the MD5), `asciiHeaders` and
    `percentEncodedBefore` (what stands behind the encoded part of a text).
    Members have `mandatory` (never None), or else `required`; `sensitive`, where the whole value is; `valueName`, which
    boto3 calls it, too; `payload`, where it is the whole body: the root element of a structure in XML, or True; and
    `union`, where that structure is one.
    """

    kind: Kind
    target: str = ""
    """The class of a structure, or of an event stream's events."""
    inner: _Inner = None
    """A list's item, a map's value."""
    key: _Inner = None
    traits: Mapping[str, Any] = {}

    @property
    def innermost(self) -> "ReferenceSchema":
        """What lists and maps hold in the end."""
        return self if self.inner is None else self.inner.innermost


class MemberSchema(NamedTuple):
    """A member of a structure."""

    attribute: str
    name: str
    """The member's name in the model."""
    reference: ReferenceSchema
    mandatory: bool = False
    """Whether the attribute is never None: a decoder refuses documents without it."""


def member_of(attribute: str, row: tuple[Any, ...]) -> MemberSchema:
    """The member that a row of a table describes."""
    name, *rest = row
    reference = _reference_of(tuple(rest))
    return MemberSchema(attribute, name, reference, bool(reference.traits.get("mandatory")))


def _reference_of(source: Any) -> ReferenceSchema:
    kind: Any
    kind, *rest = (source,) if isinstance(source, str) else source
    if kind not in _KINDS:
        raise TypeError(f"{kind!r} is no kind of shape")
    traits = rest.pop() if rest and isinstance(rest[-1], dict) else {}
    if kind in ("structure", "events"):
        return ReferenceSchema(kind, target=rest[0], traits=traits)
    inner = [_reference_of(each) for each in rest]
    if len(inner) != _CONTAINERS.get(kind, 0):
        raise TypeError(f"{kind} with {len(inner)} references")
    return ReferenceSchema(kind, inner=inner[-1] if inner else None, key=inner[0] if inner[1:] else None, traits=traits)


_IN_TEXTS = {"single": "double", "stream": "blob", "jsonvalue": "document"}


def text_kind(kind: Kind) -> str:
    """The kind of scalar that formats of texts know: their functions, such as `read_double`, are called after it."""
    return _IN_TEXTS.get(kind, kind)


def in_document(members: Sequence[MemberSchema]) -> tuple[MemberSchema, ...]:
    """The members of a structure that travel in the document which is the body of a message or of an event; others are
    in headers, in the URI or in events. All of them, where one member is the whole body: then there is no such
    document, and where the structure is written in one it is as any other.
    """
    traits = [member.reference.traits for member in members]
    if any("payload" in each and "event" not in each for each in traits):
        return tuple(members)
    return tuple(
        member
        for member, each in zip(members, traits, strict=True)
        if member.reference.kind != "events" and "location" not in each and "event" not in each
    )


@cached_by_class
def members_of(cls: Any) -> tuple[MemberSchema, ...]:
    """The members of a generated class, in the model's order."""
    return tuple(member_of(attribute, row) for attribute, row in cls.SCHEMA.items())


def generated(cls: type) -> type:
    """The class that was generated: a class may derive from it. One that derives from none is its own."""
    return next((base for base in cls.__mro__ if "SCHEMA" in vars(base)), cls)


def values_of(cls: type) -> ModuleType:
    """The module of a package's values, by whose names its classes refer to each other."""
    return import_module(index_of(cls))


def index_of(cls: type) -> str:
    """The name of the module of a package's values, whether or not it is loaded."""
    return generated(cls).__module__.rpartition(f".{MODULES}.")[0]


def protocol_of(cls: type) -> str:
    """The protocol of a class's service; empty for a class that stands in no package."""
    return _fact_of(cls, "protocol")


def service_name_of(cls: type) -> str:
    """The name of a class's service, as botocore has it; empty for a class that stands in no package."""
    return _fact_of(cls, "service")


def _fact_of(cls: type, name: str) -> str:
    return getattr(sys.modules.get(index_of(cls).rpartition(".")[0]), name, "")


def service_of(cls: type) -> ModuleType:
    """The package of a class's service, with what the model says of the service."""
    return sys.modules[values_of(cls).__name__.rpartition(".")[0]]


OWN_NAMES = ("to_wire_struct", "write_cbor", "write_json", "write_query", "write_xml")
"""The methods that have a name of their own in each class that defines them. What writes a structure calls them by it,
so that it costs nothing to refuse a value of another class: that has none of this name.
"""


def own_name(method: str, service: str, class_name: str) -> str:
    """The name of its own that a method has in a class of a service, such as `_write_xml_of_s3_Part`."""
    spelt = service.replace("-", "_")
    if not f"_{spelt}".isidentifier():
        spelt = "".join(character if f"_{character}".isidentifier() else "_" for character in spelt)
    return f"_{method}_of_{spelt}_{class_name}"


def declaration_of(uri: str, prefix: str | None) -> str:
    """The attribute that declares a namespace."""
    return f' xmlns:{prefix}="{uri}"' if prefix else f' xmlns="{uri}"'

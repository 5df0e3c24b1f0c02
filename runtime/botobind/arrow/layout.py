"""Which columns a class has: what of its members they are, and where a class that stands within itself ends."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypedDict

from botobind import embedded, formats, schema, tables
from botobind.arrow.columns import BLOB, BOOLEAN, DICTIONARY, DOUBLE, TEXT, TIMESTAMP, Column, Texts, integers
from botobind.arrow.nested import Lists, Maps, MemberColumn, Structures, Unions
from botobind.errors import EncodeError
from botobind.formats.jsontexts import parse_document
from botobind.markers import JSON, class_in_format, expect_shape_class, is_union_class

if TYPE_CHECKING:
    from botobind.shapes import Shape

__all__ = ["Options", "layout_of"]

_SCALARS: dict[str, Column] = {
    "str": TEXT,
    "float": DOUBLE,
    "bool": BOOLEAN,
    "bytes": BLOB,
    "datetime": TIMESTAMP,
    "document": Texts(embedded.write, parse_document),
}


class Options(TypedDict, total=False):
    """What is a column, and of which type."""

    members: Collection[str]
    """The attributes of the class that are columns; all, unless that is said."""
    sensitive: bool
    """Whether sensitive members are columns. They are left out, at any depth, unless that is said."""
    dictionaries: bool
    """Whether enums are dictionaries of Arrow: each text is there once."""
    depth: int
    """How often a class that stands within itself has columns there, before it is JSON text; 0 unless that is said."""


def layout_of(cls: type[Any], options: Options) -> Structures:
    """The columns of a class. Raises `EncodeError`, with the path, for members that cannot be columns, and `TypeError`
    for what is no generated class, and for an option that there is not.
    """
    expect_shape_class(cls)
    unknown = sorted(options.keys() - Options.__annotations__.keys())
    if unknown:
        raise TypeError(f"there is no option {unknown[0]!r}, only {', '.join(Options.__annotations__)}")
    planner = _Planner(options)
    found = planner.structure(cls, options.get("members"))
    if not found.fields:
        raise EncodeError(f"{cls.__name__} has no members that can be columns")
    return found


class _Planner:
    """Makes columns of nodes, within the classes that it has come through."""

    def __init__(self, options: Options) -> None:
        self._sensitive = options.get("sensitive", False)
        self._enums = DICTIONARY if options.get("dictionaries", False) else TEXT
        self._depth = options.get("depth", 0)
        self._within: list[type[Shape]] = []

    def structure(self, cls: type[Shape], wanted: Collection[str] | None = None) -> Structures:
        """The columns of a class, or of those members that are wanted."""
        unknown = sorted({*(wanted or ())} - {*cls.MEMBERS})
        if unknown:
            raise EncodeError(f"{cls.__name__} has no member of this name", (unknown[0],))
        members = []
        self._within.append(cls)
        for member in schema.members_of(cls):
            if (wanted is not None and member.attribute not in wanted) or self._hides(cls, member):
                continue
            try:
                column = self._column(member.node)
            except EncodeError as error:
                raise error.under(member.attribute) from None
            members.append(MemberColumn(member.attribute, column))
        self._within.pop()
        if is_union_class(cls):
            return Unions(cls, members)
        return Structures(cls, members, [each.attribute for each in tables.members_of(cls) if each.mandatory])

    def _hides(self, cls: type[Shape], member: schema.Member) -> bool:
        if self._sensitive:
            return False
        target = _structure_in(member.node)
        return (
            member.attribute in cls.SENSITIVE
            or (target is not None and bool(target.TRAITS.get("sensitive")))
            # Texts are written whole.
            or (target is not None and self._is_text(target) and _holds_secrets(target, set()))
        )

    def _is_text(self, cls: type[Shape]) -> bool:
        return self._within.count(cls) > self._depth

    def _column(self, node: schema.Node) -> Column:
        match node:
            case schema.ListOf(item=item):
                return Lists(self._column(item))
            case schema.MapOf(value=value):
                return Maps(
                    TEXT, self._column(value), secret=schema.is_sensitive(node) or schema.is_sensitive(node.key)
                )
            case schema.Reference(target=target):
                return _json_texts(target) if self._is_text(target) else self.structure(target)
            case schema.Scalar(kind="int"):
                return integers(node.bits)
            case schema.Scalar(kind=kind) if kind != "stream":
                return self._enums if node.enum is not None else _SCALARS[kind]
        raise EncodeError("a stream cannot be a column: `members` names those that are to be")


def _structure_in(node: schema.Node) -> type[Shape] | None:
    match node:
        case schema.ListOf(item=inner) | schema.MapOf(value=inner):
            return _structure_in(inner)
        case schema.Reference(target=target):
            return target
    return None


def _holds_secrets(cls: type[Shape], known: set[type[Shape]]) -> bool:
    if cls in known:
        return False
    known.add(cls)
    inner = (_structure_in(member.node) for member in schema.members_of(cls))
    return (
        bool(cls.SENSITIVE)
        or bool(cls.TRAITS.get("sensitive"))
        or any(_holds_secrets(each, known) for each in inner if each is not None)
    )


def _json_texts(cls: type[Shape]) -> Texts:
    known = class_in_format(cls, JSON)
    return Texts(
        lambda value: formats.json.dump(value.to_json()).decode(),
        lambda text: known.of_json(formats.json.parse(text)),
        cls,
    )

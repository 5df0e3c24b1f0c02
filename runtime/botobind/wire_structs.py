"""Documents in C: the fast way through JSON and CBOR, beside the readers of trees.

Each class that a service sends or takes in these formats has a wire struct: a msgspec structure with the same members,
typed as the wire has them. Bytes are decoded into wire structs, whose members are then copied: both are many times
faster than to look members up in dicts and to check each value. A wire struct takes nothing of JSON that the readers of
trees would not take, and gives the same; whatever it refuses is left to them. They read what is odd but without loss,
keep what is unknown, and tell what is wrong and where. Of CBOR it may also take what stands under tags that AWS does
not use, where it is of the right type: a decimal fraction for a number, a set for a list.

Wire structs are made from a class's second document on, and only of classes that an earlier document has loaded: what a
program never meets costs it nothing.

JSON is also written from wire structs, which are made in less time than dicts and encoded in less, too. Theirs are
classes of their own, without types, made one by one when the first value of a class is written. Unions, with one member
each, are written from dicts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import repeat, starmap
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar

import msgspec

from botobind import formats, learning, oddities, tables, timestamps
from botobind.attributes import define, frozen
from botobind.errors import DecodeError
from botobind.markers import is_union_class, new
from botobind.pace import PACE
from botobind.rules.structs import struct_of, wire_names

if TYPE_CHECKING:
    from botobind.serializers import TreeFormat
    from botobind.tables import ReferenceSchema

__all__ = ["CborWireStructs", "JsonWireStructs", "Making", "WireStructReader", "refuse"]

F = TypeVar("F", bound="TreeFormat")

_MOST_LOOKED_AT, _MOST_ITEMS = 1000, 4
"""Structures of a document, and items of a list, that are looked at for the order of their members."""


@frozen(eq=False, repr=False)
class WireStructReader:
    """How a format reads what its C decoder leaves as it is on the wire."""

    timestamp: Callable[[Any], datetime]
    timestamps: Callable[[list[Any]], list[datetime]]


def refuse() -> DecodeError:
    """What `read_wire_struct` raises for what readers of trees have to look at."""
    return DecodeError("not for a wire_struct")


_REFUSALS = (msgspec.MsgspecError, DecodeError, RecursionError, ValueError, TypeError, OverflowError)


@define(eq=False, repr=False)
class Decoder(Generic[F]):
    """The decoder of a class's documents into its wire struct, as far as it is made."""

    _cls: type[F]
    _wire_structs: WireStructs
    _reader: WireStructReader
    _has_wire_struct: bool
    _decode: Callable[[Any], Any] | None = None
    _made: Callable[[Any], Any] | None = None
    """The decoder that was made last. `_decode` is None after a document that it refuses, until it is known whether
    classes were loaded since, so that another has to be made.
    """
    unmet: tuple[str, ...] = ()
    """The classes that were not loaded when it was made."""
    keeps_constraints: bool = False
    """Whether the values of documents that it takes are known to keep all constraints."""
    skip: int = 1
    """How many documents are left to the readers of trees before the next step."""
    _times: int = 0
    _misses: int = 0

    def load(self, data: bytes) -> F | None:
        """The value of a document; None where the document is to be read as a tree."""
        decode = self._decode or self._prepare(data)
        if decode is None:
            return None
        try:
            if data.__class__ is not bytes or not data.isascii():
                self._wire_structs.check(data)
            value: F = decode(data).READ(self._reader)
        except _REFUSALS:
            self._missed()
            return None
        if self._misses:
            self._misses = 0
        return value

    def fill(self, value: F, data: bytes) -> bool:
        """Sets the body members of a value; false where the document is to be read as a tree."""
        decode = self._decode or self._prepare(data)
        if decode is None:
            return False
        try:
            if data.__class__ is not bytes or not data.isascii():
                self._wire_structs.check(data)
            value.fill_from_wire_struct(decode(data), self._reader)
        except _REFUSALS:
            self._missed()
            return False
        if self._misses:
            self._misses = 0
        return True

    def _missed(self) -> None:
        if self._wire_structs.are_final:
            return
        # Perhaps there was a class that is about to be loaded.
        self._decode = None
        self._misses += 1
        if self._misses >= PACE.misses:
            self._misses = 0
            self.skip = PACE.rest

    def _prepare(self, data: bytes) -> Callable[[Any], Any] | None:
        """The decoder, where it is time for it; None where the document is to be read as a tree."""
        if self.skip > 0 or not self._has_wire_struct:
            self.skip -= self.skip > 0
            return None
        with learning.alone() as is_alone:
            # While another thread makes wire structs, trees do. None of them may be seen before msgspec knows all their
            # types.
            if is_alone:
                self._decode = self._make(data)
            return self._decode

    def _make(self, data: bytes) -> Callable[[Any], Any] | None:
        cls = self._cls
        loaded = self._wire_structs.classes_of(tables.values_of(cls))
        if self._made is not None and not any(name in loaded for name in self.unmet):
            return self._made
        if self._times and self._made is not None:
            self.skip = min(2**self._times, PACE.rest)
            self._made = None
            return None
        making = self._wire_structs.making(loaded)
        with suppress(*_REFUSALS):  # no wire struct will take it, either
            making.look_at(cls, self._wire_structs.tree_of(data))
        wire_struct = making.wire_struct_of(cls)
        made = self._wire_structs.decoder_of(wire_struct, making)
        self._wire_structs.complete.update(making.completed)
        self.unmet = tuple(making.unmet)
        self.keeps_constraints = making.keeps_constraints
        self._times += 1
        self._made = made
        return made


class WireStructs:
    """The wire structs of all classes in a format."""

    reader: ClassVar[WireStructReader]
    scalars: ClassVar[Mapping[str, Any]]
    """The types of scalars, as the format's C decoder gives them."""
    are_final: ClassVar[bool] = False
    """Whether all classes are known when wire structs are made: what they refuse once they will refuse again."""

    def __init__(self) -> None:
        # Classes of generated packages live as long as the program.
        self._decoders: dict[type, Decoder[Any]] = {}
        self.complete: dict[type[TreeFormat], type] = {}
        """The wire structs that have come to stay: nothing that they refer to was not loaded."""

    def of_class(self, cls: type[F]) -> Decoder[F]:
        """The decoder of a class's documents."""
        return self._decoders.get(cls) or self._decoders.setdefault(
            cls, Decoder(cls, self, self.reader, self.takes(cls))
        )

    def takes(self, cls: type[TreeFormat]) -> bool:
        """Whether documents of a class can be decoded into wire structs."""
        return struct_of(cls) is not None

    def load(self, cls: type[F], data: bytes) -> F | None:
        """The value of a document; None where the document is to be read as a tree."""
        return self.of_class(cls).load(data)

    def fill(self, value: TreeFormat, data: bytes) -> bool:
        """Sets the body members of a value; false where the document is to be read as a tree."""
        return self.of_class(value.__class__).fill(value, data)

    def classes_of(self, values: ModuleType) -> Mapping[str, Any]:
        """The classes of a `values` package that wire structs may refer to."""
        # A copy, as other threads load classes meanwhile.
        return dict(vars(values))

    def making(self, loaded: Mapping[str, Any]) -> Making:
        """What makes wire structs that may refer to some classes."""
        return Making(self, loaded)

    def decoder_of(self, wire_struct: type, making: Making) -> Callable[[Any], Any]:
        """What decodes a document into a wire struct. msgspec knows all types of the wire struct when it is given."""
        raise NotImplementedError

    def check(self, data: bytes) -> None:
        """Raises an error for bytes beyond ASCII that the decoder in C passes by, but the readers of trees refuse."""
        raise NotImplementedError

    def tree_of(self, data: bytes) -> Any:
        """What is in a document."""
        raise NotImplementedError


class Making:
    """Makes the wire structs of a class and of all that it refers to, but for those that are complete.

    Documents of different classes have these in common: CPython keeps for each statement how the class that it last met
    has its attributes, and takes longer where classes change.
    """

    def __init__(self, wire_structs: WireStructs, loaded: Mapping[str, Any]) -> None:
        self._scalars = wire_structs.scalars
        self._loaded = loaded
        self._complete = wire_structs.complete
        self._takes = wire_structs.takes
        self._wire_structs: dict[type[TreeFormat], type] = {}
        """All that the class refers to, and what those refer to."""
        self._orders: dict[type[TreeFormat], list[str]] = {}
        self.unmet: set[str] = set()
        self.completed: dict[type[TreeFormat], type] = {}
        """The wire structs made here that have come to stay."""
        self.has_unseen_times = False
        """Whether there are times that `read_wire_struct` passes on without a look: in lists and in documents."""
        self.keeps_constraints = False
        """Whether what the class's wire struct takes keeps all constraints."""

    def look_at(self, cls: type[TreeFormat], tree: Any) -> None:
        """Learns from a document in which order a service writes members: msgspec looks for the member that comes next
        before it looks for others.
        """
        pending: list[tuple[type[TreeFormat], Any]] = [(cls, tree)]
        for _ in range(_MOST_LOOKED_AT):
            if not pending:
                break
            each, members = pending.pop()
            if isinstance(members, dict):
                references = {member.name: member.reference for member in (struct_of(each) or {}).values()}
                _insert(self._orders.setdefault(each, []), (name for name in members if name in references))
                for name, reference in references.items():
                    found = self._class_in(reference)
                    node = members.get(name)
                    if found is not None and node is not None:
                        pending += ((found, inner) for inner in oddities.innermost(reference, [node], _MOST_ITEMS))

    def wire_struct_of(self, cls: type[TreeFormat]) -> type:
        """The wire struct of a class."""
        pending = [cls]
        references: dict[type[TreeFormat], set[type[TreeFormat]]] = {}
        made: dict[type[TreeFormat], type] = {}
        while pending:
            each = pending.pop()
            if each not in references:
                known = self._complete.get(each)
                if known is None:
                    known = made[each] = _untyped_wire_struct(each, self._orders.get(each, []), self._required(each))
                self._wire_structs[each] = known
                inside = [member.reference for member in (struct_of(each) or {}).values()]
                references[each] = {named for reference in inside if (named := self._class_in(reference))}
                self.has_unseen_times |= any(map(_has_unseen_times, inside))
                pending += references[each]
        for each, wire_struct in made.items():
            wire_struct.__annotations__ = self._annotations(each)
        incomplete = self._incomplete(references)
        self.completed = {each: wire_struct for each, wire_struct in made.items() if each not in incomplete}
        return self._wire_structs[cls]

    def checker(self, is_plain: Callable[[object], bool]) -> Callable[[Any], bool]:
        """Whether a tree has nothing that msgspec takes, or passes by, but no reader of trees; see `oddities`."""
        (top, *_) = self._wire_structs
        return oddities.checker(top, {each: self._looked_into(each) for each in self._wire_structs}, is_plain)

    def _looked_into(self, cls: type[TreeFormat]) -> oddities.Looked:
        inside = []
        for name, _, reference in (struct_of(cls) or {}).values():
            inner = self._class_in(reference)
            if inner is not None or reference.innermost.kind in ("double", "single", "document"):
                inside.append((name, reference, inner))
        return oddities.Looked(frozenset(wire_names(cls).values()), inside)

    def _incomplete(self, references: Mapping[type[TreeFormat], set[type[TreeFormat]]]) -> set[type[TreeFormat]]:
        """The classes that refer to one that is not loaded, or to one that does."""
        found = {
            each
            for each in references
            if any(member.reference.innermost.target in self.unmet for member in (struct_of(each) or {}).values())
        }
        more = found
        while more:
            more = {each for each, named in references.items() if each not in found and not named.isdisjoint(more)}
            found |= more
        return found

    def _class_in(self, reference: ReferenceSchema) -> type[TreeFormat] | None:
        name = reference.innermost.target
        if not name:
            return None
        found = self._loaded.get(name)
        if found is None:
            self.unmet.add(name)
        # A structure with members outside of the body is read as a tree where it is nested.
        return found if found is not None and self._takes(found) and found.IN_BODY is None else None

    def _required(self, cls: type[TreeFormat]) -> frozenset[str]:
        """The attributes of the members that must be there."""
        return frozenset(name for name, member in (struct_of(cls) or {}).items() if member.mandatory)

    def _annotations(self, cls: type[TreeFormat]) -> dict[str, Any]:
        """The types of the members by attribute."""
        required = self._required(cls)
        return {
            name: found if name in required else found | None
            for name, member in (struct_of(cls) or {}).items()
            for found in [self._type(member.reference)]
        }

    def _type(self, reference: ReferenceSchema) -> Any:
        if reference.target:
            found = self._class_in(reference)
            return type(None) if found is None else self._wire_structs[found]
        if reference.inner is None:
            # A document in a text is a text.
            return self._scalars["string" if reference.kind == "jsonvalue" else tables.text_kind(reference.kind)]
        inner = self._type(reference.inner)
        inner = inner | None if reference.traits.get("sparse") else inner
        return list[inner] if reference.kind == "list" else dict[str, inner]  # type: ignore[valid-type] # made here


def _has_unseen_times(reference: ReferenceSchema) -> bool:
    """Whether `read_wire_struct` passes on times without a look: those in lists and in documents."""
    inner = reference.inner
    if inner is None:
        return reference.kind == "document"
    is_list_of_times = reference.kind == "list" and inner.kind == "timestamp" and not reference.traits.get("sparse")
    return is_list_of_times or _has_unseen_times(inner)


def _insert(order: list[str], names: Iterable[str]) -> None:
    """Puts names that are new into an order, each behind the one before it."""
    place = 0
    for name in names:
        if name in order:
            place = order.index(name) + 1
        else:
            order.insert(place, name)
            place += 1


def _untyped_wire_struct(cls: type[TreeFormat], order: list[str], required: frozenset[str]) -> type:
    """A wire struct whose members have no types yet: they may refer to it. Those in the order come first."""
    members = wire_names(cls)
    places = {name: place for place, name in enumerate(order)}
    ordered = sorted(members, key=lambda name: places.get(members[name], len(places)))
    return msgspec.defstruct(
        cls.__name__,
        [(name, object) if name in required else (name, object, None) for name in ordered],
        rename=members,
        # Of a union with a member that is unknown, and one with two, the readers of trees know what to make.
        forbid_unknown_fields=is_union_class(cls),
        # Those that must be there need not come first.
        kw_only=True,
        # By this, nobody has to look for the class of a nested wire struct. No member's name is in capitals.
        namespace={"READ": _reader_of(cls)},
        gc=False,
    )


def _reader_of(cls: type[TreeFormat]) -> FunctionType:
    """What makes values of a class from wire structs: its `read_wire_struct` with the instances given.

    A function around the same code, as a call within a call takes a third longer: `structs` in benchmarks/tricks.py.
    """
    read = cls.read_wire_struct
    return FunctionType(read.__code__, read.__globals__, read.__name__, (starmap(new, repeat((cls,))),))


def _same(value: Any) -> Any:
    return value


class JsonWireStructs(WireStructs):
    """Wire structs of JSON documents."""

    reader = WireStructReader(
        timestamp=timestamps.of_wire,
        timestamps=lambda items: list(map(timestamps.of_wire, items)),
    )
    scalars: ClassVar[Mapping[str, Any]] = {
        "string": str,
        "integer": int,
        "double": float,
        "boolean": bool,
        "blob": bytes,
        "timestamp": int | float | str,
        "document": Any,
    }

    def tree_of(self, data: bytes) -> Any:
        """The tree of msgspec."""
        return msgspec.json.decode(data)

    def decoder_of(self, wire_struct: type, making: Making) -> Callable[[Any], Any]:  # noqa: ARG002 - CBOR needs it
        """The decoder of msgspec."""
        return msgspec.json.Decoder(wire_struct).decode

    def check(self, data: bytes) -> None:
        """Raises `ValueError` for invalid UTF-8: msgspec passes by what it has no member for."""
        str(data, "utf-8")


_FIRST_YEAR, _LAST_YEAR = 1698, 2241
"""Between their ends all doubles are times to the microsecond."""


def _read_utc(moment: datetime) -> datetime:
    if moment.tzinfo is not UTC:
        return timestamps.in_utc(moment)
    if _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return moment
    raise refuse()


class CborWireStructs(WireStructs):
    """Wire structs of CBOR documents."""

    reader = WireStructReader(
        timestamp=_read_utc,
        timestamps=_same,
    )
    scalars: ClassVar[Mapping[str, Any]] = {
        "string": str,
        # Larger numbers come under tags, and may have any number of digits.
        "integer": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
        "double": Annotated[float, msgspec.Meta(ge=-sys.float_info.max, le=sys.float_info.max)],
        "boolean": bool,
        "blob": bytes,
        "timestamp": datetime,
        "document": Any,
    }

    def takes(self, cls: type[TreeFormat]) -> bool:
        """Whether documents of a class can be decoded into wire structs: the names of a wire struct may be those of
        restJson1 alone, where members can have other names than in the model.
        """
        names = wire_names(cls).items()
        return super().takes(cls) and all(cls.MEMBERS[member] == name for member, name in names)

    def tree_of(self, data: bytes) -> Any:
        """The tree of cbor2."""
        return formats.cbor.parse_plain(data)

    def decoder_of(self, wire_struct: type, making: Making) -> Callable[[Any], Any]:
        """The decoder of cbor2, then the conversion of msgspec."""
        parse, convert = formats.cbor.parse_with_places, msgspec.convert
        has_unseen_times, is_right = making.has_unseen_times, making.checker(formats.cbor.is_plain)
        with suppress(msgspec.ValidationError):  # of members that must be there
            convert({}, wire_struct, builtin_types=(bytes, datetime))

        def decode(data: bytes) -> Any:
            if has_unseen_times and formats.cbor.has_far_times(data):
                raise refuse()
            tree, places = parse(data)
            if places and not is_right(tree):
                raise refuse()
            # Of what CBOR has beyond JSON, this alone stands for itself: no text is taken for bytes or a time.
            return convert(tree, wire_struct, builtin_types=(bytes, datetime))

        return decode

    def check(self, data: bytes) -> None:
        """Nothing: cbor2 looks at all of a document."""

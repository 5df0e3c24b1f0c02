"""The twins of structures, which C decoders fill: the types of their members, and the copying."""

from __future__ import annotations

import re

from attrs import frozen

from botobind.tables import Kind
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.lines import indented
from botobind_codegen.codecs.reading import required_reader
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

_PLAIN = re.compile(r'[^\s"!\\\x00-\x1f]+')
"""The names that msgspec takes, and that can stand in one text with a type."""

_COPIED = frozenset({"string", "integer", "double", "single", "boolean", "blob", "stream"})
"""What the decoder in C gives is the value itself."""

_DOCUMENTS = frozenset({"document", "jsonvalue"})


@frozen
class TwinCodec:
    """Plans the twin of a structure or union; see `botobind.twins`."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def has_twin(self, shape: Shape) -> bool:
        """Whether the service's bodies are JSON or CBOR, and this is no error and no stream of events."""
        if shape.error or shape.event_stream or shape.payload or not self.kinds.tree_formats:
            return False
        if shape.members and all(self.kinds.outside_body(member) for member in shape.members):
            return False
        names = [self.kinds.wire_names(shape, wire_format) for wire_format in self.kinds.tree_formats]
        if any(other != names[0] for other in names) or not all(map(_PLAIN.fullmatch, names[0].values())):
            return False
        return all(self._is_simple(member.reference, member=True) for member in self._members(shape))

    def _is_simple(self, reference: Reference, *, member: bool = False) -> bool:
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        inner = shape.item or shape.value
        if kind in ("list", "map") and inner is not None:
            return self._is_simple(inner)
        return kind != "events" and (kind != "structure" or shape.error is None)

    def _is_part(self, shape: Shape) -> bool:
        """Whether some members live outside of the body."""
        return any(self.kinds.splits(shape, wire_format) for wire_format in self.kinds.tree_formats)

    def _members(self, shape: Shape) -> list[Member]:
        return self.kinds.in_body(shape) if self._is_part(shape) else list(shape.members)

    def method(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        """`read_twin`, or `fill_from_twin` where some members live outside of the body."""
        any_type, reader = self.imports.use("typing", "Any"), self.imports.use("botobind.twins", "TwinReader")
        lines = self._union(shape) if shape.union else self._copies(shape, mandatory)
        if any(self._reads_time(member.reference) for member in self._members(shape)):
            lines = ["timestamp = of.timestamp", *lines]
        if self._is_part(shape):
            head = f"def fill_from_twin(self, twin: {any_type}, of: {reader}) -> None:"
            return [head, *indented(lines)]
        cls = self.names.classes[shape.name]
        blanks = f"{self.imports.use('collections.abc', 'Iterator')}[{cls}]"
        return [
            "@staticmethod",
            f"def read_twin(twin: {any_type}, of: {reader}, blanks: {blanks}) -> {cls}:",
            "    for self in blanks:",
            *indented([*lines, "return self"], 2),
            f"    raise {self.imports.use('botobind', 'twins')}.refuse()",
        ]

    def _reads_time(self, reference: Reference) -> bool:
        """Whether times are read one by one."""
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of(reference)
        inner = shape.item or shape.value
        if kind not in ("list", "map") or inner is None:
            return kind == "timestamp"
        return self._reads_time(inner) and not self._is_list_of_times(shape)

    def _is_list_of_times(self, shape: Shape) -> bool:
        item = shape.item
        is_plain = item is not None and not shape.sparse and not item.milliseconds
        return item is not None and is_plain and self.kinds.of(item) == "timestamp"

    def _copies(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        attributes = self.names.attributes[shape.name]
        lines = []
        for member in self._members(shape):
            attribute, is_mandatory = attributes[member.name], member.name in mandatory
            source = f"twin.{attribute}"
            *before, last = self._assignment(member.reference, attribute, attribute, mandatory=is_mandatory)
            if self._passes_none(member.reference) or is_mandatory:
                lines += [*before, last]
            elif not before:
                lines.append(f"{last} if {source} is not None else None")
            else:
                lines += [
                    f"if {source} is not None:",
                    *indented([*before, last]),
                    "else:",
                    f"    self.{attribute} = None",
                ]
        return lines

    def _union(self, shape: Shape) -> list[str]:
        attributes = self.names.attributes[shape.name]
        lines = ["given = 0"]
        for member in shape.members:
            # To look twice is faster than to keep what is mostly absent.
            attribute = attributes[member.name]
            lines += [
                f"if twin.{attribute} is not None:",
                "    given += 1",
                f"    self._member = {attribute!r}",
                *indented(self._assignment(member.reference, attribute, "_value")),
            ]
        return [*lines, "if given != 1:", f"    raise {self.imports.use('botobind', 'twins')}.refuse()"]

    def _assignment(self, reference: Reference, attribute: str, target: str, *, mandatory: bool = False) -> list[str]:
        """The statements that read a member which is there; the last one assigns it to the attribute `target`."""
        source = f"twin.{attribute}"
        if not self._is_replaced(reference):
            return [f"self.{target} = {self._value(reference, source, mandatory=mandatory)}"]
        return [f"items = {source}", *self._loop(reference, "items"), f"self.{target} = items"]

    def _is_replaced(self, reference: Reference) -> bool:
        """Whether structures are all that is in a list or map, or in the lists and maps in it."""
        shape = self.kinds.service.shape(reference)
        inner = shape.item or shape.value
        if self.kinds.of(reference) not in ("list", "map") or inner is None or shape.sparse:
            return False
        return self.kinds.of(inner) == "structure" or self._is_replaced(inner)

    def _loop(self, reference: Reference, items: str) -> list[str]:
        """The statements that replace the twins in a list or map by their values: in place, so that not all of them
        live as long as what they became.
        """
        shape = self.kinds.service.shape(reference)
        inner = shape.item or shape.value or reference
        if self.kinds.of(inner) == "structure":
            pairs = f"enumerate({items})" if shape.item else f"{items}.items()"
            return [f"for place, twin_item in {pairs}:", f"    {items}[place] = twin_item.READ(of)"]
        each = f"{items}_item"
        values = items if shape.item else f"{items}.values()"
        return [f"for {each} in {values}:", *indented(self._loop(inner, each))]

    def _is_copied(self, reference: Reference) -> bool:
        """Whether the twin's member is the value itself."""
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of(reference)
        inner = shape.item or shape.value
        return self._is_copied(inner) if kind in ("list", "map") and inner else kind in _COPIED

    def _passes_none(self, reference: Reference) -> bool:
        """Whether the expression that reads a value also takes what is absent."""
        return self._is_copied(reference) or self.kinds.of(reference) in _DOCUMENTS

    def _value(self, reference: Reference, source: str, *, mandatory: bool = False) -> str:
        shape = self.kinds.service.shape(reference)
        kind = self.kinds.of(reference)
        inner = shape.item or shape.value
        if self._is_copied(reference):
            return source
        if kind == "structure":
            return f"{source}.READ(of)"
        if kind in ("list", "map") and inner:
            return self._container(shape, inner, source)
        expression = self._scalar(kind, source)
        if reference.milliseconds:
            expression = f"{self.imports.use('botobind', 'timestamps')}.in_seconds({expression})"
        if not mandatory or kind not in _DOCUMENTS:
            return expression
        return f"{self.imports.use('botobind.formats', 'tree')}.{required_reader(kind)}({expression})"

    def _scalar(self, kind: Kind, source: str) -> str:
        if kind == "document":
            return f"{self.imports.use('botobind.formats', 'tree')}.read_document({source})"
        if kind == "jsonvalue":
            return f"{self.imports.use('botobind.formats', 'json')}.read_json_text({source})"
        return f"timestamp({source})"

    def _container(self, shape: Shape, inner: Reference, source: str) -> str:
        if self._is_list_of_times(shape):
            return f"of.timestamps({source})"
        value = self._value(inner, "item")
        if shape.sparse:
            value = f"None if item is None else {value}"
        elif self.kinds.of(inner) in _DOCUMENTS:
            value = f"{self.imports.use('botobind.formats', 'tree')}.required_document({value})"
        if shape.item:
            return f"[{value} for item in {source}]"
        return f"{{key: {value} for key, item in {source}.items()}}"

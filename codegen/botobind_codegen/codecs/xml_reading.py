"""Reading XML: emitted statements take tokens one after the other, and compare each tag with the names of members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from botobind.tables import Kind
from botobind_codegen.codecs.lines import indented
from botobind_codegen.codecs.reading import Reading, required_reader, scalar_reader
from botobind_codegen.model import Member, Reference, Shape

_MOST_COMPARED = 12
"""With more members than these the length of a tag tells with which names it is compared."""

_MOST_OF_SIMILAR_LENGTH = 5
_WIDTH = 80

_TAKEN = frozenset({"item", "members", "self", "xml"})
"""The names that have another meaning where members are set."""

_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
"""The names of elements that a layout can have."""

_CONTAINERS: frozenset[Kind] = frozenset({"structure", "events", "list", "map"})
"""Kinds of values that are elements with others in them."""

_NOTHING = {"list": "[]", "map": "{}"}


@frozen
class XmlReading(Reading):
    """Plans the decoder of XML."""

    def methods(self, shape: Shape, mandatory: frozenset[str]) -> list[list[str]]:
        """The methods that read a structure or union: those by which layouts are filled in, where there may be such."""
        return [self._setter(shape), self._elements(shape)] if self.has_layout(shape, mandatory) else []

    def has_layout(self, shape: Shape, mandatory: frozenset[str]) -> bool:
        """Whether structures of this shape are read by layouts: those in which nothing must be there, and that say of
        each element whose it is.
        """
        if shape.is_union or shape.error or mandatory or self._is_recursive(shape):
            return False
        children = self._layout_members(shape)
        names = self.kinds.wire_names(shape, "xml")
        elements = [name for member in children for name in self._names_of(member, names)]
        return bool(elements) and len(set(elements)) == len(children) and all(map(_NAME.fullmatch, elements))

    def _splits(self, shape: Shape) -> bool:
        return self.kinds.splits(shape, "xml")

    def _layout_members(self, shape: Shape) -> list[Member]:
        """The members that are elements of the document."""
        return [member for member in self.kinds.body_members(shape, "xml") if not self._is_attribute(member)]

    def _setter(self, shape: Shape) -> list[str]:
        any_type = self.imports.use("typing", "Any")
        attributes = self.names.attributes[shape.name]
        taken, statements = [], []
        for member in self._layout_members(shape):
            attribute = attributes[member.name]
            text = f"{attribute}_" if attribute in _TAKEN else attribute
            expression = self._of_layout(member, text)
            taken.append(f"self.{attribute}" if expression == text else text)
            if expression != text:
                statements.append(f"self.{attribute} = {expression}")
        alone = [f"self.{attributes[member.name]}" for member in shape.members if self._is_attribute(member)]
        return [
            f"def set_xml(self, members: tuple[{any_type}, ...]) -> None:",
            f"    ({', '.join(taken)}{',' * (len(taken) == 1)}) = members",
            *indented([*_absent(alone), *statements]),
        ]

    def _of_layout(self, member: Member, source: str) -> str:
        """The expression of a member that a layout found: scalars, and those in lists, are still texts."""
        kind = self.kinds.of_member(member.reference)
        if kind not in ("list", "structure", "map", "events", "string"):
            return f"{self._containers}.{_of_optional_text(kind)}({source})"
        shape = self.kinds.service.shape(member.reference)
        inner = self.kinds.of(shape.item) if shape.item and kind == "list" and not shape.sparse else "string"
        if inner in ("string", "structure", "list", "map"):
            return source
        return f"[{self._of_text(inner, 'item')} for item in {source}] if {source} is not None else None"

    def _elements(self, shape: Shape) -> list[str]:
        return [
            f"def read_xml_elements(self, {self._parameters}) -> None:",
            *indented(self._loop(shape, self.kinds.body_members(shape, "xml"))),
        ]

    def _whole_of_parts(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        # Tokens pass by once only.
        return self._whole(shape, mandatory)

    def _whole(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        lines = super()._whole(shape, mandatory)
        if self._is_recursive(shape):
            lines.insert(len(self._head()), f"    {self._containers}.check_parsed(tokens)")
        return lines

    def _is_recursive(self, shape: Shape) -> bool:
        """Whether only a parser, which counts levels, tells if a document is too deep."""
        return shape.name in self.kinds.recursive_shapes

    def _structure(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        if not shape.members:
            return [f"{self._containers}.skip_all(tokens, end, inside)", "return cls()"]
        # Exceptions have a `__new__` of their own.
        new = "cls.__new__" if shape.error else self.imports.use("botobind.shapes", "new")
        return [f"self = {new}(cls)", *self._assignments(shape, shape.members, mandatory), "return self"]

    def _assignments(self, shape: Shape, members: Iterable[Member], mandatory: frozenset[str]) -> list[str]:
        members = tuple(members)
        targets = {member.name: self._target(shape, member, mandatory) for member in members}
        children = [member for member in members if not self._is_attribute(member)]
        return [
            *_absent(targets[member.name] for member in children if member.name not in mandatory),
            *_absent(targets[member.name] for member in children if member.name in mandatory),
            *self._loop(shape, members, mandatory),
        ]

    def _loop(self, shape: Shape, members: Iterable[Member], mandatory: frozenset[str] = frozenset()) -> list[str]:
        """Statements that take the elements of members which are absent so far."""
        members = tuple(members)
        names = self.kinds.wire_names(shape, "xml")
        attributes = [member for member in members if self._is_attribute(member)]
        children = [member for member in members if member not in attributes]
        read = {name: member for member in reversed(children) for name in self._names_of(member, names)}
        # Of members that share their name the flattened list, which takes all elements, is read.
        read.update({names[member.name]: member for member in children if self._is_flat(member)})
        copied = [member for member in children if member not in read.values()]
        targets = {member.name: self._target(shape, member, mandatory) for member in members}
        after = [
            *(line for member in members if member.name in mandatory for line in self._required(shape, member, names)),
            *(line for member in copied for line in self._copied(shape, member, read[names[member.name]], targets)),
        ]
        # In the model's order, which is that of most answers.
        order = sorted(read.items(), key=lambda pair: members.index(pair[1]))
        return [
            'at = last = ""',
            "try:",
            *indented(self._attributes(shape, attributes, names, targets)),
            "    for token in tokens:",
            "        last = at",
            "        at, _, text = token.partition('>')" if order else "        at = token.partition('>')[0]",
            *("        " + line for line in self._branches(order, targets)),
            *indented(after),
            *self._failure(),
            "if not last and inside:",
            f"    {self._containers}.check_empty(inside)",
        ]

    def _branches(self, read: list[tuple[str, Member]], targets: dict[str, str]) -> list[str]:
        if len(read) <= _MOST_COMPARED:
            return ["if at == end:", "    break", *self._comparisons(read, targets, [])]
        by_length: dict[int, list[tuple[str, Member]]] = {}
        for pair in sorted(read, key=lambda pair: len(pair[0])):
            by_length.setdefault(len(pair[0]), []).append(pair)
        return ["length = len(at)", *self._by_length(list(by_length.items()), targets)]

    def _by_length(self, lengths: list[tuple[int, list[tuple[str, Member]]]], targets: dict[str, str]) -> list[str]:
        """Comparisons in a tree of conditions on the length. The end is among what no name is equal to."""
        read = [pair for _, group in lengths for pair in group]
        if len(lengths) == 1 or len(read) <= _MOST_OF_SIMILAR_LENGTH:
            return self._comparisons(read, targets, ["elif at == end:", "    break"])
        sizes = [sum(len(group) for _, group in lengths[:place]) for place in range(1, len(lengths))]
        middle = 1 + min(range(len(sizes)), key=lambda place: abs(2 * sizes[place] - len(read)))
        shorter, longer = self._by_length(lengths[:middle], targets), self._by_length(lengths[middle:], targets)
        return [
            f"if length < {lengths[middle][0]}:",
            *indented(shorter),
            "else:",
            *indented(longer),
        ]

    def _comparisons(self, read: list[tuple[str, Member]], targets: dict[str, str], last: list[str]) -> list[str]:
        xml = self._containers
        if not read:
            return [f"{xml}.skip(tokens, at)"]
        lines: list[str] = []
        for name, member in read:
            target = targets[member.name]
            again = "" if self._is_flat(member) else f" and {target} is None"
            lines += [
                f"{'elif' if lines else 'if'} at == {name!r}{again}:",
                *indented(self._statements(member, name, target)),
            ]
        known = " ".join(name for name, member in read if not self._is_flat(member))
        return [*lines, *last, "else:", f"    {xml}.skip(tokens, at{f', {known!r}' if known else ''})"]

    def _statements(self, member: Member, name: str, target: str) -> list[str]:
        """What reads the element of a member. Scalars are most of what there is, so they save a call each."""
        kind = self.kinds.of_member(member.reference)
        if kind not in _CONTAINERS:
            # An empty element of a scalar that is no text stands for none.
            is_absent = kind in ("integer", "double", "single", "boolean", "timestamp")
            text = f"{self._containers}.{_of_optional_text(kind)}(text)" if is_absent else self._of_text(kind, "text")
            return [f"tokens.close({f'/{name}>'!r})", f"{target} = {text}"]
        arguments = f"tokens, {f'/{name}'!r}, text"
        if self._is_flat(member):
            return [f"{target} = {self._flat(member.reference, arguments, target)}"]
        return [f"{target} = {self._of_element(member.reference, arguments, member=True)}"]

    def _of_text(self, kind: Kind, text: str) -> str:
        if kind == "string":
            return text
        return f"{self._containers}.{scalar_reader(kind).replace('read_', 'parse_')}({text})"

    def _is_flat(self, member: Member) -> bool:
        is_container = self.kinds.of_member(member.reference) in ("list", "map")
        return is_container and self.kinds.is_flat(member.reference, "xml")

    def _is_attribute(self, member: Member) -> bool:
        return member.reference.xml_attribute

    def _names_of(self, member: Member, names: dict[str, str]) -> list[str]:
        """The names of a member's elements. The list's own name is what requests have, but some answers use that of
        its items (sdb).
        """
        item = self.kinds.service.shape(member.reference).item
        second = item.location_name if item and self._is_flat(member) else None
        return [names[member.name], *([second] if second and second not in names.values() else [])]

    def _target(self, shape: Shape, member: Member, mandatory: frozenset[str]) -> str:
        """Where the value goes: what must not be missing is None at first."""
        attribute = self.names.attributes[shape.name][member.name]
        return f"{attribute}_found" if member.name in mandatory else f"self.{attribute}"

    def _required(self, shape: Shape, member: Member, names: dict[str, str]) -> list[str]:
        attribute = self.names.attributes[shape.name][member.name]
        if self._is_flat(member):
            # Empty values leave no trace.
            nothing = _NOTHING[self.kinds.of_member(member.reference)]
            return [f"self.{attribute} = {attribute}_found or {nothing}"]
        tree, required = self.imports.use("botobind.formats", "tree"), required_reader(self.kinds.of(member.reference))
        return [
            f"at = {names[member.name].rpartition(':')[2]!r}",
            f"self.{attribute} = {tree}.{required}({attribute}_found)",
        ]

    def _attributes(
        self, shape: Shape, members: list[Member], names: dict[str, str], targets: dict[str, str]
    ) -> list[str]:
        """Statements that read the members which are attributes. What is no text may fail, at that attribute."""
        lines: list[str] = []
        for member in members:
            text, kind = self._attribute(shape, member, names), self.kinds.of(member.reference)
            if kind != "string":
                text = f"{self._containers}.{_of_optional_text(kind)}({text})"
                lines.append(f"at = {names[member.name]!r}")
            lines.append(f"{targets[member.name]} = {text}")
        return [*lines, 'at = ""'] if len(lines) > len(members) else lines

    def _attribute(self, shape: Shape, member: Member, names: dict[str, str]) -> str:
        local = names[member.name].rpartition(":")[2]
        namespace = self.kinds.prefix_uri(shape, member)
        return f"{self._containers}.read_attribute(tokens, {local!r}, {namespace!r})"

    def _copied(self, shape: Shape, member: Member, other: Member, targets: dict[str, str]) -> list[str]:
        """Two members share an element (deprecated notifications of S3): the scalar takes the first."""
        source, item = targets[other.name], self.kinds.service.shape(other.reference).item
        is_list = self._is_flat(other)
        kind = self.kinds.of(item) if is_list and item else self.kinds.of_member(other.reference)
        if kind != self.kinds.of_member(member.reference) or targets[member.name].endswith("_found"):
            raise self.kinds.refuse("two members have one element", shape, member.name)
        if is_list:
            return [f"if {source}:", f"    {targets[member.name]} = {source}[0]"]
        return [f"{targets[member.name]} = {source}"]

    def _union(self, shape: Shape) -> list[str]:
        xml = self._containers
        start = f"at, text = {xml}.first_member(tokens, end, inside)"
        names = self.kinds.wire_names(shape, "xml")
        lines: list[str] = []
        for member in shape.members:
            if self._is_flat(member):
                raise self.kinds.refuse("flattened members of unions are not supported in XML", shape, member.name)
            name, attribute = names[member.name], self.names.attributes[shape.name][member.name]
            value = self._of_element(member.reference, f"tokens, {f'/{name}'!r}, text", member=True)
            lines += [f"    {'elif' if lines else 'if'} at == {name!r}:", f"        self = cls({attribute}={value})"]
        unknown = [f"{xml}.skip(tokens, at)", "self = cls(unknown_member=at)"]
        end = [f"{xml}.end_union(tokens, end, at)", "return self"]
        if not lines:
            return [start.replace("text", "_"), *unknown, *end]
        others = ["    else:", *("        " + line for line in unknown)]
        return [start, "try:", *lines, *others, *self._failure(), *end]

    def _of_element(self, reference: Reference, arguments: str, *, member: bool = False) -> str:
        """The expression that reads an element which has begun."""
        kind = self.kinds.of_member(reference) if member else self.kinds.of(reference)
        shape = self.kinds.service.shape(reference)
        xml = self._containers
        if kind == "structure":
            return self._call_class(reference, arguments)
        if kind == "events":
            return f"{xml}.read_list({arguments}, {self._class_decoder(reference)})"
        if kind == "list" and shape.item:
            name = "read_sparse_list" if shape.sparse else "read_list"
            return f"{xml}.{name}({arguments}, {self._decoder(shape.item)})"
        if kind == "map" and shape.value:
            name = "read_sparse_map" if shape.sparse else "read_map"
            name = name.replace("read_", "read_secret_") if self.kinds.hides_keys(shape) else name
            return f"{xml}.{name}({arguments}, {self._decoder(shape.value)}{self._entry_names(reference)})"
        return f"{xml}.{scalar_reader(kind)}({arguments})"

    def _flat(self, reference: Reference, arguments: str, found: str) -> str:
        """The expression that adds one element to what a flattened list or map has already."""
        shape = self.kinds.service.shape(reference)
        if shape.item:
            return f"{self._containers}.read_item({arguments}, {self._decoder(shape.item)}, {found})"
        assert shape.value is not None  # noqa: S101 - for type checkers
        name = "read_secret_entry" if self.kinds.hides_keys(shape) else "read_entry"
        more = self._entry_names(reference)
        return f"{self._containers}.{name}({arguments}, {self._decoder(shape.value)}, {found}{more})"

    def _entry_names(self, reference: Reference) -> str:
        key_name, value_name = self.kinds.entry_names(reference, "xml")
        key = "" if key_name == "key" else f", key_name={key_name!r}"
        return key if value_name == "value" else f"{key}, value_name={value_name!r}"

    def _decoder(self, reference: Reference) -> str:
        kind = self.kinds.of(reference)
        if kind == "structure":
            return self._class_decoder(reference)
        if kind in ("list", "map"):
            return f"lambda tokens, end, inside: {self._of_element(reference, 'tokens, end, inside')}"
        return f"{self._containers}.{scalar_reader(kind)}"


def _of_optional_text(kind: Kind) -> str:
    """The function that reads a scalar's text, and takes None for what is absent."""
    return scalar_reader(kind).replace("read_", "optional_")


def _absent(targets: Iterable[str]) -> Iterator[str]:
    """Statements that set names to None, several in each."""
    line = ""
    for target in targets:
        if line and len(line) + len(target) > _WIDTH:
            yield f"{line}None"
            line = ""
        line += f"{target} = "
    if line:
        yield f"{line}None"

"""Reading XML: what an element pattern has found is set by one statement; where it finds nothing, statements take
tokens one after the other, and compare each tag with members' names. What patterns never read is left to the walker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from botobind.rules.plans import MemberPlan, ShapePlan, ValuePlan
from botobind_codegen.codecs.emitting import Emitter, assigned, indented
from botobind_codegen.plan.closure import holds_itself

_MOST_COMPARED = 12
"""With more members than these the length of a tag tells with which names it is compared."""

_MOST_OF_SIMILAR_LENGTH = 5
_WIDTH = 80

_TAKEN = frozenset({"item", "members", "self", "xml"})
"""The names that have another meaning where members are set."""

_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
"""The names of elements that a pattern can have."""

_CONTAINERS = frozenset({"structure", "events", "list", "map"})
"""Kinds of values that are elements with others in them."""

_NO_TEXTS = frozenset({"integer", "double", "single", "boolean", "timestamp"})
"""The scalars of which an empty element stands for none."""


@frozen
class XmlReading(Emitter):
    """Prints the decoder of XML."""

    def methods(self) -> list[list[str]]:
        """What sets the members of a structure, and what reads elements: of those that are read by patterns."""
        plan = self.plan("xml")
        self._check(plan)
        body = [member for member in plan.in_body if not member.is_attribute]
        if not self._has_patterns(body):
            return []
        setter = [self.use("def set_xml(self, members: tuple[{Any}, ...]) -> None:"), *indented(self._setter(body))]
        head = self.use("def read_xml_elements(self, tokens: {XmlTokens}, end: str, inside: str) -> None:")
        return [setter, [head, *indented(self._elements(body))]]

    def _check(self, plan: ShapePlan) -> None:
        """Raises `ModelError` for what no reader of XML can tell apart."""
        for member, other in plan.copied:
            source = other.value.inner if other.value.is_flat and other.value.inner else other.value
            if source.kind != member.value.kind or member.mandatory:
                raise self.refused("two members have one element", member)
        for member in plan.members if plan.is_union else ():
            if member.value.is_flat:
                raise self.refused("flattened members of unions are not supported in XML", member)

    def _has_patterns(self, body: list[MemberPlan]) -> bool:
        """Whether nothing must be there, each element says whose it is, and no structure holds others of its kind."""
        shape, plan = self.shape, self.plan("xml")
        taken = {member.name for member in plan.members}
        others = (each.other_name for each in body)
        names = [*(each.name for each in body), *(name for name in others if name and name not in taken)]
        if shape.is_union or shape.error or any(member.mandatory for member in plan.members) or not names:
            return False
        is_plain = len({*names}) == len(body) and all(map(_NAME.fullmatch, names))
        return is_plain and not holds_itself(self.tables.service, shape)

    @property
    def _attributes(self) -> list[MemberPlan]:
        return [member for member in self.plan("xml").members if member.is_attribute]

    def _setter(self, body: list[MemberPlan]) -> list[str]:
        taken, statements = [], []
        for member in body:
            text = f"{member.attribute}_" if member.attribute in _TAKEN else member.attribute
            expression = self._of_pattern(member.value, text)
            taken.append(f"self.{member.attribute}" if expression == text else text)
            if expression != text:
                statements.append(f"self.{member.attribute} = {expression}")
        alone = (f"self.{member.attribute}" for member in self._attributes)
        return [assigned(taken, "members"), *_absent(alone), *statements]

    def _of_pattern(self, value: ValuePlan, source: str) -> str:
        """The expression of a member that a pattern found: scalars, and those in lists, are still texts."""
        if value.kind not in (*_CONTAINERS, "string"):
            return f"{self.reader('xml optional', value)}({source})"
        inner = value.inner
        if value.kind != "list" or value.sparse or inner is None or inner.kind in (*_CONTAINERS, "string"):
            return source
        return f"[{self._of_text(inner, 'item')} for item in {source}] if {source} is not None else None"

    def _elements(self, body: list[MemberPlan]) -> list[str]:
        texts = [self._attribute(member) for member in self._attributes]
        lines = [line for text in texts for line in text]
        if len(lines) > len(texts):
            lines.append('at = ""')
        loop = ["last = at", "at, _, text = token.partition('>')", *self._branches(body)]
        return [
            'at = last = ""',
            *self.failing([*lines, "for token in tokens:", *indented(loop)]),
            "if not last and inside:",
            self.use("    {xml}.check_empty(inside)"),
        ]

    def _attribute(self, member: MemberPlan) -> list[str]:
        """The statements that read a member which is an attribute. What is no text may fail, at that attribute."""
        local, uri = member.name.rpartition(":")[2], member.namespace[0] if member.namespace else None
        text = self.use("{xml}.read_attribute(tokens, {local!r}, {uri!r})", local=local, uri=uri)
        if member.value.kind == "string":
            return [f"self.{member.attribute} = {text}"]
        read = self.reader("xml optional", member.value)
        return [f"at = {member.name!r}", f"self.{member.attribute} = {read}({text})"]

    def _branches(self, body: list[MemberPlan]) -> list[str]:
        if len(body) <= _MOST_COMPARED:
            return ["if at == end:", "    break", *self._comparisons(body, [])]
        by_length: dict[int, list[MemberPlan]] = {}
        for member in sorted(body, key=lambda member: len(member.name)):
            by_length.setdefault(len(member.name), []).append(member)
        return ["length = len(at)", *self._by_length(list(by_length.items()))]

    def _by_length(self, lengths: list[tuple[int, list[MemberPlan]]]) -> list[str]:
        """Comparisons in a tree of conditions on the length. The end is among what no name is equal to."""
        members = [member for _, group in lengths for member in group]
        if len(lengths) == 1 or len(members) <= _MOST_OF_SIMILAR_LENGTH:
            return self._comparisons(members, ["elif at == end:", "    break"])
        sizes = [sum(len(group) for _, group in lengths[:place]) for place in range(1, len(lengths))]
        middle = 1 + min(range(len(sizes)), key=lambda place: abs(2 * sizes[place] - len(members)))
        shorter, longer = self._by_length(lengths[:middle]), self._by_length(lengths[middle:])
        return [f"if length < {lengths[middle][0]}:", *indented(shorter), "else:", *indented(longer)]

    def _comparisons(self, members: list[MemberPlan], last: list[str]) -> list[str]:
        lines: list[str] = []
        for member in members:
            again = "" if member.value.is_flat else f" and self.{member.attribute} is None"
            lines += [f"{'elif' if lines else 'if'} at == {member.name!r}{again}:", *indented(self._statements(member))]
        known = " ".join(member.name for member in members if not member.value.is_flat)
        more = f", {known!r}" if known else ""
        return [*lines, *last, "else:", self.use("    {xml}.skip(tokens, at{more})", more=more)]

    def _statements(self, member: MemberPlan) -> list[str]:
        """What reads the element of a member. Scalars are most of what there is, so they save a call each."""
        value, target = member.value, f"self.{member.attribute}"
        if value.kind not in _CONTAINERS:
            is_optional = value.kind in _NO_TEXTS
            text = f"{self.reader('xml optional', value)}(text)" if is_optional else self._of_text(value, "text")
            return [f"tokens.close({f'/{member.name}>'!r})", f"{target} = {text}"]
        arguments = f"tokens, {f'/{member.name}'!r}, text"
        if not value.is_flat or value.inner is None:
            return [f"{target} = {self._of_element(value, arguments)}"]
        # What adds one element to what a flat list or map has already.
        name = "item" if value.kind == "list" else "secret_entry" if value.secret else "entry"
        arguments = f"{arguments}, {self._decoder(value.inner)}, {target}{_entry_names(value)}"
        return [self.use("{it} = {xml}.read_{name}({arguments})", it=target, name=name, arguments=arguments)]

    def _of_text(self, value: ValuePlan, text: str) -> str:
        return text if value.kind == "string" else f"{self.reader('xml text', value)}({text})"

    def _of_element(self, value: ValuePlan, arguments: str) -> str:
        """The expression that reads an element which has begun."""
        if value.inner is None and value.kind != "events":
            return f"{self._decoder(value)}({arguments})"
        name = f"read_{'secret_' if value.secret else ''}{'sparse_' if value.sparse else ''}{value.kind}"
        decoder = self._decoder(value.inner or ValuePlan("structure", value.target))
        name = "read_list" if value.kind == "events" else name
        arguments = f"{arguments}, {decoder}{_entry_names(value)}"
        return self.use("{xml}.{name}({arguments})", name=name, arguments=arguments)

    def _decoder(self, value: ValuePlan) -> str:
        if value.kind == "structure":
            return self.use("{Shapes}.{target}.read_xml", target=value.target)
        if value.inner is not None:
            return f"lambda tokens, end, inside: {self._of_element(value, 'tokens, end, inside')}"
        return self.reader("xml", value)


def _entry_names(value: ValuePlan) -> str:
    if value.kind != "map":
        return ""
    key = "" if value.key_name == "key" else f", key_name={value.key_name!r}"
    return key if value.value_name == "value" else f"{key}, value_name={value.value_name!r}"


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

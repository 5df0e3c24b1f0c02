"""Reading the wire structs that C decoders fill: their members are copied, one statement each; see
`botobind.wire_structs`.
"""

from __future__ import annotations

from attrs import frozen

from botobind.rules.plans import MemberPlan, ValuePlan
from botobind_codegen.codecs.emitting import Emitter, indented

_DOCUMENTS = frozenset({"document", "jsonvalue"})


@frozen
class StructReading(Emitter):
    """Prints what makes a value of a wire struct."""

    def methods(self) -> list[list[str]]:
        """`read_wire_struct`, or `fill_from_wire_struct` where some members live outside of the body."""
        if not self.tables.has_struct(self.shape):
            return []
        members = self.plan(self.tables.tree_formats[0]).in_body
        lines = self._union(members) if self.shape.union else [line for each in members for line in self._member(each)]
        if any(_reads_time(member.value) for member in members):
            lines = ["timestamp = of.timestamp", *lines]
        if any(self.tables.splits(self.shape, each) for each in self.tables.tree_formats):
            return [
                [
                    self.use("def fill_from_wire_struct(self, wire_struct: {Any}, of: {WireStructReader}) -> None:"),
                    *indented(lines),
                ]
            ]
        arguments = "wire_struct: {Any}, of: {WireStructReader}, instances: {Iterator}[{cls}]"
        return [
            [
                "@staticmethod",
                self.use(f"def read_wire_struct({arguments}) -> {{cls}}:", cls=self.cls),
                "    for self in instances:",
                *indented([*lines, "return self"], 2),
                self.use("    raise {wire_structs}.refuse()"),
            ]
        ]

    def _member(self, member: MemberPlan) -> list[str]:
        value, target, source = member.value, f"self.{member.attribute}", f"wire_struct.{member.attribute}"
        *before, last = self._assignment(member, target, mandatory=member.mandatory)
        if member.mandatory or _is_copied(value) or value.kind in _DOCUMENTS:
            return [*before, last]
        if not before:
            return [f"{last} if {source} is not None else None"]
        return [f"if {source} is not None:", *indented([*before, last]), "else:", f"    {target} = None"]

    def _union(self, members: tuple[MemberPlan, ...]) -> list[str]:
        lines = ["given = 0"]
        for member in members:
            # To look twice is faster than to keep what is mostly absent.
            assignment = self._assignment(member, "self._value")
            found = ["given += 1", f"self._member = {member.attribute!r}", *assignment]
            lines += [f"if wire_struct.{member.attribute} is not None:", *indented(found)]
        return [*lines, "if given != 1:", self.use("    raise {wire_structs}.refuse()")]

    def _assignment(self, member: MemberPlan, target: str, *, mandatory: bool = False) -> list[str]:
        """The statements that read a member which is there; the last one assigns it."""
        value, source = member.value, f"wire_struct.{member.attribute}"
        if _is_replaced(value):
            return [f"items = {source}", *_loop(value, "items"), f"{target} = items"]
        expression = self._value(value, source)
        return [
            f"{target} = {self.required(value, expression) if mandatory and value.kind in _DOCUMENTS else expression}"
        ]

    def _value(self, value: ValuePlan, source: str) -> str:
        if _is_copied(value):
            return source
        if value.kind == "structure":
            return f"{source}.READ(of)"
        if value.inner is None:
            read = self.reader("json", value) if value.kind in _DOCUMENTS else "timestamp"
            return self.in_seconds(value, f"{read}({source})")
        if _is_list_of_times(value):
            return f"of.timestamps({source})"
        item = self._value(value.inner, "item")
        if value.sparse:
            item = f"None if item is None else {item}"
        elif value.inner.kind in _DOCUMENTS:
            item = self.required(value.inner, item)
        return (
            f"[{item} for item in {source}]"
            if value.kind == "list"
            else f"{{key: {item} for key, item in {source}.items()}}"
        )


def _is_copied(value: ValuePlan) -> bool:
    """Whether the struct's member is the value itself."""
    if value.inner is not None:
        return _is_copied(value.inner)
    return value.kind not in ("structure", "timestamp", *_DOCUMENTS)


def _is_replaced(value: ValuePlan) -> bool:
    """Whether structures are all that is in a list or map, or in the lists and maps in it."""
    if value.inner is None or value.sparse:
        return False
    return value.inner.kind == "structure" or _is_replaced(value.inner)


def _loop(value: ValuePlan, items: str) -> list[str]:
    """The statements that replace the wire structs in a list or map by their values: in place, so that not all of them
    live as long as what they became.
    """
    is_list = value.kind == "list"
    if value.inner is None or value.inner.kind == "structure":
        pairs = f"enumerate({items})" if is_list else f"{items}.items()"
        return [f"for place, wire_struct_item in {pairs}:", f"    {items}[place] = wire_struct_item.READ(of)"]
    each = f"{items}_item"
    return [f"for {each} in {items if is_list else f'{items}.values()'}:", *indented(_loop(value.inner, each))]


def _reads_time(value: ValuePlan) -> bool:
    """Whether times are read one by one."""
    if value.inner is None:
        return value.kind == "timestamp"
    return _reads_time(value.inner) and not _is_list_of_times(value)


def _is_list_of_times(value: ValuePlan) -> bool:
    item = value.inner
    return (
        value.kind == "list"
        and not value.sparse
        and item is not None
        and item.kind == "timestamp"
        and not item.milliseconds
    )

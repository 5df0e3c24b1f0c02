"""Reading the wire structs that C decoders fill: their members are copied, one statement each; see
`botobind.wire_structs`.
"""

from __future__ import annotations

from attrs import frozen

from botobind.rules.plans import MemberPlan, ValuePlan
from botobind_codegen.codecs.emitting import Emitter, indented

_DOCUMENTS = ("document", "jsonvalue")
_WHOLE = "wire_struct: {Any}, of: {WireStructReader}, instances: {Iterator}[{cls}]"


@frozen
class StructReading(Emitter):
    """Prints what makes a value of a wire struct."""

    def methods(self) -> list[list[str]]:
        """`read_wire_struct`, or `fill_from_wire_struct` where some members live outside of the body."""
        name = self.schemas.method(self.shape, "to_wire_struct")
        if not name:
            return []
        body_format, *_ = self.schemas.tree_formats
        members = self.plan(body_format).in_body
        lines = self._union(members) if self.shape.union else [line for each in members for line in self._member(each)]
        if any(_reads_time(member.value) for member in members):
            lines = ["timestamp = of.timestamp", *lines]
        if name == "to_wire_struct_body":
            head = self.use("def fill_from_wire_struct(self, wire_struct: {Any}, of: {WireStructReader}) -> None:")
            return [[head, *indented(lines)]]
        head = self.use(f"def read_wire_struct({_WHOLE}) -> {{cls}}:", cls=self.cls)
        refuse = self.use("    raise {wire_structs}.refuse()")
        return [["@staticmethod", head, "    for self in instances:", *indented([*lines, "return self"], 2), refuse]]

    def _member(self, member: MemberPlan) -> list[str]:
        target, source = f"self.{member.attribute}", f"wire_struct.{member.attribute}"
        *before, last = self._assignment(member, target)
        if member.mandatory or member.value.innermost.kind not in ("structure", "timestamp", *_DOCUMENTS):
            return [*before, last]
        if before:
            return [f"if {source} is not None:", *indented([*before, last]), "else:", f"    {target} = None"]
        return [last if member.value.kind in _DOCUMENTS else f"{last} if {source} is not None else None"]

    def _union(self, members: tuple[MemberPlan, ...]) -> list[str]:
        lines = ["given = 0"]
        for member in members:
            # To look twice is faster than to keep what is mostly absent.
            found = ["given += 1", f"self._member = {member.attribute!r}", *self._assignment(member, "self._value")]
            lines += [f"if wire_struct.{member.attribute} is not None:", *indented(found)]
        return [*lines, "if given != 1:", self.use("    raise {wire_structs}.refuse()")]

    def _assignment(self, member: MemberPlan, target: str) -> list[str]:
        """The statements that read a member which is there; the last one assigns it."""
        value, source = member.value, f"wire_struct.{member.attribute}"
        if value.inner is not None and value.innermost.kind == "structure" and not _has_nulls(value):
            return [f"items = {source}", *_loop(value, "items"), f"{target} = items"]
        expression = self._value(value, source)
        is_checked = member.mandatory and value.kind in _DOCUMENTS
        return [f"{target} = {self.required(value, expression) if is_checked else expression}"]

    def _value(self, value: ValuePlan, source: str) -> str:
        if value.innermost.kind not in ("structure", "timestamp", *_DOCUMENTS):
            return source  # the struct's member is the value itself
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
        if value.kind == "list":
            return f"[{item} for item in {source}]"
        return f"{{key: {item} for key, item in {source}.items()}}"


def _has_nulls(value: ValuePlan) -> bool:
    return value.sparse or (value.inner is not None and _has_nulls(value.inner))


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
    item, is_plain = value.inner, value.kind == "list" and not value.sparse
    return is_plain and item is not None and item.kind == "timestamp" and not item.milliseconds

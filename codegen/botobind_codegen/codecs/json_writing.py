"""Writing JSON: as dicts and lists, and as wire structs, which take one argument per member; see
`botobind.wire_structs`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

from botobind.rules.plans import MemberPlan, ValuePlan
from botobind_codegen.codecs.emitting import Emitter, by_member, indented
from botobind_codegen.model import Shape

Way = Literal["json", "wire_struct"]
_METHODS: dict[Way, str] = {"json": "write_json", "wire_struct": "to_wire_struct"}


@frozen
class JsonWriting(Emitter):
    """Prints the encoders of JSON."""

    def methods(self) -> list[list[str]]:
        """The method that makes a dict of a structure or union, unless members live outside of the body; and those that
        make a wire struct, where there is one. That of a union is a dict, which takes no longer to make and to write;
        and where there are lists or maps of it, a method makes all of them.
        """
        members, found = self.plan("json").in_body, []
        if self.schemas.method(self.shape, "write_json") == "write_json":
            found.append(self._method("write_json", members, "json"))
        name = self.schemas.method(self.shape, "to_wire_struct")
        if name and self.shape.union:
            found.append(self._method(name, members, "wire_struct"))
            return [*found, self._loop(members)] if self._has_loop(self.shape) else found
        return [*found, self._struct_method(name, members)] if name else found

    def _method(self, name: str, members: Iterable[MemberPlan], way: Way) -> list[str]:
        written = [
            (each, [f"data[{each.name!r}] = {self._value(each.value, self.source(each), way)}"]) for each in members
        ]
        head = f"def {name}(self) -> {{JsonObject}}:", "    data: {JsonObject} = {{}}"
        return [*map(self.use, head), *indented(self.where_given(written)), "    return data"]

    def _struct_method(self, name: str, members: Iterable[MemberPlan]) -> list[str]:
        # To look twice is faster than to keep what is mostly absent.
        sources = ((member.value, f"self.{member.attribute}") for member in members)
        arguments = [f"{self._value(value, it, 'wire_struct')} if {it} is not None else None," for value, it in sources]
        head = self.use(f"def {name}(self) -> {{Any}}:")
        return [head, f"    return {self.cls}.new_wire_struct(", *indented(arguments, 2), "    )"]

    def _has_loop(self, shape: Shape) -> bool:
        # Unions have little else to do, so that a call for each would count.
        return shape.union and bool(shape.members) and shape.name in self.schemas.item_shapes

    def _loop(self, members: Iterable[MemberPlan]) -> list[str]:
        values = {member: self._value(member.value, "value", "wire_struct") for member in members}
        statements = {
            member.attribute: [f"items[place] = {{{member.name!r}: {value}}}"] for member, value in values.items()
        }
        return [
            "@staticmethod",
            self.use("def _to_wire_structs(items: {Any}) -> {Any}:"),
            "    if type(items) is dict:",
            '        "".join(items)  # the keys are texts',
            "    for place, self in items.items() if type(items) is dict else enumerate(items):",
            f"        if type(self) is not {self.cls}:",
            self.use("            {exact}.structure(self, {cls})", cls=self.cls),
            "        member, value = self._member, self._value",
            *indented([*by_member(statements), "else:", "    items[place] = self.to_wire_struct()"], 2),
            "    return items",
        ]

    def _value(self, value: ValuePlan, source: str, way: Way, depth: int = 0) -> str:
        inner, item, key = value.inner, f"item{depth or ''}", f"key{depth or ''}"
        if value.kind == "structure":
            return self.structure(value.target, source, _METHODS[way])
        if inner is None:
            return self.write(way, value, source)
        is_list = value.kind == "list"
        if inner.kind == "string" and not value.sparse:
            # Texts are checked all at once. A wire struct does not outlive the moment, so that it needs no copy.
            checked = self.use(f"{{exact}}.{'texts' if is_list else 'text_map'}({{it}})", it=source)
            return checked if way == "wire_struct" else f"{'list' if is_list else 'dict'}({checked})"
        target = self.schemas.shapes_by_class.get(inner.target)
        if way == "wire_struct" and not value.sparse and target is not None and self._has_loop(target):
            copied = f"[*{self.items(source)}]" if is_list else f"{{**{source}}}"
            return self.use("{Shapes}.{target}._to_wire_structs({it})", target=inner.target, it=copied)
        written = self._value(inner, item, way, depth + 1)
        if value.sparse:
            written = f"None if {item} is None else {written}"
        if is_list:
            return f"[{written} for {item} in {self.items(source)}]"
        return f'{{"" + {key}: {written} for {key}, {item} in {source}.items()}}'

"""Reading trees of JSON: `get` looks a member up, `at` remembers which, a decoder turns the node into a value."""

from __future__ import annotations

from attrs import frozen

from botobind.rules.plans import MemberPlan, ValuePlan
from botobind_codegen.codecs.emitting import Emitter, indented


@frozen
class JsonReading(Emitter):
    """Prints the decoder of trees."""

    def methods(self) -> list[list[str]]:
        """The class method that reads a structure or union, where there is one that writes it."""
        if self.schemas.method(self.shape, "write_json") != "write_json":
            return []
        lines = self._union() if self.shape.is_union else self._structure()
        return [["@classmethod", self.use("def _read_json(cls, data: object) -> {Self}:"), *indented(lines)]]

    def _structure(self) -> list[str]:
        get = self.use("{tree}.members_of(data)")
        members = self.plan("json").members
        if not members:
            return [get, "return cls()"]
        statements = [f"self.{member.attribute} = {self._member(member)}" for member in members]
        return [f"get = {get}", "self = cls.__new__(cls)", 'at = ""', *self.failing(statements), "return self"]

    def _member(self, member: MemberPlan) -> str:
        source = f"get(at := {member.name!r})"
        if _loads_classes(member.value) or member.value.secret:
            # Naming the class would load it: only where there is something to read.
            expression = f"{self._value(member.value, 'child')} if (child := {source}) is not None else None"
        else:
            expression = self._value(member.value, source)
        return self.required(member.value, expression) if member.mandatory else expression

    def _union(self) -> list[str]:
        lines = []
        for member in self.plan("json").members:
            read = self._value(member.value, "child")
            lines += [f"if at == {member.name!r}:", f"    return cls({member.attribute}={read})"]
        found = self.use("at, child = {tree}.only_member(data)")
        return [found, *(self.failing(lines) if lines else []), "return cls(unknown_member=at)"]

    def _value(self, value: ValuePlan, source: str) -> str:
        """The expression that reads the node `source`; None for None, but for structures."""
        if value.inner is None:
            return self.in_seconds(value, f"{self._reader(value)}({source})")
        name = f"read_{'secret_' if value.secret else ''}{'sparse_' if value.sparse else ''}{value.kind}"
        is_callable = value.inner.inner is None and not value.inner.milliseconds
        decode = self._reader(value.inner) if is_callable else f"lambda item: {self._value(value.inner, 'item')}"
        return self.use("{tree}.{name}({it}, {decode})", name=name, it=source, decode=decode)

    def _reader(self, value: ValuePlan) -> str:
        """What reads a structure or a scalar."""
        if value.kind == "structure":
            return self.use("{Shapes}.{target}._read_json", target=value.target)
        return self.reader("json", value)


def _loads_classes(value: ValuePlan) -> bool:
    return bool(value.target) or (value.inner is not None and _loads_classes(value.inner))

"""Writing JSON by way of twins, for which there is one argument per member; see `botobind.twins`."""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.codecs.lines import indented
from botobind_codegen.codecs.writing import Writing, by_member
from botobind_codegen.model import Member, Reference, Shape


@frozen
class TwinWriting(Writing):
    """Plans the encoder of JSON for a shape that has a twin."""

    def twin_methods(self, shape: Shape) -> list[list[str]]:
        """The method that makes the twin of a structure, or of its members in the body where others live outside of
        it. That of a union is a dict, which takes no longer to make and to write; and where there are lists or maps of
        it, a method makes all of them.
        """
        name = f"to_twin{'_body' if self.kinds.splits(shape, self.format) else ''}"
        members = self.kinds.body_members(shape, self.format)
        if not shape.union:
            return [self._twin_method(shape, name, members)]
        found = [self._method(shape, name, "{}", members)]
        return [*found, self._loop(shape)] if self._has_loop(shape.name) else found

    def _has_loop(self, name: str) -> bool:
        # Unions have little else to do, so that a call for each would count.
        shape = self.kinds.service.shapes[name]
        return shape.union and bool(shape.members) and name in self.kinds.item_shapes

    def _loop(self, shape: Shape) -> list[str]:
        any_type = self.imports.use("typing", "Any")
        entries = self._entries(shape, self.kinds.body_members(shape, self.format))
        statements = {attribute: [f"items[place] = {{{name!r}: {value}}}"] for attribute, name, value in entries}
        loop = [
            *self.exact.own_class(shape, "self"),
            "member, value = self._member, self._value",
            *by_member(statements),
            "else:",
            "    items[place] = self.to_twin()",
        ]
        return [
            "@staticmethod",
            f"def to_twins(items: {any_type}) -> {any_type}:",
            "    if type(items) is dict:",
            '        "".join(items)  # the keys are texts',
            "    for place, self in items.items() if type(items) is dict else enumerate(items):",
            *indented(loop, 2),
            "    return items",
        ]

    def _twin_method(self, shape: Shape, name: str, members: list[Member]) -> list[str]:
        return [
            f"def {name}(self) -> {self.imports.use('typing', 'Any')}:",
            f"    return {self.names.classes[shape.name]}.new_twin(",
            *indented([f"{self._argument(shape, member)}," for member in members], 2),
            "    )",
        ]

    def _argument(self, shape: Shape, member: Member) -> str:
        attribute = f"self.{self.names.attributes[shape.name][member.name]}"
        # To look twice is faster than to keep what is mostly absent.
        return f"{self._value(member.reference, attribute, member=True)} if {attribute} is not None else None"

    def _value(self, reference: Reference, source: str, depth: int = 0, *, member: bool = False) -> str:
        shape = self.kinds.service.shape(reference)
        inner = shape.item or shape.value
        if inner and not shape.sparse and self.kinds.of(inner) == "structure" and self._has_loop(inner.target):
            new = f"[*{self.exact.items(source)}]" if shape.item else f"{{**{source}}}"
            return f"{self.exact.class_of(inner)}.to_twins({new})"
        return super()._value(reference, source, depth, member=member)

    def _scalar(self, kind: str, reference: Reference, source: str) -> str:
        written = super()._scalar(kind, reference, source)
        # msgspec writes bytes as base64, and numbers as they are but for three of them.
        match kind:
            case "blob" | "stream":
                return f"({source} if type({source}) is bytes else {written})"
            case "double" | "single":
                is_plain = f"type({source}) is float and {source} - {source} == 0"
                return f"({source} if {is_plain} else {written})"
            case _:
                return written

    def _structure(self, reference: Reference, source: str) -> str:
        return self.exact.structure(reference, source, "to_twin")

    def _copy(self, kind: str, source: str) -> str:  # noqa: ARG002 - a twin does not outlive the moment
        return source

"""Writing JSON by way of twins, for which there is one argument per member; see `botobind.twins`."""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.codecs.writing import Writing, unknown_member
from botobind_codegen.model import Member, Reference, Shape


@frozen
class TwinWriting(Writing):
    """Plans the encoder of JSON for a shape that has a twin."""

    def twin_method(self, shape: Shape) -> list[str]:
        """The method that makes the twin of a structure or union, or of its members in the body where others live
        outside of it.
        """
        splits = self.kinds.splits(shape, self.format)
        members = [member for member in shape.members if not (splits and self.kinds.outside_body(member))]
        lines = [f"def to_twin{'_body' if splits else ''}(self) -> {self.imports.use('typing', 'Any')}:"]
        if shape.union:
            lines += unknown_member(self.imports)
        arguments = [f"        {self._argument(shape, member)}," for member in members]
        return [*lines, f"    return {self.names.classes[shape.name]}.new_twin(", *arguments, "    )"]

    def _argument(self, shape: Shape, member: Member) -> str:
        attribute = f"self.{self.names.attributes[shape.name][member.name]}"
        value = self._value(member.reference, attribute, member=True)
        # To look twice is faster than to keep what is mostly absent.
        return attribute if value == attribute else f"{value} if {attribute} is not None else None"

    def _scalar(self, kind: str, reference: Reference, source: str) -> str:
        written = super()._scalar(kind, reference, source)
        # msgspec writes bytes as base64, and numbers as they are but for three of them.
        match kind:
            case "blob" | "stream":
                return f"({source} if {source}.__class__ is bytes else {written})"
            case "double" | "single":
                return f"({source} if {source} - {source} == 0 else {written})"
            case _:
                return written

    def _call(self) -> str:
        return "to_twin()"

    def _copy(self, kind: str, source: str) -> str:  # noqa: ARG002 - a twin does not outlive the moment
        return source

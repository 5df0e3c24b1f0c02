"""Members in HTTP headers: reading and writing those of one structure."""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.query import SCALAR_WRITERS
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

_READERS = {
    "string": "read_string",
    "integer": "read_integer",
    "double": "read_double",
    "single": "read_double",
    "boolean": "read_boolean",
    "blob": "read_blob",
    "timestamp": "read_timestamp",
    "jsonvalue": "read_json_text",
}


@frozen
class HeaderCodec:
    """Plans the header functions of structures that have members in headers."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def members(self, shape: Shape) -> list[Member]:
        """The members that live in headers."""
        return [member for member in shape.members if member.reference.location in ("header", "headers")]

    def methods(self, shape: Shape, mandatory: frozenset[str]) -> list[list[str]]:
        """`to_header` and `read_header`; the rest is on the base class."""
        self.imports.use("botobind.formats", "header")
        return [self._to_header(shape), self._read_header(shape, mandatory)]

    def _to_header(self, shape: Shape) -> list[str]:
        lines = ["def to_header(self) -> list[tuple[str, str]]:", "    pairs: list[tuple[str, str]] = []"]
        for member in self.members(shape):
            source = f"self.{self.names.attributes[shape.name][member.name]}"
            name = member.reference.location_name or member.name
            lines.append(f"    if {source} is not None:")
            if member.reference.location == "headers":
                prefix = member.reference.location_name or ""
                lines += [
                    f"        for key, item in {source}.items():",
                    f"            pairs.append((header.write_string({prefix!r} + key), header.write_string(item)))",
                ]
            else:
                lines.append(
                    f"        pairs.append(({name!r}, {self._write(shape, member, member.reference, source)}))"
                )
        return [*lines, "    return pairs"]

    def _write(self, shape: Shape, member: Member, reference: Reference, source: str) -> str:
        kind = self.kinds.of(reference)
        target = self.kinds.service.shape(reference)
        if kind == "list" and target.item:
            item = target.item
            inner = self._write(shape, member, item, "item")
            if self.kinds.of(item) == "timestamp" and self.kinds.timestamp_format(item, "header") == "rfc822":
                return f'", ".join({inner} for item in {source})'
            return f"header.write_list({inner} for item in {source})"
        if kind == "timestamp":
            return f"header.write_{self.kinds.timestamp_format(reference, 'header')}({source})"
        if kind == "jsonvalue":
            return f"header.write_json_text({source})"
        if kind == "string":
            return f"header.write_string({source})"
        if kind not in SCALAR_WRITERS:
            raise self.kinds.refuse(f"a {kind} cannot be in a header", shape, member.name)
        return f"header.{SCALAR_WRITERS[kind]}({source})"

    def _read_header(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        error = self.imports.use("botobind.errors", "DecodeError")
        failed_at = self.imports.use("botobind.errors", "failed_at")
        statements = []
        for member in self.members(shape):
            expression = self._read(member)
            if member.name in mandatory:
                expression = f"{self.imports.use('botobind.formats', 'tree')}.required({expression})"
            statements.append(f"self.{self.names.attributes[shape.name][member.name]} = {expression}")
        return [
            "def read_header(self, values: dict[str, str]) -> None:",
            '    at = ""',
            "    get = values.get",
            "    try:",
            *("        " + statement for statement in statements),
            f"    except ({error}, RecursionError) as error:",
            f"        raise {failed_at}(at, error) from None",
        ]

    def _read(self, member: Member) -> str:
        reference = member.reference
        if reference.location == "headers":
            return f"header.read_prefixed(values, {(reference.location_name or '').lower()!r})"
        source = f"get(at := {(reference.location_name or member.name).lower()!r})"
        kind = self.kinds.of(reference)
        target = self.kinds.service.shape(reference)
        if kind == "list" and target.item:
            item_kind = self.kinds.of(target.item)
            if item_kind == "timestamp":
                return f"header.read_dates({source})"
            return f"header.read_list({source}, header.{_READERS[item_kind]})"
        return f"header.{_READERS[kind]}({source})"

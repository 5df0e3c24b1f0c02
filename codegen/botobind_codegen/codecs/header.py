"""Members in HTTP headers: reading and writing those of one structure."""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.codecs.exact import Exact
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.query import SCALAR_WRITERS
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames

_READERS = {
    "string": "string",
    "integer": "integer",
    "double": "double",
    "single": "double",
    "boolean": "boolean",
    "blob": "blob",
    "timestamp": "timestamp",
    "jsonvalue": "json_text",
}
"""What `botobind.formats.header` calls the kinds: `read_` takes a value or None, `parse_` a value."""


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
                hidden = ", hidden=True" if self.kinds.hides_keys(self.kinds.service.shape(member.reference)) else ""
                lines.append(f"        pairs += header.write_prefixed({source}, {prefix!r}, {member.name!r}{hidden})")
            else:
                lines.append(
                    f"        pairs.append(({name!r}, {self._write(shape, member, member.reference, source)}))"
                )
        return [*lines, "    return pairs"]

    def _write(self, shape: Shape, member: Member, reference: Reference, source: str) -> str:
        kind = self.kinds.of(reference)
        target = self.kinds.service.shape(reference)
        if kind == "list" and target.item:
            item, items = target.item, Exact(self.kinds, self.names, self.imports).items(source)
            inner = self._write(shape, member, item, "item")
            if self.kinds.of(item) == "timestamp" and self.kinds.timestamp_format(item, "header") == "rfc822":
                return f'", ".join({inner} for item in {items})'
            return f"header.write_list({inner} for item in {items})"
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
        members = self.members(shape)
        statements = []
        for member in members:
            if member.name in mandatory:
                required = f"{self.imports.use('botobind.formats', 'tree')}.required"
                expression = f"{required}({self._read(member, _located(member))})"
            else:
                expression = self._read_optional(member)
            statements.append(f"self.{self.names.attributes[shape.name][member.name]} = {expression}")
        head = "def read_header(self, values: dict[str, str]) -> None:"
        get = [] if all(member.reference.location == "headers" for member in members) else ["    get = values.get"]
        if not any(self._may_be_wrong(member, mandatory) for member in members):
            return [head, *get, *("    " + statement for statement in statements)]
        error = self.imports.use("botobind.errors", "DecodeError")
        failed_at = self.imports.use("botobind.errors", "failed_at")
        return [
            head,
            '    at = ""',
            *get,
            "    try:",
            *("        " + statement for statement in statements),
            f"    except ({error}, RecursionError) as error:",
            f"        raise {failed_at}(at, error) from None",
        ]

    def _may_be_wrong(self, member: Member, mandatory: frozenset[str]) -> bool:
        is_text = member.reference.location == "headers" or self.kinds.of(member.reference) == "string"
        return member.name in mandatory or not is_text

    def _read_optional(self, member: Member) -> str:
        """Most headers of a structure are absent, so nothing is called for those."""
        kind = self.kinds.of(member.reference)
        if member.reference.location == "headers" or kind == "list":
            return self._read(member, _located(member))
        if kind == "string":
            return f"get({_lower_name(member)!r})"
        return f"header.parse_{_READERS[kind]}(text) if (text := {_located(member)}) is not None else None"

    def _read(self, member: Member, source: str) -> str:
        reference = member.reference
        if reference.location == "headers":
            return f"header.read_prefixed(values, {(reference.location_name or '').lower()!r})"
        kind = self.kinds.of(reference)
        target = self.kinds.service.shape(reference)
        if kind == "list" and target.item:
            item_kind = self.kinds.of(target.item)
            if item_kind == "timestamp":
                return f"header.read_dates({source})"
            return f"header.read_list({source}, header.read_{_READERS[item_kind]})"
        return f"header.read_{_READERS[kind]}({source})"


def _lower_name(member: Member) -> str:
    return (member.reference.location_name or member.name).lower()


def _located(member: Member) -> str:
    """The header's value; should it be wrong, `at` says where."""
    return f"get(at := {_lower_name(member)!r})"

"""Members in HTTP headers: reading and writing those of one structure."""

from __future__ import annotations

from attrs import frozen

from botobind.formats.header import CONDITIONAL_DATES
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
        members = self.members(shape)
        # A map comes after the headers that are not for it to write.
        for member in sorted(members, key=lambda member: self._meets_others(member, members)):
            source = f"self.{self.names.attributes[shape.name][member.name]}"
            name = member.reference.location_name or member.name
            text = member.reference.traits.get("textMember")
            unless = f" and self.{self.names.attributes[shape.name][text]} is None" if text else ""
            lines.append(f"    if {source} is not None{unless}:")
            if member.reference.location == "headers":
                prefix = member.reference.location_name or ""
                target = self.kinds.service.shape(member.reference)
                hidden = ", hidden=True" if self.kinds.hides_keys(target) else ""
                ascii_only = ", ascii_only=True" if target.traits.get("asciiHeaders") else ""
                beside = ", beside=pairs" if self._meets_others(member, members) else ""
                arguments = f"{source}, {prefix!r}, {member.name!r}{hidden}{ascii_only}{beside}"
                lines.append(f"        pairs += header.write_prefixed({arguments})")
            else:
                lines.append(f"        pairs.append(({name!r}, {self._written(shape, member, source)}))")
                lines += self._md5_lines(shape, member, source)
        return [*lines, "    return pairs"]

    def _written(self, shape: Shape, member: Member, source: str) -> str:
        md5 = self._md5_member(shape, member)
        if md5 is None:
            return self._write(shape, member, member.reference, source)
        return f"header.write_key({source}, self.{self.names.attributes[shape.name][md5.name]})"

    def _md5_lines(self, shape: Shape, member: Member, source: str) -> list[str]:
        """What adds the MD5 of a member where the one that has it is absent."""
        md5 = self._md5_member(shape, member)
        if md5 is None:
            return []
        name = md5.reference.location_name or md5.name
        absent = f"self.{self.names.attributes[shape.name][md5.name]} is None"
        return [f"        if {absent}:", f"            pairs.append(({name!r}, header.write_md5({source})))"]

    def _md5_member(self, shape: Shape, member: Member) -> Member | None:
        name = self.kinds.service.shape(member.reference).traits.get("md5Member")
        found = next((other for other in shape.members if other.name == name), None)
        if found is not None and (found.reference.location, self.kinds.of(member.reference)) != ("header", "blob"):
            raise self.kinds.refuse("the MD5 of a blob in a header is in another one", shape, member.name)
        return found

    def _meets_others(self, member: Member, members: list[Member]) -> bool:
        """Whether a map's headers may have the name of another member's: those with an empty prefix may."""
        prefix = _lower_name(member) if member.reference.location_name else ""
        return member.reference.location == "headers" and any(
            other is not member and _lower_name(other).startswith(prefix) for other in members
        )

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
            before = self._encoded_before(reference)
            return f"header.write_string({source})" if before is None else f"header.write_encoded({source}, {before!r})"
        if kind not in SCALAR_WRITERS:
            raise self.kinds.refuse(f"a {kind} cannot be in a header", shape, member.name)
        return f"header.{SCALAR_WRITERS[kind]}({source})"

    def _read_header(self, shape: Shape, mandatory: frozenset[str]) -> list[str]:
        members = self.members(shape)
        texts = {member.reference.traits.get("textMember") for member in members}
        statements = []
        for member in members:
            if member.name in mandatory:
                required = f"{self.imports.use('botobind.formats', 'tree')}.required"
                expression = f"{required}({self._read(member, _located(member))})"
            else:
                expression = self._read_optional(member)
            if member.name not in texts:
                target = f"self.{self.names.attributes[shape.name][member.name]}"
                text = member.reference.traits.get("textMember")
                if text:
                    target, expression = (
                        f"{target}, self.{self.names.attributes[shape.name][text]}",
                        _date_or_text(member),
                    )
                statements.append(f"{target} = {expression}")
        head = "def read_header(self, values: dict[str, str], pairs: list[tuple[str, str]] | None = None) -> None:"
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
        is_text = member.reference.location == "headers" or (
            self.kinds.of(member.reference) == "string" and self._encoded_before(member.reference) is None
        )
        return member.name in mandatory or not (
            is_text or _is_lenient(member) or "textMember" in member.reference.traits
        )

    def _read_optional(self, member: Member) -> str:
        """Most headers of a structure are absent, so nothing is called for those."""
        kind = self.kinds.of(member.reference)
        if member.reference.location == "headers" or kind == "list":
            return self._read(member, _located(member))
        if kind == "string":
            before = self._encoded_before(member.reference)
            if before is not None:
                return f"header.read_encoded({_located(member)}, {before!r})"
            return f"get({_lower_name(member)!r})"
        if _is_lenient(member) and kind == "timestamp":
            return f"header.read_http_date(get({_lower_name(member)!r}))"
        is_there = " is not None" if kind == "blob" else ""
        return f"header.parse_{_READERS[kind]}(text) if (text := {_located(member)}){is_there} else None"

    def _encoded_before(self, reference: Reference) -> str | None:
        """The text from which on a text is not percent-encoded; None where nothing of it is."""
        before: str | None = self.kinds.service.shape(reference).traits.get("percentEncodedBefore")
        return before

    def _read(self, member: Member, source: str) -> str:
        reference = member.reference
        if reference.location == "headers":
            return f"header.read_prefixed(values, {(reference.location_name or '').lower()!r}, pairs)"
        kind = self.kinds.of(reference)
        target = self.kinds.service.shape(reference)
        before = self._encoded_before(member.reference)
        if before is not None:
            return f"header.read_encoded({source}, {before!r})"
        if kind == "list" and target.item:
            item_kind = self.kinds.of(target.item)
            if item_kind == "timestamp":
                return f"header.read_dates({source})"
            return f"header.read_list({source}, header.read_{_READERS[item_kind]})"
        return f"header.read_{_READERS[kind]}({source})"


def _lower_name(member: Member) -> str:
    return (member.reference.location_name or member.name).lower()


def _is_lenient(member: Member) -> bool:
    """Whether a header is ignored where it is no date, as HTTP says of those that condition a request."""
    return _lower_name(member) in CONDITIONAL_DATES


def _date_or_text(member: Member) -> str:
    """The date of a header that may be any text, and the text where it is none."""
    return f"header.read_date_or_text(text) if (text := get({_lower_name(member)!r})) else (None, None)"


def _located(member: Member) -> str:
    """The header's value; should it be wrong, `at` says where."""
    return f"get(at := {_lower_name(member)!r})"

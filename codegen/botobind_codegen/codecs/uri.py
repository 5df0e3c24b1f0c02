"""Members in the URI of a request: labels of the path and parameters of the query string."""

from __future__ import annotations

from attrs import frozen

from botobind_codegen.codecs.exact import Exact
from botobind_codegen.codecs.kinds import Kinds
from botobind_codegen.codecs.query import SCALAR_WRITERS
from botobind_codegen.model import Member, Reference, Shape
from botobind_codegen.plan.imports import Imports
from botobind_codegen.plan.names import ServiceNames


@frozen
class UriCodec:
    """Plans the functions of inputs that have members in the URI."""

    kinds: Kinds
    names: ServiceNames
    imports: Imports

    def methods(self, shape: Shape) -> list[list[str]]:
        """Those of `to_labels` and `to_query_string` that the shape needs."""
        labels = [member for member in shape.members if member.reference.location == "uri"]
        parameters = [member for member in shape.members if member.reference.location == "querystring"]
        found = []
        if labels:
            found.append(self._to_labels(shape, labels))
        if parameters:
            found.append(self._to_query_string(shape, parameters))
        return found

    def _source(self, shape: Shape, member: Member) -> str:
        return f"self.{self.names.attributes[shape.name][member.name]}"

    def _module(self) -> str:
        return self.imports.use("botobind.formats", "uri")

    def _to_labels(self, shape: Shape, labels: list[Member]) -> list[str]:
        lines = ["def to_labels(self) -> dict[str, str]:", "    labels: dict[str, str] = {}"]
        for member in labels:
            source = self._source(shape, member)
            text = self._write(shape, member, member.reference, source)
            lines += [f"    if {source} is not None:", f"        labels[{_name(member)!r}] = {text}"]
        return [*lines, "    return labels"]

    def _write(self, shape: Shape, member: Member, reference: Reference, source: str) -> str:
        kind = self.kinds.of(reference)
        if kind == "string":
            return f"{self._module()}.write_string({source})"
        if kind == "timestamp":
            return f"{self._module()}.write_{self.kinds.timestamp_format(reference, 'uri')}({source})"
        if kind not in SCALAR_WRITERS:
            raise self.kinds.refuse(f"a {kind} cannot be in a URI", shape, member.name)
        return f"{self._module()}.{SCALAR_WRITERS[kind]}({source})"

    def _to_query_string(self, shape: Shape, parameters: list[Member]) -> list[str]:
        head = ["def to_query_string(self) -> list[tuple[str, str]]:", "    pairs: list[tuple[str, str]] = []"]
        lines: list[str] = []
        maps: list[str] = []
        for member in parameters:
            source = self._source(shape, member)
            target = self.kinds.service.shape(member.reference)
            if target.kind == "map":
                # What has a parameter of its own wins, so the maps come last.
                self._module()
                maps += [f"    if {source} is not None:", f"        uri.add_map(pairs, {source})"]
                continue
            lines.append(f"    if {source} is not None:")
            if target.kind == "list" and target.item:
                text = self._write(shape, member, target.item, "item")
                items = Exact(self.kinds, self.names, self.imports).items(source)
                lines += [f"        for item in {items}:", f"            pairs.append(({_name(member)!r}, {text}))"]
            else:
                text = self._write(shape, member, member.reference, source)
                lines.append(f"        pairs.append(({_name(member)!r}, {text}))")
        return [*head, *lines, *maps, "    return pairs"]


def _name(member: Member) -> str:
    return member.reference.location_name or member.name

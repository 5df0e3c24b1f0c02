"""Members beside the body of an HTTP message: headers both ways, and what goes into the URI. What is in the URI of a
request is read by servers alone, which the walker does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import frozen

from botobind.formats.header import CONDITIONAL_DATES
from botobind.rules.bindings import Binding, Location, bindings
from botobind.rules.plans import ValuePlan
from botobind_codegen.codecs.emitting import Emitter, indented

_PAIRS = "list[tuple[str, str]]"


@frozen
class HttpMembers(Emitter):
    """Prints what reads headers, and what writes headers, labels and parameters."""

    def methods(self) -> list[list[str]]:
        """The methods that the shape needs, of `to_header`, `read_header`, `to_labels` and `to_query_string`."""
        headers = self._in("header", "headers")
        return [
            *self._writer("to_header", headers, self._write_header),
            *([self._read_header(headers)] if headers else []),
            *self._writer("to_labels", self._in("uri"), self._write_label),
            *self._writer("to_query_string", self._in("querystring"), self._write_parameter),
        ]

    def _in(self, *locations: Location) -> tuple[Binding, ...]:
        return bindings(self.schemas.rules, self.schemas.members(self.shape), locations)

    def _writer(
        self, name: str, members: tuple[Binding, ...], write: Callable[[Binding, str], list[str]]
    ) -> list[list[str]]:
        if not members:
            return []
        # What has a header or a parameter of its own wins, so the maps that may have the same come last.
        in_query = name == "to_query_string"
        ordered = sorted(members, key=lambda each: each.is_beside or (in_query and each.value.kind == "map"))
        result, annotation, empty = (
            ("labels", "dict[str, str]", "{}") if name == "to_labels" else ("pairs", _PAIRS, "[]")
        )
        lines = [f"{result}: {annotation} = {empty}"]
        for each in ordered:
            unless = f" and self.{each.text} is None" if each.text else ""
            source = f"self.{each.attribute}"
            lines += [f"if {source} is not None{unless}:", *indented(write(each, source))]
        return [[f"def {name}(self) -> {annotation}:", *indented([*lines, f"return {result}"])]]

    def _write_header(self, member: Binding, source: str) -> list[str]:
        if member.location == "headers":
            options = {"hidden": member.value.secret, "ascii_only": member.ascii_only}
            arguments = [source, repr(member.name), repr(member.member)]
            arguments += [f"{name}=True" for name, is_set in options.items() if is_set]
            arguments += ["beside=pairs"] if member.is_beside else []
            return [self.use("pairs += {header}.write_prefixed({arguments})", arguments=", ".join(arguments))]
        if member.digest is None:
            return [f"pairs.append(({member.name!r}, {self._header(member, member.value, source)}))"]
        attribute, name = member.digest
        if member.value.kind != "blob" or attribute not in {each.attribute for each in self._in("header")}:
            raise self.schemas.refused(self.shape, "the MD5 of a blob in a header is in another one", member.attribute)
        key = self.use("{header}.write_key({it}, self.{digest})", it=source, digest=attribute)
        md5 = self.use("{header}.write_md5({it})", it=source)
        given = f"pairs.append(({member.name!r}, {key}))"
        return [given, f"if self.{attribute} is None:", f"    pairs.append(({name!r}, {md5}))"]

    def _header(self, member: Binding, value: ValuePlan, source: str) -> str:
        item = value.inner
        if item is not None:
            items = f"{self._header(member, item, 'item')} for item in {self.items(source)}"
            # The commas of dates are no others than those between items.
            is_date = item.kind == "timestamp" and item.time_format == "rfc822"
            return f'", ".join({items})' if is_date else self.use("{header}.write_list({items})", items=items)
        if member.encoded_before is not None and value.kind == "string":
            return self.use("{header}.write_encoded({it}, {before!r})", it=source, before=member.encoded_before)
        return self.write("header", value, source)

    def _write_label(self, member: Binding, source: str) -> list[str]:
        return [f"labels[{member.name!r}] = {self.write('uri', member.value, source)}"]

    def _write_parameter(self, member: Binding, source: str) -> list[str]:
        value = member.value
        if value.kind == "map":
            return [self.use("{uri}.add_map(pairs, {it})", it=source)]
        if value.inner is None:
            return [f"pairs.append(({member.name!r}, {self.write('uri', value, source)}))"]
        added = f"    pairs.append(({member.name!r}, {self.write('uri', value.inner, 'item')}))"
        return [f"for item in {self.items(source)}:", added]

    def _read_header(self, members: Iterable[Binding]) -> list[str]:
        read = [member for member in members if not member.is_text]
        lines, start = [self._assignment(member) for member in read], []
        if any(map(_may_fail, read)):
            lines, start = self.failing(lines), ['at = ""']
        get = [] if all(member.location == "headers" for member in members) else ["get = values.get"]
        head = f"def read_header(self, values: dict[str, str], pairs: {_PAIRS} | None = None) -> None:"
        return [head, *indented([*start, *get, *lines])]

    def _assignment(self, member: Binding) -> str:
        target = f"self.{member.attribute}"
        if member.mandatory:
            return f"{target} = {self.required(ValuePlan('string'), self._read(member))}"
        if member.text is not None:
            date = self.use("{header}.read_date_or_text(text)")
            return f"{target}, self.{member.text} = {date} if (text := get({member.lower_name!r})) else (None, None)"
        return f"{target} = {self._read(member)}"

    def _read(self, member: Binding) -> str:
        """The expression of a header. Most headers of a structure are absent, so nothing is called for those."""
        kind, item = member.value.kind, member.value.inner
        if member.location == "headers":
            return self.use("{header}.read_prefixed(values, {prefix!r}, pairs)", prefix=member.lower_name)
        # Should it fail, `at` says where.
        source = f"get({'at := ' if _may_fail(member) else ''}{member.lower_name!r})"
        if member.encoded_before is not None:
            return self.use("{header}.read_encoded({it}, {before!r})", it=source, before=member.encoded_before)
        if item is not None and item.kind != "timestamp":
            return self.use("{header}.read_list({it}, {read})", it=source, read=self.reader("header", item))
        if item is not None or (kind == "timestamp" and _is_lenient(member)):
            return self.use(f"{{header}}.{'read_http_date' if item is None else 'read_dates'}({{it}})", it=source)
        if kind == "string":
            return source
        is_there = " is not None" if kind == "blob" else ""
        return f"{self.reader('header text', member.value)}(text) if (text := {source}){is_there} else None"


def _is_lenient(member: Binding) -> bool:
    """Whether a header is ignored where it is no date, as HTTP says of those that condition a request."""
    return member.lower_name in CONDITIONAL_DATES


def _may_fail(member: Binding) -> bool:
    is_text = member.location == "headers" or (member.value.kind == "string" and member.encoded_before is None)
    return member.mandatory or not (is_text or _is_lenient(member) or member.text is not None)

"""Members beside the body of an HTTP message: headers both ways, and what goes into the URI. What is in the URI of a
request is read by servers alone, which the walker does.
"""

from __future__ import annotations

from collections.abc import Iterable

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
        """Those of `to_header`, `read_header`, `to_labels` and `to_query_string` that the shape needs."""
        headers, labels, parameters = self._in("header", "headers"), self._in("uri"), self._in("querystring")
        found = []
        if headers:
            # A map comes after the headers that are not for it to write.
            ordered = sorted(headers, key=lambda member: member.is_beside)
            found.append(_method("to_header", "pairs", _PAIRS, "[]", map(self._write_header, ordered)))
            found.append(self._read_header(headers))
        if labels:
            found.append(_method("to_labels", "labels", "dict[str, str]", "{}", map(self._write_label, labels)))
        if parameters:
            # What has a parameter of its own wins, so the maps come last.
            ordered = sorted(parameters, key=lambda member: member.value.kind == "map")
            found.append(_method("to_query_string", "pairs", _PAIRS, "[]", map(self._write_parameter, ordered)))
        return found

    def _in(self, *locations: Location) -> tuple[Binding, ...]:
        return bindings(self.tables.rules, self.tables.members(self.shape), locations)

    def _write_header(self, member: Binding) -> list[str]:
        source = f"self.{member.attribute}"
        unless = f" and self.{member.text} is None" if member.text else ""
        head = f"if {source} is not None{unless}:"
        if member.location == "headers":
            options = {"hidden": member.value.secret, "ascii_only": member.ascii_only}
            arguments = [source, repr(member.name), repr(member.member)]
            arguments += [f"{name}=True" for name, is_set in options.items() if is_set]
            arguments += ["beside=pairs"] if member.is_beside else []
            written = self.use("{header}.write_prefixed({arguments})", arguments=", ".join(arguments))
            return [head, f"    pairs += {written}"]
        if member.digest is None:
            return [head, f"    pairs.append(({member.name!r}, {self._header(member, member.value, source)}))"]
        in_header = {each.attribute for each in self._in("header")}
        if member.value.kind != "blob" or member.digest[0] not in in_header:
            raise self.refused("the MD5 of a blob in a header is in another one", member.attribute)
        digest, name = f"self.{member.digest[0]}", member.digest[1]
        key = self.use("{header}.write_key({it}, {digest})", it=source, digest=digest)
        md5 = self.use("{header}.write_md5({it})", it=source)
        pairs = [
            f"pairs.append(({member.name!r}, {key}))",
            f"if {digest} is None:",
            f"    pairs.append(({name!r}, {md5}))",
        ]
        return [head, *indented(pairs)]

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

    def _write_label(self, member: Binding) -> list[str]:
        source = f"self.{member.attribute}"
        text = self.write("uri", member.value, source)
        return [f"if {source} is not None:", f"    labels[{member.name!r}] = {text}"]

    def _write_parameter(self, member: Binding) -> list[str]:
        value, source = member.value, f"self.{member.attribute}"
        if value.kind == "map":
            lines = [self.use("{uri}.add_map(pairs, {it})", it=source)]
        elif value.inner is not None:
            text = self.write("uri", value.inner, "item")
            lines = [f"for item in {self.items(source)}:", f"    pairs.append(({member.name!r}, {text}))"]
        else:
            lines = [f"pairs.append(({member.name!r}, {self.write('uri', value, source)}))"]
        return [f"if {source} is not None:", *indented(lines)]

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


def _method(name: str, result: str, annotation: str, empty: str, statements: Iterable[list[str]]) -> list[str]:
    lines = [f"{result}: {annotation} = {empty}", *(line for each in statements for line in each), f"return {result}"]
    return [f"def {name}(self) -> {annotation}:", *indented(lines)]

"""What changes of members, and of the items, keys and values of lists and maps, mean."""

from __future__ import annotations

from botobind_codegen.diff.rules.row import row

_DEPRECATED = "member.deprecated, member.deprecatedMessage, member.deprecatedSince"
_ALL = "callers, servers, stored"

MEMBER_RULES = (
    row("member.documentation, member.documentationUrl, item.documentation", "", "", "only what people read"),
    row("member", "added", "", "one more attribute, None unless told; older packages leave it out", minor=True),
    row("required member", "added", _ALL, "callers have to give it, decoders want it", uses="input"),
    row("required member", "added", "servers", "`make` asks for it; readers do without", uses="output"),
    row("required member", "added", "callers, servers", "`make` asks for it; readers do without", uses="both"),
    row("member", "removed", _ALL, "its attribute is gone; what was stored in it is lost"),
    row("member", "renamed", _ALL, "its attribute is gone; the wire name is the same, but not every format uses that"),
    row("member.python name", "", "callers, servers", "code that names the attribute fails, or names another"),
    row("member.required", "added", _ALL, "callers have to give it, decoders want it", uses="input"),
    row("member.required", "added", "servers", "`make` asks for it; readers do without", uses="output"),
    row("member.required", "added", "callers, servers", "`make` asks for it; readers do without", uses="both"),
    row(
        "member.required",
        "removed",
        "servers, stored",
        "what is read may be None; decoders of older packages want it",
        uses="input",
    ),
    row("member.required", "removed", "", "readers have always had to do without", uses="output, both", minor=True),
    row("member.mandatory", "added", _ALL, "its structure is in requests alone now: callers have to give it"),
    row("member.mandatory", "removed", "servers", "its structure is in responses, too, now: the attribute may be None"),
    row("target.class", "renamed", "callers, servers", "values are of another class, which reads and writes the same"),
    row("target.class", "changed", _ALL, "values are of another class"),
    row("target.alias", "", "", "an alias is another name for a type; what else differs is a change of its own"),
    row("member.locationName, item.locationName", "", _ALL, "another wire name"),
    row("member.label", "", "", "URI and member go by a name between them; URIs are compared by members"),
    row("member.parameter", "", "callers, servers", "another header or parameter of the query string"),
    row("member.location", "", _ALL, "another place in the message"),
    row("member.queryName", "", _ALL, "another wire name in forms"),
    row("member.xmlAttribute", "", _ALL, "an attribute is an element now, or the other way round"),
    row("member.xmlNamespace, item.xmlNamespace", "", "", "readers go by local names"),
    row("member.idempotencyToken", "added", "", "operations fill it in where callers do not", minor=True),
    row("member.idempotencyToken", "", "callers", "operations fill it in no more", uses="input, both"),
    row("member.idempotencyToken", "", "", "nobody fills in what is in responses", uses="output"),
    row(
        "member.contextParam, member.endpointdiscoveryid",
        "",
        "",
        "for clients that look for endpoints; messages stay as they are",
    ),
    row("member.textMember", "added", "", "a header that is no date is read, as text", minor=True),
    row("member.textMember", "", "readers", "a header that is no date is in another member, or refused"),
    row("member.absentAs", "added", "", "callers may leave it out", minor=True),
    row("member.absentAs", "", "callers", "what callers leave out is another value, or missing"),
    row("member.valueName", "added", "", "`of_value` takes one more name", minor=True),
    row("member.valueName", "", "callers", "`of_value` does not take the other name any more"),
    row("member.hostLabel", "", "callers, servers", "requests go to another host"),
    row("member.eventheader, member.eventpayload", "", _ALL, "another place in the event"),
    row("member.pattern, member.min, member.max", "", "", "constraints are those of the member's shape"),
    row("member.enum, item.flattened", "", "", "nothing is generated from it"),
    row(_DEPRECATED, "added", "", "users should look for something else before it goes", minor=True),
    row(_DEPRECATED, "", "", "a hint for people"),
)

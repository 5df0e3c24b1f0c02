"""What changes of shapes mean, members aside."""

from __future__ import annotations

from botobind_codegen.diff.rules.row import row

_DEPRECATED = "shape.deprecated, shape.deprecatedMessage, shape.deprecatedSince"
_ALL = "callers, servers, stored"
_LENGTHS = "shape.min, shape.max, shape.pattern"
_JSON_VALUES = "shape.jsonvalue, member.jsonvalue, item.jsonvalue"
_MILLISECONDS = "shape.milliseconds, member.milliseconds"
_TIMES = "shape.timestampFormat, member.timestampFormat, item.timestampFormat"

SHAPE_RULES = (
    row("shape.documentation, shape.documentationUrl", "", "", "only what people read"),
    row("shape, enum, alias", "added", "", "one more name", minor=True),
    row("shape", "removed", _ALL, "its class is gone, and with it what reads its values"),
    row("enum, alias", "removed", "callers, servers", "code that imports the name fails"),
    row("shape, enum, alias", "renamed", "callers, servers", "code that imports it fails; values stay as they are"),
    row("private alias", "added, removed, renamed", "", "a name that begins with an underscore is nobody's to import"),
    row("shape.python name", "", "callers, servers", "code that imports the name fails"),
    row("shape.module", "", "callers, servers", "code that imports the class's own module fails, as pickles do"),
    row("shape.type, target.type", "changed", _ALL, "values are of another type"),
    row("shape.type, target.type", "widened", "", "the same Python type holds more", minor=True),
    row("shape.type, target.type", "narrowed", "writers, stored", "what is sent or stored may not fit"),
    row(_LENGTHS, "tightened", "writers", "`make` refuses what it took, and so may the other end"),
    row(_LENGTHS, "loosened", "", "decoders check no constraints, and nobody may rely on them", minor=True),
    row("shape.pattern", "changed", "writers", "the new pattern may refuse what the old one took"),
    row("shape.sparse", "added", "readers, stored", "what is read may hold None; older packages drop it"),
    row("shape.sparse", "removed", "writers, stored", "None is no item any more, and is dropped"),
    row("enum value", "added", "", "enums are open: what is read stays text, known or not", minor=True),
    row("enum value", "removed", "callers, servers", "code that names the value fails; as text it can still be read"),
    row("enum value.python name", "", "callers, servers", "code that names the value fails, or names another"),
    row("shape.enum", "", "callers, servers", "an alias of `str` is an enum class now, or the other way round"),
    row("target.enum", "", "", "members of enums and plain texts are both texts"),
    row("target.enum value", "added", "", "enums are open: what is read stays text, known or not", minor=True),
    row("target.enum value", "removed", "callers", "the service may refuse the value", uses="input, both"),
    row("target.enum value", "removed", "", "what is no longer sent need not be read", uses="output"),
    row(_JSON_VALUES, "", _ALL, "a text is a JSON value now, or the other way round"),
    row("shape.streaming, member.streaming", "added", "readers", "what is read may be a stream"),
    row("shape.streaming, member.streaming", "removed", "writers", "streams are taken no more"),
    row("shape.requiresLength", "added", "callers", "streams of unknown length are refused", uses="input, both"),
    row("shape.requiresLength", "added", "", "a demand on requests", uses="output"),
    row("shape.requiresLength", "", "", "streams of unknown length are taken", minor=True),
    row(_TIMES, "", "callers", "the service may not read what older packages send", uses="input, both"),
    row(_TIMES, "", "", "decoders read every format", uses="output"),
    row("shape.lastSegment", "added", "", "texts are taken as the service gave them", minor=True),
    row("shape.lastSegment", "", "callers", "texts are no longer cut to their last segment"),
    row("shape.percentEncodedBefore", "", _ALL, "headers have the text in another way"),
    row("shape.asciiHeaders", "added", "callers, servers", "texts that are not ASCII are refused"),
    row("shape.asciiHeaders", "", "", "texts that are not ASCII are taken", minor=True),
    row("shape.md5Member", "added", "", "callers may leave out the MD5", minor=True),
    row("shape.md5Member", "", "callers", "nobody fills in the MD5 any more"),
    row(_MILLISECONDS, "added", "", "numbers beyond the year 9999 are read, as milliseconds", minor=True),
    row(_MILLISECONDS, "", "readers", "numbers beyond the year 9999 are refused"),
    row("shape.union", "", _ALL, "exactly one member is there, or any number again"),
    row("shape.document", "", _ALL, "a class is any JSON value now, or the other way round"),
    row("shape.eventstream", "", _ALL, "a structure is a stream of events now, or the other way round"),
    row("shape.exception", "", "callers, servers", "a structure is an exception class now, or the other way round"),
    row("error.code", "", "callers, servers", "packages of the other side take the error for an unknown one"),
    row("error.httpStatusCode", "added", "", "errors say their status; what is sent has always told it", minor=True),
    row("error.httpStatusCode", "", "callers", "code that looks at the status of the error sees another"),
    row("shape.fault", "added", "", "errors say whose fault they are", minor=True),
    row("shape.fault", "", "callers", "code that looks whose fault the error is decides differently"),
    row("shape.retryable", "", "", "a hint whether to try again"),
    row("shape.payload", "extended", "", "no member that both models have moves", minor=True),
    row("shape.payload", "", "callers, servers", "bodies hold something else"),
    row("shape.root", "", "callers", "bodies have another root element"),
    row("shape.body", "", "stored", "`to_string` and `of_string` have another format"),
    row("shape.locationName", "", _ALL, "members of the shape have another wire name"),
    row("shape.flattened, member.flattened", "", _ALL, "there is an element around the items, or none"),
    row("shape.xmlNamespace", "", "", "readers go by local names"),
    row("shape.sensitive, member.sensitive", "", "", "only what `repr` and error texts show"),
    row("shape.event", "", "", "kept for those who look at traits"),
    row("shape.box, member.box", "", "", "absent is None, boxed or not"),
    row(
        "shape.wrapper, shape.synthetic, shape.xmlOrder, shape.name, error.errorNamespace, error.codeAliases",
        "",
        "",
        "nothing is generated from it",
    ),
    row(_DEPRECATED, "added", "", "users should look for something else before it goes", minor=True),
    row(_DEPRECATED, "", "", "a hint for people"),
)

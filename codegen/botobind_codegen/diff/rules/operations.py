"""What changes of operations mean."""

from __future__ import annotations

from botobind_codegen.diff.rules.row import row

_DEPRECATED = "operation.deprecated, operation.deprecatedMessage, operation.deprecatedSince"
_DOCUMENTATION = "operation.documentation, operation.documentationUrl, input.documentation, output.documentation"

OPERATION_RULES = (
    row(f"{_DOCUMENTATION}, errors.documentation", "", "", "only what people read"),
    row("operation", "added", "", "one more operation", minor=True),
    row("operation", "removed", "callers, servers", "its name is gone, and requests for it find no operation"),
    row("operation.python name", "", "callers, servers", "code that names the operation fails"),
    row("operation.name", "", "callers, servers", "requests name their operation in another way"),
    row("http.method, http.requestUri", "", "callers, servers", "requests of older packages find no operation"),
    row("http.responseCode", "", "", "readers only tell success from failure"),
    row("operation.input", "added, removed", "callers, servers", "`to_request` and `of_request` have another type"),
    row("operation.output", "added, removed", "callers, servers", "`of_response` and `to_response` have another type"),
    row("input.locationName, output.locationName", "", "callers", "bodies have another root element"),
    row("input.xmlNamespace, output.xmlNamespace", "", "", "readers go by local names"),
    row("output.resultWrapper", "", "callers, servers", "the output is inside of another element"),
    row("error", "added", "callers", "an exhaustive match over the operation's errors does not know it"),
    row("error", "removed", "servers", "an answer with an error outside of the operation's union has the wrong type"),
    row("errors.exception, errors.error, errors.fault", "", "", "the error's own shape says it"),
    row("operation.idempotent, operation.readonly", "added", "", "clients may repeat requests", minor=True),
    row("operation.idempotent, operation.readonly", "", "callers", "clients that repeat requests no longer may"),
    row("operation.endpoint", "", "callers, servers", "requests go to another host"),
    row(
        "operation.staticContextParams, operation.operationContextParams, operation.endpointoperation",
        "",
        "",
        "for clients that look for endpoints; messages stay as they are",
    ),
    row("operation.endpointdiscovery", "", "callers", "clients may have to ask for an endpoint first"),
    row("operation.authtype", "", "callers", "the service wants other signatures"),
    row("operation.unsignedPayload", "added", "", "bodies need not be signed any more", minor=True),
    row("operation.unsignedPayload", "", "callers", "bodies have to be signed"),
    row("operation.httpChecksum, operation.httpChecksumRequired", "", "", "what is demanded is a subject of its own"),
    row("operation.checksum", "added", "callers", "requests of older packages lack a checksum and are refused"),
    row("operation.checksum", "removed", "", "requests need no checksum any more", minor=True),
    row("operation.requestcompression", "added", "servers", "bodies may be compressed"),
    row("operation.requestcompression", "removed", "callers", "compressed bodies are refused"),
    row("operation.requestcompression", "", "callers, servers", "bodies may be compressed in another way"),
    row("operation.pagination", "added", "", "pages can be followed", minor=True),
    row("operation.pagination", "", "callers", "code that follows pages looks at other members"),
    row("waiter", "added", "", "one more waiter", minor=True),
    row("waiter", "removed", "callers", "code that names the waiter fails"),
    row("waiter", "changed", "", "the same name waits by other rules"),
    row("operation.alias, operation.authorizer", "", "", "nothing is generated from it"),
    row("operation.encodedMembers", "added", "", "texts that come percent-encoded can be decoded", minor=True),
    row("operation.encodedMembers", "", "callers", "other texts are decoded, or none"),
    row("operation.bodyDigests", "added", "", "requests have the digests that the service asks for", minor=True),
    row("operation.bodyDigests", "", "callers", "requests have other digests, or none"),
    row("operation.lastSegments", "added", "", "texts are taken as the service gave them", minor=True),
    row("operation.lastSegments", "", "callers", "other texts are cut to their last segment, or none"),
    row("operation.s3UnwrappedXmlOutput", "", "callers, servers", "the output has another root element"),
    row(_DEPRECATED, "added", "", "users should look for something else before it goes", minor=True),
    row(_DEPRECATED, "", "", "a hint for people"),
)

"""What changes of a service as a whole mean."""

from __future__ import annotations

from botobind_codegen.diff.rules.row import row

_DEPRECATED = "service.deprecated, service.deprecatedMessage, service.deprecatedSince"

SERVICE_RULES = (
    row("service", "added", "", "one more package", minor=True),
    row("service", "removed", "callers, servers, stored", "its package is gone"),
    row("service.documentation, service.documentationUrl", "", "", "only what people read"),
    row(
        "service.version, service.examples, service.authorizers, service.xmlNamespace",
        "",
        "",
        "nothing is generated from it",
    ),
    row("service.clientContextParams", "added", "", "one more setting for clients that look for endpoints", minor=True),
    row("service.clientContextParams", "", "callers", "a client's settings lead to other endpoints, or nowhere"),
    row("service.endpointRuleSet", "added", "", "clients of our own know where to send requests", minor=True),
    row("service.endpointRuleSet", "", "callers", "clients of our own may send requests to other hosts"),
    row(_DEPRECATED, "added", "", "users should look for something else before it goes", minor=True),
    row(_DEPRECATED, "", "", "a hint for people"),
    row("metadata.apiVersion", "", "callers, servers", "another API by its own account, and forms carry the version"),
    row("metadata.endpointPrefix, metadata.globalEndpoint", "", "callers", "requests go to another host"),
    row(
        "metadata.serviceFullName, metadata.serviceAbbreviation, metadata.uid, metadata.ripServiceName",
        "",
        "",
        "a constant for people and tools; no message holds it",
    ),
    row("metadata.serviceId", "", "callers", "clients keep settings and look for endpoints under this name"),
    row("metadata.signatureVersion, metadata.signingName", "", "callers", "the service wants other signatures"),
    row("authentication", "added", "", "one more way to sign", minor=True),
    row("authentication", "removed", "callers", "requests that are signed in this way, or not at all, are refused"),
    row("authentication", "waived", "", "requests need not be signed any more", minor=True),
    row("protocol", "added", "", "one more protocol to choose", minor=True),
    row("protocol", "removed", "callers, servers", "calls that name the protocol fail; so do requests in it"),
    row(
        "metadata.default protocol",
        "",
        "servers, stored",
        "requests without a named protocol are read as this one, and `to_string` writes its format",
    ),
    row(
        "metadata.wire traits",
        "",
        "stored",
        "traits of the model that counted in no format count now, or the other way round: wire names differ",
    ),
    row("metadata.targetPrefix", "", "callers, servers", "requests name their operation in another way"),
    row("metadata.jsonVersion", "", "callers, servers", "bodies have another media type"),
    row("metadata.xmlNamespace", "", "", "readers go by local names"),
    row(
        "metadata.timestampFormat, metadata.errorNamespace, metadata.codeAliases",
        "",
        "",
        "nothing is generated from it",
    ),
    row("metadata.urlMember", "", "servers", "forms lack a member that their URL has"),
    row("metadata.requestIdHeaders", "", "", "servers write ids elsewhere; clients read all of them"),
    row("metadata.refusalCodes", "", "servers", "requests are refused with other codes"),
    row("metadata.formOperation", "added", "", "servers take the forms of browsers", minor=True),
    row("metadata.formOperation", "", "servers", "servers take other forms of browsers, or none"),
    row("metadata.virtualHosts", "", "servers", "routers find labels of paths in other hosts"),
    row("metadata.controlReferences", "added", "", "servers can write control characters", minor=True),
    row("metadata.controlReferences", "", "servers", "values with control characters cannot be written any more"),
    row("metadata.requestHeaders", "", "callers", "requests have other headers, without which they may be refused"),
    row(
        "metadata.awsQueryCompatible, metadata.noErrorWrapping",
        "",
        "callers, servers",
        "errors look different",
    ),
    row("metadata.checksumFormat, metadata.protocolSettings", "", "callers", "the transport has to do something else"),
    row("metadata.h2", "", "", "where HTTP/2 is demanded is a subject of the operations"),
)

"""Every key that occurs in service models, and what becomes of it. A key that is not here stops generation.

`used`: the generator acts on it. `data`: it is kept on the class or operation
that carries it, for those who act on it later.
`ignored`: it is left out, for the reason given.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from botobind_codegen.model import NUMBERS


@frozen
class Key:
    """A key: what it becomes, or why it is left out."""

    use: Literal["used", "data", "ignored"]
    note: str


def _used(note: str) -> Key:
    return Key("used", note)


def _data(note: str) -> Key:
    return Key("data", note)


def _ignored(note: str) -> Key:
    return Key("ignored", note)


_DOCUMENTATION = _used("docstring")
_LINK = _ignored("a link to more documentation; from models of before 2019")
_ON_MEMBERS = _ignored("constraints are those of the member's shape, as in botocore; from models of before 2021")
_OF_OTHERS = "botocore does not act on it; from other vendors"
_TRAITS = "kept in `TRAITS`, or in `MEMBER_TRAITS` of the members that use a shape without a class"
_MEMBER_TRAITS = "kept in `MEMBER_TRAITS`"
_OPERATION = "kept in the operation's `traits`"

_SHAPE = {
    "type": _used("kind of the shape"),
    "name": _ignored("a shape is called by its key, as in botocore; from other vendors"),
    "documentation": _DOCUMENTATION,
    "documentationUrl": _LINK,
    "sensitive": _used("kept out of `repr` and error texts"),
    "deprecated": _data(_TRAITS),
    "deprecatedMessage": _data(_TRAITS),
    "deprecatedSince": _data(_TRAITS),
    "box": _ignored("None means absent for every member, boxed or not"),
    "locationName": _used("wire name of the members that have none of their own, as in botocore"),
    "xmlNamespace": _used("namespace of the element"),
    "flattened": _used("list or map without an element around its items"),
}
_NUMBER = {
    **_SHAPE,
    "min": _used("`Bounds` of the alias"),
    "max": _used("`Bounds` of the alias"),
}

KEYS: dict[str, dict[str, Key]] = {
    "service": {
        "metadata": _used("package constants"),
        "operations": _used("operations"),
        "shapes": _used("classes and aliases"),
        "documentation": _DOCUMENTATION,
        "documentationUrl": _LINK,
        "authorizers": _ignored("what API Gateway checks callers with; from models of before 2019"),
        "xmlNamespace": _ignored("botocore takes that of the metadata; from other vendors"),
        "version": _ignored("version of the file format, always 2.0"),
        "clientContextParams": _data("package constant `metadata`"),
        "endpointRuleSet": _used("module `io._endpoint_rules`; from `endpoint-rule-set-1.json`"),
        "deprecated": _data("package constant `metadata`"),
        "deprecatedMessage": _data("package constant `metadata`"),
        "examples": _ignored("always empty; examples are in files of their own"),
    },
    "metadata": {
        "apiVersion": _used("constant `api_version`"),
        "endpointPrefix": _used("constant `endpoint_prefix`"),
        "protocol": _used("protocol, where `protocols` is missing"),
        "protocols": _used("constants `protocol` and `protocols`"),
        "serviceFullName": _used("constant `service_full_name`"),
        "serviceId": _used("constant `service_id`"),
        "signatureVersion": _used("constant `signature_version`"),
        "signingName": _used("constant `signing_name`"),
        "targetPrefix": _used("constant `target_prefix`"),
        "jsonVersion": _used("constant `json_version`"),
        "xmlNamespace": _used("constant `xml_namespace`"),
        "globalEndpoint": _used("constant `global_endpoint`"),
        "auth": _data("package constant `metadata`"),
        "awsQueryCompatible": _data("package constant `metadata`"),
        "checksumFormat": _data("package constant `metadata`"),
        "protocolSettings": _data("package constant `metadata`"),
        "ripServiceName": _data("package constant `metadata`"),
        "serviceAbbreviation": _data("package constant `metadata`"),
        "uid": _data("package constant `metadata`"),
        "timestampFormat": _ignored("a protocol has its own default, as in botocore; from Ruby's and older models"),
        "errorNamespace": _ignored(_OF_OTHERS),
        "codeAliases": _ignored(_OF_OTHERS),
        "controlReferences": _data(
            "package constant `metadata`: XML has control characters as references; from a patch"
        ),
        "urlMember": _data("package constant `metadata`: the member that forms have as their URL; from a patch"),
        "virtualHosts": _data(
            "package constant `metadata`, router: the endpoints before whose names the first label may be; from a patch"
        ),
        "noErrorWrapping": _data("package constant `metadata`: the root of XML errors; from a patch"),
        "requestIdHeaders": _data("package constant `metadata`: where responses have their ids; from a patch"),
        "refusalCodes": _data("package constant `metadata`: codes of refused requests; from a patch"),
        "formOperation": _data("package constant `metadata`: what the forms of browsers ask for; from a patch"),
        "requestHeaders": _data("package constant `metadata`: headers of all requests; from a patch"),
    },
    "operation": {
        "name": _used("name of the operation"),
        "http": _used("method, URI and status of the operation"),
        "input": _used("input class"),
        "output": _used("output class"),
        "errors": _used("error union"),
        "documentation": _DOCUMENTATION,
        "documentationUrl": _LINK,
        "alias": _ignored("what an older API called it; no message holds it"),
        "authorizer": _ignored("one of the service's `authorizers`"),
        "idempotent": _data(_OPERATION),
        "readonly": _data(_OPERATION),
        "endpoint": _data(_OPERATION),
        "staticContextParams": _data(_OPERATION),
        "operationContextParams": _data(_OPERATION),
        "deprecated": _data(_OPERATION),
        "deprecatedMessage": _data(_OPERATION),
        "deprecatedSince": _data(_OPERATION),
        "endpointdiscovery": _data(_OPERATION),
        "endpointoperation": _data(_OPERATION),
        "auth": _data(_OPERATION),
        "authtype": _data(_OPERATION),
        "unsignedPayload": _data(_OPERATION),
        "httpChecksum": _data(_OPERATION),
        "httpChecksumRequired": _data(_OPERATION),
        "requestcompression": _data(_OPERATION),
        "pagination": _data(f"{_OPERATION}, and `pages`; from `paginators-1.json`"),
        "waiters": _data(f"{_OPERATION}, by the waiters' names, and `waiters`; from `waiters-2.json`"),
        "bodyDigests": _data(f"{_OPERATION}: the headers that hold digests of the body; from a patch"),
        "encodedMembers": _data(f"{_OPERATION}: the texts that come percent-encoded on request; from a patch"),
        "lastSegments": _data(f"{_OPERATION}: paths to texts of which requests have the last segment; from a patch"),
        "s3UnwrappedXmlOutput": _data(f"{_OPERATION}; from a patch"),
    },
    "http": {
        "method": _used("method of the operation"),
        "requestUri": _used("URI of the operation"),
        "responseCode": _used("status that the server's side answers with"),
    },
    "input": {
        "shape": _used("input class"),
        "locationName": _used("root element of the request body"),
        "xmlNamespace": _used("namespace of the request body"),
        "documentation": _ignored("says less than the shape's own"),
    },
    "output": {
        "shape": _used("output class"),
        "resultWrapper": _used("element around the output in query responses"),
        "documentation": _ignored("says less than the shape's own"),
        "locationName": _used("root element of the response body"),
        "xmlNamespace": _used("namespace of the response body"),
    },
    "errors": {
        "shape": _used("member of the error union"),
        "documentation": _ignored("says less than the shape's own"),
        "exception": _ignored("true for every error"),
        "error": _ignored("the same as on the shape"),
        "fault": _ignored("the same as on the shape"),
    },
    "error": {
        "code": _used("code on the wire"),
        "httpStatusCode": _used("`status` of the error"),
        "senderFault": _used("`fault` of the error"),
        "fault": _used("`fault` of the error"),
        "errorNamespace": _ignored(_OF_OTHERS),
        "codeAliases": _ignored(_OF_OTHERS),
    },
    "xmlNamespace": {
        "uri": _used("namespace"),
        "prefix": _used("prefix of the namespace"),
    },
    "structure": {
        **_SHAPE,
        "members": _used("attributes"),
        "required": _used("`REQUIRED`, and types that are never None"),
        "exception": _used("exception class"),
        "error": _used("code, status and fault of the error"),
        "fault": _used("`fault` of the error"),
        "retryable": _used("`retryable` and `throttling` of the error"),
        "union": _used("union class"),
        "document": _used("`AnyJson`"),
        "eventstream": _used("`EventStreamOf`"),
        "event": _data(_TRAITS),
        "payload": _used("member that is the body"),
        "wrapper": _ignored("botocore's parser finds the element without it"),
        "synthetic": _ignored("says that the shape was made for one operation only"),
        "xmlOrder": _ignored("readers find elements by name; members are written in the model's order"),
    },
    "list": {
        **_SHAPE,
        "member": _used("item of the list"),
        "min": _used("`Len` of the alias"),
        "max": _used("`Len` of the alias"),
        "sparse": _used("items may be None"),
    },
    "map": {
        **_SHAPE,
        "key": _used("key of the map"),
        "value": _used("value of the map"),
        "min": _used("`Len` of the alias"),
        "max": _used("`Len` of the alias"),
        "sparse": _used("values may be None"),
        "asciiHeaders": _data(f"{_TRAITS}: headers of it hold nothing but ASCII; from a patch"),
    },
    "string": {
        **_SHAPE,
        "min": _used("`Len` of the alias"),
        "max": _used("`Len` of the alias"),
        "pattern": _used("`Matches` of the alias"),
        "enum": _used("`StrEnum` class"),
        "jsonvalue": _used("JSON in a string"),
        "lastSegment": _data(f"{_TRAITS}: requests have what is behind the last slash; from a patch"),
        "percentEncodedBefore": _data(
            f"{_TRAITS}: headers have it percent-encoded, but for slashes and from this text on; from a patch"
        ),
    },
    "blob": {
        **_SHAPE,
        "min": _used("`Len` of the alias"),
        "max": _used("`Len` of the alias"),
        "streaming": _used("`StreamingBlob`"),
        "jsonvalue": _ignored("botocore acts on it for strings alone"),
        "requiresLength": _data("kept in `MEMBER_TRAITS` of the members that use the shape"),
        "md5Member": _data(f"{_TRAITS}: the header that has the MD5 of this one, in base64; from a patch"),
    },
    **dict.fromkeys(NUMBERS, _NUMBER),
    "boolean": _SHAPE,
    "timestamp": {
        **_SHAPE,
        "timestampFormat": _used("format on the wire"),
        "milliseconds": _used("reads numbers beyond the year 9999 as milliseconds; from a patch"),
        "fraction": _used("is written with a fraction in XML, be it of zeros; from a patch"),
    },
    "member": {
        "shape": _used("type of the member"),
        "documentation": _DOCUMENTATION,
        "documentationUrl": _LINK,
        "pattern": _ON_MEMBERS,
        "min": _ON_MEMBERS,
        "max": _ON_MEMBERS,
        "locationName": _used("wire name"),
        "location": _used("place in the HTTP message"),
        "queryName": _used("wire name in ec2 requests"),
        "flattened": _used("list or map without an element around its items"),
        "xmlNamespace": _used("namespace of the element"),
        "xmlAttribute": _used("attribute instead of an element"),
        "timestampFormat": _used("format on the wire"),
        "jsonvalue": _used("JSON in a string; nothing for members of other types, as in botocore"),
        "streaming": _used("`StreamingBlob`"),
        "endpointdiscoveryid": _data(_MEMBER_TRAITS),
        "idempotencyToken": _data(_MEMBER_TRAITS),
        "contextParam": _data(_MEMBER_TRAITS),
        "hostLabel": _data(_MEMBER_TRAITS),
        "eventpayload": _data(_MEMBER_TRAITS),
        "eventheader": _data(_MEMBER_TRAITS),
        "textMember": _data(f"{_MEMBER_TRAITS}: the member that has a header's text where it is no date; from a patch"),
        "absentAs": _data(f"{_MEMBER_TRAITS}: what requests have where it is absent or empty; from a patch"),
        "valueName": _data(f"{_MEMBER_TRAITS}: another name that boto3's values may have for it; from a patch"),
        "milliseconds": _used("reads numbers beyond the year 9999 as milliseconds; from a patch"),
        "fraction": _used("is written with a fraction in XML, be it of zeros; from a patch"),
        "deprecated": _data(_MEMBER_TRAITS),
        "deprecatedMessage": _data(_MEMBER_TRAITS),
        "deprecatedSince": _data(_MEMBER_TRAITS),
        "box": _ignored("None means absent for every member, boxed or not"),
        "enum": _ignored("the same as on the shape"),
        "sensitive": _used("kept out of `repr` and error texts"),
    },
    "item": {
        "shape": _used("type of the items"),
        "documentation": _ignored("says less than the shape's own"),
        "locationName": _used("wire name of the items"),
        "xmlNamespace": _used("namespace of the items"),
        "timestampFormat": _used("format on the wire"),
        "jsonvalue": _used("JSON in a string"),
        "flattened": _ignored("botocore does not act on it for items either"),
    },
}
KEYS["key"] = KEYS["value"] = KEYS["item"]
KEYS |= {
    "paginators-1": {
        "pagination": _used("the paginators by operation"),
        "version": _ignored("version of the file format, always 1.0"),
    },
    "pagination": {
        "input_token": _used("members of the input that say where a page begins"),
        "output_token": _used("where outputs have them for the next page"),
        "more_results": _used("where outputs say whether there is another page"),
        "limit_key": _used("member of the input that limits the size of a page"),
        "result_key": _used("where outputs have the results"),
        "non_aggregate_keys": _used("where outputs have what is the same on each page"),
    },
    "waiters-2": {
        "waiters": _used("the waiters by name"),
        "version": _used("version of the file format, always 2"),
    },
    "waiter": {
        "operation": _used("operation that is asked"),
        "delay": _used("seconds between two requests"),
        "maxAttempts": _used("how many requests are sent at most"),
        "acceptors": _used("rules"),
        "description": _DOCUMENTATION,
    },
    "acceptor": {
        "state": _used("what a response says that matches"),
        "matcher": _used("what is compared"),
        "expected": _used("what it has to be"),
        "argument": _used("place in the output"),
    },
}

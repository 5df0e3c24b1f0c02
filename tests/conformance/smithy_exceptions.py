"""Smithy's cases that do not hold, as in `conformance.exceptions`: by right.

Each has to fail where it is listed.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from conformance import exceptions as listing
from conformance.exceptions import exceptions
from conformance.smithy import Malformed, SmithyCase, Streamed

_NO_DEFAULTS = "Is about default values, which botocore's models do not have"
_NO_MEDIA_TYPE = "Is about the media type of a blob, which botocore's models do not have"
_NO_ENDPOINTS = "Is about a host that comes from endpoint rules and configuration, not from the operation"
_ORDER = "Has its elements in another order than the model its members, which is nothing to readers of XML"

BY_RIGHT = (
    exceptions(
        "written",
        _NO_DEFAULTS,
        "input/restjson/RestJsonClientPopulatesDefaultValuesInInput",
        "input/jsonrpc10/AwsJson10ClientPopulatesDefaultValuesInInput",
        "input/restjson/RestJsonClientPopulatesNestedDefaultValuesWhenMissing",
        "input/jsonrpc10/AwsJson10ClientPopulatesNestedDefaultValuesWhenMissing",
        "input/rpcv2protocol/RpcV2CborClientPopulatesDefaultValuesInInput",
        "output/jsonrpc10/AwsJson10ServerPopulatesNestedDefaultValuesWhenMissingInInResponseParams",
        "output/restjson/RestJsonServerPopulatesNestedDefaultValuesWhenMissingInInResponseParams",
        "output/rpcv2protocol/RpcV2CborServerPopulatesDefaultsInResponseWhenMissingInParams",
    ),
    exceptions(
        "read",
        _NO_DEFAULTS,
        "input/jsonrpc10/AwsJson10ServerPopulatesDefaultsWhenMissingInRequestBody",
        "input/restjson/RestJsonServerPopulatesDefaultsWhenMissingInRequestBody",
        "input/rpcv2protocol/RpcV2CborServerPopulatesDefaultsWhenMissingInRequestBody",
        "input/restjson/RestJsonServerPopulatesNestedDefaultsWhenMissingInRequestBody",
        "output/jsonrpc10/AwsJson10ClientPopulatesDefaultsValuesWhenMissingInResponse",
        "output/jsonrpc10/AwsJson10ClientErrorCorrectsWhenServerFailsToSerializeRequiredValues",
        "output/jsonrpc10/AwsJson10ClientPopulatesNestedDefaultsWhenMissingInResponseBody",
        "output/jsonrpc10/AwsJson10ClientErrorCorrectsWithDefaultValuesWhenServerFailsToSerializeRequiredValues",
        "output/restjson/RestJsonClientPopulatesDefaultsValuesWhenMissingInResponse",
        "output/restjson/RestJsonClientPopulatesNestedDefaultsWhenMissingInResponseBody",
    ),
    exceptions(
        "written",
        _NO_MEDIA_TYPE,
        "input/restjson/RestJsonHttpPayloadTraitsWithMediaTypeWithBlob",
        "input/restjson/RestJsonStreamingTraitsWithMediaTypeWithBlob",
        "input/restxml/HttpPayloadTraitsWithMediaTypeWithBlob",
        "output/restjson/RestJsonHttpPayloadTraitsWithMediaTypeWithBlob",
        "output/restjson/RestJsonStreamingTraitsWithMediaTypeWithBlob",
        "output/restxml/HttpPayloadTraitsWithMediaTypeWithBlob",
    ),
    exceptions(
        "written",
        _NO_ENDPOINTS,
        "input/amazonml20141212/MachinelearningPredictEndpoint",
        "input/amazons3/S3DefaultAddressing",
        "input/amazons3/S3VirtualHostAddressing",
        "input/amazons3/S3VirtualHostDualstackAddressing",
        "input/amazons3/S3VirtualHostAccelerateAddressing",
        "input/amazons3/S3VirtualHostDualstackAccelerateAddressing",
        "input/amazons3/S3EscapeObjectKeyInUriLabel",
    ),
    exceptions(
        "written",
        "Shows that clients read any offset from UTC; servers write UTC",
        "output/restxml/RestXmlDateTimeWithPositiveOffset",
        "output/restxml/RestXmlDateTimeWithNegativeOffset",
    ),
    exceptions(
        "written",
        "Shows that clients pass over members that the model does not have",
        "output/restxml/InvalidGreetingError",
    ),
    exceptions(
        "written",
        "The answer has the id of the request, as AWS sends it, and the namespace of the service",
        "output/awsquery/QueryNoInputAndNoOutputWithResponseMetadata",
    ),
    exceptions(
        "written",
        _ORDER,
        "input/restxmlwithnamespace/XmlNamespaceSimpleScalarProperties",
        "output/restxmlwithnamespace/XmlNamespaceSimpleScalarProperties",
    ),
    exceptions(
        "read",
        "A stream of no bytes is one to clients, as to all SDKs: S3 has empty objects. Smithy's own model says so by a "
        "default, which botocore's models do not have",
        "output/restjson/RestJsonStreamingTraitsWithNoBlobBody",
    ),
)

MALFORMED = {
    "botocore's models have no byte and short: the shape is an integer": (
        "restjson/RestJsonBodyByteUnderflowOverflow[0]",
        "restjson/RestJsonBodyByteUnderflowOverflow[1]",
        "restjson/RestJsonPathByteUnderflowOverflow[0]",
        "restjson/RestJsonPathByteUnderflowOverflow[1]",
        "restjson/RestJsonQueryByteUnderflowOverflow[0]",
        "restjson/RestJsonQueryByteUnderflowOverflow[1]",
        "restjson/RestJsonHeaderByteUnderflowOverflow[0]",
        "restjson/RestJsonHeaderByteUnderflowOverflow[1]",
        "restjson/RestJsonPathShortUnderflowOverflow[0]",
        "restjson/RestJsonPathShortUnderflowOverflow[1]",
        "restjson/RestJsonHeaderShortUnderflowOverflow[0]",
        "restjson/RestJsonHeaderShortUnderflowOverflow[1]",
    ),
    f"{_NO_MEDIA_TYPE}: any is taken": (
        "restjson/RestJsonWithPayloadExpectsModeledContentType",
        "restjson/RestJsonWithPayloadExpectsImpliedContentType",
        "restjson/RestJsonWithPayloadExpectsModeledAccept",
    ),
    "botocore's models do not say which values of an enum are internal": (
        "restjsonvalidation/RestJsonMalformedEnumString[0]",
        "restjsonvalidation/RestJsonMalformedEnumString[1]",
        "restjsonvalidation/RestJsonMalformedEnumTraitString[0]",
        "restjsonvalidation/RestJsonMalformedEnumTraitString[1]",
        "restjsonvalidation/RestJsonMalformedEnumList[0]",
        "restjsonvalidation/RestJsonMalformedEnumList[1]",
        "restjsonvalidation/RestJsonMalformedEnumMapKey[0]",
        "restjsonvalidation/RestJsonMalformedEnumMapKey[1]",
    ),
}
"""Malformed requests that are accepted or answered otherwise, by reason."""

_NO_UNIQUE_ITEMS = "botocore's models have no uniqueItems"


def params(cases: Iterable[SmithyCase], direction: listing.Direction) -> list[object]:
    """The cases as parameters of a test, those that are listed here marked as failing."""
    return listing.params(cases, direction, (*listing.EXCEPTIONS, *BY_RIGHT))


def malformed_params(cases: Iterable[Malformed]) -> list[object]:
    """The cases of malformed requests, those that are known to differ marked."""
    reasons = {key: reason for reason, keys in MALFORMED.items() for key in keys}
    reasons |= {case.key: _NO_UNIQUE_ITEMS for case in cases if "UniqueItems" in case.key}
    return [
        pytest.param(
            case,
            id=case.key,
            marks=[pytest.mark.xfail(reason=reasons[case.key], raises=AssertionError, strict=True)]
            if case.key in reasons
            else [],
        )
        for case in cases
    ]


_OPEN_CLIENTS = "Clients are open: a service may leave out a member that its model requires"

STREAMS: dict[tuple[str, str], str] = {
    ("read", "restjson/MissingRequiredInitialResponseOutput"): _OPEN_CLIENTS,
    ("read", "restjson/DuplexMissingRequiredInitialResponseOutput"): _OPEN_CLIENTS,
}
"""Event streams that do not hold, by direction and key."""


def stream_params(cases: Iterable[Streamed], direction: listing.Direction) -> list[object]:
    """The cases of event streams, those that are known to differ marked."""
    return [
        pytest.param(
            case,
            id=case.key,
            marks=[pytest.mark.xfail(reason=STREAMS[direction, case.key], strict=True)]
            if (direction, case.key) in STREAMS
            else [],
        )
        for case in cases
    ]

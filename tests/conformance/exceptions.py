"""Vectors that do not hold in one direction or another, with the reason: there is no other way to leave one out.

Each of them has to fail where it is listed. One that holds fails the run, so that no entry outlives its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import pytest
from attrs import frozen
from conformance.vectors import Case

from botobind.errors import BotobindError

Direction = Literal["written", "read", "returned"]
"""A value becomes the vector's message; the vector's message becomes the value; a message of ours becomes the value."""


@frozen
class Exceptions:
    """Vectors that fail in a direction for the same reason."""

    direction: Direction
    reason: str
    keys: frozenset[str]


def exceptions(direction: Direction, reason: str, *keys: str) -> Exceptions:
    return Exceptions(direction, reason, frozenset(keys))


EXCEPTIONS = (
    exceptions(
        "written",
        "The root of a payload is to be its shape's name, though the member has a locationName (its own name). S3's "
        "PutBucketLifecycleConfiguration has the very same form, and the service takes the member's name alone: "
        "LifecycleConfiguration, not BucketLifecycleConfiguration",
        "input/rest-xml/HttpPayloadWithXmlNamespace",
        "input/rest-xml/HttpPayloadWithXmlNamespaceAndPrefix",
        "input/rest-xml/RestXmlHttpPayloadWithUnion",
        "input/rest-xml/XmlAttributesOnPayload",
        "output/rest-xml/HttpPayloadWithXmlNamespace",
        "output/rest-xml/HttpPayloadWithXmlNamespaceAndPrefix",
        "output/rest-xml/RestXmlHttpPayloadWithUnion",
    ),
    exceptions(
        "written",
        "The namespace of a structure's shape is to be left out where the structure is a member. S3's Grantee, the "
        "only such shape of the catalogue, has its namespace there, and the rest-xml vector XmlNamespaces writes it",
        "output/ec2/Ec2XmlNamespaces",
        "output/query/QueryXmlNamespaces",
    ),
    exceptions(
        "written",
        "The answer has status 400, the error's model says 402, as does the answer of the query vector "
        "QueryCustomizedError with the same model",
        "output/json_1_0-query-compatible/QueryCompatibleAwsJson10CustomCodeError",
        "output/smithy-rpc-v2-cbor-query-compatible/QueryCompatibleRpcV2CborCustomCodeError",
    ),
    exceptions(
        "written",
        "Shows that clients read any offset from UTC; servers write UTC",
        "output/ec2/Ec2QueryDateTimeWithNegativeOffset",
        "output/ec2/Ec2QueryDateTimeWithPositiveOffset",
        "output/json/AwsJson11DateTimeWithNegativeOffset",
        "output/json/AwsJson11DateTimeWithPositiveOffset",
        "output/query/AwsQueryDateTimeWithNegativeOffset",
        "output/query/AwsQueryDateTimeWithPositiveOffset",
        "output/rest-json/RestJsonDateTimeWithNegativeOffset",
        "output/rest-json/RestJsonDateTimeWithPositiveOffset",
        "output/rest-xml/RestXmlDateTimeWithNegativeOffset",
        "output/rest-xml/RestXmlDateTimeWithPositiveOffset",
    ),
    exceptions(
        "returned",
        "A map of all headers has the Content-Type as well, which servers of restJson1 send with every document",
        "output/rest-json/HttpPrefixHeadersResponse",
    ),
    exceptions(
        "written",
        "Shows that clients pass over nulls, which no server of ours writes",
        "output/json/AwsJson11StructuresDontDeserializeNullValues",
        "output/rest-json/RestJsonDoesntDeserializeNullStructureValues",
        "output/smithy-rpc-v2-cbor/RpcV2CborClientDoesntDeserializeNullStructureValues",
    ),
    exceptions(
        "written",
        "Shows that clients pass over members that the model does not have; there is no value to write them from",
        "output/rest-xml/InvalidGreetingError",
        "output/smithy-rpc-v2-cbor/RpcV2CborExtraFieldsInTheBodyShouldBeSkippedByClients",
    ),
    *(
        exceptions(
            direction,
            "The answer lacks the header smithy-protocol. By the protocol's specification that makes it malformed",
            "output/smithy-rpc-v2-cbor/RpcV2CborPayloadWithUnsetUnion",
        )
        for direction in ("written", "read", "returned")
    ),
)


def params(cases: Iterable[Case], direction: Direction, listed_in: Iterable[Exceptions] = EXCEPTIONS) -> list[object]:
    """The cases as parameters of a test, those that are listed marked as failing."""
    reasons: Mapping[str, str] = {
        key: listed.reason for listed in listed_in if listed.direction == direction for key in listed.keys
    }
    return [
        pytest.param(
            case,
            id=case.key,
            marks=[pytest.mark.xfail(reason=reasons[case.key], raises=(AssertionError, BotobindError), strict=True)]
            if case.key in reasons
            else [],
        )
        for case in cases
    ]

"""What each kind of change means for whom. A fact about compatibility is one row in one of these modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from botobind.rules.naming import XML_PROTOCOLS
from botobind.tables import REST_PROTOCOLS
from botobind_codegen.diff.changes import Rule
from botobind_codegen.diff.rules.members import MEMBER_RULES
from botobind_codegen.diff.rules.operations import OPERATION_RULES
from botobind_codegen.diff.rules.row import row
from botobind_codegen.diff.rules.service import SERVICE_RULES
from botobind_codegen.diff.rules.shapes import SHAPE_RULES

RULES: Final[tuple[Rule, ...]] = (*SERVICE_RULES, *OPERATION_RULES, *SHAPE_RULES, *MEMBER_RULES)
"""The table."""

RESTATED = row("any subject", "restated, reordered", "", "the model says the same in other words or in another order")
"""What holds for every subject, before its own rows."""

NO_EFFECT = row("any subject", "", "", "no protocol that both models speak acts on it")
"""What holds where `ONLY_IN` says so: what a protocol that is added or removed means is told by that."""

UNKNOWN = row(
    "any other subject", "", "callers, servers, stored", "nobody has said yet what this means; it has to be looked at"
)
"""What holds for a subject, or a change, that has no row."""

_RPC = frozenset({"json", "smithy-rpc-v2-cbor"})

ONLY_IN: Final[Mapping[str, frozenset[str]]] = {
    "metadata.targetPrefix": _RPC,
    "metadata.jsonVersion": frozenset({"json"}),
    "metadata.awsQueryCompatible": _RPC,
    "metadata.noErrorWrapping": frozenset({"rest-xml"}),
    "http.method": REST_PROTOCOLS,
    "http.requestUri": REST_PROTOCOLS,
    "http.responseCode": REST_PROTOCOLS,
    "input.locationName": frozenset({"rest-xml"}),
    "output.locationName": frozenset({"rest-xml"}),
    "output.resultWrapper": frozenset({"query"}),
    "shape.payload": REST_PROTOCOLS,
    "shape.root": frozenset({"rest-xml"}),
    "shape.locationName": REST_PROTOCOLS | XML_PROTOCOLS,
    "shape.flattened": XML_PROTOCOLS,
    "member.flattened": XML_PROTOCOLS,
    "member.location": REST_PROTOCOLS,
    "member.label": REST_PROTOCOLS,
    "member.parameter": REST_PROTOCOLS,
    "member.locationName": REST_PROTOCOLS | XML_PROTOCOLS,
    "member.queryName": frozenset({"ec2"}),
    "member.xmlAttribute": XML_PROTOCOLS,
    "item.locationName": XML_PROTOCOLS,
}
"""The protocols that act on a subject, where not all do."""

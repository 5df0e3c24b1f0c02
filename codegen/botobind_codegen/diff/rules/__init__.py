"""What each kind of change means for whom. A fact about compatibility is one row in one of these modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from botobind_codegen.diff.model import Rule
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

_REST = frozenset({"rest-json", "rest-xml"})
_XML = frozenset({"rest-xml", "query", "ec2"})
_RPC = frozenset({"json", "smithy-rpc-v2-cbor"})

ONLY_IN: Final[Mapping[str, frozenset[str]]] = {
    "metadata.targetPrefix": _RPC,
    "metadata.jsonVersion": frozenset({"json"}),
    "metadata.awsQueryCompatible": _RPC,
    "metadata.noErrorWrapping": frozenset({"rest-xml"}),
    "http.method": _REST,
    "http.requestUri": _REST,
    "http.responseCode": _REST,
    "input.locationName": frozenset({"rest-xml"}),
    "output.locationName": frozenset({"rest-xml"}),
    "output.resultWrapper": frozenset({"query"}),
    "shape.payload": _REST,
    "shape.root": frozenset({"rest-xml"}),
    "shape.locationName": _REST | _XML,
    "shape.flattened": _XML,
    "member.flattened": _XML,
    "member.location": _REST,
    "member.label": _REST,
    "member.parameter": _REST,
    "member.locationName": _REST | _XML,
    "member.queryName": frozenset({"ec2"}),
    "member.xmlAttribute": _XML,
    "item.locationName": _XML,
}
"""The protocols that act on a subject, where not all do."""

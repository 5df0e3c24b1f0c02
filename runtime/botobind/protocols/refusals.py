"""What a server tells a client whose input breaks constraints: the violations in the words of Smithy's
`smithy.framework#ValidationException`, with their paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from botobind import formats, schema
from botobind.constraints import Bounds, Len, Matches
from botobind.errors import MapKey, RequestError, UnknownOperationError, Violation
from botobind.protocols import places
from botobind.rules.naming import XML_PROTOCOLS
from botobind.validation.checks import keeps
from botobind.validation.matching import Budget
from botobind.validation.missing import MOST_TOLD

if TYPE_CHECKING:
    from botobind.errors import MissingError, Step
    from botobind.http import HttpRequest
    from botobind.protocols.base import Protocol
    from botobind.schema import Node
    from botobind.shapes import Shape

VALIDATION_EXCEPTION = "ValidationException"
"""The code of the error that says which members break which constraints."""

SERIALIZATION_EXCEPTION = "SerializationException"
"""The code of the error for a request that cannot be read."""
UNKNOWN_OPERATION = "UnknownOperationException"
"""The code of the error for a request that asks for nothing the service has."""

_OF_FORMS = {VALIDATION_EXCEPTION: "ValidationError", SERIALIZATION_EXCEPTION: "MalformedInput"}
_CODES: Mapping[str, Mapping[str, str]] = {
    # https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    "query": {**_OF_FORMS, UNKNOWN_OPERATION: "InvalidAction"},
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    "ec2": {
        VALIDATION_EXCEPTION: "InvalidParameterValue",
        SERIALIZATION_EXCEPTION: "InvalidParameterValue",
        UNKNOWN_OPERATION: "InvalidAction",
    },
    # https://docs.aws.amazon.com/Route53/latest/APIReference/CommonErrors.html
    "rest-xml": _OF_FORMS,
}
"""The codes of the older protocols, by those of Smithy's, which others have."""
_STATUSES = {"EntityTooLarge": 400, "InvalidAction": 400, "MethodNotAllowed": 405}
"""The statuses of codes that have one in all cases."""

_Found = Iterator[Violation]


def refusal(protocol: Protocol, error: RequestError) -> UnknownOperationError:
    """The error that a service answers with. In JSON and CBOR it says which members break which constraints."""
    # What is wrong with all of a request has no place in it.
    message = str(error) if error.steps else error.reason
    members: dict[str, Any] = {}
    if error.violations:
        message = summary(error.violations)
        members["fieldList"] = [{"path": path, "message": reason} for path, reason in error.violations]
    code, status = _code_and_status(protocol, error)
    found = UnknownOperationError(
        code, message, {} if protocol.name in XML_PROTOCOLS else {"message": message, **members}
    )
    found.status = status
    found.fault = "client"
    return found


def _code_and_status(protocol: Protocol, error: RequestError) -> tuple[str, int]:
    """The code and the status that a service has for a refusal."""
    code, steps = error.code, error.steps
    if (
        code == SERIALIZATION_EXCEPTION
        and protocol.name == "rest-xml"
        and steps
        and not _is_in_body(protocol, steps[0])
    ):
        code = VALIDATION_EXCEPTION  # no document is to blame
    own = protocol.service.refusal_codes.get(code) or _CODES.get(protocol.name, {}).get(code, code)
    return own, _STATUSES.get(own, error.status)


def _is_in_body(protocol: Protocol, member: Step) -> bool:
    return protocol.input is None or any(place.member == member for place in places.in_body(protocol.input))


def check_input(value: Shape) -> None:
    """Raises `RequestError` with the violations of an input's constraints, the first hundred of them: required members,
    lengths, ranges, patterns, and enums, which are closed for servers.
    """
    found = () if keeps(value, is_decoded=True) else tuple(islice(_structure(value, "", Budget()), MOST_TOLD))
    if found:
        raise RequestError(summary(found), code=VALIDATION_EXCEPTION, violations=found)


def missing(error: MissingError, protocol: Protocol, request: HttpRequest, *, constraints: bool) -> RequestError:
    """The refusal for a request that lacks required members, of which an error tells the first: with all of them, and
    with what else breaks constraints where those count, as far as the rest of the request can be read.
    """

    def look() -> tuple[Violation, ...]:
        value: Any = protocol.read_strictly(request)[0]
        found = (each for each in _structure(value, "", Budget()) if constraints or each == _absent(each.path))
        return tuple(islice(found, MOST_TOLD))

    is_stream = protocol.input is not None and protocol.input.EVENTS is not None
    # What was taken from a stream is gone.
    found = None if is_stream else formats.tree.second_look(look)
    if not found:
        steps = (protocol.member_called(str(error.steps[0])), *error.steps[1:])
        names = (step.key if isinstance(step, MapKey) else str(step) for step in steps)
        found = (_absent("".join(f"/{_escaped(name)}" for name in names)),)
    reason = error.reason if len(found) == 1 else summary(found)
    return RequestError(reason, error.steps, code=VALIDATION_EXCEPTION, violations=found)


def summary(found: tuple[Violation, ...]) -> str:
    """The message of an error with these violations."""
    count = len(found)
    return f"{count} validation error{'s' if count != 1 else ''} detected. {'; '.join(v.reason for v in found)}"


def _structure(value: Shape, path: str, budget: Budget) -> _Found:
    for member in schema.members_of(value.__class__):
        item = getattr(value, member.attribute, None)
        below = f"{path}/{_escaped(member.name)}"
        if item is not None:
            yield from _node(member.node, item, below, budget)
        elif member.required:
            yield _absent(below)


def _escaped(step: str) -> str:
    """A step of a JSON pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def _absent(path: str) -> Violation:
    return _violation(path, "Member must not be null")


def _violation(path: str, demand: str, *, length: int | None = None) -> Violation:
    subject = "Value" if length is None else f"Value with length {length}"
    return Violation(path, f"{subject} at '{path}' failed to satisfy constraint: {demand}")


def _node(node: Node, item: Any, path: str, budget: Budget) -> _Found:
    match node:
        case schema.Scalar():
            yield from _scalar(node, item, path, budget)
        case schema.Reference():
            yield from _structure(item, path, budget)
        case schema.ListOf(item=inner):
            yield from _constraints(node.constraints, item, path, budget)
            for index, entry in enumerate(item):
                if entry is not None:
                    yield from _node(inner, entry, f"{path}/{index}", budget)
        case schema.MapOf(key=key_node, value=inner):
            yield from _constraints(node.constraints, item, path, budget)
            is_hidden = schema.is_sensitive(key_node) or schema.is_sensitive(node)
            for key, entry in item.items():
                # What is wrong with a key is wrong with the map.
                yield from _scalar(key_node, key, path, budget)
                if entry is not None:
                    yield from _node(inner, entry, f"{path}/{'…' if is_hidden else _escaped(key)}", budget)


def _scalar(node: schema.Scalar, item: Any, path: str, budget: Budget) -> _Found:
    if node.kind in ("stream", "document"):
        return
    if node.enum is not None and item not in _values(node.enum):
        yield _violation(path, f"Member must satisfy enum value set: [{', '.join(_values(node.enum))}]")
    yield from _constraints(node.constraints, item, path, budget)


def _values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


def _constraints(constraints: tuple[object, ...], item: Any, path: str, budget: Budget) -> _Found:
    is_too_long = False
    for constraint in constraints:
        match constraint:
            case Len(minimum=least, maximum=greatest):
                size = len(item)
                is_too_long = greatest is not None and size > greatest
                if size < least or is_too_long:
                    yield _violation(path, _length_demand(least, greatest), length=size)
            case Bounds(minimum=least, maximum=greatest):
                # Written like this, NaN is out of all bounds.
                if not ((least is None or item >= least) and (greatest is None or item <= greatest)):
                    yield _violation(path, _range_demand(least, greatest))
            case Matches(pattern=pattern) if not is_too_long and not _is_sure_to_match(pattern, item, budget):
                yield _violation(path, f"Member must satisfy regular expression pattern: {pattern}")


def _is_sure_to_match(pattern: str, text: str, budget: Budget) -> bool:
    try:
        return budget.matches(pattern, text)
    except TimeoutError:
        return False


def _length_demand(least: int, greatest: int | None) -> str:
    if greatest is None:
        return f"Member must have length greater than or equal to {least}"
    if not least:
        return f"Member must have length less than or equal to {greatest}"
    return f"Member must have length between {least} and {greatest}, inclusive"


def _range_demand(least: float | None, greatest: float | None) -> str:
    if greatest is None:
        return f"Member must be greater than or equal to {least}"
    if least is None:
        return f"Member must be less than or equal to {greatest}"
    return f"Member must be between {least} and {greatest}, inclusive"


__all__ = ["UNKNOWN_OPERATION", "VALIDATION_EXCEPTION", "check_input", "missing", "refusal", "summary"]

"""Other libraries on the same bytes, where they are installed and do the same work: bytes to values of plain classes.

None of them has a response's metadata, errors, or blobs and times in every format, so these are no compared libraries
of equal duties: they show what the ideas behind them cost.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any

import attrs
import cattrs.preconf.msgspec
import msgspec
from corpus import Direction

from measuring import botocores
from measuring.comparisons import Comparison, WrongError
from measuring.models import Shape

Run = Callable[[], object]

_PLAIN = ("ListOpportunities", "ListFunctions")
"""Operations whose responses are plain JSON, without recursion."""

_SCALARS: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "long": int,
    "double": float,
    "float": float,
    "boolean": bool,
    "timestamp": datetime,
}


def peers(comparison: Comparison) -> Iterator[tuple[str, Run]]:
    """The names of the peers that read the body of a case, and what is timed of each."""
    case = comparison.case
    if case.direction is not Direction.DECODE:
        return
    if case.operation in _PLAIN:
        shape = botocores.operation_model(case.service, case.operation, case.protocol).output_shape
        yield "msgspec Structs", _checked(_structs(shape), comparison)
        yield "cattrs", _checked(_classes(shape), comparison)
    if (case.service, case.operation) in _CAPO:
        read = _capo(*_CAPO[case.service, case.operation])
        if read is not None:
            yield f"capo-{case.service}", _checked(read, comparison)


def _checked(read: Callable[[bytes], Any], comparison: Comparison) -> Run:
    """Refuses a peer that leaves something out: what it reads has as many values as ours."""
    found, expected = (_leaves(value) for value in (read(comparison.body), comparison.value))
    if found != expected:
        raise WrongError(f"a peer reads {found} values of {comparison.case.name}, not {expected}")
    return partial(read, comparison.body)


def _leaves(value: object) -> int:
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    elif attrs.has(kind := type(value)):
        value = {member.name: getattr(value, member.name) for member in attrs.fields(kind)}
    if isinstance(value, Mapping):
        return sum(_leaves(item) for item in value.values())
    if isinstance(value, list):
        return sum(_leaves(item) for item in value)
    return int(value is not None)


def _structs(shape: Shape) -> Callable[[bytes], Any]:
    """Structs, decoded by msgspec."""
    struct = _typed(shape, lambda name, members: msgspec.defstruct(name, _optional(members), kw_only=True))
    return msgspec.json.Decoder(struct).decode


def _classes(shape: Shape) -> Callable[[bytes], Any]:
    """Classes of attrs, structured by cattrs from what msgspec parses: the fastest of its converters."""

    def define(name: str, members: Mapping[str, Any]) -> type:
        attributes = {member: attrs.field(default=None, type=kind | None) for member, kind in members.items()}
        return attrs.make_class(name, attributes, kw_only=True)

    converter = cattrs.preconf.msgspec.make_converter(detailed_validation=False)
    return partial(converter.loads, cl=_typed(shape, define))


def _optional(members: Mapping[str, Any]) -> list[tuple[str, Any, None]]:
    return [(name, kind | None, None) for name, kind in members.items()]


def _typed(shape: Shape, define: Callable[[str, Mapping[str, Any]], type]) -> Any:
    """The type of a shape; `define` makes one of a structure's members."""

    @cache
    def structure(name: str) -> type:
        return define(name, {member: typed(inner) for member, inner in found[name].members.items()})

    found: dict[str, Shape] = {}

    def typed(inner: Shape) -> Any:
        match inner.type_name:
            case "structure":
                found[inner.name] = inner
                return structure(inner.name)
            case "list":
                return list[typed(inner.member)]  # type: ignore[misc]
            case "map":
                return dict[str, typed(inner.value)]  # type: ignore[misc]
            case kind:
                return _SCALARS[kind]

    return typed(shape)


_CAPO = {
    ("ec2", "DescribeInstances"): ("capo_ec2", "describe_instances_result", "deserialize_ec2_query"),
    ("ec2", "DescribeRegions"): ("capo_ec2", "describe_regions_result", "deserialize_ec2_query"),
    ("s3", "ListObjectsV2"): ("capo_s3", "list_objects_v2_output", "deserialize_xml"),
}
"""Operations that SDKs of the same aim have: package, module and function that read the response."""


def _capo(package: str, module: str, function: str) -> Callable[[bytes], Any] | None:
    try:
        parse = importlib.import_module(f"{package}._protocol.xml").fromstring
    except ModuleNotFoundError:
        return None
    read = vars(importlib.import_module(f"{package}.types.{module}"))[function]
    return lambda body: read(parse(body))

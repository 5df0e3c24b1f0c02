"""Every Python name that is made from a name of a service model: attributes, modules, classes, enums, packages."""

from __future__ import annotations

import keyword
import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

from botocore import xform_name

from botobind.serializers import AllBodyFormats
from botobind.shapes import Union
from botobind_codegen.imported import BUILTINS, MODULE_NAMES, OPERATION_MODULE_NAMES, WAITER_MODULE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

ACRONYMS = {
    # How models spell it → how it has to be spelt for `xform_name` to take it as one word.
    "ARNs": "Arns",
    "CIDRs": "Cidrs",
    "DBs": "Dbs",
    "DBv": "DbV",
    "ETag": "Etag",
    "FSx": "Fsx",
    "GBs": "Gbs",
    "GiB": "Gib",
    "IAm": "Iam",
    "IOPs": "Iops",
    "IPs": "Ips",
    "IPv4": "Ipv4",
    "IPv6": "Ipv6",
    "IdPs": "Idps",
    "KiB": "Kib",
    "MBs": "Mbs",
    "MLflow": "Mlflow",
    "MiB": "Mib",
    "OAuth": "Oauth",
    "QnA": "Qna",
    "RStudio": "Rstudio",
    "SaaS": "Saas",
    "TBs": "Tbs",
    "TTPs": "Ttps",
    "TiB": "Tib",
    "VCPUs": "Vcpus",
    "VCpu": "Vcpu",
    "VTep": "Vtep",
    "vCpu": "vcpu",
    "vCPU": "vcpu",
}
"""Spellings that botocore's `xform_name` splits badly (`ETag` → `e_tag`, `OAuth` → `o_auth`, `GiB` → `gi_b`)."""

_ACRONYM = re.compile("|".join(sorted(ACRONYMS, key=lambda name: (-len(name), name))))

SHAPE_ATTRIBUTES = frozenset(
    {
        *(name for base in (AllBodyFormats, Union) for name in dir(base) if not name.startswith("_")),
        *("error_of_json", "error_of_xml", "error_to_json", "error_to_xml"),
    }
)
"""Methods and attributes of our own, which no member may hide."""

ERROR_ATTRIBUTES = frozenset(
    {
        *("code", "status", "request_id", "fault", "retryable", "throttling", "attempts"),
        *("args", "with_traceback", "add_note"),
    }
)
"""What errors have besides. `message` is not among them: a member of that name is the message."""

CLIENT_ATTRIBUTES = frozenset({"close", "wait"})
"""What clients have beside their operations: no method can be called so."""

ARGUMENT_NAMES = frozenset({"self", "cls"})
"""First arguments of the constructor and of `make`: no other can have their names."""

ANNOTATION_NAMES = frozenset(
    {
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "list",
        "dict",
        "datetime",
        "object",
        "type",
        "super",
        "property",
        "classmethod",
        "staticmethod",
        "tuple",
        "frozenset",
    }
)
"""Names in annotations and class bodies: an attribute of that name would hide them there."""

CONSTANT_NAMES = frozenset(
    {
        "service", "service_id", "service_full_name", "api_version", "endpoint_prefix", "protocol", "protocols",
        "target_prefix", "json_version", "signature_version", "signing_name", "xml_namespace", "global_endpoint",
        "metadata",
    }
)  # fmt: skip
"""The constants of a package, beside which its classes are."""

_WINDOWS_NAMES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that Windows keeps for itself: no file and no folder can be called so, whatever comes after a dot."""

RESERVED_MODULES = frozenset({"scalars", "operation_errors", "common_errors", *_WINDOWS_NAMES})
"""Modules of `values` that are not named after a shape, and those that Windows could not write."""

RESERVED_CLASSES = MODULE_NAMES | CONSTANT_NAMES | BUILTINS
"""What no class can be called."""

_OF_STRUCTURES = SHAPE_ATTRIBUTES | ARGUMENT_NAMES | ANNOTATION_NAMES
_OF_ERRORS = _OF_STRUCTURES | ERROR_ATTRIBUTES


def snake_case(name: str) -> str:
    """The name in snake case, as botocore's `xform_name` has it, acronyms aside."""
    spelt = _ACRONYM.sub(lambda match: ACRONYMS[match[0]], name)
    return _letters(xform_name(spelt)).strip("_") or "_"


def _letters(name: str) -> str:
    """The name with an underscore for whatever an identifier cannot have, normalized as Python does it with
    identifiers.
    """
    normal = unicodedata.normalize("NFKC", name)
    if f"_{normal}".isidentifier():
        return normal
    return "".join(character if f"_{character}".isidentifier() else "_" for character in normal)


def _identifier(name: str, reserved: AbstractSet[str]) -> str:
    candidate = _letters(name)
    if not candidate.isidentifier():
        candidate = f"_{candidate}"
    while keyword.iskeyword(candidate) or candidate in reserved:
        candidate += "_"
    return candidate


def distinct(
    names: Iterable[str],
    transform: dict[str, str],
    *,
    fold_case: bool = False,
    pinned: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """The transformed names, made distinct: of names that fold together the first in alphabetical order stays as it is,
    the others get `_2`, `_3`, and so on. Names that are pinned are what they are, and nothing else is called so. The
    response depends on these two alone.
    """
    ordered = sorted(names)
    result = {name: pinned[name] for name in ordered if name in pinned}
    taken = {name.lower() if fold_case else name for name in result.values()}
    for name in (name for name in ordered if name not in pinned):
        candidate, count = transform[name], 1
        while (candidate.lower() if fold_case else candidate) in taken:
            count += 1
            candidate = f"{transform[name].rstrip('_') or '_'}_{count}"
        taken.add(candidate.lower() if fold_case else candidate)
        result[name] = candidate
    return result


def attribute_names(members: Iterable[str], *, exception: bool = False) -> dict[str, str]:
    """The attribute of each member of a structure, in the members' order.

    None begins with an underscore, which attrs would take from the argument of the constructor.
    """
    names = list(members)
    reserved = _OF_ERRORS if exception else _OF_STRUCTURES
    spelt = {name: _identifier(_beginning_with_letter(snake_case(name)), reserved) for name in names}
    chosen = distinct(names, spelt)
    return {name: chosen[name] for name in names}


def _beginning_with_letter(name: str) -> str:
    bare = name.strip("_")
    return name if bare.isidentifier() else f"member_{bare}".rstrip("_")


def class_names(shapes: Iterable[str], pinned: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The class or alias of each shape: the name that is pinned, or its own, with an underscore where that is taken.

    Python would mangle a name with two leading underscores inside a class, so one of them goes.
    """
    names = list(shapes)
    spelt = {name: _identifier(re.sub("^__+", "_", name), RESERVED_CLASSES) for name in names}
    return distinct(names, spelt, pinned=pinned)


def operation_names(operations: Iterable[str]) -> dict[str, str]:
    """The Python name of each API operation: its own, with an underscore where that is taken."""
    names = list(operations)
    reserved = OPERATION_MODULE_NAMES | BUILTINS
    return distinct(names, {name: _identifier(re.sub("^__+", "_", name), reserved) for name in names})


def waiter_names(waiters: Iterable[str]) -> dict[str, str]:
    """The Python name of each waiter, such as `table_exists`."""
    names = list(waiters)
    reserved = WAITER_MODULE_NAMES | BUILTINS
    return distinct(names, {name: _identifier(_beginning_with_letter(snake_case(name)), reserved) for name in names})


def variable_names(variables: Iterable[str]) -> dict[str, str]:
    """The argument or variable of each name in the rules of endpoints, such as `use_fips`."""
    names = list(dict.fromkeys(variables))
    spelt = {name: _identifier(_beginning_with_letter(snake_case(name)), BUILTINS | {"resolve"}) for name in names}
    return distinct(names, spelt)


def module_names(
    shapes: Iterable[str], exported: Iterable[str], pinned: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """The module of each shape that has one, or the one that is pinned; distinct also where file names don't tell upper
    from lower case.

    None is called like a name that the package exports (a shape may be called `scope`), or the one would hide the
    other.
    """
    names = list(shapes)
    reserved = RESERVED_MODULES | CONSTANT_NAMES | set(exported)
    spelt = {name: _identifier(snake_case(name), reserved) for name in names}
    return distinct(names, spelt, fold_case=True, pinned=pinned)


def enum_member_names(values: Iterable[str]) -> dict[str, str]:
    """The member of a `StrEnum` for each value of an enum, in the values' order."""
    names = list(dict.fromkeys(values))
    spelt = {name: _enum_member(name) for name in names}
    chosen = distinct(names, spelt)
    return {name: chosen[name] for name in names}


def _enum_member(value: str) -> str:
    words = re.sub(r"[^0-9A-Za-z]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", value)).strip("_")
    name = words.upper()
    if not name:
        name = "EMPTY" if not value else "_".join(f"U{ord(character):04X}" for character in value[:8])
    if name[0].isdigit():
        name = f"VALUE_{name}"
    return _identifier(name, {"MRO"})


def package_name(service: str) -> str:
    """The Python package of a service, such as `partnercentral_selling`."""
    return _identifier(re.sub(r"\W+", "_", service.lower()).strip("_") or "_", _WINDOWS_NAMES)

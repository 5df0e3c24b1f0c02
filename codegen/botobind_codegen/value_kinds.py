"""What kind the value of each key of a service model has, and whether a value is of it.

A name ends up in names, addresses and comments: it has no control characters. A text may be anything.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

ValueKind = Literal[
    "text", "name", "uri", "flag", "number", "status", "object", "texts", "names", "objects",
    "namespace", "flag or object", "headers", "scalar", "paths", "any",
]  # fmt: skip

_KEYS: dict[ValueKind, str] = {
    "text": """
        documentation documentationUrl deprecatedMessage deprecatedSince version code checksumFormat ripServiceName
        serviceAbbreviation uid authtype pattern alias percentEncodedBefore absentAs description argument more_results
        """,
    "name": """
        apiVersion endpointPrefix protocol serviceFullName serviceId signatureVersion signingName targetPrefix
        jsonVersion globalEndpoint name method requestUri shape locationName resultWrapper prefix type payload location
        queryName timestampFormat textMember md5Member valueName virtualHosts urlMember formOperation operation
        state matcher limit_key
        """,
    "uri": "uri",
    "flag": """
        deprecated sensitive box flattened noErrorWrapping idempotent readonly endpointoperation unsignedPayload
        httpChecksumRequired s3UnwrappedXmlOutput exception senderFault fault union document eventstream event wrapper
        synthetic sparse jsonvalue streaming requiresLength xmlAttribute idempotencyToken hostLabel eventpayload
        eventheader milliseconds fraction controlReferences lastSegment asciiHeaders endpointdiscoveryid
        """,
    "number": "min max delay maxAttempts",
    "status": "responseCode httpStatusCode",
    "object": """
        metadata operations shapes clientContextParams endpointRuleSet examples awsQueryCompatible protocolSettings http
        input output endpoint staticContextParams operationContextParams endpointdiscovery httpChecksum
        requestcompression pagination waiters encodedMembers error members member key value contextParam
        """,
    "texts": "enum xmlOrder non_aggregate_keys",
    "names": "required protocols auth lastSegments requestIdHeaders",
    "objects": "errors acceptors",
    "namespace": "xmlNamespace",
    "flag or object": "retryable",
    "any": "authorizer authorizers codeAliases errorNamespace",
    "headers": "requestHeaders bodyDigests refusalCodes",
    "scalar": "expected",
    "paths": "input_token output_token result_key",
}

VALUE_KINDS: Mapping[str, ValueKind] = {key: kind for kind, keys in _KEYS.items() for key in keys.split()}
"""The kind by key; a key has the same in all contexts."""

_NESTED: Mapping[str, Mapping[str, ValueKind]] = {
    "endpoint": {"hostPrefix": "name"},
    "retryable": {"throttling": "flag"},
    "httpChecksum": {"requestChecksumRequired": "flag", "requestAlgorithmMember": "name"},
}
"""Kinds of the values below some keys on which somebody acts."""

_NOT_IN_URIS = re.compile(r"[\s\x00-\x20<>\"&{}|\\^`\x7f-\xa0]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def fault_of_name(value: object) -> str | None:
    """Why a value is no name."""
    if not isinstance(value, str):
        return f"expected text, got {type(value).__name__}"
    wrong = next((each for each in value if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")), None)
    return None if wrong is None else f"has the control character U+{ord(wrong):04X}"


def _fault_of_text(value: object) -> str | None:
    return None if isinstance(value, str) else f"expected text, got {type(value).__name__}"


def _fault_of_uri(value: object) -> str | None:
    if not isinstance(value, str):
        return f"expected text, got {type(value).__name__}"
    wrong = _NOT_IN_URIS.search(value)
    return None if wrong is None else f"has {wrong[0]!r}, which no URI has"


def _fault_of_flag(value: object) -> str | None:
    return None if isinstance(value, bool) else f"expected true or false, got {type(value).__name__}"


def _fault_of_number(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"expected a number, got {type(value).__name__}"
    # NaN is not less than anything.
    return None if abs(value) <= sys.float_info.max else "expected a number that a double can hold"


def _fault_of_status(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"expected a status, got {type(value).__name__}"
    return None if 100 <= value <= 999 else f"expected a status of three digits, got {value}"


def _fault_of_object(value: object) -> str | None:
    return None if isinstance(value, Mapping) else f"expected an object, got {type(value).__name__}"


def _list_of(what: str, fault_of: Callable[[object], str | None]) -> Callable[[object], str | None]:
    def fault(value: object) -> str | None:
        if not isinstance(value, list | tuple):
            return f"expected a list of {what}, got {type(value).__name__}"
        found = next((inner for each in value if (inner := fault_of(each))), None)
        return f"expected a list of {what}: {found}" if found else None

    return fault


def _fault_of_namespace(value: object) -> str | None:
    return _fault_of_uri(value) if isinstance(value, str) else _fault_of_object(value)


def _fault_of_retryable(value: object) -> str | None:
    return None if isinstance(value, bool | Mapping) else f"expected an object, got {type(value).__name__}"


def _fault_of_scalar(value: object) -> str | None:
    if isinstance(value, str | bool | int | float):
        return None
    return f"expected a text, a number, true or false, got {type(value).__name__}"


def _fault_of_paths(value: object) -> str | None:
    return _fault_of_text(value) if isinstance(value, str) else _list_of("texts", _fault_of_text)(value)


def _fault_of_headers(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return _fault_of_object(value)
    for name, text in value.items():
        if not _HEADER_NAME.fullmatch(name):
            return f"{name!a} is no name of a header"
        if fault := fault_of_name(text):
            return f"{name}: {fault}"
    return None


_FAULTS: Mapping[ValueKind, Callable[[Any], str | None]] = {
    "text": _fault_of_text,
    "name": fault_of_name,
    "uri": _fault_of_uri,
    "flag": _fault_of_flag,
    "number": _fault_of_number,
    "status": _fault_of_status,
    "object": _fault_of_object,
    "texts": _list_of("texts", _fault_of_text),
    "names": _list_of("texts", fault_of_name),
    "objects": _list_of("objects", _fault_of_object),
    "namespace": _fault_of_namespace,
    "flag or object": _fault_of_retryable,
    # Other vendors have them, and nothing is made of them.
    "any": lambda _: None,
    "headers": _fault_of_headers,
    "scalar": _fault_of_scalar,
    "paths": _fault_of_paths,
}


def fault_of_value(key: str, value: object) -> str | None:
    """Why the value cannot be that of the key; None where it can."""
    fault = _FAULTS[VALUE_KINDS[key]](value)
    if fault is None and key in _NESTED and isinstance(value, Mapping):
        return next(
            (
                f"{inner}: {found}"
                for inner, kind in _NESTED[key].items()
                if inner in value and (found := _FAULTS[kind](value[inner]))
            ),
            None,
        )
    return fault


def fault_of_document(document: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    """Why a document is none that JSON can hold, and the keys that lead to what is wrong: numbers that are not finite,
    and surrogates without their halves, which no UTF-8 has. Documentation is cleaned instead. None where it is sound.
    """
    try:
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        return "nested too deeply", ("shapes",)
    except ValueError:
        return next(_unsound(document, ()), None)
    return None


def _unsound(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield f"expected a finite number, got {value}", path
    elif isinstance(value, str) and path[-1:] != ("documentation",) and _SURROGATE.search(value):
        yield "has half of a surrogate pair", path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            where = (*path, ascii(key)[1:-1])
            if _SURROGATE.search(key):
                yield "has half of a surrogate pair in its name", where
            yield from _unsound(inner, where)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _unsound(inner, path)

"""What keys of a model come to, where a default, another key or another spelling says the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from botobind_codegen.diff.document import Document, Json, references

_LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
_NO_AUTH = "smithy.api#noAuth"
_UNSIGNED = {"none": (_NO_AUTH,)}
_TIME_FORMATS = {"header": "rfc822", "headers": "rfc822", "uri": "iso8601", "querystring": "iso8601"}
"""The format of timestamps outside of bodies, where the model says nothing."""
_IN_JSON = frozenset({"json", "rest-json", "smithy-rpc-v2-cbor"})


def authentication(document: Document, operation: Json | None = None) -> tuple[str, ...]:
    """The ways to sign the requests of an operation, or else of the service."""
    if operation is not None:
        if own := operation.get("auth") or _UNSIGNED.get(str(operation.get("authtype"))):
            return tuple(own)
        return authentication(document)
    if document.metadata.get("auth"):
        return tuple(document.metadata["auth"])
    version = str(document.metadata.get("signatureVersion", ""))
    return ("aws.auth#sigv4" if version.startswith(("v4", "s3")) else version,)


def needs_no_signature(ways: tuple[str, ...] | None) -> bool:
    """Whether requests that are not signed are taken as well."""
    return _NO_AUTH in (ways or ())


def leaves_body_unsigned(operation: Json) -> bool:
    """Whether the body of a request need not be signed."""
    return bool(operation.get("unsignedPayload")) or operation.get("authtype") == "v4-unsigned-body"


def demands_checksum(operation: Json) -> bool:
    """Whether requests have to have a checksum."""
    flexible = operation.get("httpChecksum")
    of_request = isinstance(flexible, Mapping) and bool(flexible.get("requestChecksumRequired"))
    return bool(operation.get("httpChecksumRequired")) or of_request


def demands_discovery(operation: Json) -> bool:
    """Whether clients have to ask for an endpoint first."""
    discovery = operation.get("endpointdiscovery")
    return isinstance(discovery, Mapping) and bool(discovery.get("required"))


def http2(document: Document) -> object:
    """Where the service speaks HTTP/2."""
    settings = document.metadata.get("protocolSettings")
    return settings.get("h2") if isinstance(settings, Mapping) else None


def demands_http2(document: Document, operation: Json) -> bool:
    """Whether an operation is to be called by HTTP/2: always, or where it has a stream of events."""
    wanted = http2(document)
    return wanted == "required" or (wanted == "eventstream" and _has_events(document, operation))


def _has_events(document: Document, operation: Json) -> bool:
    messages = (operation[key]["shape"] for key in ("input", "output") if operation.get(key))
    return any(
        bool(document.shapes[reference["shape"]].get("eventstream"))
        for message in messages
        for _, reference in references(document.shapes[message])
    )


def other_settings(document: Document) -> object:
    """What the model asks of the transport besides HTTP/2; None for nothing."""
    settings = document.metadata.get("protocolSettings")
    if not isinstance(settings, Mapping):
        return settings
    return {key: value for key, value in settings.items() if key != "h2"} or None


def uri(document: Document, operation: Json) -> str:
    """The URI by which requests find an operation: labels by their members, since their own names are between URI and
    input, without the slash at the end, which routers take or leave, and with constants in one order.
    """
    path, _, query = str(operation.get("http", {}).get("requestUri", "/")).partition("?")
    members = _labels(document, operation)
    path = _LABEL.sub(lambda label: f"{{{members.get(label[1], label[1])}{label[2]}}}", path)
    constants = sorted(parse_qsl(query, keep_blank_values=True))
    return "?".join([path.rstrip("/") or "/", *(f"{name}={value}" for name, value in constants)])


def _labels(document: Document, operation: Json) -> dict[str, str]:
    """The members that labels stand for."""
    if not operation.get("input"):
        return {}
    members = document.shapes[operation["input"]["shape"]].get("members", {})
    return {
        member.get("locationName") or name: name for name, member in members.items() if member.get("location") == "uri"
    }


def pages(raw: object) -> Any:
    """What is said of pages, but for the members that are in each of them: nobody follows those."""
    if not isinstance(raw, Mapping):
        return raw
    return {key: value for key, value in raw.items() if key != "non_aggregate_keys"}


def time_format(document: Document, raw: Json, locations: frozenset[str | None]) -> str | None:
    """The format of a timestamp; None where it is what all these places have without a word."""
    own: str | None = raw.get("timestampFormat")
    defaults = {_default_format(document, location) for location in locations}
    return None if defaults == {own} else own


def _default_format(document: Document, location: str | None) -> str | None:
    if location is not None:
        return _TIME_FORMATS.get(location)
    found = {"unixTimestamp" if protocol in _IN_JSON else "iso8601" for protocol in document.protocols}
    return found.pop() if len(found) == 1 else None

"""What the compiled rules of endpoints call: the functions that AWS's rules of endpoints have, and their results.

Texts that are absent are None, and what is asked of them is None or false, as the rules have it.
"""

from __future__ import annotations

import re
from typing import overload

from botobind.attributes import frozen
from botobind.io.engine.data import AuthScheme, Endpoint
from botobind.io.engine.partitions import Partition, partition_of
from botobind.io.faults import EndpointUnknown
from botobind.wire import percent

__all__ = [
    "Endpoint",
    "EndpointUnknown",
    "endpoint",
    "is_host_label",
    "is_virtual_bucket",
    "item",
    "parse_arn",
    "parse_url",
    "partition",
    "sigv4",
    "sigv4_s3express",
    "sigv4a",
    "substring",
    "uri_encode",
]

_LABEL = re.compile(r"(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")
_IPV4 = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._~%-]+|\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~-]+)?\])(?::[0-9]{1,5})?")
"""What a request may be sent to: a name or an address, and a port. No user's name, and nothing that ends a host."""
_PATH = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=:@/-]*")
_USUAL_PORTS = {"http": ":80", "https": ":443"}
_LAST_PORT = 65535
_IN_PATHS = "/%:@!$&'()*+,;=~"


@frozen()
class Arn:
    """The parts of an ARN."""

    partition: str
    service: str
    region: str
    account_id: str
    resource_id: tuple[str, ...]


@frozen()
class Url:
    """The parts of a URL."""

    scheme: str
    authority: str
    path: str
    normalized_path: str
    """Without dots in it, and with a slash at its end."""
    is_ip: bool


@overload
def partition(region: str) -> Partition: ...
@overload
def partition(region: str | None) -> Partition | None: ...
def partition(region: str | None) -> Partition | None:
    """The partition of a region; None where there is no region."""
    return None if region is None else partition_of(region)


def item(texts: tuple[str, ...] | None, at: int) -> str | None:
    """The text at a place; None where there are fewer."""
    return texts[at] if texts is not None and at < len(texts) else None


def parse_arn(text: str | None) -> Arn | None:
    """The parts of an ARN; None for what is none."""
    if text is None or not text.startswith("arn:"):
        return None
    parts = text.split(":", 5)
    if len(parts) < 6 or not (parts[1] and parts[2] and parts[5]):
        return None
    _, partition_name, service, region, account_id, resource = parts
    return Arn(partition_name, service, region, account_id, tuple(resource.replace(":", "/").split("/")))


def parse_url(text: str | None) -> Url | None:
    """The parts of a URL of http or https; None for what is none, or has a query string."""
    from urllib.parse import quote, urlsplit  # only who gives an endpoint needs it

    if text is None:
        return None
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _USUAL_PORTS or parts.query or host is None:
        return None
    path = quote(_normalized(parts.path), safe=_IN_PATHS)
    return Url(
        parts.scheme,
        parts.netloc,
        parts.path,
        path if path.endswith("/") else f"{path}/",
        ":" in host or _IPV4.fullmatch(host) is not None,
    )


def _normalized(path: str) -> str:
    """The path without dot segments and empty ones."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    ends = "/" if kept and path.endswith("/") else ""
    return f"/{'/'.join(kept)}{ends}"


def substring(text: str | None, start: int, stop: int, is_from_end: bool) -> str | None:  # noqa: FBT001 - as in rules
    """A part of a text, from its start or from its end; None where it is too short or has other signs than ASCII."""
    if text is None or start >= stop or len(text) < stop or not text.isascii():
        return None
    return text[len(text) - stop : len(text) - start] if is_from_end else text[start:stop]


@overload
def uri_encode(text: str) -> str: ...
@overload
def uri_encode(text: str | None) -> str | None: ...
def uri_encode(text: str | None) -> str | None:
    """The text percent-encoded, but for unreserved characters."""
    return None if text is None else percent.encode(text)


def is_host_label(text: str | None, may_have_dots: bool) -> bool:  # noqa: FBT001 - as in rules
    """Whether a text can be a label of a host's name, or several of them with dots in between."""
    if text is None:
        return False
    labels = text.split(".") if may_have_dots else (text,)
    return all(_LABEL.fullmatch(each) for each in labels)


def is_virtual_bucket(text: str | None, may_have_dots: bool) -> bool:  # noqa: FBT001 - as in rules
    """Whether S3's bucket of that name can be a part of a host's name."""
    if text is None or len(text) < 3 or text.lower() != text or _IPV4.fullmatch(text):
        return False
    return is_host_label(text, may_have_dots)


def sigv4(signing_name: str = "", region: str = "", *, double_encodes: bool = True) -> AuthScheme:
    """Signature Version 4. A name and a region that are left out are the client's."""
    return AuthScheme(name="sigv4", signing_name=signing_name, region=region, double_encodes=double_encodes)


def sigv4_s3express(signing_name: str = "", region: str = "", *, double_encodes: bool = True) -> AuthScheme:
    """Signature Version 4 with the credentials of a session of S3 Express."""
    return AuthScheme(name="sigv4-s3express", signing_name=signing_name, region=region, double_encodes=double_encodes)


def sigv4a(signing_name: str = "", region_set: tuple[str, ...] = (), *, double_encodes: bool = True) -> AuthScheme:
    """Signature Version 4a, which is good in several regions."""
    return AuthScheme(name="sigv4a", signing_name=signing_name, region_set=region_set, double_encodes=double_encodes)


def _has_port(authority: str) -> bool:
    """Whether the port is none, or one that there is: systems take others for one of their last 16 bits."""
    _, colon, port = authority.rpartition(":")
    return not colon or not port.isdecimal() or int(port) <= _LAST_PORT


def endpoint(
    url: str,
    *schemes: AuthScheme,
    headers: tuple[tuple[str, str], ...] = (),
    backend: str = "",
    metric_values: tuple[str, ...] = (),
) -> Endpoint:
    """The endpoint of a URL. Raises `EndpointUnknown` for a URL to which no request can be sent: one with a query
    string, with a user's name, or with signs that no host has.
    """
    scheme, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    is_place = mark and scheme in _USUAL_PORTS and _AUTHORITY.fullmatch(authority) and _PATH.fullmatch(path)
    if not is_place or not _has_port(authority):
        raise EndpointUnknown("expected the URL of an endpoint: of http or https, with a host and at most a path")
    return Endpoint(
        scheme=scheme,
        host=authority.removesuffix(_USUAL_PORTS[scheme]),
        path=f"{slash}{path}",
        headers=headers,
        auth_schemes=schemes,
        backend=backend,
        metric_values=metric_values,
    )

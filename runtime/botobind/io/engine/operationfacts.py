"""What the engine has to know of an operation to send its requests and to take its responses, worked out once."""

from __future__ import annotations

import zlib
from base64 import b64decode
from typing import TYPE_CHECKING, Any, cast

from botobind.attributes import define, frozen
from botobind.errors import EncodeError, ResponseError
from botobind.formats.text import write_blob
from botobind.io.engine.checksumming import checksum
from botobind.io.engine.chunking import is_awaited
from botobind.io.engine.customizing import (
    attribute_of_endpoint,
    input_change,
    left_out_of_urls,
    request_change,
)
from botobind.io.engine.downloads import Check
from botobind.io.faults import ConnectionFailed
from botobind.io.handlers import FORMS_AS_DICTS, KEYS, afterwards
from botobind.io.streamed_bodies import AsyncStreamedBody, StreamedBody, is_streamed
from botobind.rules.bindings import bindings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from botobind.http import HttpRequest, HttpResponse
    from botobind.io.engine.data import AuthScheme, Endpoint
    from botobind.io.engine.uploads import Source
    from botobind.operations import Operation

_PREFIX = "x-amz-checksum-"
_DEFAULT = "CRC32"
_MD5 = "content-md5"
_CRC32 = "x-amz-crc32"
_BY_PREFERENCE = (
    "XXHASH128", "XXHASH3", "CRC64NVME", "XXHASH64", "CRC32C", "CRC32", "SHA1", "SHA256", "SHA512", "MD5",
)  # fmt: skip
"""Of several checksums of a response the first is checked: the fastest."""
_CHECKSUMS = {_PREFIX + name.lower(): f"FLEXIBLE_CHECKSUMS_REQ_{name.removesuffix('NVME')}" for name in _BY_PREFERENCE}
"""What `User-Agent` tells of headers that are checksums."""
_ASKING_SIZE = 1024 * 1024
"""Bytes of a body from which on S3 is asked whether it wants it."""


@frozen(kw_only=True)
class Habits:
    """What settings say of requests and responses."""

    sums_when_supported: bool = True
    """Whether requests have a checksum wherever one is allowed, and not only where it has to be."""
    checks_when_supported: bool = True
    """Whether responses are asked for a checksum, which is checked."""
    compresses: bool = True
    smallest_compressed: int = 10240
    """Bytes of a body from which on it is compressed."""
    has_host_prefixes: bool = True
    """Whether operations put their prefixes before hosts."""


@define()
class Facts:
    """The facts of one operation."""

    operation: Operation[Any, Any, Any]
    habits: Habits
    streams: bool
    """Whether whoever gets the output reads the bodies of responses."""
    uploads: bool
    """Whether bodies of requests may be streams."""
    sends_events: bool
    asks: bool
    """Whether a large body is announced by `Expect` first."""
    compression: bool
    algorithm_attribute: str | None
    """The member that names the checksum of a request."""
    algorithm_header: str | None
    mode_attribute: str | None
    """The member that asks for checksums of responses."""
    algorithms: tuple[str, ...]
    """The checksums of responses that are checked, by preference."""
    lists_keys: bool
    """Whether keys of S3's objects are asked for in URL encoding, where the caller says nothing of that."""
    change_input: Callable[[Any], Any] | None
    """What makes of an input the one that is sent."""
    change_request: Callable[[HttpRequest], None] | None
    """What changes requests before they are signed."""
    change: Callable[[Any], None] | None
    """What is done to outputs, as botocore does it: policies of IAM are decoded, and consoles of EC2."""
    copies: bool
    """Whether the operation copies from another region, which wants to be asked by a URL."""
    demands_checksum: bool
    """Whether requests have to have a checksum, of any kind."""
    has_checksums: bool
    """Whether requests may have a checksum, be it a member of the input."""
    endpoint_attribute: str | None
    """The member that has the URL of the endpoint."""
    features: tuple[str, ...]
    """What `User-Agent` tells of all calls."""
    left_out_of_urls: frozenset[str]
    """The headers that URLs are signed without, unless the input has them."""
    has_more: bool
    """Whether there is anything to do besides writing and signing a request."""
    is_discovered: bool = False
    """Whether the service tells where to send requests."""
    last: tuple[Endpoint, AuthScheme] | None = None
    """The endpoint of the call before, and how its request was signed."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether requests go somewhere else than where rules have it."""
        return self.is_discovered or self.endpoint_attribute is not None

    def compress(self, request: HttpRequest, source: Source | None) -> bool:
        """Compresses the body where the model allows it, settings want it, and it is large, and tells whether it has.

        One that may be a stream always is, as in botocore: there it is read, and has to fit into memory. What is no
        file goes as it is.
        """
        habits = self.habits
        body: Any = request.body
        if not (self.compression and habits.compresses):
            return False
        if source is not None:
            if not hasattr(body, "read") or is_awaited(body.read):
                return False
            body = b"".join(cast("Any", source.chunks()))
        elif not self.uploads and len(body) < habits.smallest_compressed:
            return False
        import gzip

        request.body = gzip.compress(body, mtime=0)
        before = request.headers.get("Content-Encoding")
        request.headers["Content-Encoding"] = f"{before},gzip" if before else "gzip"
        return True

    def drop_checksums(self, request: HttpRequest, value: Any) -> None:
        """Takes back what was added for operations that demand a checksum of any kind: clients say which one it is, and
        URLs have none. What the caller has given stays.
        """
        given = _given(value)
        for name in request.headers:
            lower = name.lower()
            if lower.startswith((_MD5, _PREFIX)) and lower not in given:
                del request.headers[name]

    def headers_of_url(self, headers: list[tuple[str, str]], value: Any) -> list[tuple[str, str]]:
        """The headers of a request that a URL is signed with: those that whoever uses it has to send."""
        left_out = self.left_out_of_urls - _given(value)
        return [pair for pair in headers if pair[0].lower() not in left_out]

    def add_checksum(self, request: HttpRequest, value: Any, source: Source | None, *, is_secure: bool) -> str | None:
        """Adds the checksum that the caller or the settings want, or gives the algorithm of one that comes behind the
        body: behind a stream, where it is sent by TLS. Raises `EncodeError` for one that cannot be made here.
        """
        attribute = self.algorithm_attribute
        if attribute is None and not self.demands_checksum:
            return None
        named = None if attribute is None else getattr(value, attribute)
        is_wanted = self.demands_checksum or self.habits.sums_when_supported
        if (named is None and not is_wanted) or _has_checksum(request):
            return None
        algorithm = _DEFAULT if named is None else str(getattr(named, "value", named))
        made = checksum(algorithm)
        is_behind = source is not None and is_secure
        if source is None:
            made.update(cast("bytes", request.body))
            digest = made.digest()
        elif is_secure:
            digest = b""
        elif source.is_repeatable:
            digest = source.sum_up(made)
        else:
            return None  # who could read it twice?
        if not is_behind:
            request.headers.add(_PREFIX + algorithm.lower(), write_blob(digest))
        if named is None and self.algorithm_header is not None:
            request.headers.add(self.algorithm_header, algorithm)
        return algorithm if is_behind else None

    def checksums_of(self, request: HttpRequest, trailed: str | None) -> tuple[str, ...]:
        """What `User-Agent` tells of a request's checksums: those in headers, and one behind the body."""
        if not (self.has_checksums or self.demands_checksum):
            return ()
        names = sorted(_CHECKSUMS.keys() & request.headers.by_lower_name().keys())
        names += [_PREFIX + trailed.lower()] if trailed is not None else []
        return tuple([_CHECKSUMS[name] for name in names])

    def ask_for_checksum(self, request: HttpRequest, value: Any) -> None:
        """Has the service send a checksum, where settings want that and the caller said nothing."""
        if (
            self.mode_attribute is not None
            and self.habits.checks_when_supported
            and getattr(value, self.mode_attribute) is None
        ):
            request.headers.add("x-amz-checksum-mode", "ENABLED")

    def finish(self, output: Any, value: Any) -> None:
        """Does to an output what is done to those of the operation."""
        if self.change is not None and output is not None:
            self.change(output)
        if self.lists_keys and value.encoding_type is None:
            KEYS[self.operation.name](output)

    def check(self, response: HttpResponse) -> None:
        """Checks the checksum of a response, or has it checked while the body is read. Raises `ResponseError`, and
        `ConnectionFailed` for the checksum that DynamoDB has of all its responses.
        """
        headers = response.headers.by_lower_name()
        body: Any = response.body
        told = headers.get(_CRC32, "")
        if told.isdecimal() and body.__class__ is bytes and told != str(zlib.crc32(body)):
            raise ConnectionFailed(f"the body does not have the checksum of the header {_CRC32}")
        for algorithm in self.algorithms:
            name = _PREFIX + algorithm.lower()
            expected = headers.get(name)
            if expected is None or "-" in expected:  # of an object's parts
                continue
            try:
                check = Check(name, checksum(algorithm), b64decode(expected, validate=True))
            except ValueError:
                continue
            if isinstance(body, (StreamedBody, AsyncStreamedBody)):
                body.below.check = check
            else:
                check.update(body)
                try:
                    check.end()
                except ResponseError as error:
                    raise ResponseError(error.reason, (), response.status, body) from None
            return


def _given(value: Any) -> set[str]:
    """The headers that an input has, by lower-case names."""
    return set() if value is None else {name.lower() for name, _ in value.to_header()}


def _is_known(algorithm: str) -> bool:
    """Whether a checksum can be made here."""
    try:
        checksum(algorithm)
    except EncodeError:
        return False
    return True


def _has_checksum(request: HttpRequest) -> bool:
    return not _CHECKSUMS.keys().isdisjoint(request.headers.by_lower_name())


def facts_of(operation: Operation[Any, Any, Any], package: ModuleType, habits: Habits) -> Facts:
    """The facts of an operation of a package."""
    traits: Mapping[str, Any] = operation.traits
    described: Any = package
    given = operation.input
    flexible = traits.get("httpChecksum", {})
    algorithm = _attribute(given, flexible.get("requestAlgorithmMember"))
    uploads = is_streamed(given)
    is_s3 = described.signature_version == "s3"
    compression = "gzip" in traits.get("requestcompression", {}).get("encodings", ())
    endpoint_attribute = attribute_of_endpoint(described.service, operation)
    headers = () if given is None else bindings_of(given, "header")
    has_checksums = bool(flexible) or any(found.name.lower().startswith(_PREFIX) for found in headers)
    copies = (described.service, operation.name) in FORMS_AS_DICTS
    change_request = request_change(package, operation)
    demands_checksum = bool(traits.get("httpChecksumRequired") or flexible.get("requestChecksumRequired"))
    is_in_cbor = next(iter(operation.protocols), None) == "smithy-rpc-v2-cbor"
    return Facts(
        operation=operation,
        habits=habits,
        streams=is_streamed(operation.output),
        uploads=uploads,
        sends_events=given is not None and given.EVENTS is not None,
        asks=uploads and is_s3,
        compression=compression,
        algorithm_attribute=algorithm,
        algorithm_header=_header_of(given, algorithm),
        mode_attribute=_attribute(given, flexible.get("requestValidationModeMember")),
        algorithms=tuple(
            name for name in _BY_PREFERENCE if name in flexible.get("responseAlgorithms", ()) and _is_known(name)
        ),
        lists_keys=is_s3 and operation.name in KEYS,
        change_input=input_change(package, operation),
        change_request=change_request,
        change=afterwards(described.service, operation),
        copies=copies,
        demands_checksum=demands_checksum,
        endpoint_attribute=endpoint_attribute,
        has_checksums=has_checksums,
        features=("PROTOCOL_RPC_V2_CBOR",) if is_in_cbor else (),
        left_out_of_urls=left_out_of_urls(described.service, operation),
        has_more=any(
            (compression, uploads, has_checksums, copies, demands_checksum, change_request, endpoint_attribute)
        ),
    )


def _attribute(cls: Any, member: str | None) -> str | None:
    if cls is None or member is None:
        return None
    return next((attribute for attribute, name in cls.MEMBERS.items() if name == member), None)


def _header_of(cls: Any, attribute: str | None) -> str | None:
    """The name of the header that a member is."""
    if attribute is None:
        return None
    return next((found.name for found in bindings_of(cls, "header") if found.attribute == attribute), None)


def wants_asking(body: Any, source: Source | None) -> bool:
    """Whether a body is so large that the service is asked first."""
    if source is None:
        return len(body) >= _ASKING_SIZE
    return source.length is None or source.length >= _ASKING_SIZE

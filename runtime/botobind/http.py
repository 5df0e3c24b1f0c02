"""HTTP messages as data: what operations make of values, and values of. Nothing here opens a socket."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Collection, Coroutine, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Self, TypeAlias, TypeVar, cast

from botobind import wire
from botobind.attributes import define, field
from botobind.errors import DecodeError, expected
from botobind.markers import new
from botobind.types import Readable
from botobind.wire.fields import HeaderPairs, values_of_pairs
from botobind.wire.percent import encode

Body: TypeAlias = bytes | Readable | Iterable[bytes] | AsyncIterable[bytes]
"""Bytes; for a streaming payload whatever gives them one after the other."""

T = TypeVar("T")

SECRETS = frozenset(
    {
        *("authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"),
        *("x-amz-security-token", "x-amz-s3session-token", "x-amz-credential", "x-amz-signature"),
        *("awsaccesskeyid", "signature"),
        *(
            f"x-amz-{of_copies}server-side-encryption-customer-key{of_key}"
            for of_copies in ("", "copy-source-")
            for of_key in ("", "-md5")
        ),
    }
)
"""Headers and parameters of query strings, in lower case, that sign a request or hold keys: `hide=SECRETS`."""


class Headers(MutableMapping[str, str]):
    """HTTP headers in order. Names compare without regard to case; a name may occur more than once.

    `headers[name]` joins the values of a repeated name by commas, as HTTP allows; setting it replaces all of them.
    """

    __slots__ = ("_by_lower_name", "_pairs")

    def __init__(self, headers: HeaderPairs = ()) -> None:
        self._by_lower_name: dict[str, str] | None = None
        self._pairs: list[tuple[str, str]]
        if isinstance(headers, Headers):
            self._pairs = headers._pairs.copy()  # noqa: SLF001 - of its own class
        elif isinstance(headers, (dict, Mapping)):  # the check for a dict is the faster one
            self._pairs = list(cast("Mapping[str, str]", headers).items())
        else:
            self._pairs = [(name, value) for name, value in headers]

    def add(self, name: str, value: str) -> None:
        """Adds a header, beside those that have this name already."""
        known, lower = self._by_lower_name, name.lower()
        if known is not None:
            if lower in known or not isinstance(value, str):
                self._by_lower_name = None
            else:
                known[lower] = value
        self._pairs.append((name, value))

    def by_lower_name(self) -> dict[str, str]:
        """The values by lower-case name, those of a repeated name joined: to look at, not to change.

        Raises `DecodeError` for what is no pair of texts.
        """
        found = self._by_lower_name
        if found is None:
            found = self._by_lower_name = values_of_pairs(self._pairs)
        return found

    def get_all(self, name: str) -> list[str]:
        """The values of every header of this name, in order."""
        wanted = name.lower()
        return [value for known, value in self._pairs if known.lower() == wanted]

    def pairs(self) -> list[tuple[str, str]]:
        """Every header, in order."""
        return list(self._pairs)

    def to_json(self, *, hide: Collection[str] = ()) -> list[list[str]]:
        """Every header as a list of name and value, in order and in its own case. Those that `hide` names are there
        with the value `hidden`; nothing is hidden unless told, so that what is read again is the same.
        """
        return wire.httpforms.pairs_form(self._pairs, hide)

    @classmethod
    def of_json(cls, document: object) -> Self:
        """The headers of such a document. Raises `DecodeError` with path and reason."""
        return cls(wire.httpforms.read_pairs(document))

    def __reduce__(self) -> tuple[type[Self], tuple[list[tuple[str, str]]]]:
        # For copies that share no list, and for all protocols of pickle; what was looked up is not kept.
        return type(self), (self.pairs(),)

    def __getitem__(self, name: str) -> str:
        # Whoever asks for one may ask for all of them, as `dict` and `items` do.
        try:
            return self.by_lower_name()[name.lower()]
        except KeyError:
            raise KeyError(name) from None

    def __setitem__(self, name: str, value: str) -> None:
        if name in self:
            del self[name]
        self.add(name, value)

    def __delitem__(self, name: str) -> None:
        wanted = name.lower()
        kept = [pair for pair in self._pairs if pair[0].lower() != wanted]
        if len(kept) == len(self._pairs):
            raise KeyError(name)
        self._by_lower_name = None
        self._pairs = kept

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.by_lower_name()

    def __iter__(self) -> Iterator[str]:
        return iter({name.lower(): name for name, _ in reversed(self._pairs)}.values())

    def __len__(self) -> int:
        return len(self.by_lower_name())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        return self.by_lower_name() == other.by_lower_name()

    __hash__ = None  # type: ignore[assignment] # headers can change, so they are no keys

    def __copy__(self) -> Self:
        return type(self)(self)

    def __repr__(self) -> str:
        # Values may be sensitive: names have to do.
        return f"Headers({', '.join(name for name, _ in self._pairs)})"


def read_all(body: Body) -> bytes:
    """The bytes of a body: as they are, read from a stream, or joined from its chunks.

    Raises `DecodeError` for what is none, and for an asynchronous body: that takes `read_all_async`.
    """
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if isinstance(body, AsyncIterable):
        raise DecodeError("the body is asynchronous: read_all_async reads it")
    if callable(getattr(body, "read", None)):
        found = cast("Any", body).read()
        if isinstance(found, Awaitable):
            if isinstance(found, Coroutine):
                found.close()
            raise DecodeError("the body is asynchronous: read_all_async reads it")
        return _checked(found)
    if not isinstance(body, Iterable) or isinstance(body, str):
        raise expected("bytes", body)
    return b"".join([_checked(chunk) for chunk in body])


async def read_all_async(body: Body) -> bytes:
    """The bytes of any body, asynchronous ones included. Raises `DecodeError` for what is none."""
    if isinstance(body, AsyncIterable):
        return b"".join([_checked(chunk) async for chunk in body])
    read = getattr(body, "read", None)
    if isinstance(body, memoryview) or not callable(read):
        return read_all(body)
    found = read()
    return _checked(await found if isinstance(found, Awaitable) else found)


def _checked(chunk: object) -> bytes:
    if isinstance(chunk, (bytes, bytearray, memoryview)):
        return bytes(chunk)
    raise expected("bytes", chunk)


def encode_query(query: Iterable[tuple[str, str]]) -> str:
    """The query string of decoded pairs: everything but unreserved characters percent-encoded, as signatures want it.

    Raises `UnicodeEncodeError` for text that UTF-8 cannot hold.
    """
    return "&".join([f"{encode(name)}={encode(value)}" for name, value in query])


def _write_repr(message: Any, printer: Any, _: bool) -> None:  # noqa: FBT001 - IPython and Hypothesis call it so
    """Writes what `repr` shows of a message where IPython and Hypothesis would show all of it."""
    printer.text(repr(message))


def _converting_headers(cls: type[T]) -> type[T]:
    """Has `headers` converted when it is assigned; `_headers` sets it as it is. By attrs, each assignment to any
    attribute would go through a function: `assignments` in benchmarks/tricks.py.
    """
    made: Any = cls
    slot = made._headers = made.headers  # noqa: SLF001 - the class that is being made
    made.headers = property(slot.__get__, lambda self, headers: slot.__set__(self, Headers(headers)))
    return cls


@_converting_headers
@define(kw_only=True)
class HttpRequest:
    """An HTTP request, but for scheme and host. Its `repr` has method and names of headers alone: path, query string
    and host may hold members that are sensitive.
    """

    method: str = "POST"
    path: str = field(default="/", repr=False)
    """The path, percent-encoded as on the wire, without the query string."""
    query: list[tuple[str, str]] = field(factory=list, repr=False)
    """The query string's names and values, decoded, in order."""
    headers: Headers = field(factory=Headers, converter=Headers)
    body: Body = field(default=b"", repr=False)
    host_prefix: str = field(default="", repr=False)
    """What comes before the endpoint's host name, such as `data.`."""

    _repr_pretty_ = _write_repr

    @property
    def target(self) -> str:
        """Path and query string, as in the first line of the request."""
        return f"{self.path}?{encode_query(self.query)}" if self.query else self.path

    def host_at(self, endpoint: str) -> str:
        """The host to send the request to: that of an endpoint with the operation's prefix before it, unless it is
        there already, as it is where the rules of endpoints have put it.
        """
        is_there = endpoint.lower().startswith(self.host_prefix.lower())
        return endpoint if is_there else f"{self.host_prefix}{endpoint}"

    def to_json(self, *, hide: Collection[str] = ()) -> dict[str, Any]:
        """The request as a document of JSON: `headers` and `query` as lists of name and value, `body` as text, or
        `body_base64` where it is not in UTF-8.

        Headers and parameters that `hide` names, such as those of `SECRETS`, are there with the value `hidden`. Path
        and body may hold members that are sensitive, too. Raises `EncodeError` where the body is a stream.
        """
        found: dict[str, Any] = {"method": self.method, "path": self.path}
        if self.query:
            found["query"] = wire.httpforms.pairs_form(self.query, hide)
        found["headers"] = self.headers.to_json(hide=hide)
        if self.host_prefix:
            found["host_prefix"] = self.host_prefix
        return {**found, **wire.httpforms.body_form(self.body)}

    @classmethod
    def of_json(cls, document: object) -> Self:
        """The request of such a document; what is absent is as in a request that is made without it.

        Raises `DecodeError` with path and reason, also for what a request does not have.
        """
        forms = wire.httpforms
        texts = dict.fromkeys(("method", "path", "host_prefix"), forms.read_text)
        return cls(**forms.read_parts(document, {**texts, "query": forms.read_pairs, "headers": Headers.of_json}))

    @classmethod
    def of_target(cls, method: str, target: str, headers: HeaderPairs = (), body: Body = b"") -> Self:
        """A request with the target of an HTTP request's first line. Raises `DecodeError` for a query string that is no
        UTF-8.
        """
        from urllib.parse import parse_qsl

        path, _, query = target.partition("?")
        try:
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
        except ValueError:
            raise DecodeError("expected a query string in UTF-8") from None
        return cls(method=method, path=path or "/", query=pairs, headers=Headers(headers), body=body)


@_converting_headers
@define(kw_only=True)
class HttpResponse:
    """An HTTP response."""

    status: int = 200
    headers: Headers = field(factory=Headers, converter=Headers)
    body: Body = field(default=b"", repr=False)
    _repr_pretty_ = _write_repr

    def to_json(self, *, hide: Collection[str] = ()) -> dict[str, Any]:
        """The response as a document of JSON, as `HttpRequest.to_json` has it. Raises `EncodeError` where the body is a
        stream.
        """
        headers = self.headers.to_json(hide=hide)
        return {"status": self.status, "headers": headers, **wire.httpforms.body_form(self.body)}

    @classmethod
    def of_json(cls, document: object) -> Self:
        """The response of such a document. Raises `DecodeError` with path and reason."""
        forms = wire.httpforms
        return cls(**forms.read_parts(document, {"status": forms.read_status, "headers": Headers.of_json}))


@define(kw_only=True)
class ResponseMetadata:
    """What a response says besides its value."""

    status: int
    headers: Headers
    """All of them, as they came."""
    request_id: str | None = None
    """The id by which the service knows the request: `x-amzn-requestid`, `x-amz-request-id`, or what the body says."""
    extended_request_id: str | None = None
    """S3's second id, `x-amz-id-2`."""


def make_request(
    method: str, path: str, query: list[tuple[str, str]], headers: list[tuple[str, str]], body: Body, host_prefix: str
) -> HttpRequest:
    """The request of these parts, whose lists it keeps: what the constructor gives, in a third of the time."""
    kept, request = new(Headers), new(HttpRequest)
    kept._pairs, kept._by_lower_name = headers, None  # noqa: SLF001 - the module's own class
    request.method, request.path, request.query = method, path, query
    request._headers = kept  # type: ignore[attr-defined] # noqa: SLF001 - set above
    request.body, request.host_prefix = body, host_prefix
    return request


def make_response(status: int, headers: list[tuple[str, str]], body: Body) -> HttpResponse:
    """The response of these parts, whose list it keeps."""
    kept, response = new(Headers), new(HttpResponse)
    kept._pairs, kept._by_lower_name = headers, None  # noqa: SLF001 - the module's own class
    response.status, response.body = status, body
    response._headers = kept  # type: ignore[attr-defined] # noqa: SLF001 - set above
    return response

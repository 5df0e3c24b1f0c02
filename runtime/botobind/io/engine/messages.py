"""A request that is sent as often as it has to be: what its attempts have in common, and the body that each gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botobind.errors import EncodeError
from botobind.io.engine import chunking
from botobind.io.engine.data import OutgoingRequest
from botobind.io.engine.operationfacts import wants_asking
from botobind.io.engine.uploads import Source
from botobind.io.faults import TransportError

if TYPE_CHECKING:
    from botobind.http import HttpRequest
    from botobind.io.engine.operationfacts import Facts


class Message:
    """The request of an input. Raises `EncodeError` and `ValidationError` for what cannot be written."""

    __slots__ = ("_facts", "_length", "_pairs", "_source", "_trailed", "_value", "features", "is_repeatable", "request")

    def __init__(self, facts: Facts, value: Any) -> None:
        if facts.sends_events:
            raise TransportError("streams of events up need HTTP/2, which is not spoken here", facts.operation.name)
        self._facts = facts
        self._value = value
        self.request: HttpRequest = facts.operation.to_request(value)
        if not facts.habits.has_host_prefixes:
            self.request.host_prefix = ""
        self.features = facts.features
        """What `User-Agent` tells of the request."""
        if facts.demands_checksum:
            facts.drop_checksums(self.request, value)
        body = self.request.body
        self._source: Source | None = None
        self._length: int | None = None
        self._trailed: str | None = None
        self.is_repeatable = True
        """Whether there can be a second attempt."""
        if body.__class__ is not bytes:
            if isinstance(body, (bytes, bytearray, memoryview)):
                self.request.body = bytes(body)
            else:
                self._source = Source(body)
                self.is_repeatable = self._source.is_repeatable
        self._pairs = self.request.headers.pairs()

    def prepare(self, *, is_secure: bool) -> None:
        """Has the body compressed and its checksum computed, as the model and settings have it."""
        facts, request, source = self._facts, self.request, self._source
        if facts.change_request is not None:
            facts.change_request(request)
        if facts.compression and facts.compress(request, source):
            self._source = source = None
            self.is_repeatable = True
            self.features += ("GZIP_REQUEST_COMPRESSION",)
        if facts.algorithm_attribute is not None or facts.demands_checksum:
            self._trailed = facts.add_checksum(request, self._value, source, is_secure=is_secure)
        self.features += facts.checksums_of(request, self._trailed)
        facts.ask_for_checksum(request, self._value)
        if facts.asks and wants_asking(request.body, source):
            request.headers["Expect"] = "100-continue"
        if source is not None:
            self._length = self._announced(source)
        self._pairs = request.headers.pairs()

    def _announced(self, source: Source) -> int | None:
        """How many bytes the head says that a body has, which is none of bytes: those were compared when the request
        was written. Raises `EncodeError` where it has others.
        """
        headers = self.request.headers
        told = headers.get("Content-Length")
        if told is None:
            if source.length is not None:
                headers["Content-Length"] = str(source.length)
            return source.length
        announced = int(told)
        if source.length is not None and source.length != announced:
            raise EncodeError(f"the body has {source.length} bytes, and not the {announced} of its length")
        return announced

    def outgoing(self, scheme: str, host: str, path: str, headers: tuple[tuple[str, str], ...]) -> OutgoingRequest:
        """The request of an attempt, whose body is in its place for signing."""
        request, source, pairs = self.request, self._source, self._pairs
        if headers:
            # What rules say of the endpoint comes before members, such as the account of an ARN.
            names = {name.lower() for name, _ in headers}
            pairs = [pair for pair in pairs if pair[0].lower() not in names]
        made = OutgoingRequest(
            method=request.method,
            scheme=scheme,
            host=host,
            path=path,
            query=request.query,
            headers=[*pairs, *headers],
            body=request.body,
        )
        if source is not None:
            source.rewind()
            if self._trailed is not None:
                chunking.chunk(made, self._trailed)
        return made

    def load(self, request: OutgoingRequest) -> None:
        """Puts what is sent into the place of a body that was signed."""
        source = self._source
        if source is not None:
            source.begin()
            if self._trailed is None:
                request.body = cast("Any", source.chunks(self._length))

"""URLs and forms by which somebody else calls: what is signed is given away, and nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botobind.http import HttpRequest
from botobind.io.engine import copyurls
from botobind.io.engine.data import OutgoingRequest
from botobind.io.engine.messages import Message
from botobind.io.engine.posting import post_fields
from botobind.io.streamed_bodies import awaiting_body
from botobind.wire.percent import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from botobind.io.carriers import Form
    from botobind.io.engine.coreparts import Parts
    from botobind.io.engine.operationfacts import Facts
    from botobind.io.engine.placing import Places
    from botobind.io.engine.skew import Clock
    from botobind.io.engine.steps import Step, Steps

__all__ = ["Urls"]


class Urls:
    """Signs the URLs and forms of a client. `call` makes the steps of another call that one needs first."""

    def __init__(self, parts: Parts, clock: Clock, places: Places) -> None:
        self._parts = parts
        self._clock = clock
        self._places = places

    def of_call(
        self, call: Callable[..., Steps], facts: Facts, value: Any, expires: int, method: str | None
    ) -> Generator[Step, Any, str]:
        """The steps to the URL of a call, good for so many seconds; `method` is another one than the operation's."""
        operation = facts.operation
        value = awaiting_body(value if facts.change_input is None else facts.change_input(value))
        message = Message(facts, value)
        region = self._region(facts, value)
        resolver, endpoint, scheme, credentials = yield from self._places.of(call, facts, value, region)
        host, path = resolver.place_of(operation, endpoint, message.request)
        request = message.outgoing(endpoint.scheme, host, path, endpoint.headers)
        if method is not None:
            request.method = method
        request.headers[:] = facts.headers_of_url(request.headers, value)
        now = self._clock.now()
        return self._parts.presign(request, scheme, credentials, now, expires, unsigned=not scheme.signs_payload)

    def of_form(
        self, call: Callable[..., Steps], facts: Facts, form: Form
    ) -> Generator[Step, Any, tuple[str, dict[str, str]]]:
        """The steps to the URL and the fields of a form that takes the place of an operation."""
        operation = facts.operation
        value = cast("Any", operation.input)(bucket=form.bucket, key=form.key)
        region = self._region(facts, value)
        resolver, endpoint, scheme, credentials = yield from self._places.of(call, facts, value, region)
        host, path = resolver.place_of(operation, endpoint, HttpRequest(path=f"/{encode(form.bucket)}"))
        return f"{endpoint.scheme}://{host}{path}", post_fields(form, scheme, credentials, self._clock.now())

    def sign_copy(
        self, call: Callable[..., Steps], facts: Facts, value: Any, request: HttpRequest, destination: str
    ) -> Generator[Step, Any, None]:
        """Has the form of a copy from another region carry the URL that it takes."""
        operation = facts.operation
        made = copyurls.copy_of(operation.name, request)
        if made is None:
            return
        resolver, endpoint, scheme, credentials = yield from self._places.of(call, facts, value, made.source)
        host, path = resolver.place_of(operation, endpoint, request)
        asked = OutgoingRequest(
            method="GET",
            scheme=endpoint.scheme,
            host=host,
            path=path,
            query=[],
            headers=[("Content-Type", request.headers["Content-Type"])],
            body=made.asked(destination),
        )
        now = self._clock.now()
        url = self._parts.presign(asked, scheme, credentials, now, copyurls.SECONDS, unsigned=False)
        request.body = made.form(url, destination)

    def _region(self, facts: Facts, value: Any) -> str | None:
        buckets = self._parts.buckets
        return None if buckets is None else buckets.region_to_presign(facts.operation, value)

"""Riding on a client of botocore's: all of it runs, but for its serializer, its validator and its parser.

The seams are private: `tests/clients/test_seams.py` says in a sentence which of them a version of botocore has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakKeyDictionary, ref

from botocore import xform_name
from botocore.client import BaseClient
from botocore.context import start_as_current_context
from botocore.exceptions import ClientError
from botocore.useragent import register_feature_id

from botobind.errors import ServiceError
from botobind.io.carriers import Closable, Form
from botobind.io.events import Events, events_of
from botobind.io.faults import CredentialsMissing, WrongClient
from botobind.io.handlers import KEYS, afterwards
from botobind.io.parsing import ParsedError, ParserFactory
from botobind.io.serializing import Serializer
from botobind.io.tracing import is_on, note_response
from botobind.io.translating import raise_ours
from botobind.io.uploads import body_to_send
from botobind.io.views import MemberView
from botobind.markers import VALUE, in_format
from botobind.operations import check_class
from botobind.protocols.service import service_of
from botobind.tables import FORM_PROTOCOLS

if TYPE_CHECKING:
    from botobind.io.handlers import Afterwards
    from botobind.operations import Operation


POST = "presign_post"
"""What errors call it to have a form made."""


class BaseRider:
    """What riding has in common, awaited or not: a copy of a client of botocore's, with parts of its own."""

    _PARSERS: ClassVar[type[ParserFactory]]
    _EVENTS: ClassVar[type[Events]]

    def __init__(self, client: Any) -> None:
        self._operations: dict[str, Operation[Any, Any, Any]] = {}
        self._service: str = client.meta.service_model.service_name
        protocol: str = client.meta.service_model.resolved_protocol
        self._afterwards: dict[str, Afterwards | None] = {}
        own = object.__new__(type(client))
        own.__dict__.update(client.__dict__)
        endpoint = copy(client._endpoint)  # noqa: SLF001 - a seam
        meta = copy(client.meta)
        meta.events = events_of(client, self._EVENTS)
        endpoint._event_emitter = meta.events  # noqa: SLF001 - a seam
        endpoint._response_parser_factory = self._PARSERS(self._operations, self._service)  # noqa: SLF001 - a seam
        endpoint._add_modeled_error_fields = self._add_nothing  # noqa: SLF001 - our parser has read them
        own.meta = meta
        own._endpoint = endpoint
        is_in_version_2 = client.meta.config.signature_version == "v2" and protocol in FORM_PROTOCOLS
        own._serializer = Serializer(
            self._operations, self._service, protocol, self._body_to_send, has_dicts=is_in_version_2
        )
        self._call = own._make_api_call
        self._presign = own.generate_presigned_url
        self.sums_requests = getattr(client.meta.config, "request_checksum_calculation", None) == "when_supported"
        """Whether requests have a checksum wherever one is allowed."""
        self._ridden = ref(client)  # `rider_of` keeps this as long as the client is there

    @staticmethod
    def _add_nothing(*_: object) -> Any:
        raise NotImplementedError

    @staticmethod
    def _body_to_send(body: Any, operation: str) -> Any:
        raise NotImplementedError

    def _begin_post(self, form: Form) -> Any:
        """What S3's clients make for a form to post with, by botocore's own serializer; awaited of aiobotocore's.

        Raises `CredentialsMissing`, where botocore has an `AttributeError`.
        """
        ridden: Any = self._ridden()
        if ridden._request_signer._credentials is None:  # noqa: SLF001 - a seam
            raise CredentialsMissing("Unable to locate credentials", POST)
        fields = None if form.fields is None else dict(form.fields)
        conditions = None if form.conditions is None else list(form.conditions)
        return ridden.generate_presigned_post(form.bucket, form.key, fields, conditions, form.expires)

    def _begin(self, operation: Operation[Any, Any, Any], value: Any) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The method of botocore's to call, and the parameters to call it with."""
        check_class(value, operation.input, operation.name)
        if operation.protocols:
            self._operations[operation.name] = operation
            return self._call, MemberView(value)
        # By way of boto3's dicts, where the formats of the service's protocols were not generated.
        ridden: Any = self._ridden()
        params = {} if value is None else in_format(value, VALUE).to_value()
        return ridden._make_api_call, params  # noqa: SLF001 - a seam

    def _begin_url(
        self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None
    ) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The method of botocore's that makes a URL, and its arguments."""
        _, params = self._begin(operation, value)
        presign = self._presign
        if isinstance(params, MemberView):
            params.is_presigned = True
        else:
            ridden: Any = self._ridden()
            presign = ridden.generate_presigned_url
        name = xform_name(operation.name)
        return presign, {"ClientMethod": name, "Params": params, "ExpiresIn": expires, "HttpMethod": method}

    def _end(self, operation: Operation[Any, Any, Any], parsed: Any, asked: Any) -> Any:
        """The output, or the error, of what that method gave."""
        if is_on():
            _note(parsed)
        if isinstance(parsed, ParsedError):  # from inside of a response that began as a success
            return parsed.error
        if not isinstance(parsed, MemberView):  # a stub's, or botocore's own parser's
            return _output_of(operation, parsed)
        found = parsed.current()
        if found is not None:
            self._finish(operation, found, asked)
        return found

    def _finish(self, operation: Operation[Any, Any, Any], found: Any, asked: Any) -> None:
        name = operation.name
        if name not in self._afterwards:
            self._afterwards[name] = afterwards(self._service, operation)
        change = self._afterwards[name]
        if self._service == "s3" and name in KEYS and asked.encoding_type is None:
            change = KEYS[name]
        if change is not None:
            change(found)


def _note(parsed: Mapping[str, Any]) -> None:
    metadata = parsed.get("ResponseMetadata", {})  # a stub's have none
    if "HTTPStatusCode" in metadata:
        note_response(metadata["HTTPStatusCode"], metadata.get("HTTPHeaders", {}), metadata.get("RetryAttempts", 0))


class Rider(BaseRider):
    """Carries messages over a client of botocore's, which stays as it is."""

    _PARSERS = ParserFactory
    _EVENTS = Events
    _body_to_send = staticmethod(body_to_send)

    @staticmethod
    def _add_nothing(*_: object) -> None:
        return

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        call, params = self._begin(operation, value)
        try:
            parsed = call(operation.name, params)
        except Exception as error:  # noqa: BLE001 - what is neither a response nor of the transport's is raised as it is
            return error_of(operation, error)
        return self._end(operation, parsed, value)

    def using(self, use: str) -> Callable[[Operation[Any, Any, Any], Any], Any]:
        """See `Closable.loop`."""

        def carry(operation: Operation[Any, Any, Any], value: Any) -> Any:
            with start_as_current_context():
                register_feature_id(use)
                return self.carry(operation, value)

        return carry

    def post(self, form: Form) -> tuple[str, dict[str, str]]:
        """See `Engine.post`."""
        try:
            made = self._begin_post(form)
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, POST)
        return made["url"], made["fields"]

    def presign(self, operation: Operation[Any, Any, Any], value: Any, expires: int, method: str | None) -> str:
        """The URL of a call. Raises what a call raises before it is sent."""
        presign, arguments = self._begin_url(operation, value, expires, method)
        try:
            url: str = presign(**arguments)
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, operation.name)
        return url


def error_of(operation: Operation[Any, Any, Any], error: Exception) -> ServiceError:
    """The typed error of a `ClientError`. Raises what other exceptions are here, or themselves."""
    if not isinstance(error, ClientError):
        raise_ours(error, operation.name)
    response = error.response
    if isinstance(response, ParsedError):
        found = response.error
        retried = response["ResponseMetadata"].get("RetryAttempts")
        found.attempts = None if retried is None else retried + 1
    else:  # a stub's, or one that a handler made
        found = cast("ServiceError", operation.error_of_value(cast("Mapping[str, Any]", response)))
    found.__cause__ = error
    return found


def _output_of(operation: Operation[Any, Any, Any], parsed: Mapping[str, Any]) -> Any:
    output: Any = operation.output
    if output is None:
        return None
    return output.of_value({name: member for name, member in parsed.items() if name != "ResponseMetadata"})


def ride(client: Any, operations: Mapping[str, Operation[Any, Any, Any]]) -> Rider:
    """The carrier over a client, for the operations of a package. Raises `WrongClient`."""
    first = next(iter(operations), None)
    if first is not None:
        check_client(client, operations[first])
    return Rider(client)


_riders: WeakKeyDictionary[Any, dict[str, Closable]] = WeakKeyDictionary()


def rider_of(client: Any, operation: Operation[Any, Any, Any]) -> Closable:
    """The carrier over a client for an operation, made once, which does not keep the client. Raises `WrongClient`."""
    package = operation.values.__name__
    found = _riders.get(client, {}).get(package) if isinstance(client, BaseClient) else None
    if found is None:
        check_client(client, operation)
        found = _riders.setdefault(client, {}).setdefault(package, Closable(Rider(client)))
    return found


def check_client(client: Any, operation: Operation[Any, Any, Any], *, is_async: bool = False) -> None:
    """Refuses what cannot carry an operation. Raises `WrongClient`."""
    if not isinstance(client, BaseClient):
        whose = "aiobotocore's" if is_async else "boto3's or botocore's"
        raise WrongClient(f"expected a client of {whose}, got {type(client).__name__}{_meant(client)}")
    if iscoroutinefunction(client._make_api_call) is not is_async:  # noqa: SLF001 - a seam
        raise WrongClient("the client is not asynchronous" if is_async else "the client is asynchronous")
    given, wanted = client.meta.service_model.service_name, service_of(operation.values).name
    if given != wanted:
        raise WrongClient(f"expected a client of {wanted}, got one of {given}")


def _meant(given: Any) -> str:
    """What to say behind the type of what is no client."""
    if hasattr(given, "__aenter__"):
        return "; `async with` gives it"
    if hasattr(getattr(given, "meta", None), "client"):
        # The client within may have the resource's handlers, which change values on the way.
        return "; a resource is none: `boto3.client` makes one"
    if hasattr(given, "create_client") or hasattr(given, "client"):
        return "; `Client.of_session` takes sessions"
    if isinstance(given, str):
        return "; a region is given as region=…"
    return "; functions and fakes are given as transport=…" if callable(given) else ""

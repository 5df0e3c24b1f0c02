"""Riding on a client of botocore's: all of it runs, but for its serializer, its validator and its parser.

The seams are private: `tests/clients/test_seams.py` says in a sentence which of them a version of botocore has moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from botobind.errors import BotobindError, ServiceError
from botobind.io.events import events_of
from botobind.io.faults import WrongClient
from botobind.io.handlers import KEYS, afterwards
from botobind.io.parsing import ParsedError, ParserFactory
from botobind.io.serializing import Serializer
from botobind.io.translating import raise_ours
from botobind.io.views import MemberView
from botobind.markers import VALUE, in_format
from botobind.operations import check_class
from botobind.protocols.service import service_of

if TYPE_CHECKING:
    from botobind.io.handlers import Afterwards
    from botobind.operations import Operation


class Rider:
    """Carries messages over a client of botocore's, which stays as it is: this uses a copy with parts of its own."""

    def __init__(self, client: Any) -> None:
        self._operations: dict[str, Operation[Any, Any, Any]] = {}
        self._service: str = client.meta.service_model.service_name
        protocol: str = client.meta.service_model.resolved_protocol
        self._afterwards: dict[str, Afterwards | None] = {}
        own = object.__new__(type(client))
        own.__dict__.update(client.__dict__)
        endpoint = copy(client._endpoint)  # noqa: SLF001 - a seam
        meta = copy(client.meta)
        meta.events = events_of(client)
        endpoint._event_emitter = meta.events  # noqa: SLF001 - likewise
        endpoint._response_parser_factory = ParserFactory(self._operations, self._service)  # noqa: SLF001 - likewise
        endpoint._add_modeled_error_fields = lambda *_: None  # noqa: SLF001 - our parser has read them
        own.meta = meta
        own._endpoint = endpoint
        is_in_version_2 = client.meta.config.signature_version == "v2" and protocol in ("query", "ec2")
        own._serializer = Serializer(self._operations, self._service, protocol, has_dicts=is_in_version_2)
        self._call = own._make_api_call
        self._plain_call = client._make_api_call  # noqa: SLF001 - likewise

    def carry(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """See `Carrier.carry`."""
        if not operation.protocols:
            return self._carry_as_dict(operation, value)
        check_class(value, operation.input, operation.name)
        name = operation.name
        self._operations[name] = operation
        try:
            parsed = self._call(name, MemberView(value))
        except ClientError as error:
            return _error_of(operation, error)
        except BotobindError:
            raise
        except Exception as error:  # noqa: BLE001 - what is not of the transport's is raised as it is
            raise_ours(error, name)
        if isinstance(parsed, ParsedError):  # from inside of a response that began as a success
            return parsed.error
        if not isinstance(parsed, MemberView):  # a stub's
            return _output_of(operation, parsed)
        found = parsed.current()
        if found is not None:
            self._finish(operation, found, value)
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

    def _carry_as_dict(self, operation: Operation[Any, Any, Any], value: Any) -> Any:
        """By way of boto3's dicts, where the formats of the service's protocols were not generated."""
        check_class(value, operation.input, operation.name)
        params = {} if value is None else in_format(value, VALUE).to_value()
        try:
            parsed = self._plain_call(operation.name, params)
        except ClientError as error:
            return _error_of(operation, error)
        except Exception as error:  # noqa: BLE001 - likewise
            raise_ours(error, operation.name)
        return _output_of(operation, parsed)


def _error_of(operation: Operation[Any, Any, Any], error: ClientError) -> ServiceError:
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
        _check(client, operations[first])
    return Rider(client)


_riders: WeakKeyDictionary[Any, dict[str, Rider]] = WeakKeyDictionary()


def rider_of(client: Any, operation: Operation[Any, Any, Any]) -> Rider:
    """The carrier over a client for an operation, made once. Raises `WrongClient`."""
    package = operation.values.__name__
    found = _riders.get(client, {}).get(package) if isinstance(client, BaseClient) else None
    if found is None:
        _check(client, operation)
        found = _riders.setdefault(client, {}).setdefault(package, Rider(client))
    return found


def _check(client: Any, operation: Operation[Any, Any, Any]) -> None:
    if not isinstance(client, BaseClient):
        meta = getattr(client, "meta", None)
        hint = "; a resource has its client at `meta.client`" if hasattr(meta, "client") else ""
        raise WrongClient(f"expected a client of boto3's or botocore's, got {type(client).__name__}{hint}")
    if iscoroutinefunction(client._make_api_call):  # noqa: SLF001 - a seam
        raise WrongClient("the client is asynchronous")
    given, wanted = client.meta.service_model.service_name, service_of(operation.values).name
    if given != wanted:
        raise WrongClient(f"expected a client of {wanted}, got one of {given}")

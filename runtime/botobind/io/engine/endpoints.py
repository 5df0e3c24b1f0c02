"""Where requests go: an operation and its input lead to an endpoint by the rules of the service, which are compiled.

An endpoint's host and path are not all of a request's: operations have prefixes of hosts, and S3's paths begin with the
bucket, which the endpoint has already. `Endpoints.place_of` joins them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from importlib import import_module
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from botobind import validation
from botobind.attributes import evolve
from botobind.io.engine import rulefunctions
from botobind.io.engine.authschemes import schemes_at, schemes_of
from botobind.io.engine.data import AuthScheme, Endpoint
from botobind.io.engine.partitions import region_of_signatures
from botobind.io.faults import NO_REGION, EndpointUnknown
from botobind.memberpaths import find, first_at
from botobind.operations import check_class

if TYPE_CHECKING:
    from botobind.http import HttpRequest
    from botobind.operations import Operation

_IN_HOSTS = re.compile(r"[A-Za-z0-9._-]*").fullmatch
_MOST = 1000
"""How many endpoints are kept of operations whose inputs decide: one for each bucket or table."""
_REGION, _ENDPOINT = "AWS::Region", "SDK::Endpoint"
_ACCOUNT_ID, _ACCOUNT_ID_MODE = "AWS::Auth::AccountId", "AWS::Auth::AccountIdEndpointMode"
_PATH_STYLE = "AWS::S3::ForcePathStyle"
_REQUIRES_ACCOUNT_ID = "RequiresAccountId"
"""The parameter of rules that put accounts into the names of hosts, or leave them out for buckets on Outposts."""
_MODE_PARAMETER, _ACCOUNT_PARAMETER = "AccountIdEndpointMode", "AccountId"
_BUCKET, _BUCKET_LABEL = "Bucket", "/{Bucket}"
OF_REGIONS_UNKNOWN = "GetBucketLocation"
"""The operation of S3 by which callers find a bucket's region, so that they cannot sign for it: a bucket in the host's
name would make S3 refuse the signature of another region.
"""


class Parameter(NamedTuple):
    """What a rule set takes: a row of `PARAMETERS` in the module of compiled rules."""

    name: str
    kind: str
    builtin: str | None = None
    default: str | bool | None = None
    is_required: bool = False

    def checked(self, value: Any) -> Any:
        """A setting, which has to be of the kind. Raises `EndpointUnknown`."""
        if not self.holds(value):
            wanted = "true or false" if self.kind == "boolean" else "text"
            raise EndpointUnknown(f"expected {wanted} for {self.builtin or self.name}, got {type(value).__name__}")
        return value

    def holds(self, value: object) -> bool:
        """Whether a value is of the parameter's kind."""
        if self.kind == "stringArray":
            return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
        return isinstance(value, bool if self.kind == "boolean" else str)


class _Group:
    """Operations of which the same members of inputs decide, with the same constants beside them."""

    __slots__ = ("found", "key", "places", "values")

    def __init__(self, values: list[Any], places: tuple[int, ...], key: Callable[[Any], Hashable]) -> None:
        self.values = values
        self.places = places
        """Where among the values those of inputs are."""
        self.key = key
        """What decides of an input: a text, or a tuple where there are several places."""
        self.found: dict[Hashable, Endpoint] = {}


class Endpoints:
    """The endpoints of a service, by the rules in its package.

    `settings` are what rule sets call built-ins, such as `AWS::Region` and `SDK::Endpoint`, and parameters of the
    service's own clients (`clientContextParams`), by their names there; absent and None are the same. A package without
    rules has the endpoint of the settings alone. Where there is a `signing_region`, whatever endpoints name is signed
    for that. What was found is kept, so that few calls have rules evaluated.

    Raises `EndpointUnknown` where a setting is of the wrong kind, or a region is none.
    """

    def __init__(
        self, package: ModuleType, settings: Mapping[str, str | bool | None], signing_region: str | None = None
    ) -> None:
        self._signing_region = signing_region and region_of_signatures(signing_region)
        self._package: Any = package
        self._rules = _rules_of(package)
        self._parameters = tuple(Parameter(*row) for row in self._rules.PARAMETERS)
        self._region = settings.get(_REGION)
        if self._region is not None and not rulefunctions.is_host_label(cast("str", self._region), False):
            raise EndpointUnknown(f"{self._region!r} is no name of a region")
        self._settings = [_setting(each, settings) for each in self._parameters]
        self._places = {each.name: at for at, each in enumerate(self._parameters)}
        builtins = {each.builtin: at for at, each in enumerate(self._parameters) if each.builtin}
        self._path_style = builtins.get(_PATH_STYLE)
        self._account_id = None if settings.get(_ACCOUNT_ID_MODE) == "disabled" else builtins.get(_ACCOUNT_ID)
        self._has_account_ids = _REQUIRES_ACCOUNT_ID in self._places
        self._fixed: dict[Operation[Any, Any, Any], Endpoint] = {}
        self._groups: dict[Operation[Any, Any, Any], _Group] = {}
        self._alike: dict[Hashable, _Group] = {}
        self._schemes: dict[Operation[Any, Any, Any], tuple[AuthScheme, ...]] = {}

    @property
    def uses_account_id(self) -> bool:
        """Whether an account id may be a part of the host's name: then `of` wants that of the credentials."""
        return self._account_id is not None

    def of(self, operation: Operation[Any, Any, Any], value: Any = None, account_id: str | None = None) -> Endpoint:
        """The endpoint for an input, and for the account that the credentials are of, where `uses_account_id`.

        Raises `EndpointUnknown` where the rules have none, with their reason; `EncodeError` for a value that is not the
        operation's, and `ValidationError` where a member that decides is of a wrong type.
        """
        found = self._fixed.get(operation)
        if found is not None:
            return found
        group = self._groups.get(operation)
        if group is None:
            group = self._group(operation)
        try:
            key = group.key(value)
            if self._account_id is not None:
                key = (key, account_id)
            found = group.found.get(key)
        except (AttributeError, TypeError) as error:
            check_class(value, operation.input, operation.name)
            validation.explain(error, value)
        return found or self._found(operation, group, key, value)

    def schemes_of(self, operation: Operation[Any, Any, Any], endpoint: Endpoint) -> tuple[AuthScheme, ...]:
        """The ways to sign a request of an operation to its endpoint, in the order of preference: at least one."""
        of_model = self._schemes.get(operation)
        if of_model is None:
            region = region_of_signatures(cast("str", self._region or ""))
            of_model = self._schemes[operation] = schemes_of(operation, self._package, region)
        found = schemes_at(of_model, endpoint)
        if self._signing_region is None:
            return found
        return tuple(evolve(each, region=each.region and self._signing_region) for each in found)

    def place_of(
        self, operation: Operation[Any, Any, Any], endpoint: Endpoint, request: HttpRequest
    ) -> tuple[str, str]:
        """The host and the path that a request is sent to.

        The host is that of the endpoint, behind the operation's prefix (`endpoint.hostPrefix` in models) unless the
        rules have put that there, or decide whether it is there, as they do in S3 Control. The path is that of the
        endpoint with the request's own behind it. Rules that have a bucket put it into the endpoint, be it into the
        host or the path: so the bucket at the start of the request's path is left out.
        """
        path = request.path
        if _BUCKET in self._places and operation.uri.startswith(_BUCKET_LABEL):
            _, slash, rest = path[1:].partition("/")
            path = slash + rest
        host = endpoint.host if self._has_account_ids else request.host_at(endpoint.host)
        base = endpoint.path
        if not base:
            return host, path or "/"
        if path in ("", "/"):
            return host, base
        return host, f"{base.removesuffix('/')}{path}"

    def _group(self, operation: Operation[Any, Any, Any]) -> _Group:
        """How the endpoint of an operation is found; kept for the next time."""
        said: Mapping[str, Any] = operation.traits.get("staticContextParams", {})
        constants = {name: _hashable(each["value"]) for name, each in said.items()}
        if operation.name == OF_REGIONS_UNKNOWN and self._path_style is not None:
            constants[self._parameters[self._path_style].name] = True
        readers = {name: reader for name, reader in self._readers(operation).items() if name not in constants}
        known = {name: constants[name] for name in constants if name in self._places}
        values = list(self._settings)
        for name, constant in known.items():
            values[self._places[name]] = self._parameters[self._places[name]].checked(constant)
        places = tuple(self._places[name] for name in readers)
        alike = (tuple(known.items()), tuple(readers.items()))
        made = _Group(values, places, _key_of(readers, self._is_text))
        group = self._groups[operation] = self._alike.setdefault(alike, made)
        return group

    def _readers(self, operation: Operation[Any, Any, Any]) -> dict[str, str | tuple[Any, ...]]:
        """Where inputs have parameters: the name of a member, or a path."""
        cls: Any = operation.input
        if cls is None:
            return {}
        paths: Mapping[str, Mapping[str, Any]] = getattr(self._rules, "PATHS", {})
        found: dict[str, str | tuple[Any, ...]] = {**paths.get(operation.name, {})}
        for attribute, traits in cls.MEMBER_TRAITS.items():
            if "contextParam" in traits:
                found[traits["contextParam"]["name"]] = attribute
        known = {name: where for name, where in found.items() if name in self._places}
        # A member that is a list is looked into as a path is.
        return {name: where if self._is_text(name) else _path(where) for name, where in known.items()}

    def _is_text(self, name: str) -> bool:
        return self._parameters[self._places[name]].kind != "stringArray"

    def _found(self, operation: Operation[Any, Any, Any], group: _Group, key: Any, value: Any) -> Endpoint:
        """An endpoint that was not asked for yet."""
        values = list(group.values)
        of_input, account_id = key if self._account_id is not None else (key, None)
        given = of_input if len(group.places) > 1 else (of_input,)
        for place, each in zip(group.places, given, strict=False):
            if each is None:
                continue
            if not self._parameters[place].holds(each):
                validation.explain(TypeError(), value)
            values[place] = each
        if self._account_id is not None and values[self._account_id] is None:
            values[self._account_id] = account_id
        if self._path_style is not None and operation.name != OF_REGIONS_UNKNOWN and self._has_arn(values):
            values[self._path_style] = False  # No path holds an ARN.
        try:
            endpoint = self._resolved(values)
            _refuse_misleading(endpoint, given)
        except EndpointUnknown as error:
            reason = error.reason if self._region else f"{error.reason}; {NO_REGION}"
            raise EndpointUnknown(reason, operation.name) from None
        if features := self._features(values):
            endpoint = evolve(endpoint, features=features)
        if not group.places and self._account_id is None:
            self._fixed[operation] = endpoint
        if len(group.found) >= _MOST:
            group.found = {}  # Without a lock, which a forked child might wait for.
        group.found[key] = endpoint
        return endpoint

    def _features(self, values: list[Any]) -> tuple[str, ...]:
        """What `User-Agent` tells of the values that decide of an endpoint: by which parameters botocore knows it."""
        places = self._places
        mode = values[places[_MODE_PARAMETER]] if _MODE_PARAMETER in places else None
        has_account = _ACCOUNT_PARAMETER in places and values[places[_ACCOUNT_PARAMETER]] is not None
        found = () if mode is None else (f"ACCOUNT_ID_MODE_{mode.upper()}",)
        return (*found, "RESOLVED_ACCOUNT_ID") if has_account else found

    def _has_arn(self, values: list[Any]) -> bool:
        bucket: str | None = values[self._places[_BUCKET]] if _BUCKET in self._places else None
        return bucket is not None and bucket.startswith("arn:") and bucket.count(":") >= 5

    def _resolved(self, values: list[Any]) -> Endpoint:
        for parameter, value in zip(self._parameters, values, strict=True):
            if value is None and parameter.is_required:
                raise EndpointUnknown(f"{parameter.name} is missing, which decides where the request goes")
        endpoint: Endpoint | None = self._rules.resolve(*values)
        if endpoint is None:
            raise EndpointUnknown("no rule of the service's endpoints has one for this input and these settings")
        return endpoint


def _refuse_misleading(endpoint: Endpoint, given: Iterable[object]) -> None:
    """Refuses an endpoint that has a text of the input with signs that end a host, such as a slash. Rules check what
    they put into hosts; should one forget it, nobody else's host gets the request.
    """
    for each in given:
        if isinstance(each, str) and not _IN_HOSTS(each) and each in f"{endpoint.host}{endpoint.path}":
            raise EndpointUnknown("a text of the input cannot be a part of the endpoint's URL")


class _NoRules:
    """What stands in for the rules of a package that has none: the endpoint that the client was given."""

    PARAMETERS = (("Endpoint", "string", _ENDPOINT),)

    @staticmethod
    def resolve(url: str | None) -> Endpoint:
        """The endpoint of the settings."""
        if url is None:
            raise EndpointUnknown("the model has no rules for endpoints: the URL of one has to be given")
        return rulefunctions.endpoint(url)


def _rules_of(package: ModuleType) -> Any:
    name = f"{package.__name__}.io._endpoint_rules"
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return _NoRules


def _setting(parameter: Parameter, settings: Mapping[str, str | bool | None]) -> Any:
    """What the settings say of a parameter: as one of the service's clients, as a built-in, or else its default."""
    for name in (parameter.name, parameter.builtin):
        if name is not None and (value := settings.get(name)) is not None:
            return parameter.checked(value)
    return parameter.default


def _key_of(readers: Mapping[str, str | tuple[Any, ...]], is_text: Callable[[str], bool]) -> Callable[[Any], Hashable]:
    """The function from an input to what decides of it."""
    where = [*readers.values()]
    if not where:
        return _nothing
    names = [each for each in where if isinstance(each, str)]
    if len(names) == len(where):
        return attrgetter(*names)
    ways = [(where, is_text(name)) for name, where in readers.items()]
    if len(ways) == 1:
        return lambda value: _at(value, *ways[0])
    return lambda value: tuple(_at(value, *each) for each in ways)


def _nothing(_: object) -> None:
    return None


def _path(where: str | tuple[Any, ...]) -> tuple[Any, ...]:
    return (where,) if isinstance(where, str) else where


def _at(value: Any, where: str | tuple[Any, ...], is_text: bool) -> Hashable:  # noqa: FBT001 - the module's own
    """What an input has at a place: of lists their first item, since rules ask for no other."""
    path = _path(where)
    found: Hashable = first_at(value, path)
    if is_text:
        return found
    return (found,) if found is not None else _hashable(find(value, path))


def _hashable(value: Any) -> Hashable:
    found: Hashable = tuple(value) if isinstance(value, list) else value
    return found

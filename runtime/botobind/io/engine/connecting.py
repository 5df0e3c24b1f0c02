"""Makes engines: joins settings, endpoints, credentials and a transport. The one module that knows all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Unpack, cast

from botobind.attributes import evolve
from botobind.io.engine import discovery
from botobind.io.engine.buckets import GLOBAL, Buckets
from botobind.io.engine.core import Core
from botobind.io.engine.coreparts import Limits, Parts
from botobind.io.engine.credentials import prefers_token, provider_of, token_provider
from botobind.io.engine.drivers import Engine
from botobind.io.engine.endpoints import Endpoints
from botobind.io.engine.observing import Hooks
from botobind.io.engine.operationfacts import Habits
from botobind.io.engine.remembering import remember
from botobind.io.engine.retries import Retries
from botobind.io.engine.rulefunctions import partition
from botobind.io.engine.setting_rows import Row, seconds
from botobind.io.engine.settings import ROWS, Settings
from botobind.io.engine.signing import presign, sign
from botobind.io.engine.transports import TransportOptions
from botobind.io.engine.useragent import Agents, trace_of
from botobind.io.faults import WrongClient
from botobind.io.options import EngineOptions
from botobind.lazy import hint

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.io.engine.async_drivers import AsyncEngine
    from botobind.io.engine.transports import AsyncTransport, Transport

_REGION, _GLOBAL_ENDPOINT = "AWS::Region", "AWS::S3::UseGlobalEndpoint"
_WHEN_SUPPORTED = "when_supported"
_MOST_REGIONS = 100


def engine_of(package: ModuleType, transport: Transport | None = None, **options: Unpack[EngineOptions]) -> Engine:
    """The engine of a client. Raises `EndpointUnknown` and `SettingWrong` for settings that cannot be, and
    `WrongClient` where there is no urllib3.
    """
    settings = _settings(package, options)
    core = core_of(package, settings, options)
    if transport is None:
        try:
            from botobind.io.engine.urllib3_transport import Urllib3Transport
        except ImportError as error:
            raise WrongClient(f"to send requests takes urllib3: pip install 'botobind[engine]' ({error})") from None
        transport = Urllib3Transport(_transport_options(settings))
    return Engine(core, transport)


def async_engine_of(
    package: ModuleType, transport: AsyncTransport | None = None, **options: Unpack[EngineOptions]
) -> AsyncEngine:
    """The engine of an asynchronous client. Raises what `engine_of` raises."""
    settings = _settings(package, options)
    core = core_of(package, settings, options)
    if transport is None:
        try:
            from botobind.io.engine.aiohttp_transport import AiohttpTransport
        except ImportError as error:
            reason = "to send requests takes aiohttp: pip install 'botobind[engine-async]'"
            raise WrongClient(f"{reason} ({error})") from None
        transport = AiohttpTransport(_transport_options(settings))
    from botobind.io.engine.async_drivers import AsyncEngine  # and asyncio

    return AsyncEngine(core, transport)


def _settings(package: Any, options: EngineOptions) -> Settings:
    """The settings: those that were given, or those of the environment and of files. What is given beside them counts
    before them.
    """
    odd = options.keys() - EngineOptions.__annotations__.keys()
    if odd:
        raise TypeError(f"clients take no {', '.join(sorted(odd))}{_meant(min(odd))}")
    given: dict[str, Any] = {name: value for name, value in options.items() if name in ROWS and value is not None}
    settings, profile = options.get("settings"), options.get("profile")
    if settings is None:
        return Settings.of(package.service_id, profile=profile, **given)
    if profile is not None:
        raise TypeError("settings are those of a profile already: one of the two")
    return evolve(settings, service=package.service_id, **given)


def _meant(option: str) -> str:
    """What to say behind an option that is none, which may be one of boto3's."""
    if option.startswith("aws_"):
        return "; keys are given as credentials=Credentials(…), a profile as profile=…"
    if option == "config":
        return "; each setting is an argument of its own, such as read_timeout=…"
    return hint(option, EngineOptions.__annotations__)


def core_of(package: ModuleType, settings: Settings, options: EngineOptions) -> Core:
    """The core of a client."""
    described: Any = package
    preferred = settings.auth_scheme_preference
    features: tuple[str, ...] = ()
    is_said = preferred and (options.get("auth_scheme_preference") or options.get("settings"))
    # The environment's token for a service counts before its preference for all.
    if not is_said and prefers_token(described.signing_name or "", described.metadata.get("auth") or ()):
        preferred, features = ("httpBearerAuth",), ("BEARER_SERVICE_ENV_VARS",)
    return Core(
        Parts(
            package=package,
            resolvers=_Resolvers(package, settings),
            credentials=provider_of(options.get("credentials"), settings),
            tokens=token_provider(settings, described.signing_name),
            sign=sign,
            presign=presign,
            retries=Retries(described.service_id, settings.retry_mode, settings.max_attempts),
            buckets=Buckets(package, settings.region, presigns_globally=_presigns_globally(settings))
            if described.signature_version == "s3"
            else None,
            habits=Habits(
                sums_when_supported=settings.request_checksum_calculation == _WHEN_SUPPORTED,
                checks_when_supported=settings.response_checksum_validation == _WHEN_SUPPORTED,
                compresses=not settings.disable_request_compression,
                smallest_compressed=settings.request_min_compression_size,
                has_host_prefixes=not settings.disable_host_prefix_injection,
            ),
            limits=Limits(attempt=_limit(options, "attempt_timeout"), call=_limit(options, "call_timeout")),
            read_timeout=settings.read_timeout,
            hooks=options.get("hooks") or Hooks(),
            user_agent=Agents(settings, features),
            trace=trace_of(),
            discovery=_discovery(described, settings),
            signs_payload=settings.payload_signing,
            preferred_schemes=preferred,
            sigv4a_region_set=settings.sigv4a_region_set,
        )
    )


def _discovery(package: Any, settings: Settings) -> discovery.Discovery | None:
    """What asks for endpoints; None for services that tell none, and where the endpoint was given."""
    if settings.endpoint_url is not None or "endpointDiscovery" not in package.metadata:
        return None
    return discovery.Discovery(package, settings.endpoint_discovery_enabled)


def _limit(options: Any, name: str) -> float | None:
    """A limit that was given. Raises `SettingWrong` for what is no time."""
    row = Row(name=name, kind=seconds, note="", variables=(), keys=(), default=None)
    given = options.get(name)
    return None if given is None else cast("float", row.value_of(given, "as given"))


class _Resolvers:
    """The endpoints of a service by region: that of the settings, and those that S3's buckets turn out to be in."""

    def __init__(self, package: ModuleType, settings: Settings) -> None:
        self._make = partial(Endpoints, package)
        self._settings = settings.builtins()
        self._found: dict[str | None, Endpoints] = {}

    def __call__(self, region: str | None) -> Endpoints:
        found = self._found.get(region)
        if found is None:
            # Threads may do the same work twice, and none waits.
            found = remember(self._found, region, self._made(region), _MOST_REGIONS)
        return found

    def _made(self, region: str | None) -> Endpoints:
        settings = self._settings
        if region is None:
            return self._make(settings)
        if region != GLOBAL:
            return self._make({**settings, _REGION: region})
        return self._make(
            {**settings, _REGION: region, _GLOBAL_ENDPOINT: True}, signing_region=cast("str", settings[_REGION])
        )


def _presigns_globally(settings: Settings) -> bool:
    """Whether URLs of S3's name the global endpoint, as botocore has it."""
    region = settings.region
    if region is None or settings.use_dualstack or settings.addressing_style != "auto":
        return False
    is_regional = region == "us-east-1" and settings.us_east_1_regional == "regional"
    return partition(region).name == "aws" and not is_regional


def _transport_options(settings: Settings) -> TransportOptions:
    return TransportOptions(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        max_connections=settings.max_connections,
        proxies=settings.proxies,
        ca_bundle=settings.ca_bundle,
        verify=settings.verify,
        client_cert=settings.client_cert,
        tcp_keepalive=settings.tcp_keepalive,
    )

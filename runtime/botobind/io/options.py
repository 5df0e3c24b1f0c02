"""What clients take that send requests themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from botobind.io.engine.data import CredentialProvider, Credentials
    from botobind.io.engine.observing import Hooks
    from botobind.io.engine.settings import Settings


class EngineOptions(TypedDict, total=False):
    """What clients take that send requests themselves. What is left out, or None, is as the environment and the files
    of a profile have it; `Settings` says what each setting means.
    """

    credentials: Credentials | CredentialProvider | object | None
    """Keys, or what gives them: a provider, or credentials of botocore's."""
    profile: str | None
    """A profile of the files of configuration, by its name."""
    settings: Settings | None
    """All settings at once; those that are given beside them count before them."""
    hooks: Hooks | None
    """Functions to call before and after each attempt."""
    attempt_timeout: float | None
    """Seconds that an attempt may take, with the body of its response."""
    call_timeout: float | None
    """Seconds that a call may take, with all of its attempts."""

    region: str | None
    endpoint_url: str | None
    ignore_configured_endpoint_urls: bool | None
    use_fips: bool | None
    use_dualstack: bool | None
    defaults_mode: str | None
    retry_mode: str | None
    max_attempts: int | None
    connect_timeout: float | None
    read_timeout: float | None
    max_connections: int | None
    tcp_keepalive: bool | None
    proxies: Mapping[str, str] | None
    verify: bool | None
    ca_bundle: str | None
    client_cert: str | tuple[str, str] | None
    app_id: str | None
    user_agent_extra: str | None
    sigv4a_region_set: tuple[str, ...] | None
    auth_scheme_preference: tuple[str, ...] | None
    account_id_endpoint_mode: str | None
    endpoint_discovery_enabled: bool | str | None
    disable_host_prefix_injection: bool | None
    request_checksum_calculation: str | None
    response_checksum_validation: str | None
    disable_request_compression: bool | None
    request_min_compression_size: int | None
    sts_regional_endpoints: str | None
    addressing_style: str | None
    use_accelerate: bool | None
    use_arn_region: bool | None
    us_east_1_regional: str | None
    disable_multiregion_access_points: bool | None
    disable_s3_express_session_auth: bool | None
    payload_signing: bool | None

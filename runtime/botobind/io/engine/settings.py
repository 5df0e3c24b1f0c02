"""The settings of clients: what was given, or else what the environment says, or a profile's files, or a default.

Each is one row of the class below, which the documentation shows and tests compare with botocore's own.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from botobind.attributes import frozen
from botobind.io.engine.profiles import Profile, read_profile
from botobind.io.engine.retries import own_attempts
from botobind.io.engine.rule_inputs import builtins_of
from botobind.io.engine.setting_rows import (
    Kind,
    Row,
    flag,
    listed,
    matching,
    one_of,
    rows_of,
    seconds,
    setting,
    switch,
    text,
    whole,
)
from botobind.io.faults import SettingWrong
from botobind.lazy import hint

__all__ = ["ROWS", "Settings"]

T = TypeVar("T")

_logger = logging.getLogger("botobind.io")

_S3_SERVICES = frozenset({"S3", "S3 Control"})

_region = matching(r"(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)", "the name of a region, such as eu-west-1")
_url = matching(
    r"https?://[^\s/?#@]+(/[^\s?#]*)?", "a URL by http or https, without user, query string or fragment", shows=False
)
_modes = ("legacy", "standard", "in-region", "cross-region", "mobile", "auto")
_when = one_of("when_supported", "when_required")
_regional = one_of("regional", "legacy")


def _mapping(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for pair in value.items() for each in pair):
        raise TypeError
    return dict(value)


def _certificate(value: Any) -> str | tuple[str, str]:
    if isinstance(value, str) and value:
        return value
    certificate, key = value
    if not isinstance(certificate, str) or not isinstance(key, str):
        raise TypeError
    return certificate, key


_proxies = Kind(expected="a mapping of http and https to URLs", read=_mapping, shows=False)
_client_cert = Kind(expected="the path of a certificate, or a pair of it and of its key's path", read=_certificate)


ROWS: dict[str, Row] = {}
"""All settings by their names."""


def _with_rows(cls: type[T]) -> type[T]:
    ROWS.update(rows_of(cls))
    return cls


@frozen(kw_only=True)
@_with_rows
class Settings:
    """The settings of a client. `Settings(...)` takes what is given and defaults, `Settings.of(...)` reads the
    environment and files as botocore does, too. Raises `SettingWrong` for a value that is none of the setting's.
    """

    service: str = ""
    """The service's id, such as `DynamoDB`: names of some variables are made of it."""
    profile: str | None = None
    """The profile as it was given; the environment's where it was not."""

    region: str | None = setting(
        _region, None, "the region to call", variables=("AWS_DEFAULT_REGION",), keys=("region",)
    )
    endpoint_url: str | None = setting(
        _url,
        None,
        "where to send requests instead of AWS's endpoint; `<SERVICE>` is the service's id, as in `S3_CONTROL`. In"
        " files it is the profile's, or the service's in the section of `services` that the profile names",
        variables=("AWS_ENDPOINT_URL_<SERVICE>", "AWS_ENDPOINT_URL"),
        keys=("<service>.endpoint_url", "endpoint_url"),
    )
    ignore_configured_endpoint_urls: bool = setting(
        flag,
        False,
        "whether only an `endpoint_url` that was given counts",
        variables=("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",),
        keys=("ignore_configured_endpoint_urls",),
    )
    use_fips: bool = setting(
        flag,
        False,
        "whether to call endpoints with cryptography by FIPS 140",
        variables=("AWS_USE_FIPS_ENDPOINT",),
        keys=("use_fips_endpoint",),
    )
    use_dualstack: bool = setting(
        flag,
        False,
        "whether to call endpoints that have IPv6, too; for S3, `true` in its section comes before the variable",
        variables=("AWS_USE_DUALSTACK_ENDPOINT",),
        keys=("use_dualstack_endpoint",),
    )
    defaults_mode: str = setting(
        one_of(*_modes),
        "legacy",
        "other defaults of `connect_timeout`, `sts_regional_endpoints` and `us_east_1_regional`",
        variables=("AWS_DEFAULTS_MODE",),
        keys=("defaults_mode",),
    )
    retry_mode: str = setting(
        one_of("standard", "adaptive", stands_for={"legacy": "standard"}),
        "standard",
        "how failed calls are tried again; `legacy` stands for `standard`",
        variables=("AWS_RETRY_MODE",),
        keys=("retry_mode",),
    )
    max_attempts: int = setting(
        whole(1),
        3,
        "how often a request is sent at most, the first time included; 4 for DynamoDB by default",
        variables=("AWS_MAX_ATTEMPTS",),
        keys=("max_attempts",),
    )
    connect_timeout: float = setting(seconds, 60.0, "how long to wait for a connection, in seconds")
    read_timeout: float = setting(seconds, 60.0, "how long to wait for the next bytes of a response, in seconds")
    max_connections: int = setting(whole(1), 10, "how many connections are kept open")
    tcp_keepalive: bool = setting(
        flag,
        False,
        "whether connections send packets while nothing else does",
        variables=("BOTOCORE_TCP_KEEPALIVE",),
        keys=("tcp_keepalive",),
    )
    proxies: Mapping[str, str] | None = setting(
        _proxies, None, "proxies by the scheme of URLs; by default those of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`"
    )
    verify: bool = setting(flag, True, "whether the certificates of servers are checked")
    ca_bundle: str | None = setting(
        text,
        None,
        "a file of certificates to check those of servers by",
        variables=("AWS_CA_BUNDLE",),
        keys=("ca_bundle",),
    )
    client_cert: str | tuple[str, str] | None = setting(_client_cert, None, "the client's own certificate")
    app_id: str | None = setting(
        text, None, "the program's name in `User-Agent`", variables=("AWS_SDK_UA_APP_ID",), keys=("sdk_ua_app_id",)
    )
    user_agent_extra: str | None = setting(
        matching(r"[ -~]+", "printable ASCII"), None, "what comes last in `User-Agent`"
    )
    sigv4a_region_set: tuple[str, ...] = setting(
        listed,
        (),
        "regions that signatures by SigV4a are good for; by default those of the endpoint",
        variables=("AWS_SIGV4A_SIGNING_REGION_SET",),
        keys=("sigv4a_signing_region_set",),
    )
    auth_scheme_preference: tuple[str, ...] = setting(
        listed,
        (),
        "ways to sign, the first that a service has being taken: `sigv4`, `sigv4a`, `httpBearerAuth`, `noAuth`",
        variables=("AWS_AUTH_SCHEME_PREFERENCE",),
        keys=("auth_scheme_preference",),
    )
    account_id_endpoint_mode: str = setting(
        one_of("preferred", "disabled", "required"),
        "preferred",
        "whether endpoints have the account's id in them, where credentials tell it",
        variables=("AWS_ACCOUNT_ID_ENDPOINT_MODE",),
        keys=("account_id_endpoint_mode",),
    )
    endpoint_discovery_enabled: str = setting(
        switch("auto"),
        "auto",
        "whether services are asked where to send requests: `auto` for operations that do not go without",
        variables=("AWS_ENDPOINT_DISCOVERY_ENABLED", "AWS_ENABLE_ENDPOINT_DISCOVERY"),
        keys=("endpoint_discovery_enabled",),
    )
    disable_host_prefix_injection: bool = setting(
        flag,
        False,
        "whether hosts go without the prefixes of operations, such as `data.`",
        variables=("AWS_DISABLE_HOST_PREFIX_INJECTION",),
        keys=("disable_host_prefix_injection",),
    )
    request_checksum_calculation: str = setting(
        _when,
        "when_supported",
        "when requests have checksums",
        variables=("AWS_REQUEST_CHECKSUM_CALCULATION",),
        keys=("request_checksum_calculation",),
    )
    response_checksum_validation: str = setting(
        _when,
        "when_supported",
        "when checksums of responses are checked",
        variables=("AWS_RESPONSE_CHECKSUM_VALIDATION",),
        keys=("response_checksum_validation",),
    )
    disable_request_compression: bool = setting(
        flag,
        False,
        "whether requests are never compressed",
        variables=("AWS_DISABLE_REQUEST_COMPRESSION",),
        keys=("disable_request_compression",),
    )
    request_min_compression_size: int = setting(
        whole(1, 1_048_576),
        10_240,
        "from how many bytes on requests are compressed, where the service takes it",
        variables=("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",),
        keys=("request_min_compression_size_bytes",),
    )
    sts_regional_endpoints: str = setting(
        _regional,
        "regional",
        "whether STS is called in the region, or `sts.amazonaws.com` for the older ones",
        variables=("AWS_STS_REGIONAL_ENDPOINTS",),
        keys=("sts_regional_endpoints",),
    )
    addressing_style: str = setting(
        one_of("auto", "path", "virtual"),
        "auto",
        "whether S3's buckets are in the path or in the host",
        keys=("s3.addressing_style",),
    )
    use_accelerate: bool = setting(
        flag, False, "whether S3 is called by its accelerated endpoint", keys=("s3.use_accelerate_endpoint",)
    )
    use_arn_region: bool | None = setting(
        flag,
        None,
        "whether the region of an ARN is called that stands for a bucket: S3 does by default, S3 Control does not",
        variables=("AWS_S3_USE_ARN_REGION",),
        keys=("s3_use_arn_region", "s3.use_arn_region"),
    )
    us_east_1_regional: str = setting(
        _regional,
        "legacy",
        "whether S3 in `us-east-1` is called there, or by its endpoint of all regions",
        variables=("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",),
        keys=("s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint"),
    )
    disable_multiregion_access_points: bool = setting(
        flag,
        False,
        "whether S3's access points of several regions are refused",
        variables=("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",),
        keys=("s3.s3_disable_multiregion_access_points",),
    )
    disable_s3_express_session_auth: bool = setting(
        flag,
        False,
        "whether S3's directory buckets go without sessions",
        variables=("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",),
        keys=("s3_disable_express_session_auth",),
    )
    payload_signing: bool | None = setting(
        flag,
        None,
        "whether bodies to S3 are signed; by default those that stream are not, by https and with a checksum",
        keys=("s3.payload_signing_enabled",),
    )

    @classmethod
    def of(
        cls, service: str, *, profile: str | None = None, environ: Mapping[str, str] | None = None, **given: Any
    ) -> Self:
        """The settings of a client of a service, by its id: each what is given and not `None`, or else what variables
        of the environment say, or a profile, or its default. An empty variable counts as none.

        Raises `SettingWrong` for a value that is none of the setting's, a setting that there is not, a profile that was
        named and is nowhere, and a file that cannot be read.
        """
        environ = os.environ if environ is None else environ
        found = read_profile(profile, environ)
        given = {name: _row(name).value_of(value, "as given") for name, value in given.items() if value is not None}
        rows = [row for name, row in ROWS.items() if name not in given and name != "endpoint_url"]
        values = {row.name: row.found(environ, found.values, found.place) for row in rows}
        values = {name: value for name, value in values.items() if value is not None} | given
        if "endpoint_url" not in given and not values.get("ignore_configured_endpoint_urls"):
            values["endpoint_url"] = _endpoint_url(service, environ, found)
        if service in _S3_SERVICES and "use_dualstack" not in given and _s3_has_dualstack(found):
            values["use_dualstack"] = True
        if (attempts := own_attempts(service)) is not None:
            values.setdefault("max_attempts", attempts)
        for name, value in mode_defaults(values.get("defaults_mode", "legacy"), values.get("region"), environ).items():
            values.setdefault(name, value)
        region = values.get("region") or ""
        plain = region.replace("fips-", "").replace("-fips", "")
        if plain != region:
            _logger.warning("the region %s stands for %s with use_fips, which says it better", region, plain)
            values |= {"region": plain, "use_fips": True}
        return cls(service=service, profile=profile, **values)

    def builtins(self) -> dict[str, str | bool]:
        """What endpoint rule sets ask for by their own names, such as `AWS::Region`; the account's id is for those who
        have credentials.
        """
        return builtins_of(self)


_CONNECT_TIMEOUTS = {"standard": 3.1, "in-region": 1.1, "cross-region": 3.1, "mobile": 30.0}
"""Seconds, by the mode of defaults; from AWS's `sdk-default-configuration`."""


def mode_defaults(mode: str, region: str | None, environ: Mapping[str, str]) -> dict[str, Any]:
    """What a mode of defaults has instead of the rows' own. `auto` finds out by the environment whether the program is
    in the region that it calls; botocore asks the machine for that, too.
    """
    if mode == "legacy":
        return {}
    if mode == "auto":
        here = (
            environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") if environ.get("AWS_EXECUTION_ENV") else None
        )
        mode = "standard" if not here else "in-region" if here == region else "cross-region"
    return {
        "retry_mode": "standard",
        "sts_regional_endpoints": "regional",
        "us_east_1_regional": "regional",
        "connect_timeout": _CONNECT_TIMEOUTS[mode],
    }


def _row(name: str) -> Row:
    row = ROWS.get(name)
    if row is None:
        raise SettingWrong(f"there is no setting {name!r}{hint(name, ROWS)}")
    return row


def _endpoint_url(service: str, environ: Mapping[str, str], profile: Profile) -> str | None:
    """The variables before the files, and in each what is for the service before what is for all."""
    name = service.replace(" ", "_").replace("-", "_")
    row = ROWS["endpoint_url"]
    for variable in (f"AWS_ENDPOINT_URL_{name.upper()}", "AWS_ENDPOINT_URL"):
        if environ.get(variable):
            url: str = row.value_of(environ[variable], f"variable {variable}")
            return url
    if profile.services is None:
        wanted = profile.values.get("services")
        raise SettingWrong(f"services: {profile.place} names a section that is not there: [services {wanted}]")
    section = profile.services.get(name.lower(), {})
    inner = section.get("endpoint_url") if isinstance(section, Mapping) else None
    place = f"{name.lower()} of the services of {profile.place}"
    for value, where in ((inner, place), (profile.values.get("endpoint_url"), profile.place)):
        if value:
            found: str = row.value_of(value, f"endpoint_url in {where}")
            return found
    return None


def _s3_has_dualstack(profile: Profile) -> bool:
    section = profile.values.get("s3")
    return isinstance(section, Mapping) and section.get("use_dualstack_endpoint") in {"true", "True"}

"""What endpoint rule sets ask of settings, as botocore answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from botobind.io.engine.settings import Settings

__all__ = ["GLOBAL_SERVICES", "builtins_of"]

GLOBAL_SERVICES = frozenset(
    {
        "Account",
        "Budgets",
        "Chime",
        "CloudFront",
        "CodeCatalyst",
        "Cost Explorer",
        "Health",
        "IAM",
        "ImportExport",
        "NetworkManager",
        "NotificationsContacts",
        "Organizations",
        "Route 53",
        "S3",
        "STS",
        "Shield",
        "Support",
        "TaxSettings",
        "WAF",
        "billingconductor",
        "savingsplans",
    }
)
"""Services that are called without a region, by their ids."""

_GLOBAL = "aws-global"
_FIRST = "us-east-1"
_OLDER_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "aws-global",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""Where `sts.amazonaws.com` answers."""


def builtins_of(settings: Settings) -> dict[str, str | bool]:
    """The values by the names that rule sets have for them. What is not known is left out."""
    given = settings.endpoint_url
    is_s3 = settings.service == "S3"
    s3_is_global = settings.us_east_1_regional == "legacy" and settings.region in {_FIRST, None}
    region = settings.region
    if region is None and settings.service in GLOBAL_SERVICES:
        region = _FIRST if is_s3 and s3_is_global else _GLOBAL
    sts_is_global = settings.sts_regional_endpoints == "legacy" and region in _OLDER_REGIONS
    found: dict[str, str | bool | None] = {
        "AWS::Region": region,
        # Neither goes together with an endpoint that was given.
        "AWS::UseFIPS": settings.use_fips and given is None,
        "AWS::UseDualStack": settings.use_dualstack and given is None,
        "AWS::STS::UseGlobalEndpoint": sts_is_global,
        "AWS::S3::UseGlobalEndpoint": s3_is_global,
        "AWS::S3::Accelerate": settings.use_accelerate,
        "AWS::S3::ForcePathStyle": _uses_paths(settings),
        "AWS::S3::UseArnRegion": settings.use_arn_region is not False,
        "AWS::S3Control::UseArnRegion": settings.use_arn_region is True,
        "AWS::S3::DisableMultiRegionAccessPoints": settings.disable_multiregion_access_points,
        "AWS::S3::DisableS3ExpressSessionAuth": settings.disable_s3_express_session_auth,
        "SDK::Endpoint": given,
        "AWS::Auth::AccountIdEndpointMode": settings.account_id_endpoint_mode,
    }
    return {name: value for name, value in found.items() if value is not None}


def _uses_paths(settings: Settings) -> bool:
    """Whether buckets are in the path: by default with an endpoint that was given, which may know no other hosts."""
    if settings.use_accelerate:
        return False
    if settings.endpoint_url is not None and not _is_accelerated(settings.endpoint_url):
        return settings.addressing_style != "virtual"
    return settings.addressing_style == "path"


def _is_accelerated(url: str) -> bool:
    first, *features = urlsplit(url).netloc.removesuffix(".amazonaws.com").split(".")
    return first == "s3-accelerate" and url.rstrip("/").endswith(".amazonaws.com") and features in ([], ["dualstack"])

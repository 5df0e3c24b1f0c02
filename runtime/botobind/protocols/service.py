"""What the protocols need to know of a service: the constants of its package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from botobind.attributes import frozen


@frozen(eq=False)
class Service:
    """A service, as its package describes it."""

    name: str
    api_version: str
    target_prefix: str
    json_version: str
    xml_namespace: str | None
    query_compatible: bool
    """Whether the service once spoke awsQuery, so that its errors still have the codes of that time."""
    control_references: bool
    """Whether control characters are written as references in XML, which has none of them; so does S3."""
    url_member: str | None
    """The member of forms that is their URL where it is not among the parameters: SQS has queues there."""
    virtual_hosts: str | None
    """The endpoints, as a pattern, before whose names a request may have the first label of its path."""
    wraps_errors: bool
    """Whether the root of an XML error is `ErrorResponse`; S3 leaves that out."""
    request_id_headers: tuple[str, ...]
    """The header of a response's id, and that of a second one, which S3 has."""
    refusal_codes: Mapping[str, str]
    """The service's own codes for requests that are refused, by those that other services have."""
    request_headers: tuple[tuple[str, str], ...]
    """The headers that every request has, unless a member says otherwise."""


def service_of(values: ModuleType) -> Service:
    """The service that a package `values` belongs to."""
    return _service(values.__name__.rpartition(".")[0])


@cache
def _service(package_name: str) -> Service:
    package: Any = import_module(package_name)
    return Service(
        name=package.service,
        api_version=package.api_version or "",
        target_prefix=package.target_prefix or "",
        json_version=package.json_version or "1.0",
        xml_namespace=package.xml_namespace,
        query_compatible="awsQueryCompatible" in package.metadata,
        control_references=bool(package.metadata.get("controlReferences", False)),
        url_member=package.metadata.get("urlMember"),
        virtual_hosts=package.metadata.get("virtualHosts"),
        wraps_errors=not package.metadata.get("noErrorWrapping", False),
        request_id_headers=tuple(package.metadata.get("requestIdHeaders", ("x-amzn-RequestId",))),
        refusal_codes=package.metadata.get("refusalCodes", {}),
        request_headers=tuple(package.metadata.get("requestHeaders", {}).items()),
    )

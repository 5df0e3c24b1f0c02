"""The regions and names that requests are signed for, beside botocore: in every region, with FIPS and dual stack.

Every run has the services of which something is special, and some that are as all others; `nox -s io` has all.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import product
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from botocore.client import ClientEndpointBridge
from botocore.config import Config
from botocore.exceptions import BotoCoreError, EndpointVariantError
from botocore.hooks import HierarchicalEmitter
from botocore.regions import EndpointRulesetResolver
from botocore.session import Session
from clients.beside import BOTO_KEYS, CaughtError, of_boto3
from clients.differences import HOST_REGIONS, STANDING_FOR_ALL
from clients.engine_beside import KEYS, Caught
from support.endpointcases import installed_rules, rules_module

from botobind.io.engine.data import Endpoint
from botobind.io.engine.endpoints import Endpoints
from botobind.io.engine.partitions import partition_of
from botobind.io.engine.settings import Settings
from botobind.io.faults import EndpointUnknown
from botobind_codegen.load import list_services
from botobind_services import dynamodb, s3, sts

Variant = tuple[bool, bool]
"""Whether FIPS is wanted, and dual stack."""


class Signed(NamedTuple):
    """What a signature is good for."""

    region: str
    name: str


SESSION = Session()
LOADER = SESSION.get_component("data_loader")
PARTITIONS = LOADER.load_data("partitions")
REGIONS = (*(region for each in PARTITIONS["partitions"] for region in each["regions"]), "eu-moon-1", None)
"""The regions of all partitions, those that stand for all of one, one that is new, and none."""
VARIANTS: tuple[Variant, ...] = ((False, False), (False, True), (True, False), (True, True))


class _Operation:
    """An operation without an input, and with what its model says of the endpoint."""

    input = None

    def __init__(self, name: str, traits: Mapping[str, Any]) -> None:
        self.name = name
        self.traits = traits


class Service:
    """A service, as botocore's model has it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.model = SESSION.get_service_model(name)
        self.id = str(self.model.service_id)
        self.rules = installed_rules(name)
        said = self.model._service_description["operations"].items()
        # Services with endpoints of several kinds say in each operation which it is; in others it is the exception.
        plain = (each for each in said if "staticContextParams" not in each[1])
        self.operation, traits = next(plain, next(iter(said)))
        self.traits = {"staticContextParams": traits.get("staticContextParams", {})}

    def package(self) -> Any:
        """What the engine asks of a package."""
        package: Any = ModuleType(f"signing_regions_of_{self.name.replace('-', '_')}")
        metadata = self.model.metadata
        package.service, package.service_id, package.metadata = self.name, self.id, metadata
        package.signature_version = metadata.get("signatureVersion")
        package.signing_name = self.model.signing_name
        return package


def ours(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str | None, Variant, Endpoint, Signed]]:
    """What the engine signs for, in all regions that the rules have an endpoint for."""
    package, operation = service.package(), _Operation(service.operation, service.traits)
    module = f"{package.__name__}.io._endpoint_rules"
    monkeypatch.setitem(sys.modules, module, rules_module(service.rules, service.name, module))
    for region, (fips, dual_stack) in product(REGIONS, VARIANTS):
        settings = Settings(service=service.id, region=region, use_fips=fips, use_dualstack=dual_stack)
        endpoints: Any = Endpoints(package, settings.builtins())
        try:
            endpoint = endpoints.of(operation)
        except EndpointUnknown:
            continue
        first = endpoints.schemes_of(operation, endpoint)[0]
        if first.name.startswith("sig"):
            signed = Signed(first.region or ",".join(first.region_set), first.signing_name)
            yield region, (fips, dual_stack), endpoint, signed


class Theirs:
    """What botocore's clients of a service sign for."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._operation = service.model.operation_model(service.operation)
        self._bridges = {variant: self._bridge(variant) for variant in VARIANTS}
        self._rules: Any = EndpointRulesetResolver(
            service.rules, PARTITIONS, service.model, {}, {}, HierarchicalEmitter(), use_ssl=True
        )

    def signed(self, region: str | None, variant: Variant) -> Signed | None:
        """What a request is signed for: what the rules of its endpoint say comes first. None where botocore has no
        client, since it asks its older list of endpoints, too.
        """
        try:
            older = self._bridges[variant].resolve(self._service.model.endpoint_prefix, region)
        except BotoCoreError:
            return None
        fips, dual_stack = variant
        settings = Settings(service=self._service.id, region=region, use_fips=fips, use_dualstack=dual_stack)
        self._rules._builtins = settings.builtins()
        endpoint = self._rules.construct_endpoint(self._operation, {}, {})
        first: Mapping[str, Any] = next(iter(endpoint.properties.get("authSchemes", ())), {})
        regions = first.get("signingRegion") or ",".join(first.get("signingRegionSet", ()))
        return Signed(regions or older["signing_region"], first.get("signingName") or older["signing_name"])

    def _bridge(self, variant: Variant) -> ClientEndpointBridge:
        fips, dual_stack = variant
        s3_alone = {"use_dualstack_endpoint": dual_stack}
        config = Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual_stack, s3=s3_alone)
        metadata = self._service.model.metadata
        return ClientEndpointBridge(
            SESSION._get_internal_component("endpoint_resolver"),
            client_config=config,
            config_store=SESSION.get_component("config_store"),
            service_signing_name=metadata.get("signingName"),
            service_signature_version=metadata.get("signatureVersion"),
        )


@cache
def scopes() -> Mapping[str, set[str]]:
    """The regions that signatures are for at each host of botocore's older list of endpoints."""
    found: dict[str, set[str]] = {}
    resolver = Session()._get_internal_component("endpoint_resolver")
    for partition in resolver._endpoint_data["partitions"]:
        for prefix, service in partition["services"].items():
            # The resolver adds to the list that it reads.
            listed = [
                (name, [each["tags"] for each in said.get("variants", ())])
                for name, said in service["endpoints"].items()
            ]
            for name, tags in ((name, tags) for name, variants in listed for tags in ([], *variants)):
                with suppress(EndpointVariantError):
                    said = resolver.construct_endpoint(
                        prefix, name, partition["partition"], "dualstack" in tags, "fips" in tags
                    )
                    found.setdefault(said["hostname"], set()).add(said.get("credentialScope", {}).get("region", name))
    return found


def check_all(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(name)
    theirs = Theirs(service)
    differing = count = 0
    for region, variant, endpoint, mine in ours(service, monkeypatch):
        count += 1
        place = (region, variant, endpoint.host, mine)
        asked = region or "aws-global"
        partition = partition_of(asked)
        if not endpoint.auth_schemes:
            assert mine.region in scopes().get(endpoint.host, {mine.region}), place
        other = theirs.signed(region, variant)
        if other is None or mine == other:
            continue
        assert not endpoint.auth_schemes, (*place, other)
        if asked in partition.others:
            assert mine.region == partition.implicit_global_region, (*place, other, STANDING_FOR_ALL)
            continue
        differing += 1
        assert mine.region == asked, (*place, other)
        assert f".{asked}." in endpoint.host, (*place, other)
        assert endpoint.host not in scopes(), (*place, other)
    assert (differing > 0) == (name in HOST_REGIONS)
    assert count or name in NO_REGIONS


NO_REGIONS = frozenset({"account-access-runtime", "cloudfront-keyvaluestore", "codecatalyst"})
"""Services that take tokens, and one whose endpoint depends on an input."""
SPECIAL = (
    *HOST_REGIONS,
    *("acm", "budgets", "cloudfront", "iam", "networkmanager", "organizations", "route53", "sdb", "support"),
    *("sustainability", "dynamodb", "lambda", "partnercentral-selling", "s3", "s3control", "sts"),
)


@pytest.mark.pinned
@pytest.mark.parametrize("service", SPECIAL)
def test_the_same_region_and_name(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_all(service, monkeypatch)


@pytest.mark.differential
@pytest.mark.parametrize("service", sorted({*list_services()} - {*SPECIAL}))
def test_the_same_region_and_name_in_every_service(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_all(service, monkeypatch)


URL = "http://localhost:9000"


class Call(NamedTuple):
    """A call of a client, and the regions that botocore and the engine sign it for."""

    service: str
    name: str
    region: str | None
    theirs: str
    ours: str
    fips: bool = False
    url: str | None = None


CALLS = (
    Call("health", "DescribeEvents", "us-east-2", "us-east-2", "us-east-2"),
    Call("health", "DescribeEvents", "eu-west-1", "us-east-1", "eu-west-1"),
    Call("health", "DescribeEvents", "eu-west-1", "us-east-1", "eu-west-1", fips=True),
    Call("health", "DescribeEvents", "cn-north-1", "cn-northwest-1", "cn-north-1"),
    Call("health", "DescribeEvents", None, "us-east-1", "us-east-1"),
    Call("sts", "GetCallerIdentity", "aws-global", "us-east-1", "us-east-1", fips=True),
    Call("sts", "GetCallerIdentity", "aws-global", "aws-global", "us-east-1", url=URL),
    Call("sts", "GetCallerIdentity", "eu-west-1", "eu-west-1", "eu-west-1", url=URL),
    Call("dynamodb", "ListTables", "aws-cn-global", "aws-cn-global", "cn-northwest-1"),
)
PACKAGES = {"dynamodb": dynamodb, "sts": sts}


@pytest.mark.pinned
@pytest.mark.parametrize("call", CALLS)
def test_what_clients_sign_for(call: Call, generate_once: Any) -> None:
    package = PACKAGES.get(call.service) or generate_once(call.service, [call.name])
    config = Config(use_fips_endpoint=call.fips)
    below = Session().create_client(
        call.service, region_name=call.region, endpoint_url=call.url, config=config, **BOTO_KEYS
    )
    sent: Any = of_boto3(below, call.name, {})
    assert region_in(sent.headers["authorization"]) == call.theirs
    caught, operation = Caught(), package.endpoints.OPERATIONS[call.name]
    options = {"region": call.region, "endpoint_url": call.url, "use_fips": call.fips}
    with package.io.Client(transport=caught, credentials=KEYS, **options) as client, pytest.raises(CaughtError):
        client.call_of(operation).send(operation.input and operation.input())
    assert region_in(caught.request.headers["Authorization"]) == call.ours


def region_in(authorization: str) -> str:
    found = re.search(r"Credential=[^/]+/[0-9]{8}/([^/]+)/", authorization)
    assert found is not None
    return found[1]


def test_urls_are_not_signed_for_a_region_that_stands_for_all() -> None:
    # That botocore signs requests of this client for us-east-1, and URLs for aws-global, is a fault there.
    with s3.io.Client(region="aws-global", endpoint_url=URL, credentials=KEYS) as client:
        assert "%2Fus-east-1%2Fs3%2F" in client.get_object.presign(60, bucket="box", key="a")
        assert "/us-east-1/s3/" in client.presign_post("box", "a").fields["x-amz-credential"]

"""The partitions of AWS: groups of regions that have names of hosts and credentials of their own."""

from __future__ import annotations

from functools import lru_cache
from re import compile as pattern

from botobind.attributes import frozen


@frozen(kw_only=True)
class Partition:
    """A partition."""

    name: str
    regions: str
    """A pattern of the names of its regions."""
    others: tuple[str, ...] = ()
    """Regions of other names, which stand for all."""
    dns_suffix: str
    dual_stack_dns_suffix: str
    implicit_global_region: str
    """The region in which requests to services without regions are signed."""
    supports_fips: bool = True
    supports_dual_stack: bool = True


PARTITIONS = (
    Partition(
        name="aws",
        regions=r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+",
        others=("aws-global",),
        dns_suffix="amazonaws.com",
        dual_stack_dns_suffix="api.aws",
        implicit_global_region="us-east-1",
    ),
    Partition(
        name="aws-cn",
        regions=r"cn-\w+-\d+",
        others=("aws-cn-global",),
        dns_suffix="amazonaws.com.cn",
        dual_stack_dns_suffix="api.amazonwebservices.com.cn",
        implicit_global_region="cn-northwest-1",
    ),
    Partition(
        name="aws-eusc",
        regions=r"eusc-de-\w+-\d+",
        dns_suffix="amazonaws.eu",
        dual_stack_dns_suffix="api.amazonwebservices.eu",
        implicit_global_region="eusc-de-east-1",
    ),
    Partition(
        name="aws-iso",
        regions=r"us-iso-\w+-\d+",
        others=("aws-iso-global",),
        dns_suffix="c2s.ic.gov",
        dual_stack_dns_suffix="api.aws.ic.gov",
        implicit_global_region="us-iso-east-1",
    ),
    Partition(
        name="aws-iso-b",
        regions=r"us-isob-\w+-\d+",
        others=("aws-iso-b-global",),
        dns_suffix="sc2s.sgov.gov",
        dual_stack_dns_suffix="api.aws.scloud",
        implicit_global_region="us-isob-east-1",
    ),
    Partition(
        name="aws-iso-e",
        regions=r"eu-isoe-\w+-\d+",
        others=("aws-iso-e-global",),
        dns_suffix="cloud.adc-e.uk",
        dual_stack_dns_suffix="api.cloud-aws.adc-e.uk",
        implicit_global_region="eu-isoe-west-1",
    ),
    Partition(
        name="aws-iso-f",
        regions=r"us-isof-\w+-\d+",
        others=("aws-iso-f-global",),
        dns_suffix="csp.hci.ic.gov",
        dual_stack_dns_suffix="api.aws.hci.ic.gov",
        implicit_global_region="us-isof-south-1",
    ),
    Partition(
        name="aws-us-gov",
        regions=r"us-gov-\w+-\d+",
        others=("aws-us-gov-global",),
        dns_suffix="amazonaws.com",
        dual_stack_dns_suffix="api.aws",
        implicit_global_region="us-gov-west-1",
    ),
)
"""In the order in which they are looked for; the first has what no other has."""


@lru_cache(256)
def partition_of(region: str) -> Partition:
    """The partition of a region; that of most regions for one that nobody knows."""
    found = (each for each in PARTITIONS if region in each.others or pattern(each.regions).fullmatch(region))
    return next(found, PARTITIONS[0])


def region_of_signatures(region: str) -> str:
    """The region that requests of a client in a region are signed for, where its endpoint names none: its own, and that
    of the partition where it stands for all. Nobody takes a signature for `aws-global`.
    """
    found = partition_of(region)
    return found.implicit_global_region if region in found.others else region

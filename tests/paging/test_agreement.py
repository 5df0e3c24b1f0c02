"""Every paginator and every waiter agrees with botocore's on generated responses.

Each run has those of the committed packages, and those with expressions that are no paths; `pytest -m catalogue` has
those of all services.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from paging.against_botocore import check_package
from support.temporary import generated

from botobind_codegen.load import list_services, load_service
from botobind_codegen.pipeline import GenerateOptions

RUNS = 4
"""Courses of each paginator and each waiter; the whole catalogue has three times as many."""
COMMITTED = {
    "cloudwatch": (8, 4),
    "dynamodb": (6, 7),
    "lambda": (16, 6),
    "partnercentral-selling": (12, 0),
    "s3": (8, 4),
    "sts": (0, 0),
}
"""How many paginators and waiters there are."""
ODDEST = {
    # Texts, maps and structures as results; indices, values of maps, filters in expressions; shapes of errors.
    "devops-guru": ("ListAnomalousLogGroups",),
    "ecs": ("DescribeServices",),
    "importexport": ("ListJobs",),
    "kinesis": ("DescribeStream",),
    "neptune-graph": ("GetExportTask",),
    "rds": ("DescribeDBInstances", "DescribeTenantDatabases", "DownloadDBLogFilePortion"),
    "ses": ("GetIdentityVerificationAttributes",),
    "taxsettings": ("ListTaxExemptions",),
}


@pytest.mark.pinned
@pytest.mark.parametrize("service", COMMITTED)
def test_committed_services(service: str) -> None:
    package = importlib.import_module(f"botobind_services.{service.replace('-', '_').replace('lambda', 'lambda_')}")
    counts = check_package(service, package, RUNS)
    assert (counts.paginators, counts.waiters) == COMMITTED[service]


@pytest.mark.parametrize("service", ODDEST)
def test_the_oddest(service: str, tmp_path: Path) -> None:
    compare(service, ODDEST[service], tmp_path, RUNS)


@pytest.mark.catalogue
@pytest.mark.parametrize("service", list_services())
def test_every_service(service: str, tmp_path: Path) -> None:
    operations = load_service(service).document["operations"]
    chosen = tuple(
        name for name, operation in operations.items() if not {"pagination", "waiters"}.isdisjoint(operation)
    )
    if chosen:
        compare(service, chosen, tmp_path, 3 * RUNS)


def compare(service: str, operations: tuple[str, ...], folder: Path, runs: int) -> None:
    options = GenerateOptions(operations, frozenset({"value"}), documentation=False)
    with generated(service, options, folder) as package:
        counts = check_package(service, package, runs)
    assert counts.paginators + counts.waiters >= len(operations)

"""Every operation, in every protocol of its service, against botocore: see `comparing`.

Every run has some operations of every service; `pytest -m differential` has all of them. That run can be broken off:
services that have passed are written to the file that BOTOBIND_DIFFERENTIAL names, and left out the next time.
"""

from __future__ import annotations

import copy
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from differential.botocores import service_model
from differential.comparing import check_errors, check_request, check_response
from differential.differences import OPERATIONS
from differential.values import TOKEN
from support.temporary import generated

from botobind import idempotency
from botobind_codegen.load import list_services, load_service
from botobind_codegen.pipeline import GenerateOptions

SERVICES = list_services()
SAMPLED = 2
"""Operations of each service in every run."""


def _done() -> Path | None:
    path = os.environ.get("BOTOBIND_DIFFERENTIAL")
    return Path(path) if path else None


def compare(service: str, operations: tuple[str, ...], folder: Path) -> None:
    document = load_service(service).document
    failures: list[str] = []
    listed = {name for known, name in OPERATIONS if known == service}
    different: set[str] = set()
    with generated(service, GenerateOptions(operations), folder) as package, idempotency.tokens_from(lambda: TOKEN):
        table: Any = vars(importlib.import_module(f"{package.__name__}.endpoints"))["OPERATIONS"]
        protocols = next(iter(table.values())).protocols
        for protocol in protocols:
            models = service_model(service, _in_protocol(document, protocol), protocol)
            for name, operation in table.items():
                for check in (check_request, check_response, check_errors):
                    differs = name in listed and check is not check_errors
                    try:
                        check(operation, models.operation_model(name), protocol)
                    except Exception as error:  # noqa: BLE001 - every operation gets its turn
                        if differs:
                            different.add(name)
                        else:
                            failures.append(f"{name} in {protocol}: {type(error).__name__}: {error}"[:2000])
    # A row that is no longer needed has to go.
    assert different == listed & set(table)
    assert not failures, f"{len(failures)} differences:\n" + "\n".join(failures[:20])


def _in_protocol(document: Mapping[str, Any], protocol: str) -> Mapping[str, Any]:
    """The model of a service that speaks both JSON and forms as it would be if it spoke one of them.

    Rows of data name members for forms and XML; botocore would take these names in JSON, too. Of what is around the
    results in XML a model in JSON says nothing.
    """
    if not {"json", "query"} <= set(document["metadata"].get("protocols", ())):
        return document
    plain = copy.deepcopy(document)
    for shape in plain["shapes"].values() if protocol == "json" else ():
        for member in shape.get("members", {}).values():
            member.pop("locationName", None)
    for name, operation in plain["operations"].items() if protocol == "query" else ():
        if "output" in operation:
            operation["output"].setdefault("resultWrapper", f"{name}Result")
    return plain


@pytest.mark.parametrize("service", SERVICES)
def test_some_operations_of_every_service(service: str, tmp_path: Path) -> None:
    names = sorted(load_service(service).document["operations"])
    chosen = {names[len(service) * number * 7919 % len(names)] for number in range(1, SAMPLED + 1)}
    compare(service, tuple(sorted(chosen)), tmp_path)


@pytest.mark.differential
@pytest.mark.parametrize("service", SERVICES)
def test_all_operations(service: str, tmp_path: Path) -> None:
    done = _done()
    if done is not None and done.exists() and service in done.read_text(encoding="utf-8").split():
        pytest.skip("has passed in an earlier part of this run")
    compare(service, (), tmp_path)
    if done is not None:
        with done.open("a", encoding="utf-8") as file:
            file.write(f"{service}\n")

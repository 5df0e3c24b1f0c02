"""The number of the contract between generated packages and the runtime, by which a package of another time is told.

A package carries the number of the generator that wrote it. It stands for the form of the tables in its classes, and
for the names of `botobind.contract` with what they take and give.
"""

from __future__ import annotations

import sys

__all__ = ["NUMBER", "OLDEST", "check"]

NUMBER = 1
"""Goes up with each change of the contract: a name or an argument more, or one less."""

OLDEST = 1
"""The oldest number whose packages still work: goes up to `NUMBER` where something went or means something else."""


def check(package: str, number: int) -> None:
    """Raises `ImportError` for a package that the runtime does not fit; the number of those from before there was one
    is 0.
    """
    if OLDEST <= number <= NUMBER:
        return
    service = getattr(sys.modules[package], "service", package.rpartition(".")[2])
    if number < OLDEST:
        wanted = f"was generated for an older botobind than is installed: `botobind generate {service}` writes it anew"
    else:
        wanted = "was generated for a newer botobind than is installed: `pip install --upgrade botobind` gets that"
    raise ImportError(f"{package} {wanted}", name=package)

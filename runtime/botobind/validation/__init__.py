"""Checks of values: the model's constraints, and what it means that a value cannot be written. Its modules are loaded
when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.validation import checks, explaining, matching, missing, violations
    from botobind.validation.explaining import explain, locate
    from botobind.validation.missing import all_missing
    from botobind.validation.violations import validate, violations_of

__all__ = [
    "all_missing",
    "checks",
    "explain",
    "explaining",
    "locate",
    "matching",
    "missing",
    "validate",
    "violations",
    "violations_of",
]

__getattr__, __dir__ = on_use(
    __name__,
    __all__,
    all_missing="missing",
    explain="explaining",
    locate="explaining",
    validate="violations",
    violations_of="violations",
)

"""Executes codec plans: reads and writes any class in any format, in both directions.

Generated classes have methods of their own for the formats that their services speak, where speed counts. For all
others, and for what they leave out, there is the walker. Both have one plan, and say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.walker import addresses, forms, markup, trees

__all__ = ["addresses", "forms", "markup", "trees"]

__getattr__, __dir__ = on_use(__name__, __all__)

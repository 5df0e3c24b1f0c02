"""Which botobind and which botocore there are."""

from __future__ import annotations

import botocore

from botobind_codegen import __version__


def versions() -> str:
    """What `botobind --version` says."""
    return f"botobind {__version__} (botocore {botocore.__version__})"

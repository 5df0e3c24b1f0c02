"""The generator: load → model → plan → render → write. It needs botocore and jinja2, the packages that it writes do
not.
"""

from botobind import __version__

__all__ = ["__version__"]

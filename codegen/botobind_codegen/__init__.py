"""The generator: load → model → plan → render → write. It needs botocore and jinja2, the packages that it writes do
not.
"""

__version__ = "0.1.0"

"""What interpreters, editors, desktops and other tools leave beside files, and that no package has of its own."""

from __future__ import annotations

from fnmatch import fnmatchcase

_NAMES = (
    *("__pycache__", "*.pyc", "*.pyo"),  # the interpreter
    *("*.swp", "*.swo", "*~", ".#*", "#*#"),  # editors: what is being edited, and what was there before
    *(".DS_Store", "._*", "Thumbs.db", "desktop.ini", ".directory", ".nfs*"),  # desktops and file systems
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints"),  # tools
)


def is_leftover(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work: it is neither compared nor kept, and stops nothing."""
    return any(fnmatchcase(name, pattern) for pattern in _NAMES)

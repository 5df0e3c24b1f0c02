"""Docstrings of classes and operations, read from the stubs when somebody asks for one.

The stub beside each index has them for editors. Modules that had them, too, would be a third larger, and every program
would load texts that hardly any of them shows.
"""

from __future__ import annotations

import re

__all__ = ["class_docstring", "name_docstring"]

_LITERAL = r'"""(?s:.*?)"""'
_HEADER_OF_CLASS = r"(?:.*\):|\n(?: .*\n)*\):)\n    "
_ANNOTATION = r".*(?:\n(?: .*|\]))*\n"


def class_docstring(index: str, name: str) -> str | None:
    """The docstring of a class that the stub of an index declares; None where there is no stub, or no docstring."""
    return _behind(_stub_of(index), f"\nclass {name}(", _HEADER_OF_CLASS)


def name_docstring(index: str, name: str) -> str | None:
    """The docstring of anything else that the stub of an index declares."""
    return _behind(_stub_of(index), f"\n{name}: ", _ANNOTATION)


def _stub_of(index: str) -> str:
    from pkgutil import get_data

    # It is not kept: the largest has five megabytes, and is read in a hundredth of a second.
    try:
        return (get_data(index, "__init__.pyi") or b"").decode()
    except OSError:
        return ""


def _behind(stub: str, start: str, rest: str) -> str | None:
    from ast import literal_eval
    from inspect import cleandoc

    at = stub.find(start)
    declared = re.compile(rest).match(stub, at + len(start)) if at >= 0 else None
    literal = re.compile(_LITERAL).match(stub, declared.end()) if declared is not None else None
    return None if literal is None else cleandoc(literal_eval(literal[0]))

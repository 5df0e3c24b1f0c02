"""Values as Python source."""

from __future__ import annotations


def literal(value: object) -> str:
    """The value as Python source that does not depend on hash seeds."""
    if isinstance(value, frozenset):
        return f"frozenset({{{', '.join(map(literal, sorted(value)))}}})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
    if isinstance(value, tuple):
        return f"({''.join(f'{literal(item)}, ' for item in value)})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)

"""Values and texts as Python source: whatever comes from a model reaches generated code through one of these."""

from __future__ import annotations

from collections.abc import Iterable


def literal(value: object) -> str:
    """The value as Python source that does not depend on hash seeds."""
    if isinstance(value, frozenset):
        return f"frozenset({{{', '.join(map(literal, sorted(value)))}}})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
    if isinstance(value, tuple):
        return tuple_of(map(literal, value))
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def tuple_of(codes: Iterable[str]) -> str:
    """A tuple of expressions, which formatters leave on one line where it fits there."""
    # A comma behind several items would have each of them on a line of its own.
    codes = [*codes]
    return f"({', '.join(codes)}{',' if len(codes) == 1 else ''})"


class Code(str):
    """A part of an f-string that is an expression of the generator's own; it has no quotes and no backslashes."""

    __slots__ = ()


def f_string(*parts: str) -> str:
    """An f-string of texts, which stand for themselves whatever is in them, and of expressions: those are `Code`."""
    return f"f'{''.join(f'{{{part}}}' if isinstance(part, Code) else _inside(part) for part in parts)}'"


def _inside(text: str) -> str:
    # Behind a double quote `repr` always takes single quotes for its own.
    return repr(f'"{text}')[2:-1].replace("{", "{{").replace("}", "}}")


def comment(text: str) -> str:
    """The text as it stands in a comment: on one line, whatever is in it."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)

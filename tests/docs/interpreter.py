"""Runs the Python blocks of a page, each a line of JSON on the standard input, in one namespace.

Answers each with a line of JSON: what it printed, and the traceback of its failure. A comment that is a Python literal
says what the expression before it gives; that is checked.
"""

from __future__ import annotations

import ast
import io
import json
import sys
import tokenize
import traceback
from contextlib import redirect_stdout
from types import ModuleType
from typing import Any


def run(page: str, line: int, text: str, namespace: dict[str, Any]) -> None:
    """Runs the statements of a block whose fence is in that line of the page."""
    source = "\n" * line + text
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    for statement in ast.parse(source, page).body:
        if not isinstance(statement, ast.Expr):
            exec(compile(ast.Module([statement], []), page, "exec", dont_inherit=True), namespace)  # noqa: S102 - the project's own text
            continue
        found = eval(compile(ast.Expression(statement.value), page, "eval", dont_inherit=True), namespace)  # noqa: S307 - the project's own text
        said = comments.get(statement.end_lineno or 0, "")
        if _is_literal(said) and repr(found) != said:
            raise AssertionError(f'File "{page}", line {statement.end_lineno}: is {found!r}, not {said}')


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def main() -> None:
    """Answers until there are no more blocks."""
    # Whoever asks for the module of a class that a page defines, as `typing.get_type_hints` does, finds the page.
    sys.modules["__main__"] = main_module = ModuleType("__main__")
    for request in sys.stdin:
        page, line, text = json.loads(request)
        printed = io.StringIO()
        failure = None
        try:
            with redirect_stdout(printed):
                run(page, line, text, main_module.__dict__)
        except BaseException:  # noqa: BLE001 - the other side raises it
            failure = traceback.format_exc()
        sys.stdout.write(json.dumps([printed.getvalue(), failure]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

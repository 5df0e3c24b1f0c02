"""What the README shows is what happens."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(python|text)\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_of_the_readme_runs_and_prints_what_it_says() -> None:
    namespace: dict[str, object] = {}
    printed = ""
    compared = 0
    for kind, block in BLOCKS:
        if kind == "python":
            output = StringIO()
            with redirect_stdout(output):
                exec(compile(block, "README.md", "exec"), namespace)  # noqa: S102 - the project's own text
            printed = output.getvalue()
        else:
            assert printed == block
            compared += 1
    assert compared == 3


def test_the_values_in_comments_of_the_readme_hold() -> None:
    namespace: dict[str, object] = {}
    exec(compile(BLOCKS[0][1], "README.md", "exec"), namespace)  # noqa: S102 - the project's own text
    shown_values = re.findall(r"^(request\.\S+) +# (\{.*\})$", BLOCKS[0][1], flags=re.MULTILINE)
    assert shown_values
    for expression, shown in shown_values:
        assert repr(eval(expression, namespace)) == shown  # noqa: S307 - the project's own text

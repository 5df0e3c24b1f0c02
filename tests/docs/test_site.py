"""What the site's own Sphinx extensions make of results and docstrings."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from docs.blocks import ROOT

SCALE = {"name": "generate --all", "value": 61.25, "unit": "s", "must": 90, "aim": 45}
SPEED = {
    "case": "GetItem", "direction": "decode", "protocol": "json",
    "ours_us": 10.0, "botocore_us": 125.0, "floor_us": 4.0, "floor": "msgspec",
    "must_ratio": 6, "aim_ratio": 8, "must_floor": 4, "aim_floor": None, "peak_ours": None, "peak_botocore": None,
}  # fmt: skip


@pytest.fixture
def plots(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return extension(monkeypatch, "benchmark_plots")


def extension(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "docs" / "_ext")
    return importlib.import_module(name)


def write(folder: Path, name: str, *rows: dict[str, Any], **others: Any) -> None:
    facts = {"title": f"The {name}", "python": "3.11.7", "cores": 2, "rows": rows, **others}
    (folder / f"{name}.json").write_text(json.dumps(facts))


def shown(plots: ModuleType, folder: Path) -> str:
    return "\n".join(map(plots.markdown_of, plots.read_results(folder)))


def test_figures_with_limits(plots: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "scale", SCALE, {**SCALE, "name": "import attrs", "must": None, "aim": None})
    page = shown(plots, tmp_path)
    assert "| generate --all | 61.25 s | 90 s | 45 s |" in page
    assert "| import attrs | 61.25 s |  |  |" in page
    assert page.count("<figure") == 1
    assert ">61.25 s</text>" in page
    assert "CPython 3.11.7, 2 cores." in page


def test_cases_with_times(plots: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "speed", {**SPEED, "peak_ours": 1e6, "peak_botocore": 2.5e6}, date="2026-11-23")
    page = shown(plots, tmp_path)
    assert "| GetItem, decode, json | 125 µs | 10 µs | 12.5 | 6 | 8 |" in page
    assert "| GetItem, decode, json | 10 µs | 4 µs msgspec | 2.5 | 4 |  |" in page
    assert "| GetItem, decode, json | 1,000,000 bytes | 2,500,000 bytes | 0.4 |  |  |" in page
    assert page.count("<figure") == 3
    assert ">12.5</text>" in page
    assert ">2.5</text>" in page
    assert "2026-11-23." in page


def test_calls_beside_those_of_others(plots: ModuleType, tmp_path: Path) -> None:
    call = {"name": "GetItem", "value": 4.75, "unit": "times", "must": 2.5, "aim": 4.0}
    memory = {"name": "memory", "value": 1.61, "unit": "times", "must": 1 / 0.7, "aim": None}
    alone = {"name": "a fake call", "value": 15.1, "unit": "µs", "must": 50, "aim": 35}
    write(
        tmp_path,
        "io",
        {**call, "boto3_us": 721.0, "ours_us": 152.0},
        {**memory, "boto3_mb": 48.6, "ours_mb": 30.1},
        {**alone, "boto3_us": None, "ours_us": 15.1},
    )
    page = shown(plots, tmp_path)
    assert "| call | boto3 | ours | quotient | limit | aim |" in page
    assert "| GetItem | 721 µs | 152 µs | 4.75 | 2.5 | 4 |" in page
    assert "| memory | 48.6 MB | 30.1 MB | 1.61 | 1.43 |  |" in page
    assert "| a fake call |  | 15.1 µs |  | 50 | 35 |" in page
    assert page.count("<figure") == 1


def test_the_first_call(plots: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "speed", SPEED, first_call={"best_ms": 51.82, "median_ms": 56.2, "must_ms": 60, "attrs_ms": 21.7})
    page = shown(plots, tmp_path)
    assert "51.82 ms at best, 56.2 ms at the median, at most 60 ms wanted. To import attrs alone takes 21.7 ms." in page


@pytest.mark.parametrize("missing", ["botocore_us", "floor_us"])
def test_a_case_that_has_not_everything(plots: ModuleType, tmp_path: Path, missing: str) -> None:
    write(tmp_path, "speed", {**SPEED, missing: None})
    assert shown(plots, tmp_path).count("<figure") == 1


@pytest.mark.parametrize(
    ("row", "is_within", "more_is_better"),
    [
        ((1.1, 1), False, False),
        ((1, 1), True, False),
        ((0.9, 1), False, True),
        ((1, 1), True, True),
        ((5, None), True, True),
    ],
)
def test_bars_beyond_their_limit_are_red(
    monkeypatch: pytest.MonkeyPatch, row: tuple[float, float | None], *, is_within: bool, more_is_better: bool
) -> None:
    drawing = extension(monkeypatch, "plots")
    bar = drawing.Bar("case", row[0], row[1], None, "value")
    drawn = drawing.svg_of("Title", [bar], more_is_better=more_is_better)
    assert (drawing.BEYOND in drawn, drawing.WITHIN in drawn) == (not is_within, is_within)


def test_plots_are_the_same_each_time(plots: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "speed", SPEED)
    assert shown(plots, tmp_path) == shown(plots, tmp_path)


def test_all_files_are_shown_by_name(plots: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "speed", SPEED)
    write(tmp_path, "scale", SCALE)
    assert [results.title for results in plots.read_results(tmp_path)] == ["The scale", "The speed"]
    assert [results.title for results in plots.read_results(tmp_path, ["speed", "scale"])] == ["The speed", "The scale"]
    with pytest.raises(plots.ResultsError, match="has no results to draw"):
        plots.read_results(tmp_path, ["speed", "speeds"])


def test_what_is_compared_with_botocore_is_said_first(plots: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "speed", SPEED, {**SPEED, "ours_us": 25.0}, {**SPEED, "ours_us": 50.0})
    page = shown(plots, tmp_path)
    said = "In 3 cases botocore takes 2.5 to 12 times as long as botobind, 5 times at the median."
    assert 0 < page.index(said) < page.index("<figure")


def test_no_label_lies_on_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = extension(monkeypatch, "plots")
    bars = [drawing.Bar("case", 10, 9.5, 10.4, "ten"), drawing.Bar("other", 1, 40, 1.05, "one")]
    svg = drawing.svg_of("Title", bars, more_is_better=True)
    labels = [float(x) for x in re.findall(r' x="([\d.]+)"[^>]*>(?:ten|one)<', svg)]
    marks = [float(x) for x in re.findall(r'<use xlink:href="#[^"]+" x="([\d.]+)"', svg)]
    assert len(labels) == 2
    assert min(labels) > max(marks)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "has no results to draw: run `nox -s bench_scale`"),
        ("{", "a.json has no results that could be drawn: JSONDecodeError"),
        ("[]", "a.json has no results that could be drawn: TypeError"),
        ("{}", "a.json has no results that could be drawn: KeyError('python')"),
        ('{"title": "A", "python": "3", "cores": 1, "rows": []}', "a.json has no rows"),
        ('{"title": "A", "python": "3", "cores": 1, "rows": [{}]}', "a.json has a row that cannot be drawn: KeyError"),
        (
            '{"title": "A", "python": "3", "cores": 1, "rows": [{"case": "a", "ours_us": 2, "botocore_us": 1}]}',
            "a.json has a row that cannot be drawn: KeyError('direction')",
        ),
    ],
)
def test_what_cannot_be_drawn(plots: ModuleType, tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "a.json").write_text(text)
    with pytest.raises(plots.ResultsError, match=re.escape(message)):
        shown(plots, tmp_path)


def test_modules_are_shown_by_what_they_say_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    modules = extension(monkeypatch, "modules")
    for name, text in {
        "__init__": "The top.",
        "b": "A | b\nof *it*.\n\nMore.",
        "a/__init__": "A.",
        "a/c": "C.",
    }.items():
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'"""{text}"""\n')
    rows = [("a/", "A."), ("a/c.py", "C."), ("b.py", r"A \| b of \*it\*.")]
    assert sorted(modules.summaries(tmp_path)) == rows
    assert modules.table(tmp_path).splitlines()[2:] == [f"| `{name}` | {text} |" for name, text in rows]
    (tmp_path / "d.py").write_text("X = 1\n")
    with pytest.raises(ValueError, match=r"d\.py has no docstring"):
        modules.table(tmp_path)


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("The `value` of it.", "The ``value`` of it."),
        ("Two ``backticks``, as *AWS* writes.", "Two ``backticks``, as \\*AWS\\* writes."),
        ("See `botobind.errors`.", "See :py:obj:`botobind.errors`."),
        ("Some `X`s.", "Some ``X``\\ s."),
        ("A name_ with a|b and \\d.", "A name\\_ with a\\|b and \\\\d."),
        ("At https://smithy.io/a_b_.html", "At https://smithy.io/a_b_.html"),
        ("So:\n\n    x = `y`\n\n    z\n\nThen `a`.", "So:\n\n::\n\n    x = `y`\n\n    z\n\nThen ``a``."),
        ("- one `a`\n  goes on\n- two", "- one ``a``\n  goes on\n- two"),
    ],
)
def test_docstrings_are_plain_text_with_code(monkeypatch: pytest.MonkeyPatch, docstring: str, expected: str) -> None:
    docstrings = extension(monkeypatch, "docstrings")
    assert "\n".join(docstrings.to_rst(docstring.split("\n"))) == expected

"""The directive `benchmarks`: plots and tables of what the files in `benchmarks/results/` say: of those that it names,
without `.json`, or else of all.

A file's rows are figures with limits, as `benchmarks/scale.py` writes them, cases with times, as `benchmarks/bench.py`
does, or calls beside those of others, as `benchmarks/bench_io.py` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from plots import Bar, svg_of
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Row = Mapping[str, Any]


class ResultsError(Exception):
    """There is nothing to draw, or nothing that can be drawn."""


@frozen
class Results:
    """A file of results."""

    file: Path
    title: str
    conditions: str
    rows: tuple[Row, ...] = field(converter=tuple)
    first_call: Row | None = None


def read_results(folder: Path, names: Sequence[str] = ()) -> list[Results]:
    """The results of a folder: those of the files of these names, or all in the order of the files' names.

    Raises `ResultsError` where there are none, or not those.
    """
    files = [folder / f"{name}.json" for name in names] or sorted(folder.glob("*.json"))
    found = [_read(file) for file in files if file.exists()]
    if not found or len(found) < len(files):
        raise ResultsError(f"{folder} has no results to draw: run `nox -s bench_scale` and commit what it writes")
    return found


def _read(file: Path) -> Results:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        conditions = [f"CPython {facts['python']}", f"{facts['cores']} cores"]
        conditions += [f"{name} {version}" for name, version in facts.get("versions", {}).items()]
        conditions += [facts["date"]] if "date" in facts else []
        results = Results(file, facts["title"], ", ".join(conditions), facts["rows"], facts.get("first_call"))
    except (ValueError, KeyError, TypeError) as error:
        raise ResultsError(f"{file} has no results that could be drawn: {error!r}") from None
    if not results.rows:
        raise ResultsError(f"{file} has no rows")
    return results


def markdown_of(results: Results) -> str:
    """Title, conditions, plots and tables, as Markdown."""
    parts = [f":::{{rubric}} {results.title}\n:::", f"{results.conditions}."]
    try:
        parts += _kind_of(results.rows[0])(results.rows)
        if results.first_call is not None:
            parts.append(_first_call(results.first_call))
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise ResultsError(f"{results.file} has a row that cannot be drawn: {error!r}") from None
    return "\n\n".join(parts) + "\n"


def _kind_of(row: Row) -> Callable[[Sequence[Row]], Iterator[str]]:
    """What draws rows like one."""
    if "case" in row:
        return _speed
    return _calls if _of_calls(row) is not None else _scale


_OURS = {"ours_us": "µs", "ours_mb": "MB"}


def _of_calls(row: Row) -> tuple[str, str, str] | None:
    """Whose calls a row has beside ours, by its keys, and their unit; None for a row of something else."""
    for ours, unit in _OURS.items():
        suffix = ours.removeprefix("ours")
        theirs = next((key for key in row if key.endswith(suffix) and key != ours), None)
        if ours in row and theirs is not None:
            return theirs, ours, unit
    return None


def _calls(rows: Sequence[Row]) -> Iterator[str]:
    lines, bars = [], []
    others = "theirs"
    for row in rows:
        keys = _of_calls(row)
        if keys is None:
            raise KeyError("ours_us")
        theirs, ours, unit = keys
        others = theirs.rpartition("_")[0]
        quotient = ""
        if row[theirs] is not None:
            bars.append(Bar(row["name"], row["value"], row["must"], row["aim"], f"{row['value']:.3g}"))
            quotient = f"{row['value']:.3g}"
        times = (_amount(row[key], unit) for key in (theirs, ours))
        lines.append([row["name"], *times, quotient, _number(row["must"]), _number(row["aim"])])
    yield _plot(
        f"What {others} takes, divided by what ours takes: more is better",
        bars,
        is_logarithmic=True,
        more_is_better=True,
    )
    yield _table(("call", others, "ours", "quotient", "limit", "aim"), lines)


def _first_call(times: Row) -> str:
    best, median, must, attrs = (_amount(times[f"{key}_ms"], "ms") for key in ("best", "median", "must", "attrs"))
    return (
        f"From a bare interpreter to 10 instances that EC2 has answered with: {best} at best, {median} at the median, "
        f"at most {must} wanted. To import attrs alone takes {attrs}."
    )


def _scale(rows: Sequence[Row]) -> Iterator[str]:
    limited = [row for row in rows if row["must"] is not None]
    yield _plot("Share of the limit", [_share(row) for row in limited])
    yield _table(
        ("figure", "value", "limit", "aim"),
        ([row["name"], *(_amount(row[key], row["unit"]) for key in ("value", "must", "aim"))] for row in rows),
    )


def _share(row: Row) -> Bar:
    """A figure as a share of its limit; of a ratio, where more is better, the limit as a share of it."""
    value, must, aim = row["value"], row["must"], row["aim"]
    is_ratio = row["unit"] == "times"

    def share(amount: float) -> float:
        return float(must / amount if is_ratio else amount / must)

    return Bar(row["name"], share(value), 1, None if aim is None else share(aim), _amount(value, row["unit"]))


@frozen
class Comparison:
    """Quotients that cases are judged by: `over` and `under` name what is divided, `goal` its limits."""

    title: str
    over: str
    under: str
    goal: str
    unit: str
    more_is_better: bool = False

    def bar(self, row: Row) -> Bar | None:
        """The quotient of a case; None where it has not both."""
        if not row.get(self.over) or not row.get(self.under):
            return None
        quotient = row[self.over] / row[self.under]
        label = f"{row['case']}, {row['direction']}, {row['protocol']}"
        return Bar(label, quotient, row.get(f"must_{self.goal}"), row.get(f"aim_{self.goal}"), f"{quotient:.3g}")


_NAMES = {
    "ours_us": "ours", "botocore_us": "botocore", "floor_us": "C", "peak_ours": "ours", "peak_botocore": "botocore",
}  # fmt: skip

COMPARISONS = (
    Comparison("botocore's time divided by ours: more is better", "botocore_us", "ours_us", "ratio", "µs", True),
    Comparison(
        "Our time divided by that of a C parser or writer: less is better", "ours_us", "floor_us", "floor", "µs"
    ),
    Comparison("Our memory at the peak divided by botocore's", "peak_ours", "peak_botocore", "memory", "bytes"),
)


def _speed(rows: Sequence[Row]) -> Iterator[str]:
    for comparison in COMPARISONS:
        found = [(row, bar) for row in rows if (bar := comparison.bar(row)) is not None]
        if not found:
            continue
        bars = [bar for _, bar in found]
        is_better = comparison.more_is_better
        if is_better:
            yield _in_words([row[comparison.over] / row[comparison.under] for row, _ in found])
        yield _plot(comparison.title, bars, is_logarithmic=is_better, more_is_better=is_better)
        yield _table(
            ("case", *(_NAMES[key] for key in (comparison.over, comparison.under)), "quotient", "limit", "aim"),
            (
                [bar.label, *_divided(comparison, row), bar.shown, _number(bar.must), _number(bar.aim)]
                for row, bar in found
            ),
        )


def _in_words(quotients: Sequence[float]) -> str:
    least, middle, most = (f"{quotient:.2g}" for quotient in (min(quotients), median(quotients), max(quotients)))
    cases = f"{len(quotients)} cases" if len(quotients) > 1 else "one case"
    return f"In {cases} botocore takes {least} to {most} times as long as botobind, {middle} times at the median."


def _divided(comparison: Comparison, row: Row) -> Iterator[str]:
    for key in (comparison.over, comparison.under):
        what = f" {row['floor']}" if key == "floor_us" and row.get("floor") else ""
        yield f"{_amount(row[key], comparison.unit)}{what}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _amount(value: float | None, unit: str) -> str:
    return "" if value is None else f"{_grouped(value)} {unit}"


def _grouped(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 10000 else f"{value:,.0f}"


def _plot(title: str, bars: Sequence[Bar], *, is_logarithmic: bool = False, more_is_better: bool = False) -> str:
    if not bars:
        return ""
    drawn = svg_of(title, bars, is_logarithmic=is_logarithmic, more_is_better=more_is_better)
    return f'```{{raw}} html\n<figure class="benchmark" role="img" aria-label="{title}">\n{drawn}\n</figure>\n```'


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


class Benchmarks(SphinxDirective):
    """`:::{benchmarks}`, with the names of files or without."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[Any]:
        """The nodes of these results."""
        names = self.arguments[0].split() if self.arguments else ()
        try:
            results = read_results(Path(self.config.benchmark_results), names)
            text = "\n\n".join(markdown_of(each) for each in results)
        except ResultsError as error:
            raise self.error(str(error)) from None
        for each in results:
            self.env.note_dependency(str(each.file))
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers with Sphinx. `benchmark_results` is the folder with the files."""
    app.add_config_value("benchmark_results", "", "env", str)
    app.add_directive("benchmarks", Benchmarks)
    return {"parallel_read_safe": True}

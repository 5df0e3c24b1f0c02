"""Bars with limits, as SVG that takes the colour of the page's text."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

from attrs import frozen
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

WITHIN, BEYOND, MARKS, LINES = "#4c86c6", "#c65d4c", "#d9a400", "#888888"
_HEIGHT = 0.34
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text, to be searched and read aloud
    "svg.hashsalt": "botobind",  # the same plot is the same file
    "font.size": 9,
    "axes.edgecolor": LINES,
    "xtick.color": LINES,
    "ytick.color": LINES,
}


@frozen
class Bar:
    """A value beside its limits."""

    label: str
    value: float
    must: float | None
    aim: float | None
    shown: str


def svg_of(title: str, bars: Sequence[Bar], *, is_logarithmic: bool = False, more_is_better: bool = False) -> str:
    """A horizontal bar for each, with a line at its limit and a dot at its aim; beyond the limit it is red."""
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(9, _HEIGHT * len(bars) + 1.1), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(bars))
        colours = [WITHIN if _is_within(bar, more_is_better=more_is_better) else BEYOND for bar in bars]
        axes.barh(places, [bar.value for bar in bars], height=0.6, color=colours)
        for place, bar in enumerate(bars):
            # A column of their own beside the axes, where no mark can be below them.
            axes.text(1.02, place, bar.shown, va="center", transform=axes.get_yaxis_transform())
        _mark(axes, "limit", [bar.must for bar in bars], marker="|", size=15)
        _mark(axes, "aim", [bar.aim for bar in bars], marker="o", size=5)
        axes.set_yticks(places, [bar.label for bar in bars])
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.margins(x=0.04)
        axes.set_title(title, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        if is_logarithmic:
            axes.set_xscale("log")
            axes.set_xlim(left=min(1.0, *(bar.value / 2 for bar in bars)))
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
        if any(bar.must is not None or bar.aim is not None for bar in bars):
            figure.legend(loc="outside lower right", ncols=2, frameon=False)
        text = StringIO()
        figure.savefig(
            text, format="svg", transparent=True, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
    # Inside of a page, SVG has no declarations.
    return text.getvalue()[text.getvalue().index("<svg") :]


def _mark(axes: Axes, name: str, marks: Sequence[float | None], *, marker: str, size: int) -> None:
    found = [(mark, place) for place, mark in enumerate(marks) if mark is not None]
    if found:
        values, places = zip(*found, strict=True)
        style: dict[str, Any] = {"markersize": size, "markeredgewidth": 2, "color": MARKS, "linestyle": "none"}
        axes.plot(values, places, marker=marker, label=name, **style)


def _is_within(bar: Bar, *, more_is_better: bool) -> bool:
    return bar.must is None or (bar.value >= bar.must if more_is_better else bar.value <= bar.must)

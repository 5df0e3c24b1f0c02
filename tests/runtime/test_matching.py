"""Patterns and what strangers send: no text takes long, and each engine says what `re` says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from support.hostile import watchdog
from support.worst_texts import other_texts

from botobind import dialect
from botobind.classes import define
from botobind.constraints import Len, Matches, Sensitive
from botobind.dialect import compile_pattern
from botobind.errors import RequestError, ValidationError
from botobind.protocols.refusals import check_input
from botobind.shapes import Structure
from botobind.validation import matching

SLOW = r"^(?!x)(?:[a-z]|[a-y]|[a-x][a-z])+(?<!y)[0-9]$"
"""Exponential for all engines that read lookarounds."""

REFUSED = "a" * 300 + "!"

SUSPECTS = (
    *("rds", "events", "pipes", "ecr", "bedrock", "cleanrooms", "medical-imaging", "resiliencehub"),
    *("observabilityadmin", "partnercentral-selling"),
)

PROBE = """
import sys
sys.path[:0] = {path!r},
from support.worst_texts import worst_texts
from botobind.validation import matching
from botobind_codegen.pipeline import read_model
for service in sys.argv[1:]:
    for shape in read_model(service)[0].shapes.values():
        if shape.pattern is not None:
            most = None if shape.maximum is None else int(shape.maximum)
            for text in worst_texts(shape.pattern, int(shape.minimum or 0), most, 4):
                try:
                    matching.matches(shape.pattern, text)
                except TimeoutError:
                    pass
"""


@define(eq=False, repr=False, kw_only=True)
class Named(Structure):
    SHAPE: ClassVar[str] = "Named"
    MEMBERS: ClassVar[Mapping[str, str]] = {"name": "Name", "names": "Names", "secret": "Secret", "short": "Short"}
    SENSITIVE: ClassVar[frozenset[str]] = frozenset({"secret"})

    name: Annotated[str, Len(1, 20_000), Matches(SLOW)] | None = None
    names: list[Annotated[str, Matches(SLOW)]] | None = None
    secret: Annotated[str, Matches(SLOW), Sensitive()] | None = None
    short: Annotated[str, Len(3, 8), Matches(SLOW)] | None = None


def found_in(value: Named) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        value.validate()
    return [str(found) for found in caught.value.violations]


def finishes(code: str, *arguments: str) -> None:
    """In a process of its own, which can be ended: what hangs would hang the tests."""
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, timeout=240)


def test_worst_texts_of_the_suspects_are_refused() -> None:
    finishes(PROBE.format(path=str(Path(__file__).parents[1])), *SUSPECTS)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("[a-zA-Z](?:-?[a-zA-Z0-9]+)*", "a" * 40 + "!"),
        ("[a-zA-Z](?:-?[a-zA-Z0-9]+)*", "a" * 10_000 + "!"),
        ("^([a-zA-Z]+)*$", "a" * 10_000 + "\n"),
        (r"[\p{L}\p{N}]+([ -]?[\p{L}\p{N}]+)*", "é" * 2_000 + "!"),
        ("(a*)*b", "a" * 5_000 + "\ud800"),
        ("((a{1,500}){1,500}){1,40}b", "a" * 5_000),
        (SLOW, REFUSED),
    ],
)
@pytest.mark.parametrize("without", ["", "sys.modules['re2'] = None"], ids=["re2", "without"])
def test_no_text_takes_long(pattern: str, text: str, without: str) -> None:
    finishes(
        f"import sys\n{without}\nfrom botobind.validation import matching\n"
        f"try:\n    assert not matching.matches({pattern!r}, {text!r})\nexcept TimeoutError:\n    pass"
    )


def test_what_cannot_be_checked_in_time_is_a_violation() -> None:
    (found,) = found_in(Named(name=REFUSED))
    assert found == f"$.Name: '{'a' * 59}… cannot be checked against {SLOW} in time"
    (hidden,) = found_in(Named(secret=REFUSED))
    assert hidden == f"$.Secret: value cannot be checked against {SLOW} in time"


def test_many_texts_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def matches(_: str, __: str, seconds: float) -> bool:
        given.append(seconds)
        raise TimeoutError

    monkeypatch.setattr(matching, "matches", matches)
    assert len(found_in(Named(names=[REFUSED] * 50))) == 50
    assert given == [*[matching.SECONDS] * 4, *[0] * 46]


def test_none_is_left_for_the_engine_that_has_to_be_stopped() -> None:
    with pytest.raises(TimeoutError):
        matching.matches(SLOW, REFUSED, 0)
    assert matching.matches(SLOW, "ab1", 0)


@pytest.mark.parametrize("text", ["a" * 9, "!" * 100_000])
def test_texts_that_are_too_long_are_not_held_against_the_pattern(text: str) -> None:
    assert found_in(Named(short=text)) == [f"$.Short: {len(text)} characters, more than 8"]


def test_short_ones_are() -> None:
    assert found_in(Named(short="!")) == ["$.Short: 1 characters, fewer than 3", f"$.Short: '!' does not match {SLOW}"]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^[a-z]+$", "abc\n", False),
        ("[a-z]+$", "abc\n", False),
        ("^(a|b$)", "b\n", False),
        ("^$|^a", "\n", False),
        (r"^[\p{L}]+$", "abc\n", False),
        (r"^a(?!.*b$).*", "ab\n", True),
        (r"^[a$]+$", "$a", True),
        (r"^\$[]$]+$", "$$]", True),
        (r"^\\$", "\\", True),
        (r"^a\z", "a\n", False),
        ("(?m)^a$", "a\nb", True),
        ("(?s)^.$", "\n", True),
        ("a$|b", "xa\n", False),
    ],
)
def test_dollar_is_the_end_of_the_text(pattern: str, text: str, *, expected: bool) -> None:
    assert (compile_pattern(pattern).search(text) is not None) is expected
    assert matching.matches(pattern, text) is expected


READ = [
    r"^[\w.-]+@[\w-]+(\.[\w-]+)*$",
    r"^(\s*[^\s,]+\s*,?)*$",
    r"^(\d+|\D)*x?$",
    r"^([\S]+ ?)+$",
    r"^(\W|a)*$",
    "^([\\u0020-\\u007E]+[\\x09]?)*$",
    r"^([][a-z&&]+[-_]*)*$",
    r"^(a.*b?)*.$",
    r"(?s)^(a.*b?)*.$",
    r"^([a-z]{1,2048}-?)*$",
    r"^([^\]\\\-]+,?)*$",
    r"^([\p{L}\p{Z}-]+,?)*$",
    r"^(\.?[\-+.\/]*)*$",
]


@pytest.mark.parametrize("pattern", READ)
def test_each_engine_says_the_same(pattern: str) -> None:
    linear = matching._linear(pattern)
    assert linear is not None
    for text in other_texts(pattern, 0, 40, 200):
        short = text[:14]
        expected = compile_pattern(pattern).search(short) is not None
        assert (matching._stoppable(pattern).search(short) is not None) is expected
        if not re.search("[\ud800-\udfff]", short):
            assert (linear.search(short) is not None) is expected


@pytest.mark.parametrize(
    "pattern", [r"^(a\b ?)*$", r"^(a|(?=b).)*$", r"^(?i)(a|b)*$", r"^(a)\1*$", r"^(a*+)*$", r"^(?>a*)*$", r"^[\W]*$"]
)
def test_what_re2_has_no_words_for(pattern: str) -> None:
    assert dialect.for_re2(pattern, of_re=True) is None


@pytest.mark.parametrize(
    ("pattern", "most"),
    [
        # The steps for texts of 1,000 characters
        (r"\A(?:[a-z]*)\Z", 10_000),
        (r"\A(?:[a-z]+:[a-z0-9]+:[^/]*/.*)\Z", 50_000),
        (r"\A(?:([a-z]+:){3}x)\Z", 50_000),
        (r"\A(?!aws:)[a-z]{1,64}\Z", 10_000),
    ],
)
def test_what_is_harmless_by_estimate(pattern: str, most: int) -> None:
    assert dialect.work(pattern, 1_000) <= most


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r"\A(?:[a-z]*[a-z0-9]*)\Z", 900_000),
        (r"[a-z]+\Z", 900_000),
        (r"\A(?:[a-z]+:?[a-z]+)\Z", 900_000),
        (r"(?i)\A(?:[A-Z]+a.*)\Z", 900_000),
        (r"\A(?:(a|aa)+)\Z", 1e100),
        (r"\A(?:(-?[a-z]+)*)\Z", 1e100),
        (r"\A(?:(a?){60})\Z", 1e15),
        ("^a|b.*c", 900_000),
    ],
)
def test_what_is_not(pattern: str, least: float) -> None:
    assert dialect.work(pattern, 1_000) >= least


def test_a_server_refuses_what_takes_long() -> None:
    with watchdog(60), pytest.raises(RequestError, match="50 validation errors") as caught:
        check_input(Named(names=[REFUSED] * 50))
    assert caught.value.code == "ValidationException"


def test_a_server_holds_no_text_that_is_too_long_against_its_pattern() -> None:
    with pytest.raises(RequestError) as caught:
        check_input(Named(short=REFUSED))
    ((_, reason),) = caught.value.violations
    demand = "Member must have length between 3 and 8, inclusive"
    assert reason == f"Value with length 301 at '/Short' failed to satisfy constraint: {demand}"

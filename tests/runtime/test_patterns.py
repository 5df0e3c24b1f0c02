from __future__ import annotations

import re
from time import sleep
from typing import Any

import pytest
from support.hostile import watchdog

from botobind.dialect import compile_pattern
from botobind.testing import NoExampleError, matching_text, patterns
from botobind.testing.patterns import matching_texts
from botobind.testing.reading import languages_of
from botobind.testing.regularlanguages import Writer, members

SMALLEST = [
    # Pattern, least and greatest length, the smallest text
    ("^[a-z]+$", 0, None, "a"),
    ("[a-z]*", 0, None, ""),
    ("[a-z]*", 3, 5, "aaa"),
    (r"^\d{12}$", 0, None, "111111111111"),
    (r"^[^a-zA-Z0-9]$", 1, 1, "-"),
    ("^$|^arn:.+$", 0, None, ""),
    ("^$|^arn:.+$", 1, None, "arn:a"),
    ("^(x|yy|zzz)$", 2, None, "yy"),
    ("^(x|yy|zzz)$", 3, None, "zzz"),
    ("^(ab){2,4}$", 5, 8, "ababab"),
    ("^https?://", 0, None, "http://"),
    ("^s3://", 9, None, "s3://aaaa"),
    (r"^(?!aws:)a?", 4, 4, "aaaa"),
    ("^([a-z]{8}|[a-z]{17})$", 9, 48, "a" * 17),
    ("^(?:a*)*$", 3, 3, "aaa"),
    ("(?i)^true$", 0, None, "true"),
    ("^[\\t\\n]$", 0, None, "\n"),
    ("^[\u0400-\u04ff]$", 0, None, "\u0416"),
    ("^[\u2600-\u26ff]$", 0, None, "\u2600"),
    (r"^(?>a+)b++$", 4, 4, "abbb"),
    ("", 0, None, ""),
]

MATCHED = [
    # What stands in the models: character classes of Java, lookarounds, back references
    (r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$", 1, 128),
    (r"(?! )[\p{L}\p{N}\p{Z}-_]*(?<! )", 1, 50),
    (r"[\P{C}\r\n]+", 1, 20),
    (r"[^\p{C}]+", 4, 4),
    (r"[\p{Print}&&[^|:/]]+", 0, None),
    (r"^[[:alpha:]_]+$", 3, 3),
    (r"[a-z\s\w-]+", 5, None),
    (r"\A[a-z]+\z", 2, 3),
    (r"([\p{L}_.-]*)${1,128}", 1, 128),
    (r"(?!(?i)AWS_)[a-zA-Z_][a-zA-Z0-9_]*", 3, 40),
    (r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w\s]).{8,64}$", 8, 64),
    (r"^(?!.*?(.)\1{3})[-_!@#$a-zA-Z0-9]*$", 8, 64),
    (r"^arn:(?=[^:]+:fsx:[^:]+:\d{12}:)((|(?=[a-z0-9-.]{1,63})[a-z0-9].*(?<!-)):){4}(?!/).{0,1024}$", 8, 512),
    (r"^(?=^\$)(?=^\S+$).*$", 1, 65535),
    (r"^(?!\s+$)[a-z\s]{5}$", 5, 5),
    (r"^\w+-\b\w+$", 600, 700),
    (r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$", 7, 15),
    (r"^([A-Za-z0-9/+]{64}\n)*[A-Za-z0-9/+]{1,64}={0,2}$", 1600, 8000),
    (r"^(a)?(?(1)b|c)$", 0, None),
    (r"^(.)(b*)c\2$", 6, None),
]


@pytest.mark.parametrize(("pattern", "minimum", "maximum", "expected"), SMALLEST)
def test_smallest_text(pattern: str, minimum: int, maximum: int | None, expected: str) -> None:
    try:
        compile_pattern(pattern)
    except re.error:
        pytest.skip("not in this Python's dialect")
    assert matching_text(pattern, minimum, maximum) == expected


@pytest.mark.parametrize(("pattern", "minimum", "maximum"), MATCHED)
def test_matches_within_bounds(pattern: str, minimum: int, maximum: int | None) -> None:
    text = matching_text(pattern, minimum, maximum)
    assert compile_pattern(pattern).search(text)
    assert minimum <= len(text) <= (len(text) if maximum is None else maximum)
    assert text.replace("\n", "").isascii()


@pytest.mark.parametrize(
    ("pattern", "minimum", "maximum"),
    [
        ("^[a-z]{5}$", 0, 4),
        ("^[a-z]{1,3}$", 4, None),
        (r"^\\d{12}$", 12, 12),
        ("a^b", 0, None),
        ("[a-z]+", 5, 3),
        (r"/^[\d]{12}$/", 0, None),
    ],
)
def test_contradictions_are_reported(pattern: str, minimum: int, maximum: int | None) -> None:
    with pytest.raises(NoExampleError, match=f"at least {minimum}.*{re.escape(pattern)}"):
        matching_text(pattern, minimum, maximum)


def test_what_others_compute_meanwhile_takes_nothing_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stoppable, pauses = patterns._stoppable, [0.3]

    class Interrupted:
        def __init__(self, pattern: str) -> None:
            self._compiled = stoppable(pattern)

        def search(self, text: str, timeout: float) -> Any:
            if pauses:
                sleep(pauses.pop())
            return self._compiled.search(text, timeout=timeout)

    monkeypatch.setattr(patterns, "_stoppable", Interrupted)
    monkeypatch.setattr(patterns._Trial, "_SECONDS", 0.2)
    assert matching_text("^(?=[^:]+:x:)((|[a-z]+):){3}$", 17, 41)
    assert not pauses


@pytest.mark.parametrize("pattern", ["^(a|a)*$(?!)", "^([a-z]+)+$(?!)", "^((a?){0,40}){0,40}$(?!)"])
def test_patterns_that_backtrack_without_end_are_given_up(pattern: str) -> None:
    # They would take years: what is given up at all is given up before the watchdog barks.
    with watchdog(60), pytest.raises(NoExampleError):
        matching_text(pattern, 40)


def test_several_texts_differ_and_match() -> None:
    texts = matching_texts("^[a-z]{2}-[0-9]+$", 4, 9, 16)
    assert len(texts) == len(set(texts)) == 16
    assert all(re.search("^[a-z]{2}-[0-9]+$", text) and 4 <= len(text) <= 9 for text in texts)
    assert list(texts) == sorted(texts, key=len)


def test_as_many_texts_as_there_are() -> None:
    assert set(matching_texts("^(on|off)$", 0, None, 16)) == {"on", "off"}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(a|bc){2,3}d?", {2, 3, 4, 5, 6, 7}),
        ("[a-z]{3}|[a-z]{6}", {3, 6}),
        ("(abc)*", {0, 3, 6, 9, 12}),
        ("(abc){2,}", {6, 9, 12}),
        ("(a{2}|b{5}){2}", {4, 7, 10}),
        ("(?:(a?)b){3}", {3, 4, 5, 6}),
        ("(?:a*){3}b", set(range(1, 13))),
        ("(a*|bb){0,2}", set(range(13))),
    ],
)
def test_lengths_are_exact(pattern: str, expected: set[int]) -> None:
    longest = 12
    (language,) = languages_of(pattern)
    lengths = set(members(language.lengths(longest)))
    assert lengths == expected
    assert language.shortest == min(expected)
    for length in lengths:
        for variation in range(12):
            text = language.write(length, Writer(variation, longest))
            assert len(text) == length
            assert re.fullmatch(pattern, text)

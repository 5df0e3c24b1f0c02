"""Whether texts are refused that were taken: constraints of strings, each pair in both directions."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from codegen.test_diff import base, differences

from botobind.validation.matching import matches
from botobind_codegen.diff.automata import Length, UnreadableError, conditions_of, same_pattern, shortest_breaking

SAME, MORE, LESS, OTHER = (
    ("restated", "restated"),
    ("loosened", "tightened"),
    ("tightened", "loosened"),
    ("changed",) * 2,
)

PATTERNS: list[tuple[str, str, tuple[str, str]]] = [
    ("^x$", "x", SAME),
    ("^(x)$", "x", SAME),
    ("^a|b$", "^(a|b)$", LESS),
    ("^a|b$", "a|b", LESS),
    ("^x", "x", LESS),
    ("x$", "x", LESS),
    ("^x", "x.*", LESS),  # `.` is no line feed
    ("^x", r"x[\s\S]*", SAME),
    (r"[\s\S]*", "(?s).*", SAME),
    ("[a-z]+", "[a-z]*", MORE),
    ("[a-z]+", "[a-z]{1,9}", LESS),
    ("(a|b)c", "(ac|bc)", SAME),
    ("a?a?a?", "a{0,3}", SAME),
    ("a{2,}", "aa+", SAME),
    ("(?:ab?)*", "(?:ab|a)*", SAME),
    ("aws(|-cn)", "aws(|-cn|-gov)", MORE),
    ("[a-m]+", "[h-z]+", OTHER),
    (r"\d{3}", "[0-9]{3}", LESS),
    (r"\w+", r"[\w.-]+", MORE),
    ("[^:]+", "[^:/]+", LESS),
    (r"\p{L}+", r"[\p{L}\p{N}]+", MORE),
    (r"^\p{L}+$", r"\p{L}+", SAME),
    (r"[\P{M}\p{M}]*", r"[\s\S]*", SAME),
    ("[[:alpha:]]+", "[[:alnum:]]+", MORE),
    ("(?!aws)[a-z]{3}", "[a-z]{3}", MORE),
    ("(?!a)[ab]", "b", SAME),
    ("(?=.{1,9}$)a+", "a{1,9}", SAME),
    ("(?=.{1,9}$)a+", "a+", MORE),
    # what is no regular language, or may have another meaning, is equal or unknown
    (r"^(a)\1$", r"(a)\1", SAME),
    (r"(a)\1", r"(b)\1", OTHER),
    (r"^\bx\b$", r"\bx\b", SAME),
    ("^(?i)x$", "(?i)x", OTHER),
    ("(?i)x", "(?i)y", OTHER),
    ("a(?=b)b", "ab", OTHER),
    ("(", "x", OTHER),
    ("a{99999}", "x", OTHER),
]


NOTHING_NEW = {"min": "restated", "max": "restated"}


def shape(constraints: dict[str, Any]) -> dict[str, Any]:
    model = base()
    model["shapes"]["Text"] = {"type": "string", **constraints}
    return model


def said(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    return {each.subject.removeprefix("shape."): each.change for each in differences(shape(old), shape(new))}


@pytest.mark.parametrize(("old", "new", "expected"), PATTERNS)
def test_patterns(old: str, new: str, expected: tuple[str, str]) -> None:
    there, back = said({"pattern": old}, {"pattern": new}), said({"pattern": new}, {"pattern": old})
    assert (there["pattern"], back["pattern"]) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"pattern": r"[\s\S]*"}, {"pattern": "restated"}),
        ({}, {"pattern": ".*"}, {"pattern": "tightened"}),
        ({"pattern": ".*"}, {}, {"pattern": "loosened"}),
        ({"pattern": "[a-z]{4,7}"}, {"min": 1, "max": 64}, {**NOTHING_NEW, "pattern": "loosened"}),
        (
            {"min": 1, "max": 64},
            {"pattern": "[a-z]{4,7}"},
            {**NOTHING_NEW, "pattern": "tightened"},
        ),
        ({"min": 1, "max": 80}, {"pattern": "(?s).{1,80}"}, {**NOTHING_NEW, "pattern": "restated"}),
        ({"pattern": "[a-z]{4,7}"}, {"pattern": "[a-z]{4,7}", "max": 7}, {"max": "restated"}),
        ({"pattern": "[a-z]{4,7}"}, {"pattern": "[a-z]{4,7}", "max": 6}, {"max": "tightened"}),
        ({"pattern": "[a-z]+", "max": 9}, {"pattern": "[a-z]{1,9}"}, {"max": "restated", "pattern": "restated"}),
        ({"pattern": "[a-z]+", "max": 9}, {"pattern": "[a-z]{1,8}", "max": 9}, {"pattern": "tightened"}),
        ({"pattern": r"(a|b)\1", "max": 9}, {"pattern": r"(a|b)\1", "max": 5}, {"max": "tightened"}),
        ({"pattern": r"(a|b)\1", "max": 9}, {"pattern": r"(a|b)\1", "max": 99}, {"max": "loosened"}),
        ({"pattern": r"(a|b)\1", "max": 9}, {"max": 9}, {"pattern": "loosened"}),
        ({"min": 1}, {"min": 0}, {"min": "loosened"}),
        ({}, {"min": 0}, {"min": "restated"}),
        ({"max": 10**9}, {"max": 10**6}, {"max": "tightened"}),
        ({"enum": ["a"], "pattern": "a"}, {"enum": ["a"], "pattern": "b"}, {"pattern": "restated"}),
        ({"enum": ["a"]}, {"enum": ["a"], "max": 1}, {"max": "restated"}),
    ],
)
def test_constraints_together(old: dict[str, Any], new: dict[str, Any], expected: dict[str, str]) -> None:
    assert said(old, new) == expected


def test_other_shapes_are_judged_by_their_numbers() -> None:
    new = base()
    new["shapes"]["Parts"]["max"] = 5
    assert {(each.subject, each.change) for each in differences(base(), new)} == {("shape.max", "tightened")}


READABLE = sorted({pattern for row in PATTERNS[:20] for pattern in row[:2]})
TEXTS = ["".join(text) for size in range(4) for text in itertools.product("abcx9\n", repeat=size)]
TEXTS += ["aws", "aws-cn", "aws-gov", "xyz", "\u0661\u0662\u0663", "\xe9", "a" * 9, "a" * 10, ":", "/", "999"]


@pytest.mark.parametrize("old", READABLE)
def test_the_verdict_is_that_of_matching(old: str) -> None:
    """No text contradicts what is said of two patterns."""
    taken = [text for text in TEXTS if matches(old, text)]
    for new in READABLE:
        lost = [text for text in taken if not matches(new, text)]
        lengths = [shortest_breaking(conditions_of(old), each) for each in conditions_of(new)]
        found = min((length for length in lengths if length is not None), default=None)
        assert found is not None or not lost, (new, lost)
        assert not lost or found is None or found <= min(map(len, lost)), (new, lost)


def test_what_takes_too_long_is_not_said() -> None:
    slow, wider = conditions_of("(a|b)*a(a|b){30}"), conditions_of("(a|b)*[abc](a|b){30}")
    with pytest.raises(UnreadableError):
        shortest_breaking([*slow, Length(0, None)], wider[0])
    with pytest.raises(UnreadableError):
        conditions_of("(a{0,200}){0,200}")
    assert same_pattern("(a|b)*a(a|b){30}", "^(a|b)*a(a|b){30}$")


DEEP = 150
HOSTILE = {
    "deep": ("(" * DEEP + "a" + ")" * DEEP, "(" * DEEP + "b" + ")" * DEEP),
    "deeper": ("(a" * 2000 + ")?" * 2000, "a*"),
    "many states": ("(.{0,90}x?){0,90}", "(x?.{0,90}){0,90}"),
    "many places": ("(a?b?){0,2000}", "(b?a?){0,2000}"),
    "many characters": ("".join(map(chr, range(0x4E00, 0x5200))), ".*"),
    "many alternatives": ("|".join(f"{each:x}" for each in range(1000)), "[0-9a-f]+x"),
    "many lookaheads": ("^" + "(?=.*a)" * 500 + "a*$", "a*b"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_patterns_end_soon(name: str) -> None:
    """Whatever is said, it is said of both ways, and without an error."""
    old, new = HOSTILE[name]
    found = {said({"pattern": old}, {"pattern": new})["pattern"], said({"pattern": new}, {"pattern": old})["pattern"]}
    assert found <= {"changed", "tightened", "loosened", "restated"}

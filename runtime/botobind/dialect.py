"""The dialect of models' patterns: read as tokens, weighed, and translated for other engines."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import cast

_TOKEN = re.compile(
    r"""(?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])
    | (?P<escape>\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|.))
    | (?P<flags>\(\?[a-zA-Z]+\))
    | (?P<open>\((?:\?(?:P?<\w+>|P=\w+|<?[=!]|[:>]|[a-zA-Z]*-?[a-zA-Z]*:))?)
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<repeat>(?:[*+?]|\{(?:\d+(?:,\d*)?|,\d+)\})[?+]?)
    | (?P<anchor>[\^$])
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_WHOLE = (("^", "(^", "\\A"), ("$", "$)", "\\Z", "\\z"))
_LARGEST_REPEAT = 1_000
"""RE2 refuses larger ones."""

_SPACES = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NO_SPACES = (
    "\\x00-\\x08\\x0e-\\x1b\x21-\x84\x86-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e"
    "\u2030-\u205e\u2060-\u2fff\u3001-\U0010ffff"
)
_CLASSES = {"w": r"_\p{L}\p{N}", "d": r"\p{Nd}", "D": r"\P{Nd}", "s": _SPACES, "S": _NO_SPACES}
_OUTSIDE = {r"\w": f"[{_CLASSES['w']}]", r"\W": f"[^{_CLASSES['w']}]", r"\s": f"[{_SPACES}]", r"\S": f"[{_NO_SPACES}]"}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_SET_PIECE = re.compile(
    r"""\\(?:[uU](?P<code>[0-9a-fA-F]{4}(?:[0-9a-fA-F]{4})?)|x(?P<byte>[0-9a-fA-F]{2})|(?P<property>[pP]\{[^}]*\})
    | (?P<class>[wdsDS]) | (?P<control>[tnrfva]) | (?P<literal>[^a-zA-Z0-9])) | (?P<other>[^\\])""",
    re.VERBOSE | re.DOTALL,
)


class _Unreadable(Exception):  # noqa: N818 - never leaves the module
    """RE2 does not know of it, or knows something else by it."""


def whole(pattern: str) -> str:
    r"""The pattern as `search` wants it: with anchors at both ends where it has none, and with `\Z` for `$`, which for
    Python has a line feed after it. Under the flag `m` it keeps its meaning.
    """
    bare = not (pattern.startswith(_WHOLE[0]) or pattern.endswith(_WHOLE[1]))
    flags = re.match(r"\(\?[aimsx]+\)", pattern)
    start = flags.end() if flags else 0
    head, body = pattern[:start], pattern[start:]
    if ("$" in body or r"\z" in body) and not ("(?" in pattern and re.search(r"\(\?[a-z]*m", pattern)):
        body = "".join(
            r"\Z" if token[0] in ("$", r"\z") and token.lastgroup != "set" else token[0]
            for token in _TOKEN.finditer(body)
        )
    return rf"{head}\A(?:{body})\Z" if bare else head + body


def work(pattern: str, longest: int) -> float:
    """An upper limit of the steps in which a backtracking engine refuses a text of so many characters.

    It multiplies the ways in which repetitions can share the text out. A repetition whose characters end where the next
    literal or the end of the text comes has only one way.
    """
    tokens = list(_TOKEN.finditer(pattern))
    folded = re.search(r"\(\?[a-z]*i", pattern) is not None
    frames = [_Frame("", longest)]
    for index, token in enumerate(tokens):
        frame = frames[-1]
        match token.lastgroup:
            case "open":
                frames.append(_Frame(token[0], longest))
            case "close" if len(frames) > 1:
                frames.pop()
                frames[-1].add(*frame.closed())
            case "bar":
                frame.bar()
            case "repeat":
                frame.repeat(token[0], ends_itself=not folded and _ends_itself(tokens, index))
            case "flags":
                pass
            case _:
                frame.add(1.0, 1.0)
    _, effort = frames[0].closed()
    return effort if _is_anchored(pattern) else effort * longest


def _ends_itself(tokens: list[re.Match[str]], index: int) -> bool:
    """Whether the characters that are repeated cannot be what comes after them."""
    repeated = tokens[index - 1]
    if repeated.lastgroup not in ("set", "escape", "other"):
        return False
    after = index + 1
    while after < len(tokens) and tokens[after].lastgroup == "close":
        after += 1
    if after >= len(tokens):
        return False
    following = tokens[after]
    if after + 1 < len(tokens) and tokens[after + 1].lastgroup == "repeat" and not _bounds(tokens[after + 1][0])[0]:
        return False
    if following[0] == r"\Z":
        return True
    literal = following[0].removeprefix("\\")
    if following.lastgroup not in ("other", "escape") or len(literal) != 1:
        return False
    if (following.lastgroup == "escape" and literal.isalnum()) or following[0] == ".":
        return False
    return not _takes(repeated[0], literal)


@cache
def _takes(characters: str, literal: str) -> bool:
    """Whether a set or class takes a character, or may do so."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.fullmatch(characters, literal) is not None
    except re.error:
        return True


def _is_anchored(pattern: str) -> bool:
    start = re.match(r"(?:\(\?[a-zA-Z]+\))?(\^|\\A|\(\^)", pattern)
    if start is None or re.search(r"\(\?[a-z]*m", pattern):
        return False
    depth = 0
    within = 1 if start[1] == "(^" else 0
    for token in _TOKEN.finditer(pattern):
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if token.lastgroup == "bar" and depth <= within:
            return False
    return True


class _Frame:
    """What has been read of a group: ways and effort, of the alternatives before, of this one and of its last item."""

    def __init__(self, opener: str, longest: int) -> None:
        self._longest = longest
        self._atomic = opener in ("(?>", "(?=", "(?!", "(?<=", "(?<!")
        self._done = (0.0, 0.0)
        self._here = (1.0, 0.0)
        self._last = (1.0, 0.0)

    def add(self, ways: float, effort: float) -> None:
        self._here = _then(self._here, self._last)
        self._last = (ways, effort)

    def bar(self) -> None:
        here = _then(self._here, self._last)
        self._done = (self._done[0] + here[0], self._done[1] + here[1] + 1)
        self._here = (1.0, 0.0)
        self._last = (1.0, 0.0)

    def closed(self) -> tuple[float, float]:
        self.bar()
        ways, effort = self._done
        return (1.0 if self._atomic else ways), effort

    def repeat(self, quantifier: str, *, ends_itself: bool) -> None:
        least, most = _bounds(quantifier)
        times = float(self._longest if most is None else min(most, self._longest))
        ways, effort = self._last
        if ways <= 1:
            repeated = (max(times - least + 1, 1.0), max(times, 1.0) * effort)
        else:
            try:
                # So many ways of each length.
                total = ways**times * (1.0 if least == most else 2.0)
            except OverflowError:
                total = float("inf")
            repeated = (total, total * effort)
        if ends_itself:
            repeated = (1.0, 2 * repeated[1])
        self._last = (1.0, repeated[1]) if quantifier.endswith("+") and len(quantifier) > 1 else repeated


def _then(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    return first[0] * second[0], first[1] + first[0] * second[1]


def _bounds(quantifier: str) -> tuple[int, int | None]:
    known = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(quantifier[0])
    if known is not None:
        return known
    least, comma, most = quantifier[1 : quantifier.index("}")].partition(",")
    if not comma:
        return int(least), int(least)
    return int(least or 0), int(most) if most else None


def for_regex(pattern: str) -> str:
    r"""A pattern of `re` in the dialect of `regex`, whose `\w` and `\s` know other characters."""
    return "".join(_for_regex(token) for token in _TOKEN.finditer(pattern))


def _for_regex(token: re.Match[str]) -> str:
    if token.lastgroup == "set":
        return re.sub(r"\\(.)", lambda found: _CLASSES[found[1]] if found[1] in "wsS" else found[0], token[0])
    return _OUTSIDE.get(token[0], token[0])


def for_re2(pattern: str, *, of_re: bool) -> str | None:
    r"""The pattern in the dialect of RE2, meaning the same; None where it has no words for it.

    Its `\w`, `\d` and `\s` know ASCII only. Where `re` does not read the pattern, they are what `regex` makes of them.
    """
    try:
        return "".join(_translated(pattern, of_re=of_re))
    except _Unreadable:
        return None


def _translated(pattern: str, *, of_re: bool) -> Iterator[str]:
    atom = ""
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if token.lastgroup == "repeat":
            yield _repeated(atom, text)
            atom = ""
            continue
        yield atom
        match token.lastgroup:
            case "set":
                atom = _set(text, of_re=of_re)
            case "escape":
                atom = _escape(text, of_re=of_re)
            case "flags" if text != "(?s)":
                raise _Unreadable
            case "open" if text not in ("(", "(?:") and not text.startswith("(?P<"):
                raise _Unreadable
            case "close":
                # What has been given already cannot be written twice.
                atom = ""
                yield text
            case "anchor" if text == "$":
                atom = r"\z"
            case _:
                atom = text
    yield atom


def _repeated(atom: str, quantifier: str) -> str:
    least, most = _bounds(quantifier)
    if quantifier.endswith("+") and len(quantifier) > 1:
        raise _Unreadable
    if max(least, most or 0) <= _LARGEST_REPEAT:
        return atom + quantifier
    if not atom:
        raise _Unreadable
    chunks = []
    while least > _LARGEST_REPEAT:
        chunks.append(f"{atom}{{{_LARGEST_REPEAT}}}")
        least -= _LARGEST_REPEAT
        most = None if most is None else most - _LARGEST_REPEAT
    while most is not None and most > _LARGEST_REPEAT:
        chunks.append(f"{atom}{{{least},{_LARGEST_REPEAT}}}")
        most -= _LARGEST_REPEAT
        least = 0
    end = "" if most is None else most
    return "".join((*chunks, f"{atom}{{{least},{end}}}"))


def _escape(text: str, *, of_re: bool) -> str:
    if text in (r"\A", r"\Z", r"\z"):
        return text.replace("Z", "z")
    if text == r"\W" and of_re:
        return rf"[^{_CLASSES['w']}]"
    if text in (r"\pL", r"\pN"):
        return text
    return f"[{_set_chunk(text, of_re=of_re)}]"


def _set(text: str, *, of_re: bool) -> str:
    negated = text.startswith("[^")
    inside = text[2 if negated else 1 : -1]
    chunks = []
    after_class = False
    position = 0
    for chunk in _SET_PIECE.finditer(inside):
        if chunk.start() != position:
            raise _Unreadable
        position = chunk.end()
        known = chunk["class"] or chunk["property"]
        # A hyphen after a class is no range.
        hyphen = after_class and chunk[0] == "-"
        chunks.append(r"\-" if hyphen else _set_chunk(chunk[0], of_re=of_re))
        after_class = bool(known)
    if position != len(inside):
        raise _Unreadable
    return f"[{'^' if negated else ''}{''.join(chunks)}]"


def _set_chunk(text: str, *, of_re: bool) -> str:
    chunk = _SET_PIECE.fullmatch(text)
    if chunk is None:
        raise _Unreadable
    if chunk["property"]:
        return text
    if chunk["class"]:
        if not of_re and text not in (r"\d", r"\D"):
            raise _Unreadable
        return _CLASSES[chunk["class"]]
    code = chunk["code"] or chunk["byte"]
    if code:
        char = chr(int(code, 16))
    elif chunk["control"]:
        char = _CONTROLS[chunk["control"]]
    elif chunk["literal"]:
        char = chunk["literal"]
    else:
        return rf"\{text}" if text in "[]&~|" else text
    if 0xD800 <= ord(char) <= 0xDFFF:
        raise _Unreadable
    if char.isalnum() or not char.isascii():
        return char
    return f"\\x{ord(char):02x}"


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""The compiled pattern, to be used with `search`: what a pattern means. `matches` says the same in time.

    Services match the whole text, and most models leave out the anchors that say so: a pattern with no anchor at either
    end gets both. One that has an anchor is taken at its word, but no `$` takes a line feed at the text's end.

    Models use the dialect of Java; what the standard library does not know of it (``\p{L}``) the `regex` package does.
    The generator has tried every pattern in this way, so none fails here.
    """
    anchored = whole(pattern)
    try:
        with warnings.catch_warnings():
            # A future change of meaning inside character sets is announced as a warning: `regex` has today's.
            warnings.simplefilter("error", FutureWarning)
            return re.compile(anchored)
    except (re.error, FutureWarning):
        import regex

        return cast("re.Pattern[str]", regex.compile(anchored))

"""The HTML of service models as docstrings: clean text, wrapped, harmless wherever it is put."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import unescape
from itertools import pairwise
from typing import Any, cast

from attrs import define, field, frozen
from lxml import etree

_QUOTES = len('"""')
_DEEPEST = 40
"""Columns of the deepest margin: what is nested deeper stays there, so that there is room for text."""

_ANNOUNCEMENTS = {"note": "Note", "important": "Important", "caution": "Caution", "warning": "Warning", "tip": "Tip"}
_LEFT_OUT = frozenset({"script", "style", "template", "iframe"})
_INLINE = frozenset({"a", "b", "br", "code", "em", "i", "span", "strong", "td", "th", "u"})
_BLOCKS = frozenset(
    {"p", "div", "section", "ul", "ol", "li", "dl", "dt", "dd", "pre", "blockquote", "hr", "fullname", "para", "title"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
    | set(_ANNOUNCEMENTS)
)
_KNOWN = _BLOCKS | _INLINE | {"html", "body"}

_SIMPLE = re.compile(r"(?:<p>)?([^<&\n]*)(?:</p>)?")
_DECLARATION = r"!--|!(?i:doctype)|\?xml"
_ANGLE = re.compile(rf"<(?!{_DECLARATION})(/?)([A-Za-z][\w:.-]*)?")
_UNKNOWN = re.compile(rf"<(?!{_DECLARATION}|/?(?:{'|'.join(sorted(_KNOWN))})(?=[\s/>]))")
_CLOSED = re.compile(r"</([A-Za-z][\w:.-]*)")
_URL = re.compile(r"https?://\S+")

_PREFORMATTED = re.compile(r"<pre><code>([^\n<]*)</code></pre>")
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|ul|li|note|code)&gt;")
_LONGEST_OF_CODE = 100
_LIST_ITEM = re.compile(r"[-*•] +")
_ENDS_SENTENCE = (".", ":", "!", "?")

_TIGHT = frozenset({("item", "item"), ("term", "term"), ("term", "definition"), ("term", "item"), ("row", "row")})
"""Kinds of blocks that follow each other without an empty line."""

_BREAK = "\r"
"""Stands for `<br>` among the chunks of a text, whose own carriage returns are gone by then."""

_PRINTABLE_ASCII = re.compile(r"[\t\n\x20-\x7e]*")
_TRIPLE_QUOTES = re.compile(r'\A"+|"{3,}')
_TRIPLE_QUOTES_OR_LAST = re.compile(r'\A"+|"{3,}|"+\Z')
_BLANK_LINE = re.compile("^ +$", re.MULTILINE)
_NOT_IN_SOURCE = re.compile(
    r"[\\\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufffe\uffff\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)
"""Backslashes, and what a source file cannot hold or nobody would see in it; the same in every version of Unicode."""


class _Characters(dict[int, str]):
    """What each character becomes: white space a space, what nobody sees nothing, what UTF-8 has no place for the
    replacement character. Filled as characters occur.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in "\t\n" or category[0] not in "CZ":
            result = character
        elif category[0] == "Z" or character in "\r\x0b\x0c":
            result = " "
        elif category == "Cs" or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
            result = "\ufffd"
        elif 0x80 <= code <= 0x9F:  # browsers, too, read these as Windows-1252
            result = bytes([code]).decode("cp1252", errors="ignore")
        elif category in ("Cc", "Cf"):
            result = ""
        else:
            result = character
        self[code] = result
        return result


_CHARACTERS = _Characters()


def _clean(text: str) -> str:
    return text if _PRINTABLE_ASCII.fullmatch(text) else text.translate(_CHARACTERS)


def _collapse(text: str) -> str:
    """The text with single spaces; line breaks are those of `<br>`."""
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)


@frozen
class _Block:
    """A paragraph, the beginning of a list item, a row, or literal text, with what its first line and the others begin
    with.
    """

    text: str
    first: str = ""
    margin: str = ""
    kind: str = ""

    def lines(self, width: int, reserved: int) -> list[str]:
        lines = self.text.split("\n")
        if self.kind == "literal":
            return [f"{self.margin if number else self.first}{line}".rstrip() for number, line in enumerate(lines)]
        wrapped: list[str] = []
        for line in lines:
            wrapped += textwrap.wrap(
                line,
                width,
                initial_indent=self.margin if wrapped else "\0" * reserved + self.first,
                subsequent_indent=self.margin,
                expand_tabs=False,
                replace_whitespace=False,
                break_long_words=False,
                break_on_hyphens=False,
            )
        wrapped[0] = wrapped[0][reserved:]
        return wrapped


@define
class _Reader:
    """Makes blocks of what libxml2 finds. Inline text gathers in `chunks` until a block begins or ends.

    libxml2 closes whatever is open, in the order in which it was opened, so that every start has its end.
    """

    blocks: list[_Block] = field(factory=list)
    chunks: list[str] = field(factory=list)
    margin: str = ""
    first: str = ""
    kind: str = ""
    announcement: str = ""
    margins: list[str] = field(factory=list)
    counts: list[int | None] = field(factory=list)
    links: list[tuple[int, str]] = field(factory=list)
    addresses: list[str] = field(factory=list)
    code_from: int = 0
    code: int = 0
    literal: int = 0
    left_out: int = 0
    cells: int | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS:
            self.flush()
        if tag in _STARTS:
            _STARTS[tag](self, attributes)
        elif tag in _ANNOUNCEMENTS:
            self.announcement = _ANNOUNCEMENTS[tag]
        elif tag in _LEFT_OUT:
            self.left_out += 1

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        if tag in _ENDS:
            _ENDS[tag](self)
        elif tag in _ANNOUNCEMENTS:
            self.announcement = ""
        elif tag in _LEFT_OUT:
            self.left_out -= 1

    def data(self, text: str) -> None:
        if not self.left_out:
            self.chunks.append(_clean(text))

    def close(self) -> list[_Block]:
        self.flush()
        return self.blocks

    def flush(self) -> None:
        if self.literal:
            return
        if self.cells is not None:
            self.chunks.append(" ")
            return
        if self.code:
            self.quote()
        text = _collapse("".join(self.chunks))
        self.chunks.clear()
        self.code_from = 0
        if text:
            if self.announcement and not text.startswith(f"{self.announcement}:"):
                text = f"{self.announcement}: {text}"
            self.announcement = ""
            self.add(_Block(text, self.first or self.margin, self.margin, self.kind))

    def add(self, block: _Block) -> None:
        self.blocks.append(block)
        self.first = self.kind = ""

    def announce(self) -> None:
        """Gives the announcement a paragraph of its own where no paragraph follows that could begin with it."""
        if self.announcement:
            text, self.announcement = f"{self.announcement}:", ""
            self.add(_Block(text, self.first or self.margin, self.margin, self.kind))

    def indent(self, marker: str, columns: int, kind: str) -> None:
        self.margins.append(self.margin)
        self.first = self.margin + marker if marker else ""
        if len(self.margin) < _DEEPEST:
            self.margin += " " * columns
        self.kind = kind

    def dedent(self) -> None:
        self.margin = self.margins.pop()
        self.first = self.kind = ""

    def start_item(self, _: Mapping[str, str]) -> None:
        self.announce()
        marker = "- "
        if self.counts and (count := self.counts[-1]) is not None:
            self.counts[-1] = count + 1
            marker = f"{count + 1}. "
        self.indent(marker, len(marker), "item")

    def start_term(self, _: Mapping[str, str]) -> None:
        self.announce()
        self.kind = "term"

    def start_literal(self, _: Mapping[str, str]) -> None:
        self.announce()
        self.literal += 1

    def end_literal(self) -> None:
        self.literal -= 1
        if self.literal:
            return
        text = textwrap.dedent("".join(self.chunks).replace(_BREAK, "\n").expandtabs(4))
        lines = [line.rstrip() for line in text.split("\n")]
        self.chunks.clear()
        if any(lines):
            while not lines[0]:
                del lines[0]
            while not lines[-1]:
                del lines[-1]
            margin = self.margin if self.first else f"{self.margin}    "
            self.add(_Block("\n".join(lines), self.first or margin, margin, "literal"))

    def start_row(self, _: Mapping[str, str]) -> None:
        self.announce()
        self.cells = 0

    def start_cell(self, _: Mapping[str, str]) -> None:
        if self.cells:
            self.chunks.append(" | ")
        if self.cells is not None:
            self.cells += 1

    def end_row(self) -> None:
        self.cells = None
        self.kind = self.kind or "row"
        self.flush()
        self.kind = ""

    def start_code(self, _: Mapping[str, str]) -> None:
        if not self.code:
            self.code_from = len(self.chunks)
        self.code += 1

    def end_code(self) -> None:
        self.code -= 1
        if not self.code:
            self.quote()

    def quote(self) -> None:
        """Puts what is code into double backquotes, unless its own would end them; its links' addresses follow."""
        start, text, end = self.cut(self.code_from)
        if text and not self.literal and "``" not in text and "`" not in (text[0], text[-1]):
            text = f"``{text}``"
        self.chunks += (start, text, *(f" ({address})" for address in self.addresses), end)
        self.addresses.clear()

    def cut(self, position: int) -> tuple[str, str, str]:
        """Takes the chunks from a position on: the white space before the text, the text, and that behind it."""
        text = "".join(self.chunks[position:])
        del self.chunks[position:]
        core = text.strip()
        start = len(text) - len(text.lstrip())
        return text[:start], core, text[start + len(core) :]

    def start_link(self, attributes: Mapping[str, str]) -> None:
        self.links.append((len(self.chunks), _clean(attributes.get("href") or "").strip()))

    def end_link(self) -> None:
        position, address = self.links.pop()
        if self.literal or not _URL.fullmatch(address):
            return
        start, text, end = self.cut(position)
        if text.strip("`").rstrip("/") == address.rstrip("/"):
            self.chunks += (start, text, end)
        elif self.code:
            self.chunks += (start, text, end)
            self.addresses.append(address)
        else:
            self.chunks += (start, f"{text} ({address})" if text else address, end)


_STARTS: dict[str, Callable[[_Reader, Mapping[str, str]], None]] = {
    "a": _Reader.start_link,
    "br": lambda reader, _: reader.chunks.append(_BREAK),
    "code": _Reader.start_code,
    "dd": lambda reader, _: reader.indent("", 4, "definition"),
    "dt": _Reader.start_term,
    "li": _Reader.start_item,
    "ol": lambda reader, _: reader.counts.append(0),
    "pre": _Reader.start_literal,
    "td": _Reader.start_cell,
    "th": _Reader.start_cell,
    "tr": _Reader.start_row,
    "ul": lambda reader, _: reader.counts.append(None),
}
_ENDS: dict[str, Callable[[_Reader], object]] = {
    "a": _Reader.end_link,
    "code": _Reader.end_code,
    "dd": _Reader.dedent,
    "li": _Reader.dedent,
    "ol": lambda reader: reader.counts.pop(),
    "pre": _Reader.end_literal,
    "tr": _Reader.end_row,
    "ul": lambda reader: reader.counts.pop(),
}


def _without_placeholders(html: str) -> str:
    """The HTML with `<` escaped where it begins no tag: `arn:<region>`, `< 0.5`. An unknown name is a tag if something
    closes it.
    """
    closed = {name.lower() for name in _CLOSED.findall(html)}

    def escaped(match: re.Match[str]) -> str:
        slash, name = match[1], match[2] or ""
        is_tag = slash or name.lower() in _KNOWN or name.lower() in closed
        return match[0] if name and is_tag else f"&lt;{slash}{name}"

    return _ANGLE.sub(escaped, html)


def _without_second_escape(match: re.Match[str]) -> str:
    """Some models went through Markdown, which took an indented chunk of HTML for code and escaped it."""
    text = match[1]
    return unescape(text) if len(text) > _LONGEST_OF_CODE or _ESCAPED_TAG.search(text) else match[0]


def _lines_as_markup(text: str) -> str:
    """HTML for text without any, whose empty lines and list items are meant. A line that ends in the middle of a
    sentence is only wrapped.
    """
    chunks: list[str] = []
    before = ""
    for line in map(str.strip, text.split("\n")):
        item = _LIST_ITEM.match(line)
        if not line:
            chunks.append("</li><p>")
        elif item:
            chunks.append(f"<li>{line[item.end() :]}")
        else:
            chunks.append(f"<br>{line}" if before.endswith(_ENDS_SENTENCE) else f" {line}")
        before = line
    return "".join(chunks)


def _blocks(html: str) -> Sequence[_Block]:
    html = _clean(html.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if simple := _SIMPLE.fullmatch(html):
        text = _collapse(simple[1])
        return [_Block(text)] if text else []
    if "<" not in html:
        html = unescape(html) if _ESCAPED_TAG.search(html) else _lines_as_markup(html)
    html = _PREFORMATTED.sub(_without_second_escape, html)
    if _UNKNOWN.search(html):
        html = _without_placeholders(html)
    reader = _Reader()
    # lxml calls of a target what is there; the stubs ask for all that could be.
    parser = etree.HTMLParser(target=cast("Any", reader), encoding="utf-8")
    parser.feed(f"<div>{html}".encode())
    parser.close()
    return reader.blocks


def _lines(blocks: Sequence[_Block], width: int, reserved: int) -> list[str]:
    lines: list[str] = blocks[0].lines(width, reserved)
    for previous, block in pairwise(blocks):
        if (previous.kind, block.kind) not in _TIGHT:
            lines.append("")
        lines += block.lines(width, 0)
    return textwrap.dedent("\n".join(lines)).split("\n") if lines[0].startswith(" ") else lines


@lru_cache(maxsize=4096)
def _wrapped(html: str, width: int) -> tuple[str, ...]:
    blocks = _blocks(html)
    if not blocks:
        return ()
    lines = _lines(blocks, width, _QUOTES)
    if len(lines) == 1 and len(lines[0]) > width - 2 * _QUOTES:
        lines = _lines(blocks, width, 2 * _QUOTES)
    return tuple(lines)


def docstring_lines(html: str, width: int) -> list[str]:
    """The text of a chunk of HTML in lines of at most `width` columns (longer words are not broken); the first is
    shorter by the quotes of a docstring.

    Paragraphs have an empty line between them, lists have `- ` or numbers, `code` double backquotes, links their
    address, notes `Note: `; preformatted text is indented by four columns. Broken HTML is read as browsers would, but
    `<name>` that nothing closes is text. No text at all gives no lines. No line has white space at its
    end, nor any character that cannot be seen or written in UTF-8.
    """
    return list(_wrapped(html, width))


def docstring_literal(lines: Sequence[str], indent: int) -> str:
    """A string literal in the style of docstrings, which `ruff format` with 100 columns leaves as it is.

    Its value has `indent` spaces before each line but the first; `inspect.cleandoc` makes the lines of it again. The
    first line is below the quotes where `cleandoc` would otherwise lose the indentation of others. A single line stays
    between its quotes also where it is too long: with those below, `cleandoc` would leave white space at its end.
    Whatever the text holds, it stays text.
    """
    escaped = [_NOT_IN_SOURCE.sub(_escape, line.rstrip()) for line in lines]
    if len(escaped) <= 1:
        return f'"""{_TRIPLE_QUOTES_OR_LAST.sub(_escape, "".join(escaped).strip())}"""'
    margin = " " * indent
    below = escaped[0].startswith(" ") or all(line.startswith(" ") for line in escaped[1:] if line)
    text = _TRIPLE_QUOTES.sub(_escape, f"\n{margin}".join(escaped))
    text = _BLANK_LINE.sub("", text)
    return f'"""{f"{chr(10)}{margin}" if below else ""}{text}\n{margin}"""'


def _escape(match: re.Match[str]) -> str:
    text = match[0]
    return text.replace('"', '\\"') if text[0] == '"' else text.encode("unicode_escape").decode("ascii")

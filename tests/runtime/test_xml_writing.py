"""Texts in XML are looked at all at once: what comes out must be what comes of looking at each."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from botobind.errors import EncodeError
from botobind.formats import xml
from botobind_services import s3

REFUSED = re.compile("[^\\t\\n\\r\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""All but the characters of XML 1.0."""
SIGNS = [chr(code) for code in (*range(0x21), *b"&<>\"'", 0x7F, 0x85, 0xA0, 0xE9, 0x2028, 0xD7FF, 0xD800, 0xDFFF)]
SIGNS += ["\ue000", "\ufffd", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff"]


def escaped(text: str) -> str | None:
    """The text as XML has it; None for one that it cannot hold."""
    if REFUSED.search(text):
        return None
    for sign, code in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.replace(sign, code)
    return text


def written(text: str) -> str | None:
    try:
        return xml.write_string(text)
    except EncodeError as error:
        assert f"U+{ord(REFUSED.search(text)[0]):04X}" in str(error)
        return None


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
@pytest.mark.parametrize("rest", ["", "a", "a" * 1000, "\xe9" * 1000, "\n" * 1000], ids=len)
def test_each_sign_in_short_and_long_texts(sign: str, rest: str) -> None:
    for text in (sign + rest, rest + sign, rest + sign + rest):
        assert written(text) == escaped(text)


@given(st.lists(st.text(st.sampled_from(["a", "\xe9", *SIGNS]), max_size=5), max_size=9))
@example(["a" * 600, "&", "\n", "<a>"])
def test_texts_between_markup(texts: list[str]) -> None:
    markup = [f"<a>{xml.HOLE}</a>"] * len(texts)
    wanted = [escaped(text) for text in texts]
    if None in wanted:
        with pytest.raises(EncodeError, match="XML cannot hold"):
            xml.join(markup, texts)
    else:
        assert xml.join(markup, texts) == "".join(f"<a>{text}</a>" for text in wanted)


def test_texts_of_other_classes_are_their_characters() -> None:
    class Colour(str, Enum):  # noqa: UP042 - callers have such
        RED = "red"

    tag: Any = s3.Tag(key=Colour.RED, value="&")
    assert tag.xml_text("Tag") == "<Tag><Key>red</Key><Value>&amp;</Value></Tag>"


@pytest.mark.parametrize("wrong", [5, b"a", ["a"], {"a": "b"}, object()], ids=range(5))
def test_what_is_no_text(wrong: Any) -> None:
    with pytest.raises(TypeError):
        s3.Tag(key=wrong, value="a").xml_text("Tag")

"""Percent-encoding against the standard library's."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from botobind.errors import EncodeError
from botobind.formats import query
from botobind.wire.percent import encode, encode_all_in_form, encode_in_form


@given(st.text())
def test_it_writes_what_the_standard_library_writes(text: str) -> None:
    assert encode(text) == quote(text, safe="-_.~")
    assert f"{encode_in_form(text)}={encode_in_form(text)}" == urlencode([(text, text)])


ASCII = "".join(map(chr, range(128)))


@given(st.lists(st.text() | st.text(st.sampled_from(ASCII[32:] + "\n\0"), min_size=20)))
@example([ASCII[32:]] * 2)
@example([*ASCII, "a" * 200])
@example(["", "a&b=c" * 30, "\0", ""])
@example(["%2B+ " * 30, ""])
def test_several_texts_are_encoded_as_each_is(texts: list[str]) -> None:
    assert encode_all_in_form(texts) == list(map(encode_in_form, texts))
    pairs = [("Some Name", text) for text in texts]
    assert query.dump(pairs).decode() == urlencode(pairs)


@pytest.mark.parametrize("function", [encode, encode_in_form])
def test_text_that_utf_8_cannot_hold_is_refused(function: object) -> None:
    assert callable(function)
    with pytest.raises(UnicodeEncodeError):
        function("\ud800")
    with pytest.raises(EncodeError):
        query.dump([("a", "\ud800")])
    with pytest.raises(EncodeError):
        query.dump([("\ud800", "a")])
    with pytest.raises(EncodeError):
        query.dump([("a", "a" * 200), ("a", "\ud800")])

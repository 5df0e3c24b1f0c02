"""Percent-encoding against the standard library's."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botobind.errors import EncodeError
from botobind.formats import query
from botobind.formats.percent import encode, encode_in_form


@given(st.text())
def test_it_writes_what_the_standard_library_writes(text: str) -> None:
    assert encode(text) == quote(text, safe="-_.~")
    assert f"{encode_in_form(text)}={encode_in_form(text)}" == urlencode([(text, text)])


@pytest.mark.parametrize("function", [encode, encode_in_form])
def test_text_that_utf_8_cannot_hold_is_refused(function: object) -> None:
    assert callable(function)
    with pytest.raises(UnicodeEncodeError):
        function("\ud800")
    with pytest.raises(EncodeError):
        query.dump([("a", "\ud800")])

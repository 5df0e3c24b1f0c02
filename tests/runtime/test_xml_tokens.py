"""Plain documents are read as text, all others by way of lxml: whichever way is taken, the outcome is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from botobind.errors import DecodeError
from botobind.formats import elements, xmltokens
from botobind_services.s3 import values

ROOT = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"

PLAIN = [
    ROOT,
    f'<?xml version="1.0" encoding="UTF-8"?>\n{ROOT}\n',
    f"<?xml version='1.0' encoding='utf-8' standalone='yes' ?>{ROOT}",
    ROOT.replace("<Tagging>", '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'),
    ROOT.replace("><", ">\n  <"),
    "<Tagging><TagSet /></Tagging>",
    "<Tagging><TagSet/></Tagging>",
    "<Tagging/>",
    "<Tagging />\n",
    "<T><TagSet><Tag/><Tag /><Tag><Key/></Tag></TagSet></T>",
    "<T><TagSet><Tag><Key>&lt;&amp;&gt;&quot;&apos;&amp;lt;</Key></Tag></TagSet></T>",
    "<T><TagSet><Tag><Key>a?b!c]]d</Key><Value>\n </Value></Tag></TagSet></T>",
    "<T><Other>1</Other><Other><Inner/><Inner>2</Inner></Other><TagSet/></T>",
    "<T>text<TagSet/>text</T>",
    "<T><TagSet><é/></TagSet></T>",
]
"""Documents that are split as they are; the last ones are left to the parser by a reader."""

NOT_PLAIN = [
    "",
    "text",
    f"\ufeff{ROOT}",
    f" <?xml version='1.0'?>{ROOT}",
    f"<?xml version='1.1'?>{ROOT}",
    f"<?xml version='1.0' encoding='us-ascii'?>{ROOT}",
    f"<!DOCTYPE T>{ROOT}",
    f"<!-- a -->{ROOT}",
    f"{ROOT}<!-- a -->",
    f"{ROOT}text",
    f"{ROOT}{ROOT}text",
    ROOT.replace("k", "<![CDATA[<k>]]>"),
    ROOT.replace("k", "<?a b?>"),
    ROOT.replace("k", "]]&gt;").replace("&gt;", ">"),
    ROOT.replace("k", "a > b"),
    ROOT.replace("k", "a &lt; &#98;"),
    ROOT.replace("k", "&other;"),
    ROOT.replace("k", "&amp"),
    ROOT.replace("k", "\r\n"),
    ROOT.replace("k", "\x01"),
    ROOT.replace("k", "\uffff"),
    ROOT.replace("k", "?" * 200 + "<?a?>"),
    ROOT.replace("<Tagging>", '<Tagging a="b">'),
    ROOT.replace("<Tagging>", '<Tagging xmlns="a" b="c">'),
    ROOT.replace("<Tagging>", '<Tagging xmlns="&amp;">'),
    ROOT.replace("</Value>", "</Value"),
    ROOT.replace("<Value>", "<Value"),
    ROOT[:-1],
    "<T/>text",
    "<x:T/>",
]


def outcome(document: str, read: Callable[[bytes], Any]) -> object:
    try:
        return read(document.encode())
    except DecodeError as error:
        return str(error)


def by_parser(data: bytes) -> values.Tagging:
    return xmltokens.read_element(elements.parse(data), values.Tagging.read_xml)


def by_tokens(data: bytes) -> values.Tagging:
    return xmltokens.read(data, values.Tagging.read_xml)


@pytest.mark.parametrize("document", PLAIN)
def test_plain_documents(document: str) -> None:
    assert xmltokens.plain(document.encode()) is not None
    assert outcome(document, by_tokens) == outcome(document, by_parser)


@pytest.mark.parametrize("document", NOT_PLAIN)
def test_other_documents(document: str) -> None:
    assert xmltokens.plain(document.encode()) is None
    assert outcome(document, by_tokens) == outcome(document, by_parser)


PIECES = [
    *("<Tagging>", "</Tagging>", "<TagSet>", "</TagSet>", "<Tag>", "</Tag>", "<Key>", "</Key>", "<Value>", "</Value>"),
    *("<TagSet/>", "<Tag/>", "<Key />", "<Other>", "</Other>", "<Key", "</Key", "Key", "<", ">", "/", "/>", "</"),
    *(" ", "\n", "k", "&amp;", "&lt;", "&gt;", "&quot;", "&", ";", "]]>", "<!--", "-->", "=", '"', " a='b'", "é"),
]
WHOLE = ["<Tagging>", "<TagSet>", "<Tag>", "<Key>", "k", "</Key>", "</Tag>", "</TagSet>", "</Tagging>"]


@st.composite
def nearly_documents(draw: st.DrawFn) -> str:
    """A document, some of whose pieces are missing, or others."""
    pieces = [*WHOLE]
    for place in draw(st.lists(st.integers(0, len(WHOLE) - 1), max_size=3)):
        pieces[place] = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=4)))
    return "".join(pieces)


@given(nearly_documents())
@example("<Tagging><TagSet><Tag><Key</Key></Tag></TagSet></Tagging>")
@example("<Tagging><TagSet><Tag></Key/></Tag></TagSet></Tagging>")
@example("<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging></Tagging>")
@example("<Tagging><TagSet></></TagSet></Tagging>")
@example("<Tagging/>&gt;")
@example("<Tagging></Tagging>&gt;")
@example("<Tagging><TagSet><Tag><Key&lt;>k</Key></Tag></TagSet></Tagging>")
def test_both_ways_are_one(document: str) -> None:
    assert outcome(document, by_tokens) == outcome(document, by_parser)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_both_ways_are_one_for_rubbish(document: str) -> None:
    assert outcome(document, by_tokens) == outcome(document, by_parser)


@pytest.mark.parametrize("answer", ["<requestId>r</requestId>{}", "{}<requestId>r</requestId>", "{}<Other/>"])
def test_request_id_at_either_edge(answer: str) -> None:
    data = f"<R>{answer.format('<Other><requestId>x</requestId></Other>')}</R>".encode()
    tokens = xmltokens.plain(data)
    assert tokens is not None
    next(tokens)
    assert tokens.text_at_edge("requestId") == ("r" if "r</requestId>" in answer else None)


def test_the_namespace_of_a_large_document_may_have_any_characters() -> None:
    document = f'<T xmlns="é"><TagSet/>{"<Other>x</Other>" * 10_000}</T>'
    assert xmltokens.plain(document.encode()) is not None
    assert by_tokens(document.encode()) == values.Tagging(tag_set=[])


def test_attributes_and_nulls_are_those_of_elements() -> None:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    grantee = values.Grantee.of_string(f'<G xmlns:xsi="{xsi}" xsi:type="Group"><URI>u</URI></G>'.encode())
    assert grantee == values.Grantee(type_="Group", uri="u")
    tagging = f'<T xmlns:xsi="{xsi}"><TagSet><Tag xsi:nil="true"/><Tag><Key>k</Key></Tag></TagSet></T>'
    found = values.Tagging.of_string(tagging.encode())
    assert [tag.key for tag in found.tag_set] == ["k"]

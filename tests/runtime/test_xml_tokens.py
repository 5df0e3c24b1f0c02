"""Plain documents are read as text, all others by way of lxml: whichever way is taken, the outcome is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from botobind.errors import DecodeError
from botobind.formats import xmltokens
from botobind.formats.xml import parse_blob, parse_double, parse_timestamp
from botobind.wire import elements
from botobind_services.dynamodb.values import AttributeValue
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
    "<T><TagSet><Tag><Key>&quot;k&quot;&quot;</Key><Value>quot;</Value></Tag></TagSet></T>",
    "<T><TagSet><Tag><Key>&quot;&amp;quot;&quot;</Key><Value>&amp;amp;quot;&lt;&quot;</Value></Tag></TagSet></T>",
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
    *(ROOT.replace("k", f"&quot;{other}") for other in ("&", "&&quot;", "&quot", "&other;", "&#34;", "&amp;&QUOT;")),
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


def outcome(document: str | bytes, read: Callable[[bytes], Any]) -> object:
    try:
        return read(document.encode() if isinstance(document, str) else document)
    except DecodeError as error:
        return str(error)


def by_parser(data: bytes) -> values.Tagging:
    return xmltokens.read_element(elements.parse(data), values.Tagging._read_xml)


def by_tokens(data: bytes) -> values.Tagging:
    return xmltokens.read(data, values.Tagging._read_xml)


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
    """A document, some of whose chunks are missing, or others."""
    chunks = [*WHOLE]
    for place in draw(st.lists(st.integers(0, len(WHOLE) - 1), max_size=3)):
        chunks[place] = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=4)))
    return "".join(chunks)


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


TAGS = "<TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet>"
LARGE = "<Other>x</Other>" * 10_000
NO_BLANKS = ["\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\xa0", "\u2000", "\u2028", "\u3000"]
"""Some are blanks in Python, none in XML."""
PLACES = [
    f"<T>{TAGS}</T>@",
    f"<T>{TAGS}</T>\n@\n",
    f"<T>{LARGE}{TAGS}</T>@",
    f"@<T>{TAGS}</T>",
    f"<T@>{TAGS}</T>",
    f"<T>{TAGS}</T@>",
    "<T><TagSet@/></T>",
    "<T><TagSet@></TagSet></T>",
    "<T><TagSet></TagSet@></T>",
    "<T><TagSet/><Other@/></T>",
    "<T><TagSet><Tag><Key@/><Value/></Tag></TagSet></T>",
    f"<?xml version='1.0'@?><T>{TAGS}</T>",
    f"<?xml@version='1.0'?><T>{TAGS}</T>",
    f"<?xml version='1.0'?>@<T>{TAGS}</T>",
]
NAMESPACES = [
    *(b"a b", b"a\nb", b"a\tb", b"a\rb", b'a"b', b"[a]", b"{a}", b"http://[a", b"a>b", b"a^b", b"a|b", b"a`b", b"%zz"),
    *(b" ", b":", b"#", b"http://a b/", b"http://a/{}", b"http://a:b/", b"\xc3\xa9", b"http://a/\xc3\xa9"),
    *(b"\xff", b"http://a/\xed\xa0\x80", b"http://a/\xef\xbf\xbf", b"http://a/\xef\xbf\xbe", b"http://a/\xc0\xaf"),
    *(b"http://www.w3.org/XML/1998/namespace", b"http://www.w3.org/2000/xmlns/", b"http://a/" + b"b" * 3000),
    *(b"", b"a", b"a'b", b"urn:a:b", b"http://a", b"https://a.b-c/d_e/~f/2025-01-01/", b"http://a:80/b?c=d"),
    b"http://www.w3.org/2001/XMLSchema-instance",
]


def check_both(data: bytes) -> object:
    """What a document is, one way and the other."""
    by_either = [outcome(data, by_tokens), outcome(data, by_parser)]
    assert by_either[0] == by_either[1]
    return by_either[0]


@pytest.mark.parametrize("sign", NO_BLANKS, ids=ascii)
@pytest.mark.parametrize("place", PLACES, ids=[place[:40] for place in PLACES])
def test_blanks_that_xml_does_not_have(place: str, sign: str) -> None:

    assert isinstance(check_both(place.replace("@", sign).encode()), str)


@pytest.mark.parametrize("sign", [" ", "\t", "\n", "\r", "\r\n \t"], ids=ascii)
@pytest.mark.parametrize("place", PLACES, ids=[place[:40] for place in PLACES])
def test_blanks_that_xml_has(place: str, sign: str) -> None:
    assert isinstance(check_both(place.replace("@", sign).encode()), values.Tagging)


@pytest.mark.parametrize("more", ["", LARGE], ids=["small", "large"])
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_namespaces_of_the_root(namespace: bytes, more: str) -> None:
    mark = b"'" if b'"' in namespace else b'"'
    check_both(b"<T xmlns=" + mark + namespace + mark + f">{TAGS}{more}</T>".encode())
    check_both(b"<T xmlns=" + mark + namespace + mark + b"/>")


ILL_FORMED = [
    b"<T><TagSet/></T/>",
    b"<T><TagSet></TagSet/></T>",
    b"<T><TagSet/></></T>",
    b"<T><TagSet/><//></T>",
    b"<T><TagSet/>\xff</T>",
    b"<T><TagSet/></T>\xc2",
    b"<T><TagSet/>\xed\xa0\x80</T>",
    b"<T><TagSet/>\xed\xb0\x80</T>",
    b"<T><TagSet/>\xf4\x90\x80\x80</T>",
    b"<T><TagSet/>\xc0\x80</T>",
    b"<T><TagSet/>\xef\xbf\xbf</T>",
    b"<T><TagSet/>\xef\xbf\xbe</T>",
    b"<T><TagSet/>\x00</T>",
    b"<T><TagSet/>\x0b</T>",
    b"<T><TagSet/></T>\x00",
    b"<T><TagSet/>&lt</T>",
    b"<T><TagSet/></T>&#32;",
    b"<T><TagSet/><" + b"n" * 60_000 + b"/></T>",
    *(
        b"<T><TagSet/>%b</T>" % (b"<a>" * levels + b"</a>" * levels)
        for levels in (128, 129, 200, 254, 255, 256, 257, 300)
    ),
    b"<T><TagSet><Tag>%b<Key>k</Key><Value/></Tag></TagSet></T>" % (b"<a>" * 254 + b"</a>" * 254),
]


@pytest.mark.parametrize("data", ILL_FORMED, ids=lambda data: ascii(data[:40]))
def test_what_a_parser_refuses_and_what_it_still_takes(data: bytes) -> None:
    found = check_both(data)
    assert isinstance(found, str) or (b"<a>" * 128 in data and b"<a>" * 256 not in data)


@pytest.mark.parametrize("levels", [1, 3, 125, 126, 127, 128, 129, 200])
def test_structures_in_each_other_are_as_deep_as_a_parser_allows(levels: int) -> None:
    data = f"<A>{'<L><member>' * levels}<S>s</S>{'</member></L>' * levels}</A>".encode()
    found = outcome(data, lambda data: xmltokens.read(data, AttributeValue._read_xml))
    expected = outcome(data, lambda data: xmltokens.read_element(elements.parse(data), AttributeValue._read_xml))
    assert found == expected
    assert isinstance(found, str) is (2 * levels + 2 > 256)


@pytest.mark.parametrize("content", ["\x85", "\xa0", "\u2028", "\u3000", " \n\t", "&#13;", "", "x"], ids=ascii)
@pytest.mark.parametrize("name", ["TagSet", "Tag"])
def test_blanks_where_a_structure_or_a_list_should_be(name: str, content: str) -> None:
    document = f"<T><TagSet>{content}</TagSet></T>"
    if name == "Tag":
        document = f"<T><TagSet><Tag>{content}</Tag></TagSet></T>"
    found = check_both(document.encode())
    is_blank = content.strip(" \n\t") in ("", "&#13;")
    assert ("got text" in str(found)) is not is_blank


SCALARS = {
    "12": lambda text: values.Object.of_string(f"<O><Size>{text}</Size></O>".encode()).size,
    "true": lambda text: (
        values.RestoreStatus.of_string(
            f"<R><IsRestoreInProgress>{text}</IsRestoreInProgress></R>".encode()
        ).is_restore_in_progress
    ),
    "1.5": parse_double,
    "YQ==": parse_blob,
    "2025-01-02T03:04:05Z": parse_timestamp,
}


@pytest.mark.parametrize("text", SCALARS)
def test_blanks_around_scalars(text: str) -> None:
    expected = SCALARS[text](text)
    assert SCALARS[text](f"\t\n {text} ") == expected
    for sign in NO_BLANKS:
        for spoilt in (f"{text}{sign}", f"{sign}{text}"):
            with pytest.raises(DecodeError):
                SCALARS[text](spoilt)


IDS = {
    "<requestId>r</requestId>{}": "r",
    "{}<requestId>r</requestId>": "r",
    "{}<requestId>r</requestId>\n": "r",
    "{}<requestId>r</requestId>\xa0": None,
    "{}<Other/>": None,
    "<requestId>r</requestId>{}<requestId>s</requestId>": "r",
    "{}<requestId>r</requestId>{}<requestId>s</requestId>": None,
    "<Other/><requestId/>{}<requestId>s</requestId>": None,
    "<requestId><a/></requestId>{}<requestId>s</requestId>": None,
    "<Other><requestId>x</requestId></Other>{}<requestId>s</requestId>": None,
    "<requestId>&lt;</requestId>{}": "<",
}
"""None leaves it to the elements."""


@pytest.mark.parametrize("answer", IDS, ids=ascii)
def test_request_id_at_either_edge(answer: str) -> None:
    tokens = xmltokens.plain(f"<R>{answer.format('<Other>1</Other>', '<Other/>')}</R>".encode())
    assert tokens is not None
    next(tokens)
    assert tokens.text_at_edge("requestId") == IDS[answer]


def test_attributes_and_nulls_are_those_of_elements() -> None:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    grantee = values.Grantee.of_string(f'<G xmlns:xsi="{xsi}" xsi:type="Group"><URI>u</URI></G>'.encode())
    assert grantee == values.Grantee(type_="Group", uri="u")
    tagging = f'<T xmlns:xsi="{xsi}"><TagSet><Tag xsi:nil="true"/><Tag><Key>k</Key></Tag></TagSet></T>'
    found = values.Tagging.of_string(tagging.encode())
    assert [tag.key for tag in found.tag_set] == ["k"]

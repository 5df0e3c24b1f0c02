"""Mutants of XML documents: spelled otherwise, with elements that are wrong, or with bytes of which no XML is made."""

from __future__ import annotations

import re
from copy import deepcopy
from random import Random
from typing import Any

from attrs import frozen
from fuzzing.mutations import disturbed
from fuzzing.spellings import spelled
from fuzzing.trees import change_elements
from lxml import etree

SIGNS = (
    *("\x00", "\x01", "\x0b", "\x0c", "\x1c", "\x1f", "\x7f", "\x85", "\xa0", "\u2000", "\u2028", "\u3000", "\ufeff"),
    *("\ufffe", "\uffff", "\U0001ffff", "\xb7", "\xe9", "\u0661", "\r", " ", "\n", "\t", "<", ">", "/", "&", ";", "'"),
    *('"', "=", ":", "]]>", "--", "!", "?", "[", "&#13;", "&#x85;", "&#0;", "&lt;", "&gt;", "&amp", "&nbsp;", "a"),
)
NO_BLANKS = ("\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u2000", "\u2028", "\u3000")
"""What Python takes for blanks, and XML does not."""
BYTES = (b"\xff", b"\xc2", b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xf0\x80\x80\x80")
TEXTS = (
    *(
        "",
        " ",
        "\n",
        "\x85",
        "\xa0",
        "\u3000",
        "0",
        "-1",
        "1.0",
        "true",
        "TRUE",
        "NaN",
        "a<b>&c",
        "]]>",
        "YQ==",
        "\t1 ",
    ),
    *("2025-01-02T03:04:05Z", "1735787045", "\r", "x" * 300, "\U0001f600", "1" * 30, "\u0661", "1\xa0", "&lt;"),
)
NAMES = ("Unknown", "Key", "member", "item", "requestId", "RequestId", "ResponseMetadata", "Error", "a-b.c_d", "é")
NAMESPACES = (
    *("a b", "a\nb", "[a]", "{a}", "http://[a", "a>b", "%zz", " ", ":", "#", "http://a b/", "http://a/{}", "\xe9"),
    *("http://a/\uffff", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/", "a<b", "&a;"),
)
_BOUNDARY = re.compile(rb"(?=[<>/])|(?<=[<>/])")
_BLANK_PLACES = re.compile(rb"/?>|(?<=>)(?=<)")
_ROOT = re.compile(rb"<[A-Za-z][^ />]*")
_TAGS = re.compile(rb"<[^>]*>")


@frozen
class Mutant:
    """A document, and whether it still says what the one says that it was made of."""

    data: bytes
    says_the_same: bool


def mutant(documents: tuple[bytes, ...], random: Random) -> Mutant:
    """A mutant of the first of some documents; parts of the others may come in."""
    root = etree.fromstring(documents[0])
    changes = random.choice((0, 0, 0, 1, 1, 2, 4))
    if changes and random.random() < (0.4 if root.tag.endswith("Response") else 0.02):
        _add_request_ids(root, random)
    for _ in range(changes):
        try:
            (change_elements if random.random() < 0.4 else _change)(root, random)
        except ValueError:
            continue
    data = spelled(root, random)
    breaks = random.choice((0, 0, 0, 1, 1, 2))
    for _ in range(breaks):
        data = (
            _broken(data, random) if random.random() < 0.7 else disturbed(data, random.choice(documents), "xml", random)
        )
    return Mutant(data, says_the_same=not changes and not breaks)


def sparse(document: bytes, random: Random) -> bytes:
    """The document with some elements empty, as a service may write them always."""
    root = etree.fromstring(document)
    for element in list(random.choice(list(root.iter("*")))):
        if random.random() < 0.5:
            _empty(element)
    return etree.tostring(root)


def _empty(element: Any) -> None:
    attributes = dict(element.attrib)
    element.clear(keep_tail=True)
    element.attrib.update(attributes)


def _change(root: Any, random: Random) -> None:
    """Changes an element in ways in which the responses of services differ from each other."""
    elements = list(root.iter("*"))
    element, other = random.choice(elements), random.choice(elements)
    parent = element.getparent()
    match random.randrange(9):
        case 0:
            children = list(element)
            random.shuffle(children)
            element[:] = children
        case 1 if parent is not None:
            parent.insert(parent.index(element), deepcopy(element))
        case 2:
            element.insert(random.randrange(len(element) + 1), _unknown(random, other))
        case 3:
            _empty(element)
        case 4:
            element[:] = []
            element.text = random.choice(TEXTS)
        case 5 if parent is not None:
            copies = random.choice((2, 3, 10))
            parent[:] = [*parent, *(deepcopy(element) for _ in range(copies))]
        case 6 if parent is not None:
            parent.remove(element)
        case 7:
            element.tail = random.choice(TEXTS)
        case _:
            element.text = random.choice(TEXTS)


def _add_request_ids(root: Any, random: Random) -> None:
    """Adds ids of requests where services have them, and where they have none."""
    for _ in range(random.choice((1, 1, 2, 3))):
        name = random.choice(("requestId", "RequestId", "ResponseMetadata"))
        inner = random.choice(
            ("", "id", "&lt;", "<a/>", "id<a/>", "<{0}>id</{0}>", "<{0}/>id", "<{0}>a</{0}><{0}>b</{0}>")
        )
        inner = inner.format("RequestId")
        element = etree.fromstring(f"<{name}>{inner}</{name}>")
        parent = root if random.random() < 0.8 else random.choice(list(root.iter("*")))
        parent.insert(random.choice((0, 1, len(parent), random.randrange(len(parent) + 1))), element)


def _unknown(random: Random, other: Any) -> Any:
    """An element that the model may not have."""
    made = etree.Element(random.choice((*NAMES, etree.QName(other).localname)))
    if random.random() < 0.01:
        # Large documents are not copied without their root's start.
        made.text = "x" * 100_001
    elif random.random() < 0.4:
        made.text = random.choice(TEXTS)
    elif random.random() < 0.4:
        made.append(deepcopy(other))
    return made


def _broken(data: bytes, random: Random) -> bytes:
    """The bytes with a sign where it should not be, or a tag that is none."""
    sign = random.choice(BYTES) if random.random() < 0.2 else random.choice(SIGNS).encode()
    places = [found.start() for found in _BOUNDARY.finditer(data)] or [0]
    place = random.choice(places)
    tags = [found.span() for found in _TAGS.finditer(data)] or [(0, 0)]
    (start, end), (other_start, other_end) = random.choice(tags), random.choice(tags)
    match random.randrange(12):
        case 0:
            return data + sign
        case 8 | 9:
            places = [found.start() for found in _BLANK_PLACES.finditer(data)]
            place = random.choice([*places, len(data)])
            return data[:place] + random.choice(NO_BLANKS).encode() + data[place:]
        case 1:
            return sign + data
        case 2:
            namespace = random.choice(NAMESPACES).encode() if random.random() < 0.6 else b"http://a/" + sign
            mark = random.choice((b'"', b"'"))
            return _ROOT.sub(lambda found: found[0] + b" xmlns=" + mark + namespace + mark, data, count=1)
        case 3:
            return data[:start] + data[other_start:other_end] + data[end:]
        case 4:
            return data[:start] + data[end:]
        case 5:
            return data[: end - 1] + random.choice((b"/", b" /", b"/ ", sign + b"/", sign)) + data[end - 1 :]
        case 6:
            return data[: random.randrange(len(data) + 1)]
        case 7:
            levels = random.choice((1, 100, 128, 129, 240, 250, 252, 253, 254, 255, 256, 257))
            return data[:start] + b"<a>" * levels + b"</a>" * levels + data[start:]
        case _:
            return data[:place] + sign + data[place:]

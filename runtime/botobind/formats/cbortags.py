"""Tags of CBOR that AWS does not use, looked for by their bytes.

cbor2 makes something of eighteen tags besides those for times and big integers, and no option of it turns them off at
no cost. `parse` refuses them one by one. The fast way looks for their bytes, which may as well be part of a number or a
text: what it finds is a suspicion, upon which the document is read by `parse`.

Tags that become something of a type of its own (patterns, addresses, fractions) are not looked for. They are told by
that type, where `may_have` says that there may be any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["are_suspicious", "may_have"]

_ONE_BYTE_TAGS = (b"\xc4", b"\xc5", b"\xd8", b"\xd9", b"\xda", b"\xdb")
"""How tags begin, but for those of times and big integers: tags 4 and 5, and whatever needs more bytes."""

_LONG_INTEGER = re.compile(rb"[\xc2\xc3][\x58-\x5b\x5f]").search
"""How big integers of more than 23 bytes begin, and those in pieces."""

# Patterns that begin with one byte and look ahead are many times faster than those of several bytes or of a set.
_HEADS_OF_TAGS = tuple(
    (first, re.compile(head, re.DOTALL))
    for first, head in zip(
        _ONE_BYTE_TAGS,
        (
            # Tags 4, 5 and 30, fractions, before what may be a list of two.
            rb"\xc4(?=[\x82\x98-\x9b\x9f])",
            rb"\xc5(?=[\x82\x98-\x9b\x9f])",
            # These, and tag 29, a reference to what is shared.
            rb"\xd8(?=[\x04\x05\x1e][\x82\x98-\x9b\x9f]|\x1d)",
            # Again; tag 256, within which numbers stand for texts; tag 258, whose set would be taken for a list.
            rb"\xd9(?=\x00[\x04\x05\x1e][\x82\x98-\x9b\x9f]|\x00\x1d|\x01[\x00\x02])",
            # Any tag with zeros before its number. Nobody writes it so.
            rb"\xda(?=\x00\x00)",
            rb"\xdb(?=\x00\x00)",
        ),
        strict=True,
    )
)
_FEW = 64
"""So many places of a byte are looked at one by one: it is found so fast that this is quicker than a pattern."""
_NAMESPACES_AND_SETS = (b"\xd9\x01\x00", b"\xd9\x01\x02")
_LONG_FORMS = (b"\xda\x00\x00", b"\xdb\x00\x00")
_REFERENCES = (b"\xd8\x1d", b"\xd9\x00\x1d")
_SHARED = re.compile(rb"\x1c(?:(?<=\xd8.)|(?<=\xd9\x00.))", re.DOTALL).finditer
"""What may be the number of a tag 28."""
_LARGEST_IN_HEAD = 0x17
_NUMBERS = frozenset(b"\xc2\xd8\xd9\xda\xdb\xf4\xf5").union(range(0x1C))
"""The beginning of what cbor2 takes for the number of what is shared."""

_PAIR = re.compile(
    rb"(?:[\xc4\xc5]|\xd8.|\xd9..)(?:\x82|\x98\x02|\x9f|\x99\x00\x02|\x9a\x00{3}\x02|\x9b\x00{7}\x02)", re.DOTALL
).match
"""The tag of a fraction and the head of a list of two items."""
_ITEM_BEFORE = (
    rb"(?s:[\x00-\x17\x20-\x37\xc0-\xd7]|[\x18\x38\xd8].|[\x19\x39\xd9]..|[\x1a\x3a\xda].{4}|[\x1b\x3b\xdb].{8})"
)
_LONG_IN_PAIR = re.compile(
    rb"%b*?(?:[\xc2\xc3]|\xd8[\x02\x03]|\xd9\x00[\x02\x03])(?:[\xc0-\xd7]|\xd8.|\xd9..)*[\x58-\x5b\x5f]" % _ITEM_BEFORE,
    re.DOTALL,
).match
"""A big integer of many bytes, perhaps after another number and further tags."""


def may_have(data: bytes) -> bool:
    """Whether a document that can be read may have tags that AWS does not use, or integers of more than 23 bytes."""
    return any(map(data.__contains__, _ONE_BYTE_TAGS)) or _LONG_INTEGER(data) is not None


def are_suspicious(data: bytes) -> bool:
    """Whether the document has to be read with a look at each tag: where texts or containers may be references, where
    a set may pass for a list, and where a fraction may take time that grows faster than the document.

    A tag 28 alone is of no matter: it marks what may be referred to.
    """
    references: list[int] = []
    for first, head in _HEADS_OF_TAGS:
        for place in _places(first, head, data):
            if data.startswith(_NAMESPACES_AND_SETS, place) or data.startswith(_LONG_FORMS, place):
                return True
            if data.startswith(_REFERENCES, place):
                references.append(data.index(b"\x1d", place))
            elif (pair := _PAIR(data, place)) is not None and _LONG_IN_PAIR(data, pair.end()) is not None:
                # Of an integer that is long, or with a large exponent.
                return True
    return bool(references) and _are_of_shared(references, data)


def _places(first: bytes, head: re.Pattern[bytes], data: bytes) -> Iterator[int]:
    """Where a pattern that begins with a byte matches."""
    place = data.find(first)
    for _ in range(_FEW):
        if place < 0:
            return
        if head.match(data, place):
            yield place
        place = data.find(first, place + 1)
    if place >= 0:
        yield from (found.start() for found in head.finditer(data, place))


def _are_of_shared(places: list[int], data: bytes) -> bool:
    """Whether there may be a reference to what is shared before it at a place: tag 29 with the number of a tag 28."""
    references = [place for place in places if data[place + 1 : place + 2] and data[place + 1] in _NUMBERS]
    if not references:
        return False
    shared = [found.start() for found in _SHARED(data)]
    return any(
        data[place + 1] > _LARGEST_IN_HEAD or data[place + 1] < sum(each < place for each in shared)
        for place in references
        if shared and shared[0] < place
    )

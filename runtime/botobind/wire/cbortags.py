"""Tags of CBOR that AWS does not use, looked for by their bytes.

cbor2 makes something of eighteen tags besides those for times and big integers, and no option of it turns them off at
no cost. `parse` refuses them one by one. The fast way looks for their bytes, which may as well be part of a number or a
text: where it finds some, the document is read by `parse`.

Tags that become something of a type of its own (patterns, addresses, fractions) refuse nothing by themselves. They are
told by that type, where `places_of` says that there may be any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["are_suspicious", "places_of"]

_LIST_OF_TWO = rb"(?:\x82|\x98\x02|\x9f|\x99\x00\x02|\x9a\x00{3}\x02|\x9b\x00{7}\x02)"
_MARKS = rb"(?:\xd8\x1c|\xd9\x00\x1c|\xd9\xd9\xf7)"
"""The tags that may stand around anything: of what is shared, and of what describes itself."""
_FRACTION = rb"(?:%b|%b)" % (_LIST_OF_TWO, _MARKS)
_LONG = rb"[\x58-\x5b\x5f\xd8-\xdb]"
"""How bytes begin that may be more than 23, or come in chunks, or stand under a mark."""

# Patterns that begin with one byte and look ahead are many times faster than those of several bytes or of a set.
_HEADS = tuple(
    (head[:1], frozenset(seconds), re.compile(re.escape(head[:1]) + rb"(?=%b)" % rest, re.DOTALL))
    for head, seconds, rest in (
        # Tags 2 and 3, big integers.
        (b"\xc2", b"\x58\x59\x5a\x5b\x5f\xd8\xd9\xda\xdb", _LONG),
        (b"\xc3", b"\x58\x59\x5a\x5b\x5f\xd8\xd9\xda\xdb", _LONG),
        # Tags 4 and 5, fractions.
        (b"\xc4", b"\x82\x98\x99\x9a\x9b\x9f\xd8\xd9", _FRACTION),
        (b"\xc5", b"\x82\x98\x99\x9a\x9b\x9f\xd8\xd9", _FRACTION),
        # These, tag 30, which is one, too, and those of references, patterns, identifiers, addresses and dates.
        (
            b"\xd8",
            b"\x02\x03\x04\x05\x1e\x23\x24\x19\x1d\x25\x34\x36\x64",
            rb"[\x02\x03]%b|[\x04\x05\x1e]%b|[\x19\x1d\x23-\x25\x34\x36\x64]" % (_LONG, _FRACTION),
        ),
        # Again; 256, within which numbers stand for texts, sets and addresses; 1004, 43000, and what describes itself.
        (
            b"\xd9",
            b"\x00\x01\x03\xa7\xd9",
            rb"\x00[\x02-\x05\x19\x1d\x1e\x23-\x25\x34\x36\x64]|\x01[\x00\x02\x04\x05]|\x03\xec|\xa7\xf8|\xd9\xf7",
        ),
        # Any tag with zeros before its number. Nobody writes it so.
        (b"\xda", b"\x00", rb"\x00\x00"),
        (b"\xdb", b"\x00", rb"\x00\x00"),
    )
)
"""How tags begin, the bytes that may come next, and all that has to follow."""
_BIG_INTEGERS = frozenset(b"\xc2\xc3")
_FEW, _DENSE = 64, 100
"""After so many places of a byte it is seen whether there is one in fewer bytes than these: then a pattern, which looks
at each byte, is quicker than to go from place to place.
"""
_NAMESPACES_AND_SETS = (b"\xd9\x01\x00", b"\xd9\x01\x02")
_LONG_FORMS = (b"\xda\x00\x00", b"\xdb\x00\x00")
_REFERENCES = (b"\xd8\x1d", b"\xd9\x00\x1d")
_SHARED = re.compile(rb"\x1c(?:(?<=\xd8.)|(?<=\xd9\x00.))", re.DOTALL).finditer
"""What may be the number of a tag 28."""
_LARGEST_IN_HEAD = 0x17
_NUMBERS = frozenset(b"\xc2\xd8\xd9\xda\xdb\xf4\xf5").union(range(0x1C))
"""The beginning of what cbor2 takes for the number of what is shared."""

_PAIR = re.compile(
    rb"(?:[\xc4\xc5]|\xd8[\x04\x05\x1e]|\xd9\x00[\x04\x05\x1e])%b*%b" % (_MARKS, _LIST_OF_TWO), re.DOTALL
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


def places_of(data: bytes) -> list[int]:
    """Where tags that AWS does not use may stand in a document; where none does, big integers of more than 23 bytes."""
    tags = [place for head in _HEADS[2:] for place in _places(*head, data)]
    # Their bytes begin many doubles, and the letters of many texts.
    return tags or [place for head in _HEADS[:2] for place in _places(*head, data)]


def _places(first: bytes, seconds: frozenset[int], head: re.Pattern[bytes], data: bytes) -> Iterator[int]:
    """Where a pattern that begins with a byte matches."""
    place, last = data.find(first), len(data) - 1
    while 0 <= place < last:
        begin = place
        for _ in range(_FEW):
            if data[place + 1] in seconds and head.match(data, place):
                yield place
            place = data.find(first, place + 1)
            if not 0 <= place < last:
                return
        if place - begin < _FEW * _DENSE:
            yield from (found.start() for found in head.finditer(data, place))
            return


def are_suspicious(data: bytes, places: list[int]) -> bool:
    """Whether the document has to be read with a look at each tag: where texts or containers may be references, where
    a set may pass for a list, and where a fraction may take time that grows faster than the document.

    `places` are those of `places_of`. A tag 28 alone is of no matter: it marks what may be referred to.
    """
    references: list[int] = []
    for place in places:
        if data[place] in _BIG_INTEGERS:
            continue
        if data.startswith(_NAMESPACES_AND_SETS, place) or data.startswith(_LONG_FORMS, place):
            return True
        if data.startswith(_REFERENCES, place):
            references.append(data.index(b"\x1d", place))
        elif (pair := _PAIR(data, place)) is not None and _LONG_IN_PAIR(data, pair.end()) is not None:
            # Of an integer that is long, or with a large exponent.
            return True
    return bool(references) and _are_of_shared(references, data)


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

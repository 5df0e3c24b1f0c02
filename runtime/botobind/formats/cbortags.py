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

_NAMESPACE_OR_SET = re.compile(rb"\xd9\x01[\x00\x02]").search
"""Tag 256, within which numbers stand for texts, and tag 258, whose set would be taken for a list."""
_LONG_FORMS = (b"\xda\x00\x00", b"\xdb\x00\x00")
"""The same, or any other of the tags, with zeros before its number. Nobody writes it so."""

_SHARED, _REFERENCE = b"\x1c", b"\x1d"
_HEADS_BEFORE_ONE_BYTE = (b"\xd8", b"\xd9\x00")
_LARGEST_IN_HEAD = 0x17
_NUMBERS = frozenset(b"\xc2\xd8\xd9\xda\xdb\xf4\xf5").union(range(0x1C))
"""The beginning of what cbor2 takes for the number of what is shared."""

_PAIR = b"\x82"
_OTHER_PAIRS = (b"\x98\x02", b"\x9f", b"\x99\x00\x02", b"\x9a\x00\x00\x00\x02", b"\x9b\x00\x00\x00\x00\x00\x00\x00\x02")
_TAGS_OF_PAIRS = frozenset(b"\xc4\xc5\x04\x05\x1e")
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
    return (
        _NAMESPACE_OR_SET(data) is not None
        or any(map(data.__contains__, _LONG_FORMS))
        or _has_reference(data)
        or _has_large_fraction(data)
    )


def _places(byte: bytes, data: bytes) -> Iterator[int]:
    # Single bytes are found many times faster than two, or by a pattern.
    place = data.find(byte, 1)
    while place >= 0:
        yield place
        place = data.find(byte, place + 1)


def _tags(number: bytes, data: bytes) -> Iterator[int]:
    """The places of what may be the number of a tag."""
    return (place for place in _places(number, data) if data.endswith(_HEADS_BEFORE_ONE_BYTE, max(0, place - 2), place))


def _has_reference(data: bytes) -> bool:
    """Whether there may be a reference to what is shared before it: tag 29 with the number of a tag 28."""
    references = [
        place for place in _tags(_REFERENCE, data) if data[place + 1 : place + 2] and data[place + 1] in _NUMBERS
    ]
    if not references:
        return False
    shared = list(_tags(_SHARED, data))
    return any(
        data[place + 1] > _LARGEST_IN_HEAD or data[place + 1] < sum(each < place for each in shared)
        for place in references
        if shared and shared[0] < place
    )


def _has_large_fraction(data: bytes) -> bool:
    """Whether there may be a fraction (tags 4, 5 and 30) of an integer that is long, or has a large exponent."""
    pairs = [place for place in _places(_PAIR, data) if data[place - 1] in _TAGS_OF_PAIRS]
    ends = [place + 1 for place in pairs]
    for head in _OTHER_PAIRS:
        if head in data:
            starts = (place for place in _places(head, data) if data[place - 1] in _TAGS_OF_PAIRS)
            ends += [place + len(head) for place in starts]
    return any(_LONG_IN_PAIR(data, end) is not None for end in ends)

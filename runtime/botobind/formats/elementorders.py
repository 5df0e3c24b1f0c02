"""In which orders the elements of a structure come, by samples of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from botobind.attributes import field, frozen
from botobind.wire.xmlsyntax import NAME, name_of_empty

if TYPE_CHECKING:
    from botobind.rules.elementplans import Child

__all__ = ["Known", "Learnt", "Seen", "extended", "may_repeat", "sample"]

_MOST_CHILDREN = 400
_MOST_NAMES = 150

_NAME = re.compile(NAME)


class Seen(NamedTuple):
    """An element of a sample."""

    name: str
    form: Literal["text", "empty", "nested"]
    item: str
    """What its first child is called."""


def sample(text: str, start: int, name: str) -> list[Seen] | None:
    """The children of the element that begins at a place; None where there are too many, or none can be told."""
    place = text.find("<", start)
    found: list[Seen] = []
    while len(found) < _MOST_CHILDREN:
        after = text.find(">", place)
        if place < 0 or after < 0:
            return None
        tag = text[place + 1 : after]
        if tag == f"/{name}":
            return found
        own = name_of_empty(tag) if tag.endswith("/") else tag
        if not _NAME.fullmatch(own):
            return None
        following = text.find("<", after)
        if own != tag:
            found.append(Seen(own, "empty", ""))
            place = following
        elif text.startswith(f"</{own}>", following):
            found.append(Seen(own, "text", ""))
            place = text.find("<", following + 1)
        else:
            item = text[following + 1 : text.find(">", following)]
            found.append(Seen(own, "nested", item))
            place = text.find("<", _end_of(text, after, own))
    return None


def _end_of(text: str, place: int, name: str) -> int:
    """Where an element ends, in which there may be others of its name."""
    level = 1
    while level:
        end = text.find(f"</{name}>", place)
        if end < 0:
            return len(text)
        level += text.count(f"<{name}>", place, end) - 1
        place = end + len(name) + 3
    return place


@frozen()
class Known:
    """What samples say of an element."""

    is_optional: bool
    forms: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()


@frozen()
class Learnt:
    """What samples say of all elements of a structure, in their order."""

    order: tuple[str, ...] = ()
    known: Mapping[str, Known] = field(factory=dict)


def extended(learnt: Learnt, seen: list[Seen]) -> Learnt | None:
    """An order with the elements of a sample in it; None where they do not fit."""
    order, known = list(learnt.order), dict(learnt.known)
    names = list(dict.fromkeys(each.name for each in seen))
    places = [order.index(name) for name in names if name in known]
    if places != sorted(places) or len(known) > _MOST_NAMES:
        return None
    is_first = not known
    place = 0
    for name in names:
        if name in known:
            place = order.index(name) + 1
        else:
            order.insert(place, name)
            known[name] = Known(not is_first)
            place += 1
    for each in seen:
        before = known[each.name]
        known[each.name] = Known(before.is_optional, before.forms | {each.form}, before.items | {each.item})
    for name in known.keys() - set(names):
        known[name] = Known(is_optional=True, forms=known[name].forms, items=known[name].items)
    return Learnt(tuple(order), known)


def may_repeat(seen: list[Seen], children: Mapping[str, Child]) -> bool:
    """Whether only items of lists come again, one right after the other."""
    met: set[str] = set()
    before = ""
    for name, _, _ in seen:
        child = children.get(name)
        if name in met and (name != before or child is None or child.kind != "item"):
            return False
        met.add(name)
        before = name
    return True

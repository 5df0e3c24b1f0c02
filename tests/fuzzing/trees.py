"""Documents that stay well-formed but become wrong inside: a tree is decoded, one of its nodes changed, and encoded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from random import Random
from typing import Any, cast
from urllib.parse import parse_qsl, quote_from_bytes

import cbor2
from fuzzing import tokens
from lxml import etree


def reshape(body: bytes, body_format: str, random: Random) -> bytes | None:
    """The document with one node changed; None for what is no document of the format."""
    change = _RESHAPES.get(body_format)
    try:
        return None if change is None else change(body, random)
    except (ValueError, etree.XMLSyntaxError, cbor2.CBORError, RecursionError):
        return None


def _reshape_json(body: bytes, random: Random) -> bytes:
    tree = _change(json.loads(body), tokens.ATOMS, random)
    text = json.dumps(tree, ensure_ascii=random.random() < 0.3)
    if random.random() < 0.1:
        # Every key twice, as only text can have it.
        text = re.sub(r'("\w+"): ', r"\1: null, \1: ", text)
    return text.encode(errors="surrogatepass")


def _reshape_cbor(body: bytes, random: Random) -> bytes:
    tree = _change(cbor2.loads(body), (*tokens.ATOMS, *tokens.CBOR_ATOMS), random)
    return cbor2.dumps(tree, datetime_as_timestamp=True, indefinite_containers=random.random() < 0.3)


def _change(tree: Any, atoms: tuple[Any, ...], random: Random) -> Any:
    """The tree with one of its nodes replaced, lost, renamed, wrapped, converted, or somewhere else as well."""
    slots = _slots(tree)
    if not slots or random.random() < 0.02:
        return _copied(random.choice(atoms))
    (node, key), (other, other_key) = random.choice(slots), random.choice(slots)
    match random.randrange(8):
        case 0:
            del node[key]
        case 1:
            node[key] = _copied(other[other_key])
        case 2:
            node[key] = [_copied(other[other_key]), node[key]]
        case 3 if isinstance(node, dict):
            node[str(other_key) if random.random() < 0.7 else random.choice(("", "a", "__type", "\ufffe"))] = node.pop(
                key
            )
        case 4 | 5:
            node[key] = _converted(node[key], random)
        case _:
            node[key] = _copied(random.choice(atoms))
    return tree


def _copied(node: Any) -> Any:
    """The node once more. Tags cannot be copied, nor do they change."""
    try:
        return deepcopy(node)
    except TypeError:
        return node


def _slots(tree: Any) -> list[tuple[Any, Any]]:
    """Every place of a tree that holds a node: its container and the key there."""
    slots: list[tuple[Any, Any]] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        slots += [(node, key) for key in keys]
        pending += [node[key] for key in keys]
    return slots


def _converted(node: Any, random: Random) -> Any:
    """The node as another type would have it."""
    conversions: tuple[Callable[[], Any], ...] = (
        lambda: str(node),
        lambda: [node],
        lambda: {"a": node},
        lambda: None,
        lambda: float(node) if isinstance(node, int | str) else 0.5,
        lambda: int(node) if isinstance(node, float | str) else 1,
        lambda: dict(enumerate(node)) if isinstance(node, list) else True,
        lambda: list(node.values()) if isinstance(node, dict) else False,
        lambda: [None, *node] if isinstance(node, list) else -node if isinstance(node, int | float) else "",
    )
    try:
        return random.choice(conversions)()
    except (ValueError, OverflowError, TypeError):
        return "x"


def _reshape_xml(body: bytes, random: Random) -> bytes:
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    change_elements(root, random)
    encoding = random.choice(("utf-8", "utf-8", "utf-8", "us-ascii", "utf-16", "iso-8859-1"))
    return cast("bytes", etree.tostring(root, encoding=encoding))


def change_elements(root: Any, random: Random) -> None:
    """Changes one of the elements of a document: it is lost, renamed, filled, there again, or somewhere else as well.

    `ValueError` for a change that lxml refuses.
    """
    elements = list(root.iter("*"))
    element, other = random.choice(elements), random.choice(elements)
    parent = element.getparent()
    match random.randrange(9):
        case 0 if parent is not None:
            parent.remove(element)
        case 1 if parent is not None:
            parent.insert(random.randrange(len(parent) + 1), deepcopy(element))
        case 2:
            element.tag = other.tag
        case 3:
            element.append(deepcopy(other))
        case 4:
            element[:] = deepcopy(list(other))
        case 5:
            element.tag = f"{{http://odd.example/}}{etree.QName(element).localname}"
        case 6:
            element.set(random.choice(("a", "xmlns_", "{http://www.w3.org/2001/XMLSchema-instance}type")), "b")
        case 7:
            element.tail = " \n"
            element.insert(0, etree.Comment("c") if random.random() < 0.5 else etree.ProcessingInstruction("p", "i"))
        case _:
            element.text = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", _text(random))


def _text(random: Random) -> str:
    return str(random.choice(tokens.ATOMS))


def _reshape_form(body: bytes, random: Random) -> bytes:
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1") or [("a", "b")]
    at, (other, _) = random.randrange(len(pairs)), random.choice(pairs)
    name, value = pairs[at]
    match random.randrange(8):
        case 0:
            del pairs[at]
        case 1:
            pairs[at] = (other, value)
        case 2:
            pairs[at] = (re.sub(r"\d+", lambda _: random.choice(("0", "1", "2", "30", "999999999", "-1")), name), value)
        case 3:
            pairs[at] = (f"{name}.{other.rpartition('.')[2]}", value)
        case 4:
            pairs.insert(random.randrange(len(pairs) + 1), (name, _text(random)))
        case 5:
            pairs[at] = (name.partition(".")[0], value)
        case 6:
            pairs.append(pairs.pop(at))
        case _:
            pairs[at] = (name, _text(random))
    return b"&".join(b"=".join(quote_from_bytes(_as_bytes(text)).encode() for text in pair) for pair in pairs)


def _as_bytes(text: str) -> bytes:
    # What was in the form is bytes in the guise of Latin-1; what has been put in is text.
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


_RESHAPES: Mapping[str, Callable[[bytes, Random], bytes]] = {
    "json": _reshape_json,
    "cbor": _reshape_cbor,
    "xml": _reshape_xml,
    "form": _reshape_form,
}

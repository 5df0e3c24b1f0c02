"""What the two executors of codec plans make of one class: the methods that are generated, and the walker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from attrs import frozen
from fuzzing import trees as wrong_trees

from botobind import BotobindError
from botobind.formats import cbor, json, query, xml, xmltokens
from botobind.formats.exact import UNWRITABLE
from botobind.testing import example
from botobind.walker import forms, markup, trees
from botobind.wire import elements

RESHAPED = 12
"""Documents of each class and format in which something is wrong."""


@frozen
class Ways:
    """How both executors write a format, and how its documents are read."""

    method: str
    """That a class has where its service speaks the format."""
    write: Callable[[Any], Any]
    walk_writing: Callable[[Any], Any]
    dump: Callable[[Any], bytes]
    load: Callable[[bytes], Any]
    read: Callable[[Any, Any], Any] | None
    """None where the walker alone reads: forms, and trees of CBOR, whose bytes wire structs read."""
    walk_reading: Callable[[Any, Any], Any] | None


def _chunks(write: Callable[[list[str], str], None]) -> list[str]:
    chunks: list[str] = []
    write(chunks, "&")
    return chunks


def _walked_markup(value: Any) -> str:
    write = markup.writer_of(type(value))
    return xml.element_text(lambda *lists: write(value, *lists), "a", markup.attributes_of(value, ""))


def _joined(write: Callable[[list[bytes]], None]) -> str:
    chunks: list[bytes] = []
    write(chunks)
    return b"".join(chunks).hex()


def _element(write: Callable[[list[str], list[str]], None]) -> str:
    return xml.element_text(write, "a", "")


WAYS = {
    "cbor": Ways(
        method="write_cbor",
        write=lambda value: _joined(value.write_cbor),
        walk_writing=lambda value: cbor.dump_body(trees.writer_of(type(value), cbor.BODY_WRITER)(value)).hex(),
        dump=cbor.dump_value,
        load=cbor.parse,
        read=None,
        walk_reading=None,
    ),
    "json": Ways(
        method="write_json",
        write=lambda value: value.write_json(),
        walk_writing=lambda value: trees.writer_of(type(value), json.WRITER, "json")(value),
        dump=lambda value: json.dump(value.write_json()),
        load=json.parse,
        read=lambda cls, tree: cls._read_json(tree),
        walk_reading=lambda cls, tree: trees.reader_of(cls, json.READER, "json")(tree),
    ),
    "query": Ways(
        method="write_query",
        write=lambda value: _chunks(value.write_query),
        walk_writing=lambda value: _chunks(lambda *rest: forms.writer_of(type(value))(value, *rest)),
        dump=lambda value: query.dump(value.to_query()),
        load=query.parse,
        read=None,
        walk_reading=None,
    ),
    "xml": Ways(
        method="write_xml",
        write=lambda value: value.xml_text("a"),
        walk_writing=_walked_markup,
        dump=lambda value: xml.dump(value.xml_text("a")),
        load=elements.parse,
        read=lambda cls, element: xmltokens.read_element(element, cls._read_xml),
        walk_reading=lambda cls, element: xmltokens.read_element(element, markup.reader_of(cls)),
    ),
}

# Where some members are beside the body, it alone is emitted.
WAYS |= {
    "cbor body": Ways(
        method="write_cbor_body",
        write=lambda value: _joined(value.write_cbor_body),
        walk_writing=lambda value: cbor.dump_body(
            trees.body_writer_of(type(value), cbor.BODY_WRITER, "cbor")(value)
        ).hex(),
        dump=cbor.dump_value,
        load=cbor.parse,
        read=None,
        walk_reading=None,
    ),
    "json body": Ways(
        method="to_wire_struct_body",
        write=lambda value: json.dump_value_body(value).decode(),
        walk_writing=lambda value: json.dump(trees.body_writer_of(type(value), json.WRITER, "json")(value)).decode(),
        dump=json.dump_value_body,
        load=json.parse,
        read=None,
        walk_reading=None,
    ),
    "xml body": Ways(
        method="write_xml_body",
        write=lambda value: _element(value.write_xml_body),
        walk_writing=lambda value: _element(lambda *lists: markup.body_writer_of(type(value))(value, *lists)),
        dump=lambda value: xml.dump(value.xml_body_text("a")),
        load=elements.parse,
        read=None,
        walk_reading=None,
    ),
}


def compare(cls: Any, seed: int) -> int:
    """How many of a class's formats have been compared. Raises `AssertionError` where the executors do not agree."""
    spoken = {name: ways for name, ways in WAYS.items() if ways.method in vars(cls)}
    for name, ways in spoken.items():
        for what, generated, walked in _pairs(cls, name, ways, Random(seed)):
            assert walked == generated, f"{cls.SHAPE} in {name}: {what}"
    return len(spoken)


def _pairs(cls: Any, name: str, ways: Ways, random: Random) -> Iterator[tuple[str, Any, Any]]:
    whole = example(cls)
    for value in [whole, *_without_members(cls)]:
        yield "written", _outcome(ways.write, value), _outcome(ways.walk_writing, value)
    if ways.read is None or ways.walk_reading is None:
        return
    data = ways.dump(whole)
    reshaped = (wrong_trees.reshape(data, name, random) for _ in range(RESHAPED))
    for document in [data, *(each for each in reshaped if each is not None)]:
        try:
            node = ways.load(document)
        except BotobindError:
            continue
        yield f"read from {document!r}", _outcome(ways.read, cls, node), _outcome(ways.walk_reading, cls, node)


def _without_members(cls: Any) -> list[Any]:
    try:
        return [cls.of_value({})]
    except BotobindError:  # some must be there
        return []


def _outcome(do: Callable[..., Any], *arguments: Any) -> Any:
    try:
        found = do(*arguments)
    except BotobindError as error:
        return f"{type(error).__name__}: {error}"
    except UNWRITABLE as error:
        return type(error).__name__
    return found if isinstance(found, (str, list, dict)) else found.reveal()

"""What the tricks of the runtime buy: each beside the plain way, on the same values.

A trick that buys nothing goes; the comment of one that stays names this file. `python benchmarks/tricks.py`
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from unittest.mock import patch

import attrs
from measuring.timing import Run, race

from botobind import classes, shapes, wire_structs
from botobind.formats import xml
from botobind.formats.elementconversions import Conversions, ReadItems, Structure
from botobind.formats.xmltokens import TextTokens
from botobind.http import Headers, HttpResponse
from botobind.markers import new
from botobind_services import dynamodb, s3

_ATTRIBUTES = 20
_MEMBERS = 8


def structs() -> tuple[Run, Run]:
    """Wire structs that carry what makes their values, with allocated instances as an argument's default: one call for
    each nested structure. The plain way calls it with a new instance.
    """
    cls: Any = dynamodb.GetItemOutput
    document = json.dumps({"Item": {f"a{place}": {"S": "x"} for place in range(_ATTRIBUTES)}}).encode()

    def decoder() -> Run:
        decode = wire_structs.JsonWireStructs().of_class(cls)
        while decode.load(document) is None:
            cls.of_string(document)
        return lambda: decode.load(document)

    def plain_reader(cls: Any) -> Any:
        return lambda wire_struct, of: cls.read_wire_struct(wire_struct, of, (new(cls),))

    trick = decoder()
    with patch.object(wire_structs, "_reader_of", plain_reader):
        return trick, decoder()


@attrs.define(kw_only=True)
class _PlainResponse:
    status: int = 200
    headers: Headers = attrs.field(factory=Headers, converter=Headers)
    body: bytes = b""


def assignments() -> tuple[Run, Run]:
    """Messages of which one attribute alone is converted when it is assigned. The plain way is the one of attrs."""

    def assign(response: Any) -> Any:
        response.status, response.body = 201, b"{}"
        return response.body

    trick, plain = HttpResponse(), _PlainResponse()
    return lambda: assign(trick), lambda: assign(plain)


def definitions() -> tuple[Run, Run]:
    """Classes that attrs completes when somebody asks for what it gives. In the plain way it completes all."""

    def made() -> type:
        attributes = [f"member_{place}" for place in range(_ATTRIBUTES)]
        annotations: dict[str, Any] = dict.fromkeys(attributes, "str | None")
        body = {"SHAPE": "Made", "MEMBERS": dict(zip(attributes, attributes, strict=True)), "__module__": __name__}
        return type("Made", (shapes.Structure,), {**body, "__annotations__": annotations, **dict.fromkeys(attributes)})

    return (
        lambda: classes.define(eq=False, repr=False, kw_only=True)(made()),
        lambda: attrs.define(eq=False, repr=False, kw_only=True)(made()),
    )


def records() -> tuple[Run, Run]:
    """Named tuples whose annotations are types. In the plain way they are texts, as all annotations of a module are
    that imports `annotations` from the future: `typing` compiles each of them, and the first text that a process
    compiles costs it 2 ms more.
    """

    def made(annotation: Any) -> Any:
        fields: Any = [(f"member_{place}", annotation) for place in range(_MEMBERS)]  # pyright wants them spelt out
        make: Any = NamedTuple
        return make("Record", fields)._fields

    return lambda: made(str), lambda: made("str | None")


_OBJECT = (
    "Contents><Key>([^<]*)</Key><LastModified>([^<]*)</LastModified><Size>([^<]*)</Size>"
    "<Owner><ID>([^<]*)</ID></Owner></Contents><"
)


def statements() -> tuple[Run, Run]:
    """What element patterns have found becomes values by statements that are written out for their classes. The plain
    way has loops over the members.
    """
    match = re.compile(_OBJECT).match
    # The groups of key, time, size and owner, in whose place the owner's name is.
    classes_in_xml: tuple[Any, Any] = s3.Object, s3.Owner
    structure = Structure(classes_in_xml[0], (1, 2, 0, 0, 0, 3, 0, 4, 0))
    owner = Structure(classes_in_xml[1], (0, 4), sign=4)
    conversions = Conversions(4, lists=(), empty=(), inside=(owner,), structure=structure)
    converted = {"last_modified": xml.optional_timestamp, "size": xml.optional_integer}
    members = [
        [(name, group, converted.get(name)) for name, group in zip(each.cls.MEMBERS, each.members, strict=True)]
        for each in (owner, structure)
    ]

    def set_members(value: Any, found: list[Any], members: list[tuple[str, int, Any]]) -> None:
        for name, group, convert in members:
            setattr(value, name, found[group] if convert is None else convert(found[group]))

    def read_plainly(tokens: TextTokens, place: int, items: list[Any]) -> int:
        while (matched := match(tokens.text, place)) is not None:
            found = [None, *matched.groups()]
            inner = new(owner.cls)
            set_members(inner, found, members[0])
            found[owner.sign] = inner
            value = new(structure.cls)
            set_members(value, found, members[1])
            items.append(value)
            place = matched.end()
        return place

    item = (
        "Contents><Key>a</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>9</Size>"
        "<Owner><ID>b</ID></Owner></Contents><"
    )
    tokens = TextTokens(item * _ATTRIBUTES + "/x>", 0, "/x", is_marked=False)

    def run_of(read: ReadItems) -> Run:
        def run() -> Any:
            items: list[Any] = []
            return read(tokens, 0, items), items

        return run

    return run_of(conversions.items_reader(match)), run_of(read_plainly)


TRICKS = {
    "structs": structs,
    "assignments": assignments,
    "definitions": definitions,
    "records": records,
    "statements": statements,
}


def measure(rounds: int, seconds: float) -> Mapping[str, Mapping[str, float]]:
    """The microseconds of each trick and of the plain way."""
    found = {}
    for name, runs in TRICKS.items():
        trick, plain = runs()
        found[name] = race({"trick": trick, "plain": plain}, rounds, seconds)
    return found


def main() -> None:
    """Prints a line for each trick."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    for name, taken in measure(options.rounds, 0.01).items():
        print(f"{name:12} {taken['trick']:8.2f} us, in the plain way {taken['plain']:8.2f} us")  # noqa: T201 - it is asked


if __name__ == "__main__":
    main()

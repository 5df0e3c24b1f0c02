"""Wire rules, one row each: what is written, and what is read back. Rows that are read only show what is tolerated.

A row's name tells where the rule is from: the protocol as Smithy defines it, botocore's behaviour, or botobind's own
(general) rules for formats that a service does not speak.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wire.cbor_rows import CBOR
from wire.header_rows import HEADER
from wire.json_rows import JSON
from wire.query_rows import QUERY, VANISHING
from wire.rows import ABSENT, SHAPES, Row
from wire.xml_rows import XML

from botobind.bodies import dump_body, parse_body

Generate = Callable[..., Any]


ROWS = [*JSON, *XML, *QUERY, *VANISHING, *CBOR, *HEADER]


def _model(protocol: str) -> dict[str, Any]:
    holders = {
        f"Holder{number}": {"type": "structure", "members": {"Value": row.member}}
        for number, row in enumerate(ROWS)
        if row.protocol == protocol
    }
    return {"metadata": {"protocol": protocol}, "shapes": {**SHAPES, **holders}}


def _holder(generate_once: Generate, number: int) -> Any:
    package = generate_once(_model(ROWS[number].protocol))
    return getattr(package, f"Holder{number}")


def _write(value: Any, body_format: str) -> Any:
    match body_format:
        case "json":
            return value.to_json()
        case "xml":
            return dump_body(value, "xml").decode()
        case "query":
            return value.to_query()
        case "cbor":
            return dump_body(value, "cbor").hex()
        case _:
            return value.to_header()


def _read(cls: Any, wire: Any, body_format: str) -> Any:
    match body_format:
        case "json":
            return cls.of_json(wire)
        case "xml":
            return parse_body(cls, wire.encode(), "xml")
        case "query":
            return cls.of_query(wire)
        case "cbor":
            return parse_body(cls, bytes.fromhex(wire), "cbor")
        case _:
            return cls.of_header(wire)


def _on_the_wire(row: Row, shape: str) -> Any:
    """The row's wire with the structure around it."""
    if row.body_format == "xml":
        return f"<{shape}>{row.wire}</{shape}>"
    if row.body_format == "cbor":
        return "a1" + "65" + b"Value".hex() + row.wire.replace(" ", "")
    return row.wire


def _as_value(value: Any) -> dict[str, Any]:
    return {} if value is ABSENT else {"Value": value}


def _identifier(number: int) -> str:
    return ROWS[number].rule


WRITTEN = [number for number, row in enumerate(ROWS) if not row.read_only]
READ = [number for number, row in enumerate(ROWS) if not any(row is other for other in VANISHING)]


@pytest.mark.parametrize("number", WRITTEN, ids=_identifier)
def test_written(generate_once: Generate, number: int) -> None:
    row, cls = ROWS[number], _holder(generate_once, number)
    value = cls.of_value(_as_value(row.value))
    written = _write(value, row.body_format)
    assert written == _on_the_wire(row, cls.SHAPE)
    # 1 == 1.0 == True, but they are not the same on the wire.
    assert repr(written) == repr(_on_the_wire(row, cls.SHAPE))


@pytest.mark.parametrize("number", READ, ids=_identifier)
def test_read(generate_once: Generate, number: int) -> None:
    row, cls = ROWS[number], _holder(generate_once, number)
    value = _read(cls, _on_the_wire(row, cls.SHAPE), row.body_format)
    assert repr(value.to_value()) == repr(_as_value(row.value))


@pytest.mark.parametrize("number", WRITTEN, ids=_identifier)
def test_the_other_formats_hold_it_too(generate_once: Generate, number: int) -> None:
    row, cls = ROWS[number], _holder(generate_once, number)
    value = cls.of_value(_as_value(row.value))
    for body_format in ("json", "xml", "cbor", "query"):
        # By the rules of some protocols empty values leave no trace.
        if row.value not in ([], {}) or body_format in ("json", "cbor"):
            read = parse_body(cls, dump_body(value, body_format), body_format)
            assert repr(read) == repr(value), body_format

"""Bodies in CBOR are written by a shorter way than trees: what comes out must be the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from botobind.errors import EncodeError
from botobind.formats import cbor
from botobind.timestamps import of_epoch

NOON = datetime(2020, 2, 29, 12, tzinfo=UTC)
MOMENTS = [
    NOON,
    NOON.replace(microsecond=678_000),
    NOON.replace(tzinfo=None),
    NOON.replace(tzinfo=timezone(timedelta(hours=2))),
    NOON.replace(year=4),
    NOON.replace(year=9996, microsecond=1),
    of_epoch(10**12),
    of_epoch(-(10**12)),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_moments(moment: datetime) -> None:
    body = [cbor.BODY_WRITER.epoch(moment), cbor.BODY_WRITER.iso8601(moment), cbor.BODY_WRITER.rfc822(moment)]
    assert cbor.dump_body(body) == cbor.dump([moment] * 3)


@pytest.mark.parametrize("number", [0.0, 0.5, 1 / 3, -1e30, float("inf")])
def test_singles(number: float) -> None:
    body = cbor.dump_body([cbor.BODY_WRITER.single(number)])
    assert body == cbor.dump([cbor.WRITER.single(number)])
    assert len(body) == 1 + 5


def test_a_single_out_of_range() -> None:
    with pytest.raises(EncodeError, match="out of range for single precision"):
        cbor.BODY_WRITER.single(1e39)


@pytest.mark.parametrize("dump", [cbor.dump, cbor.dump_body])
def test_what_cbor_cannot_hold(dump: object) -> None:
    assert callable(dump)
    with pytest.raises(EncodeError, match=r"\A\$: cannot be written as CBOR: \w+\Z"):
        dump({"a": [object()]})

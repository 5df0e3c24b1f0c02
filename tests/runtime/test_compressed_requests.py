"""Servers read compressed requests, and bound what becomes of them."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from botobind.errors import RequestError
from botobind.http import HttpRequest
from botobind.protocols import compression
from botobind.routing import RoutingError
from botobind_services import cloudwatch

_BODY = b'{"Text": "text"}'


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


_GZIPPED = gzipped(_BODY)


@pytest.fixture
def put(generate_once: Any) -> Any:
    members = {
        "Text": {"shape": "String"},
        "Encoding": {"shape": "String", "location": "header", "locationName": "Content-Encoding"},
        "Length": {"shape": "Integer", "location": "header", "locationName": "Content-Length"},
    }
    operations = {
        name: {
            "name": name,
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": name},
            "requestcompression": {"encodings": ["gzip"]},
        }
        for name in ("Put", "PutEncoded")
    }
    shapes = {
        "Put": {"type": "structure", "members": {"Text": members["Text"]}},
        "PutEncoded": {"type": "structure", "members": members},
        "String": {"type": "string"},
        "Integer": {"type": "integer"},
    }
    package = generate_once({"metadata": {"protocol": "rest-json"}, "operations": operations, "shapes": shapes})
    return package.endpoints


def request(body: bytes, encoding: str, **headers: str) -> HttpRequest:
    return HttpRequest(headers={"content-encoding": encoding, **headers}, body=body)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", _GZIPPED),
        ("GZIP", _GZIPPED),
        ("x-gzip", _GZIPPED),
        ("gzip", gzipped(_BODY[:5]) + gzipped(_BODY[5:])),
        ("identity", _BODY),
        ("", _BODY),
    ],
)
def test_taken(put: Any, encoding: str, body: bytes) -> None:
    assert put.Put.of_request(request(body, encoding)).text == "text"


def test_what_was_applied_before_is_for_the_application(put: Any) -> None:
    read = put.PutEncoded.of_request(request(_GZIPPED, "br, gzip", **{"content-length": str(len(_GZIPPED))}))
    assert (read.encoding, read.length, read.text) == ("br", len(_BODY), "text")
    assert put.PutEncoded.of_request(request(_BODY, "br")).encoding == "br"


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("br", _BODY, 415),
        ("deflate", zlib.compress(_BODY), 415),
        ("gzip", _BODY, 400),
        ("gzip", _GZIPPED[:-1], 400),
        ("gzip", _GZIPPED[:-8] + b"\0" * 8, 400),
        ("gzip", zlib.compress(_BODY), 400),
        ("gzip", _GZIPPED + b"more", 400),
        ("gzip, gzip", gzipped(_GZIPPED), 400),
    ],
)
def test_refused(put: Any, encoding: str, body: bytes, status: int) -> None:
    with pytest.raises(RequestError) as caught:
        put.Put.of_request(request(body, encoding))
    assert put.Put.refusal_of(caught.value).status == status


def test_bombs_are_refused_where_they_become_too_large(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "MOST_BYTES", 100_000)
    assert len(compression.decompressed(gzipped(bytes(100_000)))) == 100_000
    for bomb in (gzipped(bytes(100_001)), gzipped(bytes(1000)) * 101):
        with pytest.raises(RequestError) as caught:
            put.Put.of_request(request(bomb, "gzip"))
        assert (caught.value.status, caught.value.code) == (413, "RequestEntityTooLargeException")


def test_forms_are_routed_and_read() -> None:
    body = b"Action=PutMetricData&Version=2010-08-01&Namespace=N"
    packed = request(gzipped(body), "gzip", **{"content-type": "application/x-www-form-urlencoded"})
    match = cloudwatch.router.match(packed)
    assert (match.operation.name, match.protocol) == ("PutMetricData", "query")
    assert match.operation.of_request(packed, protocol=match.protocol, constraints=False).namespace == "N"
    with pytest.raises(RoutingError) as caught:
        cloudwatch.router.match(request(gzipped(body)[:-1], "gzip"))
    assert caught.value.status == 400

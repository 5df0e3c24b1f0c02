"""Values that would end a header, a segment of a path or a host's name, and begin another one."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from typing import Any

import pytest
from support.models import model, structure

from botobind.errors import EncodeError
from botobind.formats import header
from botobind_services import s3

Generate = Callable[..., Any]

_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
"""RFC 9110, 5.5: field-vchar, obs-text, blanks and tabs."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, 5.6.2."""
SIGNS = [*map(chr, range(0x140)), "\u2028", "\u65e5", "\U0001f600", "\ud800", "\udfff"]


def refused(write: Callable[[str], object], text: str) -> bool:
    try:
        write(text)
    except EncodeError:
        return True
    return False


@pytest.mark.parametrize("write", [header.write_string, lambda text: header.write_prefixed({"a": text}, "x-", "M")])
def test_values_of_headers_are_those_of_http(write: Callable[[str], object]) -> None:
    for sign in SIGNS:
        for text in (sign, f"a{sign}b", f"{sign}b", f"a{sign}"):
            is_refused = refused(write, text)
            # The controls behind ASCII are in obs-text, but nobody means them.
            assert is_refused == (not _FIELD_VALUE.fullmatch(text) or "\x80" <= sign < "\xa0"), ascii(text)
            if not is_refused:
                assert not http.client._is_illegal_header_value(text.encode("latin-1"))  # type: ignore[attr-defined]


def test_names_of_headers_are_tokens() -> None:
    for sign in SIGNS:
        for name in (sign, f"a{sign}b", f"a{sign}"):
            assert refused(header.write_name, name) == (not _TOKEN.fullmatch(name)), ascii(name)
    for prefix in ("", "x-"):
        assert refused(lambda key, prefix=prefix: header.write_prefixed({key: "v"}, prefix, "M"), "") == (not prefix)  # type: ignore[misc]


PLACES = {
    "Text": {"shape": "Text", "location": "header", "locationName": "X-Text"},
    "MediaType": {"shape": "Text", "location": "header", "locationName": "Content-Type"},
    "Texts": {"shape": "Texts", "location": "header", "locationName": "X-Texts"},
    "State": {"shape": "State", "location": "header", "locationName": "X-State"},
    "Any": {"shape": "Json", "location": "header", "locationName": "X-Json", "jsonvalue": True},
    "Map": {"shape": "TextMap", "location": "headers", "locationName": "x-map-"},
    "Open": {"shape": "TextMap", "location": "headers", "locationName": ""},
    "Name": {"shape": "Text", "location": "uri", "locationName": "Name"},
    "Path": {"shape": "Text", "location": "uri", "locationName": "Path"},
    "Account": {"shape": "Text", "hostLabel": True},
    "Sought": {"shape": "Text", "location": "querystring", "locationName": "q"},
    "Inside": {"shape": "Text"},
}
SHAPES = {
    "Json": {"type": "string"},
    "In": {"type": "structure", "members": PLACES, "required": ["Name", "Path", "Account"]},
    "Out": {
        "type": "structure",
        "members": {name: PLACES[name] for name in ("Inside", "Text", "MediaType", "Texts", "Map")},
    },
    "Wrong": {**structure(message="Text"), "exception": True},
}
SHAPES["Wrong"]["members"]["Text"] = PLACES["Text"]
OPERATION = {
    "name": "Put",
    "http": {"method": "POST", "requestUri": "/{Name}/of/{Path+}"},
    "input": {"shape": "In"},
    "output": {"shape": "Out"},
    "errors": [{"shape": "Wrong"}],
    "endpoint": {"hostPrefix": "api-{Account}."},
}
NEEDED = {"name": "n", "path": "p", "account": "a"}
REASONS = {"\r": "a line break or NUL", "\n": "a line break or NUL", "\0": "a line break or NUL", "\x1b": "a control"}
REASONS |= {"\u65e5": "text that Latin-1 does not have", "\ud800": "text that Latin-1 does not have"}


def package_of(generate_once: Generate, protocol: str) -> Any:
    return generate_once(model(SHAPES, protocol, {"Put": OPERATION}))


@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml"])
@pytest.mark.parametrize("sign", REASONS)
def test_headers_of_requests_and_answers(generate_once: Generate, protocol: str, sign: str) -> None:
    package = package_of(generate_once, protocol)
    called = package.endpoints.Put
    wrong = f"x{sign}y: z"
    rows: list[tuple[dict[str, Any], str]] = [
        ({"text": wrong}, "$.Text"),
        ({"media_type": wrong}, "$.MediaType"),
        ({"texts": ["fine", wrong]}, "$.Texts[1]"),
        ({"map": {"k": wrong}}, "$.Map['k']"),
        ({"map": {wrong: "v"}}, f"$.Map[{wrong!r}]"),
    ]
    beside = {} if sign in "\0\x1b\ud800" else {"inside": wrong}
    for members, path in [*rows, ({"state": wrong}, "$.State"), ({"open": {"k": wrong}}, "$.Open['k']")]:
        with pytest.raises(EncodeError) as caught:
            called.to_request(package.values.In(**{**NEEDED, **beside, **members}))
        assert str(caught.value).startswith(f"{path}: a header cannot")
        assert REASONS[sign] in str(caught.value)
    for members, path in rows:
        with pytest.raises(EncodeError) as caught:
            called.to_response(package.values.Out(**beside, **members))
        assert str(caught.value).startswith(f"{path}: a header cannot")
    for write in (
        lambda: called.error_to_response(package.values.Wrong(text=wrong)),
        lambda: called.to_response(package.values.Out(), request_id=wrong),
        lambda: called.error_to_response(package.values.Wrong(), request_id=wrong),
    ):
        with pytest.raises(EncodeError, match=r"a header cannot hold|XML cannot hold"):
            write()


def test_what_is_encoded_may_hold_anything(generate_once: Generate) -> None:
    package = package_of(generate_once, "rest-json")
    called = package.endpoints.Put
    for sign in SIGNS:
        if sign in "\ud800\udfff":
            continue
        given = package.values.In(**NEEDED | {"name": f"a{sign}b", "path": f"a{sign}b"}, sought=sign, any={"k": sign})
        request = called.to_request(given)
        assert re.fullmatch(r"[\x21-\x7e]+", request.target)
        assert len(request.target.split("/")) == 4 + (sign == "/")
        read = called.of_request(request)
        assert (read.name, read.path, read.sought, read.any) == (given.name, given.path, sign, {"k": sign})


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"name": "."}, "$.Name: a segment of the URI cannot be a dot or two"),
        ({"name": ".."}, "$.Name: a segment of the URI cannot be a dot or two"),
        ({"name": ""}, "$.Name: required for the URI, and not empty"),
        ({"path": ""}, "$.Path: required for the URI, and not empty"),
        ({"name": "\ud800"}, "$.Name: text cannot be written in UTF-8"),
        ({"path": "a/\ud800"}, "$.Path: text cannot be written in UTF-8"),
        ({"sought": "\ud800"}, "$.Sought: text cannot be written in UTF-8"),
        ({"account": ""}, "$.Account: required for the host name"),
        ({"account": "a" * 60}, "$.Account: too long for a host name"),
        *(
            ({"account": account}, "$.Account: a host name cannot hold this")
            for account in (
                "a/b",
                "a.",
                ".a",
                "a..b",
                "-a",
                "a-",
                "a_b",
                "a b",
                "a\r\nb",
                "a@b",
                "a:1",
                "a#",
                "é",
                "a?",
            )
        ),
    ],
)
def test_what_paths_and_hosts_cannot_hold(generate_once: Generate, members: dict[str, Any], text: str) -> None:
    package = package_of(generate_once, "rest-json")
    with pytest.raises(EncodeError) as caught:
        package.endpoints.Put.to_request(package.values.In(**{**NEEDED, **members}))
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("name", "path", "wanted"),
    [
        ("...", "p", "/.../of/p"),
        ("%2e", "p", "/%252e/of/p"),
        ("a/../b", "p", "/a%2F..%2Fb/of/p"),
        (".a", "../a/./b//..", "/.a/of/../a/./b//.."),
        ("n", "/a/", "/n/of//a/"),
    ],
)
def test_what_paths_hold(generate_once: Generate, name: str, path: str, wanted: str) -> None:
    package = package_of(generate_once, "rest-json")
    called = package.endpoints.Put
    given = package.values.In(name=name, path=path, account="a.b-1")
    request = called.to_request(given)
    assert (request.path, request.host_prefix) == (wanted, "api-a.b-1.")
    read = called.of_request(request)
    assert (read.name, read.path) == (name, path)


def test_the_member_in_a_header_is_the_one_to_blame() -> None:
    for wrong, reason in (("x\ny", "a line break or NUL"), ("\u65e5", "text that Latin-1 does not have")):
        value = s3.PutObjectRequest(bucket="b", key=wrong, website_redirect_location=wrong)
        with pytest.raises(EncodeError) as caught:
            s3.endpoints.PutObject.to_request(value)
        assert str(caught.value) == f"$.WebsiteRedirectLocation: a header cannot hold {reason}"


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("service.us-east-1.amazonaws.com", "api-a.service.us-east-1.amazonaws.com"),
        ("api-a.service.us-east-1.amazonaws.com", "api-a.service.us-east-1.amazonaws.com"),
        ("API-A.example.com", "API-A.example.com"),
        ("api-ab.example.com", "api-a.api-ab.example.com"),
    ],
)
def test_a_prefix_is_not_there_twice(generate_once: Generate, endpoint: str, host: str) -> None:
    package = package_of(generate_once, "rest-json")
    request = package.endpoints.Put.to_request(package.values.In(**NEEDED))
    assert request.host_at(endpoint) == host
    assert s3.endpoints.ListBuckets.to_request(s3.ListBucketsRequest()).host_at(endpoint) == endpoint

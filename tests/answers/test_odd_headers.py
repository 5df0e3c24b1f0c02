"""Headers that services and people write: maps of them, dates that are none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.models import map_of, model

from botobind.http import HttpRequest, HttpResponse
from botobind.wire.fields import values_of
from botobind_services import s3

Generate = Callable[..., Any]
NOON = datetime(2020, 2, 29, 12, tzinfo=UTC)


def _mapped(prefix: str, name: str) -> dict[str, Any]:
    members = {
        "Map": {"shape": "TextMap", "location": "headers", "locationName": prefix},
        "Hello": {"shape": "Text", "location": "header", "locationName": name},
        "Size": {"shape": "Size", "location": "header", "locationName": f"{prefix}Size"},
    }
    return model({"Mapped": {"type": "structure", "members": members}, "TextMap": map_of("Text")}, "rest-json")


@pytest.mark.parametrize(
    ("prefix", "name", "value", "written"),
    [
        (
            "",
            "Hello",
            {"Map": {"x-foo": "Foo", "hello": "Hi"}, "Hello": "There"},
            [("Hello", "There"), ("x-foo", "Foo")],
        ),
        ("", "hello", {"Map": {"HELLO": "Hi"}}, [("HELLO", "Hi")]),
        (
            "X-",
            "X-Hello",
            {"Map": {"Hello": "Hi", "Foo": "Foo"}, "Hello": "There"},
            [("X-Hello", "There"), ("X-Foo", "Foo")],
        ),
        ("X-", "Other", {"Map": {"size": "3"}, "Size": 2}, [("X-Size", "2")]),
    ],
)
def test_headers_of_a_map_that_have_a_member_of_their_own(
    generate_once: Generate, prefix: str, name: str, value: Any, written: list[tuple[str, str]]
) -> None:
    assert generate_once(_mapped(prefix, name)).Mapped.of_value(value).to_header() == written


@pytest.mark.parametrize(
    ("prefix", "headers", "entries"),
    [
        ("x-meta-", [("X-Meta-Foo", "1"), ("x-meta-BAR", "2"), ("Y", "3")], {"Foo": "1", "BAR": "2"}),
        ("X-Meta-", [("x-META-fOO", "1"), ("X-Meta-", "2")], {"fOO": "1", "": "2"}),
        ("x-meta-", [("X-Meta-A", "1"), ("Y", "2"), ("x-meta-a", "3"), ("Y", "4")], {"A": "1, 3"}),
        ("", [("Foo", "1"), ("BAR", "2")], {"Foo": "1", "BAR": "2"}),
        ("x-meta-", [("Y", "1")], {}),
    ],
)
def test_keys_keep_the_case_in_which_they_came(
    generate_once: Generate, prefix: str, headers: list[tuple[str, str]], entries: dict[str, str]
) -> None:
    cls = generate_once(_mapped(prefix, "Hello")).Mapped
    assert cls.of_header(headers).map == entries
    assert cls.of_header_and_body(headers, b"").map == entries
    lower = cls.of_header([])
    lower.read_header(values_of(headers))
    assert lower.map == {key.lower(): item for key, item in entries.items()}


def test_metadata_of_objects_keep_their_case() -> None:
    headers = {"X-Amz-Meta-Owner": "a", "x-amz-meta-Team": "b", "ETag": "c"}
    output = s3.endpoints.HeadObject.of_response(HttpResponse(headers=headers))
    assert output == s3.HeadObjectOutput(metadata={"Owner": "a", "Team": "b"}, etag="c")
    put = HttpRequest(method="PUT", path="/b/k", headers=headers)
    assert s3.endpoints.PutObject.of_request(put).metadata == {"Owner": "a", "Team": "b"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sat, 29 Feb 2020 12:00:00 GMT", NOON),
        ("Saturday, 29-Feb-20 12:00:00 GMT", NOON),
        ("2020-02-29T12:00:00Z", NOON),
        *(
            (text, None)
            for text in ("5d", "0", "-1", "1582977600", "1e9", "never", "Sat, 30 Feb 2020 12:00:00 GMT", " ")
        ),
    ],
)
@pytest.mark.parametrize("operation", [s3.endpoints.GetObject, s3.endpoints.HeadObject], ids=lambda o: o.name)
def test_expires_is_whatever_was_stored(operation: Any, text: str, moment: datetime | None) -> None:
    response = HttpResponse(headers={"Expires": text, "ETag": "e"}, body=b"")
    answer = operation.answer_of(response)
    assert (answer.value.etag, answer.value.expires) == ("e", moment)
    assert answer.value.expires_string == (text if moment is None else None)
    assert answer.metadata.headers["expires"] == text
    again = operation.to_response(answer.value)
    assert operation.of_response(again) == answer.value
    assert len(again.headers.get_all("Expires")) == 1


def test_expires_is_absent() -> None:
    output = s3.endpoints.HeadObject.of_response(HttpResponse(headers={"Expires": ""}))
    assert (output.expires, output.expires_string) == (None, None)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since"])
@pytest.mark.parametrize(
    ("text", "moment"), [("not a date", None), ("0", None), ("", None), ("Sat, 29 Feb 2020 12:00:00 GMT", NOON)]
)
def test_conditions_that_are_no_dates_are_ignored(name: str, text: str, moment: datetime | None) -> None:
    request = HttpRequest(method="GET", path="/b/k", headers={name: text})
    value = s3.endpoints.GetObject.of_request(request)
    assert (value.key, getattr(value, name.lower().replace("-", "_"))) == ("k", moment)

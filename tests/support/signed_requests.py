"""Random requests, and what botocore's signers make of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import botocore.auth
from attrs import evolve, frozen
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Theirs

from botobind.http import encode_query
from botobind.io.engine.data import AuthScheme, Credentials, OutgoingRequest

TEXTS = [
    "",
    "a",
    "a b",
    "a+b",
    "ü/é",
    "100%",
    "%41",
    "~-._",
    "a&b=c",
    "日本",
    "*'()",
    "..",
    "😀",
    "x" * 200,
    "a\tb",
    "?#",
]
SEGMENTS = [
    "",
    "a",
    ".",
    "..",
    "...",
    "a%20b",
    "%C3%BC",
    "~x",
    "a+b",
    "a:b",
    "$x",
    "a=b",
    "%2F",
    "x!",
    "(1)",
    "%25",
    ";",
]
HEADERS = [
    "X-Amz-Target",
    "Content-Type",
    "Range",
    "X-B",
    "x-b",
    "X-Amz-Meta-A",
]
UNSIGNED_HEADERS = ["User-Agent", "Expect", "X-Amzn-Trace-Id", "Connection", "transfer-encoding", "TE", "traceparent"]
VALUES = ["", "a", " a ", "a  b", "a\t b", "ü", "a,b", "  two   words  ", "x" * 300, '"q  q"']
HOSTS = [
    "sts.amazonaws.com",
    "localhost:4566",
    "Bucket.s3.eu-west-1.amazonaws.com",
    "127.0.0.1:81",
    "[::1]:9000",
    "a.b:8443",
]


@frozen
class Case:
    """A request with what signs it."""

    request: OutgoingRequest
    scheme: AuthScheme
    keys: Credentials
    at: datetime
    unsigned: bool
    streams: bool
    signs_payload: bool | None

    def sent(self) -> OutgoingRequest:
        """The request, to add headers to."""
        return evolve(self.request, headers=list(self.request.headers), query=list(self.request.query))


def cases(seed: int, count: int, *, is_s3: bool, repeats: bool = True) -> Iterator[Case]:
    """Random cases. Without `repeats` no parameter has the name of another."""
    rng = random.Random(seed)
    for _ in range(count):
        names = [rng.choice(TEXTS) for _ in range(rng.choice([0, 0, 1, 2, 5]))]
        names = names if repeats else list(dict.fromkeys(names))
        scheme = rng.choice(["http", "https"])
        host = rng.choice(HOSTS)
        headers = [(rng.choice(HEADERS), rng.choice(VALUES)) for _ in range(rng.randrange(5))]
        headers += [(rng.choice(UNSIGNED_HEADERS), "x")] * rng.randrange(2)
        if is_s3 and rng.random() < 0.5:
            headers.append(("Content-MD5", "abc"))
        request = OutgoingRequest(
            method=rng.choice(["GET", "POST", "PUT", "DELETE"]),
            scheme=scheme,
            host=host,
            path="/" + "/".join(rng.choice(SEGMENTS) for _ in range(rng.choice([0, 0, 1, 3, 5]))),
            query=[(name, rng.choice(TEXTS)) for name in names],
            headers=headers,
            body=rng.choice([b"", b"{}", b"<a>\xff</a>", "ü".encode() * 50]),
        )
        yield Case(
            request=request,
            scheme=AuthScheme(
                name="sigv4",
                signing_name="s3" if is_s3 else rng.choice(["sts", "execute-api"]),
                region=rng.choice(["us-east-1", "eu-west-1"]),
                double_encodes=not is_s3,
            ),
            keys=Credentials(
                access_key="AKID" + rng.choice(["", "ä"]),
                secret_key=rng.choice(["SECRET", "s/+ü"]),
                session_token=rng.choice([None, "TOKEN/+=="]),
            ),
            at=datetime(2024, rng.randrange(1, 13), rng.randrange(1, 29), rng.randrange(24), 5, 9, 999, tzinfo=UTC),
            unsigned=rng.random() < 0.2,
            streams=is_s3 and rng.random() < 0.5,
            signs_payload=rng.choice([None, None, True, False]) if is_s3 else None,
        )


def theirs(case: Case, make: Callable[..., Any], **more: Any) -> AWSRequest:
    """The request as botocore signs it, by a signer that `make` makes of credentials, service and region."""
    request = case.request
    # botocore leaves out the ports that are usual, which hosts here never have.
    url = f"{request.scheme}://{request.host}{request.path}"
    if request.query:
        url = f"{url}?{encode_query(request.query)}"
    signed = AWSRequest(method=request.method, url=url, data=request.body)
    for name, value in request.headers:
        signed.headers.add_header(name, value)
    signed.context["has_streaming_input"] = case.streams
    signed.context["payload_signing_enabled"] = not case.unsigned
    if case.signs_payload is not None:
        signed.context["client_config"] = type("Config", (), {"s3": {"payload_signing_enabled": case.signs_payload}})
    keys = Theirs(case.keys.access_key, case.keys.secret_key, case.keys.session_token)
    with patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: case.at.replace(tzinfo=None)):
        make(keys, case.scheme.signing_name, case.scheme.region, **more).add_auth(signed)
    return signed


def added(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> dict[str, str]:
    """The headers that signing has added, by their lower-case names."""
    return {name.lower(): value for name, value in after[len(before) :]}

"""The functions that rules of endpoints call, beside botocore's; and what no request can be sent to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.endpoint_provider import RuleSetStandardLibrary
from botocore.loaders import Loader

from botobind.io.engine import rulefunctions as rules
from botobind.io.engine.partitions import PARTITIONS, partition_of
from botobind.io.faults import EndpointUnknown

THEIRS = json.loads((Path(Loader.BUILTIN_DATA_PATH) / "partitions.json").read_bytes())
LIBRARY = RuleSetStandardLibrary(THEIRS)
TEXTS = [
    *("", "a", "a-b", "-a", "a-", "A", "a.b", "a..b", ".a", "ab", "abc", "127.0.0.1", "x" * 63, "x" * 64, "é", "a_b"),
    *(
        "a b",
        "a/b",
        "%",
        "arn",
        "arn:aws:s3:::b",
        "arn:aws:s3:r:1:a/b:c",
        "arn::s3:r:1:a",
        "arn:aws:s3:r:1:",
        "arn:a:b",
    ),
    *("http://a", "https://a:80/b/../c/", "http://a:x", "ftp://a", "http://a?b", "http://[::1]/x y", "https://1.2.3.4"),
    *("http://", "http:///x", "http://a/b//c/./d", "https://A/b", "http://u:p@h/"),
]


def _plain(found: Any) -> Any:
    """What botocore has for a result of ours."""
    if isinstance(found, rules.Arn):
        return {
            "partition": found.partition,
            "service": found.service,
            "region": found.region,
            "accountId": found.account_id,
            "resourceId": [*found.resource_id],
        }
    if isinstance(found, rules.Url):
        return {
            "scheme": found.scheme,
            "authority": found.authority,
            "path": found.path,
            "normalizedPath": found.normalized_path,
            "isIp": found.is_ip,
        }
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_functions_give_what_botocore_has(text: str) -> None:
    assert _plain(rules.parse_arn(text)) == LIBRARY.aws_parse_arn(text)
    assert rules.uri_encode(text) == LIBRARY.uri_encode(text)
    for flag in (True, False):
        assert rules.is_host_label(text, flag) == LIBRARY.is_valid_host_label(text, flag)
        assert rules.is_virtual_bucket(text, flag) == LIBRARY.aws_is_virtual_hostable_s3_bucket(text, flag)
        for start, stop in ((0, 1), (0, 3), (2, 4), (3, 3), (5, 2)):
            assert rules.substring(text, start, stop, flag) == LIBRARY.substring(text, start, stop, flag)
    if text not in ("http://", "http:///x"):  # of which botocore fails
        assert _plain(rules.parse_url(text)) == LIBRARY.parse_url(text)


@pytest.mark.parametrize("text", ["a\n", "\u0661", "http://[::1", "http://", "http:///x"])
def test_what_botocore_passes_or_fails_of_is_nothing(text: str) -> None:
    assert not rules.is_host_label(text, False)
    assert not rules.is_virtual_bucket(text * 3, False)
    assert rules.parse_url(text) is None


@pytest.mark.parametrize("port", ["65536", "99999"])
@pytest.mark.parametrize("host", ["a.example", "127.0.0.1", "[::1]"])
def test_ports_that_there_are_not(host: str, port: str) -> None:
    """Systems take the last 16 bits, and connect to what nobody has named."""
    with pytest.raises(rules.EndpointUnknown):
        rules.endpoint(f"https://{host}:{port}/x")
    assert rules.endpoint(f"https://{host}:65535").host == f"{host}:65535"
    assert rules.endpoint("https://99999").host == "99999"


def test_what_is_encoded_stays_so() -> None:
    found = rules.parse_url("https://a/%41/b c")
    assert found is not None
    assert found.normalized_path == "/%41/b%20c/"


def test_what_is_absent_leads_to_nothing() -> None:
    assert rules.partition(None) is rules.parse_arn(None) is rules.parse_url(None) is rules.uri_encode(None) is None
    assert rules.substring(None, 0, 1, False) is rules.item(None, 0) is rules.item(("a",), 1) is None
    assert not rules.is_host_label(None, True)
    assert not rules.is_virtual_bucket(None, True)


def test_partitions_are_those_of_botocore() -> None:
    assert [each.name for each in PARTITIONS] == [each["id"] for each in THEIRS["partitions"]]
    for each in THEIRS["partitions"]:
        for region in (*each["regions"], f"{each['id']}-global", "moon", "us-east-1x", "us-moon-7", "cn-moon-1"):
            found, said = partition_of(region), LIBRARY.aws_partition(region)
            assert {
                "name": found.name,
                "dnsSuffix": found.dns_suffix,
                "dualStackDnsSuffix": found.dual_stack_dns_suffix,
                "implicitGlobalRegion": found.implicit_global_region,
                "supportsFIPS": found.supports_fips,
                "supportsDualStack": found.supports_dual_stack,
            } == said


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://a.b", ("https", "a.b", "")),
        ("https://a.b/", ("https", "a.b", "/")),
        ("https://a.b:443/c/d/", ("https", "a.b", "/c/d/")),
        ("http://a.b:80", ("http", "a.b", "")),
        ("http://a.b:443", ("http", "a.b:443", "")),
        ("http://[::1]:8000/x%20y", ("http", "[::1]:8000", "/x%20y")),
    ],
)
def test_urls_are_taken_apart(url: str, place: tuple[str, str, str]) -> None:
    found = rules.endpoint(url)
    assert (found.scheme, found.host, found.path) == place


@pytest.mark.parametrize(
    "url",
    [
        *("", "a.b", "ftp://a", "https://", "https:///x", "https://a b", "https://u:p@a", "https://a?b", "https://a#b"),
        *("https://a/b?c", "https://a/b#c", "https://a:port", "https://a\r\nb", "https://a/b\r\nc", "https://a\\b"),
        *("https://x.[::1]", "https://é.com", "HTTPS://a", "//a"),
    ],
)
def test_what_no_request_can_be_sent_to_is_no_endpoint(url: str) -> None:
    with pytest.raises(EndpointUnknown, match="expected the URL of an endpoint"):
        rules.endpoint(url)

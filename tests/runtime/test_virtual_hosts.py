"""Buckets in the names of hosts: S3's own endpoints, and those of a server of one's own."""

from __future__ import annotations

import pytest
from attrs import evolve

from botobind.http import HttpRequest
from botobind_services import s3


def request(host: str, target: str = "/key", method: str = "GET") -> HttpRequest:
    return HttpRequest.of_target(method, target, {"Host": host})


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("b.s3.amazonaws.com", "b"),
        ("b.s3.us-west-2.amazonaws.com", "b"),
        ("b.s3-us-west-2.amazonaws.com:443", "b"),
        ("b.s3.cn-north-1.amazonaws.com.cn", "b"),
        ("b.s3.dualstack.us-gov-west-1.amazonaws.com", "b"),
        ("b.s3-fips.dualstack.us-east-1.amazonaws.com", "b"),
        ("b.s3-accelerate.amazonaws.com", "b"),
        ("b.s3-accelerate.dualstack.amazonaws.com", "b"),
        ("My.Dotted.bucket.S3.amazonaws.com", "My.Dotted.bucket"),
        ("s3.s3.amazonaws.com", "s3"),
        ("b_1.s3.amazonaws.com", "b_1"),
    ],
)
def test_endpoints_of_s3(host: str, bucket: str) -> None:
    given = request(host)
    match = s3.router.match(given)
    assert match.operation is s3.endpoints.GetObject
    for each in (given, match.request):
        read = match.operation.of_request(each)
        assert (read.bucket, read.key) == (bucket, "key")
    assert match.request.headers["host"] == host[len(bucket) + 1 :]


@pytest.mark.parametrize(
    "host",
    ["s3.amazonaws.com", "s3.us-west-2.amazonaws.com", "localhost:9000", "xs3.amazonaws.com",
     "b.s3.amazonaws.com.example", "b.s3.example.com",
     "b.s3-website-us-east-1.amazonaws.com", "", "b.s3.amazonaws.com, s3.amazonaws.com"],
)  # fmt: skip
def test_other_hosts_leave_the_path_as_it_is(host: str) -> None:
    given = request(host, "/b/key")
    match = s3.router.match(given)
    assert match.request is given
    assert match.operation.of_request(given).bucket == "b"


@pytest.mark.parametrize(
    ("target", "method", "name"),
    [
        ("/", "GET", "ListObjects"),
        ("/?list-type=2", "GET", "ListObjectsV2"),
        ("/", "PUT", "CreateBucket"),
        ("/?tagging", "GET", "GetBucketTagging"),
        ("/a/b%20c?tagging", "DELETE", "DeleteObjectTagging"),
        ("//", "PUT", "PutObject"),
    ],
)
def test_operations_by_virtual_host(target: str, method: str, name: str) -> None:
    match = s3.router.match(request("b.s3.amazonaws.com", target, method))
    assert match.operation.name == name
    assert match.operation.of_request(match.request).bucket == "b"


def test_hosts_of_ones_own() -> None:
    router = evolve(s3.router, hosts=("s3.localhost", "localhost"))
    match = router.match(request("b.localhost:9000"))
    assert (match.operation.name, match.operation.of_request(match.request).bucket) == ("GetObject", "b")
    assert router.match(request("localhost:9000", "/")).operation.name == "ListBuckets"
    assert router.match(request("s3.localhost", "/")).operation.name == "ListBuckets"
    assert router.match(request("b.s3.localhost", "/")).request.path == "/b"
    assert router.match(request("b.s3.amazonaws.com", "/")).request.path == "/b"

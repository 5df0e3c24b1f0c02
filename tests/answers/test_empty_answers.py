"""Answers of success without a body: broken off where XML is due, whole where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.models import list_of, model, structure

from botobind.errors import ResponseError
from botobind.http import HttpResponse
from botobind_services import cloudwatch, dynamodb, s3, sts
from botobind_services import lambda_ as functions

Generate = Callable[..., Any]

BROKEN_OFF = [
    (s3.endpoints.CopyObject, "rest-xml"),
    (s3.endpoints.CompleteMultipartUpload, "rest-xml"),
    (s3.endpoints.UploadPartCopy, "rest-xml"),
    (s3.endpoints.ListObjectsV2, "rest-xml"),
    (s3.endpoints.GetObjectTagging, "rest-xml"),
    (s3.endpoints.GetBucketLocation, "rest-xml"),
    (sts.endpoints.AssumeRole, "query"),
    (cloudwatch.endpoints.ListMetrics, "query"),
]


@pytest.mark.parametrize(("operation", "protocol"), BROKEN_OFF)
@pytest.mark.parametrize("body", [b"", b" \n", b"\xef\xbb\xbf"])
def test_no_document_where_one_is_due(operation: Any, protocol: str, body: bytes) -> None:
    response = HttpResponse(status=200, headers={"x-amz-request-id": "r"}, body=body)
    with pytest.raises(ResponseError) as refused:
        operation.of_response(response, protocol=protocol)
    assert (refused.value.status, refused.value.body, refused.value.request_id) == (200, body, "r")


WHOLE = [
    (s3.endpoints.PutObject, "rest-xml", 200, s3.PutObjectOutput()),
    (s3.endpoints.HeadObject, "rest-xml", 200, s3.HeadObjectOutput(metadata={})),
    (s3.endpoints.GetObject, "rest-xml", 200, s3.GetObjectOutput(body=b"", metadata={})),
    (s3.endpoints.GetBucketPolicy, "rest-xml", 200, s3.GetBucketPolicyOutput()),
    (s3.endpoints.DeleteObject, "rest-xml", 204, s3.DeleteObjectOutput()),
    (s3.endpoints.PutObjectTagging, "rest-xml", 200, s3.PutObjectTaggingOutput()),
    (s3.endpoints.CreateBucket, "rest-xml", 200, s3.CreateBucketOutput()),
    (s3.endpoints.DeleteBucket, "rest-xml", 204, None),
    (s3.endpoints.ListObjectsV2, "rest-xml", 204, s3.ListObjectsV2Output()),
    (cloudwatch.endpoints.PutMetricData, "query", 200, None),
    (cloudwatch.endpoints.ListMetrics, "query", 204, cloudwatch.ListMetricsOutput()),
    # In JSON an absent document is one without members, as the AWS SDKs read it.
    (functions.endpoints.ListFunctions, "rest-json", 200, functions.ListFunctionsResponse()),
    (dynamodb.endpoints.ListTables, "json", 200, dynamodb.ListTablesOutput()),
]


@pytest.mark.parametrize(("operation", "protocol", "status", "output"), WHOLE)
def test_nothing_where_nothing_is_due(operation: Any, protocol: str, status: int, output: object) -> None:
    assert operation.of_response(HttpResponse(status=status), protocol=protocol) == output


def _empty_model(protocol: str) -> Any:
    def operation(name: str, output: str, method: str = "POST") -> dict[str, Any]:
        return {"name": name, "http": {"method": method, "requestUri": f"/{name}"}, "output": {"shape": output}}

    shapes = {
        "Listed": structure(Items="Items"),
        "Items": list_of("Text"),
        "Nothing": structure(),
        "Head": {"type": "structure", "members": {"Size": {"shape": "Size", "location": "header"}}},
        "Mixed": {
            "type": "structure",
            "members": {"Size": {"shape": "Size", "location": "header"}, "Name": {"shape": "Text"}},
        },
        "Choice": {**structure(A="Text"), "union": True},
        "Chosen": {"type": "structure", "members": {"Choice": {"shape": "Choice"}}, "payload": "Choice"},
    }
    operations = {
        "List": operation("List", "Listed"),
        "Look": operation("Look", "Listed", "HEAD"),
        "Do": operation("Do", "Nothing"),
        "Measure": operation("Measure", "Head"),
        "Mix": operation("Mix", "Mixed"),
        "Choose": operation("Choose", "Chosen"),
    }
    return model(shapes, protocol, operations)


@pytest.mark.parametrize(
    ("protocol", "refused"),
    [
        ("rest-xml", {"List", "Mix"}),
        ("query", {"List", "Look", "Measure", "Mix", "Choose"}),
        ("ec2", {"List", "Look", "Measure", "Mix", "Choose"}),
        ("rest-json", set()),
        ("json", set()),
    ],
)
def test_which_answers_have_a_document(generate_once: Generate, protocol: str, refused: set[str]) -> None:
    operations = generate_once(_empty_model(protocol)).endpoints.OPERATIONS
    found = set()
    for name, operation in operations.items():
        try:
            operation.of_response(HttpResponse(status=200))
        except ResponseError:
            found.add(name)
    assert found == refused


def test_our_server_leaves_no_document_out() -> None:
    response = s3.endpoints.CopyObject.to_response(s3.CopyObjectOutput(version_id="v"))
    assert response.body == b'<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
    read = s3.endpoints.CopyObject.of_response(response)
    assert read == s3.CopyObjectOutput(version_id="v", copy_object_result=s3.CopyObjectResult())

"""Operations take the values that are theirs, and give the classes that are theirs."""

from typing import reveal_type

from botobind.http import HttpRequest, HttpResponse
from botobind.operations import Operation
from botobind_services import dynamodb, s3
from botobind_services import partnercentral_selling as selling
from botobind_services.dynamodb.endpoints import GetItem
from botobind_services.partnercentral_selling.endpoints import AssignOpportunity


def client(response: HttpResponse) -> None:
    reveal_type(GetItem.to_request(dynamodb.GetItemInput(table_name="books", key={})))
    # reveals HttpRequest
    reveal_type(s3.endpoints.CreateBucket.of_response(response, protocol="rest-xml"))
    # reveals CreateBucketOutput | BucketAlreadyExists | BucketAlreadyOwnedByYou | UnknownOperationError
    GetItem.to_request(dynamodb.PutItemInput(table_name="books", item={}))
    # mypy says [arg-type] Argument 1 … incompatible type "PutItemInput"; expected "GetItemInput"
    # pyright says [reportArgumentType] Argument of type "PutItemInput" … "value" of type "GetItemInput"
    GetItem.to_request({"TableName": "books", "Key": {}})
    # mypy says [arg-type] Argument 1 … incompatible type "dict[str, Collection[str]]"; expected "GetItemInput"
    # pyright says [reportArgumentType] "dict[str, str | dict[Any, Any]]" … "value" of type "GetItemInput"
    GetItem.to_request(dynamodb.GetItemInput)
    # mypy says [arg-type] Argument 1 … incompatible type "type[GetItemInput]"; expected "GetItemInput"
    # pyright says [reportArgumentType] Argument of type "type[GetItemInput]" … "value" of type "GetItemInput"
    GetItem.to_request(None)
    # mypy says [arg-type] Argument 1 … incompatible type "None"; expected "GetItemInput"
    # pyright says [reportArgumentType] Argument of type "None" … "value" of type "GetItemInput"
    GetItem.to_request()
    # mypy says [call-arg] Missing positional argument "value"
    # pyright says [reportCallIssue] Argument missing for parameter "value"
    GetItem.of_response(b"{}")
    # mypy says [arg-type] Argument 1 … incompatible type "bytes"; expected "HttpResponse"
    # pyright says [reportArgumentType] Argument of type "Literal[b"{}"]" … "response" of type "HttpResponse"
    GetItem.of_response(200, b"{}")
    # mypy says [call-arg] Too many positional arguments
    # mypy says [arg-type] Argument 1 … incompatible type "int"; expected "HttpResponse"
    # mypy says [arg-type] Argument 2 … incompatible type "bytes"; expected "str | None"
    # pyright says [reportCallIssue] Expected 1 positional argument


def server(request: HttpRequest, error: dynamodb.ResourceNotFoundException) -> None:
    reveal_type(GetItem.of_request(request))
    # reveals GetItemInput
    reveal_type(GetItem.to_response(dynamodb.GetItemOutput()))
    # reveals HttpResponse
    reveal_type(GetItem.error_to_response(error, request_id="1"))
    # reveals HttpResponse
    GetItem.to_response(dynamodb.PutItemOutput())
    # mypy says [arg-type] Argument 1 … incompatible type "PutItemOutput"; expected "GetItemOutput"
    # pyright says [reportArgumentType] Argument of type "PutItemOutput" … "value" of type "GetItemOutput"
    GetItem.to_response(error)
    # mypy says [arg-type] Argument 1 … incompatible type "ResourceNotFoundException"; expected "GetItemOutput"
    # pyright says [reportArgumentType] Argument of type "ResourceNotFoundException" … "value" of type "GetItemOutput"
    GetItem.to_response()
    # mypy says [call-arg] Missing positional argument "value"
    # pyright says [reportCallIssue] Argument missing for parameter "value"
    GetItem.error_to_response(dynamodb.GetItemOutput())
    # mypy says [arg-type] Argument 1 … incompatible type "GetItemOutput"; expected "…UnknownOperationError"
    # pyright says [reportArgumentType] Argument of type "GetItemOutput" … "error" of type "GetItem"
    GetItem.error_to_response(dynamodb.BackupInUseException())
    # mypy says [arg-type] Argument 1 … incompatible type "BackupInUseException"; expected "…UnknownOperationError"
    # pyright says [reportArgumentType] Argument of type "BackupInUseException" … "error" of type "GetItem"
    GetItem.error_to_response(ValueError("no such book"))
    # mypy says [arg-type] Argument 1 … incompatible type "ValueError"; expected "…UnknownOperationError"
    # pyright says [reportArgumentType] Argument of type "ValueError" … "error" of type "GetItem"
    GetItem.of_request(HttpResponse())
    # mypy says [arg-type] Argument 1 … incompatible type "HttpResponse"; expected "HttpRequest"
    # pyright says [reportArgumentType] Argument of type "HttpResponse" … "request" of type "HttpRequest"


def protocols(response: HttpResponse) -> None:
    request = dynamodb.GetItemInput(table_name="books", key={})
    GetItem.to_request(request, protocol=None)
    GetItem.to_request(request, protocol=1)
    # mypy says [arg-type] Argument "protocol" … incompatible type "int"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[1]" … "protocol" of type "str | None"
    GetItem.to_request(request, "json")
    # mypy says [call-arg] Too many positional arguments
    # pyright says [reportCallIssue] Expected 1 positional argument
    GetItem.of_response(response, protocol=b"json")
    # mypy says [arg-type] Argument "protocol" … incompatible type "bytes"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[b"json"]" … "protocol" of type "str | None"
    GetItem.of_response(response, protocols="json")
    # mypy says [call-arg] Unexpected keyword argument "protocols" … did you mean "protocol"?
    # pyright says [reportCallIssue] No parameter named "protocols"
    GetItem.to_response(dynamodb.GetItemOutput(), protocol=("json",))
    # mypy says [arg-type] Argument "protocol" … incompatible type "tuple[str]"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "tuple[Literal['json']]" … "protocol" of type "str | None"
    GetItem.to_response(dynamodb.GetItemOutput(), request_id=1)
    # mypy says [arg-type] Argument "request_id" … incompatible type "int"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[1]" … "request_id" of type "str | None"


def without_output(response: HttpResponse) -> None:
    reveal_type(AssignOpportunity.output)
    # reveals type[None] | None
    reveal_type(AssignOpportunity.to_response())
    # reveals HttpResponse
    reveal_type(AssignOpportunity.to_response(None))
    # reveals HttpResponse
    AssignOpportunity.to_response(selling.StartEngagementByAcceptingInvitationTaskResponse())
    # mypy says [call-overload] No overload variant of "to_response" … argument type "Start…Response"
    # pyright says [reportCallIssue] No overloads for "to_response" match the provided arguments
    # pyright says [reportArgumentType] "StartEngagementByAcceptingInvitationTaskResponse" … "value" of type "None"
    answer = AssignOpportunity.of_response(response)
    if answer is None:
        return
    reveal_type(answer.code)
    # reveals str
    AssignOpportunity.to_request()
    # mypy says [call-arg] Missing positional argument "value"
    # pyright says [reportCallIssue] Argument missing for parameter "value"


def without_input(operation: Operation[None, dynamodb.GetItemOutput, selling.ThrottlingException]) -> None:
    reveal_type(operation.to_request())
    # reveals HttpRequest
    reveal_type(operation.input)
    # reveals type[None] | None
    operation.to_request(dynamodb.GetItemInput(table_name="books", key={}))
    # mypy says [call-overload] No overload variant of "to_request" of "Operation" matches argument type "GetItemInput"
    # pyright says [reportCallIssue] No overloads for "to_request" match the provided arguments
    # pyright says [reportArgumentType] Argument of type "GetItemInput" … "value" of type "None"


def classes() -> None:
    reveal_type(GetItem.input)
    # reveals type[GetItemInput] | None
    reveal_type(GetItem.output)
    # reveals type[GetItemOutput] | None
    reveal_type(s3.endpoints.AbortMultipartUpload.errors)
    # reveals tuple[type[NoSuchUpload] | type[UnknownOperationError], ...]
    reveal_type(GetItem.protocols)
    # reveals tuple[str, ...]
    reveal_type(GetItem.status)
    # reveals int
    reveal_type(s3.endpoints.AbortMultipartUpload.error_of_json("NoSuchUpload", {}))
    # reveals NoSuchUpload | UnknownOperationError
    GetItem.name = "Get"
    # mypy says [misc] Property "name" defined in "_Description" is read-only
    # pyright says [reportAttributeAccessIssue] Attribute "name" is read-only
    GetItem.endpoint
    # mypy says [attr-defined] "Operation[… has no attribute "endpoint"
    # pyright says [reportAttributeAccessIssue] Attribute "endpoint" is unknown
    wrong: Operation[s3.Bucket, s3.Bucket, s3.NoSuchUpload] = s3.endpoints.AbortMultipartUpload
    # mypy says [assignment] "Operation[Ab…Request, …", variable has type "Operation[Bucket, Bucket, NoSuchUpload]"
    # pyright says [reportAssignmentType] "Operation[Ab…Request, …" is not … "Operation[Bucket, Bucket, NoSuchUpload]"
    print(wrong)

"""The methods of clients take the members of their operation's input, and give its output or its errors."""

from typing import reveal_type

import botobind.io
from botobind.http import HttpRequest, HttpResponse
from botobind.testing import fake
from botobind_services import dynamodb, s3
from botobind_services import partnercentral_selling as selling


def carried(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Path": request.path})


def calls(ridden: object) -> None:
    client = dynamodb.io.Client(ridden)
    found = client.get_item(table_name="books", key={"isbn": dynamodb.AttributeValue(s="1")})
    reveal_type(found)
    # reveals GetItemOutput
    reveal_type(found.item)
    # reveals dict[str, AttributeValue] | None
    request = dynamodb.DescribeTableInput(table_name="books")
    reveal_type(client.describe_table.send(request))
    # reveals DescribeTableOutput
    reveal_type(client.describe_table.result(request))
    # reveals DescribeTableOutput | ResourceNotFoundException | InternalServerError | UnknownOperationError
    reveal_type(client.describe_limits())
    # reveals DescribeLimitsOutput
    reveal_type(selling.io.Client(ridden).assign_opportunity)
    # mypy reveals Call[[*, catalog: str, identifier: str, assignee: AssigneeContact], AssignOpportunityRequest, None, …
    # pyright reveals Call[(*, catalog: str, identifier: str, assignee: AssigneeContact), AssignOpportunityRequest, …
    with s3.io.Client(transport=carried) as buckets:
        reveal_type(buckets)
        # reveals Client
        reveal_type(buckets.list_buckets().buckets)
        # reveals list[Bucket] | None
    client.get_item(tablename="books", key={})
    # mypy says [call-arg] Unexpected keyword argument "tablename" for "__call__" of "Call"; did you mean "table_name"?
    # pyright says [reportCallIssue] No parameter named "tablename"
    # pyright says [reportCallIssue] Argument missing for parameter "table_name"
    client.get_item(table_name=3, key={})
    # mypy says [arg-type] Argument "table_name" … incompatible type "int"; expected "str"
    # pyright says [reportArgumentType] Argument of type "Literal[3]" … "table_name" of type "str"
    client.describe_limits(table_name="books")
    # mypy says [call-arg] Unexpected keyword argument "table_name"
    # pyright says [reportCallIssue] No parameter named "table_name"
    client.get_item.send(dynamodb.PutItemInput(table_name="books", item={}))
    # mypy says [arg-type] Argument 1 … incompatible type "PutItemInput"; expected "GetItemInput"
    # pyright says [reportArgumentType] Argument of type "PutItemInput" … "request" of type "GetItemInput"
    client.get_itm(table_name="books", key={})
    # mypy says [attr-defined] "Client" has no attribute "get_itm"
    # pyright says [reportAttributeAccessIssue] Cannot access attribute "get_itm" for class "Client"


def makes(ridden: object) -> None:
    s3.io.Client(transport=carried)
    s3.io.Client(ridden, transport=carried)
    s3.io.Client(client=ridden)
    # mypy says [call-arg] Unexpected keyword argument "client"
    # pyright says [reportCallIssue] No parameter named "client"
    s3.io.Client(transport=s3.Bucket)
    # mypy says [arg-type] Argument "transport" … incompatible type "type[Bucket]"
    # pyright says [reportArgumentType] Argument of type "type[Bucket]"


def single(ridden: object, request: dynamodb.GetItemInput) -> None:
    reveal_type(botobind.io.send(ridden, dynamodb.endpoints.GetItem, request))
    # reveals GetItemOutput
    botobind.io.send(ridden, dynamodb.endpoints.PutItem, request)
    # mypy says [misc] Cannot infer value of type parameter "Input" of "send"
    # pyright says [reportArgumentType] "GetItemInput" is not assignable to "PutItemInput"


async def awaited() -> None:
    async with dynamodb.io.AsyncClient(transport=fake(dynamodb)) as client:
        reveal_type(client)
        # reveals AsyncClient
        reveal_type(await client.get_item(table_name="books", key={}))
        # reveals GetItemOutput
        reveal_type(await client.get_item.result(dynamodb.GetItemInput(table_name="books", key={})))
        # reveals GetItemOutput | ProvisionedThroughputExceededException | … | UnknownOperationError
        await client.get_item(tablename="books", key={})
        # mypy says [call-arg] Unexpected keyword argument "tablename" for "__call__" of "AsyncCall"
        # pyright says [reportCallIssue] No parameter named "tablename"
        # pyright says [reportCallIssue] Argument missing for parameter "table_name"
    dynamodb.io.AsyncClient(transport=carried)
    # mypy says [arg-type] Argument "transport" … incompatible type "Callable[[HttpRequest], HttpResponse]"
    # pyright says [reportArgumentType] Argument of type "(request: HttpRequest) -> HttpResponse"


def fakes() -> None:
    service = fake(dynamodb, {"GetItem": lambda _: dynamodb.GetItemOutput()})
    reveal_type(service.requests(dynamodb.endpoints.GetItem))
    # reveals list[GetItemInput]
    dynamodb.io.Client(transport=service)

    @service.on(dynamodb.endpoints.PutItem)
    def put_item(request: dynamodb.PutItemInput) -> dynamodb.PutItemOutput:
        return dynamodb.PutItemOutput(attributes=request.item)

    @service.on(dynamodb.endpoints.GetItem)
    # mypy says [arg-type] incompatible type "Callable[[PutItemInput], PutItemOutput]"
    # pyright says [reportArgumentType] "(request: PutItemInput) -> PutItemOutput"
    def get_item(request: dynamodb.PutItemInput) -> dynamodb.PutItemOutput:
        return dynamodb.PutItemOutput(attributes=request.item)

    reveal_type(put_item)
    # mypy reveals def (PutItemInput) -> …
    # pyright reveals (PutItemInput) -> (PutItemOutput | ConditionalCheckFailedException | …
    print(get_item)

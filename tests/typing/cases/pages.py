"""Pages and waiters give what their operation has, and take nothing else."""

from collections.abc import Awaitable
from typing import Any, reveal_type

from botobind.operations import Operation
from botobind.pages import items, items_async, iterate, iterate_async
from botobind.waiters import wait, wait_async
from botobind_services import dynamodb, lambda_, s3, sts
from botobind_services.dynamodb.endpoints import ListTables, Query
from botobind_services.s3.endpoints import ListObjectsV2


def send(operation: Operation[Any, Any, Any], request: Any) -> Any:
    return operation, request


def send_async(operation: Operation[Any, Any, Any], request: Any) -> Awaitable[Any]:
    raise NotImplementedError(operation, request)


def pages(request: s3.ListObjectsV2Request, output: s3.ListObjectsV2Output) -> None:
    reveal_type(ListObjectsV2.next_input(request, output))
    # reveals ListObjectsV2Request | None
    reveal_type(ListObjectsV2.pages)
    # reveals Pages[ListObjectsV2Request, ListObjectsV2Output, Object]
    reveal_type(ListObjectsV2.pages.items(output))
    # reveals Iterator[Object]
    reveal_type(ListObjectsV2.pages.items(output, "common_prefixes"))
    # reveals Iterator[Any]
    reveal_type(ListTables.pages.items(dynamodb.ListTablesOutput()))
    # reveals Iterator[str]
    reveal_type(sts.endpoints.GetCallerIdentity.pages)
    # reveals Pages[GetCallerIdentityRequest, GetCallerIdentityResponse, Any] | None
    ListObjectsV2.next_input(request, dynamodb.QueryOutput())
    # mypy says [arg-type] Argument 2 … incompatible type "QueryOutput"; expected "ListObjectsV2Output"
    # pyright says [reportArgumentType] Argument of type "QueryOutput" … "output" of type "ListObjectsV2Output"
    sts.endpoints.GetCallerIdentity.pages.items(sts.GetCallerIdentityResponse())
    # mypy says [union-attr] Item "None" … has no attribute "items"
    # pyright says [reportOptionalMemberAccess] "items" is not a known attribute of "None"


def loops(request: s3.ListObjectsV2Request) -> None:
    for page in iterate(send, ListObjectsV2, request, page_size=10):
        reveal_type(page)
        # reveals ListObjectsV2Output
    for item in items(send, Query, dynamodb.QueryInput(table_name="t")):
        reveal_type(item)
        # reveals dict[str, AttributeValue]
    items(send, sts.endpoints.GetCallerIdentity, sts.GetCallerIdentityRequest())
    # mypy says [arg-type] Argument 2 … incompatible type "Operation[…"; expected "PagedOperation[…"
    # pyright says [reportArgumentType] Argument of type "Operation[…" … "operation" of type "PagedOperation[…"
    iterate(send_async, ListObjectsV2, dynamodb.QueryInput(table_name="t"))
    # mypy says [misc] Cannot infer
    # pyright says [reportArgumentType] Argument of type "QueryInput"


async def loops_async(request: s3.ListObjectsV2Request) -> None:
    async for page in iterate_async(send_async, ListObjectsV2, request):
        reveal_type(page)
        # reveals ListObjectsV2Output
    async for item in items_async(send_async, ListObjectsV2, request):
        reveal_type(item)
        # reveals Object


async def waiting(request: dynamodb.DescribeTableInput) -> None:
    reveal_type(dynamodb.waiters.table_exists.operation.output)
    # reveals type[DescribeTableOutput] | None
    reveal_type(dynamodb.waiters.table_exists.state_of(dynamodb.DescribeTableOutput()))
    # mypy reveals Literal['success'] | Literal['failure'] | Literal['retry'] | None
    # pyright reveals Literal['success', 'failure', 'retry'] | None
    reveal_type(wait(send, dynamodb.waiters.table_exists, request, max_wait=300))
    # reveals DescribeTableOutput | ResourceNotFoundException | InternalServerError | UnknownOperationError
    reveal_type(await wait_async(send_async, dynamodb.waiters.table_exists, request))
    # reveals DescribeTableOutput | ResourceNotFoundException | InternalServerError | UnknownOperationError
    wait(send, lambda_.waiters.function_active, request)
    # mypy says [misc] Cannot infer
    # pyright says [reportArgumentType] Argument of type "DescribeTableInput"
    dynamodb.waiters.table_exist
    # mypy says [attr-defined] has no attribute "table_exist"
    # pyright says [reportAttributeAccessIssue] "table_exist" is not a known attribute
    sts.waiters
    # mypy says [attr-defined] has no attribute "waiters"
    # pyright says [reportAttributeAccessIssue] "waiters" is not a known attribute

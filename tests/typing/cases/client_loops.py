"""Loops over pages, waits, presigned URLs and transfers of clients take the members of an input, or an input."""

from typing import reveal_type

from botobind.http import HttpRequest, HttpResponse
from botobind.io.transfers import TransferConfig
from botobind.testing import fake
from botobind.waiters import Attempt
from botobind_services import dynamodb, s3, sts


def carried(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Path": request.path})


def pages() -> None:
    client = dynamodb.io.Client(transport=carried)
    for page in client.query.pages(table_name="books"):
        reveal_type(page)
        # reveals QueryOutput
    for item in client.query.items(table_name="books"):
        reveal_type(item)
        # reveals dict[str, AttributeValue]
    for name in client.list_tables.items():
        reveal_type(name)
        # reveals str
    reveal_type(client.query(table_name="books"))
    # reveals QueryOutput
    found = client.query.limited(page_size=10, max_items=100).items(table_name="books")
    reveal_type(found)
    # reveals ItemIterator[dict[str, AttributeValue]]
    reveal_type(found.resume_token)
    # reveals str | None
    reveal_type(client.query.pages_of(dynamodb.QueryInput(table_name="books")))
    # reveals PageIterator[QueryOutput]
    client.query.pages(tablename="books")
    # mypy says [call-arg] Unexpected keyword argument "tablename" for "pages" of "PagedCall"
    # pyright says [reportCallIssue] No parameter named "tablename"
    # pyright says [reportCallIssue] Argument missing for parameter "table_name"
    client.query.items(table_name=3)
    # mypy says [arg-type] Argument "table_name" to "items" … incompatible type "int"; expected "str"
    # pyright says [reportArgumentType] Argument of type "Literal[3]" … "table_name" of type "str"
    client.query.limited(pagesize=10)
    # mypy says [call-arg] Unexpected keyword argument "pagesize"
    # pyright says [reportCallIssue] No parameter named "pagesize"
    client.query.items_of(dynamodb.ScanInput(table_name="books"))
    # mypy says [arg-type] Argument 1 … incompatible type "ScanInput"; expected "QueryInput"
    # pyright says [reportArgumentType] Argument of type "ScanInput" … "request" of type "QueryInput"
    client.get_item.items(table_name="books", key={})
    # mypy says [attr-defined] "Call[…" has no attribute "items"
    # pyright says [reportAttributeAccessIssue] Cannot access attribute "items" for class "Call[…


def told(attempt: Attempt) -> None:
    print(attempt.number)


def waits() -> None:
    client = dynamodb.io.Client(transport=carried)
    reveal_type(client.wait.table_exists(table_name="books", max_wait=300, progress=told))
    # reveals DescribeTableOutput
    reveal_type(client.wait.table_not_exists(table_name="books"))
    # reveals ResourceNotFoundException | InternalServerError | UnknownOperationError
    reveal_type(s3.io.Client(transport=carried).wait.bucket_exists(bucket="box"))
    # reveals HeadBucketOutput | NoSuchBucket | UnknownOperationError
    reveal_type(client.wait.table_exists.send(dynamodb.DescribeTableInput(table_name="books"), delay=1))
    # reveals DescribeTableOutput
    client.wait.table_exists(tablename="books")
    # mypy says [call-arg] Unexpected keyword argument "tablename" for "__call__" of "Wait"
    # pyright says [reportCallIssue] No parameter named "tablename"
    # pyright says [reportCallIssue] Argument missing for parameter "table_name"
    client.wait.table_exists(table_name="books", max_wait="long")
    # mypy says [arg-type] Argument "max_wait" … incompatible type "str"; expected "float | None"
    # pyright says [reportArgumentType] Argument of type "Literal['long']"
    client.wait.table_exists(table_name="books", maxwait=3)
    # mypy says [call-arg] Unexpected keyword argument "maxwait"
    # pyright says [reportCallIssue] No parameter named "maxwait"
    client.wait.table_exist(table_name="books")
    # mypy says [attr-defined] "_ServiceWaits" has no attribute "table_exist"
    # pyright says [reportAttributeAccessIssue] Cannot access attribute "table_exist"
    sts.io.Client(transport=carried).wait
    # mypy says [attr-defined] "Client" has no attribute "wait"
    # pyright says [reportAttributeAccessIssue] Cannot access attribute "wait"


def urls_and_transfers(ridden: object) -> None:
    client = s3.io.Client(ridden)
    reveal_type(client.get_object.presign(60, bucket="box", key="a"))
    # reveals str
    reveal_type(client.presign_post("box", "a").fields)
    # reveals Mapping[str, str]
    client.upload_file("a.txt", s3.PutObjectRequest(bucket="box", key="a"), progress=print)
    client.get_object.presign(60, bucket="box", name="a")
    # mypy says [call-arg] Unexpected keyword argument "name" for "presign" of "Call"
    # pyright says [reportCallIssue] No parameter named "name"
    # pyright says [reportCallIssue] Argument missing for parameter "key"
    client.get_object.presign(bucket="box", key="a")
    # mypy says [call-arg] Too few arguments for "presign" of "Call"
    # pyright says [reportCallIssue] Expected 1 more positional argument
    client.download_file(s3.PutObjectRequest(bucket="box", key="a"), "a.txt")
    # mypy says [arg-type] Argument 1 … incompatible type "PutObjectRequest"; expected "GetObjectRequest"
    # pyright says [reportArgumentType] Argument of type "PutObjectRequest" … "request" of type "GetObjectRequest"


async def transfers_awaited(client: s3.io.AsyncClient) -> None:
    await client.upload_fileobj(b"hello", s3.PutObjectRequest(bucket="box", key="a"), config=TransferConfig())
    await client.download_file(s3.PutObjectRequest(bucket="box", key="a"), "a.txt")
    # mypy says [arg-type] Argument 1 … incompatible type "PutObjectRequest"; expected "GetObjectRequest"
    # pyright says [reportArgumentType] Argument of type "PutObjectRequest" … "request" of type "GetObjectRequest"


async def awaited() -> None:
    async with dynamodb.io.AsyncClient(transport=fake(dynamodb)) as client:
        async for page in client.query.pages(table_name="books"):
            reveal_type(page)
            # reveals QueryOutput
        async for item in client.query.limited(max_items=3).items(table_name="books"):
            reveal_type(item)
            # reveals dict[str, AttributeValue]
        for _ in client.query.pages(table_name="books"):
            # mypy says [attr-defined] has no attribute "__iter__"
            # pyright says [reportGeneralTypeIssues] not iterable
            print()
        reveal_type(await client.wait.table_exists(table_name="books", max_wait=300))
        # reveals DescribeTableOutput
        await client.wait.table_exists(tablename="books")
        # mypy says [call-arg] Unexpected keyword argument "tablename" for "__call__" of "AsyncWait"
        # pyright says [reportCallIssue] No parameter named "tablename"
        # pyright says [reportCallIssue] Argument missing for parameter "table_name"

"""Values of wrong types for members: scalars, structures, lists and maps."""

from datetime import UTC, date, datetime
from typing import reveal_type

from botobind_services import dynamodb, s3
from botobind_services import partnercentral_selling as selling


def right() -> None:
    selling.CreateOpportunityRequest(catalog="AWS", customer=selling.Customer(), tags=[selling.Tag(key="a", value="b")])
    selling.CreateOpportunityRequest.make(catalog="AWS", customer=None, tags=None)
    selling.ListSolutionsRequest(catalog="AWS", max_results=5)
    dynamodb.PutItemInput(table_name="books", item={"title": dynamodb.AttributeValue(s="Walden")})
    dynamodb.PutItemInput(table_name="books", item={}, expression_attribute_names={"#t": "title"})
    s3.Bucket(name="books", creation_date=datetime(2024, 5, 1, tzinfo=UTC))


def scalars() -> None:
    selling.Tag(key=1, value="b")
    # mypy says [arg-type] Argument "key" … incompatible type "int"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[1]" … "key" of type "str | None"
    selling.Tag.make(key="a", value=b"b")
    # mypy says [arg-type] Argument "value" … incompatible type "bytes"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[b"b"]" … "value" of type "str | None"
    selling.ListSolutionsRequest(catalog="AWS", max_results="5")
    # mypy says [arg-type] Argument "max_results" … incompatible type "str"; expected "int | None"
    # pyright says [reportArgumentType] Argument of type "Literal['5']" … "max_results" of type "int | None"
    selling.ListSolutionsRequest(catalog="AWS", max_results=5.5)
    # mypy says [arg-type] Argument "max_results" … incompatible type "float"; expected "int | None"
    # pyright says [reportArgumentType] Argument of type "float" … "max_results" of type "int | None"
    s3.Bucket(creation_date="2024-05-01")
    # mypy says [arg-type] Argument "creation_date" … incompatible type "str"; expected "datetime | None"
    # pyright says [reportArgumentType] "Literal['2024-05-01']" … "creation_date" of type "datetime | None"
    s3.Bucket(creation_date=date(2024, 5, 1))
    # mypy says [arg-type] Argument "creation_date" … incompatible type "date"; expected "datetime | None"
    # pyright says [reportArgumentType] Argument of type "date" … "creation_date" of type "datetime | None"
    s3.CreateBucketRequest(bucket="books", object_lock_enabled_for_bucket="true")
    # mypy says [arg-type] Argument "object_lock_enabled_for_bucket" … incompatible type "str"; expected "bool | None"
    # pyright says [reportArgumentType] "Literal['true']" … "object_lock_enabled_for_bucket" of type "bool | None"


def structures() -> None:
    selling.CreateOpportunityRequest(catalog="AWS", customer={"Account": {"CompanyName": "Example"}})
    # mypy says [arg-type] incompatible type "dict[str, dict[str, str]]"; expected "Customer | None"
    # pyright says [reportArgumentType] "dict[str, dict[str, str]]" … "customer" of type "Customer | None"
    selling.CreateOpportunityRequest.make(catalog="AWS", customer=selling.Project())
    # mypy says [arg-type] Argument "customer" … incompatible type "Project"; expected "Customer | None"
    # pyright says [reportArgumentType] Argument of type "Project" … "customer" of type "Customer | None"
    selling.CreateOpportunityRequest(catalog="AWS", customer=selling.Customer)
    # mypy says [arg-type] Argument "customer" … incompatible type "type[Customer]"; expected "Customer | None"
    # pyright says [reportArgumentType] Argument of type "type[Customer]" … "customer" of type "Customer | None"


def lists() -> None:
    selling.CreateOpportunityRequest(catalog="AWS", tags=[selling.Customer()])
    # mypy says [list-item] List item 0 has incompatible type "Customer"; expected "Tag"
    # pyright says [reportArgumentType] Argument of type "list[Customer]" … "tags" of type "list[Tag] | None"
    selling.CreateOpportunityRequest.make(catalog="AWS", tags=[{"Key": "a", "Value": "b"}])
    # mypy says [list-item] List item 0 has incompatible type "dict[str, str]"; expected "Tag"
    # pyright says [reportArgumentType] Argument of type "list[dict[str, str]]" … "tags" of type "list[Tag] | None"
    selling.CreateOpportunityRequest(catalog="AWS", tags=selling.Tag(key="a", value="b"))
    # mypy says [arg-type] Argument "tags" … incompatible type "Tag"; expected "list[Tag] | None"
    # pyright says [reportArgumentType] Argument of type "Tag" … "tags" of type "list[Tag] | None"
    selling.CreateOpportunityRequest(catalog="AWS", tags=(selling.Tag(key="a", value="b"),))
    # mypy says [arg-type] Argument "tags" … incompatible type "tuple[Tag]"; expected "list[Tag] | None"
    # pyright says [reportArgumentType] Argument of type "tuple[Tag]" … "tags" of type "list[Tag] | None"


def maps() -> None:
    dynamodb.PutItemInput(table_name="books", item={"title": "Walden"})
    # mypy says [dict-item] Dict entry 0 has incompatible type "str": "str"; expected "str": "AttributeValue"
    # pyright says [reportArgumentType] "dict[str, str]" … "item" of type "dict[str, AttributeValue]"
    dynamodb.PutItemInput.make(table_name="books", item={1: dynamodb.AttributeValue(s="Walden")})
    # mypy says [dict-item] Dict entry 0 has incompatible type "int": "AttributeValue"; expected "str": "AttributeValue"
    # pyright says [reportArgumentType] "dict[int, AttributeValue]" … of type "dict[str, AttributeValue]"
    dynamodb.PutItemInput(table_name="books", item=[("title", dynamodb.AttributeValue(s="Walden"))])
    # mypy says [arg-type] incompatible type "list[tuple[str, AttributeValue]]"; expected "dict[str, AttributeValue]"
    # pyright says [reportArgumentType] "list[tuple[str, AttributeValue]]" … "dict[str, AttributeValue]"


def set_later(request: selling.CreateOpportunityRequest) -> None:
    request.tags = [selling.Tag(key="a", value="b")]
    request.tags = ["a", "b"]
    # mypy says [list-item] List item 0 has incompatible type "str"; expected "Tag"
    # mypy says [list-item] List item 1 has incompatible type "str"; expected "Tag"
    # pyright says [reportAttributeAccessIssue] attribute "tags" … "Literal['a']" is not assignable to … "Tag"
    request.customer = {}
    # mypy says [assignment] expression has type "dict[Never, Never]", variable has type "Customer | None"
    # pyright says [reportAttributeAccessIssue] attribute "customer" … "dict[Any, Any]" is not … "Customer | None"


def read(request: dynamodb.PutItemInput, bucket: s3.Bucket) -> None:
    reveal_type(request.table_name)
    # reveals str
    reveal_type(request.item)
    # reveals dict[str, AttributeValue]
    reveal_type(request.expression_attribute_names)
    # reveals dict[str, str] | None
    reveal_type(bucket.creation_date)
    # reveals datetime | None
    request.item["title"].s = 5
    # mypy says [assignment] expression has type "int", variable has type "str | None"
    # pyright says [reportAttributeAccessIssue] attribute "s" … "Literal[5]" is not assignable to … "str | None"


def formats(tag: selling.Tag) -> None:
    reveal_type(tag.to_json())
    # reveals dict[str, Any]
    reveal_type(tag.to_string())
    # reveals bytes
    reveal_type(tag.to_query())
    # reveals list[tuple[str, str]]
    reveal_type(tag.to_header())
    # reveals list[tuple[str, str]]
    reveal_type(selling.Tag.of_json({}))
    # reveals Tag
    reveal_type(selling.Tag.of_value({}))
    # reveals Tag
    reveal_type(selling.Tag.of_cbor({}))
    # reveals Tag
    reveal_type(selling.Tag.of_query([]))
    # reveals Tag
    reveal_type(selling.Tag.of_xml(tag.to_xml()))
    # reveals Tag
    reveal_type(selling.Tag.of_string(b"{}"))
    # reveals Tag
    selling.Tag.of_string("{}")
    # mypy says [arg-type] Argument 1 … incompatible type "str"; expected "bytes"
    # pyright says [reportArgumentType] Argument of type "Literal['{}']" … "data" of type "bytes"
    selling.Tag.of_xml("<Tag/>")
    # mypy says [arg-type] Argument 1 … incompatible type "str"; expected "_Element"
    # pyright says [reportArgumentType] Argument of type "Literal['<Tag/>']" … "element" of type "XmlElement"
    selling.Tag.of_query({"Key": "a"})
    # mypy says [arg-type] Argument 1 … incompatible type "dict[str, str]"; expected "list[tuple[str, str]]"
    # pyright says [reportArgumentType] Argument of type "dict[str, str]" … "pairs" of type "QueryPairs"

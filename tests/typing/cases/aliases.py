"""Scalars, lists and maps are aliases of Python's own types."""

from typing import reveal_type

from botobind_services import dynamodb, s3
from botobind_services.partnercentral_selling import values
from botobind_services.partnercentral_selling.values import TagList, TaskIdentifier, TaskStatuses


def scalars(identifier: TaskIdentifier, amount: values.Amount) -> TaskIdentifier:
    reveal_type(identifier)
    # reveals str
    reveal_type(amount)
    # reveals str
    text: str = identifier
    number: values.PageSize = 5
    other: values.TaskIdentifier = 5
    # mypy says [assignment] expression has type "int", variable has type "str"
    # pyright says [reportAssignmentType] Type "Literal[5]" is not assignable to declared type "TaskIdentifier"
    scalars(text, other)
    scalars(number, "5")
    # mypy says [arg-type] Argument 1 … incompatible type "int"; expected "str"
    # pyright says [reportArgumentType] Argument of type "Literal[5]" … "identifier" of type "TaskIdentifier"
    return None
    # mypy says [return-value] got "None", expected "str"
    # pyright says [reportReturnType] Type "None" is not assignable to return type "TaskIdentifier"


def lists(tags: TagList, statuses: TaskStatuses, names: dynamodb.values.AttributeNameList) -> TagList:
    reveal_type(tags)
    # reveals list[Tag]
    reveal_type(statuses)
    # reveals list[TaskStatus | str]
    reveal_type(names)
    # reveals list[str]
    tags.append(values.Tag(key="a", value="b"))
    tags.append("a")
    # mypy says [arg-type] Argument 1 … incompatible type "str"; expected "Tag"
    # pyright says [reportArgumentType] Argument of type "Literal['a']" … "object" of type "Tag"
    statuses.append("PAUSED")
    statuses.append(values.TaskStatus.COMPLETE)
    statuses.append(values.Tag(key="a", value="b"))
    # mypy says [arg-type] Argument 1 … incompatible type "Tag"; expected "TaskStatus | str"
    # pyright says [reportArgumentType] Argument of type "Tag" … "object" of type "TaskStatus | str"
    wrong: values.TagList = names
    # mypy says [assignment] expression has type "list[str]", variable has type "list[Tag]"
    # pyright says [reportAssignmentType] Type "AttributeNameList" is not assignable to declared type "TagList"
    return [*tags, *wrong]


def maps(
    item: dynamodb.values.AttributeMap,
    items: dynamodb.values.ItemList,
    names: dynamodb.values.ExpressionAttributeNameMap,
) -> None:
    reveal_type(item)
    # reveals dict[str, AttributeValue]
    reveal_type(items)
    # reveals list[dict[str, AttributeValue]]
    reveal_type(names)
    # reveals dict[str, str]
    dynamodb.PutItemInput(table_name="books", item=item, expression_attribute_names=names)
    dynamodb.PutItemInput(table_name="books", item=names, expression_attribute_names=item)
    # mypy says [arg-type] Argument "item" … incompatible type "dict[str, str]"; expected "dict[str, AttributeValue]"
    # mypy says [arg-type] incompatible type "dict[str, AttributeValue]"; expected "dict[str, str] | None"
    # pyright says [reportArgumentType] "Expre…Map" … "item" of type "dict[str, AttributeValue]"
    # pyright says [reportArgumentType] "AttributeMap" … of type "dict[str, str] | None"
    key: dynamodb.values.Key = {"title": dynamodb.AttributeValue(s="Walden")}
    key["pages"] = 352
    # mypy says [assignment] expression has type "int", target has type "AttributeValue"
    # pyright says [reportArgumentType] Argument of type "Literal[352]" … "value" of type "AttributeValue"


def errors(error: s3.values.operation_errors.CreateBucket) -> None:
    reveal_type(error)
    # reveals BucketAlreadyExists | BucketAlreadyOwnedByYou | UnknownOperationError

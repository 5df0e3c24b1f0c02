"""The index modules load names when they are first used; checkers see the classes themselves."""

from typing import reveal_type

import botobind_services.dynamodb
import botobind_services.s3 as bucket
from botobind_services import dynamodb, s3
from botobind_services import partnercentral_selling as selling
from botobind_services.dynamodb import AttributeValue as FromPackage
from botobind_services.dynamodb import endpoints, router, values
from botobind_services.dynamodb.endpoints import OPERATIONS, PutItem
from botobind_services.dynamodb.values import AttributeValue
from botobind_services.lambda_.values import FunctionConfiguration


def classes() -> None:
    reveal_type(AttributeValue)
    # mypy reveals def (*, … -> AttributeValue
    # pyright reveals type[AttributeValue]
    reveal_type(FromPackage(s="a"))
    # reveals AttributeValue
    reveal_type(dynamodb.AttributeValue(s="a"))
    # reveals AttributeValue
    reveal_type(dynamodb.values.AttributeValue(s="a"))
    # reveals AttributeValue
    reveal_type(values.AttributeValue(s="a"))
    # reveals AttributeValue
    reveal_type(botobind_services.dynamodb.AttributeValue(s="a"))
    # reveals AttributeValue
    reveal_type(botobind_services.dynamodb.values.AttributeValue(s="a"))
    # reveals AttributeValue
    reveal_type(selling.Tag())
    # reveals Tag
    reveal_type(selling.values.Tag())
    # reveals Tag
    reveal_type(selling.TaskStatus.COMPLETE)
    # mypy reveals Literal[TaskStatus.COMPLETE]?
    # pyright reveals Literal[TaskStatus.COMPLETE]
    reveal_type(selling.ConflictException())
    # reveals ConflictException
    reveal_type(FunctionConfiguration().function_name)
    # reveals str | None


def they_are_the_same(value: AttributeValue) -> FromPackage:
    again: dynamodb.AttributeValue = value
    other: selling.Tag = again
    # mypy says [assignment] expression has type "AttributeValue", variable has type "Tag"
    # pyright says [reportAssignmentType] Type "AttributeValue" is not assignable to declared type "Tag"
    return values.AttributeValue(m={"other": other})
    # mypy says [dict-item] Dict entry 0 has incompatible type "str": "Tag"; expected "str": "AttributeValue"
    # pyright says [reportArgumentType] "dict[str, Tag]" … "m" of type "dict[str, AttributeValue] | None"


def operations() -> None:
    reveal_type(PutItem.of_request)
    # mypy reveals def (request: HttpRequest, *, protocol: str | None =, constraints: bool =) -> PutItemInput
    # pyright reveals (request: HttpRequest, *, protocol: str | None = None, constraints: bool = True) -> PutItemInput
    reveal_type(endpoints.PutItem.input)
    # reveals type[PutItemInput] | None
    reveal_type(dynamodb.endpoints.PutItem.output)
    # reveals type[PutItemOutput] | None
    reveal_type(bucket.endpoints.AbortMultipartUpload)
    # reveals Operation[AbortMultipartUploadRequest, AbortMultipartUploadOutput, NoSuchUpload | UnknownOperationError]
    reveal_type(OPERATIONS)
    # reveals OperationTable
    reveal_type(s3.endpoints.OPERATIONS)
    # reveals OperationTable


def packages() -> None:
    reveal_type(router)
    # reveals Router
    reveal_type(s3.router)
    # reveals Router
    reveal_type(s3.service)
    # reveals str
    reveal_type(s3.protocols)
    # reveals tuple[str, ...]
    reveal_type(s3.metadata)
    # reveals Mapping[str, Any]

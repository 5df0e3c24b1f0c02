"""Errors are exception classes whose members are attributes."""

from typing import reveal_type

from botobind import BotobindError, DecodeError, ServiceError, UnknownOperationError, ValidationError
from botobind_services import dynamodb, s3
from botobind_services import partnercentral_selling as selling


def raised() -> None:
    try:
        raise dynamodb.ConditionalCheckFailedException(message="no", item={"a": dynamodb.AttributeValue(s="b")})
    except dynamodb.ConditionalCheckFailedException as error:
        reveal_type(error)
        # reveals ConditionalCheckFailedException
        reveal_type(error.item)
        # reveals dict[str, AttributeValue] | None
        reveal_type(error.message)
        # reveals str | None
        reveal_type(error.code)
        # reveals str
        reveal_type(error.status)
        # reveals int | None
        reveal_type(error.request_id)
        # reveals str | None
        reveal_type(error.fault)
        # mypy reveals Literal['client'] | Literal['server'] | None
        # pyright reveals Literal['client', 'server'] | None
        reveal_type(error.retryable)
        # reveals bool
        error.reason
        # mypy says [attr-defined] "ConditionalCheckFailedException" has no attribute "reason"
        # pyright says [reportAttributeAccessIssue] Attribute "reason" is unknown
    except (dynamodb.ThrottlingException, dynamodb.RequestLimitExceeded) as error:
        reveal_type(error)
        # reveals ThrottlingException | RequestLimitExceeded
    except ServiceError as error:
        reveal_type(error)
        # reveals ServiceError
        reveal_type(error.throttling)
        # reveals bool
        error.item
        # mypy says [attr-defined] "ServiceError" has no attribute "item"
        # pyright says [reportAttributeAccessIssue] Attribute "item" is unknown


def built() -> None:
    selling.ConflictException()
    selling.ValidationException(message="no", reason=selling.ValidationExceptionReason.REQUEST_VALIDATION_FAILED)
    s3.NoSuchKey(message="no such key")
    selling.ConflictException("taken")
    # mypy says [call-arg] Too many positional arguments
    # pyright says [reportCallIssue] Expected 0 positional arguments
    selling.ConflictException(message=5)
    # mypy says [arg-type] Argument "message" … incompatible type "int"; expected "str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[5]" … "message" of type "str | None"
    selling.ConflictException(reason="taken")
    # mypy says [call-arg] Unexpected keyword argument "reason"
    # pyright says [reportCallIssue] No parameter named "reason"
    selling.ValidationException(error_list=["name"])
    # mypy says [list-item] List item 0 has incompatible type "str"; expected "ValidationExceptionError"
    # pyright says [reportArgumentType] "list[str]" … "error_list" of type "list[ValidationExceptionError] | None"
    selling.ValidationException.make(error_list=[selling.ValidationException()])
    # mypy says [list-item] List item 0 has incompatible type "ValidationException"; expected "ValidationExceptionError"
    # pyright says [reportArgumentType] "list[ValidationException]" … of type "list[ValidationExceptionError] | None"


def caught_and_raised() -> None:
    try:
        raise selling.ConflictException from selling.Tag()
        # mypy says [misc] Exception must be derived from BaseException
        # pyright says [reportGeneralTypeIssues] "Tag" does not derive from BaseException
    except selling.Tag:
        # mypy says [misc] Exception type must be derived from BaseException (or be a tuple of exception classes)
        # pyright says [reportGeneralTypeIssues] "type[Tag]" is not a valid exception class
        pass
    raise selling.Tag
    # mypy says [misc] Exception must be derived from BaseException
    # pyright says [reportGeneralTypeIssues] "type[Tag]" does not derive from BaseException


def unknown(error: UnknownOperationError) -> None:
    reveal_type(error.code)
    # reveals str
    reveal_type(error.message)
    # reveals str | None
    reveal_type(error.members)
    # reveals dict[str, Any]
    reveal_type(error.body)
    # reveals bytes | None
    UnknownOperationError("Teapot", "short and stout", {"Handle": "here"})
    UnknownOperationError()
    # mypy says [call-arg] Missing positional argument "code"
    # pyright says [reportCallIssue] Argument missing for parameter "code"
    UnknownOperationError(418)
    # mypy says [arg-type] Argument 1 … incompatible type "int"; expected "str"
    # pyright says [reportArgumentType] Argument of type "Literal[418]" … "code" of type "str"
    UnknownOperationError("Teapot", members=["Handle"])
    # mypy says [arg-type] Argument "members" … incompatible type "list[str]"; expected "Mapping[str, Any] | None"
    # pyright says [reportArgumentType] Argument of type "list[str]" … "members" of type "Mapping[str, Any] | None"
    error.reason
    # mypy says [attr-defined] "UnknownOperationError" has no attribute "reason"
    # pyright says [reportAttributeAccessIssue] Attribute "reason" is unknown


def the_library_s_own() -> None:
    try:
        selling.Tag.of_json([]).validate()
    except DecodeError as error:
        reveal_type(error.path)
        # reveals str
        reveal_type(error.reason)
        # reveals str
    except ValidationError as error:
        reveal_type(error.violations[0].path)
        # reveals str
    except BotobindError as error:
        error.path
        # mypy says [attr-defined] "BotobindError" has no attribute "path"
        # pyright says [reportAttributeAccessIssue] Attribute "path" is unknown

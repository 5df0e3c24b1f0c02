"""The errors of an operation are a closed union: a checker knows when a match has a case for each."""

from typing import assert_never

from botobind import UnknownOperationError
from botobind_services import partnercentral_selling as selling
from botobind_services.partnercentral_selling import StartEngagementByAcceptingInvitationTaskResponse as Response
from botobind_services.s3 import AbortMultipartUploadOutput, NoSuchUpload
from botobind_services.s3.endpoints import AbortMultipartUpload
from botobind_services.s3.values import operation_errors


def complete(data: object) -> str:
    error = Response.error_of_json("ConflictException", data)
    match error:
        case selling.ConflictException() | selling.ThrottlingException():
            return "again"
        case selling.AccessDeniedException(reason=reason) | selling.ValidationException(reason=reason):
            return reason or "no reason"
        case selling.InternalServerException() | selling.ServiceQuotaExceededException():
            return "later"
        case selling.ResourceNotFoundException(message=message):
            return message or "not found"
        case UnknownOperationError(code=code):
            return code
        case _:
            assert_never(error)


def one_is_left_out(data: object) -> str:
    error = Response.error_of_json("ConflictException", data)
    match error:
        case selling.ConflictException() | selling.AccessDeniedException() | selling.ValidationException():
            return "again"
        case selling.InternalServerException() | selling.ServiceQuotaExceededException():
            return "later"
        case selling.ResourceNotFoundException() | UnknownOperationError():
            return "never"
        case _:
            assert_never(error)
            # mypy says [arg-type] Argument 1 … incompatible type "ThrottlingException"; expected "Never"
            # pyright says [reportArgumentType] Argument of type "ThrottlingException" … type "Never"


def unknown_ones_are_left_out(data: object) -> str:
    error = AbortMultipartUpload.error_of_json("NoSuchUpload", data)
    match error:
        case NoSuchUpload():
            return "no such upload"
        case _:
            assert_never(error)
            # mypy says [arg-type] Argument 1 … incompatible type "UnknownOperationError"; expected "Never"
            # pyright says [reportArgumentType] Argument of type "UnknownOperationError" … type "Never"


def without_a_last_case(data: object) -> str:
    # mypy says [return] Missing return statement
    # pyright says [reportReturnType] must return value on all code paths "None" is not assignable to "str"
    match AbortMultipartUploadOutput.error_of_json("NoSuchUpload", data):
        # pyright says [reportMatchNotExhaustive] Unhandled type: "UnknownOperationError"
        case NoSuchUpload():
            return "no such upload"


def by_isinstance(error: operation_errors.AbortMultipartUpload) -> str:
    if isinstance(error, NoSuchUpload):
        return error.code
    if isinstance(error, UnknownOperationError):
        # pyright says [reportUnnecessaryIsInstance] Unnecessary isinstance call; "UnknownOperationError"
        return repr(error.members)
    assert_never(error)


def of_another_operation(error: operation_errors.AbortMultipartUpload) -> None:
    match error:
        case NoSuchUpload() | UnknownOperationError():
            pass
        case selling.ConflictException():
            # pyright says [reportUnnecessaryComparison] Pattern will never be matched for subject type "Never"
            pass


def written() -> None:
    Response.error_to_json(selling.ConflictException())
    Response.error_to_json(UnknownOperationError("Teapot"))
    Response.error_to_json(NoSuchUpload())
    # mypy says [arg-type] Argument 1 … incompatible type "NoSuchUpload"; expected "…UnknownOperationError"
    # pyright says [reportArgumentType] "NoSuchUpload" … "error" of type "StartEngagementByAcceptingInvitationTask"
    Response.error_to_xml(Response())
    # mypy says [arg-type] incompatible type "Start…Response"; expected "…UnknownOperationError"
    # pyright says [reportArgumentType] "Start…Response" … "error" of type "Start…Task"
    AbortMultipartUploadOutput.error_to_xml(selling.ConflictException())
    # mypy says [arg-type] incompatible type "ConflictException"; expected "NoSuchUpload | UnknownOperationError"
    # pyright says [reportArgumentType] Argument of type "ConflictException" … "error" of type "AbortMultipartUpload"

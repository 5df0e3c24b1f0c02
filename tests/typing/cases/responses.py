"""What an operation answers is its output or one of its errors, told apart by class."""

from typing import assert_never, reveal_type

from botobind import ServiceError, UnknownOperationError
from botobind.http import HttpResponse
from botobind_services.s3 import AbortMultipartUploadOutput, NoSuchUpload
from botobind_services.s3.endpoints import AbortMultipartUpload


def by_match(response: HttpResponse) -> str | None:
    answer = AbortMultipartUpload.of_response(response)
    reveal_type(answer)
    # reveals AbortMultipartUploadOutput | NoSuchUpload | UnknownOperationError
    match answer:
        case AbortMultipartUploadOutput(request_charged=charged):
            reveal_type(charged)
            # mypy reveals str | None
            # pyright reveals RequestCharged | str | None
            return charged
        case NoSuchUpload(message=message) as error:
            reveal_type(error)
            # reveals NoSuchUpload
            return message
        case error:
            reveal_type(error)
            # reveals UnknownOperationError
            return error.code


def by_isinstance(response: HttpResponse) -> AbortMultipartUploadOutput:
    answer = AbortMultipartUpload.of_response(response)
    if isinstance(answer, ServiceError):
        reveal_type(answer)
        # reveals NoSuchUpload | UnknownOperationError
        raise answer
    reveal_type(answer)
    # reveals AbortMultipartUploadOutput
    return answer


def each_case(response: HttpResponse) -> None:
    answer = AbortMultipartUpload.of_response(response)
    if isinstance(answer, AbortMultipartUploadOutput):
        return
    reveal_type(answer)
    # reveals NoSuchUpload | UnknownOperationError
    if isinstance(answer, NoSuchUpload):
        return
    reveal_type(answer)
    # reveals UnknownOperationError
    if isinstance(answer, UnknownOperationError):
        # pyright says [reportUnnecessaryIsInstance] Unnecessary isinstance call; "UnknownOperationError"
        return
    assert_never(answer)


def the_output_is_left_out(response: HttpResponse) -> None:
    answer = AbortMultipartUpload.of_response(response)
    match answer:
        case NoSuchUpload() | UnknownOperationError():
            pass
        case _:
            assert_never(answer)
            # mypy says [arg-type] Argument 1 … incompatible type "AbortMultipartUploadOutput"; expected "Never"
            # pyright says [reportArgumentType] Argument of type "AbortMultipartUploadOutput" … type "Never"


def not_narrowed(response: HttpResponse) -> AbortMultipartUploadOutput:
    answer = AbortMultipartUpload.of_response(response)
    answer.request_charged
    # mypy says [union-attr] Item "NoSuchUpload" … has no attribute "request_charged"
    # mypy says [union-attr] Item "UnknownOperationError" … has no attribute "request_charged"
    # pyright says [reportAttributeAccessIssue] Attribute "request_charged" is unknown
    # pyright says [reportAttributeAccessIssue] Attribute "request_charged" is unknown
    answer.code
    # mypy says [union-attr] Item "AbortMultipartUploadOutput" … has no attribute "code"
    # pyright says [reportAttributeAccessIssue] Attribute "code" is unknown
    raise answer
    # mypy says [misc] Exception must be derived from BaseException
    # pyright says [reportGeneralTypeIssues] "AbortMultipartUploadOutput" does not derive from BaseException
    return answer


def returned_at_once(response: HttpResponse) -> AbortMultipartUploadOutput:
    return AbortMultipartUpload.of_response(response)
    # mypy says [return-value] got "Ab…Output | NoSuchUpload | UnknownOperationError", expected "Ab…Output"
    # pyright says [reportReturnType] "AbortMultipartUpload | Ab…Output" … to return type "Ab…Output"


def with_metadata(response: HttpResponse) -> None:
    answer = AbortMultipartUpload.answer_of(response)
    reveal_type(answer)
    # reveals Answer[AbortMultipartUploadOutput | NoSuchUpload | UnknownOperationError]
    reveal_type(answer.value)
    # reveals AbortMultipartUploadOutput | NoSuchUpload | UnknownOperationError
    reveal_type(answer.metadata.request_id)
    # reveals str | None
    reveal_type(answer.metadata.headers["x-amz-id-2"])
    # reveals str
    answer.request_charged
    # mypy says [attr-defined] "Answer[… | UnknownOperationError]" has no attribute "request_charged"
    # pyright says [reportAttributeAccessIssue] Attribute "request_charged" is unknown
    answer.value = None
    # mypy says [misc] Property "value" defined in "Answer" is read-only
    # mypy says [assignment] "None", variable has type "Ab…Output | NoSuchUpload | UnknownOperationError"
    # pyright says [reportAttributeAccessIssue] attribute "value" … "None" is not assignable to "NoSuchUpload"

"""Enums are open: members take their known values and any other text, and enums are texts."""

from typing import Literal, assert_never, reveal_type

from botobind_services.partnercentral_selling import (
    ListEngagementByAcceptingInvitationTasksRequest,
    ReasonCode,
    TaskStatus,
)
from botobind_services.partnercentral_selling import StartEngagementByAcceptingInvitationTaskResponse as Response


def known_and_unknown() -> None:
    Response(task_status=TaskStatus.COMPLETE)
    Response(task_status="COMPLETE")
    Response.make(task_status="PAUSED")
    # An enum is a text, and any text may be a value to come.
    Response(task_status=ReasonCode.ENGAGEMENT_ACCESS_DENIED)
    ListEngagementByAcceptingInvitationTasksRequest(catalog="AWS", task_status=[TaskStatus.COMPLETE, "PAUSED"])


def of_wrong_types() -> None:
    Response(task_status=1)
    # mypy says [arg-type] Argument "task_status" … incompatible type "int"; expected "TaskStatus | str | None"
    # pyright says [reportArgumentType] Argument of type "Literal[1]" … "task_status" of type "TaskStatus | str | None"
    Response(task_status=TaskStatus)
    # mypy says [arg-type] incompatible type "type[TaskStatus]"; expected "TaskStatus | str | None"
    # pyright says [reportArgumentType] "type[TaskStatus]" … "task_status" of type "TaskStatus | str | None"
    Response.make(task_status=[TaskStatus.COMPLETE])
    # mypy says [arg-type] incompatible type "list[TaskStatus]"; expected "TaskStatus | str | None"
    # pyright says [reportArgumentType] "list[TaskStatus]" … "task_status" of type "TaskStatus | str | None"
    ListEngagementByAcceptingInvitationTasksRequest(catalog="AWS", task_status=TaskStatus.COMPLETE)
    # mypy says [arg-type] incompatible type "TaskStatus"; expected "list[TaskStatus | str] | None"
    # pyright says [reportArgumentType] "Literal[…COMPLETE]" … "task_status" of type "list[TaskStatus | str] | None"
    TaskStatus.PAUSED
    # mypy says [attr-defined] "type[TaskStatus]" has no attribute "PAUSED"
    # pyright says [reportAttributeAccessIssue] Attribute "PAUSED" is unknown


def read(response: Response) -> None:
    reveal_type(response.task_status)
    # mypy reveals str | None
    # pyright reveals TaskStatus | str | None
    reveal_type(TaskStatus.COMPLETE.value)
    # mypy reveals Literal['COMPLETE']?
    # pyright reveals Literal['COMPLETE']
    reveal_type(TaskStatus("COMPLETE"))
    # reveals TaskStatus
    if isinstance(response.task_status, TaskStatus):
        reveal_type(response.task_status)
        # reveals TaskStatus
    status: TaskStatus | None = response.task_status
    # mypy says [assignment] expression has type "str | None", variable has type "TaskStatus | None"
    # pyright says [reportAssignmentType] Type "TaskStatus | str | None" is not assignable to … "TaskStatus | None"
    if response.task_status is not None:
        text: str = response.task_status
        print(text.lower(), status)


def every_known_value(status: TaskStatus) -> Literal["wait", "done"]:
    match status:
        case TaskStatus.IN_PROGRESS:
            return "wait"
        case TaskStatus.COMPLETE | TaskStatus.FAILED:
            return "done"
        case _:
            assert_never(status)


def one_is_left_out(status: TaskStatus) -> Literal["wait", "done"]:
    match status:
        case TaskStatus.IN_PROGRESS:
            return "wait"
        case TaskStatus.COMPLETE:
            return "done"
        case _:
            assert_never(status)
            # mypy says [arg-type] Argument 1 … incompatible type "Literal[TaskStatus.FAILED]"; expected "Never"
            # pyright says [reportArgumentType] Argument of type "Literal[TaskStatus.FAILED]" … type "Never"


def unknown_ones_are_left_out(status: TaskStatus | str) -> str:
    match status:
        case TaskStatus():
            return status.value
        case _:
            assert_never(status)
            # mypy says [arg-type] Argument 1 … incompatible type "str"; expected "Never"
            # pyright says [reportArgumentType] Argument of type "str" … type "Never"

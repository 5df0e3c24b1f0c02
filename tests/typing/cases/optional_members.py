"""Optional members are None where they are absent, so they are narrowed before use."""

from typing import reveal_type

from botobind_services import dynamodb
from botobind_services.partnercentral_selling import StartEngagementByAcceptingInvitationTaskResponse as Response


def narrowed(response: Response, found: dynamodb.GetItemOutput) -> None:
    reveal_type(response.start_time)
    # reveals datetime | None
    if response.start_time is not None:
        reveal_type(response.start_time)
        # reveals datetime
        response.start_time.isoformat()
    if response.task_id:
        response.task_id.removeprefix("task-")
    for name, value in (found.item or {}).items():
        reveal_type(name)
        # reveals str
        reveal_type(value)
        # reveals AttributeValue
    match response:
        case Response(task_id=str() as task_id):
            reveal_type(task_id)
            # reveals str
        case Response(message=message):
            reveal_type(message)
            # reveals str | None


def not_narrowed(response: Response, found: dynamodb.GetItemOutput) -> None:
    response.start_time.isoformat()
    # mypy says [union-attr] Item "None" … has no attribute "isoformat"
    # pyright says [reportOptionalMemberAccess] "isoformat" is not a known attribute of "None"
    response.task_id.removeprefix("task-")
    # mypy says [union-attr] Item "None" … has no attribute "removeprefix"
    # pyright says [reportOptionalMemberAccess] "removeprefix" is not a known attribute of "None"
    print(response.task_id + "!")
    # mypy says [operator] Unsupported left operand type for + ("None")
    # pyright says [reportOptionalOperand] Operator "+" not supported for "None"
    found.item["title"]
    # mypy says [index] Value of type "dict[str, AttributeValue] | None" is not indexable
    # pyright says [reportOptionalSubscript] Object of type "None" is not subscriptable
    for name in found.item:
        # mypy says [union-attr] Item "None" … has no attribute "__iter__"
        # pyright says [reportOptionalIterable] Object of type "None" cannot be used as iterable value
        print(name)
    text: str = response.task_id
    # mypy says [assignment] expression has type "str | None", variable has type "str"
    # pyright says [reportAssignmentType] Type "str | None" is not assignable to declared type "str"
    print(text)


def misspelt(response: Response) -> None:
    response.taskid
    # mypy says [attr-defined] "Start…Response" has no attribute "taskid"; maybe "task_id"?
    # pyright says [reportAttributeAccessIssue] Attribute "taskid" is unknown
    response.TaskId
    # mypy says [attr-defined] "StartEngagementByAcceptingInvitationTaskResponse" has no attribute "TaskId"
    # pyright says [reportAttributeAccessIssue] Attribute "TaskId" is unknown
    response["TaskId"]
    # mypy says [index] Value of type "StartEngagementByAcceptingInvitationTaskResponse" is not indexable
    # pyright says [reportIndexIssue] "__getitem__" method not defined on type "Start…Response"
    match response:
        # pyright says [reportMatchNotExhaustive] Unhandled type: "StartEngagementByAcceptingInvitationTaskResponse"
        case Response(taskid=task_id):
            # mypy says [misc] Class "StartEngagementByAcceptingInvitationTaskResponse" has no attribute "taskid"
            # pyright says [reportUnknownVariableType] Type of "task_id" is unknown
            print(task_id)
            # pyright says [reportUnknownArgumentType] Argument type is unknown

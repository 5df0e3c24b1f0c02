"""StartEngagementByAcceptingInvitationTask of partnercentral-selling: a request, its response, one of its errors."""

from botobind_services import partnercentral_selling as selling

Response = selling.StartEngagementByAcceptingInvitationTaskResponse

request = selling.StartEngagementByAcceptingInvitationTaskRequest.make(catalog="AWS", identifier="engi-0123456789abc")
print("request: ", request.to_string().decode())

response = Response.of_string(
    b'{"TaskId": "task-0123456789abc", "TaskStatus": "FAILED", "ReasonCode": "InvitationAccessDenied",'
    b' "StartTime": "2024-05-01T10:00:00.123Z", "EngagementInvitationId": "engi-0123456789abc"}'
)
print("response:", response)
print("started: ", response.start_time, "| failed:", response.task_status == selling.TaskStatus.FAILED)

error = Response.error_of_json("ConflictException", {"Message": "The invitation was accepted already."})
match error:
    case selling.ConflictException(message=message):
        print("error:   ", error.code, "-", message)
    case _:
        print("error:   ", error)

"""StartEngagementByAcceptingInvitationTask of partnercentral-selling: a request, its response, one of its errors."""

from botobind.http import HttpResponse
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

operation = selling.endpoints.StartEngagementByAcceptingInvitationTask
http = operation.to_request(request)
print("on wire: ", http.method, http.path, http.headers["X-Amz-Target"], http.headers["Content-Type"])

body = b'{"__type": "com.amazonaws#ConflictException", "Message": "The invitation was accepted already."}'
match operation.of_response(HttpResponse(status=400, body=body)):
    case selling.ConflictException(message=message) as error:
        print("error:   ", error.code, error.status, "-", message)
    case other:
        print("answer:  ", other)

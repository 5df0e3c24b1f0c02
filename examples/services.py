"""Services in memory for `server.py`: some operations of each protocol, in place of which you put your own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from buckets import add_s3

from botobind.server import Application
from botobind_services import cloudwatch, dynamodb, sts
from botobind_services import lambda_ as functions
from botobind_services import partnercentral_selling as selling

ACCOUNT = "123456789012"


def build() -> Application:
    """An application with all services of this module."""
    application = Application()
    for add in (add_s3, add_dynamodb, add_sts, add_functions, add_cloudwatch, add_selling):
        add(application)
    return application


def add_dynamodb(application: Application) -> None:
    """Tables, whose key is the attribute `Id`."""
    application.serve(dynamodb)
    tables: dict[str, dict[str, dict[str, dynamodb.AttributeValue]]] = {"Things": {}}

    def table(name: str) -> dict[str, dict[str, dynamodb.AttributeValue]]:
        if name not in tables:
            raise dynamodb.ResourceNotFoundException(message=f"Requested resource not found: Table: {name} not found")
        return tables[name]

    @application.on(dynamodb.endpoints.PutItem)
    def put_item(request: dynamodb.PutItemInput) -> dynamodb.PutItemOutput:
        table(request.table_name)[request.item["Id"].s or ""] = request.item
        return dynamodb.PutItemOutput()

    @application.on(dynamodb.endpoints.GetItem)
    def get_item(request: dynamodb.GetItemInput) -> dynamodb.GetItemOutput:
        return dynamodb.GetItemOutput(item=table(request.table_name).get(request.key["Id"].s or ""))


def add_sts(application: Application) -> None:
    """Who is calling, and roles for an hour."""
    application.serve(sts)

    @application.on(sts.endpoints.GetCallerIdentity)
    def get_caller_identity(_: sts.GetCallerIdentityRequest) -> sts.GetCallerIdentityResponse:
        return sts.GetCallerIdentityResponse(user_id="me", account=ACCOUNT, arn=f"arn:aws:iam::{ACCOUNT}:user/me")

    @application.on(sts.endpoints.AssumeRole)
    def assume_role(request: sts.AssumeRoleRequest) -> sts.AssumeRoleResponse:
        if not request.role_arn.startswith("arn:"):
            raise sts.MalformedPolicyDocumentException(message=f"{request.role_arn} is no role")
        expiration = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=request.duration_seconds or 3600)
        credentials = sts.Credentials(
            access_key_id="ASIA0123456789ABCDEF",
            secret_access_key="secret",  # noqa: S106
            session_token="token",  # noqa: S106
            expiration=expiration,
        )
        return sts.AssumeRoleResponse(credentials=credentials)


def add_functions(application: Application) -> None:
    """Functions: `echo` answers with what it is given."""
    application.serve(functions)

    def check(name: str) -> None:
        if name != "echo":
            raise functions.ResourceNotFoundException(message=f"Function not found: {name}", type_="User")

    @application.on(functions.endpoints.ListFunctions)
    def list_functions(_: functions.ListFunctionsRequest) -> functions.ListFunctionsResponse:
        return functions.ListFunctionsResponse(
            functions=[functions.FunctionConfiguration(function_name="echo", memory_size=128)]
        )

    @application.on(functions.endpoints.Invoke)
    def invoke(request: functions.InvocationRequest) -> functions.InvocationResponse:
        check(request.function_name)
        return functions.InvocationResponse(status_code=200, executed_version="$LATEST", payload=request.payload)

    @application.on(functions.endpoints.InvokeWithResponseStream)
    def invoke_with_response_stream(
        request: functions.InvokeWithResponseStreamRequest,
    ) -> functions.InvokeWithResponseStreamResponse:
        check(request.function_name)
        return functions.InvokeWithResponseStreamResponse(status_code=200, event_stream=_echo(request.payload or b""))


def _echo(payload: bytes) -> Iterator[functions.InvokeWithResponseStreamResponseEvent]:
    for word in payload.split():
        chunk = functions.InvokeResponseStreamUpdate(payload=word)
        yield functions.InvokeWithResponseStreamResponseEvent(payload_chunk=chunk)
    complete = functions.InvokeWithResponseStreamCompleteEvent()
    yield functions.InvokeWithResponseStreamResponseEvent(invoke_complete=complete)


def add_cloudwatch(application: Application) -> None:
    """Metrics: their names. The same functions serve json, query and CBOR."""
    application.serve(cloudwatch)
    metrics: dict[str, cloudwatch.Metric] = {}

    @application.on(cloudwatch.endpoints.PutMetricData)
    def put_metric_data(request: cloudwatch.PutMetricDataInput) -> None:
        for datum in request.metric_data or ():
            name = datum.metric_name or ""
            metrics[name] = cloudwatch.Metric(
                namespace=request.namespace, metric_name=name, dimensions=datum.dimensions
            )

    @application.on(cloudwatch.endpoints.ListMetrics)
    def list_metrics(request: cloudwatch.ListMetricsInput) -> cloudwatch.ListMetricsOutput:
        found = [metric for metric in metrics.values() if request.namespace in (None, metric.namespace)]
        return cloudwatch.ListMetricsOutput(metrics=found)

    @application.on(cloudwatch.endpoints.GetDashboard)
    def get_dashboard(request: cloudwatch.GetDashboardInput) -> cloudwatch.GetDashboardOutput:
        raise cloudwatch.DashboardNotFoundError(message=f"Dashboard {request.dashboard_name} does not exist")


def add_selling(application: Application) -> None:
    """Engagements that are accepted at once, but for invitations that nobody has sent."""
    application.serve(selling)

    @application.on(selling.endpoints.StartEngagementByAcceptingInvitationTask)
    def accept(
        request: selling.StartEngagementByAcceptingInvitationTaskRequest,
    ) -> selling.StartEngagementByAcceptingInvitationTaskResponse:
        if request.identifier.endswith("0"):
            raise selling.ResourceNotFoundException(message=f"{request.identifier} does not exist")
        return selling.StartEngagementByAcceptingInvitationTaskResponse(
            task_id=f"task-{uuid4().hex[:13]}",
            task_status=selling.TaskStatus.COMPLETE,
            start_time=datetime(2024, 5, 1, 10, 0, 0, 123000, UTC),
            engagement_invitation_id=request.identifier,
        )

"""Members that a value cannot be without, and members that it does not have."""

from typing import reveal_type

from botobind_services import dynamodb
from botobind_services.partnercentral_selling import StartEngagementByAcceptingInvitationTaskRequest as Request


def complete() -> None:
    reveal_type(Request(catalog="AWS", identifier="engi-0123456789abc"))
    # reveals StartEngagementByAcceptingInvitationTaskRequest
    reveal_type(Request.make(catalog="AWS", identifier="engi-0123456789abc"))
    # reveals StartEngagementByAcceptingInvitationTaskRequest
    reveal_type(dynamodb.GetItemOutput())
    # reveals GetItemOutput


def one_is_missing() -> None:
    Request(catalog="AWS")
    # mypy says [call-arg] Missing named argument "identifier"
    # pyright says [reportCallIssue] Argument missing for parameter "identifier"
    Request.make(catalog="AWS")
    # mypy says [call-arg] Missing named argument "identifier"
    # pyright says [reportCallIssue] Argument missing for parameter "identifier"
    dynamodb.PutItemInput(table_name="books")
    # mypy says [call-arg] Missing named argument "item"
    # pyright says [reportCallIssue] Argument missing for parameter "item"
    dynamodb.PutItemInput.make(item={})
    # mypy says [call-arg] Missing named argument "table_name"
    # pyright says [reportCallIssue] Argument missing for parameter "table_name"


def all_are_missing() -> None:
    Request()
    # mypy says [call-arg] Missing named argument "catalog"
    # mypy says [call-arg] Missing named argument "identifier"
    # pyright says [reportCallIssue] Arguments missing for parameters "catalog", "identifier"
    Request.make()
    # mypy says [call-arg] Missing named argument "catalog"
    # mypy says [call-arg] Missing named argument "identifier"
    # pyright says [reportCallIssue] Arguments missing for parameters "catalog", "identifier"


def none_is_given() -> None:
    Request(catalog="AWS", identifier=None)
    # mypy says [arg-type] Argument "identifier" … incompatible type "None"; expected "str"
    # pyright says [reportArgumentType] "None" … "identifier" of type "str"
    Request.make(catalog=None, identifier="engi-0123456789abc")
    # mypy says [arg-type] Argument "catalog" … incompatible type "None"; expected "str"
    # pyright says [reportArgumentType] Argument of type "None" … "catalog" of type "str"
    dynamodb.PutItemInput(table_name="books", item=None)
    # mypy says [arg-type] Argument "item" … incompatible type "None"; expected "dict[str, AttributeValue]"
    # pyright says [reportArgumentType] Argument of type "None" … "item" of type "dict[str, AttributeValue]"


def by_position() -> None:
    Request("AWS", "engi-0123456789abc")
    # mypy says [call-arg] Too many positional arguments
    # mypy says [call-arg] Missing named argument "identifier"
    # pyright says [reportCallIssue] Expected 0 positional arguments
    Request.make("AWS", "engi-0123456789abc")
    # mypy says [call-arg] Too many positional arguments
    # mypy says [call-arg] Missing named argument "identifier"
    # pyright says [reportCallIssue] Expected 0 positional arguments
    dynamodb.AttributeValue("text")
    # mypy says [call-arg] Too many positional arguments
    # pyright says [reportCallIssue] Expected 0 positional arguments


def misspelt() -> None:
    Request(catalogue="AWS", identifier="engi-0123456789abc")
    # mypy says [call-arg] Unexpected keyword argument "catalogue" … did you mean "catalog"?
    # pyright says [reportCallIssue] Argument missing for parameter "catalog"
    # pyright says [reportCallIssue] No parameter named "catalogue"
    Request.make(catalog="AWS", identifer="engi-0123456789abc")
    # mypy says [call-arg] Unexpected keyword argument "identifer" … did you mean "identifier"?
    # pyright says [reportCallIssue] Argument missing for parameter "identifier"
    # pyright says [reportCallIssue] No parameter named "identifer"
    Request(Catalog="AWS", Identifier="engi-0123456789abc")
    # mypy says [call-arg] Unexpected keyword argument "Catalog" … did you mean "catalog"?
    # mypy says [call-arg] Unexpected keyword argument "Identifier" … did you mean "identifier"?
    # pyright says [reportCallIssue] Arguments missing for parameters "catalog", "identifier"
    # pyright says [reportCallIssue] No parameter named "Catalog"
    # pyright says [reportCallIssue] No parameter named "Identifier"


def set_later(request: Request) -> None:
    request.catalog = "Sandbox"
    request.client_token = None
    request.catalog = None
    # mypy says [assignment] expression has type "None", variable has type "str"
    # pyright says [reportAttributeAccessIssue] attribute "catalog" … "None" is not assignable to … "str"
    request.catalogue = "Sandbox"
    # mypy says [attr-defined] "Start…Request" has no attribute "catalogue"; maybe "catalog"?
    # pyright says [reportAttributeAccessIssue] Attribute "catalogue" is unknown

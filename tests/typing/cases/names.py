"""Names that are nowhere: modules, classes and operations. mypy suggests names that are like them."""

from botobind_services import partnercentral_selling as selling
from botobind_services import s3


def imported_service() -> None:
    from botobind_services import dynamo
    # mypy says [attr-defined] Module "botobind_services" has no attribute "dynamo"
    # pyright says [reportAttributeAccessIssue] "dynamo" is unknown import symbol

    print(dynamo)
    # pyright says [reportUnknownArgumentType] Argument type is unknown


def imported_module() -> None:
    from botobind_services.s3 import valeus
    # mypy says [attr-defined] Module "s3" has no attribute "valeus"; maybe "values"?
    # pyright says [reportAttributeAccessIssue] "valeus" is unknown import symbol

    print(valeus)
    # pyright says [reportUnknownArgumentType] Argument type is unknown


def imported_class() -> None:
    from botobind_services.dynamodb.values import AtributeValue
    # mypy says [attr-defined] no attribute "AtributeValue"; maybe "AttributeValue" or "AttributeName"?
    # pyright says [reportAttributeAccessIssue] "AtributeValue" is unknown import symbol

    print(AtributeValue)
    # pyright says [reportUnknownArgumentType] Argument type is unknown


def imported_from_its_module() -> None:
    from botobind_services.s3.values.put_object_requests import PutObjectRequest
    # mypy says [import-not-found] Cannot find implementation or library stub for module named "put_object_requests"
    # pyright says [reportMissingImports] Import "put_object_requests" could not be resolved

    print(PutObjectRequest)
    # pyright says [reportUnknownArgumentType] Argument type is unknown


def imported_operation() -> None:
    from botobind_services.dynamodb.endpoints import PutItems
    # mypy says [attr-defined] Module "endpoints" has no attribute "PutItems"; maybe "PutItem"?
    # pyright says [reportAttributeAccessIssue] "PutItems" is unknown import symbol

    print(PutItems)
    # pyright says [reportUnknownArgumentType] Argument type is unknown


def classes() -> None:
    selling.Tags(key="a", value="b")
    # mypy says [attr-defined] Module has no attribute "Tags"; maybe "Tag"?
    # pyright says [reportAttributeAccessIssue] "Tags" is not a known attribute of module "partnercentral_selling"
    selling.values.Tags(key="a", value="b")
    # mypy says [attr-defined] Module has no attribute "Tags"; maybe "Tag"?
    # pyright says [reportAttributeAccessIssue] "Tags" is not a known attribute of module ".values"
    selling.TaskStatus.COMPLETED
    # mypy says [attr-defined] "type[TaskStatus]" has no attribute "COMPLETED"
    # pyright says [reportAttributeAccessIssue] Attribute "COMPLETED" is unknown


def operations() -> None:
    s3.endpoints.PutObjects
    # mypy says [attr-defined] Module has no attribute "PutObjects"; maybe "PutObject" or "ListObjects"?
    # pyright says [reportAttributeAccessIssue] "PutObjects" is not a known attribute of module "..endpoints"
    s3.endpoints.operations
    # mypy says [attr-defined] Module has no attribute "operations"
    # pyright says [reportAttributeAccessIssue] "operations" is not a known attribute of module "..endpoints"
    s3.endpoints.PutObject.to_requests
    # mypy says [attr-defined] "Operation[… has no attribute "to_requests"; maybe "to_request" or "of_request"?
    # pyright says [reportAttributeAccessIssue] Attribute "to_requests" is unknown


def modules() -> None:
    s3.shapes
    # mypy says [attr-defined] Module has no attribute "shapes"
    # pyright says [reportAttributeAccessIssue] "shapes" is not a known attribute of module "s3"
    s3.routers
    # mypy says [attr-defined] Module has no attribute "routers"; maybe "router"?
    # pyright says [reportAttributeAccessIssue] "routers" is not a known attribute of module "s3"


def annotations(
    one: selling.Tagg,
    # mypy says [name-defined] Name "Tagg" is not defined
    # pyright says [reportAttributeAccessIssue] "Tagg" is not a known attribute of module "partnercentral_selling"
    other: "s3.values.Bukets",
    # mypy says [name-defined] Name "Bukets" is not defined
    # pyright says [reportAttributeAccessIssue] "Bukets" is not a known attribute of module ".values"
) -> None: ...


def reexports() -> None:
    """An operation is in `endpoints` alone, an alias in `values`."""
    selling.TagList
    # mypy says [attr-defined] Module has no attribute "TagList"
    # pyright says [reportAttributeAccessIssue] "TagList" is not a known attribute of module "partnercentral_selling"
    s3.PutObject
    # mypy says [attr-defined] Module has no attribute "PutObject"
    # pyright says [reportAttributeAccessIssue] "PutObject" is not a known attribute of module "s3"
    selling.endpoints.Tag
    # mypy says [attr-defined] Module has no attribute "Tag"
    # pyright says [reportAttributeAccessIssue] "Tag" is not a known attribute of module "..endpoints"

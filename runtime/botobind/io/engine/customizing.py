"""What is made of inputs and of requests before they are sent, in a few operations: what botocore's handlers do for its
clients. What services want whoever sends the request is in `protocols.completing`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any

from botobind.http import encode_query
from botobind.io.engine.rulefunctions import parse_arn
from botobind.io.handlers import KEYS

if TYPE_CHECKING:
    from botobind.http import HttpRequest
    from botobind.operations import Operation

__all__ = ["attribute_of_endpoint", "input_change", "left_out_of_urls", "request_change"]

_FORM = "application/x-www-form-urlencoded"
_USER_DATA = frozenset({("ec2", "RunInstances"), ("autoscaling", "CreateLaunchConfiguration")})
_NAMED_ANEW = frozenset({"CreateBucket", "ListRegionalBuckets"})
"""Operations of S3 Control whose buckets are never ARNs."""


def input_change(package: Any, operation: Operation[Any, Any, Any]) -> Callable[[Any], Any] | None:
    """What makes of an input the one that is sent, a copy where anything is another; None where nothing ever is."""
    service: str = package.service
    make: Callable[[Any], Any] | None = None
    if package.signature_version == "s3" and operation.name in KEYS:
        make = _asking_for_encoded_keys
    elif (service, operation.name) in _USER_DATA:
        make = _with_encoded_user_data
    elif service == "s3control" and operation.name not in _NAMED_ANEW:
        make = _with_account_of_arn
    if make is None or (cls := operation.input) is None:
        return None
    # What is of another class is refused where it is written.
    return lambda value: make(value) if isinstance(value, cls) else value


def _asking_for_encoded_keys(value: Any) -> Any:
    """S3's listings in XML cannot have all keys as they are."""
    return value if value.encoding_type is not None else _changed(value, "encoding_type", "url")


def _with_encoded_user_data(value: Any) -> Any:
    text = value.user_data
    if not isinstance(text, str):
        return value
    return _changed(value, "user_data", b64encode(text.encode("utf-8", "surrogatepass")).decode())


def _with_account_of_arn(value: Any) -> Any:
    """The account of an ARN that stands for a bucket or an access point; rules of endpoints compare the two."""
    if getattr(value, "account_id", "") is not None:
        return value
    arns = (parse_arn(text) for name in ("bucket", "name") if isinstance(text := getattr(value, name, None), str))
    account = next((arn.account_id for arn in arns if arn is not None), None)
    return value if account is None else _changed(value, "account_id", account)


def _changed(value: Any, attribute: str, member: object) -> Any:
    made = copy(value)
    setattr(made, attribute, member)
    return made


def request_change(package: Any, operation: Operation[Any, Any, Any]) -> Callable[[HttpRequest], None] | None:
    """What changes a request in place, before it is signed; None where nothing does. URLs stay as they are."""
    return _post_query if (package.service, operation.name) == ("cloudsearchdomain", "Search") else None


def _post_query(request: HttpRequest) -> None:
    """Searches may be longer than URLs."""
    request.method = "POST"
    request.headers["Content-Type"] = _FORM
    request.body = encode_query(request.query).encode()
    request.query = []


def attribute_of_endpoint(service: str, operation: Operation[Any, Any, Any]) -> str | None:
    """The attribute of an input that has the URL to call; None where there is none."""
    return "predict_endpoint" if (service, operation.name) == ("machinelearning", "Predict") else None


def left_out_of_urls(service: str, operation: Operation[Any, Any, Any]) -> frozenset[str]:
    """The headers, by lower-case names, that who uses a URL of an operation need not send, unless the input has them:
    programs accept what they do, players of speech send no media type, and boto3 signs none of a body of restXml.
    """
    is_speech = (service, operation.name) == ("polly", "SynthesizeSpeech")
    has_no_type = is_speech or next(iter(operation.protocols), None) == "rest-xml"
    return frozenset({"accept", "content-type"} if has_no_type else {"accept"})

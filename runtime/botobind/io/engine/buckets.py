"""What a client learns of S3's buckets: the regions that they are in, and sessions with directory buckets."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botobind.io.engine.data import Credentials
from botobind.io.engine.endpoints import OF_REGIONS_UNKNOWN
from botobind.io.engine.remembering import remember
from botobind.io.engine.rulefunctions import is_host_label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import ModuleType

    from botobind.errors import ServiceError
    from botobind.operations import Operation

_REGION = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_REDIRECTS = frozenset({301, 302, 307})
_OF_SIGNATURES = "AuthorizationHeaderMalformed"
_TOLD = "x-amz-bucket-region"
GLOBAL = "aws-global"
"""What endpoint rules call the region of S3's global endpoint."""
_OF_DIRECTORIES = "--x-s3"
_OBJECT_LAMBDA = "UseObjectLambdaEndpoint"
_MOST = 1000
"""Buckets that are remembered."""
_MARGIN = timedelta(minutes=1)
"""How long before their end sessions are made anew; they are good for five minutes."""


class Buckets:
    """The buckets that a client has met. Threads may do the same work twice, and none waits."""

    def __init__(self, package: ModuleType, region: str | None = None, *, presigns_globally: bool = False) -> None:
        self._package: Any = package
        self._region = region
        """The client's region, where buckets are of which nothing else is known."""
        self._presigns_globally = presigns_globally
        self._regions: dict[str, str] = {}
        self._sessions: dict[str, tuple[Credentials, datetime]] = {}
        """The credentials of sessions, and until when nobody begins another."""

    def region_of(self, value: Any) -> str | None:
        """The region of an input's bucket, where it is known to be another than the client's."""
        if not self._regions:
            return None
        bucket = getattr(value, "bucket", None)
        return self._regions.get(bucket) if bucket else None

    def region_to_presign(self, operation: Operation[Any, Any, Any], value: Any) -> str | None:
        """The region whose endpoint URLs and forms for an input's bucket name; None for that of the client.

        As botocore has it, it is `GLOBAL`, which leads to any region's bucket, where names of hosts may hold the
        bucket.
        """
        found = self.region_of(value)
        if found is not None or not self._presigns_globally or operation.name == OF_REGIONS_UNKNOWN:
            return found
        if _OBJECT_LAMBDA in operation.traits.get("staticContextParams", ()):
            return None  # where there is no global endpoint, though botocore names one
        bucket = getattr(value, "bucket", None)
        is_of_one_place = bucket is not None and (not is_host_label(bucket, False) or bucket.endswith(_OF_DIRECTORIES))
        return None if is_of_one_place else GLOBAL

    def redirected(self, value: Any, error: ServiceError, headers: Mapping[str, str], asked: str | None) -> str | None:
        """The region that a service says a bucket to be in, which is remembered; None where it says nothing of that, or
        names the one that was asked.

        S3 does so by redirects, and by an error for signatures of another region; answers to HEAD have a header alone.
        Where it does not say the region, another call may have been told.
        """
        bucket = _sent_away(value, error, headers)
        if bucket is None:
            return None
        region = _region_told(error, headers) or self._regions.get(bucket)
        if not isinstance(region, str) or _REGION.fullmatch(region) is None or region == (asked or self._region):
            return None
        return remember(self._regions, bucket, region, _MOST)

    def question(
        self, value: Any, error: ServiceError, headers: Mapping[str, str]
    ) -> tuple[Operation[Any, Any, Any], Any] | None:
        """The operation and the input whose answer tells the region of a bucket, where a service says that it is
        elsewhere and not where; None where there is nothing to ask.
        """
        operation = self._package.endpoints.OPERATIONS.get("HeadBucket")
        if operation is None or isinstance(value, operation.input) or error.code == _OF_SIGNATURES:
            return None
        bucket = _sent_away(value, error, headers)
        is_known = bucket is None or _region_told(error, headers)
        return None if is_known else (operation, operation.input(bucket=bucket))

    def session_call(self, value: Any) -> tuple[Operation[Any, Any, Any], Any] | None:
        """The operation and the input that begin a session with an input's bucket; None where that is such an input
        itself, or the package does not have the operation.
        """
        operations = self._package.endpoints.OPERATIONS
        if "CreateSession" not in operations:
            return None
        operation = operations["CreateSession"]
        return None if isinstance(value, operation.input) else (operation, operation.input(bucket=value.bucket))

    def session(self, value: Any, now: datetime) -> Credentials | None:
        """The credentials of the session with a bucket, where there is one that is good for a while, by the time as the
        service has it.
        """
        found = self._sessions.get(value.bucket)
        return found[0] if found is not None and now < found[1] else None

    def session_to_its_end(self, value: Any, now: datetime) -> Credentials | None:
        """The credentials of a bucket's session that is not over, where no other could be begun. Nobody tries to begin
        one until it is.
        """
        found = self._sessions.get(value.bucket)
        expires = None if found is None else found[0].expires
        if found is None or expires is None or expires <= now:
            return None
        if found[1] <= now:  # and no other call has begun one
            remember(self._sessions, value.bucket, (found[0], expires), _MOST)
        return found[0]

    def keep_session(self, value: Any, output: Any) -> Credentials:
        """The credentials of a session that was begun."""
        told = output.credentials
        found = Credentials(
            access_key=told.access_key_id,
            secret_key=told.secret_access_key,
            session_token=told.session_token,
            expires=told.expiration,
        )
        if found.expires is not None:
            remember(self._sessions, value.bucket, (found, found.expires - _MARGIN), _MOST)
        return found


def _region_told(error: ServiceError, headers: Mapping[str, str]) -> Any:
    """The region that an error says a bucket to be in."""
    return headers.get(_TOLD) or getattr(error, "members", {}).get("Region")


def _sent_away(value: Any, error: ServiceError, headers: Mapping[str, str]) -> str | None:
    """The bucket of an input, where an error says that it is elsewhere; of ARNs it is known where they are."""
    bucket = getattr(value, "bucket", None)
    if not bucket or bucket.startswith("arn:"):
        return None
    operation = type(value).__name__.removesuffix("Request").removesuffix("Input")
    is_away = (
        error.status in _REDIRECTS
        or error.code in (_OF_SIGNATURES, "PermanentRedirect")
        or (error.code == "IllegalLocationConstraintException" and operation != "CreateBucket")
        or (
            error.code in ("301", "400")
            and (operation == "HeadObject" or (operation == "HeadBucket" and _TOLD in headers))
        )
    )
    return bucket if is_away else None

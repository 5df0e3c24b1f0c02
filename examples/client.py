"""A client of AWS's protocols over the standard library's `http.client`, for any endpoint.

    client = Client(sts, "https://sts.us-east-1.amazonaws.com", Credentials("AKID", "SECRET"))
    identity = client.call(sts.endpoints.GetCallerIdentity, sts.GetCallerIdentityRequest())

Only the signatures are botocore's. There are no retries, no checks of checksums and no reuse of connections.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from botobind.errors import ServiceError
from botobind.http import Body, HttpRequest, HttpResponse
from botobind.operations import Operation

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)

TIMEOUT = 60.0
"""Seconds without a byte after which a call fails with `TimeoutError`."""


class Client:
    """Calls the operations of a service, given by its package, at an endpoint such as `http://127.0.0.1:4566`.

    `protocol` is one of those that the service speaks, its first one if left out.
    """

    def __init__(
        self,
        package: Any,
        endpoint: str,
        credentials: Credentials,
        *,
        region: str = "us-east-1",
        protocol: str | None = None,
    ) -> None:
        self._endpoint = urlsplit(endpoint)
        self._protocol = protocol
        is_s3 = package.signing_name == "s3"
        self._signer = (S3SigV4Auth if is_s3 else SigV4Auth)(credentials, package.signing_name, region)

    def call(self, operation: Operation[Input, Output, Error], value: Input) -> Output:
        """The output of an operation for an input; None is the input of an operation that takes nothing.

        Raises the operation's errors, and `OSError` where there is no answer. An answer that streams is read by its
        reader: bytes of a payload from `read()`, events one by one.
        """
        request = operation.to_request(value, protocol=self._protocol)
        response = self._send(request, streams=_streams(operation.output))
        answer = operation.of_response(response, protocol=self._protocol)
        if isinstance(answer, ServiceError):
            raise answer
        return answer

    def _send(self, request: HttpRequest, *, streams: bool) -> HttpResponse:
        host = request.host_prefix + self._endpoint.netloc
        target = self._endpoint.path.rstrip("/") + request.target
        headers = self._signed(request, f"{self._endpoint.scheme}://{host}{target}")
        connect = HTTPSConnection if self._endpoint.scheme == "https" else HTTPConnection
        connection = connect(host, timeout=TIMEOUT)
        try:
            # What is not bytes is sent in chunks, unless the input says how long it is.
            chunked = not isinstance(request.body, bytes) and "content-length" not in {name.lower() for name in headers}
            body = cast("bytes | Iterable[bytes]", request.body)
            connection.request(request.method, target, body, headers, encode_chunked=chunked)
            received = connection.getresponse()
            # An error is a document even where the output would be a stream.
            content: Body = received if streams and received.status < 300 else received.read()
        except BaseException:
            connection.close()
            raise
        return HttpResponse(status=received.status, headers=received.getheaders(), body=content)

    def _signed(self, request: HttpRequest, url: str) -> dict[str, str]:
        """The headers with those of the signature. With `Connection: close` an answer's end closes its socket."""
        is_stream = not isinstance(request.body, bytes)
        unsigned = AWSRequest(request.method, url, dict(request.headers), b"" if is_stream else request.body)
        if is_stream:
            # The signature would have to read the stream first. S3's signer takes it from the configuration alone.
            unsigned.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
            unsigned.context["client_config"] = Config(s3={"payload_signing_enabled": False})
        self._signer.add_auth(unsigned)
        return {**unsigned.headers, "Connection": "close"}


def _streams(shape: Any) -> bool:
    """Whether the body of an answer with this output is read by its reader."""
    if shape is None:
        return False
    return shape.EVENTS is not None or (shape.PAYLOAD is not None and shape.PAYLOAD.kind == "stream")


if __name__ == "__main__":
    from botobind_services import sts

    client = Client(sts, sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:4566", Credentials("AKID", "SECRET"))
    identity = client.call(sts.endpoints.GetCallerIdentity, sts.GetCallerIdentityRequest())
    print(json.dumps(identity.to_value(), indent=2))

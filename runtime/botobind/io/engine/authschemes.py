"""How the requests of an operation are signed: what its model says, and what its endpoint says."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from botobind.attributes import evolve
from botobind.io.engine.data import AuthScheme, Endpoint

if TYPE_CHECKING:
    from botobind.operations import Operation

UNSIGNED = AuthScheme(name="none")
BEARER = "smithy.api#httpBearerAuth"
"""What models call bearer tokens in `auth`."""
_NAMES = {
    "aws.auth#sigv4": "sigv4",
    "aws.auth#sigv4a": "sigv4a",
    BEARER: "bearer",
    "smithy.api#noAuth": "none",
}
"""What models call the schemes in `auth`; of others they say nothing that the engine knows."""
_VERSIONS = {"v4": "sigv4", "s3v4": "sigv4", "s3": "sigv4", "v2": "sigv2", "bearer": "bearer", "none": "none"}
"""What older models call them in `authtype` and `signatureVersion`: S3's own first signature is not used any more."""
_SIGNED_ANEW = {"importexport": "v4"}
"""The signatures of services whose models name an older one: rules name the newer in some partitions, and in the others
botocore signs so, too.
"""
_UNSIGNED_BODY = "-unsigned-body"
_OF_S3 = frozenset({"s3", "s3v4"})
"""The signatures of services whose paths are signed as they are sent."""
ENCODE_ONCE = frozenset({"s3", "s3-outposts", "s3-object-lambda", "s3express"})
"""The names that S3's services sign by, as those of S3 Control."""


def schemes_of(operation: Operation[Any, Any, Any], package: ModuleType, region: str) -> tuple[AuthScheme, ...]:
    """The ways to sign requests of an operation, in the model's order, where its endpoint names none.

    They come from the operation's `auth`, or else from its `authtype`, the service's `auth`, or its
    `signatureVersion`: the first of them that is there. `none` stands for requests that are not signed. Of a scheme
    that nobody knows the name is that of the model.
    """
    traits = operation.traits
    authtype: str = traits.get("authtype", "")
    is_unsigned_body = bool(traits.get("unsignedPayload")) or authtype.endswith(_UNSIGNED_BODY)
    version = authtype.removesuffix(_UNSIGNED_BODY)
    names: list[str] = traits.get("auth") or ([version] if version else package.metadata.get("auth"))
    encodes_once = package.signature_version in _OF_S3
    return tuple(
        _scheme(
            _NAMES.get(name) or _VERSIONS.get(name, name),
            package.signing_name or "",
            region,
            double_encodes=not encodes_once,
            signs_payload=not is_unsigned_body,
        )
        for name in names or [_SIGNED_ANEW.get(package.service) or package.signature_version or "v4"]
    )


def _scheme(name: str, signing_name: str, region: str, *, double_encodes: bool, signs_payload: bool) -> AuthScheme:
    if not name.startswith("sig"):
        return AuthScheme(name=name)
    return AuthScheme(
        name=name,
        signing_name=signing_name,
        region="" if name == "sigv4a" else region,
        region_set=(region,) if name == "sigv4a" else (),
        double_encodes=double_encodes,
        signs_payload=signs_payload,
    )


def schemes_at(of_model: tuple[AuthScheme, ...], endpoint: Endpoint) -> tuple[AuthScheme, ...]:
    """The ways to sign a request to an endpoint: those that it names, completed by what the model says of names,
    regions and bodies, or else the model's.

    Requests that the model wants unsigned, or with a token, stay so at every endpoint.
    """
    said = of_model[0]
    if not endpoint.auth_schemes or said.name in ("none", "bearer"):
        return of_model
    for each in endpoint.auth_schemes:
        if not (said.signs_payload and each.signing_name and (each.region or each.region_set)):
            return tuple(_completed(each, said) for each in endpoint.auth_schemes)
    return endpoint.auth_schemes


def _completed(scheme: AuthScheme, said: AuthScheme) -> AuthScheme:
    regions = said.region_set or (said.region,)
    is_of_many = scheme.name == "sigv4a"
    return evolve(
        scheme,
        signing_name=scheme.signing_name or said.signing_name,
        region="" if is_of_many else scheme.region or regions[0],
        region_set=scheme.region_set or (regions if is_of_many else ()),
        signs_payload=said.signs_payload,
    )

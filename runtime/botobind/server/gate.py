"""Who may call: requests and forms are held against the secret keys that an application knows."""

from __future__ import annotations

from collections.abc import Generator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from botobind.io.engine.eventsigning import EventSigner
from botobind.routing import Match
from botobind.server import forms, signatures
from botobind.server.claims import claim_of, claim_of_fields
from botobind.server.codes import Refusals, kind_of_service
from botobind.server.policies import SizeCheck, policy_of
from botobind.server.sources import through
from botobind.server.steps import Begun, Result, Whole
from botobind.wire.percent import decode

if TYPE_CHECKING:
    from botobind.http import HttpRequest
    from botobind.server.choosing import Meant
    from botobind.server.claims import Claim
    from botobind.server.signatures import ChunkSignatureCheck, Secrets, Verifier

__all__ = ["Admission", "Gate", "Upload"]


class Admission(NamedTuple):
    """What is known of the signature of a request that is let in."""

    is_signed: bool = False
    chunk_check: ChunkSignatureCheck | None = None
    """What checks the chunks of its body, where they are signed."""
    signer: EventSigner | None = None
    """What events in its body are signed with."""


class Upload(NamedTuple):
    """What a form of a browser asks for."""

    match: Match
    fields: dict[str, str]
    address: str
    """The URL of the object."""


class Gate:
    """Lets in what is signed by keys that it knows. Without `secrets` everything is let in."""

    def __init__(self, secrets: Secrets | None) -> None:
        self._secrets: Any = secrets

    def admit(self, request: HttpRequest, meant: Meant) -> Generator[Any, Any, Admission]:
        """Checks the signature of a request that has one, before anybody knows what it asks for. Its body is compared
        with what is signed when it is read. Raises `RequestError`.
        """
        if self._secrets is None:
            return Admission()
        kind = kind_of_service(meant.signing_name, meant.router.protocols, request.headers)
        claim = claim_of(request, kind)
        if claim is None:
            return Admission()
        payload = signatures.check_head(request, claim, meant.signing_name, kind)
        verifier = yield from self._verifier(claim, kind)
        if payload is None:
            request.body = body = yield Whole(request.body)
            payload = sha256(body).hexdigest()
        signatures.check(request, claim, verifier, payload, meant.in_path(request).path, kind)
        if signatures.needs_hash(payload):
            request.body = through(request.body, signatures.DigestCheck(payload))
        signer = EventSigner(claim.scheme, verifier.keys, claim.signature)
        return Admission(True, signatures.chunk_check_of(claim, verifier, payload), signer)

    def _verifier(self, claim: Claim, kind: str) -> Generator[Any, Any, Verifier]:
        known = self._secrets
        secret = (yield Result(known, claim.access_key)) if callable(known) else known.get(claim.access_key)
        return signatures.verifier_of(claim, secret, kind)

    def check_signed(self, match: Match, signing_name: str | None, admission: Admission) -> None:
        """Raises `RequestError` for a request that has to be signed for a name and is not."""
        if self._secrets is not None and not admission.is_signed and signing_name is not None:
            kind = kind_of_service(signing_name, (match.protocol,), match.request.headers)
            raise Refusals.of(kind, Refusals.MISSING, "Missing Authentication Token")

    def upload(self, request: HttpRequest, meant: Meant, operation: str) -> Generator[Any, Any, Upload]:
        """What a form asks for, whose policy is signed and is kept. Its file is compared with the policy when it is
        read. Raises `RequestError`.
        """
        router = meant.router
        kind = kind_of_service(meant.signing_name, router.protocols, request.headers)
        reader = forms.FormReader(request.headers)
        file = yield Begun(request.body, reader)
        inner = meant.in_path(request)
        fields = reader.named(decode(inner.path.strip("/")))
        text = reader.fields.get("policy")
        if self._secrets is not None:
            claim = claim_of_fields(reader.fields, kind)
            if claim is None or text is None:
                raise Refusals.of(kind, Refusals.MISSING, "Access Denied")
            if claim.stamp:
                signatures.check_service(claim, meant.signing_name, kind)
            verifier = yield from self._verifier(claim, kind)
            signatures.check_text(text, claim, verifier, kind)
        if text is not None:
            policy = policy_of(text)
            policy.check(fields)
            file = through(file, SizeCheck(policy))
        made = forms.request_of(inner, fields, file)
        protocol = next(name for name in router.protocols if name.startswith("rest"))
        address = f"http://{inner.headers.get('host', '')}{made.path}"
        return Upload(Match(router.operations[operation], protocol, (), made), fields, address)

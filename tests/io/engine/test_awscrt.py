"""What awscrt does for us, in an environment that has it: signatures for several regions, and some checksums.

With it, botocore signs by it, too.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import botocore.auth
import pytest
from attrs import evolve
from botocore.httpchecksum import _CHECKSUM_CLS
from support.signed_requests import Case, cases, theirs

from botobind.io.engine.checksumming import SIZES, checksum
from botobind.io.engine.data import Credentials
from botobind.io.engine.signing import presign, sign

pytest.importorskip("awscrt", reason="the session io_crt has it")


def plain(case: Case) -> Case:
    """A case without what awscrt refuses, or spells in another way: odd paths, names, values and spaces."""
    request = evolve(
        case.request,
        path="/a/b",
        body=b"",
        host=case.request.host.lower(),
        headers=[(name, value) for name, value in case.request.headers if name == "Content-MD5"][:1],
        query=[pair for pair in case.request.query if all(text.isascii() and text.isalnum() for text in pair)],
    )
    keys = Credentials(access_key="AKID", secret_key="SECRET", session_token=case.keys.session_token)
    # By http botocore signs what the model says is not signed; with other signatures it does not, and neither do we.
    unsigned = case.unsigned and request.scheme == "https"
    scheme = evolve(case.scheme, name="sigv4a", region_set=("*",))
    return evolve(case, request=request, keys=keys, scheme=scheme, unsigned=unsigned)


def but_signature(text: str) -> str:
    """What is signed and by whom: no signature of elliptic curves is like another."""
    before, name, signature = text.rpartition("Signature=")
    assert len(signature) >= 128
    return before + name


@pytest.mark.parametrize("is_s3", [False, True])
def test_regions_together(*, is_s3: bool) -> None:
    from botocore.crt import auth

    by_headers = auth.CrtS3SigV4AsymAuth if is_s3 else auth.CrtSigV4AsymAuth
    by_query = auth.CrtS3SigV4AsymQueryAuth if is_s3 else auth.CrtSigV4AsymQueryAuth
    for case in map(plain, cases(7, 100, is_s3=is_s3, repeats=False)):
        beside = evolve(case, scheme=evolve(case.scheme, region="*"))
        with patch.object(auth, "get_current_datetime", lambda *_, at=case.at, **__: at):
            wanted = theirs(beside, by_headers).headers
            url = theirs(beside, by_query, expires=60).url
        signed = case.sent()
        given: Any = {"unsigned": case.unsigned, "streams": case.streams, "signs_payload": case.signs_payload}
        signature = sign(signed, case.scheme, case.keys, case.at, **given)
        found = {name.lower(): value for name, value in signed.headers}
        assert found["authorization"].endswith(signature)
        found["authorization"] = but_signature(found["authorization"])
        assert found == {
            name.lower(): but_signature(value) if name == "Authorization" else value
            for name, value in wanted.items()
            if name.lower() != "host"
        }
        assert but_signature(presign(case.sent(), case.scheme, case.keys, case.at, 60)) == but_signature(url)


@pytest.mark.parametrize("algorithm", sorted(set(SIZES) - {"MD5"}))
def test_checksums(algorithm: str) -> None:
    ours, beside = checksum(algorithm), _CHECKSUM_CLS[algorithm.lower()]()
    for piece in (b"bo", b"dy" * 1000):
        ours.update(piece)
        beside.update(piece)
    assert ours.digest() == beside.digest()
    assert len(ours.digest()) == SIZES[algorithm]


def test_botocore_has_it() -> None:
    assert botocore.auth.HAS_CRT

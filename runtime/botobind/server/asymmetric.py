"""Signatures that are good in several regions (SigV4a), compared: they are of elliptic curves, which take the package
`cryptography`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

from botobind.errors import BotobindError
from botobind.server.claims import ASYMMETRIC

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

__all__ = ["is_signed", "key_of"]

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve P-256 has."""
_BITS = (256).to_bytes(4, "big")


@lru_cache(maxsize=256)
def key_of(access_key: str, secret_key: str) -> EllipticCurvePrivateKey:
    """The key that both sides derive of a secret. Raises `BotobindError` where `cryptography` is not installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        raise BotobindError(
            "signatures by SigV4a take the package cryptography: pip install 'botobind[sigv4a]'"
        ) from None
    for counter in range(1, 255):
        # NIST SP 800-108, in counter mode: one block is all of it.
        text = b"\x00\x00\x00\x01" + ASYMMETRIC.encode() + b"\x00" + access_key.encode() + bytes([counter]) + _BITS
        candidate = int.from_bytes(hmac.digest(f"AWS4A{secret_key}".encode(), text, "sha256"), "big")
        if candidate <= _ORDER - 2:
            return ec.derive_private_key(candidate + 1, ec.SECP256R1())
    raise BotobindError("no key comes of this secret")


def is_signed(text: str, signature: str, access_key: str, secret_key: str) -> bool:
    """Whether a text has this signature, in hexadecimal digits, by the key of a secret. Raises as `key_of` does."""
    key = key_of(access_key, secret_key).public_key()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        key.verify(bytes.fromhex(signature), text.encode(), ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True

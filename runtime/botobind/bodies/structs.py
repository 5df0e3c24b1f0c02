"""The wire structs of all classes by format. A struct is made with the second body of its class."""

from __future__ import annotations

from botobind.twins import CborTwins, JsonTwins

__all__ = ["IN_CBOR", "IN_JSON"]

IN_JSON = JsonTwins()
IN_CBOR = CborTwins()

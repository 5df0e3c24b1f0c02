"""The wire structs of all classes by format. A struct is made with the second body of its class."""

from __future__ import annotations

from botobind.wire_structs import CborWireStructs, JsonWireStructs

__all__ = ["IN_CBOR", "IN_JSON"]

IN_JSON = JsonWireStructs()
IN_CBOR = CborWireStructs()

"""OpenAPI documents of services: what goes over HTTP, for tools that know nothing of AWS's models.

https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

from botobind.openapi.documents import openapi

__all__ = ["openapi"]

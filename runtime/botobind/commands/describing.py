"""What documents say of services and classes to those who do not know AWS's models."""

from __future__ import annotations

from botobind.jsonschema import json_schema
from botobind.openapi import openapi

__all__ = ["json_schema", "openapi"]

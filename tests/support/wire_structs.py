"""The classes of the committed packages that have wire structs."""

from __future__ import annotations

import pytest

from botobind.rules.structs import struct_of
from botobind.shapes import Shape
from botobind_services import cloudwatch, dynamodb, lambda_, partnercentral_selling

CLASSES = [
    pytest.param(cls, id=f"{package.service}-{cls.__name__}")
    for package in (dynamodb, partnercentral_selling, lambda_, cloudwatch)
    for name in dir(package.values)
    if isinstance(cls := getattr(package.values, name), type) and issubclass(cls, Shape) and struct_of(cls) is not None
]

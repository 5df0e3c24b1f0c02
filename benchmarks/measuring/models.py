"""As much of botocore's models as is used here, with types: botocore has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Shape(Protocol):
    """`botocore.model.Shape` and its subclasses in one: what a shape of another type has is not asked for."""

    name: str
    type_name: str
    serialization: Mapping[str, Any]
    members: Mapping[str, Shape]
    member: Shape
    value: Shape


class ServiceModel(Protocol):
    """`botocore.model.ServiceModel`."""

    service_name: str


class OperationModel(Protocol):
    """`botocore.model.OperationModel` of an operation that has an output."""

    name: str
    http: Mapping[str, Any]
    metadata: Mapping[str, Any]
    service_model: ServiceModel
    output_shape: Shape
    has_streaming_output: bool

"""The Python names of one service: computed once from the whole model, so that a part of it gets the same names."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from botobind_codegen import naming
from botobind_codegen.model import Service, Shape

SCALARS = "scalars"
"""The module of aliases that name no class."""


@frozen
class ServiceNames:
    """Classes and aliases by shape, the modules where they are, and operations by their names in the API."""

    classes: Mapping[str, str]
    modules: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]
    operations: Mapping[str, str]

    def module_of(self, shape: str) -> str:
        """The module of `values` that defines a class or alias."""
        return self.modules.get(shape, SCALARS)


def is_class(shape: Shape) -> bool:
    """Whether the shape becomes a class of its own: structures but for documents, and enums."""
    return (shape.kind == "structure" and not shape.document) or bool(shape.enum)


def name_service(service: Service) -> ServiceNames:
    """The names of all shapes of a service."""
    classes = naming.class_names(service.shapes)
    own_modules = naming.module_names(
        (name for name, shape in service.shapes.items() if is_class(shape)), classes.values()
    )
    modules = {name: module for name in service.shapes if (module := _home(service, name, own_modules))}
    attributes = {
        name: naming.attribute_names((member.name for member in shape.members), exception=shape.error is not None)
        for name, shape in service.shapes.items()
        if shape.kind == "structure"
    }
    return ServiceNames(classes, modules, attributes, naming.operation_names(service.operations))


def _home(service: Service, name: str, own_modules: Mapping[str, str]) -> str | None:
    """Lists and maps live beside the class that they are made of in the end."""
    shape = service.shapes[name]
    if name in own_modules:
        return own_modules[name]
    inner = shape.item or shape.value
    home = _home(service, inner.target, own_modules) if inner else None
    # A map of scalars may have keys that an enum knows.
    return home or (own_modules.get(shape.key.target) if shape.key else None)

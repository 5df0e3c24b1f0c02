"""The Python names of one service: computed once from the whole model, so that a part of it gets the same names."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import frozen

from botobind.errors import ModelError
from botobind_codegen import naming
from botobind_codegen.model import Service, Shape
from botobind_codegen.model_options import Pins
from botobind_codegen.suggestions import suggestion

SCALARS = "scalars"
"""The module of aliases that name no class."""


@frozen
class ServiceNames:
    """Classes and aliases by shape, the modules where they are, and operations by their names in the API."""

    classes: Mapping[str, str]
    modules: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]
    operations: Mapping[str, str]
    package: str

    def module_of(self, shape: str) -> str:
        """The module of `values` that defines a class or alias."""
        return self.modules.get(shape, SCALARS)


def is_class(shape: Shape) -> bool:
    """Whether the shape becomes a class of its own: structures but for documents, and enums."""
    return (shape.kind == "structure" and not shape.document) or bool(shape.enum)


def name_service(service: Service, pins: Pins | None = None) -> ServiceNames:
    """The names of all shapes of a service. Raises `ModelError` for names that are pinned and cannot be."""
    pins = pins or Pins()
    classes = naming.class_names(service.shapes, pins.classes)
    with_modules = [name for name, shape in service.shapes.items() if is_class(shape)]
    own_modules = naming.module_names(with_modules, classes.values(), pins.modules)
    _check_pins(service, pins, with_modules, classes)
    modules = {name: module for name in service.shapes if (module := _home(service, name, own_modules))}
    attributes = {
        name: naming.attribute_names((member.name for member in shape.members), exception=shape.error is not None)
        for name, shape in service.shapes.items()
        if shape.kind == "structure"
    }
    package = pins.package or naming.package_name(service.name)
    return ServiceNames(classes, modules, attributes, naming.operation_names(service.operations), package)


def _check_pins(service: Service, pins: Pins, with_modules: Collection[str], classes: Mapping[str, str]) -> None:
    reserved = naming.RESERVED_MODULES | naming.CONSTANT_NAMES | {*classes.values()}
    for kind, pinned, known, taken in (
        ("class", pins.classes, service.shapes, naming.RESERVED_CLASSES),
        ("module", pins.modules, with_modules, reserved),
    ):
        for shape, name in pinned.items():
            if shape not in known:
                reason = f"the configuration names the {kind} of a shape that has none{suggestion(shape, known)}"
                raise ModelError(reason, service=service.name, shape=shape)
            if name in taken:
                raise ModelError(f"no {kind} can be called {name}", service=service.name, shape=shape)


def _home(service: Service, name: str, own_modules: Mapping[str, str]) -> str | None:
    """Lists and maps live beside the class that they are made of in the end."""
    shape = service.shapes[name]
    if name in own_modules:
        return own_modules[name]
    inner = shape.item or shape.value
    home = _home(service, inner.target, own_modules) if inner else None
    # A map of scalars may have keys that an enum knows.
    return home or (own_modules.get(shape.key.target) if shape.key else None)

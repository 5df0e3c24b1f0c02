"""API operations: what a service model says of each, with the classes of its input, output and errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from attrs import field, frozen

from botobind.errors import ServiceError
from botobind.lazy import unknown_name

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.shapes import ErrorShape, Shape
    from botobind.types import XmlElement

Input = TypeVar("Input", covariant=True)  # noqa: PLC0105 - the names that readers see in types
Output = TypeVar("Output", covariant=True)  # noqa: PLC0105 - the names that readers see in types
Error = TypeVar("Error", bound=ServiceError, covariant=True)  # noqa: PLC0105 - the names that readers see in types

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@frozen(kw_only=True, eq=False)
class Operation(Generic[Input, Output, Error]):
    """An API operation. Its classes are loaded when they are first asked for."""

    values: ModuleType = field(repr=False)
    """The `values` package of the service."""
    name: str
    """The operation's name in the API."""
    wire_name: str
    """What requests call it."""
    method: str
    """The HTTP method."""
    uri: str
    """The path with its labels in braces, and a constant query string if there is one."""
    status: int = 200
    """The HTTP status of a successful answer."""
    protocols: tuple[str, ...]
    """The protocols that the service speaks, the default one first."""
    input_shape: str | None = field(default=None, repr=False)
    output_shape: str | None = field(default=None, repr=False)
    error_shapes: Mapping[str, str] = field(default=_NOTHING, repr=False)
    """The class of each error code; an error with two codes occurs twice."""
    input_tag: str | None = field(default=None, repr=False)
    """The root element of an XML request."""
    input_namespace: str | None = field(default=None, repr=False)
    """The namespace of an XML request."""
    result_wrapper: str | None = field(default=None, repr=False)
    """The element around the output in a query answer."""
    traits: Mapping[str, Any] = field(default=_NOTHING, repr=False)
    """What else the model says, as it says it: `auth`, `endpoint`, `httpChecksum`, `deprecated` and the like."""

    @property
    def input(self) -> type[Input] | None:
        """The class of the input; None where the operation takes nothing."""
        return cast("type[Input] | None", self._load(self.input_shape))

    @property
    def output(self) -> type[Output] | None:
        """The class of the output; None where the operation answers with nothing."""
        return cast("type[Output] | None", self._load(self.output_shape))

    @property
    def errors(self) -> tuple[type[Error], ...]:
        """The classes of the modelled errors, in the model's order."""
        names = dict.fromkeys(self.error_shapes.values())
        return cast("tuple[type[Error], ...]", tuple(self._load(name) for name in names))

    def _load(self, name: str | None) -> type[Shape] | None:
        return None if name is None else getattr(self.values, name)

    def error_of_json(self, name: str, data: object) -> Error:
        """The error that a service calls `name` (`namespace#Name:uri` is understood), from its JSON object.

        One that is not modelled becomes `UnknownOperationError`. Raises `DecodeError` with path and reason.
        """
        from botobind.formats import errors

        bare = errors.error_name(name)
        error_class = self._error_class(bare)
        if error_class is None:
            return cast("Error", errors.unknown_of_json(bare, data))
        return cast("Error", errors.of_json(error_class, data))

    def error_of_xml(self, name: str, element: XmlElement) -> Error:
        """The same from the XML of an answer, or from its `Error` element."""
        from botobind.formats import errors

        bare = errors.error_name(name)
        error_class = self._error_class(bare)
        if error_class is None:
            return cast("Error", errors.unknown_of_xml(bare, element))
        return cast("Error", errors.of_xml(error_class, element))

    def _error_class(self, name: str) -> type[ErrorShape] | None:
        return cast("type[ErrorShape] | None", self._load(self.error_shapes.get(name)))


class OperationTable(Mapping[str, Operation[Any, Any, Any]]):
    """The operations of a service by their names in the API, each loaded when it is first asked for."""

    def __init__(self, package: str, names: Mapping[str, str]) -> None:
        self._package = package
        self._names = names

    def __getitem__(self, name: str) -> Operation[Any, Any, Any]:
        attribute = self._names.get(name)
        if attribute is None:
            raise KeyError(str(unknown_name(self._package, name, self._names)))
        operation: Operation[Any, Any, Any] = getattr(import_module(self._package), attribute)
        return operation

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<{len(self)} operations of {self._package}>"

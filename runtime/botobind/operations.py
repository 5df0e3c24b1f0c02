"""API operations: values to HTTP messages and back, for the client and for the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast, overload

from botobind import formats, protocols, validation
from botobind.attributes import frozen
from botobind.docstrings import name_docstring
from botobind.errors import (
    BotobindError,
    DecodeError,
    EncodeError,
    MissingError,
    RequestError,
    ResponseError,
    ServiceError,
    UnknownOperationError,
)
from botobind.formats.exact import UNWRITABLE
from botobind.lazy import ModuleTable, hint, unknown_name
from botobind.sending import Answer
from botobind.shapes import Shape

if TYPE_CHECKING:
    from botobind.http import HttpRequest, HttpResponse, ResponseMetadata
    from botobind.pages import Pages
    from botobind.protocols.base import Protocol
    from botobind.shapes import ErrorShape
    from botobind.types import JsonObject, XmlElement

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)
Item = TypeVar("Item")

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_UNREADABLE = (DecodeError, RecursionError)


class _OwnDocstring:
    """The docstring of a class, and of each instance its own `documentation`."""

    def __init__(self, of_class: str | None) -> None:
        self._of_class = of_class

    def __get__(self, value: Operation[Any, Any, Any] | None, owner: type) -> str | None:
        return self._of_class if value is None else value.documentation or self._of_class


class _Bound:
    """Keeps what an operation is in each protocol that it was asked for."""

    __slots__ = ("_bound",)

    _bound: dict[str | None, Protocol]


@frozen(kw_only=True, eq=False, repr=False)
class _Description(_Bound):
    """What an operation is made of. With each key that is pressed editors evaluate the fields of a class made by attrs
    before they look for a method: these stand in another class, and no field is more than its default.
    """

    values: ModuleType
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
    """The HTTP status of a successful response."""
    protocols: tuple[str, ...]
    """The protocols that the service speaks, the default one first; only those whose formats were generated."""
    input_shape: str | None = None
    output_shape: str | None = None
    error_shapes: Mapping[str, str] | None = None
    """The class of each error code, where that is not what the output's class says; an error with two codes occurs
    twice.
    """
    input_tag: str | None = None
    """The root element of an XML request."""
    input_namespace: str | None = None
    """The namespace of an XML request."""
    result_wrapper: str | None = None
    """The element around the output in a query response."""
    output_tag: str | None = None
    """The root element of an XML response."""
    output_namespace: str | None = None
    """The namespace of an XML response."""
    traits: Mapping[str, Any] = _NOTHING
    """What else the model says, as it says it: `auth`, `endpoint`, `httpChecksum`, `deprecated` and the like."""
    paging: Mapping[str, Any] | None = None
    """The arguments of `pages`, where the operation gives pages."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_bound", {})


class Operation(_Description, Generic[Input, Output, Error]):
    """An API operation. Its classes are loaded when they are first asked for."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = ("name", "wire_name", "method", "uri", "status", "protocols")
        return f"{type(self).__name__}({', '.join(f'{each}={getattr(self, each)!r}' for each in shown)})"

    @property
    def documentation(self) -> str:
        """What the model says of it: the docstring of the operation, from the stub of its package."""
        index = f"{self.values.__name__.rpartition('.')[0]}.endpoints"
        name: str = import_module(index).OPERATIONS.attribute_of(self.name)
        return name_docstring(index, name) or ""

    def __reduce__(self) -> str | tuple[Any, ...]:
        # By its name in its package: what it is bound to, and the module of its classes, are the interpreter's own.
        package = self.values.__name__.rpartition(".")[0]
        return _operation_of, (package, self.name)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def _bind(self, protocol: str | None) -> Protocol:
        """The operation in a protocol, where `_bound` does not have it yet."""
        bound = self._bound.get(protocol)
        if bound is None:
            if not self.protocols:
                raise EncodeError(f"{self.name} was generated without the formats of its protocols")
            name = protocol or self.protocols[0]
            bound = self._bound.get(name) or protocols.bind(self, name)
            self._bound[protocol] = self._bound[name] = bound
        return bound

    @overload
    def to_request(
        self: Operation[None, Output, Error], value: None = None, *, protocol: str | None = None
    ) -> HttpRequest: ...
    @overload
    def to_request(self, value: Input, *, protocol: str | None = None) -> HttpRequest: ...
    def to_request(self, value: Any = None, *, protocol: str | None = None) -> HttpRequest:
        """The request of an input; of nothing where the operation takes nothing.

        `protocol` is one of those that the service speaks, the default one if left out. Idempotency tokens that the
        caller leaves out are filled in from `botobind.idempotency`. Constraints are not checked: `make` and `validate`
        do that. Raises `ValidationError` for a value whose members are of wrong types, with the path of each, and
        `EncodeError` for what the protocol cannot hold, with its path, for a value of another class, and for a protocol
        that the service does not speak.
        """
        bound = self._bound.get(protocol) or self._bind(protocol)
        if value.__class__ is not bound.input:
            check_class(value, bound.input, self.name)
        try:
            return bound.write_request(value)
        except UNWRITABLE as error:
            validation.explain(error, value)

    def of_response(self, response: HttpResponse, *, protocol: str | None = None) -> Output | Error:
        """The output of a response, or its error: a value of the operation's closed union, never raised.

        An operation without an output gives None. Raises `ResponseError`, a `DecodeError`, for a response that has no
        error status but cannot be read.
        """
        bound = self._bound.get(protocol) or self._bind(protocol)
        try:
            value: Output | Error = bound.read_response(response)  # type: ignore[assignment] # faster than a cast
        except UnknownOperationError as error:
            # An event stream whose bytes hold an error that the model does not have.
            return cast("Error", _completed(error, bound.metadata_of(response)))
        except _UNREADABLE as error:
            raise _unreadable(error, response) from None
        return value

    def answer_of(self, response: HttpResponse, *, protocol: str | None = None) -> Answer[Output | Error]:
        """The output or the error of a response, with status, headers and the id of the request beside it.

        Raises what `of_response` raises.
        """
        bound = self._bind(protocol)
        try:
            metadata = bound.metadata_of(response)
            try:
                value = cast("Output | Error", bound.read_response(response, metadata))
            except UnknownOperationError as error:
                value = cast("Error", _completed(error, metadata))
        except _UNREADABLE as error:
            raise _unreadable(error, response) from None
        return Answer(value=value, metadata=metadata)

    def of_request(self, request: HttpRequest, *, protocol: str | None = None, constraints: bool = True) -> Input:
        """The input of a request: what a server reads, spelt as the model asks for.

        Raises `RequestError`, a `DecodeError` with path and reason, which tells the status and the code of the
        response; `refusal_of` makes it. With `constraints` the input is checked, too; without, that is left to `check`.
        """
        bound = self._bound.get(protocol) or self._bind(protocol)
        try:
            if bound.may_be_compressed:
                request = bound.unpacked(request)
            found, keeps_constraints = bound.read_strictly(request)
            value = cast("Input", found)
            if constraints and not keeps_constraints:
                self.check(value)
        except RequestError:
            raise
        except MissingError as error:
            raise protocols.refusals.missing(error, bound, request, constraints=constraints) from None
        except DecodeError as error:
            raise RequestError(error.reason, error.steps) from None
        except RecursionError:
            raise RequestError("nested too deeply") from None
        except UnknownOperationError:
            raise RequestError("an event stream that ends in an error") from None
        return value

    def check(self, value: Input) -> None:
        """Raises `RequestError` (400 ValidationException) with all constraints that an input breaks: required members,
        lengths, ranges, patterns, and values that an enum does not have. `of_request` does it unless it is told not to.
        """
        if isinstance(value, Shape):
            protocols.refusals.check_input(value)

    def refusal_of(
        self, error: RequestError, *, protocol: str | None = None, request_id: str | None = None
    ) -> HttpResponse:
        """The response to a request that `of_request` or `check` refuses: its status, and an error with its code.

        `request_id` is the id that the response tells the caller, where there is one.
        """
        bound = self._bind(protocol)
        refusal = protocols.refusals.refusal(bound, error)
        return bound.write_error(refusal, request_id)

    @overload
    def to_response(
        self: Operation[Input, None, Error],
        value: None = None,
        *,
        protocol: str | None = None,
        request_id: str | None = None,
    ) -> HttpResponse: ...
    @overload
    def to_response(
        self, value: Output, *, protocol: str | None = None, request_id: str | None = None
    ) -> HttpResponse: ...
    def to_response(
        self, value: Any = None, *, protocol: str | None = None, request_id: str | None = None
    ) -> HttpResponse:
        """The response with an output: what a server writes. Raises the same errors as `to_request`."""
        bound = self._bound.get(protocol) or self._bind(protocol)
        if value.__class__ is not bound.output:
            check_class(value, bound.output, self.name)
        try:
            return bound.write_response(value, request_id)
        except UNWRITABLE as error:
            validation.explain(error, value)

    def error_to_response(
        self, error: Error, *, protocol: str | None = None, request_id: str | None = None
    ) -> HttpResponse:
        """The response with an error: of the operation, or any other as `UnknownOperationError`.

        Raises what `to_request` raises, and `EncodeError` for what is no error of a service.
        """
        formats.errors.expect_error(error, self.name)
        bound = self._bind(protocol)
        try:
            return bound.write_error(error, request_id)
        except UNWRITABLE as failure:
            validation.explain(failure, error)

    @property
    def pages(self) -> Pages[Input, Output, Any] | None:
        """How the operation gives pages; None where its output is all there is."""
        if self.paging is None:
            return None
        from botobind.pages import Pages

        return Pages(operation=self.name, **self.paging)

    def next_input(self, request: Input, output: Output) -> Input | None:
        """The request of the next page, from that of a page and its output; None after the last one.

        Raises `PaginationError` for an operation that has no pages, and where the service gives the same token twice.
        """
        from botobind.pages import pages_of

        check_class(request, self._load(self.input_shape), self.name)
        check_class(output, self._load(self.output_shape), self.name)
        return pages_of(self).next_input(request, output)

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
        names = dict.fromkeys(self._error_classes.values())
        return cast("tuple[type[Error], ...]", tuple(self._load(name) for name in names))

    @property
    def _error_classes(self) -> Mapping[str, str]:
        if self.error_shapes is not None:
            return self.error_shapes
        output = self._load(self.output_shape)
        return _NOTHING if output is None else output.ERRORS

    def _load(self, name: str | None) -> type[Shape] | None:
        return None if name is None else getattr(self.values, name)

    def error_of_json(self, name: str, data: object) -> Error:
        """The error that a service calls `name` (`namespace#Name:uri` is understood), from its JSON object.

        One that is not modelled becomes `UnknownOperationError`. Raises `DecodeError` with path and reason.
        """
        return cast("Error", formats.errors.decode_json(self.values, self._error_classes, name, data))

    def error_of_xml(self, name: str, element: XmlElement) -> Error:
        """The error that a service calls `name`, from the XML of a response, or from its `Error` element.

        One that is not modelled becomes `UnknownOperationError`. Raises `DecodeError` with path and reason.
        """
        return cast("Error", formats.errors.decode_xml(self.values, self._error_classes, name, element))

    def error_to_json(self, error: Error) -> JsonObject:
        """The JSON object of an error, with its name under `__type`. Raises `EncodeError` for what is no error."""
        return formats.errors.to_json(error)

    def error_to_xml(self, error: Error) -> XmlElement:
        """The `Error` element of an error, with its code. Raises `EncodeError` for what is no error."""
        return formats.errors.to_xml(error)

    def error_of_value(self, response: Mapping[str, Any]) -> Error:
        """The error that boto3 has raised: from the `response` of a `ClientError`.

        It has the members, the code, the status and the request's id, and how often the request was sent. One that is
        not modelled becomes `UnknownOperationError`. Raises `DecodeError` with path and reason.
        """
        return cast("Error", protocols.valueerrors.decode_value(self.values, self._error_classes, response))

    def error_class(self, name: str) -> type[ErrorShape] | None:
        """The class of the error that goes by a bare name or code; None for one that is not modelled."""
        return cast("type[ErrorShape] | None", self._load(self._error_classes.get(name)))


Operation.__doc__ = cast("str", _OwnDocstring(Operation.__doc__))


class PagedOperation(Operation[Input, Output, Error], Generic[Input, Output, Error, Item]):
    """An API operation that gives its results page by page."""

    __slots__ = ()

    @property
    def pages(self) -> Pages[Input, Output, Item]:
        """How the operation gives pages."""
        return cast("Pages[Input, Output, Item]", super().pages)


PagedOperation.__doc__ = cast("str", _OwnDocstring(PagedOperation.__doc__))


def operation(**description: Any) -> Operation[Any, Any, Any]:
    """The operation of a description: one that gives pages where it says how. What it leaves out is as in most
    services that are no REST.
    """
    facts = {"wire_name": description["name"], "method": "POST", "uri": "/", **description}
    return (PagedOperation if "paging" in description else Operation)(**facts)


def _completed(error: UnknownOperationError, metadata: ResponseMetadata) -> UnknownOperationError:
    """An error from inside of a response, with what the response says of it."""
    protocols.base.complete_error(error, metadata)
    return error


def _operation_of(package: str, name: str) -> Operation[Any, Any, Any]:
    operation: Operation[Any, Any, Any] = import_module(f"{package}.endpoints").OPERATIONS[name]
    return operation


def check_class(value: object, expected: type[Shape] | None, operation: str) -> None:
    """Refuses a value that is not the operation's before its members are touched."""
    if expected is None:
        if value is not None:
            raise EncodeError(f"{operation} has nothing there, got {type(value).__name__}")
    elif not isinstance(value, expected):
        raise EncodeError(f"expected {expected.__name__} for {operation}, got {type(value).__name__}")


def _unreadable(error: DecodeError | RecursionError, response: HttpResponse) -> ResponseError:
    """What a response without an error status is that cannot be read."""
    if isinstance(error, RecursionError):
        return ResponseError("nested too deeply", (), response.status)
    body = response.body if isinstance(response.body, bytes) else None
    return ResponseError(error.reason, error.steps, response.status, body, _request_id(response))


def _request_id(response: HttpResponse) -> str | None:
    try:
        return protocols.base.Protocol.metadata_of(response).request_id
    except DecodeError:
        return None


def package_of_service(given: Any) -> Any:
    """The package of a service that was given. Raises `TypeError` for anything else, such as the service's name."""
    if not (isinstance(given, ModuleType) and hasattr(given, "endpoints") and hasattr(given, "protocols")):
        raise TypeError(f"expected the package of a service, got {getattr(given, '__name__', type(given).__name__)}")
    return given


def operation_called(package: Any, called: Operation[Any, Any, Any] | str) -> Operation[Any, Any, Any]:
    """The operation of a service's package that is given, or that is called so in the API or in snake case. Raises
    `BotobindError` where there is none, with a name that is like it, and for an operation of another package.
    """
    if not isinstance(called, Operation):
        operations: OperationTable = package.endpoints.OPERATIONS
        found = operations[called] if called in operations else operations.by_python_name(called)
        if found is None:
            names = [*operations, *operations.python_names()]
            raise BotobindError(f"{package.service} has no operation {called!r}{hint(called, names)}")
        return found
    if called.values.__name__ != f"{package.__name__}.values":
        raise BotobindError(f"{called.name} is no operation of {package.__name__}")
    return called


class OperationTable(Mapping[str, Operation[Any, Any, Any]]):
    """The operations of a service by their names in the API, each loaded when it is first asked for.

    `modules` has the lines of a `ModuleTable` of their Python names; `renamed` has those that are not called as in the
    API, by their names there.
    """

    def __init__(self, package: str, modules: str, renamed: Mapping[str, str] = _NOTHING) -> None:
        self._package = package
        self.modules = self._modules = ModuleTable(modules)
        self._renamed = renamed
        self._names_in_api = {attribute: name for name, attribute in renamed.items()}

    def __getitem__(self, name: str) -> Operation[Any, Any, Any]:
        if name not in self:
            raise KeyError(str(unknown_name(self._package, name, self)))
        operation: Operation[Any, Any, Any] = getattr(import_module(self._package), self.attribute_of(name))
        return operation

    def attribute_of(self, name: str) -> str:
        """The attribute of the package that an operation is, by its name in the API."""
        return self._renamed.get(name, name)

    def by_python_name(self, name: str) -> Operation[Any, Any, Any] | None:
        """The operation by its name in snake case, which clients call it by; None where there is none."""
        attribute = self._modules.name_in(name)
        return None if attribute is None else getattr(import_module(self._package), attribute)

    def name_of(self, python_name: str) -> str | None:
        """The name in the API of the operation that clients call so; None where there is none. Nothing is loaded."""
        attribute = self._modules.name_in(python_name)
        return None if attribute is None else self._names_in_api.get(attribute, attribute)

    def python_names(self) -> list[str]:
        """The operations' names in snake case, in their order."""
        return list(self._modules.values())

    def __contains__(self, name: object) -> bool:
        return name in self._renamed or (name in self._modules and name not in self._names_in_api)

    def __iter__(self) -> Iterator[str]:
        return (self._names_in_api.get(attribute, attribute) for attribute in self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __repr__(self) -> str:
        return f"<{len(self)} operations of {self._package}>"

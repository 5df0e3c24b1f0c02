"""Generated classes and the constraints of aliases as types of pydantic's fields: `botobind[pydantic]`.

pydantic asks the types themselves, and these hand the question on to this package, which nothing else loads.
https://docs.pydantic.dev/latest/concepts/types/#customizing-validation-with-__get_pydantic_core_schema__
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic_core import ValidationError, core_schema

from botobind import schema, tables
from botobind.constraints import Len, Sensitive
from botobind.jsonschema import constraint_keywords, schema_of_class
from botobind.markers import JSON, class_in_format
from botobind.pydantic.problems import as_pydantic, problems_of_constraint, read, without_inputs
from botobind.pydantic.trees import write_tree

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core.core_schema import CoreSchema

    from botobind.shapes import Shape

__all__ = ["schema_of_constraint", "schema_of_shape", "schema_of_stream"]

_JsonSchema = dict[str, Any]

_JSON_SCHEMA = "pydantic_js_functions"
"""Where pydantic looks for what writes the JSON Schema of a type."""
_HIDES = "botobind_hides"
"""What the types say of themselves whose values are not told: constraints may stand outside of `Sensitive`."""


def schema_of_shape(cls: type[Shape]) -> CoreSchema:
    """What pydantic makes of a generated class: it takes instances, dicts and JSON, and gives dicts and JSON.

    Raises `EncodeError` for a class that was generated without JSON.
    """
    class_in_format(cls, JSON)
    return _schema_of(cls, lambda _, handler: _with_definitions(cls, handler))


def _schema_of(cls: type[Shape], write_json_schema: Callable[[Any, GetJsonSchemaHandler], _JsonSchema]) -> CoreSchema:
    return core_schema.no_info_plain_validator_function(
        lambda value: read(cls, value),
        ref=_name_of(cls),
        metadata={_JSON_SCHEMA: [write_json_schema]},
        serialization=core_schema.plain_serializer_function_ser_schema(write_tree, info_arg=True),
    )


def _name_of(cls: type[Shape]) -> str:
    """What pydantic calls the definition of a class, before it leaves out what is not needed to tell classes apart."""
    return f"{tables.index_of(cls) or cls.__module__}.{cls.__qualname__}:{id(cls)}"


def _with_definitions(cls: type[Shape], handler: GetJsonSchemaHandler) -> _JsonSchema:
    """The JSON Schema of a class; pydantic is told those of all that it names, each of which names others only."""
    found, named = _own(cls, handler)
    known, left = {cls}, named
    while left:
        target = left.pop()
        if target not in known:
            known.add(target)
            other, more = _own(target, handler)
            left += more
            # Schemas within another one are those that become definitions.
            inner = _schema_of(target, lambda *_, other=other: other)
            handler(core_schema.list_schema(inner))
    return found


def _own(cls: type[Shape], handler: GetJsonSchemaHandler) -> tuple[_JsonSchema, list[type[Shape]]]:
    return schema_of_class(cls, lambda target: handler(core_schema.definition_reference_schema(_name_of(target))))


def schema_of_constraint(constraint: object, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """What pydantic makes of a type in `Annotated` with a constraint of a model."""
    inner = handler(source)
    if isinstance(constraint, Sensitive):
        return _hidden(inner)
    is_secret = _HIDES in (inner.get("metadata") or {})
    problems = problems_of_constraint(constraint, schema.node_of(source), hidden=is_secret)

    def check(value: Any) -> Any:
        found = [*problems(value)]
        if found:
            raise as_pydantic(type(constraint).__name__, found)
        return value

    def update(core: CoreSchema, handler: GetJsonSchemaHandler) -> _JsonSchema:
        found = handler(core)
        what = {"array": "Items", "object": "Properties"}.get(found.get("type", ""), "Length")
        # JSON Schema counts the characters of blobs, the model their bytes.
        is_blob = isinstance(constraint, Len) and "format" in found
        return found if is_blob else {**found, **constraint_keywords((constraint,), what)}

    return core_schema.no_info_after_validator_function(check, inner, metadata=_metadata(update, secret=is_secret))


def _hidden(inner: CoreSchema) -> CoreSchema:
    """A type whose values are not told by errors."""

    def check(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError as failure:
            error = without_inputs(failure)
        # Not where it was caught: it would have the other one as its context.
        raise error

    def update(core: CoreSchema, handler: GetJsonSchemaHandler) -> _JsonSchema:
        return {**handler(core), "writeOnly": True}

    return core_schema.no_info_wrap_validator_function(check, inner, metadata=_metadata(update, secret=True))


def _metadata(write_json_schema: Callable[..., _JsonSchema], *, secret: bool) -> dict[str, Any]:
    found: dict[str, Any] = {_JSON_SCHEMA: [write_json_schema]}
    return {**found, _HIDES: True} if secret else found


def schema_of_stream() -> CoreSchema:
    """What pydantic makes of a streaming payload: bytes, or what has `read`, which stays as it is."""
    return core_schema.no_info_wrap_validator_function(
        lambda value, handler: value if callable(getattr(value, "read", None)) else handler(value),
        core_schema.bytes_schema(),
    )

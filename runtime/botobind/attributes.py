"""The decorators of attrs for classes that users' programs name, declared in few words, and with most of it done later.

Editors evaluate a decorator with each key that is pressed, and those of attrs are overloads with two dozen parameters.
mypy knows what attrs has by its names, and reads these. At run time attrs completes a class when somebody asks for what
it gives: see `late_attrs`.
"""
# ruff: noqa: A002, D103 - documentation and arguments are those of attrs

from __future__ import annotations

from typing import TYPE_CHECKING, Any

MYPY = False
if MYPY:
    from attrs import define, evolve, field, frozen
elif TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar, dataclass_transform

    T = TypeVar("T")

    def field(
        *,
        default: Any = ...,
        factory: Callable[[], Any] = ...,
        init: bool = ...,
        repr: bool | Callable[[Any], str] = ...,
        eq: bool = ...,
        converter: Callable[[Any], Any] = ...,
    ) -> Any: ...
    def evolve(value: T, /, **changes: Any) -> T: ...
    @dataclass_transform(field_specifiers=(field,))
    def define(
        *, eq: bool = ..., repr: bool = ..., kw_only: bool = ..., slots: bool = ...
    ) -> Callable[[type[T]], type[T]]: ...
    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def frozen(
        *, eq: bool = ..., repr: bool = ..., kw_only: bool = ..., slots: bool = ...
    ) -> Callable[[type[T]], type[T]]: ...
else:
    from functools import partial

    from botobind.late_attrs import Field, complete_later, evolve

    def field(**options: Any) -> Field:
        return Field(options)

    def define(**options: Any) -> partial[type]:
        return partial(complete_later, options)

    def frozen(**options: Any) -> partial[type]:
        return partial(complete_later, {"frozen": True, **options})


__all__ = ["define", "evolve", "field", "frozen"]

"""The decorators of attrs for classes that users' programs name, declared in few words.

Editors evaluate a decorator with each key that is pressed, and those of attrs are overloads with two dozen parameters.
mypy knows what attrs has by its names, and reads these.
"""
# ruff: noqa: A002, D103 - documentation and arguments are those of attrs

from __future__ import annotations

from typing import TYPE_CHECKING

MYPY = False
if MYPY or not TYPE_CHECKING:
    from attrs import define, field, frozen
else:
    from collections.abc import Callable
    from typing import Any, TypeVar, dataclass_transform

    T = TypeVar("T")

    def field(
        *,
        default: Any = ...,
        factory: Callable[[], Any] = ...,
        init: bool = ...,
        repr: bool = ...,
        eq: bool = ...,
        converter: Callable[[Any], Any] = ...,
    ) -> Any: ...
    @dataclass_transform(field_specifiers=(field,))
    def define(
        *, eq: bool = ..., repr: bool = ..., kw_only: bool = ..., on_setattr: Any = ...
    ) -> Callable[[type[T]], type[T]]: ...
    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def frozen(
        *, eq: bool = ..., repr: bool = ..., kw_only: bool = ..., slots: bool = ...
    ) -> Callable[[type[T]], type[T]]: ...


__all__ = ["define", "field", "frozen"]

"""What is worked out when it is first asked for: attributes, and what functions say of classes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

__all__ = ["cached_by_class", "cached_property", "class_attribute"]

T = TypeVar("T")

if TYPE_CHECKING:

    def cached_by_class(function: T) -> T:
        """`functools.cache` for functions of classes. To type checkers a class whose instances are no keys is none."""
        return function
else:
    cached_by_class = cache


class cached_property(Generic[T]):  # noqa: N801 - called as what it stands for
    """`functools.cached_property` as it is since Python 3.12: without a lock.

    Python 3.11 takes a lock that all instances share. A child that is forked while another thread holds it waits for
    ever. Without it, two threads that ask at once may both work the value out.
    """

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> T:
        if instance is None:
            return self  # type: ignore[return-value] # on the class, as properties do
        value = self._work_out(instance)
        instance.__dict__[self._name] = value
        return value


class class_attribute(Generic[T]):  # noqa: N801 - called as what it stands for
    """An attribute that is worked out of a class when it is first asked for, and then is the class's own."""

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> T:
        value = self._work_out(owner)
        setattr(owner, self._name, value)
        return value

"""Class methods that take what the class's constructor takes, and say so when they are asked."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class _Written(str):
    """An annotation as it is written: signatures show text in quotes otherwise."""

    __slots__ = ()

    def __repr__(self) -> str:
        return self.replace("Shapes.", "").replace("Types.", "")


class OwnSignature:
    """A class method whose signature is that of the constructor of whichever class it is asked of.

    The class gets one of its own when it is first used: `inspect.signature` reads signatures from functions, which all
    classes share otherwise.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, value: object, owner: type) -> Any:
        """The method of a class, or of the class of a value."""
        name = self._function.__name__
        method = classmethod(self._of(owner))
        if next(vars(base)[name] for base in owner.__mro__ if name in vars(base)) is self:  # `super` asks, too
            setattr(owner, name, method)
        return method.__get__(value, owner)

    def _of(self, owner: type) -> Callable[..., Any]:
        import inspect

        shared: Any = self._function

        @wraps(shared)
        def own(cls: type, *args: Any, **kwargs: Any) -> Any:
            return shared(cls, *args, **kwargs)

        vars(own).pop("__wrapped__")  # its signature is not this one's
        parameters = [
            each.replace(annotation=_Written(each.annotation)) if isinstance(each.annotation, str) else each
            for each in inspect.signature(owner).parameters.values()
        ]
        first = inspect.Parameter("cls", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        own.__signature__ = inspect.Signature([first, *parameters], return_annotation=_Written(owner.__name__))  # type: ignore[attr-defined]
        return own

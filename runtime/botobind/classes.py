"""Classes that attrs completes when somebody asks for what it gives.

For each class attrs compiles a constructor and describes the fields, which takes 100 to 1,000 µs; the class itself
takes 15: `definitions` in benchmarks/tricks.py. Decoders make instances without a constructor, so that most of the
classes that a program loads need none.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botobind import tables
from botobind.docstrings import class_docstring
from botobind.unions import OneMember, add_properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botobind.attributes import define
else:

    def define(**options: Any) -> Callable[[type], type]:
        """The decorator of generated classes, which takes the options of `attrs.define` and does the same, but for what
        can wait. Unions have no slots for their members, and `OneMember`'s constructor.
        """
        return lambda cls: _with_slots(cls, options)


__all__ = ["define"]

_CONSTRUCTOR = "__init__"
_DESCRIPTIONS = ("__attrs_attrs__", "__attrs_props__")
"""What attrs knows a class by: the fields and, since 25.4, the options."""


def _with_slots(cls: type, options: dict[str, Any]) -> type:
    annotations: dict[str, str] = vars(cls).get("__annotations__", {})
    names = [name for name, annotation in annotations.items() if not annotation.startswith("ClassVar")]
    is_union = issubclass(cls, OneMember)
    can_be_referred_to = any("__weakref__" in vars(base) for base in cls.__mro__[1:])
    own = {name: value for name, value in vars(cls).items() if name not in {*names, "__dict__", "__weakref__"}}
    if "SCHEMA" in own:
        own.setdefault("SHAPE", cls.__name__)
        service = tables.service_name_of(cls)
        for method in [name for name in tables.OWN_NAMES if name in own]:
            own[tables.own_name(method, service, cls.__name__)] = own[method]
        if own.get("__doc__") is None:
            own["__doc__"] = _DocstringOfStub()
    slots = () if is_union else names if can_be_referred_to else [*names, "__weakref__"]
    made = type(cls)(cls.__name__, cls.__bases__, {"__slots__": tuple(slots), **own, "__qualname__": cls.__qualname__})
    defaults = {name: vars(cls)[name] for name in names if name in vars(cls)}
    for name in _DESCRIPTIONS if is_union else (_CONSTRUCTOR, *_DESCRIPTIONS):
        setattr(made, name, _FromAttrs(made, name, defaults, options))
    if issubclass(made, OneMember):
        add_properties(made)
    return made


class _DocstringOfStub:
    """The docstring of a class that stands in no other place than its package's stub."""

    def __get__(self, value: object, cls: type) -> str | None:
        if vars(cls).get("__doc__") is not self:  # docstrings are not inherited
            return None
        return class_docstring(tables.index_of(cls), cls.__name__)


class _FromAttrs:
    """An attribute of a class that attrs makes when it is first asked for."""

    __slots__ = ("_cls", "_defaults", "_name", "_options")

    def __init__(self, cls: type, name: str, defaults: dict[str, Any], options: dict[str, Any]) -> None:
        self._cls = cls
        self._name = name
        self._defaults = defaults
        self._options = options

    def __get__(self, value: object, owner: type) -> Any:
        # Two threads may both complete the class, with equal results. A lock would be lost to a child forked meanwhile.
        if vars(self._cls).get(self._name) is self:
            self._complete()
        try:
            found = vars(self._cls)[self._name]
        except KeyError:
            raise AttributeError(self._name) from None
        return found.__get__(value, owner) if self._name == _CONSTRUCTOR else found

    def _sensitive_names(self) -> Iterable[str]:
        """The attributes that tools which go by attrs' fields shall not show either."""
        cls: Any = self._cls
        names: Iterable[str] = cls.MEMBERS if cls.TRAITS.get("sensitive") else cls.SENSITIVE
        return names

    def _complete(self) -> None:
        import attrs

        cls = self._cls
        known = {name: getattr(cls, name) for name in ("__annotations__", "__module__", "__qualname__")}
        hidden = {
            name: attrs.field(default=self._defaults.get(name, attrs.NOTHING), repr=False)
            for name in self._sensitive_names()
        }
        model = attrs.define(**self._options, slots=False)(
            type(cls)(cls.__name__, cls.__bases__, {**self._defaults, **known, **hidden})
        )
        for name in (_CONSTRUCTOR, *_DESCRIPTIONS):
            if isinstance(vars(cls).get(name), _FromAttrs):
                if name in vars(model):
                    setattr(cls, name, vars(model)[name])
                else:
                    with suppress(AttributeError):  # another thread was faster
                        delattr(cls, name)

"""Classes that attrs completes when somebody asks for what it gives.

To import attrs takes twice as long as to start Python, and for each class it compiles methods and describes fields, in
100 to 1,000 µs. The class itself takes 15, and its constructor, which is compiled here for the first instance, 40: see
benchmarks/start.py, and `definitions` in benchmarks/tricks.py. Fields, `repr` and pickling come from attrs. Decoders
make instances without a constructor, and most programs ask most classes for nothing of this.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from types import FunctionType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["CONSTRUCTOR", "DESCRIPTIONS", "Completion", "Field", "attributes_of", "complete_later", "evolve", "slotted"]

CONSTRUCTOR = "__init__"
DESCRIPTIONS = ("__attrs_attrs__", "__attrs_props__")
"""What attrs knows a class by: the fields and, since 25.4, the options."""


_OF_CLASS = ("__annotations__", "__module__", "__qualname__", "__orig_bases__", "__parameters__")
_IN_CONSTRUCTOR = frozenset({"default", "factory", "converter"})


class Field:
    """What a class says of an attribute: the options of `attrs.field`."""

    __slots__ = ("options",)

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options


class _Nothing:
    """Stands for an argument that is left out, in whose place something is made."""

    def __repr__(self) -> str:
        return "NOTHING"


_NOTHING = _Nothing()


class Completion:
    """How a class is completed: with its defaults or descriptions by attribute, and the options of `attrs.define`.
    `hidden` tells of the class which attributes nobody shows besides. `inherited` are attributes of its bases, with
    annotations, that its constructor takes as well, and sets where they are not None.
    """

    __slots__ = ("_fields", "_hidden", "_inherited", "_options", "cls")

    def __init__(
        self,
        cls: type,
        fields: Mapping[str, Any],
        options: Mapping[str, Any],
        hidden: Callable[[Any], Iterable[str]] | None = None,
        inherited: Mapping[str, str] | None = None,
    ) -> None:
        self.cls = cls
        self._inherited = inherited or {}
        self._fields = fields
        self._options = options
        self._hidden = hidden

    def later(self, *names: str) -> None:
        """Gives the class attributes of these names, each of which is made when it is first asked for."""
        for name in names:
            setattr(self.cls, name, _Later(self, name))

    def make(self, name: str) -> None:
        """Makes an attribute of the class, and with it all the others that attrs gives, where it does."""
        # Two threads may both complete the class, with equal results. A lock would be lost to a child forked meanwhile.
        if name == CONSTRUCTOR and not self._inherits():
            self._put(name, _constructor(self.cls, self._described(), self._options, self._inherited))
        else:
            self._complete()

    def _described(self) -> dict[str, Mapping[str, Any]]:
        """The options of `attrs.field` by attribute."""
        given = self._fields
        return {name: _options_of(given[name]) if name in given else {} for name in attributes_of(self.cls)}

    def _put(self, name: str, made: object) -> None:
        if isinstance(vars(self.cls).get(name), _Later):
            setattr(self.cls, name, made)

    def _inherits(self) -> bool:
        """Whether the constructor takes what those of other classes take."""
        return any(vars(base).get(DESCRIPTIONS[0]) is not None for base in self.cls.__mro__[1:])

    def _complete(self) -> None:
        import attrs

        cls = self.cls
        options = self._described()
        for name in self._hidden(cls) if self._hidden is not None else ():
            options[name] = {**options[name], "repr": False}
        fields = {name: attrs.field(**given) for name, given in options.items()}
        known = {name: getattr(cls, name) for name in _OF_CLASS if hasattr(cls, name)}
        model = attrs.define(**self._options)(type(cls)(cls.__name__, cls.__bases__, {**fields, **known}))
        for name, later in list(vars(cls).items()):
            if not isinstance(later, _Later) or (name == CONSTRUCTOR and not self._inherits()):
                continue
            if name in vars(model):
                self._put(name, vars(model)[name])
            else:
                with suppress(AttributeError):  # another thread was faster
                    delattr(cls, name)


class _Later:
    """An attribute of a class that is made when it is first asked for."""

    __slots__ = ("_completion", "_name")

    def __init__(self, completion: Completion, name: str) -> None:
        self._completion = completion
        self._name = name

    def __get__(self, value: object, owner: type) -> Any:
        namespace = vars(self._completion.cls)
        if namespace.get(self._name) is self:
            self._completion.make(self._name)
        try:
            found = namespace[self._name]
        except KeyError:
            raise AttributeError(self._name) from None
        return found.__get__(value, owner) if isinstance(found, FunctionType) else found


def complete_later(options: Mapping[str, Any], cls: type) -> type:
    """The class with slots that `attrs.define` makes of a class, completed later.

    Its methods have no `super()` without arguments, since that means the class before, and assignments convert nothing.
    """
    names = attributes_of(cls)
    is_frozen, has_equality, has_slots = (options.get(name, name != "frozen") for name in ("frozen", "eq", "slots"))
    later = [*DESCRIPTIONS]
    later += ["__getstate__", "__setstate__"] * has_slots
    later += ["__repr__"] * options.get("repr", True)
    fields = {name: vars(cls)[name] for name in names if name in vars(cls)}
    positional = (
        [] if options.get("kw_only") else [name for name in names if _options_of(fields.get(name)).get("init", True)]
    )
    besides: dict[str, Any] = {"__match_args__": tuple(positional), "__replace__": evolve}
    if is_frozen:
        besides |= {"__setattr__": _refuse_change, "__delattr__": _refuse_change}
    if has_equality:
        compared = [name for name in names if _options_of(fields.get(name)).get("eq", True)]
        besides["__eq__"] = _equality(compared)
        besides["__hash__"] = _hash(compared) if is_frozen else None
    besides = {name: value for name, value in besides.items() if name not in vars(cls)}
    made = slotted(cls, names, names if has_slots else ("__dict__",), besides)
    Completion(made, fields, options).later(*(name for name in (CONSTRUCTOR, *later) if name not in vars(cls)))
    return made


def evolve(inst: Any, /, **changes: Any) -> Any:
    """A value like another one, but for some attributes: what `attrs.evolve` gives, for classes that are completed
    later, and without attrs.
    """
    cls = type(inst)
    described = [base for base in cls.__mro__ if DESCRIPTIONS[0] in vars(base)]
    names = {name.lstrip("_"): name for base in reversed(described) for name in attributes_of(base)}
    # Unions look for what it is called here, which is what attrs calls it.
    return cls(
        **changes, **{argument: getattr(inst, name) for argument, name in names.items() if argument not in changes}
    )


def attributes_of(cls: type) -> list[str]:
    """The names of the attributes that a class's own annotations declare."""
    annotations: dict[str, str] = vars(cls).get("__annotations__", {})
    return [name for name, annotation in annotations.items() if not annotation.startswith("ClassVar")]


def slotted(cls: type, names: Iterable[str], slots: Iterable[str], besides: Mapping[str, Any]) -> type:
    """A class like another one, but for its attributes of these names: with slots, and what there is `besides`."""
    can_be_referred_to = any("__weakref__" in vars(base) for base in cls.__mro__[1:])
    own = {name: value for name, value in vars(cls).items() if name not in {*names, "__dict__", "__weakref__"}}
    all_slots = tuple(slots) if can_be_referred_to else (*slots, "__weakref__")
    body = {"__slots__": all_slots, **own, **besides, "__qualname__": cls.__qualname__}
    made: type = type(cls)(cls.__name__, cls.__bases__, body)
    return made


def _options_of(field: Any) -> Mapping[str, Any]:
    """The options of `attrs.field` for an attribute that is described, or has nothing but a default."""
    return field.options if isinstance(field, Field) else {"default": field}


def _equality(names: Iterable[str]) -> Callable[[Any, object], bool]:
    """Whether two values of one class have equal attributes."""

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807 - the name that it has in tracebacks
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in names)

    return __eq__


def _hash(names: Iterable[str]) -> Callable[[Any], int]:
    def __hash__(self: Any) -> int:  # noqa: N807 - the name that it has in tracebacks
        return hash((self.__class__, *(getattr(self, name) for name in names)))

    return __hash__


def _refuse_change(self: Any, name: str, *_: object) -> NoReturn:  # noqa: ARG001 - for any value and any attribute
    from attrs.exceptions import FrozenInstanceError

    raise FrozenInstanceError


def _constructor(
    cls: Any, fields: Mapping[str, Mapping[str, Any]], options: Mapping[str, Any], inherited: Mapping[str, str]
) -> Callable[..., None]:
    """The constructor of a class: what attrs makes of defaults, factories, converters and `__attrs_post_init__`; and
    attributes that are `inherited`.
    """
    set_attribute = '_set("{0}", {1})' if options.get("frozen") else "self.{0} = {1}"
    given: dict[str, Any] = {"_nothing": _NOTHING, "_setter_of": object.__setattr__.__get__}
    parameters, statements, annotations = [], ["_set = _setter_of(self)"] * bool(options.get("frozen")), {}
    for name, described in fields.items():
        given.update({f"_{option}_of_{name}": described[option] for option in described.keys() & _IN_CONSTRUCTOR})
        argument = value = name.lstrip("_")
        if "factory" in described:
            value = f"_factory_of_{name}()"
            if described.get("init", True):
                value = f"({value} if {argument} is _nothing else {argument})"
        if "converter" in described:
            value = f"_converter_of_{name}({value})"
        else:
            annotations[argument] = cls.__annotations__[name]
        default = "_nothing" if "factory" in described else f"_default_of_{name}" if "default" in described else ""
        if described.get("init", True):
            parameters.append(f"{argument}={default}" if default else argument)
        elif not default:
            continue
        statements.append(set_attribute.format(name, value))
    for name, annotation in inherited.items():
        parameters.append(f"{name}=None")
        annotations[name] = annotation
        statements.append(f"if {name} is not None: self.{name} = {name}")
    if hasattr(cls, "__attrs_post_init__"):
        statements.append("self.__attrs_post_init__()")
    listed = ", ".join(["self", *(["*"] if parameters and options.get("kw_only") else []), *parameters])
    body = "\n  ".join(statements) or "pass"
    source = f"def _make({', '.join(given)}):\n def __init__({listed}):\n  {body}\n return __init__\n"
    # In the module's own namespace annotations mean what they mean there.
    module = sys.modules.get(cls.__module__)
    namespace: dict[str, Any] = {}
    exec(source, {} if module is None else vars(module), namespace)  # noqa: S102 - of names that a class declares
    made: Callable[..., None] = namespace["_make"](**given)
    made.__module__, made.__qualname__ = cls.__module__, f"{cls.__qualname__}.{CONSTRUCTOR}"
    made.__annotations__ = {**annotations, "return": None}
    return made

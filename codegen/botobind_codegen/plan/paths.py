"""JMESPath expressions of a model → Python: paths of attributes, or functions where that does not do.

Each step is checked against the shapes of the output. An expression that leads nowhere stops generation, and so does
one of which `botobind.memberpaths` would make something else than JMESPath does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import jmespath
from attrs import evolve, frozen
from jmespath.exceptions import JMESPathError

from botobind.memberpaths import KEYS, Path
from botobind_codegen.literals import literal, tuple_of
from botobind_codegen.model import INTEGERS, Reference, Service, Shape

if TYPE_CHECKING:
    from botobind_codegen.scope.names import ServiceNames

ROOT = "output"
"""The argument of functions."""
_EACH = "each"
"""The argument of functions that filter."""

_Node = Mapping[str, Any]
_ORDERS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_EQUALITIES = {"eq": "==", "ne": "!="}
_GROUPS: dict[str, str] = {
    **dict.fromkeys((*INTEGERS, "float", "double"), "number"),
    **{kind: kind for kind in ("string", "boolean", "null")},
}
"""The kinds that can be compared, by what they can be compared with."""
_HAVE_LENGTH = frozenset({"string", "list", "map"})
_HAVE_TRUTH = frozenset({"boolean", "string", "list", "map"})
"""The kinds of which Python says true where JMESPath does."""
_OR, _AND, _NOT, _COMPARISON, _ATOM = range(5)
"""How strongly operators bind."""


class PathError(Exception):
    """Why an expression cannot be compiled."""


@frozen
class Type:
    """What an expression leads to: a shape, a list of what many places have, or what a comparison gives."""

    kind: str
    shape: Shape | None = None
    item: Type | None = None
    reference: Reference | None = None


@frozen
class Found:
    """An expression in Python: steps from the value of `base`, which is Python, too."""

    base: str
    type: Type
    steps: Path = ()
    is_many: bool = False
    """Whether the type is that of each item of a list."""
    binds: int = _ATOM
    is_sure: bool = False
    """Whether it is never None."""

    @property
    def path(self) -> Path | None:
        """The steps from the output; None where it takes more than these."""
        return self.steps if self.base == ROOT else None

    @property
    def code(self) -> str:
        """An expression over the argument of the function."""
        return f"codec.find({self.base}, {tuple_of(map(literal, self.steps))})" if self.steps else self.base

    @property
    def source(self) -> str:
        """What `find` takes."""
        return tuple_of(map(literal, self.path)) if self.path is not None else f"lambda {ROOT}: {self.code}"

    @property
    def whole(self) -> Type:
        """The type of all that is found."""
        return Type("list", item=self.type) if self.is_many else self.type

    def inside(self, binds: int) -> str:
        """The code as an operand of an operator that binds so strongly."""
        return f"({self.code})" if self.binds < binds and not self.steps else self.code


@frozen
class PathCompiler:
    """Compiles the expressions over the inputs and outputs of a service."""

    service: Service
    names: ServiceNames

    def compile(self, expression: str, shape: str | None, what: str = "output") -> Found:
        """The expression over the output of an operation, or over its input. Raises `PathError`."""
        try:
            parsed = jmespath.compile(expression).parsed
        except JMESPathError as error:
            raise PathError(f"{expression!r} is no JMESPath: {error}".splitlines()[0]) from None
        if shape is None:
            raise PathError(f"{expression!r} leads nowhere: the operation has no {what}")
        try:
            return self._compiled(parsed, Found(ROOT, self._type_of(self.service.shapes[shape])))
        except PathError as error:
            raise PathError(f"{expression!r} {error}") from None

    def _type_of(self, shape: Shape, reference: Reference | None = None) -> Type:
        opaque = shape.document or (reference is not None and reference.jsonvalue)
        return Type("document" if opaque else shape.kind, shape, reference=reference)

    def _of_reference(self, reference: Reference) -> Type:
        return self._type_of(self.service.shape(reference), reference)

    def item_of(self, found: Type) -> Type | None:
        """What a list holds, or the values of a map."""
        if found.item is not None:
            return found.item
        reference = found.shape and (found.shape.item or found.shape.value)
        return self._of_reference(reference) if reference else None

    def _compiled(self, node: _Node, on: Found) -> Found:
        compiler: Callable[[_Node, Found], Found] | None = getattr(self, f"_{node['type']}", None)
        if compiler is None:
            raise PathError(f"has a {node['type'].replace('_', ' ')}, which is not understood")
        return compiler(node, on)

    # Each of these is called after the type of a node.

    def _identity(self, node: _Node, on: Found) -> Found:
        del node
        return on

    _current = _identity

    def _field(self, node: _Node, on: Found) -> Found:
        name, shape = node["value"], on.type.shape
        if on.type.kind != "structure" or shape is None:
            raise PathError(f"asks {a_kind(on.type.kind)} for {name}")
        member = next((member for member in shape.members if member.name == name), None)
        if member is None:
            raise PathError(f"leads nowhere: {shape.name} has no member {name}")
        attribute = self.names.attributes[shape.name][name]
        return evolve(on, type=self._of_reference(member.reference), steps=(*on.steps, attribute))

    def _subexpression(self, node: _Node, on: Found) -> Found:
        for child in node["children"]:
            on = self._compiled(child, on)
        return on

    _index_expression = _subexpression

    def _index(self, node: _Node, on: Found) -> Found:
        return evolve(on, type=self._item(on, "an index"), steps=(*on.steps, node["value"]))

    def _pipe(self, node: _Node, on: Found) -> Found:
        left, right = node["children"]
        found = self._compiled(left, on)
        return self._compiled(right, Found(found.code, found.whole) if found.is_many else found)

    def _projection(self, node: _Node, on: Found) -> Found:
        left, right = node["children"]
        found = self._compiled(left, on)
        if left["type"] != "flatten":
            # `[*]` is `[]` where there is nothing to flatten.
            self._refuse_many(found, "[*]")
            found = evolve(found, type=self._flat_item(found, "[*]"), steps=(*found.steps, "[]"), is_many=True)
        return self._projected(right, found)

    def _flatten(self, node: _Node, on: Found) -> Found:
        self._refuse_many(on, "[]")
        found = self._compiled(node["children"][0], on)
        item = found.type if found.is_many else self._item(found, "[]")
        if item.kind == "list":
            item = self._item(evolve(found, type=item), "[]")
        return evolve(found, type=item, steps=(*found.steps, "[]"), is_many=True)

    def _value_projection(self, node: _Node, on: Found) -> Found:
        left, right = node["children"]
        found = self._compiled(left, on)
        self._refuse_many(found, "*")
        item = self._item(found, "*")
        return self._projected(right, evolve(found, type=item, steps=(*found.steps, "*"), is_many=True))

    def _filter_projection(self, node: _Node, on: Found) -> Found:
        left, right, condition = node["children"]
        found = self._compiled(left, on)
        self._refuse_many(found, "a filter")
        item = self._flat_item(found, "a filter")
        wanted = self._true(self._compiled(condition, Found(_EACH, item)))
        base = f"codec.filtered({found.code}, lambda {_EACH}: {wanted.code})"
        steps = () if right["type"] == "identity" else ("[]",)
        return self._projected(right, Found(base, item, steps, is_many=True))

    def _projected(self, right: _Node, on: Found) -> Found:
        """What is taken from each item: steps, and nothing else."""
        found = self._compiled(right, on)
        if found.base != on.base:
            raise PathError(f"has a {right['type'].replace('_', ' ')} behind a projection")
        return found

    def _refuse_many(self, found: Found, what: str) -> None:
        if found.is_many:
            raise PathError(f"has {what} within a projection")

    def _item(self, found: Found, what: str) -> Type:
        item = self.item_of(found.type)
        if item is None or (found.type.kind == "map") is not (what == "*"):
            raise PathError(f"has {what} behind {a_kind(found.type.kind)}")
        return item

    def _flat_item(self, found: Found, what: str) -> Type:
        item = self._item(found, what)
        if item.kind == "list":
            raise PathError(f"has {what} behind a list of lists")
        return item

    def _literal(self, node: _Node, on: Found) -> Found:
        del on
        value = node["value"]
        kinds = {str: "string", bool: "boolean", int: "integer", float: "double", type(None): "null"}
        if type(value) not in kinds:
            raise PathError(f"has the literal {value!r}, which is not understood")
        return Found(literal(value), Type(kinds[type(value)]), is_sure=value is not None)

    def _multi_select_list(self, node: _Node, on: Found) -> Found:
        """Several paths from one place: a list of what they lead to, which are of one kind."""
        found = [self._compiled(child, Found(_EACH, on.type)) for child in node["children"]]
        kinds = {each.whole.kind for each in found}
        if len(kinds) != 1 or any(each.base != _EACH or each.is_many for each in found):
            raise PathError("has a list of what are no paths to values of one kind")
        steps = (*on.steps, tuple(each.steps for each in found))
        return evolve(on, type=Type("list", item=found[0].type), steps=steps)

    def _function_expression(self, node: _Node, on: Found) -> Found:
        if node["value"] == "keys" and len(node["children"]) == 1:
            return self._keys(self._compiled(node["children"][0], on))
        if node["value"] != "length" or len(node["children"]) != 1:
            raise PathError(f"has the function {node['value']}, which is not understood")
        of = self._compiled(node["children"][0], on)
        if of.whole.kind not in _HAVE_LENGTH:
            raise PathError(f"asks {a_kind(of.whole.kind)} for its length")
        return Found(f"len({of.code})", Type("integer"), is_sure=True)

    def _keys(self, of: Found) -> Found:
        if of.whole.kind != "map" or of.is_many:
            raise PathError(f"asks {a_kind(of.whole.kind)} for its keys")
        return evolve(of, type=Type("string"), steps=(*of.steps, KEYS), is_many=True)

    def _comparator(self, node: _Node, on: Found) -> Found:
        left, right = (self._compiled(child, on) for child in node["children"])
        groups = [_GROUPS.get(each.whole.kind) for each in (left, right)]
        is_equality = node["value"] in _EQUALITIES
        if None in groups or (len(set(groups)) > 1 and not (is_equality and "null" in groups)):
            raise PathError(f"compares {a_kind(left.whole.kind)} with {a_kind(right.whole.kind)}")
        sign = _EQUALITIES[node["value"]] if is_equality else _ORDERS[node["value"]]
        if is_equality or (left.is_sure and right.is_sure):
            code = f"{left.inside(_ATOM)} {sign} {right.inside(_ATOM)}"
            return Found(code, Type("boolean"), binds=_COMPARISON)
        return Found(f"codec.compared({left.code}, {sign!r}, {right.code})", Type("boolean"))

    def _and_expression(self, node: _Node, on: Found) -> Found:
        return self._joined(node, on, "and", _AND)

    def _or_expression(self, node: _Node, on: Found) -> Found:
        return self._joined(node, on, "or", _OR)

    def _joined(self, node: _Node, on: Found, word: str, binds: int) -> Found:
        left, right = (self._true(self._compiled(child, on)) for child in node["children"])
        if left.whole.kind != right.whole.kind:
            raise PathError(f"gives {a_kind(left.whole.kind)} or {a_kind(right.whole.kind)}")
        return Found(f"{left.inside(binds)} {word} {right.inside(binds)}", left.whole, binds=binds)

    def _not_expression(self, node: _Node, on: Found) -> Found:
        operand = self._true(self._compiled(node["children"][0], on))
        return Found(f"not {operand.inside(_NOT)}", Type("boolean"), binds=_NOT)

    def _true(self, found: Found) -> Found:
        if found.whole.kind not in _HAVE_TRUTH:
            raise PathError(f"takes {a_kind(found.whole.kind)} for true or false")
        return found


def a_kind(kind: str) -> str:
    """The kind of a shape in a sentence."""
    return f"{'an' if kind == 'integer' else 'a'} {kind}"

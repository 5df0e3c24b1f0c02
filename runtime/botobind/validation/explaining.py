"""What it means that a value cannot be written: which of its members is to blame, and why.

Writers stop at the first thing that is wrong and don't know where in the value they are, since to know it would cost
time whenever nothing is wrong. The place is looked for here, by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from botobind import formats, schema
from botobind.errors import EncodeError, MapKey, Step, ValidationError, Violation, format_path
from botobind.formats import exact
from botobind.formats.text import bytes_of, write_integer
from botobind.markers import is_shape
from botobind.timestamps import to_rfc822

if TYPE_CHECKING:
    from botobind.shapes import Shape

_CHECKS: dict[str, Callable[[Any], object]] = {
    "str": exact.text,
    "int": exact.integer,
    "float": exact.number,
    "bool": exact.boolean,
    "bytes": bytes_of,
    "datetime": exact.moment,
    "document": exact.document,
    "stream": exact.chunks,
}

_Probe: TypeAlias = Callable[[Any], object]
_Found: TypeAlias = Iterator[tuple[tuple[Step, ...], str]]


def explain(error: Exception, value: object, above: tuple[Step, ...] = ()) -> NoReturn:
    """Raises what the failure to write a value means: `ValidationError` with the path of each member of a wrong type,
    else `EncodeError` with the path of the member that cannot be written, as far as it can be found. `above` is where
    the value is.
    """
    try:
        if isinstance(error, RecursionError):
            raise EncodeError("nested too deeply") from None
        if is_shape(value):
            check_types(value, above)
        if not isinstance(error, EncodeError):
            raise EncodeError(f"a member is of a wrong type: {type(error).__name__}") from None
        raise locate(error, value) if is_shape(value) else error
    finally:
        del error  # which would hold this frame, and this frame it, until the collector comes


def locate(error: EncodeError, value: Shape) -> EncodeError:
    """The error with the path of the member that cannot be written, where it has none yet and that can be found."""
    if not error.steps:
        for step in reversed(_place(error.reason, value)):
            error.under(step)
    return error


def check_types(value: Shape, above: tuple[Step, ...] = ()) -> None:
    """Raises `ValidationError` with every member of a wrong type; constraints are not looked at."""
    try:
        found = tuple(Violation(format_path(path), why) for path, why in _members(value, above, _wrong_type))
    except RecursionError:
        raise EncodeError("nested too deeply") from None
    if found:
        raise ValidationError(value.SHAPE, found)


def _place(reason: str, value: Shape) -> tuple[Step, ...]:
    """The path of the first scalar of which a writer says the same: that of headers only of those in headers."""
    probes: tuple[_Probe, ...] = (
        formats.uri.write_string,
        formats.xml.write_string,
        write_integer,
        to_rfc822,
        formats.cbor.write_single,
        formats.json.dump,
        formats.cbor.dump,
    )

    def fails_by(*probes: _Probe) -> _Check:
        return lambda _, scalar: reason if any(_reason(probe, scalar) == reason for probe in probes) else None

    in_headers = _members(value, (), fails_by(formats.header.write_string), value.HEADERS)
    return next((path for path, _ in chain(in_headers, _members(value, (), fails_by(*probes)))), ())


def _wrong_type(node: schema.Scalar | None, scalar: Any) -> str | None:
    return _reason(_CHECKS["str" if node is None else node.kind], scalar)


def _reason(check: _Probe, scalar: Any) -> str | None:
    """What a function says of a scalar that it does not take."""
    try:
        check(scalar)
    except EncodeError as error:
        return error.reason
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        # A scalar of another kind than the function is for, or within a document.
        return f"expected document, got {type(scalar).__name__}" if check is exact.document else None
    return None


_Check: TypeAlias = Callable[["schema.Scalar | None", Any], "str | None"]


def _members(value: Shape, path: tuple[Step, ...], check: _Check, attributes: Collection[str] | None = None) -> _Found:
    for member in schema.members_of(value.__class__):
        item = getattr(value, member.attribute, None)
        if item is not None and (attributes is None or member.attribute in attributes):
            yield from _node(member.node, item, (*path, member.name), check)


def _node(node: schema.Node, value: Any, path: tuple[Step, ...], check: _Check) -> _Found:
    try:
        match node:
            case schema.Scalar():
                why = check(node, value)
                if why is not None:
                    yield path, why
            case schema.Reference(target=target):
                yield from _members(exact.structure(value, target), path, check)
            case schema.ListOf(item=item):
                # An iterator can be read once only.
                for index, entry in enumerate(value if hasattr(exact.items(value), "__len__") else ()):
                    yield from _entry(item, entry, (*path, index), check, sparse=node.sparse)
            case schema.MapOf():
                yield from chain.from_iterable(
                    _map_entry(node, key, entry, path, check) for key, entry in exact.entries(value).items()
                )
            case schema.StreamOf(event=event):
                for index, entry in enumerate(value if isinstance(value, (list, tuple)) else ()):
                    yield from _entry(event, entry, (*path, index), check, sparse=False)
    except EncodeError as error:
        yield path, error.reason


def _map_entry(node: schema.MapOf, key: Any, entry: Any, path: tuple[Step, ...], check: _Check) -> _Found:
    hidden = any(schema.is_sensitive(part) for part in (node, node.key))
    below = (*path, MapKey("…" if hidden else str(key)))
    why = check(None, key)
    if why is not None:
        yield below, why
    yield from _entry(node.value, entry, below, check, sparse=node.sparse)


def _entry(node: schema.Node, entry: Any, path: tuple[Step, ...], check: _Check, *, sparse: bool) -> _Found:
    if entry is not None:
        yield from _node(node, entry, path, check)
    elif not sparse and not (isinstance(node, schema.Scalar) and node.kind == "document"):
        yield path, "expected a value, got None"

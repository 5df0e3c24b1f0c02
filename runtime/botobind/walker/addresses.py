"""Reads what is in the URI of a request: labels of the path, parameters of the query string."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from botobind.cached import cached_by_class
from botobind.errors import DecodeError, failed_at
from botobind.formats import tree, uri
from botobind.rules.bindings import bindings_of
from botobind.tables import text_kind

if TYPE_CHECKING:
    from botobind.rules.bindings import Binding
    from botobind.tables import Kind

__all__ = ["label_reader_of", "parameter_reader_of"]

_Read: TypeAlias = Callable[[Any], Any]


@cached_by_class
def label_reader_of(cls: Any) -> Callable[[Any, dict[str, str]], None]:
    """What sets the members that are in the path."""
    members = bindings_of(cls, "uri")
    return _reader([(each, _parser(each.value.kind)) for each in members], lambda labels, each: labels.get(each.name))


@cached_by_class
def parameter_reader_of(cls: Any) -> Callable[[Any, dict[str, list[str]]], None]:
    """What sets the members that are in the query string."""
    members = bindings_of(cls, "querystring")
    return _reader(
        [(each, _parameter_parser(each)) for each in members],
        # A map is of all parameters.
        lambda parameters, each: parameters if each.value.kind == "map" else parameters.get(each.name),
    )


def _reader(members: list[tuple[Binding, _Read]], get: Callable[[Any, Binding], Any]) -> Callable[[Any, Any], None]:
    def read(value: Any, texts: Any) -> None:
        at = ""
        try:
            for member, parse in members:
                at = member.name
                found = parse(get(texts, member))
                if member.mandatory:
                    found = _NOTHING.get(member.value.kind, tree.required)(found)
                setattr(value, member.attribute, found)
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None

    return read


_NOTHING: dict[str, _Read] = {"list": lambda found: found or [], "map": lambda found: found or {}}
"""Empty lists and maps leave no parameter behind."""


def _parser(kind: Kind) -> _Read:
    return getattr(uri, f"read_{text_kind(kind)}")  # type: ignore[no-any-return] # each of them is such a function


def _parameter_parser(member: Binding) -> _Read:
    kind, inner = member.value.kind, member.value.inner
    if kind == "map" and inner is not None:
        return uri.read_lists if inner.kind == "list" else uri.read_map
    if kind == "list" and inner is not None:
        return partial(uri.read_list, read=_parser(inner.kind))
    parse = _parser(kind)
    return lambda values: parse(uri.only(values))

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
def label_reader_of(cls: Any) -> _ReadTexts:
    """What sets the members that are in the path."""
    return _reader([(each, _parser(each.value.kind)) for each in bindings_of(cls, "uri")])


@cached_by_class
def parameter_reader_of(cls: Any) -> _ReadTexts:
    """What sets the members that are in the query string."""
    return _reader([(each, _parameter_parser(each)) for each in bindings_of(cls, "querystring")])


_ReadTexts: TypeAlias = Callable[[Any, dict[str, Any]], None]
"""Sets members of a value from texts by name. Raises `DecodeError` with path and reason."""


def _reader(members: list[tuple[Binding, _Read]]) -> _ReadTexts:
    # A map has all parameters, those of other members as well.
    maps = [(each.attribute, parse, each.mandatory) for each, parse in members if each.value.kind == "map"]
    named = [(each.name, each.attribute, parse, _absent(each)) for each, parse in members if each.value.kind != "map"]

    def read(value: Any, texts: dict[str, Any]) -> None:
        at = ""
        try:
            for at, attribute, parse, absent in named:
                if (text := texts.get(at)) is None:
                    setattr(value, attribute, None if absent is None else absent())
                else:
                    found = parse(text)
                    setattr(value, attribute, found if found is not None or absent is None else absent())
        except (DecodeError, RecursionError) as error:
            raise failed_at(at, error) from None
        for attribute, parse, is_mandatory in maps:
            setattr(value, attribute, parse(texts) or ({} if is_mandatory else None))

    return read


def _absent(member: Binding) -> Callable[[], Any] | None:
    """What gives the value of a member that must be there and is not. An empty list leaves no parameter behind."""
    if not member.mandatory:
        return None
    return list if member.value.kind == "list" else tree.missing


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

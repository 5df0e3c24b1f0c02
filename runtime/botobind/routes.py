"""The routes of a REST service: which operations a method, a path, a query string and headers lead to.

What is more specific wins, wherever it stands in the model. Segment by segment, from the left, a literal beats one in
which labels are but parts, of which that with more text around them wins; this beats a label, and a label beats a
greedy one; of patterns that go on, the longer wins. On the same path constant query strings come next, then the
required query-string and header members that the request has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from botobind.attributes import define, field, frozen
from botobind.wire.segments import fits

if TYPE_CHECKING:
    from botobind.http import HttpRequest


@frozen()
class Route:
    """What tells the requests of a REST operation from those of others."""

    operation: str
    """The operation's name in the API."""
    method: str
    uri: str
    """The path with its labels in braces, and a constant query string if there is one."""
    query: tuple[str, ...] = ()
    """The query string's names of required members."""
    headers: tuple[str, ...] = ()
    """The headers of required members."""
    deprecated: bool = False

    @property
    def path(self) -> str:
        """The path with its labels in braces."""
        return self.uri.partition("?")[0]

    @property
    def constants(self) -> str:
        """The constant query string; empty where there is none."""
        return self.uri.partition("?")[2]


@frozen()
class _Rule:
    """A route, read."""

    route: Route
    constants: tuple[tuple[str, str], ...]
    headers: frozenset[str]

    @classmethod
    def of_route(cls, route: Route) -> _Rule:
        constants = tuple(parse_qsl(route.constants, keep_blank_values=True))
        return cls(route, constants, frozenset(name.lower() for name in route.headers))

    def agrees(self, given: Mapping[str, str], pairs: frozenset[tuple[str, str]]) -> bool:
        """Whether a query string has all constants; one without a value (`?acl`) asks for the name alone."""
        return all((name, value) in pairs if value else name in given for name, value in self.constants)

    def fit(self, given: Mapping[str, str], headers: frozenset[str]) -> tuple[int, int, int]:
        """How well it fits a request that has its constants; the least is best."""
        present = sum(name in given for name in self.route.query) + len(self.headers & headers)
        missing = len(self.route.query) + len(self.headers) - present
        return -len(self.constants), missing, -present


@define()
class _End:
    """The routes of one method whose paths are the same, but for the labels' names."""

    plain: list[_Rule] = field(factory=list)
    by_constant: dict[str, list[_Rule]] = field(factory=dict)
    """Rules with constant query strings, by the name of the first."""

    def add(self, rule: _Rule) -> None:
        rules = self.by_constant.setdefault(rule.constants[0][0], []) if rule.constants else self.plain
        rules.append(rule)

    def routes(self) -> Iterator[Route]:
        for rules in (self.plain, *self.by_constant.values()):
            yield from (rule.route for rule in rules)

    def best(self, request: HttpRequest) -> tuple[str, ...]:
        rules, given = self.plain, dict(request.query)
        if given and self.by_constant:
            pairs = frozenset(request.query)
            named = (self.by_constant[name] for name in given if name in self.by_constant)
            rules = [rule for rules in named for rule in rules if rule.agrees(given, pairs)] or rules
        if len(rules) > 1:
            rules = _best(rules, given, request)
        return tuple(rule.route.operation for rule in rules)


def _best(rules: list[_Rule], given: Mapping[str, str], request: HttpRequest) -> list[_Rule]:
    headers: frozenset[str] = frozenset()
    if any(rule.headers for rule in rules):
        headers = frozenset(name.lower() for name, _ in request.headers.pairs())
    fits = [(rule.fit(given, headers), rule) for rule in rules]
    best = min(fit for fit, _ in fits)
    equals = [rule for fit, rule in fits if fit == best]
    if len(equals) > 1:
        # SDKs that are made from Smithy models name the operation in `x-id`, where they know that URIs are shared.
        wanted = given.get("x-id")
        equals.sort(key=lambda rule: _preference(rule.route, wanted))
    return equals


def _preference(route: Route, wanted: str | None) -> tuple[bool, bool, str]:
    return route.operation != wanted, route.deprecated, route.operation


@frozen()
class _Tail:
    """What comes after a greedy label: literals, and None for labels."""

    segments: tuple[str | None, ...]
    ends: dict[str, _End] = field(factory=dict)

    def matches(self, segments: list[str], start: int) -> bool:
        """Whether one segment or more, but not just an empty one, is left for the greedy label."""
        end = len(segments) - len(self.segments)
        if end <= start or (end == start + 1 and not segments[start]):
            return False
        return all(
            bool(given) if wanted is None else given == wanted
            for wanted, given in zip(self.segments, segments[end:], strict=True)
        )


@define()
class _Node:
    """A place in the tree of all paths."""

    literals: dict[str, _Node] = field(factory=dict)
    label: _Node | _Parts | None = None
    greedy: list[_Tail] = field(factory=list)
    ends: dict[str, _End] = field(factory=dict)
    """What ends here, by method."""

    def ends_of(self, segments: list[str]) -> dict[str, _End]:
        """Where a pattern ends; what it takes to get there is added."""
        if not segments:
            return self.ends
        first, rest = segments[0], segments[1:]
        if _is_greedy(first):
            return self._tail(tuple(None if _is_label(segment) else segment for segment in rest)).ends
        if not _is_label(first) and _LABEL.search(first):
            return self._of_parts(first).ends_of(rest)
        if not _is_label(first):
            return self.literals.setdefault(first, _Node()).ends_of(rest)
        if self.label is None:
            self.label = _Node()
        if not isinstance(self.label, _Parts):
            return self.label.ends_of(rest)
        if self.label.whole is None:
            self.label.whole = _Node()
        return self.label.whole.ends_of(rest)

    def _of_parts(self, segment: str) -> _Node:
        if not isinstance(self.label, _Parts):
            self.label = _Parts(self.label)
        return self.label.node_of(_LABEL.split(segment)[::2])

    def _tail(self, segments: tuple[str | None, ...]) -> _Tail:
        for tail in self.greedy:
            if tail.segments == segments:
                return tail
        tail = _Tail(segments)
        self.greedy.append(tail)
        # The end of a pattern counts as less than a label, so that the longer one comes first.
        self.greedy.sort(key=lambda tail: [*(segment is None for segment in tail.segments), 2])
        return tail

    def walk(self, segments: list[str], index: int = 0) -> Iterator[dict[str, _End]]:
        """The ends of all patterns that match from here on, the most specific first. As each node is reached by one way
        only, this never takes longer than a visit to all of them.
        """
        if index == len(segments):
            if self.ends:
                yield self.ends
            return
        segment = segments[index]
        if self.literals:
            literal = self.literals.get(segment)
            if literal is not None:
                yield from literal.walk(segments, index + 1)
        if self.label is not None and segment:
            yield from self.label.walk(segments, index + 1)
        for tail in self.greedy:
            if tail.matches(segments, index):
                yield tail.ends


@define()
class _Parts:
    """The segments in one place in which labels are but parts, and those that are a label as a whole."""

    whole: _Node | None
    nodes: list[tuple[list[str], _Node]] = field(factory=list)
    """What comes after each, with the literals around its labels."""

    def node_of(self, literals: list[str]) -> _Node:
        for known, node in self.nodes:
            if known == literals:
                return node
        node = _Node()
        self.nodes.append((literals, node))
        self.nodes.sort(key=lambda pair: (-len("".join(pair[0])), pair[0]))
        return node

    def walk(self, segments: list[str], index: int) -> Iterator[dict[str, _End]]:
        """The ends of all patterns that match behind such a segment. What is encoded in it is no literal."""
        segment = (segments.encoded if isinstance(segments, _Decoded) else segments)[index - 1]
        for literals, node in self.nodes:
            if fits(literals, segment):
                yield from node.walk(segments, index)
        if self.whole is not None:
            yield from self.whole.walk(segments, index)


class _Decoded(list[str]):
    """Segments, and what they were before they were decoded."""

    def __init__(self, encoded: list[str]) -> None:
        super().__init__(map(unquote, encoded))
        self.encoded = encoded


_LABEL = re.compile(r"(\{[^{}]+\})")


def _is_label(segment: str) -> bool:
    return _LABEL.fullmatch(segment) is not None


def _is_greedy(segment: str) -> bool:
    return _is_label(segment) and segment.endswith("+}")


class RouteTable:
    """The routes of a service, compiled."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            ends = self._root.ends_of(route.path.removeprefix("/").split("/"))
            ends.setdefault(route.method, _End()).add(_Rule.of_route(route))

    def best(self, request: HttpRequest) -> tuple[str, ...]:
        """The names of the operations that fit a request best, all of them equally well; none where nothing does.

        The first is to be preferred: it is the one that `x-id` in the query string names, or else is not deprecated, or
        else the first by name.
        """
        for ends in self._ends(request.path):
            end = ends.get(request.method)
            if end is not None and (names := end.best(request)):
                return names
        return ()

    def at(self, path: str) -> dict[str, list[Route]]:
        """The routes that a path may belong to, by method."""
        found: dict[str, list[Route]] = {}
        for ends in self._ends(path):
            for method, end in ends.items():
                found.setdefault(method, []).extend(end.routes())
        return found

    def _ends(self, path: str) -> Iterator[dict[str, _End]]:
        """The rules of the path as it is, then the ones that it has with a slash more or less at its end."""
        if not path.startswith("/"):
            return
        segments = path[1:].split("/")
        # A slash that is escaped does not part segments, so they are decoded after the split.
        is_encoded = "%" in path
        yield from self._root.walk(_Decoded(segments) if is_encoded else segments)
        if segments != [""]:
            segments = [*segments, ""] if segments[-1] else segments[:-1]
            yield from self._root.walk(_Decoded(segments) if is_encoded else segments)

"""The pages of operations: what asks for the next one, what is in each, and loops over all of them.

What a service says bit by bit, an operation gives page by page: each output has the token of the next one. A loop needs
nothing but a function that sends a request; see `botobind.sending`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from copy import copy
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar, Unpack, overload

from botobind.attributes import frozen
from botobind.errors import PaginationError, ServiceError
from botobind.lazy import hint
from botobind.memberpaths import Path, Where, find, replaced, text_of
from botobind.resuming import foreign_token, resume_token, resumed
from botobind.sending import AsyncSend, Send, output_of

if TYPE_CHECKING:
    from botobind.operations import Operation, PagedOperation

__all__ = [
    "AsyncItemIterator",
    "AsyncPageIterator",
    "ItemIterator",
    "PageIterator",
    "PageLimits",
    "Pages",
    "Paging",
    "check_limits",
    "items",
    "items_async",
    "iterate",
    "iterate_async",
    "pages_of",
]

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)
Item = TypeVar("Item")

_NO_TOKEN = "None"  # noqa: S105 - what old services say for a token that is none
_COUNTED = frozenset({list, dict, str, int, float})
"""The types of results that can be empty; others are none then."""


@frozen(kw_only=True)
class Pages(Generic[Input, Output, Item]):
    """How an operation gives pages, as the service's model has it: which members hold tokens, and which the results."""

    operation: str
    """The operation's name in the API."""
    input_tokens: tuple[str, ...]
    """The attributes of the input that say where a page begins."""
    output_tokens: tuple[Where, ...]
    """Where outputs have what the next input has in each of these."""
    results: tuple[Path, ...] = ()
    """Where outputs have what they are asked for; the first is what `items` gives."""
    more_results: Where | None = None
    """Where outputs say whether there is another page, where they do."""
    limit: str | None = None
    """The attribute of the input that limits the size of a page."""
    limit_is_text: bool = False
    """Whether it is a text of digits."""
    non_aggregate: tuple[Path, ...] = ()
    """Where outputs have what is the same on each page."""

    def next_input(self, request: Input, output: Output) -> Input | None:
        """The request of the next page: a copy of that of this page, with the tokens that its output has; None after
        the last one.

        Raises `PaginationError` where it would be the request of this page once more.
        """
        tokens = self._next_tokens(output)
        if all(token is None for token in tokens.values()):
            return None
        following = copy(request)
        for name, token in tokens.items():
            setattr(following, name, None if token == _NO_TOKEN else token)
        if all(getattr(request, name) == getattr(following, name) for name in tokens):
            raise PaginationError(self.operation, f"gave the same token twice: {', '.join(tokens)}")
        return following

    def _next_tokens(self, output: Output) -> dict[str, Any]:
        if self.more_results is not None and not find(output, self.more_results):
            return {}
        return {
            name: find(output, where) or None for name, where in zip(self.input_tokens, self.output_tokens, strict=True)
        }

    @overload
    def items(self, output: Output) -> Iterator[Item]: ...
    @overload
    def items(self, output: Output, of: str) -> Iterator[Any]: ...
    def items(self, output: Output, of: str | None = None) -> Iterator[Any]:
        """The results on a page: the items of a list, key and value of each entry of a map, or else the one value that
        there is.

        `of` is another of the `results`, by its attribute, such as `common_prefixes`; names below it have dots before
        them. Raises `PaginationError` where there is none of that name.
        """
        return iter(_several(find(output, self._result(of))))

    def count(self, output: Output) -> int:
        """How many results `items` gives of a page. Raises `PaginationError` where the operation has none."""
        return len(_several(find(output, self._result(None))))

    def cut(self, output: Output, start: int, stop: int | None) -> Output:
        """A page without the first results before `start` and those from `stop` on: a copy, or the output itself where
        nothing is left out. What other results it has counts as given where something was left out in front.

        Raises `PaginationError` where the operation has no results.
        """
        path, *others = (self._result(None), *self.results[1:])
        if start == 0 and stop is None:
            return output
        found = find(output, path)
        if found is not None:  # what was there may have gone since, and what was around it
            output = replaced(output, path, _part(found, start, stop))
        if start:
            for other in others:
                found = find(output, other)
                empty = type(found)() if type(found) in _COUNTED else None
                output = output if found is None else replaced(output, other, empty)
        return output

    def _result(self, name: str | None) -> Path:
        found = [path for path in self.results if name is None or text_of(path) == name]
        if not found:
            known = ", ".join(map(text_of, self.results)) or "none"
            raise PaginationError(self.operation, f"has no results {name or 'in the model'}; it has {known}")
        return found[0]

    def limited(self, request: Input, size: int | None) -> Input:
        """The request with a limit to the size of its page: a copy, or the request itself where there is no limit.

        Raises `PaginationError` where the operation takes none.
        """
        if size is None:
            return request
        limited = copy(request)
        setattr(limited, self.check_size(), str(size) if self.limit_is_text else size)
        return limited

    def check_size(self) -> str:
        """The attribute of the input that limits the size of a page. Raises `PaginationError` where there is none."""
        if self.limit is None:
            raise PaginationError(self.operation, "takes no size of pages")
        return self.limit


def pages_of(operation: Operation[Input, Output, Any]) -> Pages[Input, Output, Any]:
    """How an operation gives pages. Raises `PaginationError` where it gives none."""
    if operation.pages is None:
        raise PaginationError(operation.name, "has no pages: its output is all there is")
    return operation.pages


def _several(results: Any) -> Any:
    """Results as what can be counted and looped over: items, entries, or the one value that there is."""
    if results is None:
        return ()
    if isinstance(results, dict):
        return results.items()
    return results if isinstance(results, list | tuple) else (results,)


def _part(results: Any, start: int, stop: int | None) -> Any:
    """The results from one number on and up to another, as they are: the one value that there is stays, or is none."""
    kept = list(islice(_several(results), start, stop))
    if isinstance(results, dict):
        return dict(kept)
    return kept if isinstance(results, list | tuple) else next(iter(kept), None)


class PageLimits(TypedDict, total=False):
    """What can be said of a loop over pages."""

    page_size: int | None
    """How many results a page has at most; it is put into the requests."""
    max_items: int | None
    """How many results there are at most, of those that `items` gives."""
    starting_token: str | None
    """The `resume_token` of a loop that `max_items` has ended, or of boto3's paginators."""


def check_limits(operation: Operation[Any, Any, Any], limits: Mapping[str, Any]) -> None:
    """Raises `TypeError` for names that `PageLimits` does not have, and `PaginationError` for an operation that has no
    pages, takes no size or has no items to count, and for what is no limit. Whether a token is one of the operation's
    depends on the request.
    """
    names = PageLimits.__annotations__
    for name in limits.keys() - names.keys():
        raise TypeError(f"there is no limit {name!r}, only {', '.join(names)}{hint(name, names)}")
    pages = pages_of(operation)
    for name, what in _COUNTS.items():
        count = limits.get(name)
        if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
            raise PaginationError(operation.name, f"was asked for no whole number of {what} from 0 on")
    if limits.get("page_size") is not None:
        pages.check_size()
    if limits.get("max_items") is not None:
        pages._result(None)  # noqa: SLF001 - of this module; there has to be something to count
    if not isinstance(limits.get("starting_token"), str | None):
        raise foreign_token(operation.name)


_COUNTS = {"page_size": "results on a page", "max_items": "items"}
"""What limits count."""


class Paging(Generic[Input, Output, Item]):
    """The course of a loop over pages, without input and output: it says what to send, and is told each output."""

    def __init__(
        self,
        operation: Operation[Input, Output, Any],
        request: Input,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> None:
        """The limits are those of `PageLimits`. Raises what `check_limits` does, and `PaginationError` for tokens of
        others.
        """
        limits = PageLimits(page_size=page_size, max_items=max_items, starting_token=starting_token)
        check_limits(operation, limits)
        self.operation = operation
        self.pages: Pages[Input, Output, Item] = pages_of(operation)
        self.resume_token: str | None = None
        """What goes on where `max_items` has ended the loop; None where nothing is left, and before the end."""
        self._request: Input | None = self.pages.limited(request, page_size)
        self._output: Output | None = None
        self._given = 0
        self._max_items = max_items
        self._taken = 0
        if starting_token is not None:
            tokens = self.pages.input_tokens
            self._request, self._taken = resumed(self._request, tokens, starting_token, operation.name)

    def next_request(self) -> Input | None:
        """What is to be sent; None after the last page. Until `after` is told an output, it stays the same.

        Raises `PaginationError` where the service gave the same token twice.
        """
        request, output = self._request, self._output
        if request is not None and output is not None:
            following = self.operation.next_input(request, output)
            if following is not None and self._given == self._max_items:
                self.resume_token = resume_token(following, self.pages.input_tokens)
                following = None
            self._request, self._output = following, None
        return self._request

    def after(self, output: Output) -> tuple[int, int | None]:
        """Takes the page that has come, and tells which of its results are wanted: from the first number on, and up to
        the second where there is one.
        """
        start, self._taken = self._taken, 0
        self._output = output
        if self._max_items is None:
            return start, None
        left = self._max_items - self._given
        self._given += max(self.pages.count(output) - start, 0)
        if self._given <= self._max_items:
            return start, None
        self.resume_token = resume_token(self._request, self.pages.input_tokens, start + left)
        self._request = None
        return start, start + left


class _Loop(Generic[Input, Output, Item]):
    """What loops have in common: their course."""

    def __init__(self, paging: Paging[Input, Output, Item]) -> None:
        self._paging = paging

    @property
    def resume_token(self) -> str | None:
        """What `starting_token` of another loop takes to go on where `max_items` has ended this one. None where nothing
        is left, and before the end.
        """
        return self._paging.resume_token


class PageIterator(_Loop[Any, Output, Any], Iterator[Output], Generic[Output]):
    """All pages of an operation, each sent for when the loop asks for it. After an error it asks again."""

    def __init__(self, send: Send, paging: Paging[Any, Output, Any]) -> None:
        super().__init__(paging)
        self._send = send

    def __next__(self) -> Output:
        paging = self._paging
        request = paging.next_request()
        if request is None:
            raise StopIteration
        output: Output = output_of(self._send(paging.operation, request))
        return _wanted(paging, output)


class ItemIterator(_Loop[Any, Any, Item], Iterator[Item], Generic[Item]):
    """The results on all pages of an operation, one by one."""

    def __init__(self, send: Send, paging: Paging[Any, Any, Item]) -> None:
        super().__init__(paging)
        self._pages = PageIterator(send, paging)
        self._items: Iterator[Item] = iter(())

    def __next__(self) -> Item:
        while True:
            for item in self._items:
                return item
            self._items = self._paging.pages.items(next(self._pages))


class AsyncPageIterator(_Loop[Any, Output, Any], AsyncIterator[Output], Generic[Output]):
    """`PageIterator` for `async for`."""

    def __init__(self, send: AsyncSend, paging: Paging[Any, Output, Any]) -> None:
        super().__init__(paging)
        self._send = send

    async def __anext__(self) -> Output:
        paging = self._paging
        request = paging.next_request()
        if request is None:
            raise StopAsyncIteration
        output: Output = output_of(await self._send(paging.operation, request))
        return _wanted(paging, output)


class AsyncItemIterator(_Loop[Any, Any, Item], AsyncIterator[Item], Generic[Item]):
    """`ItemIterator` for `async for`."""

    def __init__(self, send: AsyncSend, paging: Paging[Any, Any, Item]) -> None:
        super().__init__(paging)
        self._pages = AsyncPageIterator(send, paging)
        self._items: Iterator[Item] = iter(())

    async def __anext__(self) -> Item:
        while True:
            for item in self._items:
                return item
            self._items = self._paging.pages.items(await anext(self._pages))


def _wanted(paging: Paging[Any, Output, Any], output: Output) -> Output:
    start, stop = paging.after(output)
    return output if start == 0 and stop is None else paging.pages.cut(output, start, stop)


def iterate(
    send: Send,
    operation: Operation[Input, Output, Any],
    request: Input,
    **limits: Unpack[PageLimits],
) -> PageIterator[Output]:
    """All pages, each sent for when the loop asks for it.

    Raises the error that the service answers with, and `PaginationError` for an
    operation that has no pages or takes no size, and where the service gives the same token twice.
    """
    return PageIterator(send, Paging(operation, request, **limits))


def items(
    send: Send,
    operation: PagedOperation[Input, Output, Any, Item],
    request: Input,
    **limits: Unpack[PageLimits],
) -> ItemIterator[Item]:
    """The results on all pages, one by one. Raises what `iterate` does."""
    return ItemIterator(send, Paging(operation, request, **limits))


def iterate_async(
    send: AsyncSend,
    operation: Operation[Input, Output, Any],
    request: Input,
    **limits: Unpack[PageLimits],
) -> AsyncPageIterator[Output]:
    """`iterate` for a `send` that is awaited."""
    return AsyncPageIterator(send, Paging(operation, request, **limits))


def items_async(
    send: AsyncSend,
    operation: PagedOperation[Input, Output, Any, Item],
    request: Input,
    **limits: Unpack[PageLimits],
) -> AsyncItemIterator[Item]:
    """`items` for a `send` that is awaited."""
    return AsyncItemIterator(send, Paging(operation, request, **limits))

"""The pages of operations: what asks for the next one, what is in each, and loops over all of them.

What a service says in pieces, an operation gives page by page: each output has the token of the next one. A loop needs
nothing but a function that sends a request; see `botobind.sending`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from copy import copy
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from attrs import frozen

from botobind.errors import PaginationError, ServiceError
from botobind.paths import Path, Where, find, text_of
from botobind.sending import AsyncSend, Send, output_of

if TYPE_CHECKING:
    from botobind.operations import Operation, PagedOperation

__all__ = ["Pages", "items", "items_async", "iterate", "iterate_async", "pages_of"]

Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)
Item = TypeVar("Item")

_NO_TOKEN = "None"  # noqa: S105 - what old services say for a token that is none


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
        results = find(output, self._result(of))
        if results is None:
            return iter(())
        if isinstance(results, dict):
            return iter(results.items())
        return iter(results if isinstance(results, list | tuple) else (results,))

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
        if self.limit is None:
            raise PaginationError(self.operation, "takes no size of pages")
        limited = copy(request)
        setattr(limited, self.limit, str(size) if self.limit_is_text else size)
        return limited


def pages_of(operation: Operation[Input, Output, Any]) -> Pages[Input, Output, Any]:
    """How an operation gives pages. Raises `PaginationError` where it gives none."""
    if operation.pages is None:
        raise PaginationError(operation.name, "has no pages: its output is all there is")
    return operation.pages


def iterate(
    send: Send, operation: Operation[Input, Output, Any], request: Input, *, page_size: int | None = None
) -> Iterator[Output]:
    """All pages, each sent for when the loop asks for it.

    `page_size` is put into the request. Raises the error that the service answers with, and `PaginationError` for an
    operation that has no pages or takes no size, and where the service gives the same token twice.
    """
    pages = pages_of(operation)
    following: Input | None = pages.limited(request, page_size)
    while following is not None:
        output: Output = output_of(send(operation, following))
        yield output
        following = operation.next_input(following, output)


def items(
    send: Send,
    operation: PagedOperation[Input, Output, Any, Item],
    request: Input,
    *,
    page_size: int | None = None,
) -> Iterator[Item]:
    """The results on all pages, one by one. Raises what `iterate` does."""
    pages: Pages[Input, Output, Item] = pages_of(operation)
    for output in iterate(send, operation, request, page_size=page_size):
        yield from pages.items(output)


async def iterate_async(
    send: AsyncSend, operation: Operation[Input, Output, Any], request: Input, *, page_size: int | None = None
) -> AsyncIterator[Output]:
    """`iterate` for a `send` that is awaited."""
    pages = pages_of(operation)
    following: Input | None = pages.limited(request, page_size)
    while following is not None:
        output: Output = output_of(await send(operation, following))
        yield output
        following = operation.next_input(following, output)


async def items_async(
    send: AsyncSend,
    operation: PagedOperation[Input, Output, Any, Item],
    request: Input,
    *,
    page_size: int | None = None,
) -> AsyncIterator[Item]:
    """`items` for a `send` that is awaited."""
    pages: Pages[Input, Output, Item] = pages_of(operation)
    async for output in iterate_async(send, operation, request, page_size=page_size):
        for item in pages.items(output):
            yield item

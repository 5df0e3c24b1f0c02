"""A call of an operation that gives pages: loops over all of them, beside what each call has."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, Unpack, cast, overload

from botobind.errors import ServiceError
from botobind.io.calls import AsyncCall, BaseCall, Call
from botobind.pages import (
    AsyncItemIterator,
    AsyncPageIterator,
    ItemIterator,
    PageIterator,
    PageLimits,
    check_limits,
    items,
    items_async,
    iterate,
    iterate_async,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from botobind.io.carriers import Closable
    from botobind.io.clients import AsyncClient, Client
    from botobind.operations import Operation, PagedOperation

P = ParamSpec("P")
Input = TypeVar("Input")
Output = TypeVar("Output")
Error = TypeVar("Error", bound=ServiceError)
Item = TypeVar("Item")


class BasePagedCall(BaseCall[P, Input, Output, Error], Generic[P, Input, Output, Error, Item]):
    """What calls of operations that give pages have in common, awaited or not: limits to their loops."""

    __slots__ = ("_limits", "_paged")

    def __init__(self, operation: PagedOperation[Input, Output, Error, Item], carrier: Closable) -> None:
        super().__init__(operation, carrier)
        self._paged = operation
        self._limits = PageLimits()

    def _sent(self, operation: Operation[Any, Any, Any], request: Any) -> Any:
        return self._carrier.loop("PAGINATOR")(operation, request)

    def limited(self, **limits: Unpack[PageLimits]) -> Self:
        """A call like this one, whose loops have limits: `page_size` results on a page, `max_items` in all, and what
        went before a `starting_token` left out, which is the `resume_token` of a loop that `max_items` has ended.

        Raises `TypeError` for other names, and `PaginationError` for what is no limit, or none of the operation's.
        """
        check_limits(self._paged, limits)
        made = copy(self)
        made._limits = cast("PageLimits", {**self._limits, **limits})  # noqa: SLF001 - its own
        return made


class PagedCall(
    BasePagedCall[P, Input, Output, Error, Item],
    Call[P, Input, Output, Error],
    Generic[P, Input, Output, Error, Item],
):
    """A `Call` of an operation that gives pages, and loops over them.

    A page is sent for when the loop comes to it, which raises what a call raises, and `PaginationError` where the
    service gives the same token twice.
    """

    __slots__ = ()

    def pages(self, *args: P.args, **kwargs: P.kwargs) -> PageIterator[Output]:
        """All outputs, for an input of these members."""
        return self.pages_of(self._made(args, kwargs))

    def items(self, *args: P.args, **kwargs: P.kwargs) -> ItemIterator[Item]:
        """The results on all pages, one by one, for an input of these members: those that `operation.pages.results` has
        first.
        """
        return self.items_of(self._made(args, kwargs))

    def pages_of(self, request: Input) -> PageIterator[Output]:
        """All outputs, for an input that is there."""
        return iterate(self._sent, self._paged, request, **self._limits)

    def items_of(self, request: Input) -> ItemIterator[Item]:
        """The results on all pages, one by one, for an input that is there."""
        return items(self._sent, self._paged, request, **self._limits)


class AsyncPagedCall(
    BasePagedCall[P, Input, Output, Error, Item],
    AsyncCall[P, Input, Output, Error],
    Generic[P, Input, Output, Error, Item],
):
    """An `AsyncCall` of an operation that gives pages, and loops over them by `async for`."""

    __slots__ = ()

    def pages(self, *args: P.args, **kwargs: P.kwargs) -> AsyncPageIterator[Output]:
        """All outputs, for an input of these members."""
        return self.pages_of(self._made(args, kwargs))

    def items(self, *args: P.args, **kwargs: P.kwargs) -> AsyncItemIterator[Item]:
        """The results on all pages, one by one, for an input of these members: those that `operation.pages.results` has
        first.
        """
        return self.items_of(self._made(args, kwargs))

    def pages_of(self, request: Input) -> AsyncPageIterator[Output]:
        """All outputs, for an input that is there."""
        return iterate_async(self._sent, self._paged, request, **self._limits)

    def items_of(self, request: Input) -> AsyncItemIterator[Item]:
        """The results on all pages, one by one, for an input that is there."""
        return items_async(self._sent, self._paged, request, **self._limits)


class PagedMethod(Generic[P, Input, Output, Error, Item]):
    """The type of a client's method whose operation gives pages, for stubs."""

    @overload
    def __get__(self, client: Client, owner: object = None) -> PagedCall[P, Input, Output, Error, Item]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: object = None) -> AsyncPagedCall[P, Input, Output, Error, Item]: ...
    def __get__(self, client: object, owner: object = None) -> Any:
        """The call."""
        raise NotImplementedError


def paged_method(
    input: Callable[P, Input],  # noqa: A002 - what it is
    operation: PagedOperation[Input, Output, Error, Item],
) -> PagedMethod[P, Input, Output, Error, Item]:
    """The type of a client's method whose operation gives pages, for stubs."""
    raise NotImplementedError

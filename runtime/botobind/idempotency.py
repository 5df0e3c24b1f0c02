"""Where idempotency tokens come from: members with the trait `idempotencyToken` that a caller leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _random_token() -> str:
    import uuid  # takes longer to load than most first requests take

    return str(uuid.uuid4())


_SOURCE: ContextVar[Callable[[], str]] = ContextVar("idempotency token source", default=_random_token)


def new_token() -> str:
    """A token: a random UUID, unless `tokens_from` says otherwise."""
    return _SOURCE.get()()


@contextmanager
def tokens_from(source: Callable[[], str]) -> Iterator[None]:
    """Inside the `with` block, tokens come from `source`. It holds for this thread or task alone: made for tests and
    for requests that are written again.
    """
    before = _SOURCE.set(source)
    try:
        yield
    finally:
        _SOURCE.reset(before)

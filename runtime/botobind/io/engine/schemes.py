"""Which of several ways to sign a request is taken."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from botobind.io.faults import NO_REGION, EndpointUnknown

if TYPE_CHECKING:
    from botobind.io.engine.data import AuthScheme

_NAMES = {"httpBearerAuth": "bearer", "noAuth": "none"}
"""What settings call a scheme, where that is not its own name."""
_MADE = frozenset({"bearer", "none", "sigv2", "sigv4", "sigv4-s3express", "sigv4a"})


def chosen(offered: Sequence[AuthScheme], preference: Sequence[str]) -> AuthScheme:
    """The first scheme that can be used here, or the first of those that are preferred, by names such as `sigv4a` and
    `httpBearerAuth`. Raises `EndpointUnknown` where there is none, or no region to sign for.
    """
    usable = [each for each in offered if each.name in _MADE and (each.name != "sigv4a" or _has_awscrt())]
    if not usable:
        names = " or ".join(each.name for each in offered)
        needed = ", which needs awscrt" if any(each.name == "sigv4a" for each in offered) else ""
        raise EndpointUnknown(f"requests are signed by {names}{needed}: nothing here does that")
    by_name = {each.name: each for each in reversed(usable)}
    preferred = (_NAMES.get(name, name) for name in preference)
    found = next((by_name[name] for name in preferred if name in by_name), usable[0])
    if found.name in ("sigv4", "sigv4-s3express") and not found.region:
        raise EndpointUnknown(f"requests are signed for a region; {NO_REGION}")
    return found


def _has_awscrt() -> bool:
    return find_spec("awscrt") is not None

"""What clients take that send requests themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from botobind.io.engine.data import CredentialProvider, Credentials
    from botobind.io.engine.observing import Hooks
    from botobind.io.engine.settings import Settings


class EngineOptions(TypedDict, total=False):
    """What clients take that send requests themselves. What is left out is as the environment and `~/.aws` have it."""

    region: str | None
    endpoint_url: str | None
    """Where to send requests instead of AWS's endpoint."""
    credentials: Credentials | CredentialProvider | None
    profile: str | None
    settings: Settings | None
    """All settings, of which the four before are a few."""
    hooks: Hooks | None
    """Functions to call before and after each attempt."""
    attempt_timeout: float | None
    """Seconds that an attempt may take, with the body of its response."""
    call_timeout: float | None
    """Seconds that a call may take, with all of its attempts."""

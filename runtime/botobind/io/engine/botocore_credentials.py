"""Keys and tokens that botocore finds: roles, SSO, web identities, processes, containers and machines.

Nothing else of the engine imports botocore; here it is imported when a key is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from botobind.forking import begin_in_each_process
from botobind.io.engine.data import BearerToken, Credentials
from botobind.io.faults import CredentialsMissing

if TYPE_CHECKING:
    from botobind.io.engine.settings import Settings

__all__ = ["Source", "TokenSource", "asking"]

_NOWHERE = "no keys were found: not given, nor in the environment, nor in the files of profiles"
_TELL_ANSWERS = frozenset({"CredentialRetrievalError", "MetadataRetrievalError"})
_EXTRA = "; other places take botocore: pip install 'botobind[io]'"


class _Found:
    """What botocore's resolver finds for settings. A forked child has it look anew: what it found has a lock, which
    another thread may have held while it asked a service.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        begin_in_each_process(self)

    def begin_process(self) -> None:
        """See `forking.Beginning`."""
        self._found: Any = None


class Source(_Found):
    """Loads the keys that botocore's resolver finds for settings, and asks what it found again when called again."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.features: tuple[str, ...] = ()
        """The signs by which botocore's own clients would tell where the keys are from."""

    def __call__(self) -> Credentials:
        """Raises `CredentialsMissing` where there are none, they cannot be fetched, or botocore is not installed."""
        if self._found is None:
            session = _session(self._settings, f"{_NOWHERE}{_EXTRA}")
            self._found = self._watched(session.get_credentials)
        if self._found is None:
            raise CredentialsMissing(f"{_NOWHERE}, nor anywhere else that botocore looks")
        return _frozen(self._found, self._watched(self._found.get_frozen_credentials))

    def _watched(self, ask: Callable[[], Any]) -> Any:
        """What a function of botocore's gives, whose signs are kept."""
        context = import_module("botocore.context")
        with context.start_as_current_context():
            found = _asked(ask)
            self.features = tuple(sorted({*self.features, *context.get_context().features}))
        return found


class TokenSource(_Found):
    """Loads the bearer token that botocore's resolver finds for settings."""

    def __call__(self) -> BearerToken:
        """Raises `CredentialsMissing` where there is none, it cannot be fetched, or botocore is not installed."""
        missing = "there is no bearer token in the environment"
        if self._found is None:
            self._found = _asked(_session(self._settings, f"{missing}{_EXTRA}").get_auth_token)
        if self._found is None:
            raise CredentialsMissing(f"{missing}, and the profile has no SSO session")
        token = _asked(self._found.get_frozen_token)
        return BearerToken(token=token.token, expires=token.expiration)


def asking(found: Any) -> Callable[[], Credentials]:
    """What gives the keys of botocore's credentials as they are when it is called."""
    return lambda: _frozen(found, _asked(found.get_frozen_credentials))


def _frozen(found: Any, frozen: Any) -> Credentials:
    # No public name tells when they end.
    expires: datetime | None = getattr(found, "_expiry_time", None)
    return Credentials(
        access_key=frozen.access_key,
        secret_key=frozen.secret_key,
        session_token=frozen.token,
        expires=expires,
        account_id=getattr(frozen, "account_id", None),
    )


def _session(settings: Settings, missing: str) -> Any:
    try:
        session = import_module("botocore.session").Session(profile=settings.profile)
    except ImportError:
        raise CredentialsMissing(missing) from None
    if settings.region is not None:
        session.set_config_variable("region", settings.region)
    return session


def _asked(function: Callable[[], Any]) -> Any:
    """What a function of botocore's gives. Its errors are ours, with their texts, but for those which may have in them
    what a process or a machine has answered, and so a key.
    """
    try:
        return function()
    except Exception as error:  # noqa: BLE001 - botocore's have no family, and what a process wrote may be no JSON
        theirs = import_module("botocore.exceptions")
        name = type(error).__name__
        text = str(error)
        if not isinstance(error, (theirs.BotoCoreError, theirs.ClientError)) or name in _TELL_ANSWERS:
            provider = getattr(error, "kwargs", {}).get("provider")
            text = f"{name} of {provider}" if provider else name
        raise CredentialsMissing(f"no keys could be fetched: {text}") from None

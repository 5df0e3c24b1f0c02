"""Where keys and tokens come from: what is given, the environment, the files of profiles, and what botocore finds."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from botobind.io.engine import botocore_credentials
from botobind.io.engine.authschemes import BEARER
from botobind.io.engine.data import BearerToken, CredentialProvider, Credentials
from botobind.io.engine.profiles import Profile, Section, read_profile
from botobind.io.engine.refreshing import Kept, Refreshed
from botobind.io.engine.settings import Settings
from botobind.io.faults import CredentialsMissing, SettingWrong

__all__ = ["TokenProvider", "bearer_token", "default_provider", "prefers_token", "provider_of", "token_provider"]

_ID, _SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
_TOKENS = ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN")
_EXPIRES = "AWS_CREDENTIAL_EXPIRATION"
_CODE, _PROFILE = ("CREDENTIALS_CODE",), ("CREDENTIALS_PROFILE",)
_WITH_TOKENS = frozenset({"bedrock"})
"""The services that prefer a token of the environment to keys, by the names that signatures have for them."""

_BEFORE_KEYS = frozenset({"role_arn", "web_identity_token_file", "sso_role_name", "sso_account_id"})
"""What a profile may have that comes before its keys in `credentials`."""

_BEFORE_CONFIG = frozenset({"login_session", "credential_process"})
"""What comes before those in `config`."""


class TokenProvider(Protocol):
    """Gives bearer tokens, as a `CredentialProvider` gives keys."""

    def current(self) -> BearerToken | None:
        """One that is there and is good for a while, without waiting; `None` where `fetch` has to be called."""
        ...

    def fetch(self) -> BearerToken:
        """A good token, from wherever it comes. Raises `CredentialsMissing`."""
        ...


def provider_of(given: Credentials | CredentialProvider | object | None, settings: Settings) -> CredentialProvider:
    """The provider that is meant: the one that is given, or one that keeps keys, or asks credentials of botocore's; the
    default for `None`. Raises `SettingWrong` for anything else, and as `default_provider` does.
    """
    if given is None:
        return default_provider(settings)
    if isinstance(given, Credentials):
        return Kept(given, _CODE) if given.expires is None else Refreshed(lambda: given, _CODE)
    if callable(getattr(given, "get_frozen_credentials", None)):
        is_explicit = getattr(given, "method", None) == "explicit"
        return Refreshed(botocore_credentials.asking(given), _CODE if is_explicit else ())
    if callable(getattr(given, "current", None)) and callable(getattr(given, "fetch", None)):
        provider: Any = given
        found: CredentialProvider = provider
        return found
    raise SettingWrong(
        f"credentials: expected Credentials, a provider of them, or botocore's, got {type(given).__name__} (as given)"
    )


def default_provider(settings: Settings, environ: Mapping[str, str] | None = None) -> CredentialProvider:
    """The provider of the keys that botocore would find for these settings, in its order.

    Keys in the environment and in files are read now, and again by `fetch` where there are none. For all else botocore
    is asked, when a key is needed. Raises `SettingWrong` for a profile that is nowhere, and files that cannot be read.
    """
    variables = os.environ if environ is None else environ
    found = _environment_or_profile(settings, variables)
    if found is None:
        return Refreshed(botocore_credentials.Source(settings))
    load, features = found
    try:
        keys = load()
    except CredentialsMissing:
        return Refreshed(load, features)
    return Kept(keys, features) if keys.expires is None else Refreshed(load, features)


def _environment_or_profile(
    settings: Settings, environ: Mapping[str, str]
) -> tuple[Callable[[], Credentials], tuple[str, ...]] | None:
    """What reads keys where they are at hand, and what `User-Agent` tells of them; `None` where botocore has to find
    them.
    """
    if settings.profile is None and environ.get(_ID):
        return lambda: _of_environment(environ), ("CREDENTIALS_ENV_VARS",)
    profile = read_profile(settings.profile, environ)
    if settings.profile is None and environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return None
    if not _BEFORE_KEYS.isdisjoint(profile.values):
        return None
    if "aws_access_key_id" in profile.credentials:
        return lambda: _of_section(profile.credentials, profile), _PROFILE
    if "aws_access_key_id" in profile.config and _BEFORE_CONFIG.isdisjoint(profile.values):
        return lambda: _of_section(profile.config, profile), _PROFILE
    return None


def _of_environment(environ: Mapping[str, str]) -> Credentials:
    for name in (_ID, _SECRET):
        if not environ.get(name):
            raise CredentialsMissing(f"the environment has no {name} beside {_SECRET if name == _ID else _ID}")
    expires = environ.get(_EXPIRES)
    return Credentials(
        access_key=environ[_ID],
        secret_key=environ[_SECRET],
        session_token=next((environ[name] for name in _TOKENS if environ.get(name)), None),
        expires=_time(expires) if expires else None,
        account_id=environ.get("AWS_ACCOUNT_ID") or None,
    )


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CredentialsMissing(f"{_EXPIRES} is no time such as 2030-01-01T00:00:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _of_section(section: Section, profile: Profile) -> Credentials:
    def value_of(*names: str) -> str | None:
        found = (section[name] for name in names if name in section)
        return next((value for value in found if isinstance(value, str)), None)

    access_key, secret_key = value_of("aws_access_key_id"), value_of("aws_secret_access_key")
    if not access_key or not secret_key:
        missing = "aws_secret_access_key" if access_key else "aws_access_key_id"
        raise CredentialsMissing(f"{profile.place} has no {missing} beside the other key")
    return Credentials(
        access_key=access_key,
        secret_key=secret_key,
        session_token=value_of("aws_security_token", "aws_session_token"),
        account_id=value_of("aws_account_id"),
    )


def prefers_token(signing_name: str, auth: Collection[str], environ: Mapping[str, str] | None = None) -> bool:
    """Whether a service that takes keys, too, is called with a token, since the environment has one for it; `auth` is
    what its model says of signatures. Services that take none may sign by the same name.
    """
    takes_tokens = signing_name in _WITH_TOKENS and BEARER in auth
    return takes_tokens and bearer_token(signing_name, environ) is not None


def bearer_token(signing_name: str, environ: Mapping[str, str] | None = None) -> BearerToken | None:
    """The token that the environment has for a service, by the name that signatures have for it."""
    name = signing_name.replace("-", "_").replace(" ", "_").upper()
    token = (os.environ if environ is None else environ).get(f"AWS_BEARER_TOKEN_{name}")
    return BearerToken(token=token) if token else None


def token_provider(settings: Settings, signing_name: str, environ: Mapping[str, str] | None = None) -> TokenProvider:
    """The provider of the bearer tokens that botocore would find for a service: the environment's, or else those of the
    profile's SSO session, which botocore fetches.
    """
    token = bearer_token(signing_name, environ)
    return Refreshed(botocore_credentials.TokenSource(settings)) if token is None else Kept(token)

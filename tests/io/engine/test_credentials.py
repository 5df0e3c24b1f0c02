"""Where keys come from, beside botocore; who fetches them anew, and when; and that none is ever shown."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.credentials
import botocore.session
import pytest
from botocore.exceptions import ClientError, CredentialRetrievalError, UnauthorizedSSOTokenError

from botobind.io import CredentialsMissing, SettingWrong
from botobind.io.engine import botocore_credentials, refreshing
from botobind.io.engine.credentials import bearer_token, default_provider, provider_of, token_provider
from botobind.io.engine.data import BearerToken, Credentials
from botobind.io.engine.refreshing import ADVISORY, MANDATORY, PAUSE, Kept, Refreshed
from botobind.io.engine.settings import Settings

NOW = 1_700_000_000.0
KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET"}


class Clock:
    """Stands for `time`, and gives keys that end after a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        self.lasts: float = 3600
        self.failure: Exception | None = None
        self.loads = 0
        monkeypatch.setattr(refreshing, "time", lambda: self.now)

    def load(self) -> Credentials:
        self.loads += 1
        if self.failure is not None:
            raise self.failure
        expires = datetime.fromtimestamp(self.now + self.lasts, UTC)
        return Credentials(access_key=f"AKID{self.loads}", secret_key="SECRET", expires=expires)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


def key_of(provider: Any) -> str:
    found = provider.current() or provider.fetch()
    return str(found.access_key)


def test_keys_are_fetched_before_they_end(clock: Clock) -> None:
    provider = Refreshed(clock.load)
    assert provider.current() is None
    assert key_of(provider) == "AKID1"
    clock.now += clock.lasts - ADVISORY - 1
    assert key_of(provider) == "AKID1"
    clock.now += 1
    assert provider.current() is None
    assert key_of(provider) == key_of(provider) == "AKID2"
    clock.now += 2 * clock.lasts
    assert key_of(provider) == "AKID3"
    assert clock.loads == 3


def test_keys_that_do_not_end_are_fetched_once(clock: Clock) -> None:
    provider = Refreshed(lambda: Credentials(access_key=f"AKID{clock.load().access_key}", secret_key="s"))
    for _ in range(3):
        assert key_of(provider) == "AKIDAKID1"
        clock.now += 1e9


def test_a_fetch_that_fails_early_keeps_the_old_keys(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    provider = Refreshed(clock.load)
    provider.fetch()
    clock.failure = CredentialsMissing("SECRET reason")
    clock.now += clock.lasts - ADVISORY
    with caplog.at_level(logging.WARNING, "botobind.io"):
        for _ in range(5):
            assert key_of(provider) == "AKID1"
    assert clock.loads == 2, "not with each call"
    assert "CredentialsMissing" in caplog.text
    assert "SECRET" not in caplog.text
    clock.now += PAUSE
    assert key_of(provider) == "AKID1"
    assert clock.loads == 3
    clock.now += ADVISORY - MANDATORY - PAUSE
    with pytest.raises(CredentialsMissing, match="SECRET reason"):
        key_of(provider)
    clock.failure = None
    assert key_of(provider) == "AKID5"


@pytest.mark.parametrize("lasts", [40.0, 300.0, 900.0, 2400.0, 3600.0])
def test_keys_that_do_not_last_long_are_used(lasts: float, clock: Clock) -> None:
    clock.lasts = lasts
    provider = Refreshed(clock.load)
    for _ in range(3):
        assert key_of(provider) == "AKID1"
        clock.now += lasts / 4 - 0.001
    clock.failure = OSError()
    clock.now += lasts / 12
    assert key_of(provider) == "AKID1"
    clock.now += lasts / 12
    with pytest.raises(OSError):  # noqa: PT011 - the one above
        key_of(provider)
    clock.failure = None
    assert key_of(provider) == "AKID4"


def test_keys_that_stay_the_same_are_asked_for_again(clock: Clock) -> None:
    key = clock.load()
    asked: list[float] = []

    def load() -> Credentials:
        asked.append(clock.now)
        return key

    provider = Refreshed(load)
    while clock.now < NOW + clock.lasts:
        assert provider.current() or provider.fetch() is key
        clock.now += 1
    begin = NOW + clock.lasts - ADVISORY
    assert asked == [NOW, *(begin + PAUSE * turn for turn in range(int(ADVISORY / PAUSE)))]
    with pytest.raises(CredentialsMissing, match="have ended"):
        provider.fetch()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="only some systems can change the zone")
def test_an_end_without_a_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XXX-14")  # where it is 14 hours later
    time.tzset()
    try:
        end = (datetime.now(UTC) + timedelta(hours=2)).replace(tzinfo=None)
        keys = Credentials(access_key="AKID", secret_key="s", expires=end)
        assert provider_of(keys, Settings()).fetch() is keys
    finally:
        monkeypatch.undo()
        time.tzset()


def test_keys_that_have_ended(clock: Clock) -> None:
    clock.lasts = 0
    for provider in (Refreshed(clock.load), provider_of(clock.load(), Settings())):
        with pytest.raises(CredentialsMissing, match="have ended"):
            provider.fetch()


def race(count: int, act: Callable[[], object]) -> list[object]:
    """What threads get that begin at once."""
    begin = threading.Barrier(count)
    found: list[object] = []

    def run() -> None:
        begin.wait(10)
        try:
            found.append(act())
        except BaseException as error:  # noqa: BLE001 - what it comes to
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


class Slow:
    """Loads when all threads but the first are where they wait, or have what is there."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.go = clock, threading.Event()

    def load(self) -> Credentials:
        self.go.wait(10)
        return self.clock.load()


@pytest.mark.parametrize("failure", [None, CredentialsMissing("none there")])
def test_one_of_many_threads_fetches(failure: CredentialsMissing | None, clock: Clock) -> None:
    slow = Slow(clock)
    provider = Refreshed(slow.load)
    clock.failure = failure
    threading.Timer(0.3, slow.go.set).start()
    found = race(20, provider.fetch)
    # A thread that comes late may begin after the others have their failure.
    assert clock.loads == 1 if failure is None else clock.loads < 20
    assert len(found) == 20
    assert len({str(each) for each in found}) == 1


class OddError(Exception):
    """An exception that cannot be made again of what it has."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


FAILURES: dict[str, tuple[Callable[[], Exception], bool]] = {
    "ours": (lambda: CredentialsMissing("none there"), True),
    "the system's": (lambda: FileNotFoundError(2, "No such file", "keys"), True),
    "of an odd class": (lambda: OddError("none", "there"), False),
}


@pytest.mark.parametrize(("make", "is_own"), FAILURES.values(), ids=FAILURES)
def test_each_thread_has_its_own_failure(make: Callable[[], Exception], is_own: bool, clock: Clock) -> None:  # noqa: FBT001 - of a table
    slow = Slow(clock)

    def load() -> Credentials:
        slow.go.wait(10)
        error = make()
        error.add_note("a note")
        raise error from OSError("gone")

    provider = Refreshed(load)
    threading.Timer(0.3, slow.go.set).start()
    found: list[Any] = race(20, provider.fetch)
    assert {(type(each), str(each), str(each.__cause__), *each.__notes__) for each in found} == {
        (type(make()), str(make()), "gone", "a note")
    }
    if is_own:
        assert len({id(each) for each in found}) == 20
        for each in found:
            assert [frame.name for frame in traceback.extract_tb(each.__traceback__)].count("run") == 1


def test_who_waits_for_a_fetch_that_is_interrupted_fetches(clock: Clock) -> None:
    """And gets no failure of long ago."""
    goes_on = threading.Event()
    acts: list[BaseException | None] = [CredentialsMissing("long ago"), KeyboardInterrupt(), None]

    def load() -> Credentials:
        error = acts.pop(0)
        if isinstance(error, KeyboardInterrupt):
            goes_on.wait(10)
        if error is not None:
            raise error
        return clock.load()

    provider = Refreshed(load)
    with pytest.raises(CredentialsMissing):
        provider.fetch()
    threading.Timer(0.3, goes_on.set).start()
    found: list[Any] = race(2, provider.fetch)
    assert {type(each) for each in found} == {KeyboardInterrupt, Credentials}


def test_others_do_not_wait_while_the_old_keys_are_good(clock: Clock) -> None:
    slow = Slow(clock)
    slow.go.set()
    provider = Refreshed(slow.load)
    provider.fetch()
    slow.go.clear()
    clock.now += clock.lasts - ADVISORY
    first = threading.Thread(target=provider.fetch)
    first.start()
    while not provider._lock.locked():
        pass
    assert [key.access_key for key in race(5, provider.fetch)] == ["AKID1"] * 5  # type: ignore[attr-defined]
    slow.go.set()
    first.join(10)
    assert key_of(provider) == "AKID2"


PROCESS = "credential_process = {python} {script}"
SOURCES: list[tuple[dict[str, str], str, str, str | None, bool]] = [
    # variables, config, credentials, the profile that is given, and whether botocore has to find them
    (KEYS, "", "", None, False),
    ({**KEYS, "AWS_SESSION_TOKEN": "SECRET-T", "AWS_ACCOUNT_ID": "123"}, "", "", None, False),
    ({**KEYS, "AWS_SESSION_TOKEN": "SECRET-T", "AWS_SECURITY_TOKEN": "SECRET-U"}, "", "", None, False),
    ({**KEYS, "AWS_CREDENTIAL_EXPIRATION": "2999-01-01T00:00:00Z"}, "", "", None, False),
    (KEYS, "", "[p]\naws_access_key_id = A\naws_secret_access_key = SECRET-B\n", "p", False),
    ({"AWS_PROFILE": "p", **KEYS}, "", "[p]\naws_access_key_id = A\naws_secret_access_key = SECRET-B\n", None, False),
    ({"AWS_PROFILE": "p"}, "", "[p]\naws_access_key_id = A\naws_secret_access_key = SECRET-B\n", None, False),
    (
        {},
        "",
        "[default]\naws_access_key_id = A\naws_secret_access_key = SECRET-B\naws_session_token=C\naws_account_id=1\n",
        None,
        False,
    ),
    (
        {},
        "[default]\naws_access_key_id = A\naws_secret_access_key = SECRET-B\naws_security_token = SECRET-C\n",
        "",
        None,
        False,
    ),
    (
        {},
        "[default]\naws_access_key_id = X\naws_secret_access_key = SECRET-Y\n",
        "[default]\naws_access_key_id = A\naws_secret_access_key = SECRET-B\n",
        None,
        False,
    ),
    (
        {},
        f"[default]\n{PROCESS}\n",
        "[default]\naws_access_key_id = A\naws_secret_access_key = SECRET-B\n",
        None,
        False,
    ),
    ({}, f"[default]\naws_access_key_id = X\naws_secret_access_key = SECRET-Y\n{PROCESS}\n", "", None, True),
    ({}, f"[profile p]\n{PROCESS}\n", "", "p", True),
    ({}, "", "", None, True),
]


@pytest.mark.parametrize(("environ", "config", "credentials", "profile", "rides"), SOURCES)
def test_the_same_keys_as_botocore(
    environ: dict[str, str],
    config: str,
    credentials: str,
    profile: str | None,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    rides: bool,
) -> None:
    answer = {"Version": 1, "AccessKeyId": "PA", "SecretAccessKey": "SECRET-P", "Expiration": "2999-01-01T00:00:00Z"}
    (files / "p.py").write_text(f"print({json.dumps(json.dumps(answer))})", encoding="utf-8")
    (files / "config").write_text(config.format(python=sys.executable, script=files / "p.py"), encoding="utf-8")
    (files / "credentials").write_text(credentials, encoding="utf-8")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    theirs = botocore.session.Session(profile=profile).get_credentials()
    provider = default_provider(Settings.of("STS", profile=profile))
    assert isinstance(provider, Refreshed) is (rides or "AWS_CREDENTIAL_EXPIRATION" in environ)
    if theirs is None:
        with pytest.raises(CredentialsMissing, match="nor anywhere else that botocore looks"):
            provider.fetch()
        return
    wanted = theirs.get_frozen_credentials()
    found = provider.current() or provider.fetch()
    assert (found.access_key, found.secret_key, found.session_token, found.account_id) == tuple(wanted)
    assert found.expires == getattr(theirs, "_expiry_time", None)
    assert "SECRET" not in repr(found)
    assert "SECRET" not in repr(provider)


def test_roles_and_the_like_are_left_to_botocore(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (files / "credentials").write_text(
        "[default]\naws_access_key_id = A\naws_secret_access_key = B\n", encoding="utf-8"
    )
    for line in ("role_arn = a", "web_identity_token_file = a", "sso_role_name = a", "sso_account_id = a"):
        (files / "config").write_text(f"[default]\n{line}\n", encoding="utf-8")
        assert default_provider(Settings()).current() is None
    (files / "config").unlink()
    assert default_provider(Settings()).current() is not None
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "a")
    assert default_provider(Settings()).current() is None
    assert default_provider(Settings(profile="default")).current() is not None


@pytest.mark.usefixtures("files")
def test_keys_that_come_later() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "AKID"}
    provider = default_provider(Settings(), environ)
    with pytest.raises(CredentialsMissing, match="no AWS_SECRET_ACCESS_KEY beside AWS_ACCESS_KEY_ID"):
        provider.fetch()
    environ.update(KEYS)
    assert key_of(provider) == "AKID"


@pytest.mark.parametrize(
    ("environ", "credentials", "text"),
    [
        ({**KEYS, "AWS_CREDENTIAL_EXPIRATION": "soon"}, "", "AWS_CREDENTIAL_EXPIRATION is no time such as"),
        ({**KEYS, "AWS_CREDENTIAL_EXPIRATION": "2001-01-01T00:00:00"}, "", "the credentials have ended"),
        ({}, "[default]\naws_access_key_id = A\n", "profile 'default' of .* has no aws_secret_access_key"),
        ({}, "[default]\naws_access_key_id =\naws_secret_access_key = SECRET\n", "has no aws_access_key_id"),
    ],
)
def test_keys_that_are_no_use(
    environ: dict[str, str], credentials: str, text: str, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "credentials").write_text(credentials, encoding="utf-8")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CredentialsMissing, match=text) as caught:
        default_provider(Settings()).fetch()
    assert "SECRET" not in str(caught.value)


@pytest.mark.usefixtures("files")
def test_without_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(CredentialsMissing, match=r"other places take botocore: pip install 'botobind\[io\]'"):
        default_provider(Settings()).fetch()
    with pytest.raises(CredentialsMissing, match=r"no bearer token in the environment; .*'botobind\[io\]'"):
        token_provider(Settings(), "bedrock").fetch()


class Asked:
    """Stands for credentials of botocore's."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def get_frozen_credentials(self) -> Any:
        raise self._failure


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (UnauthorizedSSOTokenError(), "The SSO session associated with this profile has expired"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole"), "AccessDenied"),
        (
            CredentialRetrievalError(provider="custom-process", error_msg="SECRET"),
            "CredentialRetrievalError of custom-p",
        ),
        (json.JSONDecodeError("no", "SECRET", 0), "fetched: JSONDecodeError$"),
        (RuntimeError("SECRET"), "fetched: RuntimeError$"),
    ],
)
def test_what_botocore_could_not_fetch(failure: Exception, text: str) -> None:
    with pytest.raises(CredentialsMissing, match=text) as caught:
        provider_of(Asked(failure), Settings()).fetch()
    assert "SECRET" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_providers_that_are_given() -> None:
    keys = Credentials(access_key="AKID", secret_key="SECRET")
    kept = provider_of(keys, Settings())
    assert kept.current() is kept.fetch() is keys
    assert provider_of(kept, Settings()) is kept
    theirs = botocore.credentials.Credentials("AKID", "SECRET", "SECRET-T")
    assert provider_of(theirs, Settings()).fetch() == Credentials(
        access_key="AKID", secret_key="SECRET", session_token="SECRET-T"
    )
    with pytest.raises(SettingWrong, match=r"credentials: expected Credentials, .* got tuple \(as given\)") as caught:
        provider_of(("AKID", "SECRET"), Settings())
    assert "SECRET" not in str(caught.value)
    assert "SECRET" not in repr([kept, keys])


@pytest.mark.usefixtures("files")
def test_bearer_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_MY_OWN_SERVICE", "SECRET")
    assert bearer_token("my-own service") == BearerToken(token="SECRET")
    assert bearer_token("other") is None
    assert token_provider(Settings(), "my-own-service").fetch() == BearerToken(token="SECRET")
    with pytest.raises(CredentialsMissing, match="no bearer token in the environment, and the profile has no SSO"):
        token_provider(Settings(), "other").fetch()
    assert "SECRET" not in repr([Kept(BearerToken(token="SECRET")), BearerToken(token="SECRET")])


def test_tokens_of_sso_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    expires = datetime.now(UTC) + timedelta(hours=1)
    session = botocore.session.Session()
    token = botocore.tokens.DeferredRefreshableToken("sso", lambda: botocore.tokens.FrozenAuthToken("SECRET", expires))
    monkeypatch.setattr(session, "get_auth_token", lambda: token)
    monkeypatch.setattr(botocore_credentials, "_session", lambda *_: session)
    assert token_provider(Settings(), "codecatalyst", {}).fetch() == BearerToken(token="SECRET", expires=expires)

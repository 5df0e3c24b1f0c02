"""What requests say of the program that sends them (`User-Agent`), in the parts that AWS asks SDKs for."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from botobind import __version__
from botobind.io.engine.remembering import remember
from botobind.io.engine.settings import Settings

__all__ = ["FEATURES", "Agents", "trace_of", "user_agent"]

FEATURES = {
    "WAITER": "B",
    "PAGINATOR": "C",
    "RETRY_MODE_STANDARD": "E",
    "RETRY_MODE_ADAPTIVE": "F",
    "S3_TRANSFER": "G",
    "GZIP_REQUEST_COMPRESSION": "L",
    "PROTOCOL_RPC_V2_CBOR": "M",
    "ENDPOINT_OVERRIDE": "N",
    "ACCOUNT_ID_MODE_PREFERRED": "P",
    "ACCOUNT_ID_MODE_DISABLED": "Q",
    "ACCOUNT_ID_MODE_REQUIRED": "R",
    "SIGV4A_SIGNING": "S",
    "RESOLVED_ACCOUNT_ID": "T",
    "FLEXIBLE_CHECKSUMS_REQ_CRC32": "U",
    "FLEXIBLE_CHECKSUMS_REQ_CRC32C": "V",
    "FLEXIBLE_CHECKSUMS_REQ_CRC64": "W",
    "FLEXIBLE_CHECKSUMS_REQ_SHA1": "X",
    "FLEXIBLE_CHECKSUMS_REQ_SHA256": "Y",
    "FLEXIBLE_CHECKSUMS_REQ_WHEN_SUPPORTED": "Z",
    "FLEXIBLE_CHECKSUMS_REQ_WHEN_REQUIRED": "a",
    "FLEXIBLE_CHECKSUMS_RES_WHEN_SUPPORTED": "b",
    "FLEXIBLE_CHECKSUMS_RES_WHEN_REQUIRED": "c",
    "CREDENTIALS_CODE": "e",
    "CREDENTIALS_ENV_VARS": "g",
    "CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN": "h",
    "CREDENTIALS_STS_ASSUME_ROLE": "i",
    "CREDENTIALS_STS_ASSUME_ROLE_WEB_ID": "k",
    "CREDENTIALS_PROFILE": "n",
    "CREDENTIALS_PROFILE_SOURCE_PROFILE": "o",
    "CREDENTIALS_PROFILE_NAMED_PROVIDER": "p",
    "CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN": "q",
    "CREDENTIALS_PROFILE_SSO": "r",
    "CREDENTIALS_SSO": "s",
    "CREDENTIALS_PROFILE_SSO_LEGACY": "t",
    "CREDENTIALS_SSO_LEGACY": "u",
    "CREDENTIALS_PROFILE_PROCESS": "v",
    "CREDENTIALS_PROCESS": "w",
    "CREDENTIALS_BOTO2_CONFIG_FILE": "x",
    "CREDENTIALS_HTTP": "z",
    "CREDENTIALS_IMDS": "0",
    "BEARER_SERVICE_ENV_VARS": "3",
    "CREDENTIALS_PROFILE_LOGIN": "AC",
    "CREDENTIALS_LOGIN": "AD",
    "FLEXIBLE_CHECKSUMS_REQ_MD5": "AE",
    "FLEXIBLE_CHECKSUMS_REQ_SHA512": "AF",
    "FLEXIBLE_CHECKSUMS_REQ_XXHASH3": "AG",
    "FLEXIBLE_CHECKSUMS_REQ_XXHASH64": "AH",
    "FLEXIBLE_CHECKSUMS_REQ_XXHASH128": "AI",
    "S3_REGION_REDIRECT": "Ah",
}
"""What a client may do that AWS counts, and the sign for it."""

_logger = logging.getLogger("botobind.io")
_SYSTEMS = {"darwin": "macos", "linux": "linux", "win32": "windows", "android": "android", "ios": "ios"}
_replace = re.compile(r"[^A-Za-z0-9!$%&'*+\-.^_`|~,]").sub
_replace_in_value = re.compile(r"[^A-Za-z0-9!$%&'*+\-.^_`|~,#]").sub
_LONGEST_APP_ID = 50
_MOST = 1000
"""Headers that are kept: one for each set of features that calls have used together."""
_FUNCTION, _TRACE = "AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID"
_IN_TRACES = "-=;:+&[]{}\"',"


class Agents:
    """The headers of a client's calls."""

    def __init__(self, settings: Settings, features: tuple[str, ...] = ()) -> None:
        self._settings = settings
        self._features = features
        self._environ = dict(os.environ)
        self._found: dict[tuple[str, ...], str] = {}

    def __call__(self, features: tuple[str, ...]) -> str:
        """The header of a call that has used features of these names."""
        found = self._found.get(features)
        if found is None:
            told = (*self._features, *features)
            found = remember(self._found, features, user_agent(self._settings, told, self._environ), _MOST)
        return found


def trace_of(environ: Mapping[str, str] | None = None) -> Callable[[], tuple[tuple[str, str], ...]] | None:
    """What gives the header of each call by which functions of Lambda are found that call themselves; None elsewhere
    than in Lambda.
    """
    variables = os.environ if environ is None else environ
    if _FUNCTION not in variables:
        return None

    def trace() -> tuple[tuple[str, str], ...]:
        found = variables.get(_TRACE)  # another one for each invocation
        if not found:
            return ()
        from urllib.parse import quote

        return (("X-Amzn-Trace-Id", quote(found, safe=_IN_TRACES)),)

    return trace


def user_agent(settings: Settings, features: Iterable[str] = (), environ: Mapping[str, str] | None = None) -> str:
    """The header's value for a client of these settings; `features` are names of `FEATURES` that a call has used beside
    those that the settings tell, or the signs for others.
    """
    environ = os.environ if environ is None else environ
    if len(settings.app_id or "") > _LONGEST_APP_ID:
        _logger.warning("app_id has more than the %d characters that AWS takes", _LONGEST_APP_ID)
    signs = dict.fromkeys(FEATURES.get(name, name) for name in (*_features_of(settings), *features))
    parts = [f"botobind/{_replace('-', __version__)}", "ua/2.1", *_machine()]
    if environ.get("AWS_EXECUTION_ENV"):
        parts.append(f"exec-env/{_replace('-', environ['AWS_EXECUTION_ENV'])}")
    parts += [f"m/{','.join(signs)}", f"cfg/retry-mode#{settings.retry_mode}"]
    if settings.app_id is not None:
        parts.append(f"app/{_replace_in_value('-', settings.app_id)}")
    if settings.user_agent_extra is not None:
        parts.append(settings.user_agent_extra)
    return " ".join(parts)


def _features_of(settings: Settings) -> list[str]:
    found = [
        f"RETRY_MODE_{settings.retry_mode.upper()}",
        f"FLEXIBLE_CHECKSUMS_REQ_{settings.request_checksum_calculation.upper()}",
        f"FLEXIBLE_CHECKSUMS_RES_{settings.response_checksum_validation.upper()}",
    ]
    return found if settings.endpoint_url is None else [*found, "ENDPOINT_OVERRIDE"]


@cache
def _machine() -> tuple[str, ...]:
    import platform  # clients of one machine say the same

    family = _SYSTEMS.get(sys.platform)
    system = f"{family or platform.system() or 'other'}#{platform.release()}"
    named = [f"os/{_value(system)}"] if family else ["os/other", f"md/{_value(system)}"]
    machine = platform.machine().lower()
    arch = [f"md/arch#{_value(machine)}"] if machine else []
    python = f"lang/python#{_value(platform.python_version())}"
    return (*named, *arch, python, f"md/pyimpl#{_value(platform.python_implementation())}")


def _value(text: str) -> str:
    return _replace_in_value("-", text)

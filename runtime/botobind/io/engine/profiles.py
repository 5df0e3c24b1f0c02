"""The files that profiles are in, `~/.aws/config` and `~/.aws/credentials`, as botocore reads them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypeAlias

from botobind.attributes import field, frozen
from botobind.io.faults import SettingWrong

__all__ = ["Profile", "Section", "profile_name", "read_profile"]

Section: TypeAlias = Mapping[str, "str | Mapping[str, str]"]
"""What a section of a file has by lower-case names; a value of indented lines is a section of its own."""

_NO_SECTION: Section = {}


@frozen(kw_only=True)
class Profile:
    """What the files say of a profile. Its `repr` shows no values, since keys may be among them."""

    name: str
    values: Section = field(repr=False)
    """Of both files: those of `credentials` before those of `config`."""
    services: Section | None = field(repr=False)
    """The section of services that the profile names, a section by each name; `None` for one that is nowhere."""
    credentials: Section = field(repr=False)
    """What `credentials` alone has."""
    config: Section = field(repr=False)
    """What `config` alone has."""
    place: str
    """Where it is, for messages."""


def profile_name(given: str | None, environ: Mapping[str, str]) -> str | None:
    """The name of the profile that is meant; `None` where nothing names one, which means `default` if it exists."""
    return given or environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or None


def read_profile(given: str | None, environ: Mapping[str, str]) -> Profile:
    """The profile of a name, or the one that the environment names, or else `default`.

    Raises `SettingWrong` for a profile that neither file has though it was named, and for a file that cannot be read.
    """
    config_path = _path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config")
    credentials_path = _path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials")
    sections, keys = _read(config_path), _read(credentials_path)
    profiles, services = _named(sections)
    named = profile_name(given, environ)
    name = named or "default"
    if named is not None and name not in profiles and name not in keys:
        raise SettingWrong(f"there is no profile {name!r} in {config_path} or {credentials_path}")
    config, credentials = profiles.get(name, _NO_SECTION), keys.get(name, _NO_SECTION)
    values = {**config, **credentials}
    paths = [path for path, section in ((config_path, config), (credentials_path, credentials)) if section]
    place = f"profile {name!r} of {' and '.join(paths)}"
    wanted = values.get("services")
    found = _NO_SECTION if wanted is None else services.get(wanted) if isinstance(wanted, str) else None
    return Profile(
        name=name,
        values=values,
        services=found,
        credentials=credentials,
        config=config,
        place=place,
    )


def _path(text: str) -> str:
    # pathlib would take longer to load than most machines of services have files to read: none.
    return os.path.expanduser(os.path.expandvars(text))  # noqa: PTH111 - pathlib takes long to load


def _read(path: str) -> dict[str, Section]:
    """The sections of a file; none where it does not exist."""
    if not os.path.isfile(path):  # noqa: PTH113 - pathlib takes long to load
        return {}
    import configparser

    parser = configparser.RawConfigParser()
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes long to load
            parser.read_file(file)
        return {
            name: {key: _value(parser.get(name, key)) for key in parser.options(name)} for name in parser.sections()
        }
    except (configparser.Error, UnicodeDecodeError, OSError, ValueError) as error:
        # What the parser says has the line, in which there may be a key.
        line = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", [[None]])))[0]
        at = "" if line is None else f", line {line}"
        raise SettingWrong(f"{path} cannot be read{at}: {type(error).__name__}") from None


def _value(text: str) -> str | Mapping[str, str]:
    """The value of an option; indented lines below it have names and values of their own."""
    if not text.startswith("\n"):
        return text
    pairs = [line.split("=", 1) for line in text.splitlines() if line.strip()]
    return {name.strip(): value.strip() for name, value in pairs}


def _named(sections: Mapping[str, Section]) -> tuple[dict[str, Section], dict[str, Section]]:
    """The profiles and the sections of services, by their names."""
    profiles: dict[str, Section] = {}
    services: dict[str, Section] = {}
    for title, values in sections.items():
        if title == "default":
            profiles[title] = values
            continue
        known = profiles if title.startswith("profile") else services if title.startswith("services") else None
        if known is None:
            continue
        words = _words(title)
        if len(words) == 2:
            known[words[1]] = values
    return profiles, services


def _words(title: str) -> list[str]:
    """The words of a title, of which one may have quotes around it."""
    import shlex  # as configparser: where there are files

    try:
        return shlex.split(title)
    except ValueError:  # an odd quote: botocore passes over it, too
        return []

"""Calls of AWS for a command: the client, and bodies that go to files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botobind.commands.documents import document_of
from botobind.errors import BotobindError
from botobind.wire.wholefiles import whole_file

if TYPE_CHECKING:
    from types import ModuleType

    from botobind.shapes import Shape

_PIECE = 64 * 1024


def client_of(package: ModuleType, *, profile: str | None, region: str | None, endpoint_url: str | None) -> Any:
    """A client of a service, with the credentials of a profile. Raises `TransportError` where it has none."""
    try:
        import botocore.session  # the extra `io`
    except ImportError:
        raise BotobindError("botocore is missing: pip install 'botobind[io]'") from None
    session = botocore.session.Session(profile=profile)
    return package.io.Client.of_session(session, region_name=region, endpoint_url=endpoint_url)


def without_body(output: Shape, file: Path | None) -> dict[str, Any]:
    """The document of an output whose body goes to a file, or to standard output for `-`; without a file it is in the
    document.
    """
    payload: Any = type(output).PAYLOAD
    attribute = payload.attribute
    body = getattr(output, attribute, None)
    if file is None or not hasattr(body, "read"):
        return document_of(output)
    if str(file) == "-":
        _copy(body, sys.stdout.buffer)
    else:
        with whole_file(file) as target:
            _copy(body, target)
    setattr(output, attribute, None)
    return document_of(output)


def _copy(body: Any, target: Any) -> None:
    while piece := body.read(_PIECE):
        target.write(piece)

"""What the system refuses, in words for its user, and what to do next."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_ADVICE = {
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room",
    errno.EACCES: "make it accessible, or choose another place",
    errno.EPERM: "make it accessible, or choose another place",
    errno.EEXIST: "it is no folder; choose another place",
    errno.ENOTDIR: "it is no folder; choose another place",
    errno.EROFS: "choose another place",
    errno.ENAMETOOLONG: "choose a place nearer to the root",
    errno.ELOOP: "its links lead nowhere; choose another place",
}


def reason_of(error: OSError, where: Path | None = None) -> str:
    """One line for an error of the system. `where` is what it is about if it does not say so itself."""
    place = os.fsdecode(error.filename) if error.filename is not None else str(where or "")
    reason = f"{place}: {error.strerror or error}".removeprefix(": ")
    return f"{reason}; {_ADVICE[error.errno]}" if error.errno in _ADVICE else reason

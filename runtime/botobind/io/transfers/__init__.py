"""Transfers of whole objects of S3, in parts where they are large, by whatever carries the messages of a client.

What is done next stands in generators without input or output (`putting`, `getting`, `copying`), which yield `actions`;
two drivers do them, in threads (`threads`) or in tasks (`tasks`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.io.transfers import tasks, threads
    from botobind.io.transfers.config import TransferConfig

__all__ = ["TransferConfig", "tasks", "threads"]

__getattr__, __dir__ = on_use(__name__, __all__, TransferConfig="config")

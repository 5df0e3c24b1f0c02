"""The runtime of generated AWS packages: errors, base classes and formats. It opens no socket and needs no service
model.
"""

from botobind import forking as forking  # it has to know of forks before anything is loaded in threads
from botobind import ungenerated as ungenerated
from botobind.errors import (
    BotobindError,
    DecodeError,
    EncodeError,
    ModelError,
    ServiceError,
    UnknownOperationError,
    ValidationError,
    Violation,
)

__all__ = [
    "BotobindError",
    "DecodeError",
    "EncodeError",
    "ModelError",
    "ServiceError",
    "UnknownOperationError",
    "ValidationError",
    "Violation",
]

__version__ = "0.1.0"

ungenerated.tell()

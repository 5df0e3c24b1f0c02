"""What the command line does with values: it makes them of options and documents, and shows them.

JSON and YAML have the names of members as boto3 has them, blobs in base64, and times in ISO 8601.
"""

from typing import TYPE_CHECKING

from botobind.lazy import on_use

if TYPE_CHECKING:
    from botobind.commands import (
        calling,
        describing,
        documents,
        messages,
        offering,
        options,
        packages,
        recordings,
        serving,
        showing,
    )

__all__ = [
    "calling",
    "describing",
    "documents",
    "messages",
    "offering",
    "options",
    "packages",
    "recordings",
    "serving",
    "showing",
]

if not TYPE_CHECKING:  # no command needs all of them
    __getattr__, __dir__ = on_use(__name__, __all__)

"""What emitted statements call, whatever the format: `codec` there.

Trees are read by `read_…`, members that must be there by `required…`; what is named after a type refuses a value of
another one. `refuse` ends the reading of a wire struct; `find` and its like look into outputs for pages and waiters.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from botobind.errors import DecodeError, failed_at
from botobind.formats.exact import (
    boolean,
    chunks,
    document,
    entries,
    integer,
    items,
    moment,
    number,
    stream,
    structure,
    text,
    text_map,
    texts,
)
from botobind.formats.tree import (
    members_of,
    only_member,
    read_document,
    read_list,
    read_map,
    read_secret_map,
    read_secret_sparse_map,
    read_sparse_list,
    read_sparse_map,
    required,
    required_document,
    required_stream,
)
from botobind.shapes import new, unknown_union_member
from botobind.timestamps import in_seconds, to_epoch, to_iso8601, to_iso8601_fraction, to_rfc822

if TYPE_CHECKING:
    from botobind.formats.json import (
        read_blob,
        read_json_text,
        read_timestamp,
        write_blob,
        write_double,
        write_json_text,
    )
    from botobind.formats.spellings import read_boolean, read_double, read_integer, read_string
    from botobind.memberpaths import compared, filtered, find
    from botobind.wire_structs import refuse

__all__ = [
    "DecodeError",
    "boolean",
    "chunks",
    "compared",
    "document",
    "entries",
    "failed_at",
    "filtered",
    "find",
    "in_seconds",
    "integer",
    "items",
    "members_of",
    "moment",
    "new",
    "number",
    "only_member",
    "read_blob",
    "read_boolean",
    "read_document",
    "read_double",
    "read_integer",
    "read_json_text",
    "read_list",
    "read_map",
    "read_secret_map",
    "read_secret_sparse_map",
    "read_sparse_list",
    "read_sparse_map",
    "read_string",
    "read_timestamp",
    "refuse",
    "required",
    "required_document",
    "required_stream",
    "stream",
    "structure",
    "text",
    "text_map",
    "texts",
    "to_epoch",
    "to_iso8601",
    "to_iso8601_fraction",
    "to_rfc822",
    "unknown_union_member",
    "write_blob",
    "write_double",
    "write_json_text",
]

_LATER = {
    **dict.fromkeys(
        ("read_blob", "read_json_text", "read_timestamp", "write_blob", "write_double", "write_json_text"),
        "botobind.formats.json",
    ),
    **dict.fromkeys(("read_boolean", "read_double", "read_integer", "read_string"), "botobind.formats.spellings"),
    **dict.fromkeys(("compared", "filtered", "find"), "botobind.memberpaths"),
    "refuse": "botobind.wire_structs",
}
"""What only services that speak JSON need, or pages and waiters: loaded when it is first called."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    found = getattr(import_module(_LATER[name]), name)
    globals()[name] = found
    return found

"""Inputs of operations from the options of a command line: `--table-name things --key '{"id": {"S": "1"}}'`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botobind import schema
from botobind.commands.documents import document_of_text, value_of
from botobind.commands.packages import option_of
from botobind.errors import BotobindError, DecodeError
from botobind.lazy import unknown_attribute

if TYPE_CHECKING:
    from botobind.operations import Operation
    from botobind.schema import Member

_FILE, _BINARY_FILE = "file://", "fileb://"


class OptionError(BotobindError):
    """An option that the operation does not have, or whose value does not fit."""


def options_of(operation: Operation[Any, Any, Any]) -> dict[str, Member]:
    """The options of an operation: the members of its input."""
    if operation.input is None:
        return {}
    return {option_of(member.attribute): member for member in schema.members_of(operation.input)}


def input_of(operation: Operation[Any, Any, Any], arguments: Sequence[str], document: object = None) -> Any:
    """The input of an operation, of options, and of a document that they add to; None where it takes nothing.

    `--name` alone sets a boolean, `--no-name` unsets it. A value `file://PATH` is what a file says, `fileb://PATH` its
    bytes. An option that is repeated makes a list. Raises `OptionError` and `DecodeError`.
    """
    known = options_of(operation)
    found: dict[str, object] = {}
    rest = [*arguments]
    while rest:
        word = rest.pop(0)
        name, has_value, text = word.partition("=")
        member, flag = _member(operation, known, name)
        if flag is not None and not has_value and not (flag and rest and rest[0].lower() in ("true", "false")):
            found[member.name] = flag
            continue
        if not has_value:
            if not rest:
                raise OptionError(f"{name} has no value")
            text = rest.pop(0)
        _put(found, member, name, text)
    if operation.input is None:
        return None
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise DecodeError(f"the input of {operation.name} is an object")
    return value_of(operation.input, {**document, **found})


def _member(operation: Operation[Any, Any, Any], known: dict[str, Member], name: str) -> tuple[Member, bool | None]:
    """The member of an option, and what the option alone says where it is a flag."""
    if (member := known.get(name)) is not None:
        return member, True if _is_flag(member) else None
    member = known.get(f"--{name.removeprefix('--no-')}") if name.startswith("--no-") else None
    if member is not None and _is_flag(member):
        return member, False
    if not name.startswith("--"):
        raise OptionError(f"{name!r} belongs to no option")
    raise OptionError(str(unknown_attribute(operation.name, name, known)).replace("attribute", "option"))


def _is_flag(member: Member) -> bool:
    return isinstance(member.node, schema.Scalar) and member.node.kind == "bool"


def _put(found: dict[str, object], member: Member, name: str, text: str) -> None:
    node = member.node
    is_list_of_scalars = isinstance(node, schema.ListOf) and isinstance(node.item, schema.Scalar)
    try:
        if is_list_of_scalars and not text.lstrip().startswith("["):
            made = [_document(node.item, text)]  # type: ignore[union-attr] # seen above
        else:
            made = _document(node, text)  # type: ignore[assignment] # a document
    except DecodeError as error:
        raise OptionError(f"{name}: {error.reason}") from None
    earlier = found.get(member.name)
    if isinstance(earlier, list) and isinstance(made, list):
        made = [*earlier, *made]
    elif earlier is not None:
        raise OptionError(f"{name} is given twice")
    found[member.name] = made


def _document(node: Any, text: str) -> object:
    try:
        if text.startswith(_BINARY_FILE):
            return Path(text.removeprefix(_BINARY_FILE)).read_bytes()
        if text.startswith(_FILE):
            text = Path(text.removeprefix(_FILE)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DecodeError(f"cannot read {text}: {getattr(error, 'strerror', None) or 'it is no text'}") from None
    return document_of_text(node, text)

"""What shells are told of commands, services, operations and members, before typer is loaded.

A shell that completes runs a new process for each press of a key, and typer with click takes longer to load than all
that is needed to answer. What is said here is word for word what typer says: shells run typer's scripts
(`botobind --install-completion`), and whatever is not among the usual lines is left to typer.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from botobind import commands
from botobind_codegen.command_words import ALONE, COMMANDS, COMPLETION, HELP, MEMBER_COMMANDS, PACKAGE_COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_QUOTING = re.compile(r"[\"'\\]")
_OF_MODELS = frozenset({"diff", "generate", "list"})
"""The commands whose arguments are services of which there are models."""

Offers = list[tuple[str, str]]
"""What is offered, each with what it says of itself, or an empty text."""


def answered(environment: Mapping[str, str]) -> int | None:
    """Answers a shell that completes, and returns the exit code; None where typer has to."""
    shell = environment.get(COMPLETION, "").removeprefix("complete_")
    if shell not in _WRITERS:
        return None
    words = _words(shell, environment)
    found = None if words is None else _offers(*words)
    if found is None:
        return None
    if environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args" and shell == "fish":
        return 0 if found else 1
    sys.stdout.write(f"{_WRITERS[shell](found)}\n")
    return 0


def _words(shell: str, environment: Mapping[str, str]) -> tuple[list[str], str] | None:
    """The words after the command's own name, and what of the next one is there; None where quotes are among them."""
    is_bash = shell == "bash"
    line = environment.get("COMP_WORDS" if is_bash else "_TYPER_COMPLETE_ARGS", "")
    if _QUOTING.search(line):
        return None
    words = line.split()
    if is_bash:
        at = environment.get("COMP_CWORD", "")
        if not at.isdecimal():
            return None
        return words[1 : int(at)], "".join(words[int(at) : int(at) + 1])
    if shell not in ("fish", "zsh"):
        begun = environment.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        return words[1:-1] if begun else words[1:], begun
    if len(words) < 2 or line.endswith(" "):
        return words[1:], ""
    return words[1:-1], words[-1]


def _offers(words: Sequence[str], begun: str) -> Offers | None:
    """What follows words; None for what is left to typer."""
    if not words:
        return None if begun.startswith("-") else [each for each in COMMANDS.items() if each[0].startswith(begun)]
    command, *given = words
    if command in MEMBER_COMMANDS and len(given) > 1:
        return _members(command, given, begun)
    if begun.startswith("-") or any(word.startswith("-") for word in given):
        return None
    if command in _OF_MODELS:
        from botobind_codegen.layouts import find_models

        return _plain(name for name in sorted(find_models(None)) if name.startswith(begun) and name not in given)
    if (command in PACKAGE_COMMANDS and not given) or command == "serve":
        return _plain(commands.offering.packages_offered(begun))
    if command in MEMBER_COMMANDS:
        return _plain(commands.offering.operations_offered(given[0], begun))
    if command == "schema":
        return _plain(commands.offering.classes_offered(given[0], begun) if len(given) == 1 else ())
    return None


def _members(command: str, given: Sequence[str], begun: str) -> Offers | None:
    """The options of a command and of an operation's members; None behind an option of the command that takes a value,
    of which typer may know some.
    """
    service, operation, *rest = given
    own = MEMBER_COMMANDS[command]
    if not begun.startswith("-") or service.startswith("-") or operation.startswith("-") or "--" in rest:
        return None
    if rest and rest[-1] in own and rest[-1] not in ALONE:
        return None
    used = {word.partition("=")[0] for word in rest}
    found = [(name, HELP[name]) for name in own if name.startswith(begun) and name not in used]
    return found + _plain(commands.offering.members_offered(service, operation, begun))


def _plain(names: Iterable[str]) -> Offers:
    return [(name, "") for name in names]


def _for_bash(offers: Offers) -> str:
    return "\n".join(name for name, _ in offers)


def _for_zsh(offers: Offers) -> str:
    if not offers:
        return "_files"
    lines = (f'"{_escaped(name)}":"{_escaped(text)}"' if text else f'"{_escaped(name)}"' for name, text in offers)
    return "_arguments '*: :((" + "\n".join(lines) + "))'"


_ESCAPES = str.maketrans({'"': '""', "'": "''", "$": "\\$", "`": "\\`", ":": "\\\\:"})


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _for_fish(offers: Offers) -> str:
    return "\n".join(f"{name}\t{text}" if text else name for name, text in offers)


def _for_powershell(offers: Offers) -> str:
    return "\n".join(f"{name}:::{text or ' '}" for name, text in offers)


_WRITERS = {
    "bash": _for_bash,
    "zsh": _for_zsh,
    "fish": _for_fish,
    "powershell": _for_powershell,
    "pwsh": _for_powershell,
}

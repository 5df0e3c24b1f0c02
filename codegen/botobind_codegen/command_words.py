"""The words of the command line: its commands, and the options of those that use packages, with what each says of
itself. A shell that completes them asks here, and waits for nothing that parses or shows.
"""

from __future__ import annotations

from collections.abc import Mapping

COMPLETION = "_BOTOBIND_COMPLETE"
"""The variable of the environment that has a shell complete: typer's scripts set it."""

COMMANDS: Mapping[str, str] = {
    "generate": "Write the packages of services.",
    "diff": "Say what changed between two models, and whom it breaks.",
    "call": "Call an operation of a service.",
    "encode": "Show the HTTP request of an input.",
    "validate": "Say what is wrong with an input.",
    "decode": "Show the values in HTTP messages.",
    "serve": "Answer requests with examples.",
    "openapi": "Write the OpenAPI document of a service.",
    "schema": "Write the JSON Schema of a class.",
    "list": "Show services, their protocols and sizes.",
}

HELP: Mapping[str, str] = {
    "--input": "The input in JSON or YAML; - for standard input.",
    "--profile": "Of ~/.aws/config.",
    "--region": "Where the service is.",
    "--endpoint-url": "Another address than AWS's.",
    "--dry-run": "Show the request, and send nothing.",
    "--pages": "All pages, each shown as it comes.",
    "--outfile": "Where a body that is streamed goes.",
    "--output": "How values are shown.",
    "--protocol": "Another protocol of the service than its first.",
    "--help": "Show this message and exit.",
    "-h": "Show this message and exit.",
}

ALONE = frozenset({"--dry-run", "--pages", "--help", "-h"})
"""The options that take no value."""

_HELPS = ("--help", "-h")
MEMBER_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "call": (
        *("--input", "--profile", "--region", "--endpoint-url", "--dry-run", "--pages", "--outfile", "--output"),
        *_HELPS,
    ),
    "encode": ("--input", "--protocol", *_HELPS),
    "validate": ("--input", *_HELPS),
}
"""The commands that have the members of an input as options, and those that they have beside them."""

PACKAGE_COMMANDS = (*MEMBER_COMMANDS, "decode", "openapi", "schema")
"""The commands whose first word is a service of which there is a package."""

VALUE_COMMANDS = (*PACKAGE_COMMANDS, "serve")
"""The commands that use packages."""

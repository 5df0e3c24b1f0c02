"""Documents as JSON, as YAML or as a table."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any


class Style(StrEnum):
    """How a document is shown."""

    JSON = "json"
    YAML = "yaml"
    TABLE = "table"


def shown(document: Any, style: Style, width: int = 120) -> str:
    """A document as text; `width` is that of a table."""
    if style is Style.YAML:
        import yaml  # the extra `codegen`

        # What stands in several places is written in each: not every reader of YAML knows of aliases.
        dumper: Any = type(
            "_Dumper", (getattr(yaml, "CSafeDumper", yaml.SafeDumper),), {"ignore_aliases": lambda *_: True}
        )
        text: str = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True)
        return text.rstrip("\n")
    if style is Style.TABLE:
        return _tables(document, width)
    return json.dumps(document, indent=2, ensure_ascii=False)


def document_in(text: str) -> Any:
    """The document that a text is, in JSON or YAML. Raises `ValueError`."""
    try:
        try:
            return json.loads(text)
        except ValueError:
            import yaml  # the extra `codegen`

            try:
                return yaml.safe_load(text)
            except yaml.YAMLError as error:
                reason = str(error).replace("\n", " ")
                raise ValueError(f"neither JSON nor YAML: {reason}") from None
    except RecursionError:
        raise ValueError("the document is nested too deeply") from None


def _tables(document: Any, width: int) -> str:
    """A table for each list of structures in a document, and one of what stands beside them."""
    from rich.console import Console  # the extra `codegen`
    from rich.table import Table

    console = Console(width=width, no_color=True)
    rows = document if isinstance(document, list) else [document]
    with console.capture() as capture:
        beside: dict[str, Any] = {}
        for row in rows:
            for name, item in row.items() if isinstance(row, dict) else [("", row)]:
                if isinstance(item, list) and item and all(isinstance(each, dict) for each in item):
                    heads = list(dict.fromkeys(head for each in item for head in each))
                    table = Table(*heads, title=name)
                    for each in item:
                        table.add_row(*(_cell(each.get(head)) for head in heads))
                    console.print(table)
                else:
                    beside[name] = item
        if beside:
            table = Table("member", "value")
            for name, item in beside.items():
                table.add_row(name, _cell(item))
            console.print(table)
    return capture.get().rstrip("\n")


def _cell(item: Any) -> str:
    if item is None:
        return ""
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)

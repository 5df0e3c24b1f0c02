"""A digest of what a package takes from its model, so that it can be told later whether the model is another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botobind_codegen.pipeline import GenerateOptions

DIGITS = 12


def model_digest(document: Mapping[str, Any], options: GenerateOptions) -> str:
    """The digest of a model's JSON, patches and companions included. It does not depend on operations, and what they
    alone need, or on documentation that the options leave out, nor on the file that the model is in.
    """
    part = _of_operations(document, options.operations) if options.operations else document
    text = json.dumps(part if options.documentation else _undocumented(part), separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _of_operations(document: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    operations = {name: operation for name, operation in document["operations"].items() if name in names}
    shapes = document["shapes"]
    found: set[str] = set()
    waiting = [*_targets(operations)]
    while waiting:
        name = waiting.pop()
        if name not in found and name in shapes:
            found.add(name)
            waiting += _targets(shapes[name])
    return {**document, "operations": operations, "shapes": {name: shapes[name] for name in shapes if name in found}}


def _targets(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(target := value.get("shape"), str):
            yield target
        for each in value.values():
            yield from _targets(each)
    elif isinstance(value, list):
        for each in value:
            yield from _targets(each)


def _undocumented(value: Any) -> Any:
    if isinstance(value, Mapping):
        # A member of that name is an object.
        texts = ("documentation",) if isinstance(value.get("documentation"), str) else ()
        return {key: _undocumented(each) for key, each in value.items() if key not in texts}
    return [_undocumented(each) for each in value] if isinstance(value, list) else value

"""Where the two models are from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from attrs import frozen

from botobind.errors import ModelError
from botobind_codegen.diff.changes import Change, Difference, Origin
from botobind_codegen.diff.check import check_document
from botobind_codegen.diff.classify import rule_for
from botobind_codegen.diff.compare import compare_documents
from botobind_codegen.diff.document import Document
from botobind_codegen.diff.sources import Source
from botobind_codegen.load import LoadedModel, load_file, load_service
from botobind_codegen.read_endpoints import KEY as RULES_KEY

_COMPANIONS = ("pagination", "waiters")
_DIGITS = 12


@frozen
class _Loaded:
    document: Document
    origin: Origin
    alone: bool
    """Whether the model is a single file, without those that botocore keeps beside it."""


def diff_service(service: str, old: Source, new: Source) -> Difference:
    """How two models of a service differ; a service that only one side has is added or removed.

    Raises `ModelError` where a model is none.
    """
    there = [side.has(service) for side in (old, new)]
    if there != [True, True]:
        return _one_sided(service, old, new, "added" if there[1] else "removed")
    before, after = _load(service, old), _load(service, new)
    notes: tuple[str, ...] = ()
    documents = before.document, after.document
    if before.alone != after.alone:
        notes = ("pagination, waiters and rules of endpoints are not compared: a single file has none",)
        documents = _without_companions(before.document), _without_companions(after.document)
    return Difference(service, before.origin, after.origin, compare_documents(*documents), notes)


def _one_sided(service: str, old: Source, new: Source, change: str) -> Difference:
    before, after = (None, service) if change == "added" else (service, None)
    found = Change((), "service", change, None, before, after, rule_for("service", change, None, frozenset()))
    return Difference(service, Origin(old.said, ""), Origin(new.said, ""), (found,))


def _load(service: str, source: Source) -> _Loaded:
    path = source.path
    try:
        loaded = load_file(service, path) if path is not None and source.is_file else load_service(service, path)
    except (AttributeError, TypeError) as error:
        # Patches of a service rely on the form of its model, which is checked below.
        raise ModelError(f"not a service model: {error}", service=service, file=source.said) from None
    except ModelError as error:
        raise source.named(error) from None
    document = check_document(service, _digested(loaded.document), source.said if path is not None else None)
    version = str(document.metadata.get("apiVersion", ""))
    return _Loaded(document, Origin(source.said, version), _is_alone(loaded))


def _digested(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The model with a digest of the rules of its endpoints, of which nobody wants to read how they differ."""
    if RULES_KEY not in document:
        return document
    text = json.dumps(document[RULES_KEY], sort_keys=True)
    return {**document, RULES_KEY: sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]}


def _is_alone(loaded: LoadedModel) -> bool:
    operations = loaded.document["operations"].values()
    return (
        loaded.is_alone
        and RULES_KEY not in loaded.document
        and not any(key in operation for operation in operations for key in _COMPANIONS)
    )


def _without_companions(document: Document) -> Document:
    operations = {
        name: {key: value for key, value in operation.items() if key not in _COMPANIONS}
        for name, operation in document.operations.items()
    }
    rest = {key: value for key, value in document.json.items() if key != RULES_KEY}
    return Document({**rest, "operations": operations})

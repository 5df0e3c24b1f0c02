"""What a user has done to a model before it is read, and the names that stay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen


@frozen
class ModelOptions:
    """What is done to the model of a service before it is read."""

    builtin_patches: bool = True
    """Whether AWS's services get the corrections of `patches.toml`."""
    patches: tuple[Path, ...] = ()
    """Files of corrections of a user's own, in the same form."""
    extras: tuple[Path, ...] = ()
    """Files like botocore's `service-2.sdk-extras.json`, which are merged into the model."""
    ignored_keys: frozenset[str] = frozenset()
    """Keys of the model that nobody classified and that are passed by: `key`, or `context.key`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that decide what the model is."""
        return (*self.extras, *self.patches)

    @property
    def fingerprint(self) -> str:
        """All but the contents of the files, in words that are the same on every machine."""
        return f"{self.builtin_patches} {len(self.extras)} {sorted(self.ignored_keys)}"


@frozen
class Pins:
    """Names that stay what they are, whatever shapes the model gets."""

    package: str | None = None
    classes: Mapping[str, str] = field(factory=dict)
    """The classes and aliases of shapes."""
    modules: Mapping[str, str] = field(factory=dict)
    """The modules of shapes that have one of their own."""

    @property
    def fingerprint(self) -> str:
        """All of it, in words that are the same on every machine."""
        return f"{self.package} {sorted(self.classes.items())} {sorted(self.modules.items())}"

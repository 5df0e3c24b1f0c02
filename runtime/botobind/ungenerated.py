"""What an import says of a service whose package nobody has generated.

`botobind_services` is a namespace package, whose parts may be in many folders: it has no code of its own that could say
it, and with some, pyright would pass by the parts that are not installed. So it is said as soon as anything of
`botobind` is imported, which every generated package does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PACKAGE = "botobind_services"


class _Ungenerated:
    """The last one to be asked for a module. Of a service it says how to generate it."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raises `ImportError` for a service that nobody finds; of other modules it knows nothing."""
        package, _, name = fullname.rpartition(".")
        if package != PACKAGE or name.startswith("_"):
            return None
        for finder in sys.meta_path[sys.meta_path.index(cls) + 1 :]:  # some came later
            if (found := finder.find_spec(fullname, path, target)) is not None:
                return found
        service = name.rstrip("_").replace("_", "-")
        # Of a ModuleNotFoundError `from package import name` would drop the text.
        raise ImportError(
            f"{PACKAGE} has no {name!r}: `botobind generate {service}` writes it, and the folder above {PACKAGE} has "
            "to be on the path",
            name=fullname,
        )


def tell() -> None:
    """Lets imports of services that are nowhere say how to generate them."""
    if _Ungenerated not in sys.meta_path:
        sys.meta_path.append(_Ungenerated)

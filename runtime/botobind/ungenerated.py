"""What an import says of a service whose package nobody has generated.

`botobind_services` is a namespace package, whose parts may be in many folders: it has no code of its own that could say
it, and with some, pyright would pass by the parts that are not installed. So it is said as soon as anything of
`botobind` is imported, which every generated package does.
"""

from __future__ import annotations

import sys

PACKAGE = "botobind_services"


class _Ungenerated:
    """The last one to be asked for a module. Of a service it says how to generate it."""

    @staticmethod
    def find_spec(fullname: str, path: object = None, target: object = None) -> None:  # noqa: ARG004 - as importers ask
        """Raises `ImportError` for a service; of other modules it knows nothing."""
        package, _, name = fullname.rpartition(".")
        if package == PACKAGE and not name.startswith("_"):
            service = name.rstrip("_").replace("_", "-")
            # Of a ModuleNotFoundError `from package import name` would drop the text.
            raise ImportError(
                f"{PACKAGE} has no {name!r}: `botobind generate {service}` writes it, and the folder above "
                f"{PACKAGE} has to be on the path",
                name=fullname,
            )


def tell() -> None:
    """Lets imports of services that are nowhere say how to generate them."""
    if _Ungenerated not in sys.meta_path:
        sys.meta_path.append(_Ungenerated)

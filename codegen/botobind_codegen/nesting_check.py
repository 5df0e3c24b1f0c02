"""Lists and maps inside of each other without a structure between: such without end, or too many, are refused."""

from __future__ import annotations

from botobind.errors import ModelError
from botobind_codegen.model import Service

DEEPEST = 16
"""Lists and maps, one in the other. Emitted code has a block for each, and CPython takes no more than twenty."""


def refuse_nesting(service: Service, file: str | None) -> None:
    """Raises `ModelError` for lists and maps that contain themselves, or more than `DEEPEST` of their kind."""
    depths: dict[str, int] = {}

    def depth(name: str, above: tuple[str, ...]) -> int:
        if name in above:
            circle = " → ".join((*above[above.index(name) :], name))
            raise ModelError(
                f"contains itself through {circle}", service=service.name, shape=name, key="shape", file=file
            )
        shape = service.shapes[name]
        if shape.kind not in ("list", "map"):
            return 0
        if name not in depths:
            inner = shape.item or shape.value
            within = depth(inner.target, (*above, name)) if inner and len(above) < DEEPEST else DEEPEST
            if within >= DEEPEST:
                raise ModelError(
                    f"has more than {DEEPEST} lists and maps in each other, without a structure between",
                    service=service.name,
                    shape=(*above, name)[0],
                    key="value" if service.shapes[(*above, name)[0]].kind == "map" else "member",
                    file=file,
                )
            depths[name] = within + 1
        return depths[name]

    for name in service.shapes:
        depth(name, ())

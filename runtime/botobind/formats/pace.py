"""How soon the layouts of XML are learnt.

Programs leave it as it is: each pattern takes as long to make as some hundred structures to read. Tests set it, so that
what is learnt is learnt at once, or never.
"""

from __future__ import annotations

__all__ = ["PACE", "Pace"]


class Pace:
    """How much has to be read before something is learnt."""

    __slots__ = ("pause", "samples", "structures")

    def __init__(self) -> None:
        self.structures = 64
        """So many structures of a class are read without a look at them."""
        self.samples = 8
        """So many of those that come then are looked at before a pattern is made of them."""
        self.pause = 4
        """After the first pattern, so many structures that it does not match are not looked at; after each other one
        so many times as many.
        """


PACE = Pace()
"""That of all classes."""

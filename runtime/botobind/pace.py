"""How soon decoders learn how documents look: wire structs of JSON and CBOR, and element patterns of XML.

Programs leave it as it is: each pattern takes as long to make as some hundred structures to read. Tests set it, so that
what is learnt is learnt at once, or never.
"""

from __future__ import annotations

__all__ = ["PACE", "Pace"]


class Pace:
    """How much has to be read before something is learnt."""

    __slots__ = ("misses", "pause", "rest", "samples", "structures")

    def __init__(self) -> None:
        self.structures = 64
        """Structures of a class that are read without a look at them."""
        self.samples = 8
        """Structures, of those that come then, that are looked at before a pattern is made of them."""
        self.pause = 4
        """After the first pattern, so many structures that it does not match are not looked at; after each other one
        so many times as many.
        """
        self.misses = 16
        """Documents in a row that a class's wire struct does not take, and it is left alone for a while."""
        self.rest = 1000
        """Documents that are read as trees then."""


PACE = Pace()
"""The pace of all classes."""

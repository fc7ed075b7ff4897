"""Levels of a PAdES baseline signature (ETSI EN 319 142-1, chapter 6)."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How long a signature can be verified; each level holds the one before.

    ``B_B``: until the certificate ends. ``B_T``: the time is proven. ``B_LT``: certificates and revocation
    data are in the file. ``B_LTA``: a document timestamp covers them.
    """

    B_B = 1
    B_T = 2
    B_LT = 3
    B_LTA = 4

    @property
    def label(self) -> str:
        """As reports print it: ``B-LTA``."""
        return self.name.replace("_", "-")

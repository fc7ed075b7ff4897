"""Schemas that are put into packages and that packages are checked with; never fetched.

``v1/mets1_12.xsd`` is METS 1.12 of the Digital Library Federation (CC0 1.0), its import of XLink leading to
the file beside it; ``v1/xlink.xsd`` is METS XLink and ``v1/DILCISExtensionMETS.xsd`` has the attributes
of the DILCIS Board, both as distributed by the Open Preservation Foundation under Apache-2.0. The schemas of
EAD are made from the rulebook's table (``preservation.ead``).
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

VERSION: Final = "v1"
NAMES: Final = ("DILCISExtensionMETS.xsd", "mets1_12.xsd", "xlink.xsd")


def schema(name: str) -> bytes:
    """The bytes of a schema of this version."""
    return (files(__name__) / VERSION / name).read_bytes()

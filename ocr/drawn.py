"""What is drawn on a page beside its print: cells of tables, frames that stand alone, round seals."""

from __future__ import annotations

from dataclasses import dataclass

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.checks.seal import find_seals
from ocr.coarse import coarse_ink
from ocr.stamps import frames
from ocr.tables import table_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Boxes in pixels of a straightened page, before its rules were taken out.

    Attributes:
        cells: of tables, the smallest first.
        frames: that stand alone, as around the words of a stamp.
        seals: round ones.
    """

    cells: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    seals: tuple[Box, ...] = ()


def drawn_on(image: GrayImage, *, dpi: int) -> Drawn:
    """All of it on one page."""
    ink = coarse_ink(image, dpi=dpi)
    return Drawn(cells=table_cells(ink), frames=frames(ink), seals=find_seals(image, dpi=dpi))

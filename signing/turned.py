"""A page as it is shown: ``/Rotate`` turns it by quarters, and what is placed must be turned with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from signing.appearance import PdfRect

Quarter = Literal[0, 90, 180, 270]
Matrix = tuple[int, int, int, int, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """Between the user space of a page and the page as shown.

    Attributes:
        rotation: degrees clockwise by which readers turn the page (ISO 32000-1, 7.7.3.3).
    """

    rotation: Quarter

    def shown(self, rect: PdfRect) -> PdfRect:
        """A rectangle of the page, as a reader sees it; the origin stays where it is."""
        return _turned(rect, self.rotation)

    def on_page(self, rect: PdfRect) -> PdfRect:
        """A rectangle that a reader sees, in user space."""
        return _turned(rect, (360 - self.rotation) % 360)

    def size(self, width: float, height: float) -> tuple[float, float]:
        """Width and height as shown of a box of that size in user space."""
        return (height, width) if self.rotation in {90, 270} else (width, height)

    def matrix(self, width: float, height: float) -> Matrix:
        """What draws upright content into a box of user space of that size (ISO 32000-1, 12.5.5)."""
        if self.rotation == 90:
            return (0, 1, -1, 0, width, 0)
        if self.rotation == 180:
            return (-1, 0, 0, -1, width, height)
        if self.rotation == 270:
            return (0, -1, 1, 0, 0, height)
        return (1, 0, 0, 1, 0, 0)


UPRIGHT = View(0)


def _turned(rect: PdfRect, clockwise: int) -> PdfRect:
    if clockwise == 90:
        return PdfRect(rect.bottom, -rect.right, rect.top, -rect.left)
    if clockwise == 180:
        return PdfRect(-rect.right, -rect.top, -rect.left, -rect.bottom)
    if clockwise == 270:
        return PdfRect(-rect.top, rect.left, -rect.bottom, rect.right)
    return rect

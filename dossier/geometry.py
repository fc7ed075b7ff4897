"""The one coordinate convention of the project.

Boxes are in whole pixels of the page image **as shown upright** (after turning by a multiple of 90°,
before deskewing), origin top-left, right and bottom exclusive. The dpi stands in the page record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An axis-parallel rectangle in pixels: ``left <= right``, ``top <= bottom``."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if self.left > self.right or self.top > self.bottom:
            msg = f"box turned inside out: {self}"
            raise ValueError(msg)

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def area(self) -> int:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Middle point (x, y)."""
        return ((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def intersection_area(self, other: Box) -> int:
        """Square pixels that both cover; 0 when they do not touch."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, width) * max(0, height)

    def vertical_overlap(self, other: Box) -> float:
        """Share (0 to 1) of the lower of the two heights that both cover: 1 means on one line."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        lower = min(self.height, other.height)
        return max(0.0, shared / lower) if lower else 0.0

    def as_list(self) -> list[int]:
        """``[left, top, right, bottom]``, as the commands print it."""
        return [self.left, self.top, self.right, self.bottom]


def bounding(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them.

    Raises:
        ValueError: there is no box.
    """
    iterator = iter(boxes)
    try:
        found = next(iterator)
    except StopIteration:
        msg = "no box to bound"
        raise ValueError(msg) from None
    for box in iterator:
        found = found.union(box)
    return found

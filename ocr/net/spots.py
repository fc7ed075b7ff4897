"""One line of print on a page, as the finder sees it and the recogniser cuts it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpot:
    """One line of print, in pixels of the image it was found in.

    Attributes:
        left, right: ends of the print.
        base: y of the baseline at the left end.
        slope: pixels the baseline falls for each pixel to the right.
        x_height: height of a small x.
        sure: 0 to 1, how clearly it shows.
        boxed: single signs that stand apart and were joined to this line.
    """

    left: float
    right: float
    base: float
    slope: float
    x_height: float
    sure: float
    boxed: int = 1

    def base_at(self, x: float) -> float:
        """The baseline at that x."""
        return self.base + self.slope * (x - self.left)

    def scaled(self, factor: float) -> LineSpot:
        """The same line in an image so many times larger."""
        return replace(
            self,
            left=self.left * factor,
            right=self.right * factor,
            base=self.base * factor,
            x_height=self.x_height * factor,
        )

"""Which way up a page is: from the shape of its lines, without recognising anything.

Lines of print show in the profile along them; so the axis is found by comparing both directions. Vietnamese
carries most of its marks above the letters, and Latin print has more ascenders than descenders: so the side
of a line with more ink beside its core is the top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr.arrays import stretches
from ocr.deskew import InkMask, find_skew, without_rules

_STRIPS = 5
_CORE = 0.45
_LINE_SHARE = 0.12
_LINE_PIXELS = (6, 45)
_MIN_LINES = 6
# Lines, counted in each of the strips, that prove by themselves that a page lies well; a card, the edge of a
# sheet and the loops of a pen make fewer.
_PLENTY = 30
_SURE_AXIS = 1.6
_SURE_SIDE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Upright:
    """A guess at the turn a page needs.

    Attributes:
        turn: degrees clockwise that make the page upright: 0, 90, 180 or 270.
        axis_sure: the lines run along one axis without doubt; else all four turns are open.
        side_sure: top and bottom are told apart without doubt; else the opposite turn is open too.
        plenty: there were so many lines that all of it can hardly be chance.
    """

    turn: int
    axis_sure: bool
    side_sure: bool
    plenty: bool = True

    @property
    def candidates(self) -> tuple[int, ...]:
        """Turns that are still open, the likeliest first."""
        opposite = (self.turn + 180) % 360
        if not self.axis_sure:
            return (self.turn, opposite, (self.turn + 90) % 360, (self.turn + 270) % 360)
        return (self.turn, opposite)

    @property
    def needs_proof(self) -> bool:
        """A wrong turn is the worst error of all: only a sure 'leave it' goes without a second witness."""
        return self.turn != 0 or not (self.axis_sure and self.side_sure and self.plenty)


def guess_upright(mask: InkMask) -> Upright:
    """Guess from the ink of the page as stored."""
    print_only = without_rules(mask)
    angle, level = find_skew(print_only)
    side_angle, upended = find_skew(np.rot90(print_only))
    along = level >= upended
    lying = print_only if along else np.rot90(print_only)
    strong, weak = (level, upended) if along else (upended, level)
    votes, lines = _top_votes(_straight(lying, angle if along else side_angle))
    base = 0 if along else 270
    turn = base if votes >= 0 else (base + 180) % 360
    return Upright(
        turn=turn,
        axis_sure=strong > _SURE_AXIS * weak and lines >= _MIN_LINES,
        side_sure=abs(votes) >= _SURE_SIDE and lines >= _MIN_LINES,
        plenty=lines >= _PLENTY,
    )


def _straight(mask: InkMask, angle: float) -> InkMask:
    """The mask sheared so that its lines run level."""
    if angle == 0.0:
        return mask
    height, width = mask.shape
    shift = np.rint(np.arange(width) * np.tan(np.deg2rad(angle))).astype(np.int64)
    shift -= int(shift.min())
    sheared = np.zeros((height + int(shift.max()), width), dtype=bool)
    rows, columns = np.nonzero(mask)
    sheared[rows + shift[columns], columns] = True
    return sheared


def _top_votes(mask: InkMask) -> tuple[float, int]:
    """Mean vote of the lines (-1 bottom-heavy to +1 top-heavy) and how many lines voted."""
    width = mask.shape[1]
    votes: list[float] = []
    weights: list[float] = []
    for index in range(_STRIPS):
        strip = mask[:, index * width // _STRIPS : (index + 1) * width // _STRIPS]
        profile = strip.sum(axis=1).astype(np.float64)
        for line in _lines(profile):
            core = np.flatnonzero(line >= _CORE * line.max())
            above, below = float(line[: core[0]].sum()), float(line[core[-1] + 1 :].sum())
            if above + below > 0:
                votes.append((above - below) / (above + below))
                weights.append(min(above + below, 100.0))
    if not votes:
        return 0.0, 0
    return float(np.average(votes, weights=weights)), len(votes)


def _lines(profile: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
    """The stretches of the profile that are as high as lines of print."""
    peak = float(np.percentile(profile[profile > 0], 90)) if np.any(profile > 0) else 0.0
    if peak <= 0:
        return []
    inked = profile > 0.02 * peak
    runs = [profile[start:end] for start, end in stretches(inked)]
    low, high = _LINE_PIXELS
    return [run for run in runs if low <= run.size <= high and run.max() > _LINE_SHARE * peak]

"""Which pages are made: every layout of both halves in every grade, each with a seed of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.truth.fonts import HALVES, Half
from bench.truth.kit import Layout
from bench.truth.papers import admin, civil
from bench.truth.wear import GRADES
from samples.degrade import Grade

# name -> layout of the tune half, layout of the test half
LAYOUTS: Mapping[str, tuple[Layout, Layout]] = {
    "birth_certificate": (civil.birth_framed, civil.birth_extract),
    "marriage_certificate": (civil.marriage_framed, civil.marriage_extract),
    "marital_status_certificate": (civil.marital_plain, civil.marital_told),
    "death_extract": (civil.death_extract, civil.death_certificate),
    "live_birth_notice": (civil.live_birth_notice, civil.live_birth_new),
    "decision": (admin.decision_long, admin.decision_new),
    "official_letter": (admin.letter, admin.letter_listed),
    "minutes": (admin.minutes, admin.minutes_check),
    **admin.NUMBERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One page to make.

    Attributes:
        index: its place in the set; with the seed of the set it decides everything drawn by lot.
        layout: a name of ``LAYOUTS``.
    """

    index: int
    layout: str
    half: Half
    grade: Grade

    @property
    def stem(self) -> str:
        """Name of its files without ending."""
        return f"{self.index:04d}-{self.half}-{self.grade}-{self.layout}"

    @property
    def draw(self) -> Layout:
        """The layout itself."""
        return LAYOUTS[self.layout][HALVES.index(self.half)]


def entries(count: int, *, half: Half | None = None) -> Sequence[Entry]:
    """So many pages: halves, grades and layouts in turn, so that every beginning of the list is balanced."""
    names = list(LAYOUTS)
    halves = HALVES if half is None else (half,)
    made = []
    for index in range(count):
        which, rest = index % len(halves), index // len(halves)
        layout = names[rest % len(names)]
        grade = GRADES[(rest + rest // len(names)) % len(GRADES)]
        made.append(Entry(index=index, layout=layout, half=halves[which], grade=grade))
    return made

"""Control totals: papers and pages that staff declared against those that were found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dossier.text import Finding

PAPERS_DIFFER = "batch.papers_differ"
PAGES_DIFFER = "batch.pages_differ"


@dataclass(frozen=True, slots=True)
class Count:
    """Papers, and pages that bear print; in a declaration 0 means that nobody counted."""

    papers: int = 0
    pages: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.papers + other.papers, self.pages + other.pages)


def total(counts: Iterable[Count]) -> Count:
    """All of them together."""
    summed = Count()
    for count in counts:
        summed += count
    return summed


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A declared count that was not found; a person has to say which is right.

    Attributes:
        code: ``batch.papers_differ`` or ``batch.pages_differ``.
        page: of the separator sheet that declares it; 0 when it was declared for the batch.
        declared, found: the two counts.
    """

    code: str
    page: int
    declared: int
    found: int

    @property
    def finding(self) -> Finding:
        """As pages and papers carry it; the value is what is too much, below 0 what is missing."""
        return Finding(self.code, self.page, float(self.found - self.declared))

    def as_json(self) -> dict[str, str | int]:
        """As commands print it."""
        return {"code": self.code, "page": self.page, "declared": self.declared, "found": self.found}


def differences(declared: Count, found: Count, *, page: int = 0) -> Iterator[Difference]:
    """What differs; what was not declared cannot."""
    if declared.papers and declared.papers != found.papers:
        yield Difference(code=PAPERS_DIFFER, page=page, declared=declared.papers, found=found.papers)
    if declared.pages and declared.pages != found.pages:
        yield Difference(code=PAGES_DIFFER, page=page, declared=declared.pages, found=found.pages)

"""How well stacks are split: boundaries found, pages lost, what persons are asked, CPU time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.stacks.compose import Made
from extraction.split import Stack, split_pages
from rulebook.paper_spec import Papers


@dataclass(slots=True)
class Score:
    """Sums over stacks.

    Attributes:
        stacks, pages, papers: how many.
        boundaries, found, right: first pages of papers but the first: true ones, found ones, both.
        exact: papers whose pages are all right.
        lost: pages in none or in two of papers, sheets and backs.
        asked: papers that ask a person about their pages.
        wrong_unasked: boundaries missed or made up where nobody is asked.
        seconds: CPU seconds of splitting.
        errors: (stack, page, what) of each wrong boundary.
    """

    stacks: int = 0
    pages: int = 0
    papers: int = 0
    boundaries: int = 0
    found: int = 0
    right: int = 0
    exact: int = 0
    lost: int = 0
    asked: int = 0
    wrong_unasked: int = 0
    seconds: float = 0.0
    errors: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the found boundaries that are true."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true boundaries that are found."""
        return self.right / self.boundaries if self.boundaries else 1.0

    def as_json(self) -> dict[str, float]:
        """Plain figures."""
        return {
            "stacks": self.stacks,
            "pages": self.pages,
            "papers": self.papers,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "exact_papers": round(self.exact / max(1, self.papers), 4),
            "lost_pages": self.lost,
            "asked_papers": round(self.asked / max(1, self.papers), 4),
            "wrong_unasked": self.wrong_unasked,
            "milliseconds_per_page": round(1000 * self.seconds / max(1, self.pages), 3),
        }


def score(stacks: Iterable[Made], papers: Papers) -> Score:
    """Split all of them and add up."""
    summed = Score()
    for index, made in enumerate(stacks):
        started = time.process_time()
        found = split_pages(made.pages, papers)
        summed.seconds += time.process_time() - started
        _add(summed, index, made, found)
    return summed


def _add(summed: Score, index: int, made: Made, found: Stack) -> None:
    true, seen = _starts(made.papers), _starts([paper.pages for paper in found.papers])
    summed.stacks += 1
    summed.pages += len(made.pages)
    summed.papers += len(made.papers)
    summed.boundaries += len(true)
    summed.found += len(seen)
    summed.right += len(true & seen)
    summed.exact += len(set(made.papers) & {paper.pages for paper in found.papers})
    summed.lost += len(made.pages) - len(set(found.pages)) + len(found.pages) - len(set(found.pages))
    asking = [paper for paper in found.papers if paper.findings]
    summed.asked += len(asking)
    pages_asked = {finding.page for paper in asking for finding in paper.findings}
    for page in sorted(true ^ seen):
        summed.errors.append((index, page, "missed" if page in true else "made up"))
        summed.wrong_unasked += page not in pages_asked


def _starts(papers: Sequence[Sequence[int]]) -> set[int]:
    """First pages of all papers but the first."""
    return {min(paper) for paper in papers} - {min(min(paper) for paper in papers)} if papers else set()

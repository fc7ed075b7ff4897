"""Pages of one file to papers. Every page is in a paper, a separator sheet, or the empty back of one.

Separator sheets decide where they lie; between them, and without any, the pages themselves do
(``extraction.boundaries``). Blank pages stay with the paper before them: number of images = number of sides
(Circular 01/2023/TT-VPCP Article 8). Only the empty back of a separator sheet belongs to no paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dossier.separators import SeparatorSheet
from dossier.text import Finding, PageText
from dossier.totals import PAGES_DIFFER, PAPERS_DIFFER, Count, Difference, differences, total
from extraction.boundaries import Opened, opens
from extraction.cards import join_sides
from extraction.classify import Guess
from extraction.layout import Sheet
from extraction.sections import Section, cut_at_sheets, declared_spans
from extraction.traits import Traits, traits_of
from rulebook.paper_spec import Papers

TWO_PAPERS = "page.two_papers"
CARD_SIDES = "page.card_sides"
BEGIN_UNSURE = "page.begin_unsure"
SHEET_REFUSED = "page.separator_refused"
ASKED = frozenset({TWO_PAPERS, CARD_SIDES, BEGIN_UNSURE, SHEET_REFUSED, PAPERS_DIFFER, PAGES_DIFFER})
"""Findings about the pages of a paper that only a person can settle."""

_UNSURE = 1.0
_SURE = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page of one paper as extraction reads it; dots per inch make sizes comparable."""

    sheet: Sheet
    guess: Guess
    blank: bool
    dpi: int


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one paper, in order."""

    leaves: tuple[Leaf, ...]

    @property
    def pages(self) -> tuple[int, ...]:
        """1-based page numbers."""
        return tuple(leaf.sheet.page for leaf in self.leaves)

    @property
    def guess(self) -> Guess:
        """The surest guess among its pages; what the title of the first page says comes first."""
        printed = [leaf.guess for leaf in self.leaves if not leaf.blank]
        titled = [guess for guess in printed if guess.title_row >= 0]
        return max(titled or printed or [self.leaves[0].guess], key=lambda guess: guess.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPages:
    """One paper of a file.

    Attributes:
        pages: 1-based, in order, blank back sides among them.
        blanks: those of them that bear no print.
        dossier, procedure, component: as the separator sheets over it say; each may be empty.
        sheet: page of the separator sheet it lies behind; 0 when there is none.
        findings: what a person must look at: two papers on one page, counts that differ, a sheet refused.
    """

    pages: tuple[int, ...]
    blanks: tuple[int, ...] = ()
    dossier: str = ""
    procedure: str = ""
    component: str = ""
    sheet: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SeparatorPage:
    """A separator sheet: its page and what it says."""

    page: int
    says: SeparatorSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """All pages of a file, each in exactly one of the four.

    Attributes:
        papers: in the order of their pages.
        separators: sheets that separate; their back sides are among ``backs``.
        backs: pages without print that lie right behind a separator sheet.
        differences: counts on the sheets that differ from what was found.
        asides: empty backs of papers, kept aside (``extraction.backs``).
    """

    papers: tuple[PaperPages, ...] = ()
    separators: tuple[SeparatorPage, ...] = ()
    backs: tuple[int, ...] = ()
    differences: tuple[Difference, ...] = ()
    asides: tuple[int, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """Every page number, in order."""
        held = [page for paper in self.papers for page in paper.pages]
        sheets = [sheet.page for sheet in self.separators]
        return tuple(sorted((*held, *sheets, *self.backs, *self.asides)))

    @property
    def count(self) -> Count:
        """Papers, and their pages with print."""
        return _count(self.papers)


def split_pages(pages: Iterable[PageText], papers: Papers) -> Stack:
    """Where the papers of a file begin, and what its separator sheets say of each.

    Args:
        pages: in the order of the file; looked at once, one after the other.
        papers: the rulebook's paper types.
    """
    return split([traits_of(page, papers) for page in pages], papers)


def split(pages: Sequence[Traits], papers: Papers) -> Stack:
    """The same of pages that were looked at."""
    cut = cut_at_sheets(pages)
    found = [_papers_of(section, papers) for section in cut.sections]
    differing: list[Difference] = []
    for span in declared_spans(cut.sections):
        counted = total(_count(found[place]) for place in span.sections)
        for difference in differences(span.declared, counted, page=span.page):
            differing.append(difference)
            for place in span.sections:
                found[place] = [_with(paper, difference.finding) for paper in found[place]]
    return Stack(
        papers=tuple(paper for group in found for paper in group),
        separators=tuple(SeparatorPage(page, says) for page, says in cut.sheets),
        backs=tuple(cut.backs),
        differences=tuple(differing),
    )


def _count(papers: Sequence[PaperPages]) -> Count:
    return Count(len(papers), sum(len(paper.pages) - len(paper.blanks) for paper in papers))


def _with(paper: PaperPages, *findings: Finding) -> PaperPages:
    return replace(paper, findings=(*paper.findings, *findings))


def _papers_of(section: Section, papers: Papers) -> list[PaperPages]:
    """The papers of one section, with what a person must look at on each."""
    if not section.pages:
        return []
    if section.whole:
        groups, unsure = [section.pages], _beginnings(section.pages, papers)
    else:
        groups, unsure = _by_their_pages(section.pages, papers)
    sides: frozenset[int] = frozenset()
    if not section.whole:
        groups, sides = join_sides(groups)
    return [
        PaperPages(
            pages=tuple(page.page for page in group),
            blanks=tuple(page.page for page in group if page.blank),
            dossier=section.dossier,
            procedure=section.procedure,
            component=section.component,
            sheet=section.page,
            findings=tuple(_findings(group, unsure=unsure, sides=sides)),
        )
        for group in groups
    ]


def _by_their_pages(pages: Sequence[Traits], papers: Papers) -> tuple[list[list[Traits]], frozenset[int]]:
    """Groups of pages, and the pages where it is not sure that a paper begins or goes on."""
    groups: list[list[Traits]] = []
    opened: Opened | None = None
    unsure: set[int] = set()
    for page in pages:
        # Blank pages that lead a file belong to the paper behind them.
        score = opens(page, opened, papers) if opened is not None and not page.blank else None
        if score is not None and abs(score) < _UNSURE:
            unsure.add(page.page)
        if not groups or (score is not None and score > 0):
            groups.append([page])
            opened = None
        else:
            groups[-1].append(page)
        opened = _with_page(opened, page)
    return groups, frozenset(unsure)


def _beginnings(pages: Sequence[Traits], papers: Papers) -> frozenset[int]:
    """Pages that look like the first of a paper although a sheet declares all to be one."""
    opened: Opened | None = None
    found: set[int] = set()
    for page in pages:
        if opened is not None and not page.blank and opens(page, opened, papers) >= _SURE:
            found.add(page.page)
        opened = _with_page(opened, page)
    return frozenset(found)


def _with_page(opened: Opened | None, page: Traits) -> Opened | None:
    """The printed pages so far, with one more."""
    if page.blank:
        return opened
    if opened is None:
        return Opened.by(page)
    opened.add(page)
    return opened


def _findings(group: Sequence[Traits], *, unsure: frozenset[int], sides: frozenset[int]) -> Iterator[Finding]:
    for page in group:
        if page.heads > 1:
            yield Finding(TWO_PAPERS, page.page, float(page.heads))
        if page.page in unsure:
            yield Finding(BEGIN_UNSURE, page.page, 1.0)
        if page.refused:
            yield Finding(SHEET_REFUSED, page.page, 1.0)
        if page.page in sides:
            yield Finding(CARD_SIDES, page.page, 1.0)

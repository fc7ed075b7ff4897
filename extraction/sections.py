"""What lies between separator sheets: for which dossier and component, and how much of it was declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dossier.separators import SeparatorSheet, SheetKind
from dossier.totals import Count
from extraction.traits import Traits

_SHOWS_THROUGH = 8


@dataclass(slots=True)
class Section:
    """Pages behind one separator sheet, up to the next.

    Attributes:
        page: of the sheet; 0 for what lies before the first one.
        says: what the sheet says.
        pages: what lies behind it.
        dossier, procedure, component: for which, as this and the sheets before it say.
        whole: all its pages are one paper.
    """

    page: int = 0
    says: SeparatorSheet | None = None
    pages: list[Traits] = field(default_factory=list)
    dossier: str = ""
    procedure: str = ""
    component: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Sections that one declaration counts together: its sheet's page, the counts, the sections' places."""

    page: int
    declared: Count
    sections: tuple[int, ...]


@dataclass(slots=True)
class Cut:
    """A file cut at its separator sheets: sections, the pages of the sheets, empty backs of sheets."""

    sections: list[Section] = field(default_factory=lambda: [Section()])
    sheets: list[tuple[int, SeparatorSheet]] = field(default_factory=list)
    backs: list[int] = field(default_factory=list)


def cut_at_sheets(pages: Sequence[Traits]) -> Cut:
    """Cut the pages of a file at its separator sheets."""
    cut = Cut()
    backs: dict[int, list[Traits]] = {}
    for page in pages:
        section = cut.sections[-1]
        fresh = section.says is not None and not section.pages
        if fresh and (page.blank or _shows_through(page, section.says)):
            backs.setdefault(len(cut.sections) - 1, []).append(page)
        elif page.separator is not None:
            cut.sheets.append((page.page, page.separator))
            cut.sections.append(Section(page.page, page.separator))
        else:
            section.pages.append(page)
    for place, empty in backs.items():
        cut.backs += _backs_of(cut.sections[place], empty)
    _place(cut.sections)
    for chain in _chains(cut.sections):
        _mark_whole(cut.sections, chain)
    return cut


def _backs_of(section: Section, empty: Sequence[Traits]) -> list[int]:
    """Pages that are nothing but the back of the sheet.

    Where a sheet announces a paper and no print follows, what looks empty is kept as that paper: a page too
    faint to be read must not vanish with the sheet.
    """
    announced = section.says is not None and section.says.kind is SheetKind.PAPER
    if section.pages or not announced:
        return [page.page for page in empty]
    kept = empty[1:] or empty
    section.pages += kept
    return [page.page for page in empty if page not in kept]


def _shows_through(page: Traits, says: SeparatorSheet | None) -> bool:
    """The code of the sheet before, seen through the paper: hardly a word stands beside it."""
    return page.separator == says and page.words < _SHOWS_THROUGH


def _place(sections: Sequence[Section]) -> None:
    """What a sheet leaves open is as the sheet before it says; the end of a dossier ends that."""
    dossier = procedure = ""
    for section in sections:
        says = section.says
        if says is None:
            continue
        if says.kind is SheetKind.END:
            dossier = procedure = ""
            continue
        if says.kind is SheetKind.DOSSIER or (says.dossier and says.dossier != dossier):
            dossier, procedure = says.dossier, says.procedure
        section.dossier = says.dossier or dossier
        section.procedure = says.procedure or procedure
        section.component = says.component


def _chains(sections: Sequence[Section]) -> Iterator[list[int]]:
    """Places of a sheet for a component and of the neutral sheets that part the papers behind it."""
    chain: list[int] = []
    for place, section in enumerate(sections):
        says = section.says
        if says is None or says.kind is not SheetKind.PAPER:
            if chain:
                yield chain
            chain = []
            continue
        room = chain and len(chain) < (_declared(sections[chain[0]]).papers or 1)
        if chain and room and not says.component and says.dossier in {"", sections[chain[0]].dossier}:
            chain.append(place)
        else:
            if chain:
                yield chain
            chain = [place]
    if chain:
        yield chain


def _mark_whole(sections: Sequence[Section], chain: Sequence[int]) -> None:
    """As many sheets as papers: each section is one paper. Else its pages decide."""
    head = sections[chain[0]]
    for place in chain:
        section = sections[place]
        section.component = head.component
        section.whole = len(chain) == _declared(head).papers or (
            place != chain[0] and _declared(section).papers == 1
        )


def declared_spans(sections: Sequence[Section]) -> Iterator[Span]:
    """Every count on a sheet, with the sections it counts."""
    for chain in _chains(sections):
        yield Span(sections[chain[0]].page, _declared(sections[chain[0]]), tuple(chain))
        for place in chain[1:]:
            pages = Count(0, _declared(sections[place]).pages)
            yield Span(sections[place].page, pages, (place,))
    opened = 0
    for place, section in enumerate(sections):
        kind = section.says.kind if section.says is not None else None
        if kind is SheetKind.DOSSIER:
            opened = place
            ends = (
                later
                for later in range(place + 1, len(sections))
                if (says := sections[later].says) is not None and says.kind is not SheetKind.PAPER
            )
            yield Span(section.page, _declared(section), tuple(range(place, next(ends, len(sections)))))
        elif kind is SheetKind.END:
            yield Span(section.page, _declared(section), tuple(range(opened, place)))
            opened = place


def _declared(section: Section) -> Count:
    says = section.says
    return Count(says.papers, says.pages) if says is not None else Count()

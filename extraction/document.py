"""The door of this package: pages of one file in; papers with type, fields, doubts and parties out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dossier.documents import Party
from dossier.fields import Field
from dossier.review import PAGES_QUESTION
from dossier.text import Finding, PageText
from extraction.classify import CERTAIN, UNKNOWN, Guess, classify, type_confidence
from extraction.demand import AS_MEASURED, Demand
from extraction.layout import lay_out
from extraction.questions import questions
from extraction.split import ASKED, Group, Leaf, Stack, split_pages
from extraction.weighing import weigh
from rulebook.paper_spec import Papers
from rulebook.places import Places, load_places

_LEAST_FIELD = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One paper of a file.

    Attributes:
        pages: 1-based page numbers within the file, blank back sides among them.
        type, type_confidence: vocabulary type; ``unknown`` when no known form fits.
        fields: at most one for each name, in the order of the rulebook table.
        questions: names of fields a person must look at, ``type``, and ``pages`` where it is not sure which
            pages make the paper.
        parties: whom the paper names.
        findings: what was noticed about its pages.
    """

    pages: tuple[int, ...]
    type: str
    type_confidence: float
    fields: tuple[Field, ...]
    questions: tuple[str, ...]
    parties: tuple[Party, ...]
    findings: tuple[Finding, ...]


def understand(
    pages: Sequence[PageText], papers: Papers, *, places: Places | None = None, stack: Stack | None = None
) -> tuple[Understood, ...]:
    """Split the pages of one file into papers and read each.

    Args:
        pages: in the order of the file; every one comes back in exactly one paper, but for separator
            sheets and their empty backs (``extraction.split`` accounts for these).
        papers: the rulebook's paper types.
        places: provinces; the project's own table when not given.
        stack: how the file is split, where the caller knows.
    """
    known = places if places is not None else load_places()
    by_page = {page.page: page for page in pages}
    split = stack if stack is not None else split_pages(pages, papers)
    return tuple(
        understand_paper(
            [by_page[number] for number in paper.pages], papers, places=known, noticed=paper.findings
        )
        for paper in split.papers
    )


def understand_paper(  # noqa: PLR0913 - what a paper is understood from
    pages: Sequence[PageText],
    papers: Papers,
    *,
    places: Places | None = None,
    type_: str = "",
    noticed: Sequence[Finding] = (),
    demand: Demand = AS_MEASURED,
) -> Understood:
    """Type, fields and questions of pages that are known to be one paper.

    Args:
        pages: of that paper, in order; at least one.
        papers: the rulebook's paper types.
        places: provinces; the project's own table when not given.
        type_: the type a person says it is, which is then certain; empty to tell it from the pages.
        noticed: what splitting noticed about its pages.
        demand: how much more is asked about its fields than the tables say.
    """
    known = places if places is not None else load_places()
    group = Group(tuple(_leaf(page, papers) for page in pages))
    guess = replace(group.guess, type=type_, score=1.0, reasons=(CERTAIN,)) if type_ else group.guess
    by_page = {page.page: page for page in pages}
    understood = _understand(group, guess, papers=papers, by_page=by_page, places=known, demand=demand)
    # Nothing tells whether a page that nobody could read belongs to the others.
    doubtful = len(pages) > 1 and any(page.is_unread for page in pages)
    asked = doubtful or any(finding.code in ASKED for finding in noticed)
    return replace(
        understood,
        questions=(*((PAGES_QUESTION,) if asked else ()), *understood.questions),
        findings=(*understood.findings, *noticed),
    )


def _leaf(page: PageText, papers: Papers) -> Leaf:
    sheet = lay_out(page)
    blank = page.is_blank or not sheet.rows
    return Leaf(sheet=sheet, guess=UNKNOWN if blank else classify(sheet, papers), blank=blank, dpi=page.dpi)


def _understand(  # noqa: PLR0913 - what a paper is understood from
    group: Group,
    guess: Guess,
    *,
    papers: Papers,
    by_page: Mapping[int, PageText],
    places: Places,
    demand: Demand,
) -> Understood:
    spec = papers.spec(guess.type)
    sheets = [leaf.sheet for leaf in group.leaves if not leaf.blank]
    weighed = weigh(spec, sheets, guess, places=places) if sheets else {}
    fields = [one.field for one in weighed.values()]
    score = type_confidence(guess)
    hard = frozenset(name for name, one in weighed.items() if one.hard)
    kept = tuple(field for field in fields if field.confidence >= _LEAST_FIELD)
    return Understood(
        pages=group.pages,
        type=guess.type,
        type_confidence=round(score, 4),
        fields=kept,
        questions=questions(spec, kept, score=score, hard=hard, demand=demand),
        parties=spec.parties_of(kept),
        findings=tuple(finding for page in group.pages for finding in by_page[page].findings),
    )

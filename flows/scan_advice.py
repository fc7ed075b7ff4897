"""What can be told about a whole stack once its pages are read, before it is handed in.

Only types and page numbers are looked at: fields are extracted after the officer has signed (Circular
01/2023/TT-VPCP Article 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dossier.coaching import Advice
from dossier.errors import ProcedureUnknownError
from dossier.text import PageText
from dossier.totals import PAPERS_DIFFER, Count, differences
from extraction.split import Stack, split
from extraction.traits import Traits, traits_of
from ocr.records import PageReading
from rulebook.procedures import Anew, Component
from rulebook.seals import sealed_types
from wiring.services import Services

_UNKNOWN = "unknown"
_FORM = "application_form"


def stack_advice(
    services: Services, readings: Sequence[PageReading], *, told: Mapping[str, str], sealed: frozenset[int]
) -> tuple[Advice, ...]:
    """What is missing or does not fit.

    Args:
        services: of this installation.
        readings: of the pages that could be read, in order.
        told: what was declared: ``procedure``, ``papers``, ``pages``.
        sealed: numbers of pages on which a seal is seen.
    """
    pages: list[PageText] = [reading.page for reading in readings]
    traits = {page.page: traits_of(page, services.papers) for page in pages}
    stack = split(list(traits.values()), services.papers)
    types = [_type_of(paper.pages, traits) for paper in stack.papers]
    return (
        *_seals(services, stack, types, sealed=sealed),
        *_folios(stack, traits),
        *_counts(stack, told),
        *_components(services, stack, types, told),
    )


def _type_of(pages: Sequence[int], traits: Mapping[int, Traits]) -> str:
    """As splitting guesses it: the surest guess, those with a title first."""
    guesses = [traits[page].guess for page in pages if not traits[page].blank]
    titled = [guess for guess in guesses if guess.title_row >= 0]
    return max(titled or guesses, key=lambda guess: guess.score).type if guesses else _UNKNOWN


def _seals(
    services: Services, stack: Stack, types: Sequence[str], *, sealed: frozenset[int]
) -> Iterator[Advice]:
    for paper, type_ in zip(stack.papers, types, strict=True):
        if type_ in sealed_types() and not sealed & set(paper.pages):
            label = services.papers.spec(type_).label_vi
            yield Advice(code="coach.no_seal", page=paper.pages[-1], about=label)


def _folios(stack: Stack, traits: Mapping[int, Traits]) -> Iterator[Advice]:
    """Papers that say how many pages they have, and do not have them."""
    for paper in stack.papers:
        folios = [folio for page in paper.pages if (folio := traits[page].folio) is not None]
        total = max((folio.total for folio in folios), default=0)
        seen = {folio.number for folio in folios}
        missing = [number for number in range(1, total + 1) if number not in seen]
        # A first page often bears no number; then as many pages as numbers are enough.
        printed = sum(not traits[page].blank for page in paper.pages)
        if missing and printed < total:
            about = ", ".join(map(str, missing))
            yield Advice(code="coach.page_missing", page=paper.pages[-1], value=total, about=about)


def _counts(stack: Stack, told: Mapping[str, str]) -> Iterator[Advice]:
    declared = Count(int(told.get("papers") or 0), int(told.get("pages") or 0))
    for difference in (*stack.differences, *differences(declared, stack.count)):
        code = "coach.papers_differ" if difference.code == PAPERS_DIFFER else "coach.pages_differ"
        yield Advice(code=code, page=difference.page, value=difference.found - difference.declared)


def _components(
    services: Services, stack: Stack, types: Sequence[str], told: Mapping[str, str]
) -> Iterator[Advice]:
    """Components of the procedure of which no paper is seen; those that are always asked for only."""
    code = told.get("procedure", "")
    if not code:
        return
    today = services.today()
    try:
        procedure = services.procedures.on(code, today)
    except ProcedureUnknownError:
        return
    declared = {paper.component for paper in stack.papers if paper.component}
    for component in procedure.components:
        wanted = not (component.condition_fact or component.switched_off(today))
        wanted = wanted and component.replaced_by(today) is None
        if wanted and component.code not in declared and not _is_seen(component, types):
            about = f"{component.name_vi} ({component.code})"
            yield Advice(code="coach.component_missing", page=0, about=about)


def _is_seen(component: Component, types: Sequence[str]) -> bool:
    """A form may be any form; a component that nobody mapped to types cannot be missed."""
    if component.unmapped:
        return True
    if not component.types:
        return component.anew is not Anew.FORM or _FORM in types
    return any(type_ in component.types for type_ in types)

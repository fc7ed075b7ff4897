"""Which files a dossier has beside those that the handling names: papers of the store, and what was declared.

What the one-stop software said once is not asked of it twice: a component that was declared (``handed_in``,
``reused``, ``data``) counts as if the handling had named it, and what the handling does name comes before it.
"""

from __future__ import annotations

from dossier.declared import Came
from dossier.handling import FileFacts
from dossier.told import DossierPaper, DossierRow, Told

POPULATION = "population"
"""Short name of the population database, in the rulebook and in ``DSKetNoiCSDL``."""


def unnamed_papers(row: DossierRow, told: Told) -> tuple[DossierPaper, ...]:
    """Papers that count for a dossier and that the handling does not name.

    Those that were handed in for it; those that it was declared to reuse; and, while nothing was declared,
    those of other dossiers that were read for it. A paper that was only looked at before another one was
    asked for is none of them once somebody declared how each component came.
    """
    named = {file.document for file in told.files}
    told_of = {file.component for file in told.files}
    reused = {
        each.document
        for each in row.declared
        if each.came is Came.REUSED and each.document and each.code not in told_of
    }
    kept = [
        paper
        for paper in row.papers
        if paper.document not in named and (paper.own or not row.declared or paper.document in reused)
    ]
    known = {paper.document for paper in row.papers}
    # Declared without ever being opened: it is held, and its type makes no difference to what is reused.
    kept += [
        DossierPaper(document=document, type="", filed=True, own=False)
        for document in sorted(reused - known - named)
    ]
    return tuple(kept)


def unnamed_files(row: DossierRow, told: Told) -> tuple[FileFacts, ...]:
    """The same as figures count them."""
    return tuple(
        FileFacts(paper=paper.type, digitised=paper.filed, reused=0 if paper.own else 1)
        for paper in unnamed_papers(row, told)
    )


def databases(row: DossierRow, told: Told) -> tuple[str, ...]:
    """Databases that were read for a dossier: those that were told, then those of declared components."""
    declared = (each.database for each in row.declared if each.came is Came.DATA and each.database)
    return tuple(dict.fromkeys((*told.databases, *declared)))


def reads_population(row: DossierRow, told: Told) -> bool:
    """Whether the population database was used: told so, or a component came from it."""
    return told.population or any(
        each.came is Came.DATA and each.database == POPULATION for each in row.declared
    )

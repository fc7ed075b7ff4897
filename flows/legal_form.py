"""Whether a paper may be digitised: what persons said of its legal form, then what stands on it.

What a person said and the law leaves out is refused (Circular 01/2023/TT-VPCP Article 4), and so is a paper
that says of itself, with number and clause, that it is a certified copy. Anything less asks a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.asking import insisted_of
from dossier.codes import parse_dossier_code
from dossier.declared import Came
from dossier.documents import Document, Item
from dossier.errors import ProcedureUnknownError
from dossier.ids import DocumentId
from dossier.intake_errors import refusal
from dossier.keeping import Act
from dossier.legal_form import LegalForm
from dossier.moments import VIETNAM
from dossier.text import Finding, PageText
from extraction.copies import NOT_COMPARED, NOT_ELECTRONIC, SHARED_DATA, copy_signs, is_certain, no_red_ink
from extraction.split import PaperPages
from rulebook.intake import Outcome
from rulebook.procedures import DataMode
from wiring.services import Services

_SURE_TYPE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Said:
    """What persons said last of a paper: its form, and whether it was compared with the original."""

    form: LegalForm = LegalForm.UNSTATED
    compared: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """What follows: the form that is refused (unstated when none is), and what a person is asked about."""

    refused: LegalForm = LegalForm.UNSTATED
    asked: tuple[Finding, ...] = ()


def received_on(services: Services, item: Item) -> date:
    """Day of reception in Vietnam; decides which rules count."""
    return services.store.records.batch(item.batch).received_at.astimezone(VIETNAM).date()


def refuse_declared(services: Services, item: Item) -> None:
    """Stop a file of which a person said that it is not digitised, before anything of it is read.

    Raises:
        NotDigitisedError: says which form it is.
    """
    said = _of_item(services, item)
    if services.intake.outcome(said.form, received_on(services, item)) is Outcome.REFUSE:
        raise refusal(said.form, item.name)


def weigh(
    services: Services, item: Item, document: DocumentId, *, paper: PaperPages, pages: Sequence[PageText]
) -> Weighed:
    """A paper before it is signed: refused, asked about, or neither.

    Args:
        services: of this installation.
        item: the scanned file it is in.
        document: its id.
        paper: as the file was split.
        pages: its pages.
    """
    dossier = paper.dossier or services.store.records.batch(item.batch).dossier
    said = said_of(services, item, document, dossier=dossier, component=paper.component)
    outcome = services.intake.outcome(said.form, received_on(services, item))
    if outcome is Outcome.REFUSE:
        return Weighed(refused=said.form)
    first = paper.pages[0]
    if outcome is Outcome.COMPARE and not said.compared:
        return Weighed(asked=(Finding(NOT_COMPARED, first, 1.0),))
    if said.form is LegalForm.CERTIFIED_E_COPY:
        return Weighed(asked=(Finding(NOT_ELECTRONIC, first, 1.0),))
    if said.form or said.compared:
        return Weighed()
    signs = copy_signs(pages, services.papers)
    copies_refused = (
        services.intake.outcome(LegalForm.CERTIFIED_PAPER_COPY, received_on(services, item)) is Outcome.REFUSE
    )
    if is_certain(signs) and copies_refused:
        return Weighed(refused=LegalForm.CERTIFIED_PAPER_COPY)
    return Weighed(asked=(*signs, *_shared(services, item, paper, dossier=dossier)))


def missing_seal(services: Services, item: Item, draft: Document, *, pages: Sequence[PageText]) -> Weighed:
    """Asked about, when nobody said its form and a paper under a red seal shows no red."""
    said = said_of(services, item, draft.id, dossier=draft.dossier, component=draft.component)
    bears = services.intake.bears_seal(draft.type, received_on(services, item))
    if said.form or said.compared or not bears or draft.type_confidence < _SURE_TYPE:
        return Weighed()
    return Weighed(asked=no_red_ink(pages))


def said_of(services: Services, item: Item, document: DocumentId, *, dossier: str, component: str) -> Said:
    """What counts: said of the paper, of its file, of its component in the dossier, when it was handed in."""
    return (
        _acted(services, document)
        or _acted(services, item.id)
        or _of_component(services, dossier, component)
        or _when_handed_in(item)
    )


def _shared(services: Services, item: Item, paper: PaperPages, *, dossier: str) -> tuple[Finding, ...]:
    """Asked about, when a database covers its component and nobody recorded why the paper was asked for."""
    procedure = paper.procedure or services.store.records.batch(item.batch).procedure
    if not (paper.component and procedure):
        return ()
    day = parse_dossier_code(dossier).received if dossier else received_on(services, item)
    try:
        components = services.procedures.on(procedure, day).components
    except ProcedureUnknownError:
        return ()
    sources = [source for each in components if each.code == paper.component for source in each.data]
    if not any(source.since <= day and source.mode is DataMode.REPLACES for source in sources):
        return ()
    asked = (insisted_of(act) for act in services.store.records.acts(target=dossier, family="asking"))
    if dossier and any(one.component == paper.component for one in asked):
        return ()
    return (Finding(SHARED_DATA, paper.pages[0], 1.0),)


def _of_item(services: Services, item: Item) -> Said:
    return _acted(services, item.id) or _when_handed_in(item)


def _when_handed_in(item: Item) -> Said:
    return Said(item.origin.form, item.origin.compared)


def _acted(services: Services, target: str) -> Said | None:
    acts = [act for act in services.store.records.acts(target=target) if act.act is Act.FORM_SAID]
    if not acts:
        return None
    details = acts[-1].details
    return Said(LegalForm(details["form"]), details["compared"] == "yes")


def _of_component(services: Services, dossier: str, component: str) -> Said | None:
    """As the one-stop software declared the component; one read in a database is shared as data."""
    declared = services.store.records.admissions.declared(dossier) if dossier and component else None
    for each in declared.components if declared is not None else ():
        if each.code != component:
            continue
        if each.form:
            return Said(each.form)
        if each.came is Came.DATA:
            return Said(LegalForm.SHARED_DATA)
    return None

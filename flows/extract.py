"""A paper's record from its page text: type, fields, questions, parties, term and owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dossier.documents import Document, Item, Party, PartyRole
from dossier.ids import DocumentId
from dossier.matching import Match, same_owner
from dossier.review import OWNER_QUESTION, TYPE_QUESTION
from extraction.document import understand_paper
from ocr.records import FileReading
from wiring.services import VIETNAM, Services

_DECLARED = "declared"
"""Relation of an owner whom staff named, not the paper."""


def describe(
    services: Services, document: DocumentId, item: Item, *, reading: FileReading, pages: Sequence[int]
) -> Document:
    """The first version of a paper's record, not yet saved and without an object."""
    batch = services.store.records.batch(item.batch)
    understood = understand_paper(
        [page for page in reading.pages if page.page in set(pages)], services.papers
    )
    parties, questions = _with_owner(services, understood.parties, declared=batch.owner)
    return Document(
        id=document,
        item=item.id,
        pages=tuple(pages),
        type=understood.type,
        type_confidence=understood.type_confidence,
        version=1,
        fields=understood.fields,
        questions=(*understood.questions, *questions),
        parties=parties,
        term=services.papers.spec(understood.type).term(understood.fields, _received_on(services, item)),
        dossier=batch.dossier,
        procedure=batch.procedure,
        findings=understood.findings,
    )


def settle(services: Services, document: Document, *, type_: str, owner: str) -> Document:
    """Work out parties and term again after a person corrected fields, type or owner.

    Args:
        services: of this installation.
        document: with the corrected fields, not yet saved.
        type_: the right paper type, empty to keep it.
        owner: identity number of the owner, empty to keep who it was.
    """
    spec = services.papers.spec(type_ or document.type)
    item = services.store.records.item(document.item)
    declared = owner or next((party.number for party in document.owners if party.relation == _DECLARED), "")
    parties = spec.parties_of(document.fields)
    if owner:
        parties = (*parties, Party(role=PartyRole.OWNER, relation=_DECLARED, number=owner))
        asked: tuple[str, ...] = ()
    else:
        parties, asked = _with_owner(services, parties, declared=declared)
    settled = {OWNER_QUESTION, *([TYPE_QUESTION] if type_ else [])}
    kept = tuple(name for name in document.questions if name not in settled)
    return replace(
        document,
        type=type_ or document.type,
        type_confidence=1.0 if type_ else document.type_confidence,
        parties=parties,
        questions=(*kept, *asked),
        term=spec.term(document.fields, _received_on(services, item)),
    )


def _received_on(services: Services, item: Item) -> date:
    return services.store.records.batch(item.batch).received_at.astimezone(VIETNAM).date()


def _with_owner(
    services: Services, parties: tuple[Party, ...], *, declared: str
) -> tuple[tuple[Party, ...], tuple[str, ...]]:
    """Settle whose paper it is.

    A printed identity number decides. Without one, what staff declared for the dossier counts, as long as the
    paper names nobody else; a name alone never joins a paper to a person.
    """
    owners = [party for party in parties if party.role is PartyRole.OWNER]
    if any(party.number for party in owners):
        return parties, ()
    if not declared:
        return parties, (OWNER_QUESTION,)
    known = _known_names(services, declared)
    verdicts = [same_owner(party, number=declared, known=known)[0] for party in owners]
    if verdicts and all(verdict is Match.NO for verdict in verdicts):
        return parties, (OWNER_QUESTION,)
    return (*parties, Party(role=PartyRole.OWNER, relation=_DECLARED, number=declared)), ()


def _known_names(services: Services, number: str) -> tuple[Party, ...]:
    documents = services.store.records.documents_of_owner(number)
    return tuple(party for found in documents for party in found.parties if party.number == number)

"""A paper's record from its page text: type, fields, questions, parties, term and owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dossier.codes import office_of
from dossier.documents import Document, Item, Party, PartyRole
from dossier.fields import Evidence, Field
from dossier.ids import DocumentId
from dossier.legal_form import FORM_QUESTION
from dossier.matching import Match, same_owner
from dossier.moments import VIETNAM
from dossier.review import (
    DOSSIER_QUESTION,
    OWNER_QUESTION,
    PAGES_QUESTION,
    RETURNED_QUESTION,
    SIGNATURE_QUESTION,
    TYPE_QUESTION,
)
from extraction.document import understand_paper
from extraction.split import PaperPages
from flows.capture import load_reading, texts_of
from flows.quality.steps import demand_of
from ocr.records import FileReading
from rulebook.paper_spec import PaperSpec
from wiring.services import Services

_DECLARED = "declared"
"""Relation of an owner whom staff named, not the paper."""

_MISREAD_DIGITS = 2
_ABOUT_PAPER = frozenset(
    {OWNER_QUESTION, SIGNATURE_QUESTION, DOSSIER_QUESTION, PAGES_QUESTION, FORM_QUESTION, RETURNED_QUESTION}
)
_TOLD_APART = frozenset({TYPE_QUESTION, PAGES_QUESTION})


def describe(  # noqa: PLR0913 - what is known of a paper before it is read
    services: Services,
    document: DocumentId,
    item: Item,
    *,
    reading: FileReading,
    paper: PaperPages,
    type_: str = "",
) -> Document:
    """The first version of a paper's record, not yet saved and without an object.

    What the separator sheets before it say counts for it; where the batch was handed in for another dossier,
    a person is asked.

    Args:
        services: of this installation.
        document: the paper.
        item: the file it came in.
        reading: what was read in the file.
        paper: its pages in their order.
        type_: the type that a person says it is, empty to tell it from the pages.
    """
    batch = services.store.records.batch(item.batch)
    understood = understand_paper(
        texts_of(reading, paper.pages),
        services.papers,
        places=services.places,
        type_=type_,
        noticed=paper.findings,
        demand=demand_of(services, office_of(paper.dossier or batch.dossier)),
    )
    other = bool(paper.dossier and batch.dossier) and paper.dossier != batch.dossier
    parties, questions = _with_owner(services, understood.parties, declared=batch.owner)
    return Document(
        id=document,
        item=item.id,
        pages=paper.pages,
        type=understood.type,
        type_confidence=understood.type_confidence,
        version=1,
        fields=understood.fields,
        questions=(*understood.questions, *questions, *((DOSSIER_QUESTION,) if other else ())),
        parties=parties,
        term=services.papers.spec(understood.type).term(understood.fields, _received_on(services, item)),
        dossier=paper.dossier or batch.dossier,
        procedure=paper.procedure or batch.procedure,
        component=paper.component,
        findings=understood.findings,
    )


def understand_again(services: Services, document: Document, type_: str) -> Document:
    """The paper read again as the type a person says it is, from the text that was kept.

    What persons said about fields of that type stays; fields the type does not have go. Whose paper it is,
    and how long it counts, is not worked out yet.

    Args:
        services: of this installation.
        document: as saved.
        type_: the right paper type.
    """
    reading = load_reading(services, document.item)
    understood = understand_paper(
        texts_of(reading, document.pages),
        services.papers,
        places=services.places,
        type_=type_,
        demand=demand_of(services, office_of(document.dossier)),
    )
    known = services.papers.spec(type_).by_name
    said = {
        field.name: field
        for field in document.fields
        if field.evidence is Evidence.PERSON and field.name in known
    }
    fields = {**{field.name: field for field in understood.fields}, **said}
    asked = [name for name in understood.questions if name not in said and name not in _TOLD_APART]
    about_paper = [name for name in document.questions if name in _ABOUT_PAPER]
    return replace(
        document,
        type=type_,
        type_confidence=1.0,
        fields=tuple(fields.values()),
        questions=(*asked, *about_paper),
    )


def settle(
    services: Services, document: Document, *, owner: str = "", declared: str = "", confirmed: bool = False
) -> Document:
    """Work out parties and term again after fields, type or owner changed.

    Args:
        services: of this installation.
        document: with the corrected fields, not yet saved; its parties are those of the version before.
        owner: identity number of the owner as the person who looked at this paper says, empty to keep.
        declared: owner declared for the whole dossier; empty for what was declared before.
        confirmed: a person says that what is printed is right.
    """
    spec = services.papers.spec(document.type)
    item = services.store.records.item(document.item)
    named = owner or _named(document)
    parties = spec.parties_of(document.fields)
    asked: tuple[str, ...] = ()
    if named:
        parties = _with_declared(parties, named)
    else:
        parties, asked = _with_owner(services, parties, declared=declared or _declared(services, document))
        if asked and (confirmed or _said_number(spec, document)) and any(p.number for p in parties):
            asked = ()
    kept = tuple(name for name in document.questions if name != OWNER_QUESTION)
    return replace(
        document,
        parties=parties,
        questions=(*kept, *asked),
        term=spec.term(document.fields, _received_on(services, item)),
    )


def misread_numbers(spec: PaperSpec, fields: Sequence[Field], owner: str) -> tuple[str, ...]:
    """Fields that print an owner's number which differs from the one a person names in a digit or two.

    Nothing when one of them prints that number, or when a person said what the field prints.
    """
    names = {party.number for party in spec.parties if party.role is PartyRole.OWNER}
    numbers = [field for field in fields if field.name in names]
    if any(field.value == owner for field in numbers):
        return ()
    return tuple(
        field.name
        for field in numbers
        if field.evidence is not Evidence.PERSON and _is_near(field.value, owner)
    )


def _named(document: Document) -> str:
    """Owner a person named for this paper before, beside a printed number; only a person can have done so."""
    printed = any(party.number for party in document.owners if party.relation != _DECLARED)
    return _declared_party(document) if printed else ""


def _declared(services: Services, document: Document) -> str:
    return (
        _declared_party(document)
        or services.store.records.batch(services.store.records.item(document.item).batch).owner
    )


def _declared_party(document: Document) -> str:
    return next((party.number for party in document.owners if party.relation == _DECLARED), "")


def _said_number(spec: PaperSpec, document: Document) -> bool:
    """Whether a person said which owner's number the paper prints."""
    names = {party.number for party in spec.parties if party.role is PartyRole.OWNER}
    return any(field.name in names and field.evidence is Evidence.PERSON for field in document.fields)


def _received_on(services: Services, item: Item) -> date:
    return services.store.records.batch(item.batch).received_at.astimezone(VIETNAM).date()


def _with_owner(
    services: Services, parties: tuple[Party, ...], *, declared: str
) -> tuple[tuple[Party, ...], tuple[str, ...]]:
    """Settle whose paper it is.

    A printed identity number decides, unless it is all but the declared one: then it may be that, misread.
    Without one, what staff declared for the dossier counts, as long as the paper names nobody else; a name
    alone never joins a paper to a person.
    """
    owners = [party for party in parties if party.role is PartyRole.OWNER]
    numbers = [party.number for party in owners if party.number]
    if numbers:
        doubtful = declared not in numbers and any(_is_near(number, declared) for number in numbers)
        return parties, (OWNER_QUESTION,) if doubtful else ()
    if not declared:
        return parties, (OWNER_QUESTION,)
    known = _known_names(services, declared)
    verdicts = [same_owner(party, number=declared, known=known)[0] for party in owners]
    if verdicts and all(verdict is Match.NO for verdict in verdicts):
        return parties, (OWNER_QUESTION,)
    return _with_declared(parties, declared), ()


def _with_declared(parties: tuple[Party, ...], number: str) -> tuple[Party, ...]:
    if any(party.role is PartyRole.OWNER and party.number == number for party in parties):
        return parties
    return (*parties, Party(role=PartyRole.OWNER, relation=_DECLARED, number=number))


def _is_near(left: str, right: str) -> bool:
    """Whether two numbers of one length differ in one or two digits."""
    if len(left) != len(right):
        return False
    return 1 <= sum(a != b for a, b in zip(left, right, strict=True)) <= _MISREAD_DIGITS


def _known_names(services: Services, number: str) -> tuple[Party, ...]:
    records = services.store.records
    numbers = set(records.numbers_of_owner(number))
    documents = records.documents_of_owner(number)
    return tuple(party for found in documents for party in found.parties if party.number in numbers)

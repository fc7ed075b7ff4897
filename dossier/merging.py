"""One paper that two stores worked on apart: which of its versions counts, and what a person must settle.

A pure rule over the versions themselves, so that it makes no difference who is asked first: the same
versions give the same outcome in any order, and adding one that is already there changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from dossier.documents import Document, DocumentState, SignatureStatus
from dossier.fields import Evidence
from dossier.review import OWNER_QUESTION, PAGES_QUESTION, TYPE_QUESTION
from dossier.trust import Standing, Term, TermKind

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_SIGNED: Final = {SignatureStatus.PASSED: 2, SignatureStatus.STAMP_PENDING: 1}
_GRAVER: Final = (Standing.IN_FORCE, Standing.REPLACED, Standing.REVOKED)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest version that one store knows.

    Attributes:
        document: with the ids of the store that merges.
        text: its canonical text without its version number: what decides when nothing else does.
    """

    document: Document
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What the paper is from now on.

    Attributes:
        document: the one that counts, with the questions that the difference raises.
        differs: names of what a person must settle; empty when all say the same.
    """

    document: Document
    differs: tuple[str, ...]


def merge(heads: Sequence[Head]) -> Merged:
    """What several newest versions of one paper make together.

    The version that a person corrected most counts before one that no person saw; then the one with most
    pages (only people add one, a blank back that they took back), the filed one, the one whose signature is
    complete, the later one; the text decides the rest. Where another one says something else, or has a page
    that this one has not, the paper waits for a person, who is shown the other value. Limits on use add up:
    what one store restricted stays restricted, what one revoked stays revoked, and the shorter term counts.
    The code of the result is the one that was given first.

    Args:
        heads: at least one; none of a destroyed paper.
    """
    ordered = sorted(heads, key=_rank, reverse=True)
    first, others = ordered[0].document, [head.document for head in ordered[1:]]
    everyone = [first, *others]
    differs = tuple(dict.fromkeys(name for other in others for name in _differences(first, other)))
    coded = [(one.filed_at or _LONG_AGO, one.result_code) for one in everyone if one.result_code]
    chosen = replace(
        first,
        fields=tuple(
            replace(field, suggestion=_other_value(field.name, field.value, others) or field.suggestion)
            if field.name in differs
            else field
            for field in first.fields
        ),
        questions=tuple(dict.fromkeys((*first.questions, *differs))),
        standing=max((one.standing for one in everyone), key=_GRAVER.index),
        term=min((one.term for one in everyone), key=_caution),
        restricted=any(one.restricted for one in everyone),
        held_back=all(one.held_back for one in everyone),
        result_code=min(coded)[1] if coded else "",
    )
    if chosen.questions:
        chosen = replace(chosen, state=DocumentState.WAITING)
    return Merged(chosen, differs)


def _caution(term: Term) -> tuple[object, ...]:
    """Unknown first, which means "ask"; then the shortest."""
    known = term.kind is not TermKind.UNKNOWN
    return known, term.until or date.max, term.kind.value, term.status_check, term.rule


def _rank(head: Head) -> tuple[object, ...]:
    document = head.document
    seen = sum(field.evidence is Evidence.PERSON for field in document.fields)
    return (
        seen,
        len(document.pages),
        document.state is DocumentState.FILED,
        _SIGNED.get(document.signature, 0),
        document.filed_at or document.signature_checked_at or _LONG_AGO,
        head.text,
    )


def _differences(one: Document, other: Document) -> Sequence[str]:
    """Names of what two versions say differently about the same paper."""
    ended = {document.state is DocumentState.DISSOLVED for document in (one, other)}
    if ended != {False}:
        # Where one store gave its pages to other papers, which pages make it is all that is left to ask.
        return [PAGES_QUESTION] if len(ended) > 1 else []
    found = [TYPE_QUESTION] if one.type != other.type else []
    if one.type == other.type:
        names = dict.fromkeys(field.name for document in (one, other) for field in document.fields)
        found += [name for name in names if one.value(name) != other.value(name)]
    if _people(one) != _people(other):
        found.append(OWNER_QUESTION)
    if not set(other.pages) <= set(one.pages):
        found.append(PAGES_QUESTION)
    return found


def _people(document: Document) -> frozenset[tuple[str, str]]:
    return frozenset((party.role.value, party.number) for party in document.parties if party.number)


def _other_value(name: str, value: str, others: Sequence[Document]) -> str:
    return next((told for other in others if (told := other.value(name)) and told != value), "")

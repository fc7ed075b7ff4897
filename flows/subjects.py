"""Requests of data subjects, answered against archive law (Law 91/2025/QH15, Decree 356/2025/NĐ-CP).

An archived result is kept whatever its subject asks: erasure then becomes restriction. Only the disposal
workflow destroys, when the term has ended.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, is_id
from dossier.keeping import Act, Answer, KeepingAct, RequestKind, SubjectRequest, by_case, request_of
from dossier.keeping_errors import SubjectRequestError
from flows.disposal import retention_of
from rulebook.requests import load_deadlines
from wiring.services import Services

_MEANS_RESTRICTION = frozenset({RequestKind.ERASE, RequestKind.RESTRICT, RequestKind.OBJECT})


def add_request(  # noqa: PLR0913 - a request has these parts
    services: Services,
    document: DocumentId,
    kind: RequestKind,
    *,
    words: str = "",
    number: str = "",
    actor: str = "",
) -> SubjectRequest:
    """Take a request in; the last days to answer and to carry out follow from the law of today.

    Args:
        services: of this installation.
        document: the paper it is about.
        kind: what is asked.
        words: of the person, for the record; kept in the records only.
        number: identity number of who asks, so that they find it again; only a reference of it is kept.
        actor: who takes it in; the account of the settings by default.

    Raises:
        RecordMissingError: no such paper.
        SubjectRequestError: the same is asked already and open.
    """
    if not is_id(document):
        raise RecordMissingError(document)
    services.store.records.document(document)
    person = services.store.records.owner_ref(number) if number else ""
    for one in requests(services):
        same = (one.document, one.kind, one.person) == (document, kind, person)
        if same and one.answer is None:
            raise SubjectRequestError(one.id, reason="yêu cầu giống hệt đang chờ trả lời")
    received = services.today()
    rules = load_deadlines(received, calendar=services.working_days)
    case = str(uuid.uuid4())
    details = {
        "kind": kind.value,
        "received": received.isoformat(),
        "answer_by": rules.answer_by(received).isoformat(),
        "carry_out_by": rules.carry_out_by(received, kind.value).isoformat(),
        "words": words,
        "person": person,
    }
    _act(services, case, Act.REQUEST_ADDED, document, seen=0, details=details, kind=kind, actor=actor)
    return _request(services, case)


def requests(services: Services) -> Sequence[SubjectRequest]:
    """Every request, the oldest first."""
    return [request_of(acts) for acts in by_case(services.store.records.acts(family="request")).values()]


def requests_of(services: Services, number: str) -> Sequence[SubjectRequest]:
    """The requests that the bearer of an identity number made, the oldest first."""
    records = services.store.records
    theirs = {records.owner_ref(each) for each in records.numbers_of_owner(number)}
    return [one for one in requests(services) if one.person in theirs]


def request_json(found: SubjectRequest, *, today: date) -> dict[str, object]:
    """A request as commands and the service tell it."""
    return {
        "request": found.id,
        "kind": found.kind.value,
        "document": found.document,
        "received": found.received.isoformat(),
        "answer_by": found.answer_by.isoformat(),
        "carry_out_by": found.carry_out_by.isoformat(),
        "answer": found.answer.value if found.answer else None,
        "answered_on": found.answered_on.isoformat() if found.answered_on else None,
        "late": found.late(today),
    }


def answer_request(services: Services, case: str, *, grant: bool, words: str) -> SubjectRequest:
    """Answer a request, and do what was granted in the same transaction.

    Erasing becomes restricting while archive law keeps the paper. Viewing and correcting are carried out with
    ``motlan show`` and ``motlan review``; the answer records that they were.

    Args:
        services: of this installation.
        case: the request.
        grant: whether it is granted.
        words: what the person was told; kept in the records only.

    Raises:
        RecordMissingError: no such request.
        SubjectRequestError: it was answered before, nothing was said, or the paper is destroyed.
    """
    found = _request(services, case)
    if found.answer is not None:
        raise SubjectRequestError(case, reason="đã trả lời trước đó")
    if not words.strip():
        raise SubjectRequestError(case, reason="phải ghi nội dung trả lời")
    document = services.store.records.document(DocumentId(found.document))
    answer = _outcome(found.kind, grant=grant)
    changed = _restricted(document) if grant and found.kind in _MEANS_RESTRICTION else None
    retention = retention_of(services, document)
    details = {
        "answer": answer.value,
        "on": services.today().isoformat(),
        "words": words,
        "article": retention.article,
    }
    _act(
        services,
        case,
        Act.REQUEST_ANSWERED,
        found.document,
        seen=1,
        details=details,
        kind=found.kind,
        document=changed,
    )
    return _request(services, case)


def _outcome(kind: RequestKind, *, grant: bool) -> Answer:
    if not grant:
        return Answer.REFUSED
    # What is filed is an archived result: it is withdrawn from use, and destroyed when its term ends.
    return Answer.RESTRICTED if kind is RequestKind.ERASE else Answer.GRANTED


def _restricted(document: Document) -> Document | None:
    if document.state is DocumentState.DESTROYED or document.restricted:
        return None
    return document.next_version(restricted=True)


def _request(services: Services, case: str) -> SubjectRequest:
    acts = services.store.records.acts(case=case, family="request") if is_id(case) else ()
    if not acts:
        raise RecordMissingError(case)
    return request_of(acts)


def _act(  # noqa: PLR0913  an act has these parts
    services: Services,
    case: str,
    act: Act,
    target: str,
    *,
    seen: int,
    details: dict[str, str],
    kind: RequestKind,
    document: Document | None = None,
    actor: str = "",
) -> None:
    at, actor = services.clock(), actor or services.settings.actor
    told = {"case": case, "request": kind.value}
    if "answer" in details:
        told["answer"] = details["answer"]
    services.store.records.act(
        KeepingAct(case=case, act=act, target=target, at=at, actor=actor, details=details),
        seen=seen,
        events=[
            Event(
                kind=EventKind(act.value),
                at=at,
                actor=actor,
                subject=target,
                owner_ref=details.get("person", ""),
                details=told,
            )
        ],
        document=document,
    )

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
    return find_request(services, case)


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

    Erasing becomes restricting while archive law keeps the paper. Viewing is carried out with
    ``motlan show``, correcting a waiting paper with ``motlan review``; the answer records that they were. The
    correction of a filed paper answers its request itself (``flows.corrections``).

    Args:
        services: of this installation.
        case: the request.
        grant: whether it is granted.
        words: what the person was told; kept in the records only.

    Raises:
        RecordMissingError: no such request.
        SubjectRequestError: it was answered before, nothing was said, or it is granted by correcting a paper.
    """
    found = find_request(services, case)
    if found.answer is not None:
        raise SubjectRequestError(case, reason="đã trả lời trước đó")
    if not words.strip():
        raise SubjectRequestError(case, reason="phải ghi nội dung trả lời")
    document = services.store.records.document(DocumentId(found.document))
    if grant and found.kind is RequestKind.CORRECT and document.state is DocumentState.FILED:
        raise SubjectRequestError(case, reason="chấp thuận bằng motlan corrections add --request")
    answer = _outcome(found.kind, grant=grant)
    changed = _restricted(document) if grant and found.kind in _MEANS_RESTRICTION else None
    details = _answer(services, document, answer, words)
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
    return find_request(services, case)


def granting(services: Services, case: str, *, words: str, actor: str) -> tuple[KeepingAct, Event]:
    """The act and the entry that grant an open request, for whoever does in one transaction what was asked.

    Raises:
        RecordMissingError: no such request.
    """
    found = find_request(services, case)
    document = services.store.records.document(DocumentId(found.document))
    act = KeepingAct(
        case=case,
        act=Act.REQUEST_ANSWERED,
        target=found.document,
        at=services.clock(),
        actor=actor,
        details=_answer(services, document, Answer.GRANTED, words),
    )
    return act, _told(act, found.kind)


def find_request(services: Services, case: str) -> SubjectRequest:
    """One request.

    Raises:
        RecordMissingError: no such request.
    """
    acts = services.store.records.acts(case=case, family="request") if is_id(case) else ()
    if not acts:
        raise RecordMissingError(case)
    return request_of(acts)


def _answer(services: Services, document: Document, answer: Answer, words: str) -> dict[str, str]:
    return {
        "answer": answer.value,
        "on": services.today().isoformat(),
        "words": words,
        "article": retention_of(services, document).article,
    }


def _outcome(kind: RequestKind, *, grant: bool) -> Answer:
    if not grant:
        return Answer.REFUSED
    # What is filed is an archived result: it is withdrawn from use, and destroyed when its term ends.
    return Answer.RESTRICTED if kind is RequestKind.ERASE else Answer.GRANTED


def _restricted(document: Document) -> Document | None:
    if document.state is DocumentState.DESTROYED or document.restricted:
        return None
    return document.next_version(restricted=True)


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
    kept = KeepingAct(
        case=case,
        act=act,
        target=target,
        at=services.clock(),
        actor=actor or services.settings.actor,
        details=details,
    )
    services.store.records.act(kept, seen=seen, events=[_told(kept, kind)], document=document)


def _told(act: KeepingAct, kind: RequestKind) -> Event:
    """What the journal is told of an act: codes, and a reference of who asked."""
    details: dict[str, str | int] = {"case": act.case, "request": kind.value}
    if "answer" in act.details:
        details["answer"] = act.details["answer"]
    return Event(
        kind=EventKind(act.act.value),
        at=act.at,
        actor=act.actor,
        subject=act.target,
        owner_ref=act.details.get("person", ""),
        details=details,
    )

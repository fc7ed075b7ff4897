"""Correcting filed papers: checked like a first review, journalled, told in the feed, the request answered.

One transaction makes the new version of the record, its index entries, the act with its reason, the answer to
the request and the entries of the journal; or nothing. The signed file is not touched.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from dossier.access import Access
from dossier.corrections import (
    LEAST_WORDS,
    MOST_WORDS,
    Correction,
    CorrectionGround,
    CorrectionState,
    correction_of,
    details_of,
)
from dossier.documents import Document, DocumentState
from dossier.errors import RecordMissingError, VersionConflictError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, is_id
from dossier.keeping import Act, KeepingAct, RequestKind, by_case
from dossier.keeping_errors import CorrectionError
from dossier.review import OWNER_QUESTION
from flows.review import Said, answered
from flows.subjects import find_request, granting
from wiring.services import Services

_FAMILY: Final = "correction"
_TRIES: Final = 5


def correct(  # noqa: PLR0913 - a correction has these parts
    services: Services,
    document: DocumentId,
    said: Said,
    *,
    ground: CorrectionGround,
    words: str,
    request: str = "",
    access: Access,
) -> Correction:
    """Correct a filed paper, or propose to where the settings want a second person.

    Args:
        services: of this installation.
        document: the paper.
        said: what is right.
        ground: why the record is wrong.
        words: the same in words, 10 to 1000 characters; kept in the records only.
        request: id of the data subject's open request to correct this paper; empty when an officer found it.
        access: who corrects, for which purpose and dossier.

    Raises:
        RecordMissingError: no such paper or request.
        ArgumentError: a field or type the vocabulary does not know, or a value that is none of its kind.
        CorrectionError: the paper is not filed, nothing would change, values contradict each other, another
            proposal waits, the reason cannot be checked, or the request is about something else.
    """
    found = _filed(services, document)
    reason = " ".join(words.split())
    if not LEAST_WORDS <= len(reason) <= MOST_WORDS or not reason.isprintable():
        raise CorrectionError(document, reason="phải ghi lý do từ 10 đến 1000 ký tự")
    if any(one.state is CorrectionState.PROPOSED for one in corrections_of(services, document)):
        raise CorrectionError(document, reason="một đề nghị chỉnh sửa khác đang chờ duyệt")
    if request:
        _open_request(services, request, document)
    _corrected(services, found, said)
    wanted = Correction(
        id=str(uuid.uuid4()),
        document=document,
        state=CorrectionState.PROPOSED,
        ground=ground,
        words=reason,
        request=request,
        values=dict(said.values),
        type_=said.type_,
        owner=said.owner,
        confirmed=said.confirmed,
        maker=access.actor,
        made_at=services.clock(),
    )
    if services.settings.correction_second_person:
        _propose(services, wanted, found, access)
    else:
        _apply(services, wanted, details_of(wanted), seen=0, access=access)
    return correction(services, wanted.id)


def approve(services: Services, case: str, *, access: Access) -> Correction:
    """Apply a proposal; whoever made it cannot.

    Raises:
        RecordMissingError: no such case.
        CorrectionError: it waits no longer, this person made it, or it cannot be applied any more.
    """
    found = _waiting(services, case)
    if access.actor == found.maker:
        raise CorrectionError(case, reason="người đề nghị không được tự duyệt")
    _apply(services, found, {}, seen=1, access=access)
    return correction(services, case)


def reject(services: Services, case: str, *, words: str, access: Access) -> Correction:
    """Reject a proposal; the request it answers stays open.

    Raises:
        RecordMissingError: no such case.
        CorrectionError: it waits no longer, or no reason is given.
    """
    found = _waiting(services, case)
    reason = " ".join(words.split())
    if not LEAST_WORDS <= len(reason) <= MOST_WORDS or not reason.isprintable():
        raise CorrectionError(case, reason="phải ghi lý do từ 10 đến 1000 ký tự")
    act = _act(services, found, Act.CORRECTION_REJECTED, {"reason": reason}, access)
    paper = services.store.records.document(DocumentId(found.document))
    event = _event(EventKind.CORRECTION_REJECTED, act, paper, access, {"case": case})
    services.store.records.act(act, seen=1, events=[event])
    return correction(services, case)


def correction(services: Services, case: str) -> Correction:
    """One correction.

    Raises:
        RecordMissingError: no such case.
    """
    acts = services.store.records.acts(case=case, family=_FAMILY) if is_id(case) else ()
    if not acts:
        raise RecordMissingError(case)
    return correction_of(acts)


def corrections(services: Services) -> Sequence[Correction]:
    """Every correction, the oldest first."""
    return [correction_of(acts) for acts in by_case(services.store.records.acts(family=_FAMILY)).values()]


def corrections_of(services: Services, document: str) -> Sequence[Correction]:
    """The corrections of one paper, the oldest first; found by an index."""
    acts = services.store.records.acts(target=document, family=_FAMILY)
    return [correction_of(each) for each in by_case(acts).values()]


def correction_json(found: Correction) -> Mapping[str, object]:
    """A correction as commands and the service tell it: none of what the paper says."""
    return {
        "correction": found.id,
        "document": found.document,
        "state": found.state.value,
        "ground": found.ground.value,
        "request": found.request or None,
        "fields": sorted(found.values),
        "made_at": found.made_at.isoformat(timespec="seconds"),
        "decided_at": found.decided_at.isoformat(timespec="seconds") if found.decided_at else None,
        "version": found.version or None,
    }


def _filed(services: Services, document: str) -> Document:
    if not is_id(document):
        raise RecordMissingError(document)
    found = services.store.records.document(DocumentId(document))
    if found.state is not DocumentState.FILED:
        raise CorrectionError(document, reason="giấy tờ chưa lưu kho (dùng motlan review) hoặc đã hủy")
    return found


def _open_request(services: Services, request: str, document: str) -> None:
    asked = find_request(services, request)
    if asked.kind is not RequestKind.CORRECT or asked.document != document:
        raise CorrectionError(request, reason="yêu cầu này không phải là chỉnh sửa giấy tờ đó")
    if asked.answer is not None:
        raise CorrectionError(request, reason="yêu cầu này đã được trả lời")


def _corrected(services: Services, before: Document, said: Said) -> Document:
    """The next version of the record; filed as it was, under the same signatures.

    Raises:
        CorrectionError: something is still to be asked, or nothing changes.
    """
    after, _given = answered(services, before, said)
    after = _with_known_numbers(services, before, after, said)
    if after.questions:
        asked = ", ".join(sorted(after.questions))
        raise CorrectionError(
            before.id, reason=f"còn điểm phải xem: {asked}; sửa thêm, hoặc xác nhận là đúng (--confirm)"
        )
    filed = replace(after, state=DocumentState.FILED)
    if _says(before) == _says(filed):
        raise CorrectionError(before.id, reason="không có gì khác với bản đang lưu")
    return filed


def _says(paper: Document) -> tuple[object, ...]:
    """What a person can say about a paper: its type, its fields, whose it is."""
    fields = {field.name: field.value for field in paper.fields}
    return paper.type, fields, {(party.role, party.relation, party.number) for party in paper.parties}


def _with_known_numbers(services: Services, before: Document, after: Document, said: Said) -> Document:
    """Whose paper it is stays, as far as the correction does not speak of it.

    A number may have come from elsewhere than the fields of the paper.
    """
    if said.type_ or said.owner:
        return after
    spec = services.papers.spec(after.type)
    touched = {party.relation for party in spec.parties if party.number in said.values}
    known = {
        (party.role, party.relation): party.number
        for party in before.parties
        if party.relation not in touched
    }
    parties = tuple(
        party if party.number else replace(party, number=known.get((party.role, party.relation), ""))
        for party in after.parties
    )
    is_known = parties != after.parties and any(party.number for party in parties)
    kept = tuple(name for name in after.questions if not (is_known and name == OWNER_QUESTION))
    return replace(after, parties=parties, questions=kept)


def _propose(services: Services, wanted: Correction, paper: Document, access: Access) -> None:
    act = _act(services, wanted, Act.CORRECTION_PROPOSED, details_of(wanted), access)
    told = {"case": wanted.id, "ground": wanted.ground.value, "fields": len(wanted.values)}
    event = _event(EventKind.CORRECTION_PROPOSED, act, paper, access, told)
    services.store.records.act(act, seen=0, events=[event])


def _apply(
    services: Services, wanted: Correction, details: Mapping[str, str], *, seen: int, access: Access
) -> None:
    said = Said(values=wanted.values, type_=wanted.type_, owner=wanted.owner, confirmed=wanted.confirmed)
    for last in reversed(range(_TRIES)):
        before = _filed(services, wanted.document)
        after = _corrected(services, before, said)
        version = {"version": str(after.version)}
        act = _act(services, wanted, Act.CORRECTION_APPLIED, {**details, **version}, access)
        events = _corrected_events(services, wanted, act, (before, after), access)
        besides: list[tuple[KeepingAct, int]] = []
        if wanted.request:
            _open_request(services, wanted.request, wanted.document)
            granted, told = granting(services, wanted.request, words=wanted.words, actor=access.actor)
            besides, events = [(granted, 1)], [*events, told]
        try:
            services.store.records.act(act, seen=seen, events=events, document=after, besides=besides)
        except VersionConflictError:
            # A timestamp came in between, say: the newer version is corrected instead.
            acted = len(services.store.records.acts(case=wanted.id, family=_FAMILY)) != seen
            if acted or not last:
                raise
        else:
            return


def _corrected_events(
    services: Services, of: Correction, act: KeepingAct, versions: Sequence[Document], access: Access
) -> list[Event]:
    """One entry for each owner the paper had or has now, so that each of them is told."""
    details: dict[str, str | int] = {
        "case": of.id,
        "ground": of.ground.value,
        "fields": len(of.values),
        "version": versions[-1].version,
    }
    told = _event(EventKind.DOCUMENT_CORRECTED, act, versions[0], access, details)
    numbers = sorted({party.number for each in versions for party in each.owners if party.number})
    reference = services.store.records.owner_ref
    return [replace(told, owner_ref=reference(number)) for number in numbers] or [told]


def _waiting(services: Services, case: str) -> Correction:
    found = correction(services, case)
    if found.state is not CorrectionState.PROPOSED:
        raise CorrectionError(case, reason="đề nghị này không còn chờ duyệt")
    return found


def _act(
    services: Services, of: Correction, act: Act, details: Mapping[str, str], access: Access
) -> KeepingAct:
    return KeepingAct(
        case=of.id,
        act=act,
        target=of.document,
        at=services.clock(),
        actor=access.actor,
        details=dict(details),
    )


def _event(
    kind: EventKind, act: KeepingAct, paper: Document, access: Access, details: Mapping[str, str | int]
) -> Event:
    return Event(
        kind=kind,
        at=act.at,
        actor=access.actor,
        subject=act.target,
        dossier=access.dossier or paper.dossier,
        purpose=access.purpose,
        details=details,
    )

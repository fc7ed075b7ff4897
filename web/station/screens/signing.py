"""The signing desk: what waits, looking through it, signing many in one sitting, timestamps on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from dossier.admission import covers
from dossier.archive_orders import OrderKind
from dossier.codes import office_of
from dossier.desk_errors import (
    OrderWaitsError,
    SignAgainError,
    SignNothingError,
    SignReasonError,
)
from dossier.documents import Document
from dossier.errors import InputError, MotlanError, RecordMissingError, SigningError, StoreError
from dossier.fields import Field
from dossier.ids import DocumentId, is_id
from dossier.signing_desk import SignBatch, SignLine
from dossier.staff_errors import SignInError, SignInLockedError
from flows.archive_desk.orders import ask
from flows.lookup import question_label
from flows.signing_desk import queue
from flows.signing_desk.batch import MOST, Sitting, begin, end_dead
from flows.staff import sign_in
from flows.stamp_alarm import alarming_backlog
from web.auth.guard import SEEN
from web.station.desk import checker_of
from web.station.door import Screen
from web.station.pages import Page
from web.station.station import Lane
from web.station.visit import Visit
from web.station.waits import waited

_LINES: Final = 50
_MARK: Final = "mark."
_SESSION_MINUTES: Final = 15
"""Somebody without a password here must have come in so recently to sign without a PIN."""
_WARN: Final = timedelta(days=60)
_KEPT_SECONDS: Final = 300
_STAMPS: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A paper of the queue as it is listed."""

    line: SignLine
    label: str
    office: str
    age: str
    holder: str
    marked: bool
    can_mark: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the office signs with: whose it is, when it ends, how many days are left."""

    holder: str
    issuer: str
    ends_at: datetime
    days: int
    warns: bool
    ended: bool


def screens() -> Sequence[Screen]:
    """The queue, a paper, a batch, and timestamps on the way."""
    page = Page.SIGNING
    return [
        Screen(path="/signing", method="GET", page=page, show=_queue),
        Screen(path="/signing", method="POST", page=page, show=_sign),
        Screen(path="/signing/leave", method="POST", page=page, show=_leave),
        Screen(path="/signing/stamps", method="GET", page=page, show=_stamps),
        Screen(path="/signing/stamps", method="POST", page=page, show=_stamp_now),
        Screen(path="/signing/batches/{order}", method="GET", page=page, show=_batch),
        Screen(path="/signing/papers/{document}", method="GET", page=page, show=_paper),
        Screen(path="/signing/papers/{document}", method="POST", page=page, show=_decide),
        Screen(
            path="/signing/papers/{document}/pages/{number}",
            method="GET",
            page=page,
            show=_picture,
            lane=Lane.PICTURES,
        ),
    ]


def _signer(visit: Visit) -> queue.Signer:
    person = visit.need_person()
    return queue.Signer(
        actor=person.actor,
        offices=person.scopes.offices,
        sees=SEEN[person.scopes.fields],
        accounts=checker_of(visit).accounts,
    )


# the queue


def _queue(
    visit: Visit, error: MotlanError | None = None, *, marked: frozenset[str] | None = None
) -> Response:
    services, signer = visit.context.services, _signer(visit)
    end_dead(services)
    asked: Mapping[str, str] = visit.request.query_params if marked is None else visit.form.fields
    type_, office = asked.get("type", "")[:40], asked.get("office", "").strip()[:40]
    lines = queue.waiting(
        services, signer, type_=type_, office=office, after=_place(asked.get("after", "")), limit=_LINES
    )
    last = lines[-1] if len(lines) == _LINES else None
    place = f"{last.since.isoformat()}~{last.serial}" if last else ""
    return visit.answer(
        "signing.html.j2",
        error,
        rows=[_row(visit, signer, line, marked) for line in lines],
        count=services.store.records.signing.count(most=queue.COUNTED),
        most=queue.COUNTED,
        at_once=MOST,
        rules=not services.signing_rules.is_empty,
        types=sorted(
            ((spec.type, spec.label_vi) for spec in services.papers.recognisable), key=lambda o: o[1]
        ),
        type=type_,
        office=office,
        after=asked.get("after", ""),
        more=f"/signing?{urlencode({'type': type_, 'office': office, 'after': place})}" if last else "",
        pin=services.a_person_holds_the_pin,
        account=visit.need_person().account is not None,
        certificate=_certificate(visit),
        batches=services.store.records.signing.batches(signer.actor, limit=5),
        following=queue.following(services, signer),
        stamps=services.store.records.stamps.backlog(),
        late=alarming_backlog(services) is not None,
        said=visit.request.query_params.get("done", ""),
    )


def _place(told: str) -> tuple[datetime, int] | None:
    """Where a page begins; nothing for what no page of ours wrote."""
    since, _, serial = told.replace(" ", "+").partition("~")
    try:
        told_at = datetime.fromisoformat(since)
        moment = told_at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    known = told_at.tzinfo is not None and serial.isascii() and serial.isdecimal() and len(serial) < 19
    return (moment, int(serial)) if known else None


def _row(visit: Visit, signer: queue.Signer, line: SignLine, marked: frozenset[str] | None) -> Row:
    services = visit.context.services
    mine = line.holder == signer.actor
    held = queue.counts(services, line)
    others = bool(line.batch) or (held and not mine)
    is_marked = line.document.id in marked if marked is not None else mine and line.marked
    return Row(
        line=line,
        label=services.papers.spec(line.document.type).label_vi,
        office=office_of(line.document.dossier),
        age=waited(visit.words, services.clock() - line.since),
        holder=_name_of(visit, line.holder) if others or (held and mine) else "",
        marked=is_marked and not others,
        can_mark=not others,
        mine=mine,
    )


def _name_of(visit: Visit, actor: str) -> str:
    """Whoever has a paper, as colleagues know them; people of the provider have no name here."""
    person = visit.need_person()
    if actor == person.actor:
        return visit.words("signing.you")
    account = visit.context.services.store.records.staff.account(actor.removeprefix("user-"))
    return account.name if account else visit.words("signing.colleague")


def _certificate(visit: Visit) -> Certificate | None:
    services = visit.context.services
    try:
        found = services.organisation_certificate()
    except MotlanError as error:
        services.log.warning("certificate.unreadable", code=error.code)
        return None
    if found is None:
        return None
    now, left = services.clock(), found.ends_at - services.clock()
    return Certificate(
        holder=found.holder,
        issuer=found.issuer,
        ends_at=found.ends_at,
        days=max(0, left.days),
        warns=left < _WARN,
        ended=found.ends_at <= now or found.begins_at > now,
    )


def _sign(visit: Visit) -> Response:
    """Sign what is marked: by the PIN of the token, or, where the program holds the key, by the password."""
    services, signer = visit.context.services, _signer(visit)
    marked = frozenset(name.removeprefix(_MARK) for name in visit.form.fields if name.startswith(_MARK))
    try:
        sitting = Sitting.open(services, pin=_proven(visit, marked))
    except (SigningError, SignInError, SignInLockedError, SignAgainError, SignNothingError) as error:
        return _queue(visit, error, marked=marked)
    try:
        batch, held = begin(services, signer, sorted(marked))
    except BaseException as error:
        sitting.close()
        if isinstance(error, SignNothingError):
            return _queue(visit, error, marked=marked)
        raise
    visit.station.signing.sign(services, sitting, batch, held)
    return visit.go(f"/signing/batches/{batch.id}")


def _proven(visit: Visit, marked: frozenset[str]) -> str | None:
    """The PIN; nothing where the person proved by their password that it is they who sign.

    Raises:
        SignNothingError: nothing is marked, so neither is tried.
        SignInError, SignInLockedError: the password is not right.
        SignAgainError: somebody without a password here came in too long ago.
    """
    services, secret = visit.context.services, visit.form.exact("secret")
    if not marked:
        raise SignNothingError
    if services.a_person_holds_the_pin:
        return secret
    held = visit.need_held()
    if visit.need_person().account is not None:
        sign_in.prove_again(services, held, secret, passwords=visit.station.passwords)
    elif services.clock() - held.session.began_at > timedelta(minutes=_SESSION_MINUTES):
        raise SignAgainError(minutes=_SESSION_MINUTES)
    return None


def _leave(visit: Visit) -> Response:
    queue.leave(visit.context.services, _signer(visit))
    return visit.go("/signing")


# a batch


def _batch(visit: Visit) -> Response:
    services, asked = visit.context.services, str(visit.request.path_params["order"])
    end_dead(services)
    found = services.store.records.signing.batch(asked) if is_id(asked) else None
    if found is None or found.actor != visit.need_person().actor:
        raise RecordMissingError(asked)
    return visit.page("signing_batch.html.j2", batch=found, why=_why(visit, found))


def _why(visit: Visit, batch: SignBatch) -> str:
    """What ended a batch early, in words."""
    keys = {"desk.stopped": "signing.stopped", "desk.interrupted": "signing.interrupted"}
    if batch.error_code in keys:
        return visit.words(keys[batch.error_code])
    return visit.words("signing.ended_by", code=batch.error_code) if batch.error_code else ""


# one paper


def _paper(visit: Visit, error: MotlanError | None = None) -> Response:
    services, signer = visit.context.services, _signer(visit)
    line = queue.look_through(services, signer, _document(visit))
    document = line.document
    spec = services.papers.spec(document.type)
    return visit.answer(
        "signing_paper.html.j2",
        error,
        paper=document,
        line=line,
        label=spec.label_vi,
        why=_why_waiting(visit, document),
        fields=[
            (field.name, question_label(services, document, field.name), _written(visit, field))
            for field in document.fields
        ],
        pages=[(number, _size(visit, document, number)) for number in document.pages[:20]],
        most=queue.MOST_REASON,
        reason=visit.form["reason"],
        wrong_fields={name.removeprefix("field.") for name in visit.form.fields if name.startswith("field.")},
    )


def _written(visit: Visit, field: Field) -> str:
    """A value in the words of people."""
    sexes = {"male": "signing.sex_male", "female": "signing.sex_female"}
    return visit.words(sexes[field.value]) if field.value in sexes else field.value


def _why_waiting(visit: Visit, document: Document) -> str:
    """The decision by which a person signs it."""
    services = visit.context.services
    for is_result in (False, True):
        row = services.signing_rules.by_person(document.type, is_result=is_result, on=services.today())
        if row is not None:
            return row.article
    return ""


def _size(visit: Visit, document: Document, number: int) -> tuple[int, int] | None:
    """Nothing where the page cannot be drawn."""
    try:
        return visit.station.pictures.size(visit.context.services, document, number)
    except (InputError, StoreError, LookupError, StopIteration):
        return None


def _decide(visit: Visit) -> Response:
    """Right, not right yet, or back to the checkers with the reason."""
    services, signer, document = visit.context.services, _signer(visit), _document(visit)
    if visit.form["act"] == "back":
        fields = [name.removeprefix("field.") for name in visit.form.fields if name.startswith("field.")]
        try:
            queue.give_back(services, signer, document, reason=visit.form["reason"], fields=fields)
        except SignReasonError as error:
            return _paper(visit, error)
        return _next(visit, signer, "back")
    queue.mark(services, signer, document, right=visit.form["act"] == "right")
    return _next(visit, signer, "right") if visit.form["act"] == "right" else visit.go("/signing")


def _next(visit: Visit, signer: queue.Signer, done: str) -> Response:
    following = queue.following(visit.context.services, signer)
    return visit.go(f"/signing/papers/{following}" if following else f"/signing?done={done}")


def _picture(visit: Visit) -> Response:
    services, told = visit.context.services, str(visit.request.path_params["number"])
    document = queue.need_looking(services, _signer(visit), _document(visit))
    number = int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 0
    if number not in document.pages:
        raise RecordMissingError(document.id)
    try:
        content = visit.station.pictures.page(services, document, number)
    except (LookupError, StopIteration) as error:
        # What was read of it is not kept: there is nothing to draw by.
        raise RecordMissingError(document.id) from error
    headers = {"Cache-Control": f"private, max-age={_KEPT_SECONDS}", "Vary": "Cookie"}
    return Response(content, media_type="image/jpeg", headers=headers)


def _document(visit: Visit) -> DocumentId:
    return DocumentId(str(visit.request.path_params["document"]))


# timestamps on the way


def _stamps(visit: Visit, error: MotlanError | None = None, *, asked: bool = False) -> Response:
    services = visit.context.services
    records, offices = services.store.records, visit.need_person().scopes.offices
    due = records.stamps.due(services.clock(), limit=_STAMPS, patient=False)
    shown = []
    for one in due:
        document = records.document(one.document)
        office = office_of(document.dossier)
        if not document.restricted and covers(offices, office or "-"):
            shown.append((one, services.papers.spec(document.type).label_vi, office))
    return visit.answer(
        "signing_stamps.html.j2",
        error,
        rows=shown,
        backlog=records.stamps.backlog(),
        late=alarming_backlog(services) is not None,
        later=services.stamps_later,
        orders=records.orders.orders([OrderKind.STAMPS], limit=3),
        asked=asked,
    )


def _stamp_now(visit: Visit) -> Response:
    try:
        ask(visit.context.services, OrderKind.STAMPS, actor=visit.need_person().actor)
    except OrderWaitsError as error:
        return _stamps(visit, error)
    return _stamps(visit, asked=True)

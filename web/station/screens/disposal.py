"""Terms of keeping that have ended: due papers, proposals, two approvals by others, destruction, record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from dossier.archive_orders import OrderKind
from dossier.codes import office_of
from dossier.desk_errors import OrderWaitsError
from dossier.errors import MotlanError, RecordMissingError
from dossier.ids import DocumentId, Sha256, is_id
from dossier.keeping import DisposalState
from dossier.keeping_errors import DisposalError
from flows.archive_desk import terms
from flows.archive_desk.orders import ask
from flows.disposal import approve, propose, reject
from web.station.door import Screen
from web.station.pages import Page
from web.station.screens.archive import newest, parts
from web.station.visit import Visit

_MOST_REASON: Final = 500


def screens() -> Sequence[Screen]:
    """Types with terms and proposals, due papers of a type, one proposal."""
    look, decide, work = Page.DISPOSAL, Page.DISPOSAL_DECISION, Page.ARCHIVE_WORK
    at = "/archive/disposal/cases/{order}"
    return [
        Screen(path="/archive/disposal", method="GET", page=look, show=_show),
        Screen(path="/archive/disposal/types/{type}", method="GET", page=look, show=_due),
        Screen(path="/archive/disposal/types/{type}", method="POST", page=work, show=_propose),
        Screen(path=at, method="GET", page=look, show=_case),
        Screen(path=f"{at}/approve", method="POST", page=decide, show=_approve),
        Screen(path=f"{at}/reject", method="POST", page=decide, show=_reject),
        Screen(path=f"{at}/execute", method="POST", page=work, show=_execute),
        Screen(path=f"{at}/certificate", method="GET", page=look, show=_certificate),
        Screen(path=f"{at}/signature", method="GET", page=look, show=_signature),
    ]


def _offices(visit: Visit) -> tuple[str, ...]:
    return visit.need_person().scopes.offices


def _show(visit: Visit) -> Response:
    services = visit.context.services
    told = visit.request.query_params.get("before", "")
    before = int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0
    found, following = terms.cases(services, offices=_offices(visit), before=before)
    return visit.page(
        "archive_disposal.html.j2",
        parts=parts(visit),
        types=terms.terms(services),
        cases=[(one, _label(visit, one.document.type)) for one in found],
        more=f"/archive/disposal?before={following}" if following else "",
        orders=newest(visit, OrderKind.DISPOSAL),
    )


def _label(visit: Visit, type_: str) -> str:
    return visit.context.services.papers.spec(type_).label_vi


def _term(visit: Visit) -> terms.TypeTerm:
    asked = str(visit.request.path_params["type"])
    found = next((one for one in terms.terms(visit.context.services) if one.type == asked), None)
    if found is None:
        raise RecordMissingError(asked)
    return found


def _due(visit: Visit, error: MotlanError | None = None) -> Response:
    term, asked = _term(visit), visit.request.query_params
    page = terms.due_of_type(
        visit.context.services,
        term,
        offices=_offices(visit),
        after=_place(asked.get("day", ""), asked.get("serial", "")),
    )
    query = urlencode({"day": page.after[0].isoformat(), "serial": page.after[1]}) if page.after else ""
    return visit.answer(
        "archive_due.html.j2",
        error,
        parts=parts(visit),
        term=term,
        rows=[(one, office_of(one.document.dossier)) for one in page.papers],
        more=f"/archive/disposal/types/{term.type}?{query}" if query else "",
        works=visit.admits(Page.ARCHIVE_WORK),
        most=_MOST_REASON,
        reason=visit.form["reason"],
        done=asked.get("done", ""),
    )


def _place(day: str, serial: str) -> tuple[date, int] | None:
    known = serial.isascii() and serial.isdecimal() and len(serial) < 19
    try:
        return (date.fromisoformat(day), int(serial)) if known else None
    except ValueError:
        return None


def _propose(visit: Visit) -> Response:
    """Propose the marked papers, each as a case of its own, for one reason."""
    services, person, reason = visit.context.services, visit.need_person(), visit.form["reason"]
    marked = [name.removeprefix("mark.") for name in visit.form.fields if name.startswith("mark.")]
    try:
        _need("—", bool(marked), "chưa chọn giấy tờ nào")
        _need("—", len(reason) <= _MOST_REASON, f"lý do dài quá {_MOST_REASON} chữ")
        for one in marked:
            document = services.store.records.document(_id(one))
            if not terms.is_theirs(document, person.scopes.offices):
                raise RecordMissingError(one)
            propose(services, document.id, reason=reason, actor=person.actor)
    except DisposalError as error:
        return _due(visit, error)
    return visit.go("/archive/disposal")


def _need(item: str, holds: bool, reason: str) -> None:
    if not holds:
        raise DisposalError(item, reason=reason)


def _found(visit: Visit) -> terms.Case:
    """The proposal, when it is about a paper of the person's offices."""
    case = str(visit.request.path_params["order"])
    services = visit.context.services
    if not is_id(case) or not services.store.records.acts(case=case, family="disposal"):
        raise RecordMissingError(case)
    found = terms.case_of(services, case)
    if not terms.is_theirs(found.document, _offices(visit)):
        raise RecordMissingError(case)
    return found


def _case(visit: Visit, error: MotlanError | None = None, *, asked: bool = False) -> Response:
    found = _found(visit)
    actor = visit.need_person().actor
    return visit.answer(
        "archive_case.html.j2",
        error,
        parts=parts(visit),
        case=found,
        label=_label(visit, found.document.type),
        names={act.actor: _name(visit, act.actor) for act in found.acts},
        why_not=found.disposal.why_not_approved_by(actor),
        decides=visit.admits(Page.DISPOSAL_DECISION),
        works=visit.admits(Page.ARCHIVE_WORK),
        ready=found.disposal.state in {DisposalState.APPROVED, DisposalState.BEGUN},
        open=found.disposal.state in {DisposalState.PROPOSED, DisposalState.APPROVED},
        orders=[
            one
            for one in newest(visit, OrderKind.DISPOSAL, limit=20)
            if one.wanted.get("case") == found.disposal.id
        ],
        most=_MOST_REASON,
        reason=visit.form["reason"],
        asked=asked,
    )


def _name(visit: Visit, actor: str) -> str:
    account = visit.context.services.store.records.staff.account(actor.removeprefix("user-"))
    return account.name if account else actor


def _approve(visit: Visit) -> Response:
    found = _found(visit)
    try:
        approve(visit.context.services, found.disposal.id, actor=visit.need_person().actor)
    except DisposalError as error:
        return _case(visit, error)
    return visit.go(f"/archive/disposal/cases/{found.disposal.id}")


def _reject(visit: Visit) -> Response:
    found, reason = _found(visit), visit.form["reason"]
    try:
        _need(found.disposal.id, len(reason) <= _MOST_REASON, f"lý do dài quá {_MOST_REASON} chữ")
        reject(visit.context.services, found.disposal.id, reason=reason, actor=visit.need_person().actor)
    except DisposalError as error:
        return _case(visit, error)
    return visit.go(f"/archive/disposal/cases/{found.disposal.id}")


def _execute(visit: Visit) -> Response:
    found = _found(visit)
    if found.disposal.state not in {DisposalState.APPROVED, DisposalState.BEGUN}:
        return _case(visit, DisposalError(found.disposal.id, reason="chưa đủ phê duyệt"))
    if visit.form["sure"] != "yes":
        return _case(visit, DisposalError(found.disposal.id, reason="chưa xác nhận hủy"))
    try:
        ask(
            visit.context.services,
            OrderKind.DISPOSAL,
            actor=visit.need_person().actor,
            wanted={"case": found.disposal.id},
        )
    except OrderWaitsError as error:
        return _case(visit, error)
    return _case(visit, asked=True)


def _certificate(visit: Visit) -> Response:
    found = _found(visit).disposal
    return _kept(visit, found.certificate, f"bien-ban-huy-{found.id}.json", "application/json")


def _signature(visit: Visit) -> Response:
    found = _found(visit).disposal
    return _kept(visit, found.signature, f"bien-ban-huy-{found.id}.json.p7s", "application/pkcs7-signature")


def _kept(visit: Visit, sha256: str, name: str, media_type: str) -> Response:
    if not sha256:
        raise RecordMissingError(name)
    with visit.context.services.store.blobs.open(Sha256(sha256)) as stream:
        content = stream.read()
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def _id(told: str) -> DocumentId:
    if not is_id(told):
        raise RecordMissingError(told)
    return DocumentId(told)

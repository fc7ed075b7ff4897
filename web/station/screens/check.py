"""The check station: the queue, one doubtful field after the other with its picture, then the next paper.

Every answer is one request: it is kept, and what comes back is the next question. Without scripts the same
forms lead from page to page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from dossier.check_errors import CheckAnswerError, CheckNotHeldError
from dossier.checking import CheckLine
from dossier.codes import office_of
from dossier.documents import Document
from dossier.errors import InputError, MotlanError, StoreError
from dossier.geometry import Box
from dossier.ids import DocumentId
from extraction.reasons import REASONS, sentence
from flows.checking import desk
from flows.checking.answers import Act, Asking, OnTable, Question, Saved, answer, on_table
from flows.checking.pictures import STRIP_HEIGHT, STRIP_WIDTH
from flows.lookup import question_label
from web.station.desk import checker_of, picture
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit

_LINES: Final = 50
_SURE: Final = 0.9
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A paper of the queue as it is listed: how long it waits, who has it, what is asked."""

    line: CheckLine
    label: str
    office: str
    age: str
    holder: str
    mine: bool
    aside: bool
    asked: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is shown of the page: its size, where the field stands, and the part shown large."""

    page: int
    width: int
    height: int
    box: Box | None
    around: Box | None


def screens() -> Sequence[Screen]:
    """The queue, the paper on the table, its pictures."""
    page = Page.CHECK
    return [
        Screen(path="/check", method="GET", page=page, show=_queue),
        Screen(path="/check/next", method="POST", page=page, show=_next),
        Screen(path="/check/leave", method="POST", page=page, show=_leave),
        Screen(path="/check/{document}", method="GET", page=page, show=_paper),
        Screen(path="/check/{document}", method="POST", page=page, show=_answer),
        Screen(path="/check/{document}/pages/{number}", method="GET", page=page, show=_page_picture),
        Screen(path="/check/{document}/strips/{question}", method="GET", page=page, show=_strip_picture),
    ]


# the queue


def _queue(visit: Visit) -> Response:
    services, checker, asked = visit.context.services, checker_of(visit), visit.request.query_params
    type_, office = asked.get("type", "")[:40], asked.get("office", "").strip()[:40]
    told = asked.get("after", "")
    after = int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0
    lines = desk.queue(services, checker, type_=type_, office=office, after=after, limit=_LINES)
    query = urlencode({"type": type_, "office": office})
    return visit.page(
        "check_queue.html.j2",
        rows=[_row(visit, checker, line) for line in lines],
        count=services.store.records.count_waiting(),
        types=_types(visit),
        type=type_,
        office=office,
        done=asked.get("done", ""),
        more=f"/check?{query}&after={lines[-1].serial}" if len(lines) == _LINES else "",
    )


def _row(visit: Visit, checker: desk.Checker, line: CheckLine) -> Row:
    services, document = visit.context.services, line.document
    spent = services.clock() - line.received_at
    days, hours = int(spent / _DAY), max(0, int(spent / _HOUR))
    hold = line.hold if desk.counts(services, line.hold) else None
    return Row(
        line=line,
        label=services.papers.spec(document.type).label_vi,
        office=office_of(document.dossier),
        age=visit.words("check.days", count=days) if days else visit.words("check.hours", count=hours),
        holder=_name_of(visit, hold.holder) if hold else "",
        mine=hold is not None and hold.holder == checker.actor,
        aside=line.hold is not None and line.hold.aside == document.version,
        asked=[question_label(services, document, name) for name in document.questions],
    )


def _name_of(visit: Visit, actor: str) -> str:
    """Whoever has a paper, as colleagues know them; people of the provider have no name here."""
    person = visit.need_person()
    if actor == person.actor:
        return person.name or visit.words("check.you")
    account = visit.context.services.store.records.staff.account(actor.removeprefix("user-"))
    return account.name if account else visit.words("check.colleague")


def _types(visit: Visit) -> Sequence[tuple[str, str]]:
    """Types a paper can be, by their names."""
    known = [(spec.type, spec.label_vi) for spec in visit.context.services.papers.recognisable]
    return sorted(known, key=lambda one: one[1])


def _next(visit: Visit) -> Response:
    found = desk.take_next(
        visit.context.services, checker_of(visit), type_=visit.form["type"], office=visit.form["office"]
    )
    return visit.go(f"/check/{found.id}" if found else "/check?done=empty")


def _leave(visit: Visit) -> Response:
    desk.leave(visit.context.services, checker_of(visit))
    return visit.go("/check")


# the paper on the table


def _paper(visit: Visit) -> Response:
    services, checker, document = visit.context.services, checker_of(visit), _document(visit)
    desk.take(services, checker, document)
    return _show(visit, on_table(services, checker, document, ask=visit.request.query_params.get("ask", "")))


def _answer(visit: Visit) -> Response:
    services, checker, document = visit.context.services, checker_of(visit), _document(visit)
    question, act = visit.form["question"], _act(visit)
    try:
        told = answer(
            services, checker, document, question=question, act=act, value=visit.form.exact("value")
        )
    except CheckAnswerError as error:
        found = on_table(services, checker, document, ask=question)
        return _show(visit, found, error=error, typed=visit.form.exact("value"))
    if isinstance(told, OnTable):
        return _show(visit, told)
    return _go_on(visit, checker, told)


def _act(visit: Visit) -> Act:
    told = visit.form["act"] or Act.SAY
    if told not in list(Act):
        raise CheckAnswerError(reason="không có việc này")
    return Act(told)


def _go_on(visit: Visit, checker: desk.Checker, saved: Saved) -> Response:
    """The next paper opens by itself, in the same answer."""
    services = visit.context.services
    found = desk.take_next(services, checker)
    if found is None:
        return visit.go("/check?done=empty")
    if not visit.part:
        return RedirectResponse(f"/check/{found.id}", status_code=303)
    shown = on_table(services, checker, found.id)
    return _show(visit, shown, done="aside" if saved.aside else "saved")


def _show(
    visit: Visit,
    found: OnTable,
    *,
    error: MotlanError | None = None,
    typed: str | None = None,
    done: str = "",
) -> Response:
    services, current = visit.context.services, found.current
    spec = services.papers.spec(found.document.type)
    response = visit.answer(
        "check.html.j2",
        error,
        paper=found.document,
        label=spec.label_vi,
        current=current,
        typed=current.value if typed is None else typed,
        why=_why(visit, current),
        sight=_sight(visit, found.document, current),
        strip=(STRIP_WIDTH, STRIP_HEIGHT),
        left=found.left,
        answered=found.answered,
        types=_types(visit) if current.asking is Asking.TYPE else (),
        asking=current.asking.value,
        done=done,
        ahead=_ahead(found),
        fields=_fields(visit, found.document) if current.asking is not Asking.FIELD else (),
    )
    if len(found.left) <= 1:
        response.background = BackgroundTask(_make_ready, visit, found.document.id)
    return response


def _make_ready(visit: Visit, besides: DocumentId) -> None:
    """Decode the page that is likely to come next while the person reads this one; nobody is shown it."""
    services, pictures = visit.context.services, visit.station.pictures
    following = desk.upcoming(services, checker_of(visit), besides=besides)
    if following is not None:
        found = services.store.records.document(following)
        try:
            pictures.size(services, found, found.pages[0])
        except (InputError, StoreError) as error:
            services.log.warning("picture.not_ready", document=following, cause=error.code)


def _why(visit: Visit, question: Question) -> Sequence[str]:
    """Why it is asked, in plain words: what speaks against it first."""
    reasons = sorted(question.reasons, key=lambda code: not code.endswith("_conflict"))
    doubts = [code for code in reasons if code in REASONS and not code.endswith(("_agrees", "_known"))]
    told = [sentence(code, visit.lang) for code in doubts]
    if question.asking is Asking.OWNER:
        return [visit.words("check.why_owner")]
    if question.asking is Asking.TYPE:
        return [visit.words("check.why_type")]
    if question.asking is Asking.LOOK:
        return [visit.words("check.why_look")]
    if question.confidence is None:
        return [visit.words("check.why_missing")]
    if question.confidence < _SURE:
        told.append(visit.words("check.why_unsure", percent=round(question.confidence * 100)))
    return told or [visit.words("check.why_key")]


def _sight(visit: Visit, document: Document, question: Question) -> Sight | None:
    """Nothing where the page cannot be drawn: the question is put all the same."""
    services, pictures = visit.context.services, visit.station.pictures
    try:
        width, height = pictures.size(services, document, question.page)
    except (InputError, StoreError, LookupError, StopIteration):
        return None
    box = question.box
    inside = box is not None and box.right <= width and box.bottom <= height
    if box is None or not inside:
        return Sight(question.page, width, height, None, None)
    return Sight(question.page, width, height, box, pictures.around(services, document, question.page, box))


def _ahead(found: OnTable) -> Sequence[str]:
    """Pictures that the next question will show."""
    following = [name for name in found.left if name != found.current.name][:1]
    fields = [found.document.field(name) for name in following]
    return [f"/check/{found.document.id}/strips/{field.name}" for field in fields if field and field.box.area]


def _fields(visit: Visit, document: Document) -> Sequence[tuple[str, str]]:
    """What the paper says, for questions about all of it."""
    services = visit.context.services
    return [(question_label(services, document, field.name), field.value) for field in document.fields]


# pictures


def _page_picture(visit: Visit) -> Response:
    held, number = _held(visit), str(visit.request.path_params["number"])
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0
    return picture(visit.station.pictures.page(visit.context.services, held, page))


def _strip_picture(visit: Visit) -> Response:
    held = _held(visit)
    field = held.field(str(visit.request.path_params["question"]))
    if field is None or not field.box.area:
        # A paper that is read as another type has fields that were not saved.
        found = on_table(visit.context.services, checker_of(visit), held.id)
        field = found.document.field(str(visit.request.path_params["question"]))
    if field is None or not field.box.area:
        raise CheckNotHeldError
    return picture(visit.station.pictures.strip(visit.context.services, held, field.page, field.box))


def _held(visit: Visit) -> Document:
    return desk.need_held(visit.context.services, checker_of(visit), _document(visit))


def _document(visit: Visit) -> DocumentId:
    return DocumentId(str(visit.request.path_params["document"]))

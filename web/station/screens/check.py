"""The check station: the queue, one doubtful field after the other with its picture, then the next paper.

Every answer is one request: it is kept, and what comes back is the next question. Without scripts the same
forms lead from page to page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from dossier.check_errors import CheckAnswerError, CheckNotHeldError
from dossier.checking import CheckLine
from dossier.codes import office_of
from dossier.documents import Document
from dossier.errors import InputError, MotlanError, StoreError, VersionConflictError
from dossier.geometry import Box
from dossier.ids import DocumentId
from extraction.reasons import REASONS, sentence
from flows.checking import desk
from flows.checking.answers import Act, Asking, HandedOver, OnTable, Question, answer, on_table
from flows.checking.page_words import MOST_LINES, page_words
from flows.checking.pictures import STRIP_HEIGHT, STRIP_WIDTH
from flows.lookup import question_label
from flows.signing_desk.queue import why_returned
from web.station.desk import checker_of, picture
from web.station.door import Screen
from web.station.pages import Page
from web.station.station import Lane
from web.station.visit import Visit
from web.station.waits import waited

_LINES: Final = 20
_SURE: Final = 0.9
_BACK: Final = {VersionConflictError.code: "check.back_conflict", "signing": "check.back_signing"}
"""Why a paper came back, by the code of an error or the family it is of."""


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
    saving: bool
    came_back: str
    asked: Sequence[str]


@dataclass(frozen=True, slots=True)
class Within:
    """What a person looks through: papers of one type, of one office. Carried from paper to paper."""

    type: str = ""
    office: str = ""

    @property
    def query(self) -> str:
        """As the end of an address, empty for all papers."""
        told = {name: value for name, value in (("type", self.type), ("office", self.office)) if value}
        return f"?{urlencode(told)}" if told else ""


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
        Screen(path="/check", method="GET", page=page, show=_queue, lane=Lane.DESK),
        Screen(path="/check/next", method="POST", page=page, show=_next, lane=Lane.DESK),
        Screen(path="/check/leave", method="POST", page=page, show=_leave, lane=Lane.DESK),
        Screen(path="/check/{document}", method="GET", page=page, show=_paper, lane=Lane.DESK),
        Screen(path="/check/{document}", method="POST", page=page, show=_answer, lane=Lane.DESK),
        Screen(
            path="/check/{document}/pages/{number}",
            method="GET",
            page=page,
            show=_page_picture,
            lane=Lane.PICTURES,
        ),
        Screen(
            path="/check/{document}/texts/{number}", method="GET", page=page, show=_texts, lane=Lane.PICTURES
        ),
        Screen(
            path="/check/{document}/strips/{question}",
            method="GET",
            page=page,
            show=_strip_picture,
            lane=Lane.PICTURES,
        ),
        Screen(
            path="/check/{document}/closer/{question}",
            method="GET",
            page=page,
            show=_closer_picture,
            lane=Lane.PICTURES,
        ),
    ]


# the queue


def _queue(visit: Visit) -> Response:
    services, checker, asked = visit.context.services, checker_of(visit), visit.request.query_params
    within = within_of(visit)
    type_, office = within.type, within.office
    told = asked.get("after", "")
    after = int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0
    lines = desk.queue(services, checker, type_=type_, office=office, after=after, limit=_LINES)
    query = urlencode({"type": type_, "office": office})
    return visit.page(
        "check_queue.html.j2",
        rows=[_row(visit, checker, line) for line in lines],
        count=services.store.records.count_waiting(),
        types=types_of(visit),
        type=type_,
        office=office,
        within=within,
        done=asked.get("done", ""),
        brought_back=[
            _came_back(visit, one.code) for one in services.store.records.saves.brought_back(checker.actor)
        ],
        more=f"/check?{query}&after={lines[-1].serial}" if len(lines) == _LINES else "",
    )


def within_of(visit: Visit) -> Within:
    """What the person looks through, from the address or the form."""
    given = visit.form.fields if visit.request.method == "POST" else visit.request.query_params
    type_, office = given.get("type", "")[:40], given.get("office", "").strip()[:40]
    return Within(type_ if visit.context.services.papers.knows(type_) else "", office)


def _came_back(visit: Visit, code: str) -> str:
    """Why a paper could not be saved, in words; empty for one that did not come back."""
    if not code:
        return ""
    kind = code if code == VersionConflictError.code else code.partition(".")[0]
    return visit.words(_BACK.get(kind, "check.back_other"))


def _row(visit: Visit, checker: desk.Checker, line: CheckLine) -> Row:
    services, document = visit.context.services, line.document
    hold = line.hold if desk.counts(services, line.hold) else None
    return Row(
        line=line,
        label=services.papers.spec(document.type).label_vi,
        office=office_of(document.dossier),
        age=waited(visit.words, services.clock() - line.received_at),
        holder=_name_of(visit, hold.holder) if hold else "",
        mine=hold is not None and hold.holder == checker.actor,
        aside=line.hold is not None and line.hold.aside == document.version,
        saving=line.is_saving,
        came_back=_came_back(visit, line.save.code)
        if line.save is not None and line.save.actor == checker.actor
        else "",
        asked=[question_label(services, document, name) for name in document.questions],
    )


def _name_of(visit: Visit, actor: str) -> str:
    """Whoever has a paper, as colleagues know them; people of the provider have no name here."""
    person = visit.need_person()
    if actor == person.actor:
        return person.name or visit.words("check.you")
    account = visit.context.services.store.records.staff.account(actor.removeprefix("user-"))
    return account.name if account else visit.words("check.colleague")


def types_of(visit: Visit) -> Sequence[tuple[str, str]]:
    """Types a paper can be, by their names."""
    known = [(spec.type, spec.label_vi) for spec in visit.context.services.papers.recognisable]
    return sorted(known, key=lambda one: one[1])


def _next(visit: Visit) -> Response:
    within = within_of(visit)
    found = desk.take_next(visit.context.services, checker_of(visit), type_=within.type, office=within.office)
    return visit.go(f"/check/{found.id}{within.query}" if found else _empty(within))


def _empty(within: Within) -> str:
    return f"/check?{urlencode({'done': 'empty', 'type': within.type, 'office': within.office})}"


def _leave(visit: Visit) -> Response:
    desk.leave(visit.context.services, checker_of(visit))
    return visit.go(f"/check{within_of(visit).query}")


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
    visit.station.wake()
    return _go_on(visit, checker, told)


def _act(visit: Visit) -> Act:
    told = visit.form["act"] or Act.SAY
    if told not in list(Act):
        raise CheckAnswerError(reason="không có việc này")
    return Act(told)


def _go_on(visit: Visit, checker: desk.Checker, gone: HandedOver) -> Response:
    """The next paper opens by itself, in the same answer."""
    services, within = visit.context.services, within_of(visit)
    found = desk.take_next(services, checker, type_=within.type, office=within.office)
    if found is None:
        return visit.go(_empty(within))
    if not visit.part:
        return RedirectResponse(f"/check/{found.id}{within.query}", status_code=303)
    shown = on_table(services, checker, found.id)
    return _show(visit, shown, done="aside" if gone.aside else "saved")


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
        returned=why_returned(services, found.document),
        sight=_sight(visit, found.document, current),
        strip=(STRIP_WIDTH, STRIP_HEIGHT),
        left=found.left,
        answered=found.answered,
        types=types_of(visit) if current.asking is Asking.TYPE else (),
        asking=current.asking.value,
        done=done,
        within=within_of(visit),
        came_back=_came_back(visit, found.came_back),
        ahead=_ahead(found),
        fields=_fields(visit, found.document) if current.asking is not Asking.FIELD else (),
    )
    if len(found.left) <= 1:
        response.background = BackgroundTask(_make_ready, visit, found.document.id)
    return response


def _make_ready(visit: Visit, besides: DocumentId) -> None:
    """Decode a page that is likely to come next while the person reads this one; nobody is shown it."""
    services, pictures, within = visit.context.services, visit.station.pictures, within_of(visit)
    coming = desk.upcoming(
        services, checker_of(visit), besides=besides, type_=within.type, office=within.office
    )
    for following in coming:
        try:
            found = services.store.records.document(following)
            if pictures.make_ready(services, found, found.pages[0]):
                return
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


# the page: what was read on it, and pictures


def _texts(visit: Visit) -> Response:
    services, document = visit.context.services, _document(visit)
    found = page_words(services, checker_of(visit), document, _page_number(visit))
    return visit.page("page_words.html.j2", paper=document, found=found, most=MOST_LINES)


def _page_number(visit: Visit) -> int:
    told = str(visit.request.path_params["number"])
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 0


def _page_picture(visit: Visit) -> Response:
    held, page = _held(visit), _page_number(visit)
    return picture(visit.station.pictures.page(visit.context.services, held, page))


def _strip_picture(visit: Visit) -> Response:
    held, page, box = _place(visit)
    return picture(visit.station.pictures.strip(visit.context.services, held, page, box))


def _closer_picture(visit: Visit) -> Response:
    held, page, box = _place(visit)
    return picture(visit.station.pictures.closer(visit.context.services, held, page, box))


def _place(visit: Visit) -> tuple[Document, int, Box]:
    """The paper on the table, and where the field of the address stands on it."""
    held = _held(visit)
    field = held.field(str(visit.request.path_params["question"]))
    if field is None or not field.box.area:
        # A paper that is read as another type has fields that were not saved.
        found = on_table(visit.context.services, checker_of(visit), held.id)
        field = found.document.field(str(visit.request.path_params["question"]))
    if field is None or not field.box.area:
        raise CheckNotHeldError
    return held, field.page, field.box


def _held(visit: Visit) -> Document:
    return desk.need_held(visit.context.services, checker_of(visit), _document(visit))


def _document(visit: Visit) -> DocumentId:
    return DocumentId(str(visit.request.path_params["document"]))

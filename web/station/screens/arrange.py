"""Arranging the pages of a file: every page small, in its paper; each step is a form; then what will change.

The plan travels with the form, so nothing is kept here until it is saved. Scripts press the same buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from dossier.arrange_errors import ArrangingStaleError, PlanError
from dossier.arranging import (
    ArrangingState,
    AsideKind,
    Outcome,
    Outcomes,
    Plan,
    changes_filed,
    plan_from_text,
)
from dossier.arranging_moves import (
    merge_with_before,
    move,
    retype,
    set_aside,
    split_before,
    take_back,
    turn,
)
from dossier.check_errors import CheckHeldError, CheckNotHeldError
from dossier.documents import Document, DocumentState
from dossier.errors import MotlanError
from dossier.ids import DocumentId
from flows.arranging.asking import LEAST_WORDS, MOST_WORDS, ask
from flows.arranging.desk import asked_by, held_file, left_to_check, look, need_page
from flows.arranging.thumbs import EDGE, LARGE
from flows.arranging.view import ArrangedFile, follows
from flows.checking import desk
from web.station.desk import checker_of, picture
from web.station.door import Screen
from web.station.pages import Page
from web.station.station import Lane
from web.station.visit import Visit

_MOST_PAST: Final = 9_000
"""Letters of earlier plans that a form brings along."""
_MOST_SELECTS: Final = 150
"""Papers that have a list of types each: a form takes no more than two hundred fields."""

Move = Callable[[Plan, int, AsideKind], Plan]
_MOVES: Final[Mapping[str, Move]] = {
    "split": lambda plan, page, _: split_before(plan, page),
    "merge": lambda plan, page, _: merge_with_before(plan, page),
    "back": lambda plan, page, _: move(plan, page, by=-1),
    "on": lambda plan, page, _: move(plan, page, by=1),
    "right": lambda plan, page, _: turn(plan, page, by=90),
    "left": lambda plan, page, _: turn(plan, page, by=-90),
    "aside": lambda plan, page, kind: (
        take_back(plan, page) if page in plan.aside else set_aside(plan, page, kind)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person has done so far.

    Attributes:
        plan: how the pages are to be arranged.
        past: plans before it, the newest last, as text.
        mark: what they saw when they began.
        page: that is chosen.
    """

    plan: Plan
    past: tuple[str, ...]
    mark: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A page as it is shown."""

    page: int
    turn: int
    blank: bool
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A paper of the plan as it is shown.

    Attributes:
        place: from 1.
        label: its type as it stands now; empty where the machine has to tell it.
        type_: that the person chose.
        state: ``same``, ``changed`` or ``new``.
        filed: it is in the archive.
        tiles: its pages.
    """

    place: int
    label: str
    type_: str
    state: str
    filed: bool
    tiles: Sequence[Tile]


def screens() -> Sequence[Screen]:
    """The pages of a file, what is done with them, their pictures, and what became of it."""
    page = Page.ARRANGE
    return [
        Screen(path="/check/{document}/arrange", method="GET", page=page, show=_open),
        Screen(path="/check/{document}/arrange", method="POST", page=page, show=_do),
        Screen(
            path="/check/{document}/arrange/pages/{number}",
            method="GET",
            page=page,
            show=_thumb,
            lane=Lane.PICTURES,
        ),
        Screen(path="/check/arranged/{item}", method="GET", page=page, show=_became),
    ]


def _open(visit: Visit) -> Response:
    services, checker, document = visit.context.services, checker_of(visit), _document(visit)
    file = held_file(services, checker, document)
    look(services, checker, file, besides=document)
    held = next(paper for paper in file.papers if paper.id == document)
    draft = Draft(plan=file.plan, past=(), mark=file.mark, page=held.pages[0])
    return _show(visit, file, draft)


def _do(visit: Visit) -> Response:
    services, checker, document = visit.context.services, checker_of(visit), _document(visit)
    file = held_file(services, checker, document)
    before = _draft(visit, file)
    chosen, act = _with_types(visit, before), visit.form["act"]
    if act == "save":
        try:
            return _save(visit, file, chosen)
        except (PlanError, ArrangingStaleError, CheckHeldError) as error:
            return _show(visit, file, chosen, error=error)
    draft = _after(visit, file, chosen, act)
    said = _said(visit, act, before, draft)
    return _show(visit, file, draft, said=said)


def _save(visit: Visit, file: ArrangedFile, draft: Draft) -> Response:
    services, checker = visit.context.services, checker_of(visit)
    wanted = ask(
        services,
        file,
        draft.plan,
        mark=draft.mark,
        reason=visit.form["reason"],
        actor=checker.actor,
        free_before=desk.free_before(services),
    )
    return visit.go(f"/check/arranged/{wanted.item}")


# what was sent


def _draft(visit: Visit, file: ArrangedFile) -> Draft:
    """The plan as the form brings it; one that loses a page was not made here.

    Raises:
        PlanError: it is none of this file.
    """
    plan, told = plan_from_text(visit.form["plan"]), visit.form["page"]
    plan.check(file.pages)
    page = int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 0
    return Draft(
        plan=plan,
        past=tuple(visit.form["past"].split()),
        mark=visit.form["mark"],
        page=page if page in file.pages else min(file.pages),
    )


def _with_types(visit: Visit, draft: Draft) -> Draft:
    """With the types that were chosen in the lists of the papers."""
    plan = draft.plan
    for paper in plan.papers:
        name = f"t{paper.pages[0]}"
        if name in visit.form.fields and visit.form[name] != paper.type_:
            plan = retype(plan, paper.pages[0], visit.form[name])
    return _next(draft, plan)


def _after(visit: Visit, file: ArrangedFile, draft: Draft, act: str) -> Draft:
    if act == "undo" and draft.past:
        plan = plan_from_text(draft.past[-1])
        plan.check(file.pages)
        return Draft(plan=plan, past=draft.past[:-1], mark=draft.mark, page=draft.page)
    if act == "reset":
        return _next(draft, file.plan)
    does = _MOVES.get(act)
    if does is None:
        return draft
    told = visit.form["kind"]
    known = AsideKind.BLANK if draft.page in file.blank else AsideKind.NOT_PAPER
    kind = AsideKind(told) if told in set(AsideKind) else known
    return _next(draft, does(draft.plan, draft.page, kind))


def _next(draft: Draft, plan: Plan) -> Draft:
    if plan == draft.plan:
        return draft
    past = (*draft.past, draft.plan.as_text())
    while len(" ".join(past)) > _MOST_PAST:
        past = past[1:]
    return Draft(plan=plan, past=past, mark=draft.mark, page=draft.page)


def _said(visit: Visit, act: str, before: Draft, after: Draft) -> str:
    """The step in words, for whoever does not see it."""
    if after.plan == before.plan:
        return visit.words("arranging.did_nothing") if act in _MOVES or act == "undo" else ""
    if act == "aside" and after.page not in after.plan.aside:
        act = "took"
    known = {*_MOVES, "took", "undo", "reset"}
    return visit.words(f"arranging.did_{act if act in known else 'type'}", page=after.page)


# what is shown


def _show(
    visit: Visit, file: ArrangedFile, draft: Draft, *, said: str = "", error: MotlanError | None = None
) -> Response:
    services = visit.context.services
    try:
        found = follows(services, file, draft.plan)
    except PlanError as wrong:
        found, error = None, error or wrong
    return visit.answer(
        "arrange.html.j2",
        error,
        paper=_document(visit),
        file=file,
        draft=draft,
        past=" ".join(draft.past),
        groups=_groups(visit, file, draft.plan, found),
        aside=[_tile(file, draft.plan, page) for page in sorted(draft.plan.aside)],
        types=_types(visit),
        selects=len(draft.plan.papers) <= _MOST_SELECTS,
        kinds=list(AsideKind),
        changes=list(_changes(visit, file, draft.plan, found)) if found is not None else [],
        needs_reason=found is not None and changes_filed(found),
        words=(LEAST_WORDS, MOST_WORDS),
        reason=visit.form["reason"],
        said=said,
        edge=EDGE,
    )


def _types(visit: Visit) -> Sequence[tuple[str, str]]:
    known = [(spec.type, spec.label_vi) for spec in visit.context.services.papers.recognisable]
    return sorted(known, key=lambda one: one[1])


def _groups(visit: Visit, file: ArrangedFile, plan: Plan, found: Outcomes | None) -> Sequence[Group]:
    follow = found.papers if found is not None else [None] * len(plan.papers)
    return [
        Group(
            place=place,
            label=_label(visit, one.before) if one is not None and one.before is not None else "",
            type_=paper.type_,
            state=_state(one),
            filed=one is not None and one.before is not None and one.before.state is DocumentState.FILED,
            tiles=[_tile(file, plan, page) for page in paper.pages],
        )
        for place, (paper, one) in enumerate(zip(plan.papers, follow, strict=True), start=1)
    ]


def _state(one: Outcome | None) -> str:
    if one is None or not one.changes:
        return "same"
    return "new" if one.before is None else "changed"


def _tile(file: ArrangedFile, plan: Plan, page: int) -> Tile:
    kind = plan.aside[page].value if page in plan.aside else ""
    return Tile(page=page, turn=plan.turns.get(page, 0), blank=page in file.blank, kind=kind)


def _label(visit: Visit, paper: Document) -> str:
    return visit.context.services.papers.spec(paper.type).label_vi


def _changes(visit: Visit, file: ArrangedFile, plan: Plan, found: Outcomes) -> Iterator[str]:
    """What will be different once it is saved, in words."""
    t, place = visit.words, {one.document: number for number, one in enumerate(found.papers, start=1)}
    for number, one in enumerate(found.papers, start=1):
        pages = _listed(one.planned.pages)
        if one.before is None:
            yield t("arranging.will_new", place=number, pages=pages)
        elif one.pages_change:
            key = "arranging.will_file" if one.before.state is DocumentState.FILED else "arranging.will_read"
            yield t(key, place=number, name=_label(visit, one.before), pages=pages)
        elif one.changes:
            yield t("arranging.will_type", place=number, name=_label(visit, one.before))
    for paper, into in found.gone:
        name, pages = _label(visit, paper), _listed(paper.pages)
        if into:
            yield t("arranging.will_end", name=name, pages=pages, place=_listed([place[one] for one in into]))
        else:
            yield t("arranging.will_leave", name=name, pages=pages)
    for page, kind in sorted(plan.aside.items()):
        if file.kinds.get(page) is not kind:
            yield t("arranging.will_aside", page=page, kind=t(f"aside.{kind.value}"))
    for page, degrees in sorted(plan.turns.items()):
        yield t("arranging.will_turn", page=page, degrees=degrees)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


# what became of it


def _became(visit: Visit) -> Response:
    services, checker = visit.context.services, checker_of(visit)
    wanted = asked_by(services, checker, str(visit.request.path_params["item"]))
    done = wanted.state is ArrangingState.DONE
    return visit.page(
        "arranged.html.j2",
        state=wanted.state.value,
        wanted=wanted,
        left=[(paper, _label(visit, paper)) for paper in left_to_check(services, checker, wanted.item)]
        if done
        else [],
        stale=wanted.code == ArrangingStaleError.code,
    )


# pictures


def _thumb(visit: Visit) -> Response:
    services, told = visit.context.services, str(visit.request.path_params["number"])
    number = int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 0
    item = need_page(services, checker_of(visit), _document(visit), number)
    edge = LARGE if visit.request.query_params.get("size") == "large" else EDGE
    try:
        content = visit.station.thumbs.page(services, item, number, edge=edge)
    except LookupError as error:
        raise CheckNotHeldError from error
    return picture(content)


def _document(visit: Visit) -> DocumentId:
    return DocumentId(str(visit.request.path_params["document"]))

"""Second keying: one picture after the other, typed without any value in sight; then the third look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from dossier.check_errors import CheckAnswerError
from dossier.errors import InputError, MotlanError, StoreError
from dossier.geometry import Box
from dossier.quality import KeyState
from dossier.quality_errors import KeyingNotHeldError
from dossier.staff import StaffRole
from flows.checking.pictures import STRIP_HEIGHT, STRIP_WIDTH
from flows.quality import keying
from flows.quality.drawing import draw_due
from flows.quality.judging import waiting
from flows.quality.keying import Strip
from web.station.desk import checker_of, picture
from web.station.door import Screen
from web.station.pages import Page
from web.station.station import Lane
from web.station.visit import Visit

_THIRD: Final = frozenset({KeyState.THIRD})
_BOTH: Final = frozenset({KeyState.SECOND, KeyState.THIRD})
_DRAWN_ON_THE_WAY: Final = 3


@dataclass(frozen=True, slots=True)
class Sight:
    """What is shown: the size of the page, where the field stands on it, and the part shown large."""

    width: int
    height: int
    box: Box | None
    around: Box | None


def screens() -> Sequence[Screen]:
    """What waits, the field on the table, its picture."""
    page = Page.SECOND
    return [
        Screen(path="/second", method="GET", page=page, show=_overview),
        Screen(path="/second/next", method="POST", page=page, show=_next),
        Screen(path="/second/leave", method="POST", page=page, show=_leave),
        Screen(path="/second/field", method="GET", page=page, show=_field),
        Screen(path="/second/field", method="POST", page=page, show=_answer),
        Screen(path="/second/pictures/{number}", method="GET", page=page, show=_picture, lane=Lane.PICTURES),
    ]


def _overview(visit: Visit) -> Response:
    second, third = waiting(visit.context.services)
    return visit.page(
        "second_overview.html.j2",
        second=second,
        third=third,
        keys=KeyState.SECOND in _turns(visit),
        done=visit.request.query_params.get("done", ""),
    )


def _turns(visit: Visit) -> frozenset[KeyState]:
    """A manager decides between two values; who keys blindly is a checker."""
    return _BOTH if StaffRole.CHECKER in visit.need_person().scopes.roles else _THIRD


def _next(visit: Visit) -> Response:
    strip = _taken(visit)
    return visit.go("/second/field" if strip else "/second?done=empty")


def _taken(visit: Visit) -> Strip | None:
    services, checker = visit.context.services, checker_of(visit)
    strip = keying.take_next(services, checker, turns=_turns(visit))
    if strip is None and draw_due(services, most=_DRAWN_ON_THE_WAY):
        strip = keying.take_next(services, checker, turns=_turns(visit))
    return strip


def _leave(visit: Visit) -> Response:
    keying.leave(visit.context.services, checker_of(visit))
    return visit.go("/second")


def _field(visit: Visit) -> Response:
    try:
        return _show(visit, keying.on_table(visit.context.services, checker_of(visit)))
    except KeyingNotHeldError:
        return visit.go("/second")


def _answer(visit: Visit) -> Response:
    services, checker, form = visit.context.services, checker_of(visit), visit.form
    told = form["field"]
    serial = int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else 0
    try:
        said = keying.say(
            services,
            checker,
            serial=serial,
            value=form.exact("value"),
            absent=form["act"] == "absent",
            unreadable=form["act"] == "unreadable",
        )
    except CheckAnswerError as error:
        return _show(visit, keying.on_table(services, checker), error=error, typed=form.exact("value"))
    strip = _taken(visit)
    if strip is None:
        return visit.go("/second?done=empty")
    if not visit.part:
        return visit.go("/second/field")
    return _show(visit, strip, done="third" if said.third_by else "second")


def _show(
    visit: Visit, strip: Strip, *, error: MotlanError | None = None, typed: str = "", done: str = ""
) -> Response:
    services = visit.context.services
    second, third = waiting(services)
    return visit.answer(
        "second.html.j2",
        error,
        strip=strip,
        type_label=services.papers.spec(strip.document.type).label_vi,
        is_third=strip.key.state is KeyState.THIRD,
        sight=_sight(visit, strip),
        size=(STRIP_WIDTH, STRIP_HEIGHT),
        typed=typed,
        left=(second if KeyState.SECOND in _turns(visit) else 0) + third,
        done=done,
    )


def _sight(visit: Visit, strip: Strip) -> Sight | None:
    """Nothing where the page cannot be drawn: it can only be said that it is unreadable."""
    services, pictures = visit.context.services, visit.station.pictures
    try:
        width, height = pictures.size(services, strip.document, strip.page)
    except (InputError, StoreError, LookupError, StopIteration):
        return None
    box = strip.box
    if box is None or box.right > width or box.bottom > height:
        return Sight(width, height, None, None)
    return Sight(width, height, box, pictures.around(services, strip.document, strip.page, box))


def _picture(visit: Visit) -> Response:
    services, pictures = visit.context.services, visit.station.pictures
    strip = keying.on_table(services, checker_of(visit))
    if str(strip.key.serial) != str(visit.request.path_params["number"]):
        raise KeyingNotHeldError
    sight = _sight(visit, strip)
    if sight is None:
        raise KeyingNotHeldError
    if sight.box is None:
        return picture(pictures.page(services, strip.document, strip.page))
    return picture(pictures.strip(services, strip.document, strip.page, sight.box))

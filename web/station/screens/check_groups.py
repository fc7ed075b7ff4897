"""One field over many papers: strips in a grid, look-alikes together; one is confirmed, or all marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import Response

from dossier.check_errors import CheckAnswerError, CheckNotHeldError
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId, is_id
from flows.checking import groups
from web.station.desk import checker_of
from web.station.door import Screen
from web.station.pages import Page
from web.station.screens.check import types_of, within_of
from web.station.station import Lane
from web.station.visit import Visit

_VALUE: Final = "value-"
_MARK: Final = "mark-"


def screens() -> Sequence[Screen]:
    """Which fields there are, and the group on the table."""
    page = Page.CHECK
    return [
        Screen(path="/check/groups", method="GET", page=page, show=_offers, lane=Lane.DESK),
        Screen(path="/check/groups/{field}", method="GET", page=page, show=_group, lane=Lane.DESK),
        Screen(path="/check/groups/{field}", method="POST", page=page, show=_confirm, lane=Lane.DESK),
        # Pages are decoded for it.
        Screen(path="/check/groups/{field}/more", method="POST", page=page, show=_take, lane=Lane.PICTURES),
    ]


def _offers(visit: Visit) -> Response:
    within = within_of(visit)
    found = groups.offers(visit.context.services, checker_of(visit), type_=within.type, office=within.office)
    return visit.page(
        "check_groups.html.j2", offers=found, within=within, types=types_of(visit), most=groups.MOST
    )


def _take(visit: Visit) -> Response:
    within, field = within_of(visit), _field(visit)
    groups.take_group(
        visit.context.services,
        visit.station.pictures,
        checker_of(visit),
        field,
        type_=within.type,
        office=within.office,
    )
    return visit.go(f"/check/groups/{field}{within.query}")


def _group(visit: Visit) -> Response:
    try:
        return _show(visit)
    except CheckNotHeldError:
        return visit.go(f"/check/groups{within_of(visit).query}")


def _confirm(visit: Visit) -> Response:
    services, checker, field = visit.context.services, checker_of(visit), _field(visit)
    out, one = visit.form["out"], visit.form["one"]
    if is_id(out):
        groups.leave_group(services, checker, DocumentId(out))
        return _shown(visit)
    told = groups.confirm(services, checker, field, _said(visit, one))
    if told.handed_over:
        visit.station.wake()
    return _shown(visit, wrong=told.wrong)


def _said(visit: Visit, one: str) -> Mapping[DocumentId, str]:
    """Values of the paper whose button was pressed, or of all marked ones."""
    form = visit.form
    given = {name.removeprefix(_VALUE): name for name in form.fields if name.startswith(_VALUE)}
    wanted = [one] if one else [paper for paper in given if form[f"{_MARK}{paper}"]]
    return {
        DocumentId(paper): form.exact(given[paper]) for paper in wanted if paper in given and is_id(paper)
    }


def _shown(visit: Visit, *, wrong: Mapping[DocumentId, CheckAnswerError] | None = None) -> Response:
    try:
        return _show(visit, wrong=wrong)
    except CheckNotHeldError:
        return visit.go(f"/check/groups{within_of(visit).query}")


def _show(visit: Visit, *, wrong: Mapping[DocumentId, CheckAnswerError] | None = None) -> Response:
    services, found = visit.context.services, wrong or {}
    shown = groups.group(services, visit.station.pictures, checker_of(visit), _field(visit))
    return visit.page(
        "check_group.html.j2",
        status=409 if found else 200,
        group=shown,
        within=within_of(visit),
        wrong={paper: visit.sentence(error) for paper, error in found.items()},
        typed={paper: visit.form.exact(f"{_VALUE}{paper}") for paper in found},
        labels={
            member.document.id: services.papers.spec(member.document.type).label_vi
            for alike in shown.alike
            for member in alike.members
        },
    )


def _field(visit: Visit) -> str:
    """A field of the vocabulary; others are no address."""
    field = str(visit.request.path_params["field"])
    if not any(field in spec.by_name for spec in visit.context.services.papers.recognisable):
        raise RecordMissingError(field[:40])
    return field

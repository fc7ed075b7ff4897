"""Packages of the archive: ask for one, check it, take it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import FileResponse, Response

from dossier.api_errors import FieldBeyondScopeError
from dossier.archive_orders import Order, OrderKind
from dossier.desk_errors import OrderValueError, OrderWaitsError
from dossier.errors import ArgumentError, MotlanError, RecordMissingError
from dossier.ids import is_id
from flows.archive_desk.orders import (
    MOST_PAPERS,
    ask,
    ask_for_package,
    need_same_offices,
    package_path,
    take_package,
)
from flows.package_keeping import KEPT_DAYS
from rulebook.packages import PackageKind
from rulebook.paper_spec import Sensitivity
from web.auth.guard import SEEN
from web.station.door import Screen
from web.station.pages import Page
from web.station.screens.archive import newest, parts
from web.station.visit import Visit

_SHOWN: Final = 30


def screens() -> Sequence[Screen]:
    """The list with its form, and one package."""
    look, work = Page.ARCHIVE, Page.ARCHIVE_WORK
    return [
        Screen(path="/archive/packages", method="GET", page=look, show=_show),
        Screen(path="/archive/packages", method="POST", page=work, show=_ask),
        Screen(path="/archive/packages/{order}/check", method="POST", page=work, show=_check),
        Screen(path="/archive/packages/{order}/file", method="GET", page=work, show=_file),
    ]


def _show(visit: Visit, error: MotlanError | None = None, *, asked: bool = False) -> Response:
    services = visit.context.services
    return visit.answer(
        "archive_packages.html.j2",
        error,
        parts=parts(visit),
        rows=[
            (order, package_path(services, order.id).is_file())
            for order in newest(visit, OrderKind.PACKAGE, limit=_SHOWN)
        ],
        checks=newest(visit, OrderKind.PACKAGE_CHECK, limit=10),
        works=visit.admits(Page.ARCHIVE_WORK),
        kinds=[kind.value for kind in PackageKind],
        kept_days=KEPT_DAYS,
        most=MOST_PAPERS,
        form=visit.form,
        asked=asked,
    )


def _ask(visit: Visit) -> Response:
    _need_all_fields(visit)
    person, form = visit.need_person(), visit.form
    try:
        ask_for_package(
            visit.context.services,
            actor=person.actor,
            offices=person.scopes.offices,
            kind=form["kind"],
            dossier=form["dossier"].upper(),
            papers=form["papers"],
            values=form["values"],
        )
    except (OrderValueError, OrderWaitsError, ArgumentError) as error:
        return _show(visit, error)
    return visit.go("/archive/packages")


def _check(visit: Visit) -> Response:
    services, order = visit.context.services, _package(visit)
    wanted = {name: order.wanted[name] for name in ("dossier", "offices") if name in order.wanted}
    try:
        ask(
            services,
            OrderKind.PACKAGE_CHECK,
            actor=visit.need_person().actor,
            wanted={**wanted, "order": order.id},
        )
    except OrderWaitsError as error:
        return _show(visit, error)
    return visit.go("/archive/packages")


def _file(visit: Visit) -> Response:
    _need_all_fields(visit)
    person = visit.need_person()
    path, name = take_package(
        visit.context.services,
        str(visit.request.path_params["order"]),
        actor=person.actor,
        offices=person.scopes.offices,
    )
    return FileResponse(
        path, media_type="application/zip", filename=name, headers={"Cache-Control": "no-store"}
    )


def _package(visit: Visit) -> Order:
    services, asked = visit.context.services, str(visit.request.path_params["order"])
    order = services.store.records.orders.order(asked) if is_id(asked) else None
    if order is None or order.kind is not OrderKind.PACKAGE:
        raise RecordMissingError(asked)
    need_same_offices(order, visit.need_person().scopes.offices)
    return order


def _need_all_fields(visit: Visit) -> None:
    """A package holds papers whole: whoever may not see every field gets none."""
    if not set(Sensitivity) <= SEEN[visit.need_person().scopes.fields]:
        raise FieldBeyondScopeError("package")

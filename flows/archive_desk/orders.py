"""Long work is asked for at the station and done by the worker of ``motlan serve``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import covers
from dossier.archive_orders import Order, OrderKind, OrderState
from dossier.codes import office_of, parse_dossier_code
from dossier.desk_errors import OrderValueError, OrderWaitsError, PackageGoneError
from dossier.documents import DocumentState
from dossier.errors import MotlanError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, is_id
from flows.disposal import disposal
from flows.package_keeping import package_folder
from flows.package_target import Form
from flows.package_values import Given
from rulebook.packages import PackageKind
from wiring.services import Services

"""Folder of the data folder where packages wait to be fetched."""
MOST_PAPERS: Final = 200
"""Papers that one order of a package may name."""
_MOST_VALUES: Final = 60
_OF_PAPERS: Final = frozenset({OrderKind.PACKAGE, OrderKind.PACKAGE_CHECK})
_STRETCH: Final = 50
_MOST_STRETCHES: Final = 10
"""Orders that are looked through to find those of somebody's offices: five hundred."""


def ask(services: Services, kind: OrderKind, *, actor: str, wanted: Mapping[str, str] | None = None) -> Order:
    """Ask for work; it begins within seconds where the worker runs.

    Raises:
        OrderWaitsError: the same waits or runs already.
    """
    order = Order(
        id=str(uuid.uuid4()),
        kind=kind,
        actor=actor,
        asked_at=services.clock(),
        wanted=dict(wanted or {}),
    )
    event = Event(
        kind=EventKind.ARCHIVE_ORDERED,
        at=order.asked_at,
        actor=actor,
        subject=order.id,
        details={"order": kind.value},
    )
    if not services.store.records.orders.ask(order, events=(event,)):
        raise OrderWaitsError
    return order


def ask_for_package(  # noqa: PLR0913 - a package is asked for with these
    services: Services,
    *,
    actor: str,
    offices: tuple[str, ...],
    kind: str,
    dossier: str,
    papers: str,
    values: str,
) -> Order:
    """Ask for a package of a dossier, or of papers by their ids.

    Args:
        services: of this installation.
        actor: opaque name of who asks.
        offices: that they work for; each paper must be of one of them.
        kind: ``sip``, ``aip`` or ``dip``.
        dossier: its code; empty for papers.
        papers: ids, separated by anything but letters, digits and hyphens; empty for a dossier.
        values: lines ``FIELD=VALUE`` of what the records do not have.

    Raises:
        OrderValueError: something in it cannot be used.
        RecordMissingError: a paper that they may not pack.
        OrderWaitsError: the same waits or runs already.
    """
    if kind not in list(PackageKind):
        raise OrderValueError(what="Loại gói", reason="chọn SIP, AIP hoặc DIP")
    named = papers.replace(",", " ").replace(";", " ").split()
    if bool(dossier) == bool(named) or len(named) > MOST_PAPERS:
        reason = f"ghi mã hồ sơ, hoặc mã của nhiều nhất {MOST_PAPERS} giấy tờ"
        raise OrderValueError(what="Giấy tờ cần đóng gói", reason=reason)
    wanted = {"kind": kind, "offices": " ".join(offices)}
    if dossier:
        try:
            code = str(parse_dossier_code(dossier))
        except MotlanError as error:
            raise OrderValueError(what="Mã hồ sơ", reason="không đúng dạng") from error
        need_office(offices, code)
        wanted["dossier"] = code
    else:
        for one in named:
            _need_paper(services, one, offices)
        wanted["papers"] = " ".join(dict.fromkeys(named))
    given = _values(values)
    given_of(given)
    wanted |= {f"value.{name}": value for name, value in given.items()}
    return ask(services, OrderKind.PACKAGE, actor=actor, wanted=wanted)


def given_of(values: Mapping[str, str]) -> Given:
    """Values of a package by field; of a document as ``ID:FIELD``."""
    own: dict[str, str] = {}
    documents: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        document, colon, field = name.partition(":")
        if colon:
            documents.setdefault(document, {})[field] = value
        else:
            own[name] = value
    return Given(values=own, documents=documents)


def need_office(offices: Sequence[str], dossier: str) -> None:
    """Refuse what is another office's.

    Raises:
        RecordMissingError: it is, and nobody learns whether it is there.
    """
    if not covers(tuple(offices), office_of(dossier) or "-"):
        raise RecordMissingError(dossier)


def package_path(services: Services, order: str) -> Path:
    """Where a package lies; the name is made of the order's id alone."""
    if not is_id(order):
        raise RecordMissingError(order)
    return package_folder(services) / f"{order}.{Form.ZIP.value}"


def take_package(
    services: Services, order_id: str, *, actor: str, offices: tuple[str, ...]
) -> tuple[Path, str]:
    """A package to hand out, journalled before it is: its file and a name for it.

    Raises:
        RecordMissingError: no such package, or not one of this person's offices.
        PackageGoneError: it is not kept any more.
    """
    order = services.store.records.orders.order(order_id) if is_id(order_id) else None
    if order is None or order.kind is not OrderKind.PACKAGE or order.state is not OrderState.DONE:
        raise RecordMissingError(order_id)
    need_same_offices(order, offices)
    path = package_path(services, order.id)
    if not path.is_file():
        raise PackageGoneError
    objid = str(order.result.get("package", ""))
    access = Access(actor, Purpose.ARCHIVE, order.wanted.get("dossier", ""))
    services.store.records.record(
        Event(
            kind=EventKind.PACKAGE_TAKEN,
            at=services.clock(),
            actor=actor,
            subject=order.id,
            dossier=access.dossier,
            purpose=access.purpose,
            details={"objid": objid, "sha256": str(order.result.get("sha256", ""))},
        )
    )
    safe = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "-" for one in objid)
    return path, f"{safe.strip('.-') or order.id}.zip"


def need_same_offices(order: Order, offices: tuple[str, ...]) -> None:
    """Refuse an order about papers that may be of an office which is not this person's.

    Raises:
        RecordMissingError: it is.
    """
    asked = order.wanted.get("offices", "").split()
    dossier = order.wanted.get("dossier", "")
    theirs = [office_of(dossier) or "-"] if dossier else asked
    if not all(covers(offices, one if one != "*" else "-") for one in theirs):
        raise RecordMissingError(order.id)


def orders_for(
    services: Services, kinds: Sequence[OrderKind], *, offices: tuple[str, ...], limit: int
) -> Sequence[Order]:
    """The newest orders of those kinds that somebody of these offices may be told of.

    Those about papers of other offices are passed over; so many are looked at that a page stays quick.
    """
    found, before = list[Order](), 0
    for _ in range(_MOST_STRETCHES):
        orders = services.store.records.orders.orders(kinds, before=before, limit=_STRETCH)
        found += [order for order in orders if _is_theirs(services, order, offices)]
        if len(found) >= limit or len(orders) < _STRETCH:
            break
        before = orders[-1].serial
    return found[:limit]


def _is_theirs(services: Services, order: Order, offices: tuple[str, ...]) -> bool:
    """Orders about the whole archive are everybody's; those about papers are their offices'."""
    try:
        if order.kind is OrderKind.DISPOSAL:
            about = disposal(services, order.wanted.get("case", "")).document
            need_office(offices, services.store.records.document(DocumentId(about)).dossier)
        elif order.kind in _OF_PAPERS:
            need_same_offices(order, offices)
    except RecordMissingError:
        return False
    return True


def _need_paper(services: Services, one: str, offices: tuple[str, ...]) -> None:
    if not is_id(one):
        raise OrderValueError(what="Mã giấy tờ", reason="không đúng dạng")
    found = services.store.records.document(DocumentId(one))
    if found.restricted or found.state is DocumentState.DESTROYED:
        raise RecordMissingError(one)
    need_office(offices, found.dossier)


def _values(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise OrderValueError(what="Trường của gói", reason="mỗi dòng ghi TRƯỜNG=GIÁ TRỊ")
        found[name.strip()] = value.strip()
    if len(found) > _MOST_VALUES:
        raise OrderValueError(what="Trường của gói", reason=f"nhiều nhất {_MOST_VALUES} dòng")
    return found

"""The worker: takes one order after the other and does it, also after whoever began it was killed."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from dossier.access import Access, Purpose
from dossier.archive_orders import PAPERS, Order, OrderKind, OrderState
from dossier.documents import DocumentState
from dossier.errors import Lang, MotlanError, RecordMissingError
from dossier.ids import DocumentId
from flows.archive_desk.orders import given_of, need_office, package_path
from flows.disposal import execute
from flows.forecast import Forecast, forecast
from flows.package_check import check_file
from flows.package_keeping import remove_packages
from flows.package_selection import Selection, of_documents, of_dossier
from flows.package_target import Form
from flows.packages import PackageOrder, make_package
from flows.pass_loop import PassLoop
from flows.renewal import Expected, Outcome, renew
from flows.stamp_loop import complete_now
from flows.upkeep import check_fixity, repair
from rulebook.packages import PackageKind
from wiring.logs import kind_of
from wiring.sealing import prove, seal
from wiring.services import Services

Result = Mapping[str, object]

MOST_TRIES: Final = 3
"""An order over which the process ended so often is not begun again: it may be what ends it."""
_VALUE: Final = "value."
_PAUSE_S: Final = 2.0
_LEAVE_S: Final = 5.0
_BEAT_S: Final = 30.0
_DEAD: Final = timedelta(minutes=5)
_FINDINGS: Final = 50
_LANGS: Final[tuple[Lang, ...]] = ("vi", "en")
_YEARS: Final = (1, 5, 10)
_NIGHTLY: Final = Fraction(1, 90)


def work_off(services: Services, *, go_on: Callable[[], bool] = lambda: True) -> int:
    """Do everything that waits, the oldest first; gives how many orders that were.

    Args:
        services: of this installation.
        go_on: asked before each; false ends the pass.
    """
    remove_packages(services)
    done = 0
    while go_on():
        now = services.shared_clock()
        order = services.store.records.orders.claim(at=now, dead_before=now - _DEAD)
        if order is None:
            break
        _work(services, order)
        done += 1
    return done


class OrderLoop(PassLoop):
    """Works orders off again and again, in a thread. Use it in a ``with`` block."""

    def __init__(self, services: Services, *, pause_s: float = _PAUSE_S) -> None:
        """Prepare the thread.

        Args:
            services: of this installation.
            pause_s: between two passes, in seconds.
        """
        super().__init__(
            "orders", log=services.log, stopped="orders.stopped", pause_s=pause_s, leave_s=_LEAVE_S
        )
        self._services = services

    def _interrupt(self) -> None:
        """An order that runs is not waited for: another worker takes it up again."""

    def _pass(self) -> None:
        work_off(self._services, go_on=lambda: not self._stopping)


@contextmanager
def taking_orders(services: Services) -> Iterator[None]:
    """Do what people ask for while the block runs."""
    with OrderLoop(services):
        yield


def _work(services: Services, order: Order) -> None:
    table = services.store.records.orders
    if order.begun > MOST_TRIES:
        services.log.warning("order.given_up", item=order.id)
        failed = _failure(MotlanError(order.id, cause="its worker died again and again"))
        table.finish(order, state=OrderState.FAILED, at=services.shared_clock(), result=failed)
        return
    with _Beats(services, order, beat_s=_BEAT_S):
        try:
            state, result = OrderState.DONE, dict(_WORK[order.kind](services, order))
        except MotlanError as error:
            services.log.warning("order.failed", item=order.id, code=error.code, cause=error.cause)
            state, result = OrderState.FAILED, _failure(error)
        except Exception as error:  # noqa: BLE001 - a defect that one odd order brings out stays with it
            services.log.warning("order.failed", item=order.id, cause=kind_of(error))
            state, result = OrderState.FAILED, _failure(MotlanError(order.id, cause=kind_of(error)))
    if not table.finish(order, state=state, at=services.shared_clock(), result=result):
        # Others began it anew, or a paper in it was destroyed meanwhile: what was made here is not theirs.
        services.log.warning("order.not_kept", item=order.id)
        remove_packages(services)


class _Beats(PassLoop):
    """Says again and again that this worker lives, whatever the order takes."""

    def __init__(self, services: Services, order: Order, *, beat_s: float) -> None:
        super().__init__(
            "order-beat", log=services.log, stopped="order.no_beat", pause_s=beat_s, leave_s=_LEAVE_S
        )
        self._services = services
        self._order = order

    def _interrupt(self) -> None:
        """A sign of life waits for nothing that could be cut short."""

    def _pass(self) -> None:
        table = self._services.looking.records.orders
        if not table.beat(self._order, at=self._services.shared_clock()):
            self._services.log.warning("order.lost", item=self._order.id)


def _failure(error: MotlanError) -> dict[str, object]:
    """Why, in both languages: whoever asked reads it later, in theirs."""
    said = {f"sentence_{lang}": error.sentence(lang) for lang in _LANGS}
    return {"code": error.code, **said, **{f"next_{lang}": error.next_step(lang) for lang in _LANGS}}


# what can be asked for


def _package(services: Services, order: Order) -> Result:
    wanted, records = order.wanted, services.store.records
    path = package_path(services, order.id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    # Of a run that was killed before it could say that it was done: nobody was handed this.
    path.unlink(missing_ok=True)
    selection = (
        of_dossier(records, wanted["dossier"])
        if wanted.get("dossier")
        else of_documents(records, wanted.get("papers", "").split())
    )
    _need_all(services, selection, tuple(wanted.get("offices", "").split()))
    made = make_package(
        services,
        PackageOrder(
            kind=PackageKind(wanted["kind"]),
            selection=selection,
            given=given_of(
                {name.removeprefix(_VALUE): one for name, one in wanted.items() if name.startswith(_VALUE)}
            ),
            output=path,
            form=Form.ZIP,
        ),
        access=Access(order.actor, Purpose.ARCHIVE, wanted.get("dossier", "")),
    )
    told = {name: one for name, one in made.as_json().items() if name != "path"}
    return {**told, PAPERS: " ".join(selection.documents)}


def _need_all(services: Services, selection: Selection, offices: tuple[str, ...]) -> None:
    """Every paper as it is now must be theirs: a dossier may hold one that came from elsewhere."""
    for one in selection.documents:
        document = services.store.records.document(one)
        if document.restricted or document.state is DocumentState.DESTROYED:
            raise RecordMissingError(one)
        need_office(offices, document.dossier)


def _package_check(services: Services, order: Order) -> Result:
    path = package_path(services, order.wanted["order"])
    report = check_file(services, path, signatures=True)
    shown = dict(report.as_json())
    findings = [
        {"code": one.code, "severity": one.severity.value, "message": one.sentence}
        for one in report.findings[:_FINDINGS]
    ]
    return {**shown, "findings": findings}


def _fixity(services: Services, order: Order) -> Result:
    from storage.fixity import Extent  # noqa: PLC0415

    share = None if order.wanted.get("extent") == "all" else _NIGHTLY
    reports = check_fixity(services, Extent(share=share))
    return {
        "places": [
            {
                "place": one.place,
                "checked": one.checked,
                "bytes": one.bytes,
                "damaged": one.damaged,
                "missing": one.missing,
                "orphans": one.orphans,
                "stopped_by": one.stopped_by,
                "total": one.plan.total,
                "never": one.plan.never,
                "overdue": one.plan.overdue,
                "cycle_days": one.plan.cycle_days,
                "is_late": int(one.plan.is_late),
            }
            for one in reports
        ]
    }


def _repair(services: Services, _order: Order) -> Result:
    from storage.repair import RepairOrder  # noqa: PLC0415

    report = repair(services, RepairOrder())
    return {
        "repaired": report.repaired,
        "lost": len(report.lost),
        "undecided": report.undecided,
        "orphans": report.orphans,
    }


def _renewal(services: Services, order: Order) -> Result:
    causes: Counter[str] = Counter()

    def listen(heard: Expected | Outcome | None) -> None:
        if isinstance(heard, Outcome) and heard.error is not None:
            causes[heard.error.code] += 1

    run = renew(
        services, until=date.fromisoformat(order.wanted["until"]), limit=None, dry_run=False, listen=listen
    )
    counts = {action.value: count for action, count in run.counts.items()}
    return {"looked_at": run.looked_at, **counts, "causes": dict(causes)}


def _forecast(services: Services, _order: Order) -> Result:
    usage = shutil.disk_usage(services.settings.data)
    growth = [[year, count] for year, count in services.store.records.filed_by_year()]
    found = forecast_json(forecast(services, years=_YEARS, details=False))
    return {**found, "growth": growth, "free_bytes": usage.free, "disk_bytes": usage.total}


def forecast_json(found: Forecast) -> Result:
    """A forecast as it is kept."""
    return {
        "documents": found.documents,
        "unsigned": found.unsigned,
        "unseen": found.unseen,
        "overdue": found.overdue,
        "prospects": [
            {"years": one.years, "on": one.on.isoformat(), "lost": one.total} for one in found.prospects
        ],
        "by_year": [
            {"year": one.year, "reason": one.reason.value, "count": one.count} for one in found.by_year
        ],
        "due": [[month, count] for month, count in found.due],
    }


def _stamps(services: Services, _order: Order) -> Result:
    passed = complete_now(services)
    left = services.store.records.stamps.backlog()
    return {
        "completed": passed.completed,
        "failed": passed.failed,
        "busy": int(passed.busy),
        "pending": left.count,
        "code": left.error_code,
    }


def _disposal(services: Services, order: Order) -> Result:
    found = execute(services, order.wanted["case"], actor=order.actor)
    return {"case": found.id, "document": DocumentId(found.document)}


def _journal_check(services: Services, _order: Order) -> Result:
    proof = prove(services)
    return {
        "entries": proof.entries,
        "head": proof.head,
        "sealed": proof.sealed,
        "sealed_entries": proof.sealed_entries,
        "proven": proof.proven.isoformat() if proof.proven else "",
        "signer": proof.signer,
    }


def _journal_seal(services: Services, _order: Order) -> Result:
    with services.writing():
        head = seal(services)
    return {"sealed": int(head is not None), "entries": head.entries if head else 0}


_WORK: Final[Mapping[OrderKind, Callable[[Services, Order], Result]]] = {
    OrderKind.PACKAGE: _package,
    OrderKind.PACKAGE_CHECK: _package_check,
    OrderKind.FIXITY: _fixity,
    OrderKind.REPAIR: _repair,
    OrderKind.RENEWAL: _renewal,
    OrderKind.FORECAST: _forecast,
    OrderKind.STAMPS: _stamps,
    OrderKind.DISPOSAL: _disposal,
    OrderKind.JOURNAL_CHECK: _journal_check,
    OrderKind.JOURNAL_SEAL: _journal_seal,
}

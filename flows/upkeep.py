"""Upkeep of the store: second copies, fixity, repair, canaries. Each is one command for a timer; no Prefect.

What has to be told is told three times: on the screen of whoever looks, in the log, and in the journal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from dossier.errors import ArgumentError, SettingsError, StoreError, StoreNotLiftedError
from dossier.events import Event, EventKind
from dossier.ids import Sha256
from wiring.services import Services

if TYPE_CHECKING:
    from storage.copies import CopyLimits, CopyReport
    from storage.copy_queue import Backlog
    from storage.fixity import Extent, PlaceReport
    from storage.places import Place
    from storage.repair import RepairOrder, RepairReport
    from storage.store import Store
    from storage.trials import Trial

_REASON: Final = re.compile(r"(?!.*\d{6}).{5,200}", re.DOTALL)


def make_copies(
    services: Services, *, wait: bool = False, go_on: Callable[[], bool] = lambda: True
) -> CopyReport:
    """Work off the queue of second copies, beside whoever writes.

    Args:
        services: of this installation.
        wait: go on until nothing waits.
        go_on: asked before each object; false ends the run.

    Raises:
        SettingsError: there is no second place.
        StoreBusyError: somebody else copies.
        StoreFrozenError: the store is read-only.
    """
    from storage.copies import Copier  # noqa: PLC0415

    # Not the store of a batch: that is closed when the batch ends.
    store = services.looking
    first, second = _pair(store)
    upkeep = store.records.upkeep
    with services.copying():
        upkeep.frozen.need_writable()
        if upkeep.copies.caught_up(second.name) is None:
            second.prepare()
        else:
            # A mount that is gone must not be taken for a new, empty place.
            second.tending.need_reachable()
        return Copier(first, second, upkeep=upkeep, clock=services.clock).run(wait=wait, go_on=go_on)


def copy_limits(services: Services) -> CopyLimits:
    """From when on the settings call a backlog of second copies an alarm."""
    from storage.copies import CopyLimits  # noqa: PLC0415

    settings = services.settings
    return CopyLimits(count=settings.copies_alarm_count, age=timedelta(hours=settings.copies_alarm_hours))


def late_copies(services: Services) -> Backlog | None:
    """The backlog of second copies, where it is larger or older than the settings allow."""
    if not services.has_second_place:
        return None
    store = services.looking
    backlog = store.records.upkeep.copies.backlog(_pair(store)[1].name)
    return backlog if copy_limits(services).are_passed(backlog, at=services.clock()) else None


def copies_are_late(services: Services, report: CopyReport, limits: CopyLimits) -> bool:
    """Whether too many copies wait or one waits too long; then it is in the log and the journal as well."""
    if not limits.are_passed(report.backlog, at=services.clock()):
        return False
    tell_of_late_copies(services, report.backlog, code=report.stopped_by)
    return True


def tell_of_late_copies(services: Services, backlog: Backlog, *, code: str) -> None:
    """Write an alarm into the log and the journal: counts and codes only."""
    hours = hours_waited(services, backlog)
    counts = {"waiting": backlog.waiting, "blocked": backlog.blocked, "hours": hours}
    services.log.warning("copies.late", code=code, **counts)
    place = _pair(services.looking)[1].name
    _journal(services, EventKind.COPIES_LATE, place=place, **counts)


def hours_waited(services: Services, backlog: Backlog) -> int:
    """How many hours the oldest copy waits."""
    oldest = backlog.oldest
    return int((services.clock() - oldest).total_seconds() // 3600) if oldest else 0


def check_fixity(
    services: Services,
    extent: Extent,
    *,
    only: str = "",
    bytes_per_second: float | None = None,
    limit_days: int = 365,
) -> Sequence[PlaceReport]:
    """Check objects in every place, or in one; readers and the writer go on meanwhile.

    Raises:
        ArgumentError: there is no place of that name.
    """
    from storage.fixity import Fixity  # noqa: PLC0415
    from storage.pace import Pace  # noqa: PLC0415

    store = services.store
    names = [place.name for place in store.places]
    if only and only not in names:
        raise ArgumentError("--place", expected=", ".join(names))
    fixity = Fixity(
        store.places,
        store.records.upkeep,
        named_elsewhere=in_quarantine(store),
        clock=services.clock,
        actor=services.settings.actor,
        limit_days=limit_days,
        pace=Pace(bytes_per_second) if bytes_per_second else None,
    )
    reports = fixity.run(extent, only=only)
    for report in reports:
        if report.damaged or report.missing or report.stopped_by or report.plan.is_late:
            services.log.warning(
                "fixity.run",
                code=report.stopped_by,
                damaged=report.damaged,
                missing=report.missing,
                overdue=report.plan.overdue,
            )
    return reports


def repair(services: Services, order: RepairOrder) -> RepairReport:
    """Mend what can be mended; the store is not written meanwhile.

    Raises:
        StoreBusyError: somebody writes or copies.
        StoreFrozenError: the store is read-only.
    """
    from storage.repair import Repair  # noqa: PLC0415

    with services.copying(), services.writing():
        store = services.store
        report = Repair(
            store.places,
            store.records.upkeep,
            named_elsewhere=in_quarantine(store),
            clock=services.clock,
            actor=services.settings.actor,
        ).run(order)
    for sha256 in report.lost:
        services.log.warning("object.lost", item=sha256)
    return report


def try_places(services: Services) -> Mapping[str, Sequence[Trial] | str]:
    """Try every place with a canary; one that fails makes the store read-only.

    Returns:
        For each place its trials, or the code of the error that kept us from trying. A place that does not
        answer proves nothing, good or bad, and freezes nothing.
    """
    store = services.store
    found: dict[str, Sequence[Trial] | str] = {}
    for place in store.places:
        try:
            found[place.name] = place.prove()
        except StoreError as error:
            found[place.name] = error.code
            services.log.warning("canary.run", code=error.code)
            _journal(services, EventKind.CANARY_RUN, place=place.name, error=error.code)
            continue
        trials = found[place.name]
        outcomes = {trial.what: trial.outcome for trial in trials if not isinstance(trial, str)}
        _journal(services, EventKind.CANARY_RUN, place=place.name, **outcomes)
        failed = [what for what, outcome in outcomes.items() if outcome == "failed"]
        if failed:
            _freeze(services, place, failed)
    return found


def failed_place(found: Mapping[str, Sequence[Trial] | str]) -> str:
    """Name of the first place that failed a trial or did not answer; empty when none did."""
    return next(
        (
            place
            for place, trials in found.items()
            if isinstance(trials, str) or any(trial.outcome == "failed" for trial in trials)
        ),
        "",
    )


def lift(services: Services, found: Mapping[str, Sequence[Trial] | str], *, reason: str) -> bool:
    """Let a frozen store be written again, once every place passed its trials. False when it was not frozen.

    Raises:
        ArgumentError: the reason is too short, too long, or holds a number that may be a person's.
        StoreNotLiftedError: a place failed, or did not answer.
    """
    need_reason("--lift", reason)
    failed = failed_place(found)
    if failed:
        raise StoreNotLiftedError(failed)
    event = Event(
        kind=EventKind.STORE_LIFTED,
        at=services.clock(),
        actor=services.settings.actor,
        details={"reason": reason},
    )
    return services.store.records.upkeep.frozen.lift(event=event)


def need_reason(option: str, reason: str) -> None:
    """Refuse a reason that does not fit into the journal.

    Raises:
        ArgumentError: it is too short, too long, or holds a number that may be a person's.
    """
    if _REASON.fullmatch(reason) is None:
        raise ArgumentError(option, expected="lý do từ 5 đến 200 ký tự, không ghi số định danh")


def _freeze(services: Services, place: Place, failed: Sequence[str]) -> None:
    reason = ", ".join(failed)
    event = Event(
        kind=EventKind.STORE_FROZEN,
        at=services.clock(),
        actor=services.settings.actor,
        details={"place": place.name, "failed": reason},
    )
    if services.store.records.upkeep.frozen.freeze(place=place.name, reason=reason, event=event):
        services.log.warning("store.frozen", code="store.frozen", failed=len(failed))


def _pair(store: Store) -> tuple[Place, Place]:
    if len(store.places) < 2:
        raise SettingsError("second_place", reason="chưa khai báo nơi lưu thứ hai")
    return store.places[0], store.places[1]


def in_quarantine(store: Store) -> Callable[[Sha256], bool]:
    """Whether a note of quarantine names an object; the notes are read once, when first asked."""
    named: set[Sha256] | None = None

    def is_named(sha256: Sha256) -> bool:
        nonlocal named
        if named is None:
            named = {note.sha256 for note in store.quarantine.notes() if note.sha256}
        return sha256 in named

    return is_named


def _journal(services: Services, kind: EventKind, **details: str | int) -> None:
    event = Event(kind=kind, at=services.clock(), actor=services.settings.actor, details=details)
    services.looking.records.record(event)

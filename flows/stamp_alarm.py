"""A backlog of stamps that is too large or too old is told: to people, in the log, in the journal."""

from __future__ import annotations

from dossier.events import Event, EventKind
from dossier.stamping import Backlog
from wiring.services import Services


def alarming_backlog(services: Services) -> Backlog | None:
    """The backlog, if it is beyond what the settings allow."""
    backlog = services.store.records.stamps.backlog()
    exceeded = services.settings.stamp_alarm.exceeded(backlog, now=services.clock())
    return backlog if exceeded else None


def sound(services: Services) -> bool:
    """Write an alarm down where there is reason for one: counts and codes only; says whether there was."""
    backlog = alarming_backlog(services)
    if backlog is None:
        return False
    now = services.clock()
    hours = int((now - backlog.oldest).total_seconds() // 3600) if backlog.oldest else 0
    services.log.warning("stamps.late", count=backlog.count, hours=hours, code=backlog.error_code)
    event = Event(
        kind=EventKind.STAMPS_LATE,
        at=now,
        actor=services.settings.actor,
        details={"count": backlog.count, "hours": hours, "code": backlog.error_code},
    )
    with services.saving():
        services.store.records.record(event)
    return True

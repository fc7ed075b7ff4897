"""Asking a citizen for a paper although it is held: decided anew, with a written reason, recorded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from dossier.access import Access
from dossier.asking import AskReason, Insisted, between, insisted_of
from dossier.events import Event, EventKind
from dossier.keeping import Act, KeepingAct
from dossier.moments import VIETNAM
from flows.lookup import ask_reuse
from reuse.answer import ComponentAnswer
from reuse.asking import check_asking, component_of
from reuse.question import Person
from wiring.services import Services


def insist(  # noqa: PLR0913 - a question has these parts, and a reason two more
    services: Services,
    procedure: str,
    component: str,
    *,
    owner: str,
    on: date,
    access: Access,
    reason: AskReason | None,
    words: str,
    persons: Sequence[Person] = (),
    facts: Mapping[str, bool] = MappingProxyType({}),
) -> Insisted | None:
    """Record that a paper is asked for although it must not be.

    The question is decided anew, so nobody records a reason against an answer that was never given.

    Args:
        services: of this installation.
        procedure: short code.
        component: code of the component.
        owner: normalised identity number of the applicant.
        on: day of reception in Vietnam.
        access: who asks and why.
        reason: why it is asked for all the same.
        words: the same in words.
        persons: other persons of the case.
        facts: what is known about the case.

    Returns:
        The record; nothing when the citizen may be asked anyway.

    Raises:
        MustNotAskError: it is held, and no reason is given that can be checked.
        AccessRefusedError, ProcedureUnknownError: as in ``ask_reuse``.
    """
    answer = ask_reuse(services, procedure, owner=owner, on=on, access=access, persons=persons, facts=facts)
    found = component_of(answer, component)
    if not check_asking(found, reason, words) or reason is None:
        return None
    return record_insisted(services, procedure, found, owner=owner, access=access, reason=reason, words=words)


def record_insisted(  # noqa: PLR0913 - a record has these parts
    services: Services,
    procedure: str,
    found: ComponentAnswer,
    *,
    owner: str,
    access: Access,
    reason: AskReason,
    words: str,
) -> Insisted:
    """Record that a component is asked for although it must not be; the reason was looked at before."""
    case, at = str(uuid.uuid4()), services.clock()
    told = {
        "procedure": procedure,
        "component": found.code,
        "status": found.status.value,
        "reason": reason.value,
    }
    act = KeepingAct(
        case=case,
        act=Act.ASKING_INSISTED,
        target=access.dossier,
        at=at,
        actor=access.actor,
        details=told | {"words": " ".join(words.split())},
    )
    records = services.store.records
    event = Event(
        kind=EventKind.ASKING_INSISTED,
        at=at,
        actor=access.actor,
        subject=found.document or "",
        owner_ref=records.owner_ref(owner),
        dossier=access.dossier,
        purpose=access.purpose,
        details=told | {"case": case},
    )
    records.act(act, seen=0, events=[event])
    return insisted_of(act)


def insisted(
    services: Services, *, first: date | None = None, last: date | None = None
) -> Sequence[Insisted]:
    """What was asked for although it was held, oldest first.

    Args:
        services: of this installation.
        first: first day in Vietnam; nothing means open.
        last: last day, included; nothing means open.
    """
    found = [insisted_of(act) for act in services.store.records.acts(family="asking")]
    return between(
        found, _midnight(first or date(1970, 1, 1)), _midnight((last or date(2999, 12, 31)) + _A_DAY)
    )


_A_DAY = timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)

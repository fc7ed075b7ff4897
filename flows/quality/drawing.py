"""Draw samples of batches that are done: large ones by themselves, small ones in groups.

A group takes batches in the order in which they are done until its sample is as large as the promise needs
or its days are over. Both are known before anybody looks at a value, and each group is judged once: nothing
can be drawn until it suits.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dossier.events import Event, EventKind
from dossier.quality import Group, Lot, LotState, Promise, Route, Tally
from flows.quality.bounds import plan
from flows.quality.fixing import fix_found
from flows.quality.frame import Unit, as_keys, drawn, frame_hash, frame_of
from flows.quality.judging import judge_due
from flows.quality.promises import promise_for
from wiring.services import Services

_SEED_BYTES: Final = 32
_OWN_SHARE: Final = 4
"""A batch is judged by itself where a quarter of its fields proves the promise."""
_AT_ONCE: Final = 50
_NOTED: Final = 5000
_MACHINE: Final = "quality"


def draw_due(
    services: Services, *, most: int = _AT_ONCE, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> int:
    """Draw for batches that are done, and judge what is keyed; gives for how many batches was drawn.

    Does nothing where nothing is promised. May be called at any time, by several at once.

    Args:
        services: of this installation.
        most: batches in one call.
        random_bytes: source of the seeds.
    """
    records = services.store.records.quality
    promises = records.promises()
    if not promises:
        return 0
    while records.note_batches(since=min(one.since for one in promises), limit=_NOTED) == _NOTED:
        pass
    _close_old(services, promises)
    after, count = 0, 0
    while count < most:
        found = records.ready(after=after, limit=min(_AT_ONCE, most - count))
        for place, lot in found:
            after = place
            count += _draw(services, lot, promises, random_bytes)
        if not found:
            break
    fix_found(services)
    judge_due(services)
    return count


def _draw(
    services: Services, lot: Lot, promises: Sequence[Promise], random_bytes: Callable[[int], bytes]
) -> bool:
    records, now = services.store.records.quality, services.clock()
    promise = promise_for(promises, lot.office, lot.received_at)
    frame = frame_of(services, lot.batch) if promise else ()
    if promise is None or not frame:
        empty = replace(lot, state=LotState.EMPTY, drawn_at=now if promise else None)
        return records.draw(empty, (), group=None, events=()) and promise is not None
    wanted = plan(len(frame), error=promise.error, confidence=promise.confidence).sample
    own = wanted if wanted * _OWN_SHARE <= len(frame) else 0
    seed = random_bytes(_SEED_BYTES).hex()
    sample = drawn(frame, seed, share=promise.share, own=own)
    group = _group_for(services, promise, single=bool(own))
    told = replace(
        lot,
        state=LotState.DRAWN,
        group=group.serial if group else 0,
        drawn_at=now,
        seed=seed,
        frame=frame_hash(frame),
        own=own,
        tallies=_counts(frame, sample),
    )
    new = None
    if group is None:
        new = Group(
            promise=promise.serial,
            single=bool(own),
            opened_at=now,
            received_from=lot.received_at,
            closed_at=now if own else None,
        )
    event = _event(told, sample)
    if not records.draw(told, as_keys(sample, lot.batch), group=new, events=[event]):
        return False
    if not own:
        _close_full(services, promise)
    return True


def _group_for(services: Services, promise: Promise, *, single: bool) -> Group | None:
    """The group that takes further batches of a promise."""
    if single:
        return None
    found = services.store.records.quality.open_groups()
    return next((group for group in found if group.promise == promise.serial), None)


def _close_full(services: Services, promise: Promise) -> None:
    group = _group_for(services, promise, single=False)
    if group is None:
        return
    records = services.store.records.quality
    lots = records.lots_of(group.serial)
    population = sum(tally.population for lot in lots for tally in lot.tallies.values())
    sample = sum(tally.sample for lot in lots for tally in lot.tallies.values())
    if sample >= plan(population, error=promise.error, confidence=promise.confidence).sample:
        records.close_group(group.serial, at=services.clock())


def _close_old(services: Services, promises: Sequence[Promise]) -> None:
    """Groups whose days are over, or whose promise was replaced, take no further batches."""
    records, now = services.store.records.quality, services.clock()
    by_serial = {promise.serial: promise for promise in promises}
    newest = {promise.office: promise.serial for promise in promises}
    for group in records.open_groups():
        promise = by_serial[group.promise]
        over = now >= group.opened_at + timedelta(days=promise.days)
        if over or newest[promise.office] != promise.serial:
            records.close_group(group.serial, at=now)


def _counts(frame: Sequence[Unit], sample: Sequence[Unit]) -> dict[Route, Tally]:
    return {
        route: Tally(
            population=sum(unit.route is route for unit in frame),
            sample=sum(unit.route is route for unit in sample),
        )
        for route in Route
    }


def _event(lot: Lot, sample: Sequence[Unit]) -> Event:
    return Event(
        kind=EventKind.QUALITY_DRAWN,
        at=lot.drawn_at or lot.received_at,
        actor=_MACHINE,
        subject=lot.batch,
        details={
            "alone": lot.tallies[Route.ALONE].population,
            "person": lot.tallies[Route.PERSON].population,
            "sample": len(sample),
            "seed": lot.seed,
            "frame": lot.frame,
        },
    )

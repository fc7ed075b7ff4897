"""The verdict on batches once all of their sample is keyed, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from dossier.events import Event, EventKind
from dossier.quality import Group, Key, KeyState, Promise, Route, Tallies, Tally, Verdict
from dossier.quality_errors import WholeKeyingError
from flows.quality.bounds import lower_errors, plan, rate, upper_errors
from flows.quality.frame import as_keys, frame_of
from flows.quality.steps import following
from wiring.services import Services

_MACHINE: Final = "quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What counts say at a confidence; rates in parts of a million.

    Attributes:
        population, keyed, errors, unreadable: of fields.
        estimate: rate of errors that is likeliest; nothing where nothing could be read.
        lower, upper: bounds of the rate, each with the confidence.
        worst: upper bound if every unreadable field were wrong.
    """

    population: int
    keyed: int
    errors: int
    unreadable: int
    estimate: int | None
    lower: int
    upper: int
    worst: int


def figures(tally: Tally, confidence: int) -> Figures:
    """Bounds for one route, or for both together.

    Fields that nobody can read are left out of the sample; how many more of them there are is not known, so
    the population is only brought down by those that were found, which makes the bound no smaller.

    Args:
        tally: counts; of both routes together, since every field was drawn with the same chance.
        confidence: parts of a million.
    """
    readable = tally.keyed - tally.unreadable
    population = tally.population - tally.unreadable
    given = {"population": population, "sample": readable, "errors": tally.errors}
    upper = upper_errors(**given, confidence=confidence)
    lower = lower_errors(**given, confidence=confidence)
    worst = upper_errors(
        population=tally.population,
        sample=tally.keyed,
        errors=tally.errors + tally.unreadable,
        confidence=confidence,
    )
    return Figures(
        population=tally.population,
        keyed=tally.keyed,
        errors=tally.errors,
        unreadable=tally.unreadable,
        estimate=rate(tally.errors, readable) if readable else None,
        lower=lower * 1_000_000 // population if population else 0,
        upper=rate(upper, population),
        worst=rate(worst, tally.population),
    )


def whole_of(tallies: Tallies) -> Tally:
    """Both routes together."""
    return sum((tallies.get(route, Tally()) for route in Route), Tally())


def verdict_of(tally: Tally, promise: Promise) -> tuple[Verdict, int]:
    """What the counts of both routes say about the promise, and the bound it stands on.

    Met where the bound is not above the promise. Not met where the sample was large enough to prove it and
    did not, or where even the lower bound is above. Else nobody can know yet.
    """
    found = figures(tally, promise.confidence)
    if found.upper <= promise.error:
        return Verdict.MET, found.upper
    population = max(1, tally.population - tally.unreadable)
    wanted = plan(population, error=promise.error, confidence=promise.confidence).sample
    enough = tally.keyed - tally.unreadable >= wanted
    return (Verdict.NOT_MET if enough or found.lower > promise.error else Verdict.UNKNOWN), found.upper


def judge_due(services: Services) -> int:
    """Judge every group that is full and keyed, once; gives how many."""
    records, count = services.store.records.quality, 0
    promises = {promise.serial: promise for promise in records.promises()}
    for group in records.unjudged():
        if group.judged_at is None:
            count += _judge(services, group, promises[group.promise])
        elif group.whole_at is not None:
            _end_whole(services, group)
    return count


def _judge(services: Services, group: Group, promise: Promise) -> bool:
    records = services.store.records.quality
    keyed = records.tallies(group.serial)
    if any(tally.keyed < tally.sample for tally in keyed.values()):
        return False
    tallies = {
        route: replace(
            keyed.get(route, Tally()),
            population=sum(lot.tallies[route].population for lot in records.lots_of(group.serial)),
        )
        for route in Route
    }
    verdict, upper = verdict_of(whole_of(tallies), promise)
    judged = replace(group, judged_at=services.clock(), verdict=verdict, upper=upper, tallies=tallies)
    events, next_ = [_event(EventKind.QUALITY_JUDGED, judged, promise)], following(services, promise, judged)
    if next_ is None:
        return records.judge(judged, events=events)
    # Together: a verdict whose step was lost with a killed process would never be followed.
    return records.judge(judged, events=[*events, next_.event], step=next_.step, seen=next_.seen)


def want_whole(services: Services, group: int, *, actor: str) -> int:
    """Have all other key fields of batches that did not meet the promise keyed as well; gives how many.

    Raises:
        RecordMissingError: there is no such group.
        WholeKeyingError: it has another verdict, or this was asked for before.
    """
    records = services.store.records.quality
    found = records.group(group)
    if found.verdict not in (Verdict.NOT_MET, Verdict.UNKNOWN) or found.whole_at is not None:
        raise WholeKeyingError
    keys: list[Key] = []
    for lot in records.lots_of(group):
        taken = records.drawn_fields(lot.batch)
        left = [unit for unit in frame_of(services, lot.batch) if (unit.document, unit.field) not in taken]
        keys += as_keys(left, lot.batch, whole=True)
    event = Event(
        kind=EventKind.QUALITY_WHOLE,
        at=services.clock(),
        actor=actor,
        details={"group": group, "fields": len(keys)},
    )
    if not records.want_whole(group, keys, at=event.at, events=[event]):
        raise WholeKeyingError
    # Where the sample was all there is, it is done at once.
    judge_due(services)
    return len(keys)


def _end_whole(services: Services, group: Group) -> None:
    records = services.store.records.quality
    keyed = whole_of(records.tallies(group.serial, whole=True))
    if keyed.keyed < keyed.sample:
        return
    event = Event(
        kind=EventKind.QUALITY_WHOLE_DONE,
        at=services.clock(),
        actor=_MACHINE,
        details={
            "group": group.serial,
            "fields": keyed.keyed,
            "errors": keyed.errors,
            "unreadable": keyed.unreadable,
        },
    )
    records.end_whole(group.serial, at=event.at, events=[event])


def window_of(services: Services, promise: Promise) -> Tallies:
    """Counts of the promise's last days, of batches whose fields all had their second look."""
    since = max(promise.since, services.clock() - timedelta(days=promise.days))
    return services.store.records.quality.window(promise=promise.serial, since=since)


def waiting(services: Services) -> tuple[int, int]:
    """How many fields wait for a second and for a third look."""
    found = services.store.records.quality.waiting()
    return found[KeyState.SECOND], found[KeyState.THIRD]


def _event(kind: EventKind, group: Group, promise: Promise) -> Event:
    told = whole_of(group.tallies)
    return Event(
        kind=kind,
        at=group.judged_at or group.opened_at,
        actor=_MACHINE,
        details={
            "group": group.serial,
            "verdict": group.verdict.value if group.verdict else "",
            "population": told.population,
            "sample": told.keyed,
            "errors": told.errors,
            "unreadable": told.unreadable,
            "upper": group.upper,
            "promise": promise.error,
            "confidence": promise.confidence,
        },
    )

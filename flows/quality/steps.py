"""Thresholds follow the verdicts: more is asked where the promise was not met, less where it was by far.

A step counts for papers that are read after it, also by a worker that runs already. Only verdicts on papers
that came in since the last step can lead to the next one, so no evidence counts twice and nothing swings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dossier.events import Event, EventKind
from dossier.quality import Group, Promise, Route, Step, Tally, Verdict
from extraction.demand import Demand
from flows.quality.promises import reaches
from wiring.services import Services

_WELL_BELOW: Final = 2
"""The bound must be below the promise by this factor before less is asked."""
_IN_A_ROW: Final = 2
"""Verdicts since the last step that must all say so."""
_MACHINE: Final = "quality"


def demand_of(services: Services, office: str) -> Demand:
    """How much more is asked about papers of an office than the tables say, at this moment."""
    step = newest_step(services.store.records.quality.steps(), office)
    return Demand(step=step.step if step else 0, floor=services.settings.quality.floor)


def newest_step(steps: Sequence[Step], office: str) -> Step | None:
    """The step that holds for an office: of the nearest office above it, the newest."""
    found = [step for step in steps if reaches(step.office, office)]
    return max(found, key=lambda step: (len(step.office), step.serial), default=None)


@dataclass(frozen=True, slots=True)
class Following:
    """What follows from a verdict: the step, its entry in the journal, the newest step that was seen."""

    step: Step
    event: Event
    seen: int


def following(services: Services, promise: Promise, group: Group) -> Following | None:
    """By which step a verdict moves the thresholds; it is kept together with the verdict.

    Args:
        services: of this installation.
        promise: under which the papers came.
        group: as it is judged now, with its verdict; not kept yet.

    Returns:
        The new step; nothing where they stay.
    """
    limits = services.settings.quality
    steps = services.store.records.quality.steps()
    last = next((step for step in reversed(steps) if step.office == promise.office), None)
    if last is not None and group.received_from < last.at:
        # Read under other thresholds: it says nothing about these.
        return None
    before = newest_step(steps, promise.office)
    current = before.step if before else 0
    wanted = current
    if group.verdict is Verdict.NOT_MET and by_machine(group):
        wanted = min(current + 1, max(limits.tightest, current))
    elif group.verdict is Verdict.MET and _all_well(services, promise, group, last):
        wanted = max(current - 1, min(limits.loosest, current))
    if wanted == current:
        return None
    now = services.clock()
    step = Step(office=promise.office, at=now, step=wanted, group=group.serial, actor=_MACHINE)
    event = Event(
        kind=EventKind.QUALITY_STEPPED,
        at=now,
        actor=_MACHINE,
        details={
            "office": promise.office or "*",
            "from": current,
            "to": wanted,
            "group": group.serial,
            "upper": group.upper,
            "promise": promise.error,
            "sample": sum(tally.keyed for tally in group.tallies.values()),
            "errors": sum(tally.errors for tally in group.tallies.values()),
        },
    )
    seen = max((one.serial for one in steps), default=0)
    return Following(step, event, seen)


def by_machine(group: Group) -> bool:
    """Whether most errors passed by themselves; no threshold makes right what people confirm."""
    alone = _estimate(group.tallies.get(Route.ALONE, Tally()))
    person = _estimate(group.tallies.get(Route.PERSON, Tally()))
    return alone > 0 and alone >= person


def _estimate(tally: Tally) -> float:
    """Wrong fields in all, estimated (Horvitz and Thompson: each drawn field stands for others)."""
    told = tally.keyed - tally.unreadable
    return tally.population * tally.errors / told if told else 0.0


def _all_well(services: Services, promise: Promise, now: Group, last: Step | None) -> bool:
    since = last.at if last else promise.since
    before = services.store.records.quality.judged(promise=promise.serial, since=since, limit=_IN_A_ROW - 1)
    judged = [now, *before] if now.received_from >= since else list(before)
    return len(judged) == _IN_A_ROW and all(
        group.verdict is Verdict.MET and group.upper * _WELL_BELOW <= promise.error for group in judged
    )

"""The certificate of a batch: what was promised, what was drawn and found, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from dossier.errors import RecordMissingError
from dossier.events import EventKind
from dossier.ids import BatchId
from dossier.quality import Fix, Group, Key, Lot, LotState, Promise, Route, Tallies, Tally, Verdict
from flows.quality.bounds import MILLION, plan
from flows.quality.frame import drawn, frame_hash, frame_of
from flows.quality.judging import Figures, figures, whole_of
from wiring.services import Services

METHOD: Final = "hypergeometric, one-sided, exact (Clopper-Pearson for a finite population)"


class Standing(StrEnum):
    """How a batch stands, for people."""

    WAITING = "waiting"
    """Papers wait for a person; nothing is drawn yet."""
    EMPTY = "empty"
    """It has no key field."""
    KEYING = "keying"
    """Fields of its sample wait for a second or a third look."""
    GATHERING = "gathering"
    """Its own fields are keyed; the group it is judged with still takes batches, or waits for theirs."""
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    """Judged, and the sample was too small to prove either."""
    WHOLE = "whole"
    """All its other fields are being keyed as well."""
    INSPECTED = "inspected"
    """All its fields were keyed; what was wrong is known and was put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Everything a certificate says.

    Attributes:
        lot: the batch as drawn.
        promise: under which; nothing for a batch of which nothing was drawn.
        group: with which it is judged; nothing before it is drawn.
        together: batches of that group.
        standing: how it stands.
        routes: figures of the group by route.
        whole: figures of the group, both routes; the verdict stands on them.
        wanted: fields that prove the promise for a population of that size.
        inspected: counts of everything that was keyed, where all fields were; nothing before.
        keyed_by: opaque names.
        wrong: fields that were found wrong.
        at: when the certificate was written.
    """

    lot: Lot
    promise: Promise | None
    group: Group | None
    together: Sequence[Lot]
    standing: Standing
    routes: Mapping[Route, Figures]
    whole: Figures
    wanted: int
    inspected: Tally | None
    keyed_by: Sequence[str]
    wrong: Sequence[Key]
    at: datetime

    @property
    def by_hand(self) -> int:
        """How many of the wrong values a person still has to put right."""
        return sum(key.fix in (Fix.BY_HAND, Fix.NONE) for key in self.wrong)


def certificate(services: Services, batch: BatchId) -> Certificate:
    """The certificate of a batch as it stands now.

    Raises:
        RecordMissingError: no such batch came under a promise.
    """
    records = services.store.records.quality
    lot = records.lot(batch)
    group = records.group(lot.group) if lot.group else None
    promises = {one.serial: one for one in records.promises()}
    promise = promises[group.promise] if group else None
    together = records.lots_of(group.serial) if group else ()
    tallies = tallies_of_group(group, together) if group else {}
    confidence = promise.confidence if promise else MILLION // 2
    all_of_it = whole_of(tallies)
    done = group is not None and group.whole_done_at is not None
    return Certificate(
        lot=lot,
        promise=promise,
        group=group,
        together=together,
        standing=standing_of(lot, group),
        routes={route: figures(tallies.get(route, Tally()), confidence) for route in Route},
        whole=figures(all_of_it, confidence),
        wanted=_wanted(all_of_it, promise) if promise else 0,
        inspected=whole_of(records.tallies(group.serial, whole=True)) if group and done else None,
        keyed_by=records.keyed_by(group.serial) if group else (),
        wrong=records.found(group.serial) if group else (),
        at=services.clock(),
    )


def tallies_of_group(group: Group, lots: Sequence[Lot]) -> Tallies:
    """What a group's verdict stands on, or what is keyed of it so far."""
    if group.tallies:
        return group.tallies
    return {route: sum((lot.tallies[route] for lot in lots), Tally()) for route in Route}


def standing_of(lot: Lot, group: Group | None) -> Standing:
    """How a batch stands."""
    if lot.state is not LotState.DRAWN or group is None:
        return Standing.WAITING if lot.state is LotState.WAITING else Standing.EMPTY
    if group.whole_done_at is not None:
        return Standing.INSPECTED
    if group.whole_at is not None:
        return Standing.WHOLE
    if group.verdict is not None:
        return {
            Verdict.MET: Standing.MET,
            Verdict.NOT_MET: Standing.NOT_MET,
            Verdict.UNKNOWN: Standing.UNKNOWN,
        }[group.verdict]
    told = whole_of(lot.tallies)
    return Standing.KEYING if told.keyed < told.sample else Standing.GATHERING


def certificate_json(found: Certificate) -> Mapping[str, object]:
    """A certificate for machines: rates in parts of a million, no value of any paper."""
    lot, promise, group = found.lot, found.promise, found.group
    return {
        "batch": lot.batch,
        "standing": found.standing.value,
        "written_at": found.at.isoformat(timespec="seconds"),
        "promise": {
            "office": promise.office or "*",
            "error_ppm": promise.error,
            "confidence_ppm": promise.confidence,
            "share_ppm": promise.share,
            "since": promise.since.isoformat(timespec="seconds"),
        }
        if promise
        else None,
        "draw": {
            "at": lot.drawn_at.isoformat(timespec="seconds") if lot.drawn_at else None,
            "seed": lot.seed,
            "frame_sha256": lot.frame,
            "own_sample": lot.own,
            "routes": {route.value: _counts(lot.tallies.get(route, Tally())) for route in Route},
        },
        "judged": {
            "together_with": [one.batch for one in found.together if one.batch != lot.batch],
            "at": group.judged_at.isoformat(timespec="seconds") if group.judged_at else None,
            "verdict": group.verdict.value if group.verdict else None,
            "method": METHOD,
            "wanted_sample": found.wanted,
            "whole": _figures(found.whole),
            "routes": {route.value: _figures(one) for route, one in found.routes.items()},
        }
        if group
        else None,
        "inspected": _counts(found.inspected) if found.inspected else None,
        "keyed_by": list(found.keyed_by),
        "wrong": {"found": len(found.wrong), "to_correct_by_hand": found.by_hand},
    }


@dataclass(frozen=True, slots=True)
class DrawCheck:
    """Whether a sample is the one that its seed gives.

    Attributes:
        same_frame: the list of key fields is still the one that was drawn from.
        same_sample: exactly the fields that the seed gives were keyed.
        journalled: the journal has this seed and this list, from the moment of drawing.
    """

    same_frame: bool
    same_sample: bool
    journalled: bool

    @property
    def holds(self) -> bool:
        """Whether all of it is so."""
        return self.same_frame and self.same_sample and self.journalled


def check_draw(services: Services, batch: BatchId) -> DrawCheck:
    """Draw the sample of a batch again and compare.

    The list differs where papers were destroyed since, or where tables name other key fields.

    Raises:
        RecordMissingError: nothing was drawn for such a batch.
    """
    records = services.store.records
    lot = records.quality.lot(batch)
    if lot.state is not LotState.DRAWN:
        raise RecordMissingError(batch)
    promises = {one.serial: one for one in records.quality.promises()}
    promise = promises[records.quality.group(lot.group).promise]
    frame = frame_of(services, batch)
    again = drawn(frame, lot.seed, share=promise.share, own=lot.own)
    told = [
        entry.event.details
        for entry in records.journal_about(batch)
        if entry.event.kind is EventKind.QUALITY_DRAWN
    ]
    return DrawCheck(
        same_frame=frame_hash(frame) == lot.frame,
        same_sample={(unit.document, unit.field) for unit in again}
        == records.quality.drawn_fields(batch, whole=False),
        journalled=len(told) == 1 and told[0]["seed"] == lot.seed and told[0]["frame"] == lot.frame,
    )


def _wanted(tally: Tally, promise: Promise) -> int:
    population = max(1, tally.population - tally.unreadable)
    return plan(population, error=promise.error, confidence=promise.confidence).sample


def _counts(tally: Tally) -> Mapping[str, int]:
    return {
        "population": tally.population,
        "sample": tally.sample,
        "keyed": tally.keyed,
        "errors": tally.errors,
        "unreadable": tally.unreadable,
    }


def _figures(found: Figures) -> Mapping[str, int | None]:
    return {
        "population": found.population,
        "keyed": found.keyed,
        "errors": found.errors,
        "unreadable": found.unreadable,
        "estimate_ppm": found.estimate,
        "lower_ppm": found.lower,
        "upper_ppm": found.upper,
        "upper_if_unreadable_wrong_ppm": found.worst,
    }

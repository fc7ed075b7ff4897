"""Takes the surest candidate of each field, with an honest confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dossier.fields import Evidence, Field
from extraction.evidence import Candidate, Signs
from extraction.folding import alike, squash
from extraction.gather import Paper, candidates
from extraction.qr.join import joined_by_code

_RIVAL = 0.88
_RIVAL_FACTOR = 0.8
_ZONE_DOUBT = 0.25
_ZONE_DECIDES = 0.95
_NEAR = 0.75
_TWICE_DOUBT = 0.5
PRINTED_TWICE = "field.printed_twice"
"""Reason code: another place of the paper says the same."""
TWO_CANDIDATES = "field.two_candidates"
"""Reason code: another place of the paper says something else."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A field with what spoke for its value; no signs where a machine-readable zone or code gave it."""

    field: Field
    signs: Signs | None


def choose_fields(paper: Paper) -> dict[str, Chosen]:
    """The surest value of each field that the paper has, by name in the order of the table."""
    chosen: dict[str, Chosen] = {}
    for spec in paper.form.spec.fields:
        found = choose(list(candidates(paper, spec)))
        if found is not None:
            chosen[spec.name] = found
    return chosen


def choose(found: Sequence[Candidate]) -> Chosen | None:
    """The surest candidate; one that says something else and is nearly as sure lowers it."""
    if not found:
        return None
    ranked = sorted(found, key=lambda one: -one.confidence)
    best = _joined(ranked)
    if any(_same_elsewhere(best, other) for other in ranked):
        sure = 1 - (1 - best.confidence) * _TWICE_DOUBT
        best = replace(best, confidence=sure, reasons=(*best.reasons, PRINTED_TWICE))
    rivals = [
        other
        for other in ranked
        if other.evidence is best.evidence
        and squash(other.value) != squash(best.value)
        and other.confidence >= _RIVAL * best.confidence
    ]
    if rivals and not any(reason.startswith("qr.") for reason in best.reasons):
        best = replace(
            best, confidence=best.confidence * _RIVAL_FACTOR, reasons=(*best.reasons, TWO_CANDIDATES)
        )
    field = Field(
        name=best.field,
        value=best.value,
        printed=best.printed,
        confidence=min(0.999, best.confidence),
        page=best.page,
        box=best.box,
        evidence=best.evidence,
        reasons=best.reasons,
    )
    return Chosen(field, best.signs)


def _same_elsewhere(best: Candidate, other: Candidate) -> bool:
    """Whether another place of the paper prints the same value."""
    apart = other.page != best.page or not other.box.intersection_area(best.box)
    return apart and other.evidence is best.evidence and other.value == best.value


def _joined(ranked: Sequence[Candidate]) -> Candidate:
    """The best candidate with what code and zone say about it; a code tells more than a zone."""
    code = next((found for found in ranked if found.evidence is Evidence.QR), None)
    if code is not None:
        print_ = next((one for one in ranked if one.evidence not in {Evidence.QR, Evidence.MRZ}), None)
        return code if print_ is None else joined_by_code(print_, code)
    return ranked[0] if ranked[0].field == "mrz" else _joined_by_zone(ranked)


def _joined_by_zone(ranked: Sequence[Candidate]) -> Candidate:
    """The best candidate with what the machine-readable zone says about it.

    Where print and zone agree each makes the other surer. Where they differ the zone, whose check digits
    agree, gives the value; what is printed stays beside it with the reason.
    """
    best = ranked[0]
    zone = next((found for found in ranked if found.evidence is Evidence.MRZ), None)
    print_ = next((found for found in ranked if found.evidence is not Evidence.MRZ), None)
    if zone is None or print_ is None:
        return best
    if zone.value == print_.value:
        sure = 1 - (1 - best.confidence) * _ZONE_DOUBT
        return replace(print_, confidence=sure, reasons=(*print_.reasons, "mrz.agrees"))
    if best is zone or zone.confidence >= _ZONE_DECIDES:
        near = alike(zone.value, print_.value) >= _NEAR
        return replace(
            zone,
            printed=print_.printed,
            page=print_.page,
            box=print_.box,
            confidence=zone.confidence * (0.97 if near else _RIVAL_FACTOR),
            reasons=(*zone.reasons, "mrz.corrected" if near else "mrz.print_conflict"),
        )
    return replace(best, confidence=best.confidence * _RIVAL_FACTOR, reasons=(*best.reasons, TWO_CANDIDATES))

"""The whole look, in an order in which what is wrong first explains what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dossier.errors import MotlanError
from flows.doctor.database_checks import look_at_database
from flows.doctor.findings import Check, Finding, Patient, Point, State
from flows.doctor.network_checks import look_at_prefect, look_at_web
from flows.doctor.own_checks import (
    look_at_engine,
    look_at_machine,
    look_at_rights,
    look_at_secrets,
    look_at_settings,
)
from flows.doctor.place_checks import look_at_places
from flows.doctor.record_checks import look_at_records
from flows.doctor.signing_checks import look_at_keys, look_at_timestamps, look_at_trust
from wiring.logs import kind_of

CHECKS: Final[Mapping[str, Check]] = {
    "settings": look_at_settings,
    "secrets": look_at_secrets,
    "rights": look_at_rights,
    "machine": look_at_machine,
    "engine": look_at_engine,
    "database": look_at_database,
    "places": look_at_places,
    "records": look_at_records,
    "keys": look_at_keys,
    "trust": look_at_trust,
    "timestamps": look_at_timestamps,
    "web": look_at_web,
    "prefect": look_at_prefect,
}
_PARTS: Final = frozenset({"place", "role", "number"})
"""Values by which a finding is about one of several."""
_NEED_THE_STORE: Final = frozenset({"places", "records", "keys", "trust"})


def examine(patient: Patient, *, only: Sequence[str] = ()) -> Iterator[Finding]:
    """Look at every point, or at some; a look that fails is a finding and ends nothing.

    Args:
        patient: what is looked at.
        only: names of checks; all when empty.
    """
    store_opens = True
    for name, check in CHECKS.items():
        if only and name not in only and name != "database":
            continue
        if name in _NEED_THE_STORE and not store_opens:
            yield Point(name).skipped("needs_store")
            continue
        for finding in _looked(patient, name, check):
            if name == "database" and finding.error is not None:
                store_opens = False
            if not only or name in only or finding.state is not State.PASSED:
                yield finding


def worst(findings: Sequence[Finding]) -> State:
    """The worst state among them."""
    states = {finding.state for finding in findings}
    return next((state for state in (State.FAILED, State.WARNING) if state in states), State.PASSED)


def _without_empty_praise(findings: Sequence[Finding]) -> Iterator[Finding]:
    """A point with troubles is not told to be well as a whole; its parts may be."""
    troubled = {one.point for one in findings if one.state in {State.WARNING, State.FAILED}}
    for one in findings:
        is_part = bool(_PARTS & one.values.keys())
        if one.state is not State.PASSED or is_part or one.point not in troubled:
            yield one


def _looked(patient: Patient, name: str, check: Check) -> Iterator[Finding]:
    try:
        yield from _without_empty_praise(list(check(patient)))
    except MotlanError as error:
        yield Point(name).error(error)
    except Exception as error:  # noqa: BLE001 - one look that breaks must not hide what the others find
        yield Point(name).failed("broken", kind=kind_of(error))

"""The places of the bytes: each answers, protects what it holds, and has room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dossier.errors import MotlanError
from flows.doctor.findings import Finding, Patient, Point
from wiring.place_settings import BucketSettings, FolderSettings, PlaceSettings

_LITTLE_ROOM: Final = 0.2
_GIB: Final = 1024**3


def look_at_places(patient: Patient) -> Iterator[Finding]:
    """Every place by itself: one that is away hides nothing about the others."""
    point, settings = Point("places"), patient.settings
    chosen = (settings.first_place, settings.second_place)
    for place, told in zip(patient.services.looking.places, chosen, strict=False):
        try:
            place.tending.need_reachable()
            if isinstance(told, BucketSettings):
                # Looks whether versions and locks are on, and changes nothing.
                place.prepare()
        except MotlanError as error:
            yield point.error(error)
            continue
        folder = _folder(patient, told)
        if folder is not None:
            total, free = patient.around.disk(folder)
            if free < total * _LITTLE_ROOM:
                yield point.warning(
                    "room", place=place.name, free=f"{free / _GIB:.1f}", percent=round(100 * free / total)
                )
        if settings.production and not place.blobs.can_lock:
            yield point.warning("locks_nothing", place=place.name)
        yield point.passed(place=place.name)


def _folder(patient: Patient, told: PlaceSettings | None) -> Path | None:
    if told is None:
        return patient.data / "objects"
    return told.path if isinstance(told, FolderSettings) else None

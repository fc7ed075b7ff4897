"""What was kept of a file, as it counts now: each time its pages are arranged adds a result, none goes."""

from __future__ import annotations

from dossier.ids import Sha256
from wiring.services import Services


def arranged_key(key: str, number: int) -> str:
    """Name of a step as it was answered anew when the file was arranged for that time, from 1.

    It has a form of its own: names that end in a number of a version are counted anew in another store.
    """
    return f"{key}~{number:02}"


def newest_result(services: Services, key: str) -> Sha256 | None:
    """What counts of a step about a file; nothing where it never ran."""
    records = services.store.records
    found, number = records.step_result(key), 1
    while found is not None and (later := records.step_result(arranged_key(key, number))) is not None:
        found, number = later, number + 1
    return found

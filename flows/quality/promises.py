"""What a manager promises about errors in key fields, for which office and from when on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from dossier.admission import EVERYTHING, covers
from dossier.codes import is_office
from dossier.errors import Lang
from dossier.events import Event, EventKind
from dossier.quality import Promise
from dossier.quality_errors import PromiseError
from flows.quality.bounds import MILLION, Plan, plan
from wiring.services import Services

_ERRORS: Final = (100, 200_000)
_CONFIDENCES: Final = (500_000, 999_900)
_SHARES: Final = (1_000, MILLION)
_DAYS: Final = (1, 366)
_ONE_PERCENT: Final = 10_000
_PERCENT: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?\Z", re.ASCII)


def promise(  # noqa: PLR0913 - a promise has these parts
    services: Services, *, office: str, error: int, confidence: int, share: int, days: int, actor: str
) -> Promise:
    """Promise something from now on; batches that came before stay under what was promised then.

    Args:
        services: of this installation.
        office: agency and those below it, empty for all.
        error: highest rate of wrong key fields, parts of a million (100 to 200,000).
        confidence: parts of a million (500,000 to 999,900).
        share: of key fields of small batches that are keyed again, parts of a million (1,000 to a million).
        days: within which small batches are judged together (1 to 366).
        actor: who promises.

    Raises:
        PromiseError: a figure outside these ranges, or no office.
    """
    for value, (least, most), name in (
        (error, _ERRORS, "tỷ lệ sai từ 0,01 đến 20 %"),
        (confidence, _CONFIDENCES, "độ tin cậy từ 50 đến 99,99 %"),
        (share, _SHARES, "tỷ lệ lấy mẫu từ 0,1 đến 100 %"),
        (days, _DAYS, "số ngày gộp từ 1 đến 366"),
    ):
        if not least <= value <= most:
            raise PromiseError(reason=name)
    code = office.strip().upper()
    if code and not is_office(code):
        raise PromiseError(reason="mã cơ quan không đúng dạng, ví dụ H26.5.12")
    wanted = Promise(
        office=code,
        error=error,
        confidence=confidence,
        share=share,
        days=days,
        since=services.clock(),
        actor=actor,
    )
    event = Event(
        kind=EventKind.QUALITY_PROMISED,
        at=wanted.since,
        actor=actor,
        details={
            "office": code or "*",
            "error": error,
            "confidence": confidence,
            "share": share,
            "days": days,
        },
    )
    return services.store.records.quality.add_promise(wanted, events=[event])


def promise_for(promises: Sequence[Promise], office: str, at: datetime) -> Promise | None:
    """The promise under which a batch of an office came: of the nearest office above it, the newest."""
    found = [one for one in promises if one.since <= at and reaches(one.office, office)]
    return max(found, key=lambda one: (len(one.office), one.serial), default=None)


def current_promises(services: Services) -> Sequence[Promise]:
    """What holds now, one for each office that has its own; the one for all comes first."""
    newest = {one.office: one for one in services.store.records.quality.promises()}
    return [newest[office] for office in sorted(newest)]


def reaches(above: str, office: str) -> bool:
    """Whether what holds for one office holds for another; what holds for the empty one holds for all."""
    return not above or office == above or office.startswith(f"{above}.")


def long_run_plan(promised: Promise) -> Plan:
    """How many fields prove the promise where there are very many."""
    return plan(MILLION * 10, error=promised.error, confidence=promised.confidence)


def read_percent(text: str) -> int:
    """A percentage as people type it, as parts of a million.

    Raises:
        PromiseError: it is none.
    """
    typed = text.strip().removesuffix("%").strip().replace(",", ".")
    if not _PERCENT.match(typed):
        raise PromiseError(reason="phải là phần trăm, ví dụ 0,5")
    return round(float(typed) * MILLION / 100)


def percent(parts: int | None, lang: Lang) -> str:
    """Parts of a million as people read them, rounded up to two digits or three; a dash for nothing."""
    if parts is None:
        return "—"
    step = 100 if parts >= _ONE_PERCENT else 10
    digits = f"{-(-parts // step) * step * 100 / MILLION:.3f}".rstrip("0").rstrip(".")
    return f"{digits.replace('.', ',') if lang == 'vi' else digits} %"


def may_promise(offices: Sequence[str], office: str) -> bool:
    """Whether somebody of these offices may promise something for one; for all only who works for all."""
    return covers(offices, office.strip().upper() or "-")


def need_reach(offices: Sequence[str], office: str) -> None:
    """Refuse a promise for an office that is not somebody's.

    Raises:
        PromiseError: it is not.
    """
    if not may_promise(offices, office):
        raise PromiseError(reason="mã cơ quan phải thuộc phạm vi của bạn")


def concerns(offices: Sequence[str], office: str) -> bool:
    """Whether what holds for an office, or for all where it is empty, holds for papers of these offices."""
    if EVERYTHING in offices or not office:
        return True
    return covers(offices, office) or any(reaches(office, theirs) for theirs in offices)

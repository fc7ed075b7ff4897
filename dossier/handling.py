"""What happened to a dossier at the one-stop shop, as raw facts: figures are computed, never stored.

Names of flags and statuses are those of the national data model; no field holds a name or an identity number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final


class Channel(IntEnum):
    """KenhThucHien."""

    DIRECT = 1
    ONLINE = 2
    POST = 3


class Status(IntEnum):
    """TrangThaiHoSo."""

    NEW = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    HANDLING = 4
    SUPPLEMENT = 5
    DUTY = 6
    WITHDRAWN = 7
    STOPPED = 8
    HANDLED = 9
    RETURNED = 10


class OfficeLevel(StrEnum):
    """Where an office stands; there is no district level since 1 July 2025."""

    COMMUNE = "commune"
    PROVINCE = "province"
    MINISTRY = "ministry"


_COMMUNE_PARTS: Final = 3


def level_of(office: str) -> OfficeLevel:
    """Where an office stands by its code, when nobody told: the codes name no level of their own.

    ``G…`` are ministries (Decision 20/2020/QĐ-TTg). Three parts and more below a province, largest first
    (``H26.5.12``) or last (``000.05.12.H26``), stand for a commune; that is our reading, not the decision's.
    """
    parts = [part for part in office.split(".") if part.strip("0")]
    if any(part.startswith("G") for part in parts):
        return OfficeLevel.MINISTRY
    return OfficeLevel.COMMUNE if len(parts) >= _COMMUNE_PARTS else OfficeLevel.PROVINCE


_ENDS: Final = (
    (Status.HANDLED,),
    (Status.RETURNED,),
    (Status.NOT_RECEIVED, Status.STOPPED, Status.WITHDRAWN),
)
"""What ends handling, the first kind that happened counts."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status and when it began, aware."""

    status: Status
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """One file of a dossier (TaiLieuNop).

    Attributes:
        paper: paper type, empty when not known.
        digitised: DuocSoHoa.
        reused: DuocTaiSuDung, 0 to 2.
        national_store: DuocLayTuKhoDMQG.
    """

    paper: str = ""
    digitised: bool = False
    reused: int = 0
    national_store: bool = False

    @property
    def handed_in(self) -> bool:
        """Whether the citizen brought it."""
        return self.reused == 0 and not self.national_store


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFacts:
    """One dossier.

    Attributes:
        code: of the dossier.
        office, level: who received it.
        procedure: short code.
        channel: how it came.
        owner: opaque reference of the applicant, empty when not known.
        officer: opaque account of who handled it, empty when not known.
        received_at: nothing when it was never received; such dossiers are not counted.
        waited: from taking a number to being served, nothing when not measured.
        promised_at: NgayHenTra; without one the longest time of the procedure, counted by ``time_limits``.
        changes: statuses in any order.
        files: what was submitted.
        yields_paper: the procedure gives a paper.
        result_link, result_code: an e-result with its file, and with its code.
        synchronised: it stands on the national portal.
        verified_account, portal_store, population: VNeID-verified account; taken from the portal's store; the
            population database was used.
        paid_online: DuocThanhToanTrucTuyen.
        disliked: a complaint or a dislike.
        insisted: times that a held paper was asked for all the same, each with its written reason.
    """

    code: str
    office: str
    level: OfficeLevel
    procedure: str
    channel: Channel
    received_at: datetime | None
    owner: str = ""
    officer: str = ""
    waited: timedelta | None = None
    promised_at: datetime | None = None
    changes: tuple[StatusChange, ...] = ()
    files: tuple[FileFacts, ...] = ()
    yields_paper: bool = True
    result_link: bool = False
    result_code: bool = False
    synchronised: bool = False
    verified_account: bool = False
    portal_store: bool = False
    population: bool = False
    paid_online: bool = False
    disliked: bool = False
    insisted: int = 0

    @property
    def has_component_file(self) -> bool:
        """HoSoCoThanhPhanSoHoa."""
        return bool(self.files)

    @property
    def ended_at(self) -> datetime | None:
        """End of handling: handled, else returned, else closed; nothing while it is open."""
        for kinds in _ENDS:
            moments = [change.at for change in self.changes if change.status in kinds]
            if moments:
                return min(moments)
        return None

    @property
    def supplements(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """When the citizen was asked to supplement, and when they had; nothing while it is awaited."""
        if not any(change.status is Status.SUPPLEMENT for change in self.changes):
            return ()
        found: list[tuple[datetime, datetime | None]] = []
        for change in sorted(self.changes, key=lambda change: (change.at, change.status)):
            if change.status is Status.SUPPLEMENT:
                if not found or found[-1][1] is not None:
                    found.append((change.at, None))
            elif found and found[-1][1] is None:
                found[-1] = (found[-1][0], change.at)
        return tuple(found)

    @property
    def handled_until(self) -> datetime | None:
        """End of handling less what the citizen took; an open request stops the clock when it was made."""
        asked = self.supplements
        if not asked:
            return self.ended_at
        end = asked[-1][0] if asked and asked[-1][1] is None else self.ended_at
        if end is None:
            return None
        return end - _total(done - began for began, done in asked if done is not None)

    @property
    def is_late(self) -> bool | None:
        """Whether it was late; nothing while it is open, or when no day was promised.

        A second request for a supplement counts as late, whatever the day.
        """
        if len(self.supplements) > 1:
            return True
        end = self.handled_until
        if end is None or self.promised_at is None:
            return None
        return end > self.promised_at


def _total(parts: Iterable[timedelta]) -> timedelta:
    return sum(parts, timedelta())

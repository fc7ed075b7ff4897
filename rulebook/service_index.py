"""Indicators of the service index (Quyết định 766/QĐ-TTg of 23 June 2022), computed from raw facts.

The formulas follow a published transcription of the operating rules, not our own idea of reuse. Dossiers
without a day of reception are not counted; without anything to count there is no figure (N/A), never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from dossier.errors import RulebookError
from dossier.handling import Channel, DossierFacts, OfficeLevel
from dossier.moments import VIETNAM
from rulebook.load import Reader
from rulebook.table_files import read_table

INDICATORS = ("1.4", "2.1", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "5.4")
"""Numbers of the indicators, as the decision numbers them."""

Key = TypeVar("Key", bound=str)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One indicator of one office, level, or all.

    Attributes:
        number: of the indicator.
        counted: dossiers that meet it; the share of 3.3 is also multiplied by that of 1.4.
        of: dossiers it is a share of.
        share: exact, 0 to 1; nothing when there is nothing to count.
        full_at: share with full marks, nothing when the tables do not tell.
    """

    number: str
    counted: int
    of: int
    share: Fraction | None
    full_at: Fraction | None = None

    @property
    def percent(self) -> Decimal | None:
        """The share in percent, two decimals."""
        if self.share is None:
            return None
        hundred = self.share * 100
        return (Decimal(hundred.numerator) / hundred.denominator).quantize(_CENT, ROUND_HALF_UP)

    @property
    def marks(self) -> Fraction | None:
        """The part of the full marks it earns, 0 to 1; nothing when it is not known."""
        if self.share is None or self.full_at is None:
            return None
        return min(Fraction(1), self.share / self.full_at)


Index = Mapping[str, Figure]
"""Figures by number."""


@dataclass(frozen=True, slots=True)
class Report:
    """The index of a period: all dossiers together, by level, and by office."""

    whole: Index
    levels: Mapping[OfficeLevel, Index]
    offices: Mapping[str, Index]


def service_index(
    dossiers: Iterable[DossierFacts],
    first: date,
    last: date,
    *,
    full_at: Mapping[str, Fraction],
    national: Mapping[str, int] | None = None,
) -> Report:
    """The index of dossiers received in a period.

    Args:
        dossiers: raw facts, of any time and in any order.
        first: first day of reception, in Vietnam.
        last: last day of reception, included.
        full_at: share with full marks by number (``load_full_marks``).
        national: dossiers received by office as the national portal counts them; 1.4 takes the larger count.
    """
    counted = [one for one in dossiers if _received_between(one, first, last)]
    elsewhere = national or {}
    offices = _grouped(counted, lambda one: one.office)
    levels = _grouped(counted, lambda one: one.level)
    return Report(
        whole=_index(counted, full_at, _received(counted, elsewhere)),
        levels={level: _index(of, full_at, _received(of, elsewhere)) for level, of in sorted(levels.items())},
        offices={
            office: _index(of, full_at, _received(of, elsewhere)) for office, of in sorted(offices.items())
        },
    )


def load_full_marks(day: date, *, source: Traversable | None = None) -> Mapping[str, Fraction]:
    """The shares with full marks that were in force on a day.

    Args:
        day: last day of the period.
        source: the table; the project's own by default.

    Raises:
        RulebookError: the table is wrong, or says nothing about that day.
    """
    table = source or files("rulebook") / "tables" / "indicators" / "766.toml"
    reader = Reader(table, read_table(table))
    found: Mapping[str, Fraction] | None = None
    for entry in reader.tables("version"):
        since, told = entry.day("since"), entry.numbers("full_at")
        entry.need("source", str)
        entry.need("verified", bool)
        entry.done()
        wrong = [number for number in told if number not in INDICATORS or not 0 < told[number] <= 1]
        if since is None or wrong:
            raise entry.fail("full_at" if wrong else "since", "thiếu, hoặc không phải tỷ lệ của một chỉ số")
        if since <= day:
            found = {number: Fraction(str(share)) for number, share in told.items()}
    reader.done()
    if found is None:
        raise RulebookError(table.name, line=0, reason=f"không có quy tắc nào áp dụng cho ngày {day}")
    return found


def _index(counted: list[DossierFacts], full_at: Mapping[str, Fraction], received: int) -> Index:
    every = len(counted)
    ended = [one for one in counted if one.is_late is not None]
    papers = [one for one in counted if one.yields_paper]
    plain = {
        "1.4": (_count(counted, lambda one: one.synchronised), received),
        "2.1": (_count(ended, lambda one: one.is_late is False), len(ended)),
        "3.3": (_count(counted, _is_online), every),
        "4.1": (_count(papers, lambda one: one.result_link), len(papers)),
        "4.2": (_count(counted, lambda one: one.has_component_file and one.result_link), every),
        "4.3": (_count(counted, _is_reused), every),
        "4.4": (_count(counted, _is_shared), every),
        "4.5": (_count(counted, _uses_data), every),
    }
    found = {
        number: Figure(number=number, counted=met, of=of, share=_share(met, of), full_at=full_at.get(number))
        for number, (met, of) in plain.items()
    }
    synchronised, online = found["1.4"].share, found["3.3"]
    if online.share is not None and synchronised is not None:
        found["3.3"] = Figure(
            number="3.3",
            counted=online.counted,
            of=online.of,
            share=online.share * synchronised,
            full_at=online.full_at,
        )
    # Late ones and disliked ones are taken off one by one, as the rule says; never below nothing.
    lost = _count(counted, lambda one: bool(one.is_late)) + _count(counted, lambda one: one.disliked)
    content = max(0, every - lost)
    found["5.4"] = Figure(
        number="5.4", counted=content, of=every, share=_share(content, every), full_at=full_at.get("5.4")
    )
    return found


def _is_online(one: DossierFacts) -> bool:
    """Sent online and, where a paper is given, answered by an e-result with its code and file."""
    answered = not one.yields_paper or (one.result_link and one.result_code)
    return one.channel is Channel.ONLINE and answered


def _is_reused(one: DossierFacts) -> bool:
    """The flags the portal counts for 4.3: HoSoCoThanhPhanSoHoa, or a file with DuocSoHoa."""
    return one.has_component_file or any(file.digitised for file in one.files)


def _is_shared(one: DossierFacts) -> bool:
    return any(file.national_store for file in one.files) or (one.result_link and one.synchronised)


def _uses_data(one: DossierFacts) -> bool:
    return one.verified_account or one.portal_store or one.population


def _received_between(one: DossierFacts, first: date, last: date) -> bool:
    return one.received_at is not None and first <= one.received_at.astimezone(VIETNAM).date() <= last


def _received(counted: list[DossierFacts], national: Mapping[str, int]) -> int:
    """Dossiers received: of each office the larger of its own count and the portal's."""
    own: dict[str, int] = {}
    for one in counted:
        own[one.office] = own.get(one.office, 0) + 1
    return sum(max(count, national.get(office, 0)) for office, count in own.items())


def _grouped(
    counted: list[DossierFacts], key: Callable[[DossierFacts], Key]
) -> dict[Key, list[DossierFacts]]:
    found: dict[Key, list[DossierFacts]] = {}
    for one in counted:
        found.setdefault(key(one), []).append(one)
    return found


def _count(dossiers: Iterable[DossierFacts], meets: Callable[[DossierFacts], bool]) -> int:
    return sum(1 for one in dossiers if meets(one))


def _share(met: int, of: int) -> Fraction | None:
    return Fraction(met, of) if of else None

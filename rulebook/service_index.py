"""Indicators of the service index (Quyết định 766/QĐ-TTg of 23 June 2022), computed from raw facts.

The formulas follow a published transcription of the operating rules, not our own idea of reuse. Dossiers
without a day of reception are not counted; without anything to count there is no figure (N/A), never a zero.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib.resources import files
from importlib.resources.abc import Traversable

from dossier.errors import RulebookError
from dossier.handling import Channel, DossierFacts, OfficeLevel
from dossier.moments import VIETNAM
from rulebook.load import Reader
from rulebook.place_count import INDEX_MARKS, PlaceCount
from rulebook.table_files import read_table

INDICATORS = ("1.4", "2.1", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "5.4")
"""Numbers of the indicators, as the decision numbers them."""

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
    whole = IndexTally()
    levels: defaultdict[OfficeLevel, IndexTally] = defaultdict(IndexTally)
    offices: defaultdict[str, IndexTally] = defaultdict(IndexTally)
    for one in dossiers:
        if received_between(one, first, last):
            for tally in (whole, levels[one.level], offices[one.office]):
                tally.add(one)
    elsewhere = national or {}
    return Report(
        whole=whole.index(full_at, elsewhere),
        levels={level: tally.index(full_at, elsewhere) for level, tally in sorted(levels.items())},
        offices={office: tally.index(full_at, elsewhere) for office, tally in sorted(offices.items())},
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


class IndexTally:
    """Counts dossiers for the index one by one, in memory that does not grow with them."""

    def __init__(self) -> None:
        self._dossiers = 0
        self._ended = 0
        self._papers = 0
        self._lost = 0
        self._met = dict.fromkeys(INDICATORS, 0)
        self._by_office: Counter[str] = Counter()
        self._expected: set[str] = set()

    def expect(self, office: str) -> None:
        """An office whose dossiers belong here, also when none of ours is counted."""
        self._expected.add(office)

    def add(self, one: DossierFacts) -> None:
        """Count one more that was received in the period."""
        late = one.is_late
        self._dossiers += 1
        self._by_office[one.office] += 1
        self._ended += late is not None
        self._papers += one.yields_paper
        # Late ones and disliked ones are taken off one by one, as the rule says.
        self._lost += bool(late) + one.disliked
        met = self._met
        met["1.4"] += one.synchronised
        met["2.1"] += late is False
        met["3.3"] += is_online(one)
        met["4.1"] += one.yields_paper and one.result_link
        met["4.2"] += one.has_component_file and one.result_link
        met["4.3"] += is_reused(one)
        met["4.4"] += is_shared(one)
        met["4.5"] += uses_data(one)

    def add_place(self, place: PlaceCount) -> None:
        """Count the dossiers of one place, as a database added them up."""
        self._dossiers += place.dossiers
        self._by_office[place.office] += place.dossiers
        self._ended += place.ended
        self._papers += place.met["yields_paper"]
        self._lost += place.late + place.met["disliked"]
        self._met["2.1"] += place.ended - place.late
        for number, mark in INDEX_MARKS.items():
            self._met[number] += place.met[mark]

    def add_all(self, other: IndexTally) -> None:
        """Count what another one has counted."""
        self._dossiers += other._dossiers
        self._ended += other._ended
        self._papers += other._papers
        self._lost += other._lost
        self._by_office.update(other._by_office)
        self._expected |= other._expected
        for number, met in other._met.items():
            self._met[number] += met

    def index(self, full_at: Mapping[str, Fraction], national: Mapping[str, int]) -> Index:
        """The figures of what was counted; see ``service_index``."""
        # Of each office the larger of its own count and the portal's.
        offices = self._expected | set(self._by_office)
        received = sum(max(self._by_office[office], national.get(office, 0)) for office in offices)
        of = dict.fromkeys(INDICATORS, self._dossiers) | {
            "1.4": received,
            "2.1": self._ended,
            "4.1": self._papers,
        }
        met = self._met | {"5.4": max(0, self._dossiers - self._lost)}
        shares = {number: _share(met[number], of[number]) for number in INDICATORS}
        online, synchronised = shares["3.3"], shares["1.4"]
        if online is not None and synchronised is not None:
            shares["3.3"] = online * synchronised
        return {
            number: Figure(
                number=number,
                counted=met[number],
                of=of[number],
                share=shares[number],
                full_at=full_at.get(number),
            )
            for number in INDICATORS
        }


def is_online(one: DossierFacts) -> bool:
    """Sent online and, where a paper is given, answered by an e-result with its code and file."""
    answered = not one.yields_paper or (one.result_link and one.result_code)
    return one.channel is Channel.ONLINE and answered


def is_reused(one: DossierFacts) -> bool:
    """The flags the portal counts for 4.3: HoSoCoThanhPhanSoHoa, or a file with DuocSoHoa."""
    return one.has_component_file or any(file.digitised for file in one.files)


def is_shared(one: DossierFacts) -> bool:
    """A file from the national store, or a result file that the portal has (4.4)."""
    return any(file.national_store for file in one.files) or (one.result_link and one.synchronised)


def uses_data(one: DossierFacts) -> bool:
    """A verified account, the store of the portal, or population data (4.5)."""
    return one.verified_account or one.portal_store or one.population


def received_between(one: DossierFacts, first: date, last: date) -> bool:
    """Whether it was received on one of these days in Vietnam; without a moment of reception it was not."""
    return one.received_at is not None and first <= one.received_at.astimezone(VIETNAM).date() <= last


def _share(met: int, of: int) -> Fraction | None:
    return Fraction(met, of) if of else None

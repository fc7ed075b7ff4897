"""Everything on a paper that is drawn by lot: people, places, agencies, numbers, dates, sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

from bench.truth.fonts import Half
from bench.truth.pools import NAMINGS, PROVINCES, STREETS, Naming, Province
from samples.forms import Agency, Signer
from samples.people import Person

_T = TypeVar("_T")
_FIRST_DAY = date(2016, 1, 4)
_DAYS = 3950
_OF_AGE = 20
_REFORM = date(2025, 7, 1)
_RANKS = ("Trung tá", "Thiếu tá", "Đại úy", "Thượng úy", "Trung úy")


def grown(person: Person, *, on: date, oldest: int = 100) -> Person:
    """The person, of age on a day and not older than that; who is already stays as drawn.

    Args:
        person: as drawn by lot.
        on: the day.
        oldest: years of age.
    """
    age = on.year - person.born.year
    if _OF_AGE <= age <= oldest:
        return person
    year = on.year - _OF_AGE - age % (oldest + 1 - _OF_AGE)
    return replace(person, born=person.born.replace(year=year, day=min(person.born.day, 28)))


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws by lot from the pools of one half; the same generator gives the same paper.

    Attributes:
        half: whose pools are used.
        rng: what decides.
    """

    half: Half
    rng: np.random.Generator

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of them."""
        return choices[int(self.rng.integers(0, len(choices)))]

    def some(self, choices: Sequence[_T], count: int) -> list[_T]:
        """That many different ones, in the order drawn; all of them where there are fewer."""
        order = self.rng.permutation(len(choices))
        return [choices[int(index)] for index in order[:count]]

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def maybe(self, part: float = 0.5) -> bool:
        """True that often."""
        return float(self.rng.random()) < part

    def digits(self, count: int) -> str:
        """Decimal digits."""
        return "".join(str(int(digit)) for digit in self.rng.integers(0, 10, count))

    def day(self, *, first: date = _FIRST_DAY, days: int = _DAYS) -> date:
        """A day in that span."""
        return first + timedelta(days=self.whole(0, days))

    def name(self, *, male: bool, naming: Naming | None = None) -> tuple[str, str]:
        """A name put together by chance, and the ethnicity it belongs to."""
        people = naming or self.pick(NAMINGS[self.half])
        family, given = self.pick(people.families), self.pick(people.men if male else people.women)
        return (f"{given} {family}" if people.given_first else f"{family} {given}"), people.ethnicity

    def province(self) -> Province:
        """A province of this half."""
        return self.pick(PROVINCES[self.half])

    def person(self, *, male: bool | None = None, adult: bool = True, near: Province | None = None) -> Person:
        """Somebody who does not exist; identity numbers go on with 99, as those of the samples do."""
        is_male = self.maybe() if male is None else male
        home = near or self.province()
        born = self.day(first=date(1955, 1, 1), days=18200) if adult else self.day(days=3500)
        name, ethnicity = self.name(male=is_male)
        return Person(
            name=name,
            male=is_male,
            born=born,
            province=home.code,
            tail=f"99{self.digits(4)}",
            ethnicity=ethnicity,
            birthplace=self.birthplace(home),
            origin=self.address(home, short=True),
            residence=self.address(home),
            old_residence=self.address(home, old=True),
            old_card=self.digits(9),
        )

    def birthplace(self, home: Province) -> str:
        """A place of birth."""
        kinds = (
            f"Trạm Y tế xã {self.pick(home.communes)}, tỉnh {home.name}",
            f"Bệnh viện Đa khoa tỉnh {home.name}",
            f"Trung tâm Y tế huyện {self.pick(home.districts)}, tỉnh {home.name}",
        )
        return self.pick(kinds)

    def address(self, home: Province, *, old: bool = False, short: bool = False) -> str:
        """An address with two levels (since July 2025) or three."""
        commune, district = self.pick(home.communes), self.pick(home.districts)
        if short:
            return f"{commune}, {district}, {home.name}"
        first = self.pick(
            (self.pick(home.villages), f"Số {self.whole(2, 389)} đường {self.pick(STREETS[self.half])}")
        )
        middle = f"huyện {district}, " if old else ""
        return f"{first}, xã {commune}, {middle}tỉnh {home.name}"

    def commune_office(self, home: Province, *, on: date) -> Agency:
        """The people's committee of a commune, under the district before the reform of July 2025."""
        commune = self.pick(home.communes)
        district = self.pick(home.districts)
        over = f"TỈNH {home.name.upper()}" if on >= _REFORM else f"HUYỆN {district.upper()}"
        return Agency(
            parents=("ỦY BAN NHÂN DÂN", over),
            name=("ỦY BAN NHÂN DÂN", f"XÃ {commune.upper()}"),
            seal=(f"UBND XÃ {commune.upper()}", over.replace("TỈNH", "T.").replace("HUYỆN", "H.")),
            place=commune,
        )

    def department(self, home: Province, names: Sequence[str]) -> Agency:
        """A department of a province."""
        name = self.pick(names)
        return Agency(
            parents=(f"UBND TỈNH {home.name.upper()}",),
            name=(name.upper(),),
            seal=(name.upper(), f"T. {home.name.upper()}"),
            place=home.name,
        )

    def province_office(self, home: Province) -> Agency:
        """The people's committee of a province."""
        return Agency(
            parents=(),
            name=("ỦY BAN NHÂN DÂN", f"TỈNH {home.name.upper()}"),
            seal=("ỦY BAN NHÂN DÂN", f"TỈNH {home.name.upper()}"),
            place=home.name,
        )

    def police(self, home: Province) -> Agency:
        """The police of a commune."""
        commune = self.pick(home.communes)
        return Agency(
            parents=(f"CÔNG AN TỈNH {home.name.upper()}",),
            name=(f"CÔNG AN XÃ {commune.upper()}",),
            seal=(f"CÔNG AN T. {home.name.upper()}", f"XÃ {commune.upper()}"),
            place=commune,
        )

    def official(self, *titles: tuple[str, ...], rank: bool = False) -> Signer:
        """Somebody who signs under one of these titles."""
        name = self.name(male=self.maybe(0.7), naming=self.pick(NAMINGS[self.half][:3]))[0]
        return Signer(self.pick(titles), f"{self.pick(_RANKS)} {name}" if rank else name)

    def number(self, signs: str) -> str:
        """A document number: figures, perhaps the year, and the signs."""
        head = f"{self.whole(1, 2999):02d}"
        return f"{head}/{signs}" if "/" not in signs or signs[:4].isdigit() else f"{head}{signs}"

    def money(self, low: int, high: int, *, step: int = 1_000_000) -> tuple[str, str]:
        """A sum in đồng as printed and as a plain number."""
        amount = self.whole(low // step, high // step) * step
        return f"{amount:,}".replace(",", "."), str(amount)

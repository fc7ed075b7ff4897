"""Which pages are made: every layout of both halves in every grade, each with a seed of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.truth.fonts import HALVES, Half
from bench.truth.kit import Layout
from bench.truth.papers import admin, business, cards, civil, dealings, land, people, residence, tables
from bench.truth.wear import GRADES
from samples.degrade import Grade

# name -> layout of the tune half, layout of the test half
LAYOUTS: Mapping[str, tuple[Layout, Layout]] = {
    "birth_certificate": (civil.birth_framed, civil.birth_extract),
    "marriage_certificate": (civil.marriage_framed, civil.marriage_extract),
    "marital_status_certificate": (civil.marital_plain, civil.marital_told),
    "death_extract": (civil.death_extract, civil.death_certificate),
    "live_birth_notice": (civil.live_birth_notice, civil.live_birth_new),
    "identity_card": (cards.identity_2021, cards.identity_2024),
    "passport": (cards.passport_old, cards.passport_new),
    "residence_confirmation": (residence.ct07, residence.ct07_listed),
    "residence_change_form": (residence.ct01, residence.ct01_plain),
    "land_certificate": (land.certificate_2024, land.certificate_2009),
    "household_business_certificate": (business.household_table, business.household_listed),
    "enterprise_certificate": (business.enterprise_one, business.enterprise_table),
    "criminal_record_certificate": (people.criminal_one, people.criminal_two),
    "driving_licence": (cards.licence_plastic, cards.licence_new),
    "diploma": (people.diploma_school, people.diploma_bilingual),
    "construction_permit": (land.permit, land.permit_dwelling),
    "health_certificate": (people.health, people.health_driver),
    "authorisation": (dealings.authorisation, dealings.authorisation_contract),
    "application_form": (dealings.application, dealings.declaration),
    "dossier_receipt": (dealings.dossier_receipt, dealings.dossier_receipt_new),
    "unknown": (tables.private_receipt, tables.collection_slip),
    "annex": (tables.annex_sheet, tables.annex_list),
    "decision": (admin.decision_long, admin.decision_new),
    "official_letter": (admin.letter, admin.letter_listed),
    "minutes": (admin.minutes, admin.minutes_check),
    **admin.NUMBERED,
}


# Cards and booklets are scanned at 300 dpi or more: their print is half as large as that of letters.
SMALL_PRINT = frozenset({"identity_card", "passport", "driving_licence"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One page to make.

    Attributes:
        index: its place in the set; with the seed of the set it decides everything drawn by lot.
        layout: a name of ``LAYOUTS``.
    """

    index: int
    layout: str
    half: Half
    grade: Grade

    @property
    def stem(self) -> str:
        """Name of its files without ending."""
        return f"{self.index:04d}-{self.half}-{self.grade}-{self.layout}"

    @property
    def draw(self) -> Layout:
        """The layout itself."""
        return LAYOUTS[self.layout][HALVES.index(self.half)]


def entries(count: int, *, half: Half | None = None) -> Sequence[Entry]:
    """So many pages: halves, grades and layouts in turn, so that every beginning of the list is balanced."""
    names = list(LAYOUTS)
    halves = HALVES if half is None else (half,)
    made = []
    for index in range(count):
        which, rest = index % len(halves), index // len(halves)
        layout = names[rest % len(names)]
        grade = GRADES[(rest % len(names) + rest // len(names)) % len(GRADES)]
        made.append(Entry(index=index, layout=layout, half=halves[which], grade=grade))
    return made

"""What a paper says, as the vocabulary names it: the truth that readings are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from samples.words import short_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from samples.people import Person
    from samples.sheet import Sheet

# Key fields of each type: a wrong one sends the paper to a person.
KEY_FIELDS: dict[str, tuple[str, ...]] = {
    "birth_certificate": (
        "document_number",
        "full_name",
        "date_of_birth",
        "sex",
        "personal_id",
        "registration_date",
    ),
    "marriage_certificate": (
        "document_number",
        "wife_full_name",
        "wife_date_of_birth",
        "wife_personal_id",
        "husband_full_name",
        "husband_date_of_birth",
        "husband_personal_id",
        "registration_date",
    ),
    "marital_status_certificate": (
        "document_number",
        "full_name",
        "date_of_birth",
        "personal_id",
        "marital_status",
        "issue_date",
    ),
    "identity_card": ("personal_id", "full_name", "date_of_birth", "sex", "issue_date", "expiry_date"),
    "residence_confirmation": ("document_number", "full_name", "date_of_birth", "personal_id", "issue_date"),
    "land_certificate": (
        "serial_number",
        "owner_full_name",
        "parcel_number",
        "map_sheet_number",
        "area_m2",
        "issue_date",
    ),
    "household_business_certificate": (
        "business_code",
        "business_name",
        "owner_full_name",
        "first_registration_date",
    ),
    "decision": ("document_number", "issue_date", "issuer", "summary"),
    "unknown": (),
}


@dataclass(frozen=True, slots=True)
class FieldTruth:
    """A normalised value and what stands on the paper."""

    value: str
    printed: str


@dataclass(slots=True)
class Fields:
    """The fields of one paper, in the order they are put in."""

    entries: dict[str, FieldTruth] = field(default_factory=dict)

    def put(self, name: str, printed: str, value: str | None = None) -> str:
        """Note a field and give back the printed form, so that drawing and truth cannot differ."""
        self.entries[name] = FieldTruth(value=printed if value is None else value, printed=printed)
        return printed

    def name(self, name: str, person_name: str, *, capitals: bool = True) -> str:
        """A person's name, in capitals where the form prints capitals."""
        return self.put(name, person_name.upper() if capitals else person_name, person_name)

    def text(self, name: str, printed: str) -> str:
        """Free text: the full stop that closes a single phrase is the form's, not the value's."""
        return self.put(name, printed, printed if ". " in printed else printed.removesuffix("."))

    def day(self, name: str, day: date, printed: str | None = None) -> str:
        """A date, printed dd/mm/yyyy unless told."""
        return self.put(name, printed or short_date(day), day.isoformat())

    def sex(self, name: str, person: Person) -> str:
        """Sex, printed Nam or Nữ."""
        return self.put(name, person.sex_vi, person.sex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One whole paper: its type, its sheets in order, its fields, and the people it belongs to."""

    kind: str
    sheets: Sequence[Sheet]
    fields: Fields
    owners: tuple[str, ...] = ()

    @property
    def key_fields(self) -> list[str]:
        """Key fields that this paper prints."""
        return [name for name in KEY_FIELDS[self.kind] if name in self.fields.entries]

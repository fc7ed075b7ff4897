"""Days of a paper against each other: words, order, ages, the year in its number, the days of its form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from dossier.fields import Field
from extraction.checking.effects import Effect, agreement, conflict, verdict
from extraction.checking.known import DAY, Known, calendar_year, issued_on
from extraction.values.words import date_in_words
from rulebook.paper_spec import Kind

_IN_ORDER = (
    ("date_of_birth", "registration_date"),
    ("date_of_birth", "issue_date"),
    ("date_of_birth", "date_of_death"),
    ("date_of_birth", "graduation_year"),
    ("date_of_death", "registration_date"),
    ("issue_date", "expiry_date"),
    ("wife_date_of_birth", "registration_date"),
    ("husband_date_of_birth", "registration_date"),
    ("first_registration_date", "change_date"),
    ("received_at", "due_at"),
    ("graduation_year", "issue_date"),
    ("applicant_date_of_birth", "signed_date"),
)
_YOUNGEST_PARENT = 12
_OLDEST_PARENT = {"mother_birth_year": 65, "father_birth_year": 100}
_OLDEST = 120
# Years of age below which a paper of this type is not made; the law asks for more, misreadings for less.
_LEAST_AGE = {
    ("marriage_certificate", "wife_date_of_birth"): 16,
    ("marriage_certificate", "husband_date_of_birth"): 16,
    ("marital_status_certificate", "date_of_birth"): 16,
    ("driving_licence", "date_of_birth"): 16,
    ("criminal_record_certificate", "date_of_birth"): 14,
}
_YEAR_IN_NUMBER = re.compile(r"^\d{1,6}[A-Za-z]?/((?:19|20)\d{2})(/.*)?$")


def in_words(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """A day in words says the same as the day in digits."""
    for name, words in fields.items():
        digits = fields.get(name.removesuffix("_in_words")) if name.endswith("_in_words") else None
        spec = known.spec.by_name.get(digits.name) if digits is not None else None
        if digits is None or spec is None or spec.kind is not Kind.DATE:
            continue
        said = date_in_words(words.value)
        if said is not None:
            agrees = said.isoformat() == digits.value
            yield verdict(digits.name, "date.words", agrees=agrees)
            yield verdict(words.name, "date.words", agrees=agrees)


def order(fields: Mapping[str, Field], _: Known) -> Iterator[Effect]:
    """Nobody is registered before birth, nothing ends before it begins."""
    for first, second in _IN_ORDER:
        earlier, later = fields.get(first), fields.get(second)
        if earlier is None or later is None or not _comparable(earlier.value, later.value):
            continue
        size = min(len(earlier.value), len(later.value))
        if earlier.value[:size] > later.value[:size]:
            yield conflict(first, "date.order")
            yield conflict(second, "date.order")


def generations(fields: Mapping[str, Field], _: Known) -> Iterator[Effect]:
    """A parent is older than the child, and not by a century."""
    child = fields.get("date_of_birth")
    born = calendar_year(child.value) if child is not None else None
    for name, oldest in _OLDEST_PARENT.items():
        parent = fields.get(name)
        year = calendar_year(parent.value) if parent is not None else None
        if born is not None and year is not None and not _YOUNGEST_PARENT <= born - year <= oldest:
            yield conflict(name, "date.generation")


def ages(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """Nobody marries or drives as a child; nobody is older than people get."""
    made = issued_on(fields)
    if made is None:
        return
    for name, field in fields.items():
        if not name.endswith("date_of_birth") or len(field.value) != DAY:
            continue
        age = _years(field.value, made)
        if age > _OLDEST:
            yield conflict(name, "date.age")
        elif 0 <= age < _LEAST_AGE.get((known.spec.type, name), 0):
            yield Effect(name, "date.age_conflict", raises=False, weak=True)


def number_year(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """A register number carries its year: ``303/2019`` was entered in 2019.

    Numbers of extracts and copies go on with a sign of their own and count in another year.
    """
    number = fields.get("document_number")
    match = _YEAR_IN_NUMBER.match(number.value) if number is not None else None
    if number is None or match is None:
        return
    entered = "registration_date" if "registration_date" in known.spec.by_name else "issue_date"
    day = fields.get(entered)
    year = calendar_year(day.value) if day is not None else None
    if day is None or year is None or (match[2] and entered == "registration_date"):
        return
    agrees = year == int(match[1])
    yield verdict(number.name, "number.year", agrees=agrees, weak=True)
    yield (agreement if agrees else conflict)(day.name, "number.year", weak=True)


def form_days(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """A form is used on the days its table says."""
    made, spec = issued_on(fields), known.spec
    name = next((name for name in ("issue_date", "registration_date") if name in fields), None)
    if made is None or name is None:
        return
    early = spec.valid_from is not None and made < spec.valid_from
    late = spec.valid_to is not None and made > spec.valid_to
    if early or late:
        yield Effect(name, "date.form_conflict", raises=False, weak=True)


def _comparable(left: str, right: str) -> bool:
    return calendar_year(left) is not None and calendar_year(right) is not None


def _years(born: str, made: date) -> int:
    """Full years of age; negative when the day of birth is later."""
    year, month, day = (int(part) for part in born.split("-"))
    return made.year - year - ((made.month, made.day) < (month, day))

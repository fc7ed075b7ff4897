"""What the twelve digits of an identity number say about sex, year of birth and province."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from dossier.fields import Field
from dossier.matching import birth_agrees_with_number
from dossier.persons import PersonalId, Sex, personal_id
from extraction.checking.effects import Effect, agreement, conflict, note, verdict
from extraction.checking.known import Known, calendar_year
from rulebook.addresses import read_ending
from rulebook.paper_spec import PartySpec

_IMPLIED_SEX = {"wife": Sex.FEMALE, "husband": Sex.MALE, "mother": Sex.FEMALE, "father": Sex.MALE}
_YOUNGEST_PARENT = 12
_OLDEST_MOTHER = 65
_BORN_AT = ("place_of_birth", "place_of_birth_registration", "place_of_origin")


def sex_and_year(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """The number tells sex and year of birth. They say little about the other eight digits."""
    for party, number, parsed in _numbers(fields, known):
        birth = fields.get(party.birth)
        agrees = birth_agrees_with_number(birth.value, number.value) if birth is not None else None
        if birth is not None and agrees is not None:
            yield verdict(number.name, "id.year", agrees=agrees, weak=True)
            yield verdict(birth.name, "id.year", agrees=agrees)
        sex = fields.get("sex") if party.relation == "subject" else None
        if sex is not None:
            agrees = sex.value == parsed.sex.value
            yield verdict(number.name, "id.sex", agrees=agrees, weak=True)
            yield verdict(sex.name, "id.sex", agrees=agrees)
        implied = _IMPLIED_SEX.get(party.relation)
        if implied is not None:
            yield verdict(number.name, "id.sex", agrees=implied is parsed.sex, weak=True)


def province(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """The first three digits name the province where the birth was registered.

    Unknown ones (births abroad) are noted, never refused. People move and origins differ, so another
    province says nothing; only the birth certificate of a birth that was registered at once contradicts.
    """
    for party, number, parsed in _numbers(fields, known):
        home = known.places.by_prefix(parsed.place_prefix)
        if home is None:
            yield note(number.name, "id.place_unknown")
        elif party.relation == "subject":
            places = [fields[name] for name in _BORN_AT if name in fields]
            if any(home in read_ending(place.value, known.places).provinces for place in places):
                yield agreement(number.name, "id.place", weak=True)
            yield from _registered(fields, known, number=number, parsed=parsed)


def _registered(
    fields: Mapping[str, Field], known: Known, *, number: Field, parsed: PersonalId
) -> Iterator[Effect]:
    place, day = fields.get("registered_at"), fields.get("registration_date")
    if known.spec.type != "birth_certificate" or place is None or day is None:
        return
    provinces = read_ending(place.value, known.places).provinces
    if provinces and calendar_year(day.value) == parsed.birth_year:
        prefixes = {province.prefix for province in provinces}
        agrees = parsed.place_prefix in prefixes
        yield (agreement if agrees else conflict)(number.name, "id.registered", weak=True)


def parents(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """A parent's number tells a year that fits the child's."""
    child = fields.get("date_of_birth")
    year = calendar_year(child.value) if child is not None else None
    for party, number, parsed in _numbers(fields, known):
        if year is None or party.relation not in {"mother", "father"}:
            continue
        age = year - parsed.birth_year
        oldest = _OLDEST_MOTHER if party.relation == "mother" else 100
        if not _YOUNGEST_PARENT <= age <= oldest:
            yield conflict(number.name, "id.generation")


def bearers(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """Two people of one paper have two numbers; the owner of a business is one and the same."""
    numbers = [number for party, number, _ in _numbers(fields, known) if party.relation != "subject"]
    for left, right in pairwise(numbers):
        if left.value == right.value:
            yield conflict(left.name, "id.same")
            yield conflict(right.name, "id.same")


def _numbers(fields: Mapping[str, Field], known: Known) -> Iterator[tuple[PartySpec, Field, PersonalId]]:
    for party in known.spec.parties:
        number = fields.get(party.number)
        parsed = personal_id(number.value) if number is not None else None
        if number is not None and parsed is not None:
            yield party, number, parsed

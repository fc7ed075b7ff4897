"""Rules across the fields of one paper. Agreement raises confidence; conflict lowers it and asks.

Nothing is changed here but confidence and reasons: what is printed stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from dossier.fields import Field
from dossier.matching import birth_agrees_with_number
from dossier.persons import Sex, personal_id
from extraction.folding import alike, fold, squash, strokes
from extraction.values.names import is_syllable
from extraction.values.words import date_in_words
from rulebook.paper_spec import Kind, PaperSpec
from rulebook.places import Places

CONFLICT = "_conflict"
"""Ending of every reason code that sends a field to a person."""

_DOUBT_LEFT = 0.4
_WEAK_DOUBT_LEFT = 0.85
_TRUST_LEFT = 0.5
_IMPLIED_SEX = {"wife": Sex.FEMALE, "husband": Sex.MALE}
_IN_ORDER = (
    ("date_of_birth", "registration_date"),
    ("date_of_birth", "issue_date"),
    ("issue_date", "expiry_date"),
    ("wife_date_of_birth", "registration_date"),
    ("husband_date_of_birth", "registration_date"),
    ("date_of_birth", "date_of_death"),
    ("date_of_death", "registration_date"),
)
_YOUNGEST_PARENT = 12
_NEAR_NAME = 0.86
_SURE_NAME = 0.9


@dataclass(frozen=True, slots=True)
class Effect:
    """What a check does to a field: ``raises`` or lowers its confidence, for a reason.

    ``neutral`` only notes the reason; ``weak`` raises little, because only part of the value was compared.
    """

    field: str
    reason: str
    raises: bool
    neutral: bool = False
    weak: bool = False


def check(fields: Mapping[str, Field], spec: PaperSpec, places: Places) -> dict[str, Field]:
    """The fields with what the checks say about them."""
    checked = dict(fields)
    effects = [
        *_numbers(fields, spec),
        *_prefixes(fields, spec, places),
        *_words(fields),
        *_order(fields),
        *_generations(fields),
        *_near_names(fields, spec),
        *_zone_name(fields),
        *_provinces(fields, spec, places),
    ]
    for effect in effects:
        checked[effect.field] = _apply(checked[effect.field], effect)
    return checked


def has_conflict(field: Field) -> bool:
    """Whether a check contradicts the field."""
    return any(reason.endswith(CONFLICT) for reason in field.reasons)


def _apply(field: Field, effect: Effect) -> Field:
    if effect.reason in field.reasons:
        return field
    confidence = field.confidence
    if not effect.neutral:
        doubt = _WEAK_DOUBT_LEFT if effect.weak else _DOUBT_LEFT
        confidence = 1 - (1 - confidence) * doubt if effect.raises else confidence * _TRUST_LEFT
    return replace(field, confidence=min(0.999, confidence), reasons=(*field.reasons, effect.reason))


def _numbers(fields: Mapping[str, Field], spec: PaperSpec) -> Iterator[Effect]:
    """The twelve-digit number tells sex and year of birth."""
    for party in spec.parties:
        number = fields.get(party.number)
        parsed = personal_id(number.value) if number is not None else None
        if number is None or parsed is None:
            continue
        birth = fields.get(party.birth)
        agrees = birth_agrees_with_number(birth.value, number.value) if birth is not None else None
        if birth is not None and agrees is not None:
            yield from _both(number.name, birth.name, agrees=agrees, code="id.year")
        sex = fields.get("sex") if party.relation == "subject" else None
        if sex is not None:
            yield from _both(number.name, sex.name, agrees=sex.value == parsed.sex.value, code="id.sex")
        implied = _IMPLIED_SEX.get(party.relation)
        if implied is not None:
            yield _effect(number.name, agrees=implied is parsed.sex, code="id.sex", weak=True)


def _prefixes(fields: Mapping[str, Field], spec: PaperSpec, places: Places) -> Iterator[Effect]:
    """The first three digits name a province; unknown ones (births abroad) are noted, never refused."""
    for party in spec.parties:
        number = fields.get(party.number)
        parsed = personal_id(number.value) if number is not None else None
        if number is not None and parsed is not None and places.by_prefix(parsed.place_prefix) is None:
            yield Effect(number.name, "id.place_unknown", raises=False, neutral=True)


def _words(fields: Mapping[str, Field]) -> Iterator[Effect]:
    """The date in words says the same as the date in digits."""
    digits, words = fields.get("date_of_birth"), fields.get("date_of_birth_in_words")
    said = date_in_words(words.value) if words is not None else None
    if digits is None or words is None:
        return
    if said is None:
        return
    yield from _both(digits.name, words.name, agrees=said.isoformat() == digits.value, code="date.words")


def _order(fields: Mapping[str, Field]) -> Iterator[Effect]:
    """Nobody is registered before birth, nothing ends before it begins."""
    for first, second in _IN_ORDER:
        earlier, later = fields.get(first), fields.get(second)
        if earlier is None or later is None or len(earlier.value) != len(later.value):
            continue
        if earlier.value > later.value:
            yield Effect(first, "date.order_conflict", raises=False)
            yield Effect(second, "date.order_conflict", raises=False)


def _generations(fields: Mapping[str, Field]) -> Iterator[Effect]:
    """A parent is older than the child."""
    child = fields.get("date_of_birth")
    for name in ("mother_birth_year", "father_birth_year"):
        parent = fields.get(name)
        if child is None or parent is None or not parent.value[:4].isdigit() or not child.value[:4].isdigit():
            continue
        if int(child.value[:4]) - int(parent.value[:4]) < _YOUNGEST_PARENT:
            yield Effect(name, "date.generation_conflict", raises=False)


def _near_names(fields: Mapping[str, Field], spec: PaperSpec) -> Iterator[Effect]:
    """The same name twice agrees; two names that differ by a letter or two are one name, once misread."""
    names = [
        fields[field.name] for field in spec.fields if field.kind is Kind.PERSON_NAME and field.name in fields
    ]
    for left, right in combinations(names, 2):
        if left.value == right.value:
            # A letter misread once is misread twice where the print is the same: odd syllables stay doubted.
            if not all(is_syllable(word) for word in left.value.split()):
                continue
            yield from _both(left.name, right.name, agrees=True, code="name.twice")
        elif alike(strokes(left.value), strokes(right.value)) > _NEAR_NAME:
            surer, other = (left, right) if left.confidence >= right.confidence else (right, left)
            yield Effect(other.name, "name.twice_conflict", raises=False)
            if surer.confidence < _SURE_NAME:
                yield Effect(surer.name, "name.twice_conflict", raises=False)


def _provinces(fields: Mapping[str, Field], spec: PaperSpec, places: Places) -> Iterator[Effect]:
    """An address that ends with ``tỉnh …`` ends with a province, old or new; else its end was misread."""
    for found in spec.fields:
        field = fields.get(found.name)
        if field is None or found.kind is not Kind.PLACE:
            continue
        last = field.value.rpartition(",")[2].strip()
        if fold(last).startswith("tinh"):
            known = bool(places.named(last))
            reason = "place.province_known" if known else "place.province_unknown"
            yield Effect(field.name, reason, raises=known, weak=True)


def _zone_name(fields: Mapping[str, Field]) -> Iterator[Effect]:
    """The last line of the machine-readable zone prints the name without accents."""
    name, zone = fields.get("full_name"), fields.get("mrz")
    if name is None or zone is None:
        return
    if squash(name.value) == squash(zone.value.rpartition("\n")[2]):
        # The zone has no accents, which are what is misread most.
        yield Effect(name.name, "mrz.name_agrees", raises=True, weak=True)
        yield Effect(zone.name, "mrz.name_agrees", raises=True)


def _both(left: str, right: str, *, agrees: bool, code: str) -> Iterator[Effect]:
    # Sex and year stand in four of the twelve digits: they say little about the other eight.
    yield _effect(left, agrees=agrees, code=code, weak=code.startswith("id."))
    yield _effect(right, agrees=agrees, code=code)


def _effect(name: str, *, agrees: bool, code: str, weak: bool = False) -> Effect:
    return Effect(name, f"{code}_agrees" if agrees else f"{code}{CONFLICT}", raises=agrees, weak=weak)

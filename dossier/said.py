"""What a paper says about the people and organisations it names, and which two numbers it says are one's.

The places where a paper says it are tables: a new kind of paper that prints both numbers needs a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dossier.documents import Document, Party
from dossier.fields import Evidence, Field
from dossier.persons import NumberKind, Sex, identity_number

_SURE: Final = 0.99
"""From this confidence on a printed number may join two records without a person looking."""
_FAIR: Final = 0.90
"""From this one on it may, where the papers of both records tell of the same person anyway."""

_CHECKED: Final = frozenset({Evidence.QR, Evidence.MRZ, Evidence.EMBEDDED, Evidence.PERSON})
"""Evidence that does not rest on reading print alone."""

_NEW_NUMBER: Final = "personal_id"
_OLD_NUMBERS: Final = ("old_identity_number",)
"""Fields of an earlier number, beside the field of the same person that ends in ``_NEW_NUMBER``."""

_SEX_OF_RELATION: Final = {
    "wife": Sex.FEMALE,
    "husband": Sex.MALE,
    "mother": Sex.FEMALE,
    "father": Sex.MALE,
}
_PLACES: Final = ("permanent_residence", "residence", "current_residence", "last_residence")
"""Where a person lives, the most lasting first."""

_BOTH_PRINTED: Final = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{9})(?![0-9])")
_MOST_LETTERS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one paper says about the bearer of a number; what it does not say is empty.

    Attributes:
        name: as in the paper's record.
        birth: ISO date or year.
        sex: ``male``, ``female``.
        mother, father: full names.
        residence: the most lasting place of residence it names.
    """

    name: str = ""
    birth: str = ""
    sex: str = ""
    mother: str = ""
    father: str = ""
    residence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSaid:
    """A number on a paper, and what the paper says about its bearer."""

    number: str
    kind: NumberKind
    said: Said


class Reading(IntEnum):
    """How surely two numbers on a paper were read, the worse of the two."""

    DOUBTFUL = 0
    """A person has to look."""
    FAIR = 1
    """It counts where the papers of both numbers tell of the same person anyway."""
    SURE = 2
    """It counts by itself."""


@dataclass(frozen=True, slots=True)
class PairSaid:
    """Two numbers a paper gives to one person, and how surely they were read."""

    number: str
    earlier: str
    reading: Reading


def numbers_said(document: Document) -> tuple[NumberSaid, ...]:
    """Every well-formed number of the paper's parties, once, with what the paper says about its bearer."""
    found: dict[str, NumberSaid] = {}
    for party in document.parties:
        parsed = identity_number(party.number)
        if parsed is not None and parsed[0] == party.number and party.number not in found:
            found[party.number] = NumberSaid(
                number=party.number, kind=parsed[1], said=_about(document, party)
            )
    return tuple(found.values())


def pairs_said(document: Document) -> tuple[PairSaid, ...]:
    """Pairs of a 12-digit number and an earlier one that the paper gives to one person.

    A number that is asked about proves nothing until a person answered.
    """
    found: dict[tuple[str, str], PairSaid] = {}
    for number, earlier, fields in _candidates(document):
        pair = (number, earlier)
        reading = min(_reading(field, document) for field in fields)
        if pair not in found or reading > found[pair].reading:
            found[pair] = PairSaid(number, earlier, reading)
    return tuple(found.values())


def _candidates(document: Document) -> Iterator[tuple[str, str, tuple[Field, ...]]]:
    for field in document.fields:
        if not field.name.endswith(_NEW_NUMBER):
            continue
        number = _of_kind(field.value, NumberKind.PERSONAL_ID)
        prefix = field.name.removesuffix(_NEW_NUMBER)
        others = [found for name in _OLD_NUMBERS if (found := document.field(prefix + name)) is not None]
        for other in others:
            earlier = _of_kind(other.value, NumberKind.OLD_CARD)
            if number and earlier:
                yield number, earlier, (field, other)
        printed = set(_BOTH_PRINTED.findall(field.printed[:_MOST_LETTERS]))
        if number in printed and len(printed) == 2:
            # One field that prints both: "079186000401 (CMND cũ: 023456789)".
            (earlier,) = printed - {number}
            if len(earlier) < len(number):
                yield number, earlier, (field,)


def _of_kind(text: str, kind: NumberKind) -> str:
    parsed = identity_number(text)
    return parsed[0] if parsed is not None and parsed[1] is kind else ""


def _reading(field: Field, document: Document) -> Reading:
    if field.name in document.questions:
        return Reading.DOUBTFUL
    if field.evidence in _CHECKED or field.confidence >= _SURE:
        return Reading.SURE
    return Reading.FAIR if field.confidence >= _FAIR else Reading.DOUBTFUL


def _about(document: Document, party: Party) -> Said:
    own = _own_fields(document, party)
    prefix = "" if party.relation == "subject" else f"{party.relation}_"
    places = (document.value(prefix + place) for place in _PLACES) if own or prefix else ()
    sex = document.value("sex") if own else _SEX_OF_RELATION.get(party.relation, "")
    return Said(
        name=_short(party.name),
        birth=party.birth if re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?", party.birth) else "",
        sex=sex if sex in set(Sex) else "",
        mother=_short(document.value("mother_full_name")) if own else "",
        father=_short(document.value("father_full_name")) if own else "",
        residence=_short(next(filter(None, places), "")),
    )


def _own_fields(document: Document, party: Party) -> bool:
    """Whether fields without a role's name (``sex``, ``mother_full_name``) are about this party."""
    return party.relation == "subject" and sum(p.relation == "subject" for p in document.parties) == 1


def _short(text: str) -> str:
    return " ".join(text.split())[:_MOST_LETTERS]

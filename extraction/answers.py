"""What a person types about a field, brought into the normal form of its kind, and what then contradicts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from dossier.fields import Field
from extraction.checks import CONFLICT, check
from extraction.values.names import title_case
from extraction.values.read import READERS
from extraction.values.texts import read_text, tidy
from rulebook.paper_spec import Kind, PaperSpec
from rulebook.places import Places, load_places

_LONGEST = 2000
"""Characters; the longest field of a form is a list of business lines."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNIT = re.compile(r"\s*(?:đồng|đ|vnđ|vnd|m²|m2|mét vuông)\.?$", re.IGNORECASE)
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SUM = re.compile(r"[0-9]+|[0-9]{1,3}(?:[.,\s][0-9]{3})+")
_MEASURED = (Kind.MONEY, Kind.AREA)
_COPIED = (Kind.MRZ, Kind.PLACE, Kind.TEXT, Kind.PERSON_NAME, Kind.CODE)


def read_answer(kind: Kind, text: str) -> str | None:
    """The normalised value a person typed; normal forms are taken as they are.

    Unlike print, nothing is guessed: the whole text has to be the value, without a letter taken for a digit.

    Args:
        kind: of the field.
        text: as typed (``31/12/2030``, ``079 186 999 401``, ``Nam``).

    Returns:
        The value as the vocabulary writes it; nothing when the text is no value of that kind.
    """
    typed = unicodedata.normalize("NFC", text).strip()
    if not typed or len(typed) > _LONGEST:
        return None
    return _copied(kind, typed) if kind in _COPIED else _whole(kind, typed)


def contradictions(
    fields: Sequence[Field], spec: PaperSpec, *, places: Places | None = None
) -> Mapping[str, frozenset[str]]:
    """Reason codes of the checks across fields that contradict each field; fields in order have none.

    Args:
        fields: of one paper.
        spec: of its type.
        places: provinces and units; the project's own tables when not given.
    """
    bare = {field.name: replace(field, reasons=()) for field in fields}
    checked = check(bare, spec, places if places is not None else load_places())
    found = {
        name: frozenset(reason for reason in field.reasons if reason.endswith(CONFLICT))
        for name, field in checked.items()
    }
    return {name: reasons for name, reasons in found.items() if reasons}


def asked_again(
    before: Sequence[Field], after: Sequence[Field], spec: PaperSpec, *, places: Places | None = None
) -> tuple[tuple[Field, ...], frozenset[str]]:
    """Check corrected fields against each other once more.

    Args:
        before: as they were before a person corrected them.
        after: with the person's values.
        spec: of the paper's type.
        places: provinces and units; the project's own tables when not given.

    Returns:
        The corrected fields with the reasons that hold now, and the names of those that contradict each
        other and either did not before or were touched by the person.
    """
    old, new = (contradictions(fields, spec, places=places) for fields in (before, after))
    unchanged = set(before)
    asked = {
        field.name
        for field in after
        if new.get(field.name)
        and (new[field.name] - old.get(field.name, frozenset()) or field not in unchanged)
    }
    fields = tuple(
        _with_reasons(field, gone=old.get(field.name, frozenset()), now=new.get(field.name, frozenset()))
        for field in after
    )
    return fields, frozenset(asked)


def _with_reasons(field: Field, *, gone: frozenset[str], now: frozenset[str]) -> Field:
    kept = tuple(reason for reason in field.reasons if reason in now or reason not in gone)
    added = tuple(sorted(now - set(kept)))
    suggestion = field.suggestion if now else ""
    return replace(field, reasons=(*kept, *added), suggestion=suggestion)


def _copied(kind: Kind, typed: str) -> str | None:
    """Words and codes, as a person copied them from the paper; only case and spaces are put in order."""
    match kind:
        case Kind.PERSON_NAME:
            return title_case(typed) if _is_name(typed) else None
        case Kind.CODE:
            value = re.sub(r"\s", "", typed)
            return value if any(mark.isdigit() for mark in value) else None
        case Kind.MRZ:
            return typed
        case _:
            return tidy(typed) if read_text(typed) is not None else None


def _whole(kind: Kind, typed: str) -> str | None:
    """The value, when the reader of that kind takes in the whole text without correcting a character."""
    if kind is Kind.DATE and _ISO.fullmatch(typed):
        return typed if _is_day(typed) else None
    typed = _UNIT.sub("", typed) if kind in _MEASURED else typed
    reading = READERS[kind](typed)
    if reading is None or reading.reasons or reading.end - reading.start != len(typed):
        return None
    if kind is Kind.MONEY and not _SUM.fullmatch(typed):
        return None
    if kind is Kind.AREA and not _DECIMAL.fullmatch(reading.value):
        return None
    return reading.value


def _is_name(typed: str) -> bool:
    marks = [mark for mark in typed if not (mark.isspace() or mark in "'’`-.")]
    return bool(marks) and all(mark.isalpha() or unicodedata.combining(mark) for mark in marks)


def _is_day(typed: str) -> bool:
    try:
        date.fromisoformat(typed)
    except ValueError:
        return False
    return True

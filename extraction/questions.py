"""What a person must look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dossier.fields import Field
from dossier.review import TYPE_QUESTION
from extraction.checks import has_conflict
from extraction.demand import AS_MEASURED, Demand
from rulebook.paper_spec import FieldSpec, Kind, PaperSpec, ThresholdFrom
from rulebook.vocabulary import UNKNOWN_TYPE

ASK_TYPE_BELOW = 0.75
"""Confidence of the type from which nobody is asked about it."""
_HARD_NAMES = 0.94
"""Confidence below which a name is asked about on a page that is hard to read."""


def questions(
    spec: PaperSpec,
    fields: Sequence[Field],
    *,
    score: float,
    hard: Collection[str] = (),
    demand: Demand = AS_MEASURED,
) -> tuple[str, ...]:
    """The type when unsure; key fields that are missing or doubtful; any field that a check contradicts.

    The number that says whose paper it is counts as key wherever it is printed: a digit misread gives the
    paper to another person.

    Args:
        spec: of the paper's type.
        fields: as read.
        score: confidence of the type, 0 to 1.
        hard: names of fields on pages that are hard to read, where names are asked about sooner.
        demand: how much more is asked than the tables say.
    """
    found = {field.name: field for field in fields}
    asked = [TYPE_QUESTION] if spec.type == UNKNOWN_TYPE or score < ASK_TYPE_BELOW else []
    for wanted in spec.fields:
        field = found.get(wanted.name)
        if field is None:
            if wanted.key:
                asked.append(wanted.name)
            continue
        enough = demand.threshold(wanted, _threshold(wanted, hard))
        if has_conflict(field) or (wanted.name in spec.deciding and field.confidence < enough):
            asked.append(wanted.name)
    return tuple(asked)


def _threshold(wanted: FieldSpec, hard: Collection[str]) -> float:
    """That of the field; what a table or an office says is never changed."""
    own = wanted.threshold_from is not ThresholdFrom.PROGRAM
    if own or wanted.kind is not Kind.PERSON_NAME or wanted.name not in hard:
        return wanted.ask_below
    return max(_HARD_NAMES, wanted.ask_below)

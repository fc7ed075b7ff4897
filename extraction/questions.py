"""What a person must look at."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.documents import PartyRole
from dossier.fields import Field
from dossier.review import TYPE_QUESTION
from extraction.checks import has_conflict
from rulebook.paper_spec import PaperSpec
from rulebook.vocabulary import UNKNOWN_TYPE

ASK_TYPE_BELOW = 0.75
"""Confidence of the type from which nobody is asked about it."""


def questions(spec: PaperSpec, fields: Sequence[Field], *, score: float) -> tuple[str, ...]:
    """The type when unsure; key fields that are missing or doubtful; any field that a check contradicts.

    The number that says whose paper it is counts as key wherever it is printed: a digit misread gives the
    paper to another person.

    Args:
        spec: of the paper's type.
        fields: as read.
        score: confidence of the type, 0 to 1.
    """
    deciding = {party.number for party in spec.parties if party.role is PartyRole.OWNER}
    found = {field.name: field for field in fields}
    asked = [TYPE_QUESTION] if spec.type == UNKNOWN_TYPE or score < ASK_TYPE_BELOW else []
    for wanted in spec.fields:
        field = found.get(wanted.name)
        if field is None:
            if wanted.key:
                asked.append(wanted.name)
            continue
        decides = wanted.key or wanted.name in deciding
        if has_conflict(field) or (decides and field.confidence < wanted.ask_below):
            asked.append(wanted.name)
    return tuple(asked)

"""How sure a field is in the end: of the fields given 0.9, nine in ten are right.

A logistic model over few signs, one for each family of kinds, fitted on made pages read by the project's own
reader (``python -m bench.understanding.fit``); the page images of the half it is measured on take no part.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from dossier.fields import Evidence, Field
from extraction.checks import CONFLICT
from extraction.choose import PRINTED_TWICE, TWO_CANDIDATES
from extraction.evidence import Signs
from extraction.gather import OTHER_DAY
from extraction.mending import CORRECTED as SURNAME_CORRECTED
from rulebook.names import load_names
from rulebook.paper_spec import FieldSpec, Kind

FAMILIES: Mapping[Kind, str] = {
    Kind.PERSON_NAME: "name",
    Kind.DATE: "date",
    Kind.YEAR: "date",
    Kind.PERSONAL_ID: "number",
    Kind.CODE: "code",
    Kind.SEX: "word",
    Kind.PLACE: "text",
    Kind.TEXT: "text",
    Kind.MONEY: "code",
    Kind.AREA: "code",
    Kind.NUMBER: "code",
    Kind.MRZ: "code",
}
SIGNS = (
    "bias", "place", "shape", "least", "together", "whole", "words", "page", "type",
    "agrees", "weak_agrees", "conflict", "corrected", "rival", "twice", "doubtful", "common", "siblings",
)  # fmt: skip
"""Names of the signs, in the order of the weights."""

_LEAST, _MOST = 0.01, 0.999
_MOST_OTHER_DAY = 0.7
_FLOOR = 1e-4
_WEAK = ("id.", "place.", "mrz.name")


def sign_values(
    signs: Signs, reasons: Sequence[str], *, value: str, legible: float, type_confidence: float
) -> tuple[float, ...]:
    """The signs of one field as numbers, in the order of ``SIGNS``.

    Args:
        signs: of the value.
        reasons: all reasons of the field, those of the checks among them.
        value: of the field; of names it counts how usual they are.
        legible: mean confidence of the words of its page, 0 to 1: a worn page is worn everywhere.
        type_confidence: of the paper's type, 0 to 1.
    """
    agrees = [reason for reason in reasons if reason.endswith(("agrees", "known"))]
    return (
        1.0,
        _odds(signs.place),
        _odds(signs.shape),
        _odds(signs.least),
        _odds(signs.together),
        1.0 - signs.whole,
        math.log(max(1, signs.words)),
        _odds(legible),
        _odds(type_confidence),
        float(any(not reason.startswith(_WEAK) for reason in agrees)),
        float(any(reason.startswith(_WEAK) for reason in agrees)),
        float(any(reason.endswith(CONFLICT) for reason in reasons)),
        float(any(reason.startswith("ocr.") for reason in reasons)),
        float(TWO_CANDIDATES in reasons),
        float(PRINTED_TWICE in reasons),
        float(SURNAME_CORRECTED in reasons),
        *_usual(value),
    )


def _usual(value: str) -> tuple[float, float]:
    """(1 when every word is usual in names, share of words of which only the accents are not)."""
    names = load_names()
    first, *rest = value.split() or [""]
    known = [names.surnames.known(first), *(names.givens.known(word) for word in rest)]
    siblings = [names.givens.accents_doubtful(word) for word in rest]
    return float(all(known)), sum(siblings) / max(1, len(rest))


def family(spec: FieldSpec) -> str:
    """Which model is for a field: by its kind; a value of few choices is a code."""
    return "code" if spec.choices else FAMILIES[spec.kind]


def sure(field: Field, spec: FieldSpec, values: Sequence[float]) -> float:
    """The share of fields with such signs that are right, 0 to 1."""
    weights = _weights().get(family(spec))
    if weights is None or field.evidence in {Evidence.MRZ, Evidence.QR}:
        return field.confidence
    most = _MOST_OTHER_DAY if OTHER_DAY in field.reasons else _MOST
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return min(most, max(_LEAST, 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))))


def _odds(share: float) -> float:
    """Logarithm of the odds, bounded."""
    bounded = min(1 - _FLOOR, max(_FLOOR, share))
    return math.log(bounded / (1 - bounded))


@cache
def _weights() -> Mapping[str, tuple[float, ...]]:
    """By family; none while a new table has yet to be fitted for other signs (a test compares the two)."""
    table = json.loads((files("extraction") / "data" / "confidence.json").read_text(encoding="utf-8"))
    if table["signs"] != list(SIGNS):
        return {}
    return {str(family): tuple(map(float, weights)) for family, weights in table["weights"].items()}

"""What understanding one page is worth, and the sums over many.

Counted as the vocabulary says: a value is right when it equals the truth after NFC, case folding and
white-space folding; a missing field is wrong; a field given that the paper does not have counts against
precision.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.understanding.cases import Case, same_value
from dossier.review import TYPE_QUESTION
from dossier.text import PageText
from extraction.document import Understood, understand
from rulebook.paper_spec import Papers

_BINS = 10
SURE_TYPE = 0.9
"""From this confidence on a wrong type is a fault nobody would look for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOutcome:
    """One field that stands on the page, or was given.

    Attributes:
        name: of the vocabulary.
        key: whether a wrong one sends the paper to a person.
        wanted: the truth; empty when the paper does not have it.
        got: the value given; empty when none was.
        confidence: of the value given.
        asked: whether a person is asked to look at it.
    """

    name: str
    key: bool
    wanted: str
    got: str
    confidence: float
    asked: bool

    @property
    def right(self) -> bool:
        """Whether the value given is the truth."""
        return same_value(self.wanted, self.got)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One page with what was made of it.

    ``missing_asked`` counts key fields asked for though they do not stand on the page; ``cpu`` is in seconds,
    reading not counted.
    """

    case: Case
    papers: int
    type: str
    type_confidence: float
    type_asked: bool
    fields: tuple[FieldOutcome, ...]
    missing_asked: int
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Shares (0 to 1) over pages; counts where a share would hide how few there are.

    Attributes:
        pages, key_fields, fields: how many were counted.
        type_right: share of pages with the right type.
        sure_wrong_types: pages given a wrong type with confidence 0.9 or more.
        key_exact, all_exact: share of key fields, and mean over pages of the share of all fields, exact.
        precision: share of the fields given that are right.
        unasked_wrong: share of key fields that are wrong (or invented) and not among the questions.
        asked: share of the key fields on the pages that become questions.
        calibration: expected calibration error of the fields given.
        type_calibration: the same of the types.
        cpu: mean seconds a page.
    """

    pages: int
    key_fields: int
    fields: int
    type_right: float
    sure_wrong_types: int
    key_exact: float
    all_exact: float
    precision: float
    unasked_wrong: float
    asked: float
    calibration: float
    type_calibration: float
    cpu: float


def measure(case: Case, page: PageText, papers: Papers) -> Outcome:
    """Understand one page and compare with what stands on it."""
    before = time.process_time()
    found = understand([page], papers)
    cpu = time.process_time() - before
    best = found[0]
    spec = papers.spec(best.type)
    keys = {*papers.spec(case.type).key_fields}
    asked = set(best.questions)
    if TYPE_QUESTION in asked and best.type != case.type:
        # The fields are read again once a person has said the type; until then none of them is used.
        asked |= keys
    return Outcome(
        case=case,
        papers=len(found),
        type=best.type,
        type_confidence=best.type_confidence,
        type_asked=TYPE_QUESTION in asked,
        fields=_fields(case, best, keys=keys, asked=asked),
        missing_asked=len((asked & {*spec.key_fields}) - {*case.fields}),
        cpu=cpu,
    )


def _fields(case: Case, best: Understood, *, keys: set[str], asked: set[str]) -> tuple[FieldOutcome, ...]:
    given = {field.name: field for field in best.fields}
    return tuple(
        FieldOutcome(
            name=name,
            key=name in keys,
            wanted=case.fields.get(name, ""),
            got=given[name].value if name in given else "",
            confidence=given[name].confidence if name in given else 0.0,
            asked=name in asked,
        )
        for name in dict.fromkeys((*case.fields, *given))
    )


def sums(outcomes: Sequence[Outcome]) -> Sums:
    """The sums over some pages; at least one."""
    fields = [field for outcome in outcomes for field in outcome.fields]
    printed = [field for field in fields if field.wanted]
    keys = [field for field in printed if field.key]
    given = [field for field in fields if field.got]
    return Sums(
        pages=len(outcomes),
        key_fields=len(keys),
        fields=len(printed),
        type_right=_share([outcome.type == outcome.case.type for outcome in outcomes]),
        sure_wrong_types=sum(
            outcome.type != outcome.case.type and outcome.type_confidence >= SURE_TYPE for outcome in outcomes
        ),
        key_exact=_share([field.right for field in keys]),
        all_exact=_mean([_share([field.right for field in outcome.fields if field.wanted])
                         for outcome in outcomes if any(field.wanted for field in outcome.fields)]),
        precision=_share([field.right for field in given]),
        unasked_wrong=sum(field.key and not field.right and not field.asked for field in fields)
        / max(1, len(keys)),
        asked=_share([field.asked for field in keys]),
        calibration=calibration_error([(field.confidence, field.right) for field in given]),
        type_calibration=calibration_error(
            [(outcome.type_confidence, outcome.type == outcome.case.type) for outcome in outcomes]
        ),
        cpu=_mean([outcome.cpu for outcome in outcomes]),
    )  # fmt: skip


def by_grade(outcomes: Sequence[Outcome]) -> Mapping[str, Sums]:
    """The sums of each grade."""
    grades = dict.fromkeys(outcome.case.grade for outcome in outcomes)
    return {grade: sums([one for one in outcomes if one.case.grade == grade]) for grade in grades}


def calibration_error(given: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten equal-width bins of confidence."""
    error = 0.0
    for number in range(_BINS):
        inside = [pair for pair in given if min(_BINS - 1, int(pair[0] * _BINS)) == number]
        if inside:
            said, true = _mean([sure for sure, _ in inside]), _share([right for _, right in inside])
            error += abs(said - true) * len(inside) / len(given)
    return error


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 1.0


def _mean(found: Sequence[float]) -> float:
    return sum(found) / len(found) if found else 0.0

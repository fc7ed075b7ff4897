"""The sums as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bench.understanding.score import Outcome, Sums, by_grade, sums

_HEAD = (
    f"{'':7}{'trang':>6}{'loại':>8}{'sai chắc':>9}{'chính':>8}{'mọi':>8}{'đúng/đã cho':>13}"
    f"{'sai không hỏi':>15}{'hỏi':>8}{'ECE':>8}{'ECE loại':>10}{'ms':>6}"
)
ALL = "mean"


def table(outcomes: Sequence[Outcome]) -> str:
    """One row for each grade, then all pages, shares in per cent."""
    rows = [_row(name, found) for name, found in _named(outcomes).items()]
    return "\n".join((_HEAD, *rows)) + "\n"


def as_json(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The sums of each grade and of all pages."""
    return {name: asdict(found) for name, found in _named(outcomes).items()}


def errors_json(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """What was read wrongly, field by field; for the half that may be looked at."""
    return [
        {
            "page": outcome.case.image.name,
            "type": [outcome.case.type, outcome.type],
            "field": field.name,
            "key": field.key,
            "wanted": field.wanted,
            "got": field.got,
            "confidence": round(field.confidence, 4),
            "asked": field.asked,
        }
        for outcome in outcomes
        for field in outcome.fields
        if not field.right
    ]


def _named(outcomes: Sequence[Outcome]) -> Mapping[str, Sums]:
    return {**by_grade(outcomes), ALL: sums(outcomes)}


def _row(name: str, found: Sums) -> str:
    return (
        f"{name:7}{found.pages:6}{found.type_right:8.2%}{found.sure_wrong_types:9}{found.key_exact:8.2%}"
        f"{found.all_exact:8.2%}{found.precision:13.2%}{found.unasked_wrong:15.2%}{found.asked:8.2%}"
        f"{found.calibration:8.4f}{found.type_calibration:10.4f}{found.cpu * 1000:6.1f}"
    )

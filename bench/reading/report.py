"""The comparison as numbers: one row for each way and grade, and the mean over all pages."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypedDict

from bench.reading.run import Outcome, WayResult
from bench.reading.ways import LABELS

GRADE_ORDER = ("clean", "light", "worn", "bad", "real", "drawn", "—")
ALL = "mean"


class Row(TypedDict):
    """Means over the pages of one grade read in one way; None where there is nothing to count.

    ``cer`` and ``word_f1`` as ``ocr.scoring`` defines them, page by page; ``keys`` is the part of all key
    strings found exactly; ``orientation`` the part of the pages turned as they have to be; ``cpu`` and
    ``wall`` in seconds a page.
    """

    way: str
    grade: str
    pages: int
    cer: float
    word_f1: float
    keys: float | None
    orientation: float | None
    cpu: float
    wall: float
    failed: int


def rows(result: WayResult) -> list[Row]:
    """One row for each grade, then the mean over all pages."""
    grades = sorted({outcome.case.grade for outcome in result.outcomes}, key=_place)
    parts = [
        _row(result, grade, [outcome for outcome in result.outcomes if outcome.case.grade == grade])
        for grade in grades
    ]
    return [*parts, _row(result, ALL, result.outcomes)]


def as_json(results: Sequence[WayResult], *, workers: int) -> dict[str, object]:
    """Everything measured, page by page too."""
    return {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "workers": workers,
        "rows": [row for result in results for row in rows(result)],
        "runs": [
            {
                "way": result.way,
                "wall_seconds": round(result.wall, 2),
                "pages_per_second": round(len(result.outcomes) / result.wall, 3) if result.wall else None,
                "peak_megabytes": round(result.peak_megabytes, 1),
            }
            for result in results
        ],
        "pages": [_page(result, outcome) for result in results for outcome in result.outcomes],
    }


def table(results: Sequence[WayResult]) -> str:
    """For people; heads in Vietnamese."""
    head = (
        f"{'Cách đọc':34}{'Mức':8}{'Trang':>6}{'CER':>9}{'F1 từ':>9}{'Số, ngày':>10}"
        f"{'Đúng chiều':>12}{'CPU s/tr':>10}{'Lỗi':>5}"
    )
    lines = [head]
    for result in results:
        for row in rows(result):
            label = LABELS[result.way]
            grade = "tất cả" if row["grade"] == ALL else row["grade"]
            lines.append(
                f"{label:34}{grade:8}{row['pages']:6}{row['cer']:9.4f}{row['word_f1']:9.4f}"
                f"{_part(row['keys']):>10}{_part(row['orientation']):>12}{row['cpu']:10.2f}{row['failed']:5}"
            )
        lines.append(
            f"{'':34}bộ nhớ cao nhất {result.peak_megabytes:.0f} MB; {result.wall:.1f} giây thực cho cả lượt"
        )
        failures = Counter(outcome.shot.failure for outcome in result.outcomes if outcome.shot.failure)
        lines += [f"{'':34}lỗi {count} trang: {words}" for words, count in failures.most_common()]
    return "\n".join(lines) + "\n"


def _row(result: WayResult, grade: str, outcomes: Sequence[Outcome]) -> Row:
    keys = sum(outcome.score.keys for outcome in outcomes)
    turned = [outcome.turned_right for outcome in outcomes if outcome.turned_right is not None]
    return Row(
        way=result.way,
        grade=grade,
        pages=len(outcomes),
        cer=_mean(outcome.score.cer for outcome in outcomes),
        word_f1=_mean(outcome.score.word_f1 for outcome in outcomes),
        keys=round(sum(outcome.score.keys_right for outcome in outcomes) / keys, 5) if keys else None,
        orientation=_mean(turned) if turned else None,
        cpu=_mean(outcome.shot.cpu for outcome in outcomes),
        wall=_mean(outcome.shot.wall for outcome in outcomes),
        failed=sum(bool(outcome.shot.failure) for outcome in outcomes),
    )


def _page(result: WayResult, outcome: Outcome) -> dict[str, object]:
    return {
        "way": result.way,
        "page": outcome.case.name,
        "grade": outcome.case.grade,
        "half": outcome.case.half,
        "cer": round(outcome.score.cer, 5),
        "word_f1": round(outcome.score.word_f1, 5),
        "keys": [outcome.score.keys_right, outcome.score.keys],
        "turned_right": outcome.turned_right,
        "cpu": round(outcome.shot.cpu, 3),
        "failure": outcome.shot.failure,
    }


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return round(sum(known) / len(known), 5) if known else 0.0


def _part(value: float | None) -> str:
    return "—" if value is None else f"{value:.4f}"


def _place(grade: str) -> tuple[int, str]:
    return (GRADE_ORDER.index(grade) if grade in GRADE_ORDER else len(GRADE_ORDER), grade)

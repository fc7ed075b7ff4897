from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.calibration import (
    WAYS,
    PageWords,
    Uncalibrated,
    best_way,
    cross_validated,
    page_words,
    report,
    right_words,
    table_entry,
)
from bench.isotonic import SHAPES, expected_error, log_loss
from bench.reading.cases import Case
from ocr.reader import Reader
from tests.ocr.pages import FixedEngine, StillClock, draw_page, engine_word, save

_JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=300)


def _boastful(count: int, *, seed: int = 5) -> tuple[list[float], list[bool]]:
    """Confidences of a reader that is wrong twice as often as it says."""
    chance = random.Random(seed)  # noqa: S311  chance for a test
    raw = [1 - 0.5 * chance.random() for _ in range(count)]
    return raw, [chance.random() > 2 * (1 - sure) for sure in raw]


def _pages(count: int = 24) -> list[PageWords]:
    found = []
    for index in range(count):
        raw, right = _boastful(60, seed=index)
        half = "tune" if index % 2 else "test"
        name = f"{index // 2}.pdf#{index}"
        kinds = tuple(("syllable", "number")[place % 2] for place in range(60))
        found.append(PageWords(name, "clean", half, kinds, tuple(raw), tuple(right)))
    return found


@pytest.mark.parametrize(
    ("truth", "read", "right"),
    [
        ("một hai ba", "một hai ba", [1, 1, 1]),
        ("một hai ba", "một hái ba", [1, 0, 1]),
        # The right column was read first.
        ("một hai ba bốn", "ba bốn một hai", [1, 1, 1, 1]),
        # A word of a seal that stands once on the paper: the one in its place is right.
        ("Ủy ban nhân dân", "Ủy ban nhân dân ban", [1, 1, 1, 1, 0]),
        ("", "khói", [0]),
        ("một", "", []),
    ],
)
def test_a_word_is_right_where_the_truth_has_one_for_it(truth: str, read: str, right: list[int]) -> None:
    assert right_words(truth, read.split()) == [bool(one) for one in right]


@pytest.mark.parametrize("shape", SHAPES)
@given(judged=_JUDGED)
def test_a_fitted_map_never_falls_and_stays_between_0_and_1(
    shape: str, judged: list[tuple[float, bool]]
) -> None:
    curve = SHAPES[shape]([raw for raw, _ in judged], [right for _, right in judged])
    values = [curve.at(step / 50) for step in range(51)]
    assert all(one <= two for one, two in pairwise(values))
    assert all(0 <= value <= 1 for value in values)
    assert all(one < two for one, two in pairwise(curve.raw))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_boastful_reader_is_set_right(shape: str) -> None:
    curve = SHAPES[shape](*_boastful(4000))
    raw, right = _boastful(4000, seed=6)
    chances = [curve.at(one) for one in raw]
    assert expected_error(raw, right) > 0.2
    assert expected_error(chances, right) < 0.05
    assert log_loss(chances, right) < log_loss(raw, right)


def test_expected_error_is_the_mean_gap_of_ten_bins() -> None:
    assert expected_error([], []) == 0
    assert expected_error([1.0, 1.0], [True, True]) == 0
    assert expected_error([0.95, 0.95, 0.15, 0.15], [True, True, False, False]) == pytest.approx(0.1)
    # Too sure and too modest in one bin hide each other; in two bins they do not.
    assert expected_error([0.55, 0.55], [True, False]) == pytest.approx(0.05)


def test_no_page_is_judged_by_a_map_that_saw_its_file() -> None:
    pages = _pages()
    for way in WAYS:
        found = cross_validated(pages, way)
        assert [len(some) for some in found] == [60] * len(pages)
    # Two pages of one file, all wrong at a confidence that nothing else has: nothing can be learned of it.
    odd = [
        PageWords(f"odd.pdf#{n}", "real", "", ("number",) * 90, (0.01,) * 90, (False,) * 90) for n in (1, 2)
    ]
    kept = cross_validated([*pages, *odd], WAYS[0])
    seen = cross_validated([*pages, odd[0], PageWords("b.pdf", "real", "", *_verdicts(odd[1]))], WAYS[0])
    assert min(kept[-1]) > max(seen[-1])


def _verdicts(page: PageWords) -> tuple[tuple[str, ...], tuple[float, ...], tuple[bool, ...]]:
    return page.kinds, page.raw, page.right


def test_the_report_tells_of_both_halves_and_the_table_of_what_was_fitted_on() -> None:
    pages = _pages()
    way, losses = best_way([page for page in pages if page.is_for_fitting])
    rows = report(pages, way)
    assert set(rows) == {"test all", "test clean", "tune all", "tune clean", "fitted on"}
    assert rows["test all"].before > 0.2
    assert rows["test all"].after < 0.05
    assert len(losses) == len(WAYS)
    entry = table_entry(pages, way, version="net 1", made="2026-11-26")
    assert entry["words"] == rows["fitted on"].words == 12 * 60


def test_the_bench_sees_the_readers_own_confidences(tmp_path: Path) -> None:
    words = (
        engine_word("Uỷ", (60, 60, 140, 90), confidence=0.83),
        engine_word("147", (150, 60, 220, 90), confidence=0.97),
    )
    image = save(draw_page(("Uỷ 148",)), tmp_path / "a.png")
    reader = Reader(Uncalibrated(FixedEngine(words)), cpu_clock=StillClock())
    page = page_words(Case(name="a.png", image=image, truth="Uỷ 148", half="tune"), reader, tmp_path / "work")
    assert page.right == (True, False)
    assert page.kinds == ("capital", "number")
    assert Uncalibrated(FixedEngine()).version().startswith("uncalibrated ")

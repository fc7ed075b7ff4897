from __future__ import annotations

import functools
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Line, Word
from ocr.arrays import GrayImage
from ocr.calibration import calibrated
from ocr.checks.doubtful import check_doubtful, page_verdict
from ocr.layout import lines_of_engine, without_specks
from ocr.net.engine import NetEngine
from ocr.wording import worded
from tests.ocr.pages import draw_page

_DPI = 250
_PAGE = draw_page(dpi=_DPI)
# The same page read from less may come out as a little surer by chance.
_TOLERANCE = 0.03


@functools.cache
def _engine() -> NetEngine:
    return NetEngine()


def _read(image: GrayImage) -> tuple[Line, ...]:
    words = _engine().recognise(image, dpi=_DPI, mode="page", seconds=60)
    return calibrated(lines_of_engine(worded(without_specks(words))), engine=_engine().version())


def _verdict(image: GrayImage) -> float:
    return page_verdict(image, _read(image), dpi=_DPI)


def _less_sure(lines: tuple[Line, ...], share: float) -> tuple[Line, ...]:
    return tuple(
        replace(line, words=tuple(replace(word, confidence=word.confidence * share) for word in line.words))
        for line in lines
    )


@functools.cache
def _clean() -> tuple[Line, ...]:
    return _read(_PAGE)


def test_a_clean_page_is_not_doubted() -> None:
    assert page_verdict(_PAGE, _clean(), dpi=_DPI) > 0.93
    assert check_doubtful(_PAGE, _clean(), page=1, dpi=_DPI) == ()


@given(shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_the_verdict_falls_with_the_confidences(shares: tuple[float, float]) -> None:
    low, high = (page_verdict(_PAGE, _less_sure(_clean(), share), dpi=_DPI) for share in sorted(shares))
    assert 0 <= low <= high <= 1


def test_the_verdict_falls_when_lines_are_lost_and_their_print_is_there() -> None:
    lines = _clean()
    verdicts = [page_verdict(_PAGE, lines[:kept], dpi=_DPI) for kept in range(len(lines), -1, -1)]
    assert all(fewer < more for more, fewer in pairwise(verdicts))
    assert verdicts[-1] == 0
    (finding,) = check_doubtful(_PAGE, lines[: len(lines) // 2], page=3, dpi=_DPI)
    assert (finding.code, finding.page) == ("page.doubtful", 3)
    assert finding.value == page_verdict(_PAGE, lines[: len(lines) // 2], dpi=_DPI)


def test_the_more_a_page_is_blurred_the_lower_its_verdict() -> None:
    blurred = [cv2.GaussianBlur(_PAGE, (0, 0), sigma) for sigma in (1.5, 3.0, 4.0, 5.0, 6.5, 8.0)]
    verdicts = [_verdict(np.asarray(page, dtype=np.uint8)) for page in (_PAGE, *blurred)]
    assert all(after <= before + _TOLERANCE for before, after in pairwise(verdicts)), verdicts
    assert verdicts[0] > 0.93
    assert verdicts[-1] < 0.3


@pytest.mark.parametrize("ink", [0, 90])
def test_a_page_under_a_seal_has_a_lower_verdict_than_the_clean_one(ink: int) -> None:
    page = _PAGE.copy()
    middle, millimetre = (700, 480), _DPI / 25.4
    for radius in (17.5, 16.5, 11.0):
        cv2.circle(page, middle, round(radius * millimetre), ink, 4, cv2.LINE_AA)
    cv2.circle(page, middle, round(8 * millimetre), ink, -1, cv2.LINE_AA)
    for angle in range(0, 360, 24):
        x = round(middle[0] + 13.5 * millimetre * np.cos(np.deg2rad(angle)))
        y = round(middle[1] + 13.5 * millimetre * np.sin(np.deg2rad(angle)))
        cv2.putText(page, "B", (x - 12, y + 12), cv2.FONT_HERSHEY_SIMPLEX, 1.1, ink, 4)
    assert _verdict(page) < _verdict(_PAGE) - 0.01


def test_a_page_without_a_word_has_no_evidence() -> None:
    assert page_verdict(np.full((400, 300), 255, dtype=np.uint8), (), dpi=_DPI) == 0


def test_boxes_at_the_rim_of_the_page_are_no_trouble() -> None:
    image = np.full((60, 90), 255, dtype=np.uint8)
    line = Line((Word("Số", Box(0, 0, 90, 60), 0.5),))
    assert page_verdict(image, (line,), dpi=_DPI) == 0.5

from __future__ import annotations

import numpy as np
import pytest

from ocr.net.crops import BASELINE, HEIGHT, cut
from ocr.net.session import FloatArray
from ocr.net.views import further_views, halves, mean_of
from tests.ocr.net.lines import drawn_line, spot


def test_further_views_move_nothing_along_the_line() -> None:
    page, line = drawn_line(size=60)
    crop = cut(page, line)
    columns = np.flatnonzero((crop.ink < 128).any(axis=0))
    for view in further_views(crop):
        assert view.ink.shape == crop.ink.shape
        assert (view.left, view.across, view.spot) == (crop.left, crop.across, crop.spot)
        seen = np.flatnonzero((view.ink < 128).any(axis=0))
        assert seen[0] == pytest.approx(columns[0], abs=1)
        assert seen[-1] == pytest.approx(columns[-1], abs=1)


def test_further_views_stand_on_the_same_baseline_lower_higher_and_softer() -> None:
    page, line = drawn_line(size=60)
    crop = cut(page, line)
    heights: list[int] = []
    for view in further_views(crop):
        rows = np.flatnonzero((view.ink < 128).any(axis=1))
        assert rows[-1] + 1 == pytest.approx(BASELINE, abs=1.5)
        heights.append(int(rows[-1] - rows[0]) + 1)
    lower, higher, soft = heights
    assert lower < soft < higher
    blurred = further_views(crop)[2].ink
    assert blurred.shape[0] == HEIGHT
    assert np.abs(np.diff(blurred.astype(int), axis=1)).max() < np.abs(np.diff(crop.ink.astype(int))).max()


def _view(*chances: float) -> FloatArray:
    return np.array([chances], dtype=np.float32)


def test_views_that_agree_keep_their_chances() -> None:
    assert mean_of([_view(0.7, 0.2, 0.1)] * 3)[0].tolist() == pytest.approx([0.7, 0.2, 0.1], abs=1e-5)


def test_views_that_disagree_believe_less() -> None:
    mean = mean_of([_view(0.98, 0.01, 0.01), _view(0.01, 0.98, 0.01)])
    assert mean[0].sum() == pytest.approx(1.0, abs=1e-5)
    assert mean[0, 0] == pytest.approx(mean[0, 1])
    assert mean[0].max() < 0.5


def test_one_view_that_excludes_a_sign_outweighs_another_that_hardly_prefers_it() -> None:
    mean = mean_of([_view(0.55, 0.45), _view(0.001, 0.999)])
    assert mean[0, 1] > 0.95


def test_two_lines_found_as_one_are_a_lower_at_the_baseline_and_uppers_above_it() -> None:
    lower, uppers = halves(spot(10, 300, base=100.0, x_height=40.0))
    assert (lower.left, lower.right, lower.base, lower.x_height) == (10, 300, 100.0, 20.0)
    assert all(60.0 <= upper.base < 80.0 and upper.x_height == 20.0 for upper in uppers)

"""Scans of one sheet have nearly the same fingerprint, scans of unlike sheets have not."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from dossier.fingerprints import BITS, CANDIDATE_DISTANCE, distance
from ocr.arrays import PageImage
from ocr.fingerprints import scan_fingerprint
from samples.degrade import Wear, to_bilevel, wear_out
from samples.plans.birth import DOSSIER
from samples.raster import render


@cache
def _sheet(file: int, dpi: int) -> PageImage:
    """The first sheet of a file of the first sample dossier: 0 marriage, 2 birth, 3 residence."""
    paper = DOSSIER.files[file].draws[0](np.random.default_rng(1))
    return render(paper.sheets[0], dpi)


def _worn(page: PageImage, *, seed: int, skew: float) -> PageImage:
    wear = Wear(skew=skew, noise=3.0, blur=0.7, tint=(247, 240, 222), shade=0.08, specks=80)
    return wear_out(page, wear, rng=np.random.default_rng(seed))


def _stamped(page: PageImage) -> PageImage:
    """With one more red round seal over the lower left."""
    image = page.copy()
    height, width = image.shape[:2]
    cv2.circle(image, (width // 4, height * 3 // 4), width // 12, (200, 40, 40), 9)
    cv2.putText(image, "DA THU", (width // 5, height * 3 // 4), 0, 2.0, (200, 40, 40), 5)
    return image


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda page: _worn(page, seed=2, skew=1.7), id="worn and askew"),
        pytest.param(lambda page: to_bilevel(_worn(page, seed=3, skew=-0.8)), id="as black and white"),
        pytest.param(lambda page: np.roll(page, (60, -40), axis=(0, 1)), id="lying elsewhere on the glass"),
        pytest.param(_stamped, id="with one more seal"),
    ],
)
@pytest.mark.parametrize("file", [0, 2, 3])
def test_a_sheet_scanned_again_is_a_candidate(file: int, again: object) -> None:
    page = _sheet(file, 200)
    assert callable(again)
    assert distance(scan_fingerprint(page, dpi=200), scan_fingerprint(again(page), dpi=200)) <= (
        CANDIDATE_DISTANCE
    )


def test_resolution_makes_no_difference() -> None:
    prints = [scan_fingerprint(_sheet(2, dpi), dpi=dpi) for dpi in (150, 200, 300)]
    assert max(distance(prints[0], other) for other in prints) <= CANDIDATE_DISTANCE


def test_sheets_of_other_forms_are_no_candidates() -> None:
    marriage, birth, residence = (scan_fingerprint(_sheet(file, 200), dpi=200) for file in (0, 2, 3))
    assert min(distance(marriage, birth), distance(marriage, residence), distance(birth, residence)) > (
        CANDIDATE_DISTANCE
    )


def test_a_page_without_print_is_like_nothing() -> None:
    blank = scan_fingerprint(np.full((1650, 1170), 250, dtype=np.uint8), dpi=150)
    assert blank.is_empty
    assert distance(blank, blank) == BITS


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (40, 40, 3)])
def test_scraps_of_a_page_do_no_harm(shape: tuple[int, ...]) -> None:
    assert scan_fingerprint(np.zeros(shape, dtype=np.uint8), dpi=300).is_empty

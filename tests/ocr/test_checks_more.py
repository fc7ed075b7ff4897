from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.arrays import PageImage, turn_upright
from ocr.checks.blank import has_no_print
from ocr.checks.blur import check_blur
from ocr.checks.corner import check_corner
from ocr.checks.cut import check_cut
from ocr.checks.dark import check_dark
from ocr.checks.fold import check_fold
from ocr.checks.seal import check_seal, find_seals
from ocr.checks.sentences import SENTENCES
from ocr.cleaning import text_image
from ocr.limits import ReadLimits
from ocr.sources import RawPage, open_source
from tests.ocr.pages import TEXT, coloured, draw_page, skewed

_ROOT = Path(__file__).parents[2]
_SAMPLES = sorted(
    path for path in _ROOT.glob("samples/dossiers/*/*") if path.suffix in {".jpg", ".tif", ".pdf"}
)
_REAL = sorted((_ROOT.parent / "shared" / "real").glob("*.pdf"))
_DPI = 200
_PAGE = draw_page(dpi=_DPI, size=(8.27, 11.69), lines=TEXT * 3)
_TURNS = (0, 90, 180, 270)


def _codes(raw: RawPage) -> set[str]:
    """What the checks of a page say."""
    text = text_image(raw.pixels, dpi=raw.dpi, bilevel=raw.bilevel)
    found = [
        *check_dark(raw.pixels, page=1),
        *check_corner(raw.pixels, page=1, dpi=raw.dpi),
        *check_cut(text, page=1, dpi=raw.dpi),
        *check_fold(raw.pixels, page=1, dpi=raw.dpi, bilevel=raw.bilevel),
    ]
    if not has_no_print(text, dpi=raw.dpi):
        found += check_blur(text, page=1, dpi=raw.dpi, bilevel=raw.bilevel)
    return {finding.code for finding in found}


def _pages(path: Path, *, at_most: int) -> list[RawPage]:
    with open_source(path, name=path.name, limits=ReadLimits()) as source:
        numbers = range(1, min(source.page_count, at_most) + 1)
        pages = [source.page(number, enough_dpi=300) for number in numbers]
    return [page for page in pages if page.embedded is None]


def _folded(page: PageImage, *, at: float, degrees: float = 0.0) -> PageImage:
    height, width = page.shape[:2]
    shade = np.zeros((height, width), dtype=np.float32)
    rise = np.tan(np.deg2rad(degrees)) * width / 2
    ends = ((-5, round(at * height + rise)), (width + 5, round(at * height - rise)))
    cv2.line(shade, *ends, 60.0, 3, cv2.LINE_AA)
    dark = np.asarray(shade, dtype=np.uint8)
    return np.asarray(cv2.subtract(page, coloured(dark) if page.ndim == 3 else dark), dtype=np.uint8)


def _sealed(*, ink: tuple[int, int, int], ring: int = 4) -> PageImage:
    page = coloured(_PAGE)
    millimetre = _DPI / 25.4
    middle = (1000, 1900)
    cv2.circle(page, middle, round(17.5 * millimetre), ink, ring, cv2.LINE_AA)
    cv2.circle(page, middle, round(12 * millimetre), ink, 2, cv2.LINE_AA)
    for angle in range(0, 360, 30):
        x = round(middle[0] + 14.5 * millimetre * np.cos(np.deg2rad(angle)))
        y = round(middle[1] + 14.5 * millimetre * np.sin(np.deg2rad(angle)))
        cv2.putText(page, "A", (x - 9, y + 9), cv2.FONT_HERSHEY_SIMPLEX, 0.8, ink, 2)
    return page


@pytest.mark.parametrize("turn", _TURNS)
def test_print_over_the_edge_is_noted_and_a_margin_is_not(turn: int) -> None:
    cut = np.ascontiguousarray(_PAGE[:, 140:])
    assert [finding.code for finding in check_cut(turn_upright(cut, turn), page=2, dpi=_DPI)] == ["page.cut"]
    assert check_cut(turn_upright(_PAGE, turn), page=2, dpi=_DPI) == ()


def test_a_frame_along_the_edge_is_no_cut_print() -> None:
    page = _PAGE.copy()
    cv2.rectangle(page, (0, 0), (page.shape[1] - 1, page.shape[0] - 1), 0, 3)
    assert check_cut(page, page=1, dpi=_DPI) == ()


@pytest.mark.parametrize("turn", _TURNS)
def test_a_missing_corner_on_a_dark_lid_is_noted(turn: int) -> None:
    page = coloured(_PAGE)
    cv2.fillPoly(page, [np.array([(0, 0), (220, 0), (0, 180)], dtype=np.int32)], (40, 40, 42))
    found = check_corner(turn_upright(page, turn), page=1, dpi=_DPI)
    assert [finding.code for finding in found] == ["page.corner"]
    assert found[0].value == pytest.approx(180 / _DPI * 25.4, abs=4)


@pytest.mark.parametrize("degrees", [0.0, 1.5, -4.0])
def test_a_sheet_askew_on_a_dark_lid_has_all_its_corners(degrees: float) -> None:
    matrix = cv2.getRotationMatrix2D((800, 1100), degrees, 1.0)
    size = (_PAGE.shape[1], _PAGE.shape[0])
    askew = cv2.warpAffine(_PAGE, matrix, size, borderValue=(45.0,))
    assert check_corner(np.asarray(askew, dtype=np.uint8), page=1, dpi=_DPI) == ()


@pytest.mark.parametrize("degrees", [0.0, 1.0, -2.0])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_fold_right_across_is_noted(degrees: float, turn: int) -> None:
    page = turn_upright(_folded(coloured(_PAGE), at=0.5, degrees=degrees), turn)
    found = check_fold(page, page=1, dpi=_DPI, bilevel=False)
    assert [finding.code for finding in found] == ["page.fold"]
    assert found[0].value > 4


def test_lines_of_print_rules_and_tables_are_no_folds() -> None:
    page = _PAGE.copy()
    for y in (1200, 1500, 1800):
        cv2.line(page, (120, y), (page.shape[1] - 120, y), 0, 3)
    assert check_fold(page, page=1, dpi=_DPI, bilevel=False) == ()
    assert check_fold(skewed(_PAGE, 2.0), page=1, dpi=_DPI, bilevel=False) == ()
    assert check_fold(_folded(_PAGE, at=0.5), page=1, dpi=_DPI, bilevel=True) == ()


@pytest.mark.parametrize("ink", [(205, 40, 50), (225, 110, 120), (25, 25, 25)])
def test_a_round_seal_in_red_or_black_is_seen(ink: tuple[int, int, int]) -> None:
    page = _sealed(ink=ink)
    boxes = find_seals(page, dpi=_DPI)
    assert len(boxes) == 1
    x, y = boxes[0].centre
    assert abs(x - 1000) < 15
    assert abs(y - 1900) < 15
    assert check_seal(page, page=1, dpi=_DPI, expected=True) == ()


def test_a_missing_seal_is_noted_only_where_one_is_expected() -> None:
    page = coloured(_PAGE)
    assert check_seal(page, page=4, dpi=_DPI, expected=False) == ()
    assert [finding.code for finding in check_seal(page, page=4, dpi=_DPI, expected=True)] == ["page.no_seal"]


def test_a_red_title_or_emblem_is_no_seal() -> None:
    page = coloured(_PAGE)
    cv2.circle(page, (800, 150), 70, (200, 40, 45), -1)
    cv2.rectangle(page, (500, 1700), (900, 1760), (200, 40, 45), -1)
    assert find_seals(page, dpi=_DPI) == ()


def test_every_finding_has_its_sentences() -> None:
    said = {
        code
        for path in (_ROOT / "ocr" / "checks").glob("*.py")
        for code in re.findall(r'Finding\("(page\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert said == set(SENTENCES)
    assert all(vietnamese and english for vietnamese, english in SENTENCES.values())


@pytest.mark.slow
def test_the_sample_pages_give_no_false_alarm() -> None:
    # Those that the samples' plans fold: two sides of a birth certificate, and a page in two dossiers.
    folded = {("1-", 1), ("1-", 2), ("2-", 1), ("3-", 4)}
    for path in _SAMPLES:
        for raw in _pages(path, at_most=5):
            codes = _codes(raw)
            if "page.fold" in codes:
                assert (path.parent.name[:2], raw.number) in folded, path.name
            assert codes <= {"page.fold"}, (path.name, raw.number)


@pytest.mark.slow
@pytest.mark.real_scans
@pytest.mark.skipif(not _REAL, reason="NO PUBLIC SCANS beside the checkout: nothing was tried on real paper")
def test_real_scans_give_no_false_alarm() -> None:
    noted = {
        (path.name[:3], raw.number, code)
        for path in _REAL
        for raw in _pages(path, at_most=5)
        for code in _codes(raw)
    }
    # One paper of these was folded.
    assert {(paper, code) for paper, _, code in noted} <= {("r10", "page.fold")}, noted

"""Separator sheets as they come back from printer and scanner."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest

from dossier.separators import SeparatorSheet, SheetKind, encode_sheet, sheet_of_codes
from ocr.arrays import GrayImage, as_gray
from ocr.barcodes import read_codes
from ocr.separator_sheets import PrintedSheet, separator_pdf
from samples.degrade import Pixels, Wear, to_bilevel, wear_out
from signing import typeface

_SAYS = SeparatorSheet(
    kind=SheetKind.PAPER,
    dossier="H26.5.12-261102-0001",
    procedure="1.001193",
    component="KS-02",
    papers=1,
    pages=2,
)
_SHEET = PrintedSheet(
    code=encode_sheet(_SAYS),
    title="Tờ ngăn: giấy tờ tiếp theo",
    lines=("Mã hồ sơ: H26.5.12-261102-0001", "Đặt tờ này ngay trước: 1 giấy tờ, 2 trang có chữ."),
    foot=("Tờ này chỉ dùng để tách giấy tờ khi quét.", encode_sheet(_SAYS)),
)


def printed(*, dpi: int = 200) -> Pixels:
    with pypdfium2.PdfDocument(separator_pdf([_SHEET], typeface)) as document:
        return np.array(document[0].render(scale=dpi / 72).to_pil().convert("RGB"), dtype=np.uint8)


def says(page: GrayImage, *, dpi: int = 200) -> SeparatorSheet | None:
    return sheet_of_codes([code.text for code in read_codes(page, dpi=dpi)])


@pytest.mark.parametrize(
    "wear",
    [
        Wear(),
        Wear(skew=2.0, noise=4.0, tint=(246, 240, 222), specks=60),
        Wear(skew=-5.0, noise=7.0, blur=1.2, shade=0.3, fold=(0.2, 0.7), edge_shadow=0.4, holes=True),
        Wear(turn=180, noise=5.0, shade=0.2, staple=True),
        Wear(turn=90, skew=3.0, noise=9.0, blur=1.6, shade=0.4, specks=200),
    ],
)
def test_a_sheet_is_read_after_print_and_scan(wear: Wear) -> None:
    worn = wear_out(printed(), wear, rng=np.random.default_rng(3))
    assert says(as_gray(worn)) == _SAYS


def test_a_sheet_faxed_in_black_and_white_is_read() -> None:
    worn = wear_out(printed(), Wear(skew=1.0, noise=6.0), rng=np.random.default_rng(3))
    assert says(to_bilevel(worn)) == _SAYS


@pytest.mark.parametrize("corner", ["top left", "bottom right"])
def test_one_code_is_left_when_a_corner_is_torn_off(corner: str) -> None:
    page = as_gray(printed())
    half = page.shape[0] // 2
    page = page.copy()
    page[:half] = 90 if corner == "top left" else page[:half]
    page[half:] = 90 if corner == "bottom right" else page[half:]
    assert says(page) == _SAYS


def test_a_quarter_of_each_code_may_be_dirty() -> None:
    page = as_gray(printed()).copy()
    millimetre = 200 / 25.4
    for left, top in ((15, 15), (133, 220)):
        x, y = round((left + 30) * millimetre), round((top + 31) * millimetre)
        page[y : y + round(28 * millimetre), x : x + round(30 * millimetre)] = 128
    assert says(page) == _SAYS


def test_the_file_is_a4_says_in_words_what_follows_and_is_the_same_each_time() -> None:
    data = separator_pdf([_SHEET, _SHEET], typeface)
    assert data == separator_pdf([_SHEET, _SHEET], typeface)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert [[round(float(edge)) for edge in page.mediabox] for page in pdf.pages] == [
            [0, 0, 595, 842]
        ] * 2
    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage().get_text_range()
    assert "Đặt tờ này ngay trước: 1 giấy tờ, 2 trang có chữ." in text
    assert encode_sheet(_SAYS) in text


def test_long_words_stay_on_the_sheet() -> None:
    long = PrintedSheet(code="ML1", title="x", lines=("M" * 400,), foot=())
    with pypdfium2.PdfDocument(separator_pdf([long], typeface)) as document:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(index) for index in range(page.count_chars())]
    assert max(right for _, _, right, _ in boxes) <= 595 - 40

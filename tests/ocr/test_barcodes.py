from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.geometry import Box
from ocr.arrays import GrayImage, turn_upright, turning
from ocr.barcodes import codes_on_page, qr_modules, read_codes
from ocr.reader import Reader
from tests.ocr.pages import FixedEngine, StillClock, draw_page, engine_word, save

_TEXT = "001190123456||Nguyễn Thị Ví Dụ|15011990|Nữ|Tổ 4, phường Láng Hạ|10052021"
_SIDE = 120


def with_code(text: str, *, left: int = 500, top: int = 60, page: GrayImage | None = None) -> GrayImage:
    """A page of 900 by 600 pixels with a QR code of 120 pixels at that place."""
    drawn = draw_page() if page is None else page.copy()
    ink = np.where(qr_modules(text), 0, 255).astype(np.uint8)
    drawn[top - 12 : top + _SIDE + 12, left - 12 : left + _SIDE + 12] = 255
    drawn[top : top + _SIDE, left : left + _SIDE] = cv2.resize(
        ink, (_SIDE, _SIDE), interpolation=cv2.INTER_NEAREST
    )
    return drawn


def near(box: Box, other: tuple[int, int, int, int], pixels: int = 4) -> bool:
    return all(abs(one - two) <= pixels for one, two in zip(box.as_list(), other, strict=True))


def test_a_qr_code_is_read_with_its_vietnamese_text_and_its_place() -> None:
    (code,) = read_codes(with_code(_TEXT), dpi=150)
    assert (code.text, code.format) == (_TEXT, "QRCode")
    assert near(code.box, (500, 60, 620, 180))


def test_a_page_of_print_has_no_codes() -> None:
    assert read_codes(draw_page(), dpi=150) == ()


def test_a_scrap_of_an_image_has_no_codes() -> None:
    assert read_codes(np.full((3, 900), 255, np.uint8), dpi=150) == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_codes_of_a_turned_page_stand_where_they_stand_on_the_upright_page(turn: int) -> None:
    upright = with_code(_TEXT)
    stored = np.ascontiguousarray(turn_upright(upright, (360 - turn) % 360))
    height, width = stored.shape
    found = codes_on_page(
        read_codes(stored, dpi=150),
        turning(width, height, turn),
        width=upright.shape[1],
        height=upright.shape[0],
    )
    assert [code.text for code in found] == [_TEXT]
    assert near(found[0].box, (500, 60, 620, 180))


def test_the_reader_fills_the_codes_of_a_page_at_its_stored_size(tmp_path: Path) -> None:
    page = cv2.resize(with_code(_TEXT), None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    path = save(np.asarray(page, dtype=np.uint8), tmp_path / "a.png", dpi=600)
    engine = FixedEngine(words=(engine_word("Giấy", (60, 60, 140, 90)),))
    (read,) = Reader(engine, cpu_clock=StillClock()).read(path, name="a.png", work=tmp_path / "w").pages
    assert [code.text for code in read.codes] == [_TEXT]
    assert near(read.codes[0].box, (2000, 240, 2480, 720), pixels=16)


def test_a_sheet_with_nothing_but_a_code_is_not_blank(tmp_path: Path) -> None:
    empty = np.full((600, 900), 255, np.uint8)
    path = save(with_code(_TEXT, page=empty), tmp_path / "a.png")
    (read,) = (
        Reader(FixedEngine(), cpu_clock=StillClock()).read(path, name="a.png", work=tmp_path / "w").pages
    )
    assert not read.is_blank
    assert [code.text for code in read.codes] == [_TEXT]


def test_marks_that_steer_a_terminal_or_turn_the_reading_direction_are_dropped() -> None:
    (code,) = read_codes(with_code("a\x00\x1b[31m\u202eb\u2066\n\tc"), dpi=150)
    assert code.text == "a[31mbc"


def test_a_long_text_is_cut_and_many_codes_are_too() -> None:
    modules = np.where(qr_modules("x" * 1200), 0, 255).astype(np.uint8)
    side = modules.shape[0] * 6
    large = np.full((side + 80, side + 80), 255, np.uint8)
    large[40:-40, 40:-40] = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
    (code,) = read_codes(large, dpi=200)
    assert len(code.text) == 1200
    sheet = np.full((1000, 1000), 255, np.uint8)
    for number in range(25):
        row, column = divmod(number, 5)
        sheet = with_code(f"code {number}", left=40 + 190 * column, top=40 + 190 * row, page=sheet)
    assert len(read_codes(sheet, dpi=150)) == 20


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_noise_never_stops_the_reader(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (120, 160), dtype=np.uint8)
    for code in read_codes(noise, dpi=300):
        assert 0 <= code.box.left <= code.box.right <= 160
        assert 0 <= code.box.top <= code.box.bottom <= 120

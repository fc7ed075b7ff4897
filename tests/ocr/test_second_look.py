from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.cleaning import straighten
from ocr.engine import EngineWord, RecogniseMode
from ocr.marks import claims_mark_above, has_ink_above
from ocr.mosaic import Cut, build_mosaic
from ocr.second_look import look_again
from ocr.spelling import is_plausible, is_syllable
from ocr.unread import unread_rows
from ocr.votes import Ground, best_of
from tests.ocr.pages import draw_page, engine_word, font

_DPI = 250
_BLANK: GrayImage = np.full((400, 800), 255, dtype=np.uint8)
_GROUND = Ground(image=_BLANK, missed=(), taken=())


@dataclass(slots=True)
class OtherEngine:
    """Reads nothing, and remembers what it was shown."""

    shown: list[GrayImage] = field(default_factory=list)

    def version(self) -> str:
        return "other 1"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        del dpi, mode, seconds
        self.shown.append(image)
        return ()


def _drawn(text: str) -> tuple[GrayImage, Box]:
    sheet = Image.new("L", (500, 200), 255)
    pen = ImageDraw.Draw(sheet)
    pen.text((60, 60), text, font=font(50), fill=0)
    left, _, right, bottom = (round(side) for side in pen.textbbox((60, 60), text, font=font(50)))
    top = round(pen.textbbox((60, 60), "U", font=font(50))[1])
    return np.asarray(sheet, dtype=np.uint8), Box(left, top, right, bottom)


def _texts(words: tuple[EngineWord, ...]) -> list[str]:
    return [word.text for word in words]


def test_a_sure_page_is_not_read_twice() -> None:
    engine = OtherEngine()
    page = straighten(_BLANK, dpi=_DPI, skew=0.0)
    words = (engine_word("Giấy", (10, 10, 90, 40)),)
    assert look_again(words, page, engine=engine, seconds=1) == words
    assert engine.shown == []


def test_all_doubtful_lines_are_read_in_one_further_call_and_kept_when_it_sees_nothing() -> None:
    engine = OtherEngine()
    page = straighten(_BLANK, dpi=_DPI, skew=0.0)
    words = (
        engine_word("Giấy", (10, 10, 90, 40), confidence=0.5),
        engine_word("khai", (10, 80, 90, 110), confidence=0.6, line=2),
    )
    assert look_again(words, page, engine=engine, seconds=1) == words
    assert len(engine.shown) == 1


def test_two_readings_outvote_one_and_agreement_raises() -> None:
    box = (10, 10, 90, 40)
    first = [engine_word("Khải", box, confidence=0.7)]
    others = [[engine_word("Khai", box, confidence=0.6)], [engine_word("Khai", box, confidence=0.65)]]
    (word,) = best_of(first, others, ground=_GROUND, block=9)
    assert word.text == "Khai"
    assert word.confidence > 0.65
    assert (word.block, word.line) == (1, 1)


def test_an_impossible_syllable_loses_against_a_possible_one() -> None:
    box = (10, 10, 90, 40)
    first = [
        engine_word("GLANG̀", box, confidence=0.8),
        engine_word("12I4", (100, 10, 160, 40), confidence=0.8),
    ]
    other = [
        engine_word("GIANG", box, confidence=0.6),
        engine_word("12/4", (100, 10, 160, 40), confidence=0.6),
    ]
    assert _texts(best_of(first, [other], ground=_GROUND, block=9))[1] == "12/4"


def test_words_nobody_else_saw_stay_as_they_were() -> None:
    first = [engine_word("Bế", (10, 10, 60, 40), confidence=0.4), engine_word("A", (80, 10, 90, 40))]
    assert best_of(first, [[], []], ground=_GROUND, block=9) == tuple(first)


def test_words_are_added_only_where_print_was_missed_and_two_readings_agree() -> None:
    word = engine_word("Nam", (300, 10, 360, 40))
    missed = Ground(image=_BLANK, missed=(Box(290, 5, 370, 45),), taken=())
    assert _texts(best_of([], [[word], [word]], ground=missed, block=9)) == ["Nam"]
    assert best_of([], [[word], [word]], ground=_GROUND, block=9) == ()
    assert best_of([], [[word], []], ground=missed, block=9) == ()
    taken = Ground(image=_BLANK, missed=missed.missed, taken=(word.box,))
    assert best_of([], [[word], [word]], ground=taken, block=9) == ()


def test_a_mark_above_a_capital_needs_ink_there() -> None:
    for text, inked in (("THU", False), ("THỦ", True), ("TRẦN", True), ("GIANG", False)):
        page, box = _drawn(text)
        assert has_ink_above(page, box) is inked, text
    page, box = _drawn("THU")
    ground = Ground(image=page, missed=(), taken=())
    wrong = EngineWord(text="THỦ", box=box, confidence=0.95, block=1, line=1)
    right = EngineWord(text="THU", box=box, confidence=0.7, block=1, line=1)
    assert _texts(best_of([wrong], [[wrong], [right]], ground=ground, block=9)) == ["THU"]


def test_only_capitals_claim_marks_that_stand_apart() -> None:
    assert claims_mark_above("TRẦN")
    assert not claims_mark_above("THỊ")
    assert not claims_mark_above("Trần")


def test_boxes_come_back_from_the_mosaic_to_the_page() -> None:
    page = draw_page(dpi=_DPI)
    boxes = [Box(100, 100, 700, 140), Box(100, 180, 500, 220)]
    mosaic = build_mosaic(page, [Cut(box=box, rim=10, scale=0.5) for box in boxes])
    second = mosaic.pieces[1]
    seen = engine_word("a", (second.left + 5, second.top + 5, second.left + 105, second.top + 25))
    first, other = mosaic.on_page([seen])
    assert first == ()
    assert other[0].box == Box(100, 180, 300, 220)


def test_print_from_the_line_above_does_not_come_along() -> None:
    page = np.full((200, 300), 255, dtype=np.uint8)
    page[60:84, 50:60] = 0
    page[100:130, 50:250:12] = 0
    mosaic = build_mosaic(page, [Cut(box=Box(40, 100, 260, 130), rim=20, scale=1.0)])
    piece = mosaic.pieces[0]
    assert mosaic.image[piece.top : piece.top + 18].min() > 240
    assert mosaic.image[piece.top + 30].min() < 200


def test_a_row_of_print_that_no_word_covers_is_found() -> None:
    page = draw_page(("Họ và tên người yêu cầu", "Ngày tháng năm sinh"), dpi=_DPI)
    assert len(unread_rows(page, (), dpi=_DPI)) == 2
    (row,) = unread_rows(page, (Box(90, 90, 900, 160),), dpi=_DPI)
    assert 150 < row.top < row.bottom < 260


def test_specks_rules_and_blocks_are_no_rows_of_print() -> None:
    page = np.full((600, 900), 255, dtype=np.uint8)
    page[100:104, 50:800] = 0
    page[200:400, 100:400] = 0
    page[500:504, 100:500:40] = 0
    assert unread_rows(page, (), dpi=_DPI) == ()


@pytest.mark.parametrize(
    "text",
    ["nghiêng", "quyền", "gìn", "giếng", "Huỳnh", "khuỷu", "Đắk", "QUỐC", "ỳ", "oà", "hòa", "ướt", "xoong"],
)
def test_syllables_of_the_language_are_possible(text: str) -> None:
    assert is_syllable(text)


@pytest.mark.parametrize("text", ["glàng", "nhgi", "càt", "họá", "ềa", "strong"])
def test_other_letter_chains_are_no_syllables(text: str) -> None:
    assert not is_syllable(text)


@pytest.mark.parametrize(
    "text", ["214/XN-CAX", "19/08/1986", "QĐ-UBND", "Hbia", "(Việt", "Nam).", "M'gar", ""]
)
def test_codes_numbers_and_foreign_names_are_left_in_peace(text: str) -> None:
    assert is_plausible(text)


@pytest.mark.parametrize("text", ["19I08I1986", "GLÀNG", "nHà", "Yblônêô"])
def test_what_no_paper_prints_is_noticed(text: str) -> None:
    assert not is_plausible(text)
    assert re.search(r"\w", text)

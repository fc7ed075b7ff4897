from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ocr.arrays import GrayImage
from ocr.engine import EngineWord
from ocr.mirrored import without_mirrored
from tests.ocr.pages import engine_word

_PAGE = np.full((1200, 900), 255, dtype=np.uint8)


@dataclass(slots=True)
class Mirror:
    """Reads every piece of a mosaic as one word, as surely as it is told."""

    sure: tuple[float, ...]
    text: str = "chứng"
    asked: list[GrayImage] = field(default_factory=list)

    def read(self, image: GrayImage) -> tuple[EngineWord, ...]:
        self.asked.append(image)
        # Pieces are as high as the words and their rims, with white between.
        return tuple(
            engine_word(self.text, (30, 24 + 62 * index, 120, 24 + 62 * index + 30), confidence=sure)
            for index, sure in enumerate(self.sure)
        )


def _row(index: int, *texts: str, confidence: float) -> list[EngineWord]:
    top = 40 + 60 * index
    return [
        engine_word(
            text, (100 + 120 * place, top, 190 + 120 * place, top + 30), confidence=confidence, line=index
        )
        for place, text in enumerate(texts)
    ]


def _page(rows: int) -> tuple[list[EngineWord], list[EngineWord]]:
    """Lines that are sure, and beside each of them two words that are not."""
    sure = [word for index in range(rows) for word in _row(index, "Họ", "tên", confidence=0.99)]
    doubted = [
        engine_word(
            text,
            (500 + 120 * place, 40 + 60 * index, 590 + 120 * place, 70 + 60 * index),
            confidence=0.7,
            line=index,
        )
        for index in range(rows)
        for place, text in enumerate(("gnưhc", "nậhn"))
    ]
    return sure, doubted


def _read(words: list[EngineWord], mirror: Mirror, *, shows_through: bool = False) -> list[EngineWord]:
    return list(without_mirrored(words, _PAGE, mirror.read, shows_through=shows_through))


def test_what_reads_better_in_a_mirror_all_over_the_page_leaves() -> None:
    sure, doubted = _page(5)
    mirror = Mirror((0.99,) * 5)
    assert _read([*sure, *doubted], mirror) == sure
    assert len(mirror.asked) == 1


def test_what_reads_no_better_in_a_mirror_stays() -> None:
    sure, doubted = _page(5)
    assert _read([*sure, *doubted], Mirror((0.6,) * 5)) == [*sure, *doubted]


def test_one_or_two_stretches_may_be_chance_and_stay() -> None:
    sure, doubted = _page(5)
    assert _read([*sure, *doubted], Mirror((0.99, 0.99, 0.6, 0.6, 0.6))) == [*sure, *doubted]


def test_only_the_stretches_that_read_better_leave() -> None:
    sure, doubted = _page(5)
    found = _read([*sure, *doubted], Mirror((0.99, 0.99, 0.99, 0.99, 0.6)))
    assert found == [*sure, *doubted[8:]]


def test_no_mirror_is_held_up_where_little_is_in_doubt() -> None:
    sure, doubted = _page(3)
    mirror = Mirror((0.99,) * 3)
    assert _read([*sure, *doubted], mirror) == [*sure, *doubted]
    assert mirror.asked == []


def test_the_engine_gets_the_page_turned_over() -> None:
    sure, doubted = _page(5)
    page = _PAGE.copy()
    page[45:65, 500:520] = 0
    mirror = Mirror((0.6,) * 5)
    without_mirrored([*sure, *doubted], page, mirror.read)
    (turned,) = mirror.asked
    inked = np.flatnonzero((turned < 128).any(axis=0))
    # The block stood at the left end of its stretch, now it stands at the right one.
    assert inked.min() > turned.shape[1] / 2


def test_where_it_is_known_to_show_through_a_single_stretch_leaves() -> None:
    sure, doubted = _page(1)
    assert _read([*sure, *doubted], Mirror((0.99,)), shows_through=True) == sure


def test_a_short_stretch_that_is_a_word_as_it_stands_stays() -> None:
    sure, _ = _page(1)
    name = engine_word("Mẫu", (500, 40, 590, 70), confidence=0.7)
    assert _read([*sure, name], Mirror((0.99,)), shows_through=True) == [*sure, name]


def test_a_short_stretch_that_is_no_word_in_the_mirror_stays() -> None:
    sure, _ = _page(1)
    name = engine_word("Wer", (500, 40, 590, 70), confidence=0.6)
    assert _read([*sure, name], Mirror((0.99,), text="19W"), shows_through=True) == [*sure, name]

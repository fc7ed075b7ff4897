from __future__ import annotations

import numpy as np
import pytest

from dossier.errors import EngineTimeoutError
from ocr.net.engine import NetEngine
from tests.ocr.pages import TEXT, draw_page

_WIDE = (6.5, 4.0)


def test_a_page_is_read_letter_for_letter_line_by_line() -> None:
    words = NetEngine().recognise(draw_page(dpi=250, size=_WIDE), dpi=250, mode="page", seconds=60)
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    assert [" ".join(line) for line in lines.values()] == list(TEXT)


def test_boxes_are_drawn_in_to_the_ink_of_their_words() -> None:
    page = draw_page(dpi=250, size=_WIDE)
    for word in NetEngine().recognise(page, dpi=250, mode="page", seconds=60):
        inside = page[word.box.top : word.box.bottom, word.box.left : word.box.right] < 160
        assert inside[:, 0].any(), word
        assert inside[:, -1].any(), word
        assert 20 <= word.box.height <= 70, word


def test_every_word_comes_with_its_own_reading_as_the_likeliest_choice() -> None:
    words = NetEngine().recognise(draw_page(dpi=250, size=_WIDE), dpi=250, mode="page", seconds=60)
    assert words
    assert [word.choices[0][0] for word in words] == [word.text for word in words]


def test_a_page_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(EngineTimeoutError) as caught:
        NetEngine().recognise(draw_page(dpi=250, size=_WIDE), dpi=250, mode="page", seconds=1e-6)
    assert caught.value.details["seconds"] == 1


def test_scribble_and_a_ring_are_no_words() -> None:
    page = np.full((600, 800), 255, dtype=np.uint8)
    rows, columns = np.mgrid[0:600, 0:800]
    radius = np.hypot(rows - 250, columns - 250)
    page[(radius > 160) & (radius < 166)] = 0
    x = np.arange(420, 760)
    for shift in range(4):
        page[(300 + 60 * np.sin(x / 23.0) * np.cos(x / 71.0)).astype(int) + shift, x] = 0
    assert NetEngine().recognise(page, dpi=250, mode="page", seconds=60) == ()

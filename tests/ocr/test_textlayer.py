from __future__ import annotations

import re

import pytest

from dossier.geometry import Box
from dossier.text import Line, PageText, Word
from ocr.textlayer import page_content, sheet_of

_DPI = 200


def _word(text: str, left: int, top: int) -> Word:
    return Word(text, Box(left, top, left + 12 * len(text), top + 30), 0.9)


def _content(*, lines: tuple[Line, ...] = (), stamps: tuple[Line, ...] = ()) -> str:
    page = PageText(page=1, width=1654, height=2339, dpi=_DPI, lines=lines, stamps=stamps)
    return page_content(page, sheet_of(page), image="I", font="F").decode("ascii")


def _places(content: str) -> dict[str, tuple[float, float]]:
    """Each shown word with the point it begins at."""
    found = re.findall(r"(\S+) (\S+) Tm \S+ Tz <([0-9A-F]+)0020> Tj", content)
    return {bytes.fromhex(codes).decode("utf-16-be"): (float(x), float(y)) for x, y, codes in found}


def test_words_of_one_line_stand_on_one_base_line() -> None:
    places = _places(_content(lines=(Line((_word("Giới", 100, 100), _word("tính", 200, 103))),)))
    assert places["Giới"][1] == places["tính"][1]
    assert places["Giới"][0] < places["tính"][0]


def test_a_cell_of_two_lines_keeps_them_apart() -> None:
    row = Line((_word("Giới", 100, 100), _word("tính", 100, 145), _word("TT", 20, 122)))
    places = _places(_content(lines=(row,)))
    assert places["Giới"][1] - places["tính"][1] == pytest.approx(45 * 72 / _DPI, abs=1e-3)
    assert places["tính"][1] < places["TT"][1] < places["Giới"][1]


def test_stamps_are_found_in_the_finished_file_too() -> None:
    content = _content(lines=(Line((_word("Số:", 100, 100),)),), stamps=(Line((_word("KHẨN", 900, 100),)),))
    assert set(_places(content)) == {"Số:", "KHẨN"}


def test_a_page_without_words_has_no_text() -> None:
    assert "Tj" not in _content()

"""Text that a PDF page carries itself: taken when it can be trusted, so that nothing is recognised twice."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber

from dossier.geometry import Box
from dossier.text import Line, Word
from ocr.arrays import PageImage, as_gray
from ocr.layout import lines_of_words

# Fewer letters than this are a stamp or a page number on top of something that has to be recognised.
_MIN_LETTERS = 20
_MIN_PLAUSIBLE = 0.97
# The parser keeps what it met of every page it was asked about: after so many pages it begins anew.
_AT_ONCE = 500
# Share of the dark pixels of the page that must lie in or beside words.
_MIN_COVER = 0.5
_DARK = 128
_MARGIN_SHARE = 0.004
_FOREIGN_MARKS = frozenset("µ¸¶·¹¨»¾¼½Æ©ª¬®¦§¤¥¢£ÑÖØÜÞßåæçëîïðñöøûüþÿ")
_MAX_FOREIGN = 0.02


class EmbeddedText:
    """The text layer of a PDF file, opened at the first question and anew for each stretch of a long file."""

    def __init__(self, path: Path, *, at_once: int = _AT_ONCE) -> None:
        self._path = path
        self._at_once = at_once
        self._pdf: Any = None
        self._stretch = -1

    def lines(self, number: int, pixels: PageImage, *, dpi: int) -> tuple[Line, ...] | None:
        """Lines in reading order with boxes in pixels, or None when the layer cannot be trusted.

        Args:
            number: 1-based page.
            pixels: the page as drawn at ``dpi``.
            dpi: pixels per inch.
        """
        try:
            words = self._words(number, dpi=dpi, shape=(pixels.shape[0], pixels.shape[1]))
        except Exception:  # noqa: BLE001  the text parser raises nearly anything on odd files; pixels remain
            return None
        if not is_plausible([word.text for word in words]) or not covers_ink(words, as_gray(pixels)):
            return None
        return lines_of_words(words)

    def _words(self, number: int, *, dpi: int, shape: tuple[int, int]) -> list[Word]:
        page = self._page(number)
        scale = dpi / 72
        left, top = float(page.bbox[0]), float(page.bbox[1])
        found = page.extract_words(keep_blank_chars=False, use_text_flow=False, x_tolerance_ratio=0.15)
        words = [_word(entry, scale=scale, origin=(left, top), shape=shape) for entry in found]
        page.close()
        return [word for word in words if word is not None]

    def _page(self, number: int) -> Any:
        stretch, place = divmod(number - 1, self._at_once)
        if self._pdf is None or stretch != self._stretch:
            self.close()
            first = stretch * self._at_once + 1
            self._pdf = pdfplumber.open(self._path, pages=[*range(first, first + self._at_once)])
            self._stretch = stretch
        return self._pdf.pages[place]

    def close(self) -> None:
        """Close the file."""
        if self._pdf is not None:
            self._pdf.close()
            self._pdf = None


def _word(
    entry: dict[str, Any], *, scale: float, origin: tuple[float, float], shape: tuple[int, int]
) -> Word | None:
    height, width = shape
    text = "".join(unicodedata.normalize("NFC", str(entry["text"])).split())
    left = min(max(round((entry["x0"] - origin[0]) * scale), 0), width)
    right = min(max(round((entry["x1"] - origin[0]) * scale), left), width)
    top = min(max(round((entry["top"] - origin[1]) * scale), 0), height)
    bottom = min(max(round((entry["bottom"] - origin[1]) * scale), top), height)
    if not text or left == right or top == bottom:
        return None
    return Word(text, Box(left, top, right, bottom), 1.0)


def is_plausible(words: list[str]) -> bool:
    """Enough letters, and nearly all of them Latin ones: no replacement marks, no glyph codes, no TCVN3."""
    text = "".join(words)
    letters = sum(1 for mark in text if mark.isalpha())
    if letters < _MIN_LETTERS or "(cid:" in text:
        return False
    good = sum(1 for mark in text if _belongs(mark))
    return good / len(text) >= _MIN_PLAUSIBLE and _looks_unicode(words)


def _belongs(mark: str) -> bool:
    code = ord(mark)
    if code < 0x20 or mark == "\ufffd" or 0xE000 <= code <= 0xF8FF:
        return False
    if mark.isalpha():
        return code < 0x250 or 0x1E00 <= code <= 0x1EFF
    return True


def _looks_unicode(words: list[str]) -> bool:
    """The old font codings (TCVN3, VNI) show as Latin-1 signs and letters that no Vietnamese word has."""
    marks = [mark for word in words for mark in word]
    odd = sum(1 for mark in marks if mark in _FOREIGN_MARKS)
    return odd <= _MAX_FOREIGN * max(1, sum(1 for mark in marks if mark.isalpha()))


def covers_ink(words: list[Word], gray: PageImage) -> bool:
    """True when at least half of the dark pixels lie in the words' boxes (a hair wider)."""
    dark = gray < _DARK
    total = int(np.count_nonzero(dark))
    if total == 0:
        return False
    margin = max(1, round(gray.shape[1] * _MARGIN_SHARE))
    inside = np.zeros(gray.shape, dtype=bool)
    for word in words:
        box = word.box
        inside[
            max(0, box.top - margin) : box.bottom + margin, max(0, box.left - margin) : box.right + margin
        ] = True
    return int(np.count_nonzero(dark & inside)) >= _MIN_COVER * total

"""Another engine is asked about words that print and language leave open.

It can confirm a word, or tip the scale between the readings the first engine saw in the pixels. It adds no
word and no reading of its own: what it alone saw only lowers how sure the word is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dossier.errors import EngineError
from dossier.geometry import Box, bounding
from ocr.arrays import GrayImage
from ocr.engine import Engine, EngineWord
from ocr.mosaic import Cut, build_mosaic
from ocr.wordlines import LineKey, by_line, line_of

# Words below this are open; the lines with the most open words are asked about, in one call.
_OPEN = 0.55
_MOST_LINES = 6
_LETTERS = 3
# The witness reads best at this height of a line's boxes, in pixels.
_HEIGHT = 26.0
_SCALES = (0.3, 1.6)
_RIM = 0.3
_SAME_PRINT = 0.5
# Engines are surer of themselves than they are right; at this share a reading is only taken that the first
# engine saw more clearly than the one that language chose.
_SOBER = 0.5
_CONTRADICTED = 0.8
_MOST_SURE = 0.98


def ask_witness(
    words: Sequence[EngineWord], image: GrayImage, *, dpi: int, witness: Engine, seconds: float
) -> tuple[EngineWord, ...]:
    """The same words, those left open with what the witness makes of them.

    Args:
        words: of a page, with boxes in ``image``.
        image: what the first engine read.
        dpi: its pixels per inch.
        witness: called once, or not at all where nothing is open; one that fails has said nothing.
        seconds: wall seconds for that call.
    """
    lines = _open_lines(words)
    if not lines:
        return tuple(words)
    cuts = [_cut(line) for line in lines.values()]
    mosaic = build_mosaic(image, cuts)
    try:
        read = witness.recognise(mosaic.image, dpi=dpi, mode="block", seconds=seconds)
    except EngineError:
        # Not installed, too slow or broken: the first reading stands, as open as it was.
        return tuple(words)
    heard = dict(zip(lines, mosaic.on_page(read), strict=True))
    return tuple(
        _weighed(word, heard[line_of(word)]) if line_of(word) in heard and word.confidence < _OPEN else word
        for word in words
    )


def _open_lines(words: Sequence[EngineWord]) -> dict[LineKey, list[EngineWord]]:
    lines = by_line(words)
    open_words = {key: sum(map(_is_open, line)) for key, line in lines.items()}
    chosen = sorted((key for key in lines if open_words[key]), key=lambda key: -open_words[key])
    return {key: lines[key] for key in chosen[:_MOST_LINES]}


def _is_open(word: EngineWord) -> bool:
    return word.confidence < _OPEN and sum(mark.isalnum() for mark in word.text) >= _LETTERS


def _cut(line: Sequence[EngineWord]) -> Cut:
    heights = sorted(word.box.height for word in line)
    height = max(1, heights[len(heights) // 2])
    scale = min(max(_HEIGHT / height, _SCALES[0]), _SCALES[1])
    return Cut(box=bounding(word.box for word in line), rim=round(_RIM * height), scale=scale)


def _weighed(word: EngineWord, read: Sequence[EngineWord]) -> EngineWord:
    """The word after the witness was heard about the print in its box."""
    said = [other for other in read if _is_same(word.box, other.box)]
    if len(said) != 1:
        return word
    text, sure = said[0].text, said[0].confidence * _SOBER
    if text == word.text:
        return replace(word, confidence=min(_MOST_SURE, 1 - (1 - word.confidence) * (1 - sure)))
    chances = {choice: math.exp(score) for choice, score in word.choices}
    if text not in chances or chances[text] * sure <= chances.get(word.text, word.confidence) * (1 - sure):
        return replace(word, confidence=word.confidence * _CONTRADICTED)
    return replace(word, text=text, confidence=sure)


def _is_same(one: Box, two: Box) -> bool:
    shared = one.intersection_area(two)
    return shared >= _SAME_PRINT * one.area and shared >= _SAME_PRINT * two.area

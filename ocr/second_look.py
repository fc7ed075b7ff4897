"""A second look at what deserves it: doubtful lines, and print the engine passed over.

All of them are cut from the cleaned page, each at two other sizes, and read again in one further call: no
program is started and no data loaded for each line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dossier.geometry import Box, bounding
from ocr.cleaning import CleanPage
from ocr.engine import Engine, EngineWord
from ocr.layout import without_specks
from ocr.mosaic import Cut, build_mosaic
from ocr.spelling import is_plausible
from ocr.unread import unread_rows
from ocr.votes import Ground, best_of
from ocr.wordlines import by_line

_DOUBTFUL = 0.86
_HOPELESS = 0.3
_LETTERS = 2
# The further readings bring a line's boxes to these heights, in pixels.
_HEIGHTS = (21.0, 28.0)
_SCALES = (0.3, 1.6)
_MOST_LINES = 8
_RIM = 0.45
# Capitals carry small marks: the engine is sure of them only above this.
_DOUBTFUL_CAPITALS = 0.91
# Missed print this many line heights beside a line belongs to it.
_NEAR = 4.0
_LEVEL = 0.5


@dataclass(slots=True)
class _Line:
    """One line: what was read first, and the part of the page to look at."""

    words: list[EngineWord]
    box: Box
    again: bool
    missed: bool = False


def look_again(
    words: Sequence[EngineWord], page: CleanPage, *, engine: Engine, seconds: float
) -> tuple[EngineWord, ...]:
    """The words of a page, doubtful lines read again and missed print added; boxes in ``page.image``.

    Args:
        words: the first reading.
        page: what the engine read.
        engine: reads again; called once, or not at all where nothing is doubtful.
        seconds: wall seconds for that call.

    Raises:
        EngineError: the further reading failed.
    """
    lines = _lines(words)
    taken = [word.box for word in words]
    ground = Ground(image=page.image, missed=unread_rows(page.image, taken, dpi=page.dpi), taken=taken)
    _add_missed(lines, ground.missed)
    chosen = sorted((line for line in lines if line.again), key=_confidence)[:_MOST_LINES]
    if chosen:
        _read_again(chosen, ground, dpi=page.dpi, engine=engine, seconds=seconds)
    return tuple(word for line in lines for word in line.words)


def _lines(words: Sequence[EngineWord]) -> list[_Line]:
    return [
        _Line(group, bounding(word.box for word in group), _is_doubtful(group))
        for group in by_line(words).values()
    ]


def _is_doubtful(group: list[EngineWord]) -> bool:
    """Print with a doubtful word in it; scraps without any believable word are seals and signatures."""
    real = [word for word in group if sum(mark.isalnum() for mark in word.text) >= _LETTERS]
    if not real or max(word.confidence for word in real) < _HOPELESS:
        return False
    return any(_is_doubtful_word(word) for word in real)


def _is_doubtful_word(word: EngineWord) -> bool:
    least = _DOUBTFUL_CAPITALS if word.text.isupper() else _DOUBTFUL
    return word.confidence < least or not is_plausible(word.text)


def _confidence(line: _Line) -> float:
    return min((word.confidence for word in line.words), default=0.0)


def _add_missed(lines: list[_Line], rows: Sequence[Box]) -> None:
    """Missed print widens the line it stands on; elsewhere it is a line of its own."""
    for row in rows:
        line = next((line for line in lines if _stands_on(row, line.box)), None)
        if line is None:
            lines.append(_Line([], row, again=True, missed=True))
        else:
            line.box, line.again, line.missed = line.box.union(row), True, True


def _stands_on(row: Box, line: Box) -> bool:
    gap = max(row.left - line.right, line.left - row.right)
    return row.vertical_overlap(line) >= _LEVEL and gap <= _NEAR * line.height


def _read_again(lines: Sequence[_Line], ground: Ground, *, dpi: int, engine: Engine, seconds: float) -> None:
    asked = [
        (index, height)
        for index, line in enumerate(lines)
        for height in (_HEIGHTS if _needs_two(line) else _HEIGHTS[:1])
    ]
    cuts = [
        Cut(
            box=lines[index].box,
            rim=round(_RIM * _letter_height(lines[index])),
            scale=_scale(lines[index], height),
        )
        for index, height in asked
    ]
    mosaic = build_mosaic(ground.image, cuts)
    read = engine.recognise(mosaic.image, dpi=dpi, mode="block", seconds=seconds)
    readings = mosaic.on_page(without_specks(read))
    fresh = max((word.block for line in lines for word in line.words), default=0) + 1
    for index, line in enumerate(lines):
        others = [
            _on_line(reading, line)
            for (owner, _), reading in zip(asked, readings, strict=True)
            if owner == index
        ]
        line.words = list(best_of(line.words, others, ground=ground, block=fresh + index))


def _on_line(reading: Sequence[EngineWord], line: _Line) -> list[EngineWord]:
    """Without words of the lines above and below that the cut-out caught."""
    if not line.words:
        return list(reading)
    middle = len(line.words) // 2
    top = sorted(word.box.top for word in line.words)[middle]
    bottom = sorted(word.box.bottom for word in line.words)[middle]
    return [word for word in reading if top <= word.box.centre[1] <= bottom]


def _needs_two(line: _Line) -> bool:
    """Names in capitals, impossible spellings and missed print are settled by three readings."""
    return line.missed or any(
        not is_plausible(word.text) or (word.text.isupper() and _is_doubtful_word(word))
        for word in line.words
    )


def _letter_height(line: _Line) -> int:
    heights = sorted(word.box.height for word in line.words) or [line.box.height]
    return max(1, heights[len(heights) // 2])


def _scale(line: _Line, height: float) -> float:
    return min(max(height / _letter_height(line), _SCALES[0]), _SCALES[1])

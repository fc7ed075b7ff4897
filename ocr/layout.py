"""Words to lines in reading order; what is no word leaves.

Everything here works in a frame where lines run level (the engine's deskewed image, or a born-digital page).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dossier.geometry import Box, bounding
from dossier.text import Line, Word
from ocr.columns import reading_rows
from ocr.engine import EngineWord
from ocr.gaps import split_at_gaps
from ocr.language.syllables import is_syllable
from ocr.mrzlines import is_machine_line
from ocr.segments import segment_of
from ocr.tables import with_whole_cells

# Specks and seal rims come back as signs without a letter, or as letters the engine hardly believes in.
_MIN_CONFIDENCE = 0.12
_MIN_SIGN_CONFIDENCE = 0.35
_MIN_LINE_CONFIDENCE = 0.3
_SAME_ROW = 0.45
_BLOCK_GAP = 1.4
# The dots of a form's empty line, alone or stuck to the word before; a full stop or an ellipsis stays.
_LEADER = re.compile(r"^[.…_·•‥:,\-]{4,}|[.…_·•‥]{2,}[.…_·•‥,:\-]*$|^[.…_·•‥]{2,}")
_DOT_WIDTH = 0.45


def lines_of_engine(words: Sequence[EngineWord], *, cells: Sequence[Box] = ()) -> tuple[Line, ...]:
    """Lines in reading order from what an engine gave; boxes stay in the engine's image.

    Args:
        words: of one page, without specks.
        cells: of the tables of the page, see ``ocr.tables``.
    """
    grouped: dict[tuple[int, int], list[Word]] = {}
    for found in words:
        if found.confidence < _MIN_CONFIDENCE and not (
            _may_be_name(found.text) or is_machine_line(found.text)
        ):
            continue
        read = found.read if found.read != found.text else ""
        word = Word(found.text, found.box, found.confidence, read)
        grouped.setdefault((found.block, found.line), []).append(word)
    segments = [
        segment for group in grouped.values() for segment in split_at_gaps(group) if _is_believable(segment)
    ]
    return _in_reading_order(with_whole_cells(segments, cells))


def _may_be_name(text: str) -> bool:
    """A name that a pen ran into is hardly believed, and yet somebody has to look at it."""
    return text[:1].isupper() and text[1:].islower() and is_syllable(text)


def without_specks(words: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    """The words of an engine without dotted lines and specks."""
    kept: list[EngineWord] = []
    for found in words:
        word = without_leader(Word(found.text, found.box, found.confidence))
        if word is not None and word.box.area > 0 and is_word(word.text, word.confidence):
            kept.append(replace(found, text=word.text, box=word.box))
    return tuple(kept)


def lines_of_words(words: Sequence[Word]) -> tuple[Line, ...]:
    """Lines in reading order from words that nobody grouped yet."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda entry: (entry.box.centre[1], entry.box.left)):
        row = next((row for row in reversed(rows[-4:]) if _on_row(word, row)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    kept = [[bare for entry in row if (bare := without_leader(entry)) is not None] for row in rows]
    return _in_reading_order([segment for row in kept if row for segment in split_at_gaps(row)])


def is_word(text: str, confidence: float) -> bool:
    """False for a speck: hardly believed, or a lone sign hardly better; and for the ruled line of a table."""
    if is_machine_line(text):
        # Forty signs are seldom all sure; nothing else looks like them, and their check digits tell.
        return True
    if confidence < _MIN_CONFIDENCE or text.strip("|") == "":
        return False
    return confidence >= _MIN_SIGN_CONFIDENCE or any(mark.isalnum() for mark in text)


def without_leader(word: Word) -> Word | None:
    """The word without the dotted line it stands on; None when there was nothing else."""
    start, end = 0, len(word.text)
    while (match := _LEADER.search(word.text[start:end])) is not None:
        if match.start() == 0:
            start += match.end()
        else:
            end = start + match.start()
        if start >= end:
            return None
    if (start, end) == (0, len(word.text)):
        return word
    kept = float(end - start)
    before, after = start * _DOT_WIDTH, (len(word.text) - end) * _DOT_WIDTH
    unit = word.box.width / (kept + before + after)
    left = word.box.left + round(before * unit)
    right = max(left + 1, word.box.right - round(after * unit))
    return Word(word.text[start:end], Box(left, word.box.top, right, word.box.bottom), word.confidence)


def _is_believable(segment: list[Word]) -> bool:
    """A line of nothing but doubtful scraps is the rim of a seal or a signature."""
    if any(is_machine_line(word.text) for word in segment):
        return True
    letters = sum(len(word.text) for word in segment)
    mean = sum(word.confidence * len(word.text) for word in segment) / max(1, letters)
    return mean >= _MIN_LINE_CONFIDENCE and any(mark.isalnum() for word in segment for mark in word.text)


def _on_row(word: Word, row: list[Word]) -> bool:
    return any(word.box.vertical_overlap(other.box) >= _SAME_ROW for other in row[-3:])


@dataclass(slots=True)
class _Blocks:
    """Numbers text blocks while lines go by."""

    number: int = 0
    previous: Box | None = None

    def take(self, box: Box) -> int:
        if self.previous is not None and _starts_block(self.previous, box):
            self.number += 1
        self.previous = box
        return self.number


def _in_reading_order(segments: list[list[Word]]) -> tuple[Line, ...]:
    rows = reading_rows([segment_of(words) for words in segments])
    blocks = _Blocks()
    return tuple(
        Line(
            tuple(word for part in row for word in part.words),
            blocks.take(bounding(part.box for part in row)),
        )
        for row in rows
    )


def _starts_block(previous: Box, box: Box) -> bool:
    gap = box.top - previous.bottom
    apart = box.right < previous.left or box.left > previous.right
    return gap > _BLOCK_GAP * min(previous.height, box.height) or gap < -previous.height or apart

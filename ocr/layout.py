"""Words to lines in reading order; what is no word leaves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dossier.geometry import Box, bounding
from dossier.text import Line, Word
from ocr.engine import EngineWord

# Specks and seal rims come back as signs without a letter, or as letters the engine hardly believes in.
_MIN_CONFIDENCE = 0.12
_MIN_SIGN_CONFIDENCE = 0.35
_MIN_LINE_CONFIDENCE = 0.3
_SAME_ROW = 0.45
# A gap this many line heights wide parts two columns; words of one line stand a third of a height apart.
_COLUMN_GAP = 1.8
_BLOCK_GAP = 1.4
_HEAD_SHARE = 0.3
_FOOT_ROWS = 2


def lines_of_engine(words: Sequence[EngineWord], boxes: Sequence[Box]) -> tuple[Line, ...]:
    """Lines in reading order from what an engine gave.

    Args:
        words: in the engine's order.
        boxes: the box of each word on the upright page image.
    """
    grouped: dict[tuple[int, int], list[Word]] = {}
    for word, box in zip(words, boxes, strict=True):
        if box.area > 0 and is_word(word.text, word.confidence):
            grouped.setdefault((word.block, word.line), []).append(Word(word.text, box, word.confidence))
    segments = [
        segment for group in grouped.values() for segment in _split_at_gaps(group) if _is_believable(segment)
    ]
    return _in_reading_order(segments)


def lines_of_words(words: Sequence[Word]) -> tuple[Line, ...]:
    """Lines in reading order from words that nobody grouped yet."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda entry: (entry.box.centre[1], entry.box.left)):
        row = next((row for row in reversed(rows[-4:]) if _on_row(word, row)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    segments = [segment for row in rows for segment in _split_at_gaps(row)]
    return _in_reading_order(segments)


def is_word(text: str, confidence: float) -> bool:
    """False for what is surely a speck: hardly believed, or a lone sign hardly better."""
    if confidence < _MIN_CONFIDENCE:
        return False
    return confidence >= _MIN_SIGN_CONFIDENCE or any(mark.isalnum() for mark in text)


def _is_believable(segment: list[Word]) -> bool:
    """A line of nothing but doubtful scraps is the rim of a seal or a signature."""
    letters = sum(len(word.text) for word in segment)
    mean = sum(word.confidence * len(word.text) for word in segment) / max(1, letters)
    return mean >= _MIN_LINE_CONFIDENCE and any(mark.isalnum() for word in segment for mark in word.text)


def _on_row(word: Word, row: list[Word]) -> bool:
    return any(word.box.vertical_overlap(other.box) >= _SAME_ROW for other in row[-3:])


def _split_at_gaps(words: list[Word]) -> list[list[Word]]:
    ordered = sorted(words, key=lambda word: word.box.left)
    heights = sorted(word.box.height for word in ordered)
    height = max(1, heights[len(heights) // 2])
    parts: list[list[Word]] = [[ordered[0]]]
    for previous, word in pairwise(ordered):
        if word.box.left - previous.box.right > _COLUMN_GAP * height:
            parts.append([])
        parts[-1].append(word)
    return parts


def _in_reading_order(segments: list[list[Word]]) -> tuple[Line, ...]:
    """Rows from top to bottom; the two-column head and foot column by column; blocks at wide gaps."""
    if not segments:
        return ()
    rows = _rows([(bounding(word.box for word in segment), segment) for segment in segments])
    page = bounding(box for row in rows for box, _ in row)
    ordered: list[list[tuple[Box, list[Word]]]] = []
    index = 0
    while index < len(rows):
        end = _columns_end(rows, index, page)
        if end > index:
            gutter = _gutter(rows[index:end])
            left = [entry for row in rows[index:end] for entry in row if entry[0].centre[0] <= gutter]
            right = [entry for row in rows[index:end] for entry in row if entry[0].centre[0] > gutter]
            ordered.extend([[entry] for entry in _top_down(left)])
            ordered.extend([[entry] for entry in _top_down(right)])
            index = end
        else:
            ordered.append(rows[index])
            index += 1
    return _lines(ordered)


Segment = tuple[Box, list[Word]]


def _rows(segments: list[Segment]) -> list[list[Segment]]:
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda entry: entry[0].centre[1]):
        box = segment[0]
        if rows and any(box.vertical_overlap(other[0]) >= _SAME_ROW for other in rows[-1]):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda entry: entry[0].left) for row in rows]


def _top_down(segments: list[Segment]) -> list[Segment]:
    return [entry for row in _rows(segments) for entry in row] if segments else []


def _columns_end(rows: list[list[Segment]], start: int, page: Box) -> int:
    """Index after the last row of a two-column passage that starts at ``start``; ``start`` if none does.

    Only heads (agency left, national title right) and feet (recipients left, signer right) are read column
    by column; tables and forms are read row by row.
    """
    if not _is_two_column(rows[start]):
        return start
    top_share = (rows[start][0][0].top - page.top) / max(1, page.height)
    gutter = _gutter(rows[start : start + 1])
    end = start + 1
    two_column_rows = 1
    while end < len(rows):
        row = rows[end]
        sides = {_side(box, gutter) for box, _ in row}
        if 0 in sides or len(row) > 2:
            break
        if len(row) == 2:
            two_column_rows += 1
        end += 1
    while end > start + 1 and len(rows[end - 1]) == 1 and top_share < _HEAD_SHARE:
        end -= 1
    is_head = top_share < _HEAD_SHARE and two_column_rows >= 2
    is_foot = end == len(rows) and top_share > _HEAD_SHARE and end - start >= _FOOT_ROWS
    return end if is_head or is_foot else start


def _is_two_column(row: list[Segment]) -> bool:
    return len(row) == 2 and row[0][0].right < row[1][0].left


def _gutter(rows: list[list[Segment]]) -> float:
    """The middle of the white between the two sides."""
    pairs = [row for row in rows if len(row) == 2]
    left = max(row[0][0].right for row in pairs)
    right = min(row[1][0].left for row in pairs)
    return (left + right) / 2


def _side(box: Box, gutter: float) -> int:
    """-1 left of the gutter, 1 right of it, 0 across."""
    slack = box.height
    if box.right <= gutter + slack:
        return -1
    return 1 if box.left >= gutter - slack else 0


def _lines(rows: list[list[Segment]]) -> tuple[Line, ...]:
    lines: list[Line] = []
    block = 0
    previous: Box | None = None
    for row in rows:
        box = bounding(entry[0] for entry in row)
        if previous is not None and _starts_block(previous, box):
            block += 1
        words = [word for _, segment in row for word in segment]
        lines.append(Line(tuple(words), block))
        previous = box
    return tuple(lines)


def _starts_block(previous: Box, box: Box) -> bool:
    gap = box.top - previous.bottom
    apart = box.right < previous.left or box.left > previous.right
    return gap > _BLOCK_GAP * min(previous.height, box.height) or gap < -previous.height or apart

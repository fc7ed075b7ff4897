"""The order of lines on an administrative page: rows from top to bottom, but heads and feet by column.

The head has the agency on the left and the national title on the right; the foot has the recipients on the
left and the signers on the right; a marriage certificate has two columns all through. Forms and tables are
read row by row. (Layout of Decree 30/2020/ND-CP, Annex I.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dossier.geometry import Box, bounding
from ocr.cards import card_rows
from ocr.entries import whole_entries
from ocr.segments import DATED, Row, Segment, plain, rows_of, segment_of
from ocr.signers import signed_parts

# White between two columns, in line heights; inside a line that was not parted it may be as narrow as
# a wide space.
_GUTTER = 0.3
_WIDE_SPACE = 0.55
_HEAD_SHARE = 0.33
_FOOT_SHARE = 0.55
_LOWER_HALF = 0.5
_HEAD_LINES = 2
_FOOT_LINES = 2
_BODY_LINES = 4
_SAME_LABELS = 2
_FEW_COLONS = 2
_FULL = 0.85
_MOSTLY = 0.6
_RUNNING_WORDS = 4
_SOON = 2
# How far from the middle of a column its lines may stand, in widths of it.
_OFF_MIDDLE = 0.12
_NUMBER = re.compile(r"so\b\s*[:.\d/]|so$|ma ho so\b")
_TITLE = re.compile(r"xa hoi chu nghia|doc lap|dang cong san|socialist republic|independence")
_OFFICE = re.compile(
    r"\b(kt|tm|tl|q|tuq)\.|chu tich|giam doc|truong|chanh|noi nhan|luu\b|nguoi|dai dien|\bky\b"
)
_RECIPIENTS = re.compile(r"noi nhan\b")


def reading_rows(segments: Sequence[Segment]) -> list[Row]:
    """All segments, row after row in reading order; a row holds what stands beside each other."""
    if not segments:
        return []
    page = bounding(segment.box for segment in segments)
    rows = whole_entries(card_rows(rows_of(segments)), page)
    return [row for part in signed_parts(rows) for row in _order(part, page)]


def _order(rows: list[Row], page: Box) -> list[Row]:
    ordered: list[Row] = []
    index = 0
    while index < len(rows):
        passage = _passage(rows, index, page)
        if passage is None:
            ordered.append(rows[index])
            index += 1
            continue
        end, gutter = passage
        inside = [segment for row in rows[index:end] for segment in row]
        left = [segment for segment in inside if segment.box.centre[0] <= gutter]
        right = [segment for segment in inside if segment.box.centre[0] > gutter]
        for part in _head_parts(left, right) or (left, right):
            ordered.extend(_order(rows_of(part), page))
        index = end
    return ordered


def _head_parts(left: list[Segment], right: list[Segment]) -> tuple[list[Segment], ...] | None:
    """A head has two rows of two cells: agency, national title; number, place and date (what follows below).

    None where there is no number on the left.
    """
    left_rows, right_rows = rows_of(left), rows_of(right)
    number = next((index for index, row in enumerate(left_rows) if _NUMBER.match(plain(row))), None)
    if number is None or not any(_TITLE.search(plain(row)) for row in right_rows):
        return None
    dated = next((index for index, row in enumerate(right_rows) if DATED.search(plain(row))), len(right_rows))
    return (
        _flat(left_rows[:number]),
        _flat(right_rows[:dated]),
        left_rows[number],
        _flat(right_rows[dated : dated + 1]),
        _flat(left_rows[number + 1 :]),
        _flat(right_rows[dated + 1 :]),
    )


def _flat(rows: Sequence[Row]) -> list[Segment]:
    return [segment for row in rows for segment in row]


def _passage(rows: list[Row], start: int, page: Box) -> tuple[int, float] | None:
    """End (exclusive) and gutter of the two-column passage that starts at a row; None if none does."""
    if not _may_start(rows, start):
        return None
    inside: list[Segment] = []
    best: tuple[int, float] | None = None
    for end in range(start, len(rows)):
        gutter = _gutter([*inside, *rows[end]])
        if gutter is None and best is not None:
            # Two columns may come so close on one line that the engine made one of them.
            parted = [part for segment in rows[end] for part in _parted(segment, best[1])]
            gutter = _gutter([*inside, *parted])
            if gutter is not None:
                rows[end] = parted
        if gutter is None and end > start and not _signer_above(rows[start : end + 1]):
            break
        inside.extend(rows[end])
        if gutter is not None:
            best = (end + 1, gutter)
    if best is None:
        return None
    end, gutter = _trimmed(rows, start, best, page)
    return (end, gutter) if _reads_by_column(rows[start:end], gutter, page) else None


def _may_start(rows: list[Row], start: int) -> bool:
    """A passage starts on the left or on both sides: what stands alone on the right comes before it.

    But the recipients come before a signer whose title begins a line or two above them.
    """
    if start + 1 >= len(rows) or len(rows[start]) > 1:
        return True
    soon = rows[start + 1 : start + 1 + _SOON]
    if not DATED.search(plain(rows[start])) and any(_RECIPIENTS.match(plain(row)) for row in soon):
        return True
    return rows[start][0].box.left <= rows[start + 1][0].box.right


def _signer_above(rows: Sequence[Row]) -> bool:
    """Whether so far there is but the title of a signer that begins above the recipients on his left."""
    return len(rows) <= _SOON and all(len(row) == 1 for row in rows)


def _parted(segment: Segment, gutter: float) -> list[Segment]:
    """The segment in two where a wide space lies on the gutter; else as it is."""
    for index, (before, after) in enumerate(pairwise(segment.words), start=1):
        slack = segment.box.height
        on_gutter = before.box.right - slack <= gutter <= after.box.left + slack
        if on_gutter and after.box.left - before.box.right >= _WIDE_SPACE * segment.box.height:
            return [segment_of(segment.words[:index]), segment_of(segment.words[index:])]
    return [segment]


def _gutter(segments: list[Segment]) -> float | None:
    """Middle of the widest white between a left and a right side, where no segment crosses."""
    spans = sorted((segment.box.left, segment.box.right) for segment in segments)
    heights = sorted(segment.box.height for segment in segments)
    needed = _GUTTER * heights[len(heights) // 2]
    reach = spans[0][1]
    widest: tuple[float, float] | None = None
    for left, right in spans[1:]:
        if left - reach >= needed and (widest is None or left - reach > widest[0]):
            widest = (left - reach, (left + reach) / 2)
        reach = max(reach, right)
    return widest[1] if widest else None


def _trimmed(rows: list[Row], start: int, passage: tuple[int, float], page: Box) -> tuple[int, float]:
    """Without short lines of the text below a head that happen to stand left of the gutter.

    Lines of the agency's name go on in the middle of its column; text begins at the margin. Of two columns
    of a form, one may be a line longer.
    """
    end, gutter = passage
    both = end
    while both - 1 > start and _is_left_only(rows[both - 1], gutter):
        both -= 1
    column = [segment.box for row in rows[start:both] for segment in row if segment.box.centre[0] <= gutter]
    titled = any(_TITLE.search(plain(row)) for row in rows[start:both])
    while (
        end > both
        and _height_share(rows[end - 1], page) < _LOWER_HALF
        and not _is_centred(rows[end - 1], column)
        and (titled or not _goes_on(rows[end - 2 : end]))
    ):
        end -= 1
    return end, gutter


def _goes_on(rows: Sequence[Row]) -> bool:
    """Whether the second of two rows begins at the same edge, as closely below as lines of one text."""
    above, below = rows[0][0].box, rows[1][0].box
    return abs(below.left - above.left) <= below.height and below.top - above.bottom <= below.height


def _is_centred(row: Row, column: Sequence[Box]) -> bool:
    """Whether a row stands in the middle of a column, and inside it."""
    if not column:
        return False
    around, box = bounding(column), bounding(segment.box for segment in row)
    off = abs(box.centre[0] - around.centre[0])
    return off <= _OFF_MIDDLE * around.width and box.width <= around.width * (1 + _OFF_MIDDLE)


def _is_left_only(row: Row, gutter: float) -> bool:
    return all(segment.box.centre[0] <= gutter for segment in row)


def _height_share(row: Row, page: Box) -> float:
    return (row[0].box.top - page.top) / max(1, page.height)


def _reads_by_column(rows: list[Row], gutter: float, page: Box) -> bool:
    left = sum(1 for row in rows if any(segment.box.centre[0] <= gutter for segment in row))
    right = sum(1 for row in rows if any(segment.box.centre[0] > gutter for segment in row))
    fewer = min(left, right)
    if any(_RECIPIENTS.match(plain(row)) for row in rows[: 1 + _SOON]) and fewer >= 1:
        return True
    share = _height_share(rows[0], page)
    titled = any(_TITLE.search(plain(row)) for row in rows)
    at_head = share < _HEAD_SHARE and fewer >= _HEAD_LINES and titled
    at_foot = share > _FOOT_SHARE and fewer >= _FOOT_LINES and _are_signers(rows)
    return at_head or at_foot or (fewer >= _BODY_LINES and _are_columns(rows, gutter))


def _are_signers(rows: list[Row]) -> bool:
    """No rows of a table, and no fields of a form: signers stand side by side without colons."""
    if not any(_OFFICE.search(plain([segment])) for row in rows for segment in row):
        return False
    colons = sum(1 for row in rows for segment in row if ":" in plain([segment]))
    return all(len(row) <= 2 for row in rows) and colons <= _FEW_COLONS


def _are_columns(rows: list[Row], gutter: float) -> bool:
    """Two columns of running text, or one form twice (wife and husband); tables and forms are neither."""
    twos = [row for row in rows if len(row) == 2]
    pairs = [row for row in twos if row[0].box.centre[0] <= gutter < row[1].box.centre[0]]
    if len(pairs) < _BODY_LINES:
        return False
    return _labels_repeat(pairs) or (all(len(row) <= 2 for row in rows) and _is_running(pairs))


def _labels_repeat(pairs: list[Row]) -> bool:
    """Left and right begin with the same words on several rows."""
    same = sum(1 for left, right in pairs if _label(left) == _label(right) != "")
    return same >= _SAME_LABELS


def _label(segment: Segment) -> str:
    text = plain([segment])
    return text.split(":")[0].strip() if ":" in text else ""


def _is_running(pairs: list[Row]) -> bool:
    """Most lines of both sides are long and end where the others of their side end."""
    full = 0
    for side in (0, 1):
        widths = sorted(row[side].box.width for row in pairs)
        widest = widths[-1]
        words = sorted(len(row[side].words) for row in pairs)
        full += (
            sum(width >= _FULL * widest for width in widths) >= _MOSTLY * len(widths)
            and words[len(words) // 2] >= _RUNNING_WORDS
        )
    return full == 2

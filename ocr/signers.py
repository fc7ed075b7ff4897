"""Where signers stand side by side at the foot of a page, each is read by himself: title, name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dossier.geometry import Box
from ocr.segments import DATED, Row, Segment, plain, rows_of

# Above and below the row that shows it: how many rows of titles and names there may be.
_TITLE_ROWS, _NAME_ROWS = 4, 6
_OFF_MIDDLE = 0.45
# Room for a signature, and the white between the lines of one name or title, in heights of a line.
_SIGNING_ROOM = 11.0
_LINE_SPACE = 1.6
_NEAR = 4.0
_SCRAP = 3
_SIGN_HERE = re.compile(r"\(?\s*ky\b.*(ten|dau|danh|ro)")
_SIGNER = re.compile(
    r"(nguoi (nop|tiep|giao|nhan|ky|viet|lam|khai|yeu cau|uy quyen|duoc|chung|lap|phien|do de)|dai dien|"
    r"ben [ab]\b|vo$|chong$|cha, me|thu truong|chu toa|thu ky|thu ki|chu ho|can bo|cong chuc)"
)


def signed_parts(rows: list[Row]) -> list[list[Row]]:
    """The rows in passages; each signer of a row of signers is a passage of its own, left to right."""
    index = next((at for at, row in enumerate(rows) if _is_signing_row(row)), None)
    if index is None:
        return [rows]
    columns = _columns(rows, index)
    first = index
    while first > 0 and index - first < _TITLE_ROWS and _is_title(rows[first - 1], rows[first], columns):
        first -= 1
    last = _last_row(rows, index, columns)
    block = [segment for row in rows[first : last + 1] for segment in row]
    signers = [
        [segment for segment in block if _nearest(segment.box, columns) == place]
        for place in range(len(columns))
    ]
    return [rows[:first], *(rows_of(signer) for signer in signers), *signed_parts(rows[last + 1 :])]


def _is_signing_row(row: Row) -> bool:
    """``(Ký, ghi rõ họ tên)``, or who signs, twice or more beside each other and no field of a form."""
    texts = [plain([segment]) for segment in row]
    here = sum(1 for text in texts if _SIGN_HERE.match(text))
    signers = sum(1 for text in texts if _SIGNER.match(text) and ":" not in text)
    return len(row) > 1 and (here > 1 or signers == len(row))


def _columns(rows: list[Row], index: int) -> list[Box]:
    """The columns of the signers, also of one whose title stands a little above that row."""
    columns = [segment.box for segment in rows[index]]
    height = max(box.height for box in columns)
    middle = rows[index][0].box.centre[1]
    near = rows[max(0, index - 2) : index] + rows[index + 1 : index + 3]
    for segment in [segment for row in near for segment in row]:
        free = all(segment.box.left >= box.right or segment.box.right <= box.left for box in columns)
        level = abs(segment.box.centre[1] - middle) <= _NEAR * height
        if free and level and not _is_scrap(segment) and ":" not in plain([segment]):
            columns.append(segment.box)
    return sorted(columns, key=lambda box: box.left)


def _is_title(row: Row, below: Row, columns: Sequence[Box]) -> bool:
    near = below[0].box.top - max(segment.box.bottom for segment in row) <= _LINE_SPACE * row[0].box.height
    return near and not DATED.search(plain(row)) and _stands_under(row, columns)


def _last_row(rows: list[Row], index: int, columns: Sequence[Box]) -> int:
    """Down to the names: room for signatures comes once in each column, a second gap ends the block."""
    last, gaps = index, 0
    while last + 1 < len(rows) and last - index < _NAME_ROWS and _stands_under(rows[last + 1], columns):
        white = rows[last + 1][0].box.top - max(segment.box.bottom for segment in rows[last])
        height = rows[last + 1][0].box.height
        gaps += white > _LINE_SPACE * height
        if white > _SIGNING_ROOM * height or gaps > len(columns):
            break
        last += 1
    return last


def _stands_under(row: Row, columns: Sequence[Box]) -> bool:
    """Every segment of the row stands in the middle of one of the columns, no field of a form among them."""
    for segment in row:
        column = columns[_nearest(segment.box, columns)]
        if sum(1 for box in columns if box.left < segment.box.right and segment.box.left < box.right) > 1:
            return False
        if _is_scrap(segment):
            continue
        off = abs(segment.box.centre[0] - column.centre[0])
        if off > max(column.width, segment.box.width) * _OFF_MIDDLE or ":" in plain([segment]):
            return False
    return True


def _is_scrap(segment: Segment) -> bool:
    """What a seal or a pen left between the signers."""
    return sum(mark.isalnum() for word in segment.words for mark in word.text) <= _SCRAP


def _nearest(box: Box, columns: Sequence[Box]) -> int:
    return min(range(len(columns)), key=lambda place: abs(box.centre[0] - columns[place].centre[0]))

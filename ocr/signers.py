"""Where signers stand side by side at the foot of a page, each is read by himself: title, name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dossier.geometry import Box
from ocr.segments import DATED, Row, Segment, plain, rows_of, segment_of

# Above and below the row that shows it: how many rows of titles and names there may be.
_TITLE_ROWS, _NAME_ROWS = 4, 6
_OFF_MIDDLE = 0.45
# Room for a signature, and the white between the lines of one name or title, in heights of a line.
_SIGNING_ROOM = 11.0
_LINE_SPACE = 1.6
_NEAR = 4.0
_SCRAP = 3
_NOTE = re.compile(r"[(\[]\s*[Kk][ýy]\b")
_SIGN_HERE = re.compile(r"\(?\s*ky\b.*(ten|dau|danh|ro)")
_SIGNER = re.compile(
    r"(nguoi (nop|tiep|giao|nhan|ky|viet|lam|khai|yeu cau|uy quyen|duoc|chung|lap|phien|do de)|dai dien|"
    r"ben \w|vo$|chong$|cha, me|thu truong|chu toa|chu tri|thu ky|thu ki|chu ho|can bo|cong chuc|"
    r"xac nhan cua)"
)
_NAME = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*\.?")
_NAME_WORDS = range(2, 7)


def signed_parts(rows: list[Row]) -> list[list[Row]]:
    """The rows in passages; each signer of a row of signers is a passage of its own, left to right."""
    rows = [_parted(row) for row in rows]
    index = next((at for at, row in enumerate(rows) if _is_signing_row(row) or _signs_below(rows, at)), None)
    if index is None:
        return [rows]
    columns = _columns(rows, index if _is_signing_row(rows[index]) else index + 1)
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


def _parted(row: Row) -> Row:
    """The row with ``(Ký …) (Ký …)``, which stand close beside each other, as two segments."""
    parts: Row = []
    for segment in row:
        starts = [index for index, word in enumerate(segment.words) if _NOTE.match(word.text)]
        edges = [0, *starts[1:], len(segment.words)]
        parts += [segment_of(segment.words[start:end]) for start, end in pairwise(edges) if start < end]
    return parts


def _signs_below(rows: Sequence[Row], index: int) -> bool:
    """Whether names stand in the next row, below room for signatures and what their owners sign as."""
    if index + 1 >= len(rows):
        return False
    row, names = rows[index], rows[index + 1]
    people = [segment.box for segment in names if _is_name(segment)]
    others = [segment for segment in names if not _is_name(segment)]
    white = names[0].box.top - max(segment.box.bottom for segment in row)
    room = _LINE_SPACE * names[0].box.height < white <= _SIGNING_ROOM * names[0].box.height
    return room and len(people) > 1 and all(map(_is_scrap, others)) and _stands_under(row, people)


def _is_name(segment: Segment) -> bool:
    """Words that begin with a capital and go on in small letters, as names below signatures do."""
    texts = [word.text for word in segment.words]
    return len(texts) in _NAME_WORDS and all(map(_is_part_of_name, texts))


def _is_part_of_name(text: str) -> bool:
    shouted = len(text) > 1 and text.isupper()
    return _NAME.fullmatch(text) is not None and text[0].isupper() and not shouted


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
    """Down to the names: below room for a signature once in each column; more white ends the block."""
    last = index
    signed: set[int] = set()
    while last + 1 < len(rows) and last - index < _NAME_ROWS and _stands_under(rows[last + 1], columns):
        white = rows[last + 1][0].box.top - max(segment.box.bottom for segment in rows[last])
        height = rows[last + 1][0].box.height
        is_gap = white > _LINE_SPACE * height
        if white > _SIGNING_ROOM * height or (is_gap and len(signed) == len(columns)):
            break
        last += 1
        if is_gap or signed:
            signed |= {_nearest(segment.box, columns) for segment in rows[last] if not _is_scrap(segment)}
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

"""Who grants a paper, where no heading in the zones of Decree 30/2020/NĐ-CP says it.

Diplomas name the granting head above their title (``HIỆU TRƯỞNG TRƯỜNG ĐẠI HỌC …``), cards the agency under
the place and day.
"""

from __future__ import annotations

from collections.abc import Sequence

from extraction.evidence import Passage
from extraction.folding import capitals_share, fold, squash
from extraction.going_on import is_place_and_day
from extraction.heading import is_agency
from extraction.layout import Sheet, Token, words_of
from extraction.motto import is_motto

_HEADS = (
    "bo truong", "giam doc", "hieu truong", "chu tich", "vien truong", "chanh thanh tra", "cuc truong",
    "truong phong", "q hieu truong", "quyen hieu truong", "pho hieu truong",
)  # fmt: skip
_CAPITALS = 0.8
_STEP = 6.0
_ASIDE = 0.18


def granting_authority(sheet: Sheet, *, title_row: int, title: Sequence[Token]) -> Passage | None:
    """The agency above the title, in the title's column; its head's office in front of it is left out.

    Args:
        sheet: the page with the title.
        title_row: index of the title's last row; -1 when no title was read.
        title: the words of the title.
    """
    if title_row < 0 or not title:
        return None
    middle, top = _middle(title), min(token.y for token in title)
    lines: list[tuple[Token, ...]] = []
    for row in reversed(sheet.rows[:title_row]):
        if row.y >= top - 0.5 * sheet.text_height:
            continue
        line = _in_column(row.segments(sheet.text_height, gap=4.0), middle, sheet)
        if not line or is_motto(line):
            if lines or is_motto(line):
                break
            continue
        if capitals_share(words_of(line)) > _CAPITALS:
            lines.insert(0, line)
        elif lines:
            break
    tokens = _without_head([token for line in lines for token in line])
    return Passage(page=sheet.page, tokens=tokens, quality=0.95) if tokens else None


def dated_agency(sheets: Sequence[Sheet]) -> Passage | None:
    """The agency in capitals right under the place and day of issue, as cards print it."""
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:-1]):
            if not is_place_and_day(row):
                continue
            middle = _middle(row.tokens)
            below = sheet.rows[index + 1]
            line = _in_column(below.segments(sheet.text_height), middle, sheet)
            text = words_of(line)
            near = below.y - row.y < _STEP * sheet.text_height
            if near and line and capitals_share(text) > _CAPITALS and is_agency(text):
                return Passage(page=sheet.page, tokens=line, quality=0.95)
    return None


def _in_column(segments: Sequence[Sequence[Token]], middle: float, sheet: Sheet) -> tuple[Token, ...]:
    """The segment whose middle is nearest to that of the column, without marks; empty where none is near."""
    near = [tuple(token for token in segment if token.printed) for segment in segments]
    lines = [line for line in near if line and abs(_middle(line) - middle) < _ASIDE * sheet.width]
    return min(lines, key=lambda line: abs(_middle(line) - middle), default=())


def _without_head(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The agency behind ``GIÁM ĐỐC``, ``HIỆU TRƯỞNG``, ``BỘ TRƯỞNG``; all of it where no office stands."""
    text = fold(words_of(tokens))
    head = next((head for head in _HEADS if text.startswith(head)), "")
    rest = tuple(tokens[len(head.split()) :]) if head else tuple(tokens)
    name = words_of(rest)
    # "BỘ TRƯỞNG BỘ GIÁO DỤC VÀ ĐÀO TẠO", but "VIỆN TRƯỞNG" alone leaves nothing.
    return rest if squash(name) and is_agency(name) else ()


def _middle(tokens: Sequence[Token]) -> float:
    return (min(token.x0 for token in tokens) + max(token.x1 for token in tokens)) / 2

"""Whether the value of a label goes on in the next row, or something else begins there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extraction.folding import fold
from extraction.layout import Row, Sheet, Token, text_of
from extraction.values.dates import all_dates
from extraction.values.provinces import is_province
from rulebook.paper_spec import Kind

_NUMBERED = re.compile(r"^(?:\d{1,2}|[a-zđA-Z]|[IVX]{1,5})[.)]$")
_BULLETS = frozenset({"-", "–", "—", "+", "*", "•"})
_SPARE = 0.1
_SPARE_IN_COLUMN = 0.25
_LABEL_WORDS = 6
_PLACE_WORDS = 8
_COUNTRY = ("viet nam",)
_PROVINCE_KINDS = ("tinh ", "thanh pho ", "tp. ", "tp ")


def goes_on(last: Sequence[Token], following: Token, *, span: tuple[float, float], sheet: Sheet) -> bool:
    """Whether the next row goes on with the line before: its first word had no room there any more.

    An empty line goes on below. Typists break a little early, so some spare room is allowed.

    Args:
        last: what stands on the line before.
        following: the first word of the next row.
        span: left and right edge of the column, pixels.
        sheet: the page.
    """
    printed = [token for token in last if token.plain]
    if not printed:
        return True
    if printed[-1].text.endswith((".", ";")) and following.text[:1].isupper():
        return False
    right = min(span[1], sheet.text_right)
    room = right - printed[-1].x1 - (following.x1 - following.x0)
    spare = _SPARE if span[1] >= sheet.text_right else _SPARE_IN_COLUMN
    return room < spare * (right - max(span[0], sheet.left))


def opens_something(row: Row, tokens: Sequence[Token], *, starts: Sequence[float]) -> bool:
    """Whether a row begins with a label, a bullet, a number or the place and day of signing.

    Args:
        row: the row.
        tokens: its words within the column.
        starts: left edges of the labels found on the row, pixels.
    """
    first = tokens[0]
    if first.text in _BULLETS or _NUMBERED.match(first.text) or is_place_and_day(row):
        return True
    if any(abs(x0 - first.x0) < 1 for x0 in starts):
        return True
    return any(token.colon for token in tokens[:_LABEL_WORDS] if token.plain.isalpha())


def is_bullet(token: Token) -> bool:
    """Whether a word is the mark of a list."""
    return token.text in _BULLETS


def is_place_and_day(row: Row) -> bool:
    """Whether a row ends like ``Vĩnh Long, ngày 16 tháng 10 năm 2017``."""
    text = text_of(row.tokens)
    for reading in all_dates(text):
        before = text[: reading.start].rstrip()
        dated = fold(text[reading.start :]).startswith("ng") or fold(before).endswith("ngay")
        place = before.removesuffix("ngày").rstrip()
        if dated and place.endswith(",") and len(place.split()) <= _PLACE_WORDS and reading.end == len(text):
            return True
    return False


def names_go_on(last: Sequence[Token], tokens: Sequence[Token]) -> bool:
    """Whether a row under a name can be the rest of it: words in the same kind of letters, nothing else."""
    capitals = all(token.text.isupper() for token in last if token.plain)
    return all(
        token.plain.isalpha() and (token.text.isupper() if capitals else token.text[:1].isupper())
        for token in tokens
    )


def is_whole(tokens: Sequence[Token], kind: Kind) -> bool:
    """Whether a value needs nothing more: an address is at its end with its province or country."""
    if kind is not Kind.PLACE:
        return False
    text = fold(text_of(tokens)).rstrip(" .;,")
    head, comma, last = text.rpartition(",")
    if last.strip() in _COUNTRY:
        return bool(comma)
    for prefix in _PROVINCE_KINDS:
        if last.strip().startswith(prefix):
            return is_province(last.strip().removeprefix(prefix))
    return bool(head) and "," in head and is_province(last)

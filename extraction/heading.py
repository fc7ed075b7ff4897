"""The top of an administrative paper (Decree 30/2020/NĐ-CP, Annex I): number, date, agency, summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extraction.evidence import Passage
from extraction.folding import capitals_share, fold, squash
from extraction.layout import Row, Sheet, Token, words_of
from extraction.motto import motto_edge, motto_start
from extraction.values.dates import all_dates

# Share of the page's height that a heading may take: forms with a picture or a table on top begin low.
_TOP = 0.45
_PLACE_WORDS = 7
# What opens as no agency we know is one from so many words on.
_AGENCY_WORDS = 3
# In heights of the text: between two lines of one agency, and between words that belong together.
_AGENCY_STEP, _NEAR = 3.2, 2.2
# A colon among the first words of a row makes it an entry of the form, no summary.
_LABEL_WORDS = 5
# A motto that begins left of this share of the width stands in the middle: the agency stands above it.
_MIDDLE = 0.3
_NUMBER = re.compile(r"^s[oõ6]$")
_SIGN = re.compile(r"\d{1,6}[a-z]?\s?/(?:\s?\d{4}\s?/)?\s?[A-ZĐ][A-Za-zĐđ]{0,6}\s?[-–]\s?[A-ZĐ]")
_AGENCY_HEADS = (
    "uy ban", "ubnd", "hoi dong", "hdnd", "so ", "bo ", "cong an", "phong ", "chi cuc", "cuc ", "tong cuc",
    "ban ", "van phong", "trung tam", "truong ", "benh vien", "toa an", "vien ", "thanh tra", "thue ",
    "bao hiem", "ngan hang", "dai hoc", "hoc vien", "quoc hoi", "chinh phu", "thu tuong",
    "kho bac", "cong ty", "tinh uy", "huyen uy", "dang uy", "mat tran", "hoi ", "lien doan", "doan ",
    "bo chi huy", "tram ",
)  # fmt: skip
_BODY_OPENINGS = (
    "can cu",
    "theo ",
    "xet ",
    "kinh gui",
    "dieu ",
    "thuc hien",
    "de ",
    "so:",
    "phan ",
    "chuong ",
    "hom nay",
    "vao hoi",
    "vao luc",
    "thoi gian",
    "dia diem",
    "tai ",
    "chung toi",
    "thanh phan",
    "i. ",
    "1. ",
)


def is_agency(text: str) -> bool:
    """Whether a text opens as names of agencies do (``ỦY BAN``, ``SỞ``, ``TRƯỜNG`` …)."""
    return fold(text).startswith(_AGENCY_HEADS)


def numbers(sheets: Sequence[Sheet]) -> Iterator[Passage]:
    """What stands behind ``Số:`` in the upper part of the first page; else what looks like a sign."""
    if not sheets:
        return
    sheet = sheets[0]
    found = False
    for row in sheet.rows:
        if row.y > _TOP * sheet.height:
            break
        for tokens, quality in _numbers_in(row, sheet):
            found = True
            yield Passage(page=sheet.page, tokens=tokens, quality=quality)
    if found:
        return
    for row in sheet.rows:
        for segment in row.segments(sheet.text_height):
            passage = Passage(page=sheet.page, tokens=segment, quality=0.7)
            if row.y < _TOP * sheet.height and len(segment) <= 4 and _SIGN.match(passage.text):
                yield passage


def _numbers_in(row: Row, sheet: Sheet) -> Iterator[tuple[tuple[Token, ...], float]]:
    segments = row.segments(sheet.text_height)
    for index, segment in enumerate(segments):
        first = segment[0]
        if not _NUMBER.match(fold(first.text)) or first.text[:1].islower():
            continue
        rest = segment[1:]
        # A number put in by hand or stamp stands apart from "Số:".
        if len(rest) < 2 and index + 1 < len(segments):
            rest += segments[index + 1]
        rest = _until_place(rest)
        if rest and (first.colon or rest[0].text[:1].isdigit()) and _has_digit(rest):
            yield rest, 0.99 if first.colon else 0.85


def _has_digit(tokens: Sequence[Token]) -> bool:
    return any(mark.isdigit() for token in tokens for mark in token.text)


def _until_place(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Cut before another label (``Quyển số:``)."""
    kept: list[Token] = []
    for token in tokens:
        if token.plain in {"quyen", "ngay"}:
            break
        kept.append(token)
    return tuple(kept)


def places_and_dates(sheets: Sequence[Sheet]) -> Iterator[tuple[Passage, Passage | None]]:
    """(date, place) of rows like ``Kiên Giang, ngày 16 tháng 10 năm 2017``, in reading order.

    Dates inside a sentence are left out: before the date stands a place of a few words or nothing, and
    nothing stands behind it.
    """
    for sheet in sheets:
        for row in sheet.rows:
            yield from _dated(row, sheet)


def _dated(row: Row, sheet: Sheet) -> Iterator[tuple[Passage, Passage | None]]:
    whole = Passage(page=row.page, tokens=row.tokens, quality=1.0)
    text = whole.text
    for reading in all_dates(text):
        if not fold(text[reading.start :]).startswith("ng"):
            continue
        date = whole.between(reading.start, reading.end)
        before = row.tokens[: row.tokens.index(date[0])]
        after = row.tokens[row.tokens.index(date[-1]) + 1 :]
        if any(token.plain for token in after[:1] if token.x0 - date[-1].x1 < _NEAR * sheet.text_height):
            continue
        place = _place_before(before, date[0], height=sheet.text_height)
        if place is None:
            continue
        quality = 0.99 if place and place[-1].text.endswith((",", ".")) else 0.8
        top = row.y < _TOP * sheet.height
        passage = Passage(page=row.page, tokens=date, quality=quality if top else quality - 0.02)
        town = Passage(page=row.page, tokens=place, quality=quality) if place else None
        yield passage, town


def _place_before(before: Sequence[Token], date: Token, *, height: float) -> tuple[Token, ...] | None:
    """The words of the place; empty when the date stands alone; nothing when it stands in a sentence."""
    words: list[Token] = []
    right = date.x0
    for token in reversed(before):
        if right - token.x1 > _NEAR * height or any(mark.isdigit() or mark == "/" for mark in token.text):
            break
        words.insert(0, token)
        right = token.x0
    while words and not words[0].text[:1].isalpha():
        words = words[1:]
    if not words:
        return ()
    fits = len(words) <= _PLACE_WORDS and words[0].text[:1].isupper()
    ends = words[-1].text.endswith((",", ".")) or words[-1].text[:1].isupper()
    return tuple(words) if fits and ends and words[0].plain not in {"can", "ngay", "sinh"} else None


def agency_lines(sheet: Sheet) -> list[tuple[Token, ...]]:
    """Lines of parent and issuing agency: capitals left of the motto, above the number."""
    edge = motto_edge(sheet)
    lines: list[tuple[Token, ...]] = []
    if edge is not None and edge < _MIDDLE * sheet.width:
        return _above_motto(sheet)
    last_y = 0.0
    for row in sheet.rows:
        if row.y > _TOP * sheet.height or any(True for _ in _numbers_in(row, sheet)):
            break
        tokens = _agency_part(row, sheet, edge)
        if not tokens:
            continue
        numbered = _NUMBER.match(fold(tokens[0].text)) and tokens[0].colon
        if numbered or (lines and row.y - last_y > _AGENCY_STEP * sheet.text_height):
            break
        last_y = row.y
        text = words_of(tokens)
        if capitals_share(text) > 0.8 and sum(len(token.plain) for token in tokens) >= 3:
            lines.append(tokens)
        elif lines:
            break
    return lines


def _above_motto(sheet: Sheet) -> list[tuple[Token, ...]]:
    """Agencies in capitals over a motto that stands in the middle, as forms of hospitals and schools do."""
    lines: list[tuple[Token, ...]] = []
    for row in sheet.rows:
        if motto_start(row) is not None:
            return lines
        line = tuple(token for token in row.segments(sheet.text_height)[0] if token.printed)
        text = words_of(line)
        if line and capitals_share(text) > 0.8 and (is_agency(text) or lines):
            lines.append(line)
        elif lines:
            return lines
    return lines


def issuing_agency(sheet: Sheet) -> Passage | None:
    """The last agency of the heading; the ones above it are its parents."""
    agencies: list[list[Token]] = []
    for tokens in agency_lines(sheet):
        name = fold(words_of(tokens))
        if name.startswith(_AGENCY_HEADS) or not agencies:
            agencies.append(list(tokens))
        else:
            agencies[-1].extend(tokens)
    if not agencies:
        return None
    known = fold(words_of(agencies[-1])).startswith(_AGENCY_HEADS)
    if not known and len(agencies[-1]) < _AGENCY_WORDS:
        return None
    return Passage(page=sheet.page, tokens=tuple(agencies[-1]), quality=0.97 if known else 0.45)


def _agency_part(row: Row, sheet: Sheet, edge: float | None) -> tuple[Token, ...]:
    """The row's words left of the motto; none of a title, which goes on to the right without a gap."""
    if edge is None or edge < _MIDDLE * sheet.width:
        return ()
    left = [token for token in row.tokens if (token.x0 + token.x1) / 2 < edge and token.printed]
    right = [token for token in row.tokens if (token.x0 + token.x1) / 2 >= edge and token.plain]
    crosses = left and right and right[0].x0 - left[-1].x1 < sheet.text_height
    if crosses and motto_start(row) is None:
        return ()
    return tuple(token for token in left if token.x1 <= edge + 2 * sheet.text_height)


def summary(sheet: Sheet, *, title_row: int) -> Passage | None:
    """Trích yếu: the centred rows under the title, up to the deciding authority or the body."""
    title = sheet.rows[title_row]
    centre = (title.tokens[0].x0 + title.tokens[-1].x1) / 2
    tokens: list[Token] = []
    last_y = title.y
    for row in sheet.rows[title_row + 1 : title_row + 9]:
        printed = tuple(token for token in row.tokens if token.printed)
        if not printed:
            continue
        text = words_of(printed)
        off = abs((printed[0].x0 + printed[-1].x1) / 2 - centre)
        far = row.y - last_y > 4.2 * sheet.text_height
        if far or off > 1.8 * sheet.text_height or fold(text).startswith(_BODY_OPENINGS):
            break
        if any(token.colon for token in printed[:_LABEL_WORDS]):
            break
        if capitals_share(text) > 0.8:
            if tokens:
                break
            continue
        tokens.extend(printed)
        last_y = row.y
    if not tokens:
        return None
    return Passage(page=sheet.page, tokens=tuple(tokens), quality=0.97)


def letter_summary(sheet: Sheet) -> Passage | None:
    """Trích yếu of a letter: the text after ``V/v`` under the number, in the left column."""
    edge = motto_edge(sheet) or 0.5 * sheet.width
    tokens: list[Token] = []
    last_y = 0.0
    for row in sheet.rows:
        left = [
            token
            for token in row.tokens
            if token.printed and token.x0 < edge and token.x1 < edge + 2 * sheet.text_height
        ]
        if not left or row.y > 0.5 * sheet.height:
            continue
        if not tokens:
            if squash(left[0].text).startswith("vv") or left[0].text.casefold() in {"v/v", "v/v:", "v/v."}:
                tokens, last_y = left[1:], row.y
            continue
        if row.y - last_y > 2.8 * sheet.text_height or fold(left[0].text).startswith("kinh"):
            break
        tokens.extend(left)
        last_y = row.y
    return Passage(page=sheet.page, tokens=tuple(tokens), quality=0.95) if tokens else None

"""Passages behind and under the labels of a form, until the next label begins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extraction.evidence import Passage
from extraction.folding import squash
from extraction.labels import LabelHit, find_labels
from extraction.layout import Row, Sheet, Token
from extraction.regions import Region, field_for, find_regions
from rulebook.paper_spec import FieldSpec, Kind, PaperSpec

_NUMBERED = re.compile(r"^(?:\d{1,2}|[a-zđA-Z]|[IVX]{1,5})[.)]$")
_BULLETS = frozenset({"-", "–", "—", "+", "*", "•"})
_HANGING = 6.0
_COLUMN_HANGING = 2.0
_ROW_STEP = 3.2
_SPARE = 0.1
_SPARE_IN_COLUMN = 0.25
_MAX_ROWS = 6
_UNDER_QUALITY = 0.97
_WIDE = 8.0
_REST = 4
_LABEL_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The sheets of one paper with the labels found on them."""

    spec: PaperSpec
    sheets: Mapping[int, Sheet]
    hits: tuple[LabelHit, ...]
    regions: tuple[Region, ...]


def read_form(spec: PaperSpec, sheets: Sequence[Sheet]) -> Form:
    """Find the labels of a paper type on its sheets."""
    labels = {label for field in spec.fields for label in field.labels}
    labels |= {anchor for block in spec.blocks for anchor in block.anchors}
    # Other phrases of the form end a value that stands above them, though no field is behind them.
    labels |= set(spec.anchors)
    hits = tuple(hit for sheet in sheets for hit in find_labels(sheet, labels))
    return Form(
        spec=spec,
        sheets={sheet.page: sheet for sheet in sheets},
        hits=hits,
        regions=find_regions(spec, hits),
    )


def passages(form: Form) -> dict[str, list[Passage]]:
    """What stands behind (or under) each field's labels, by field name, in reading order."""
    found: dict[str, list[Passage]] = {}
    for hit in form.hits:
        region = next((region for region in reversed(form.regions) if region.holds(hit)), None)
        field = field_for(form.spec, hit, region)
        if field is None:
            continue
        passage = _passage(form, hit, field=field, region=region)
        if passage is not None:
            found.setdefault(field.name, []).append(passage)
    return found


def _passage(form: Form, hit: LabelHit, *, field: FieldSpec, region: Region | None) -> Passage | None:
    sheet = form.sheets[hit.page]
    right = min(region.x1 if region is not None else sheet.right, sheet.right + 1)
    tokens = list(_behind(form, hit, right=right, kind=field.kind))
    under = not any(token.plain for token in tokens)
    if under and _label_follows(form, hit, field=field, region=region):
        return None
    if under or field.multiline:
        left = _left(hit, sheet=sheet, region=region)
        tokens += _below(form, hit, before=tokens, span=(left, right), once=not field.multiline)
    if not any(token.plain for token in tokens) or _is_label_rest(tokens, field):
        return None
    return Passage(
        page=hit.page,
        tokens=tuple(tokens),
        quality=hit.quality * (_UNDER_QUALITY if under else 1.0),
        label_x1=None if under else hit.x1,
    )


def _is_label_rest(tokens: Sequence[Token], field: FieldSpec) -> bool:
    """Whether what stands there is only the rest of a bilingual label whose end was not read."""
    text = "".join(token.plain for token in tokens)
    return len(text) >= _REST and any(squash(label).startswith(text) for label in field.labels)


def _behind(form: Form, hit: LabelHit, *, right: float, kind: Kind) -> Sequence[Token]:
    """Tokens to the right of the label on its row, up to the next label or the column's edge."""
    sheet = form.sheets[hit.page]
    row = sheet.rows[hit.row]
    end = min(
        (other.start for other in form.hits if _same_row(other, hit) and other.start >= hit.end),
        default=len(row.tokens),
    )
    tokens = [token for token in row.tokens[hit.end : end] if token.x0 < right]
    tokens = _before_gap(tokens, gap=_WIDE * sheet.text_height)
    return tokens if kind is Kind.PERSONAL_ID else _before_unknown_label(tokens)


def _same_row(left: LabelHit, right: LabelHit) -> bool:
    return left.page == right.page and left.row == right.row


def _before_gap(tokens: list[Token], *, gap: float) -> list[Token]:
    """Cut where an empty space shows that another column begins; the space behind the label may be wide."""
    for index in range(1, len(tokens)):
        if tokens[index].x0 - tokens[index - 1].x1 > gap:
            return tokens[:index]
    return tokens


def _before_unknown_label(tokens: list[Token]) -> list[Token]:
    """Cut before words that a colon makes a label, though no table knows it (``Điện thoại:``)."""
    for index, token in enumerate(tokens):
        if not token.colon or not token.plain.isalpha():
            continue
        start = index
        while start > 0 and index - start < _LABEL_WORDS:
            before = tokens[start - 1]
            if tokens[start].leader or before.text.endswith((",", ";", ".")) or before.colon:
                break
            if tokens[start].text[:1].isupper() and not before.text[:1].isupper():
                break
            start -= 1
        return tokens[:start] if start else tokens
    return tokens


def _label_follows(form: Form, hit: LabelHit, *, field: FieldSpec, region: Region | None) -> bool:
    """Whether the next label on the row is the same one in English: the value stands behind that."""
    following = [other for other in form.hits if _same_row(other, hit) and other.start >= hit.end]
    return bool(following) and field_for(form.spec, following[0], region) is field


def _left(hit: LabelHit, *, sheet: Sheet, region: Region | None) -> float:
    """Where lines that go on may begin: the margin left of the label, but not another column."""
    row = sheet.rows[hit.row]
    if region is not None and region.column:
        return max(region.x0, hit.x0 - _COLUMN_HANGING * sheet.text_height)
    start = next(
        segment[0].x0
        for segment in row.segments(sheet.text_height)
        if segment[0].x0 <= hit.x0 <= segment[-1].x1
    )
    return min(start, hit.x0) - _HANGING * sheet.text_height


def _below(
    form: Form, hit: LabelHit, *, before: Sequence[Token], span: tuple[float, float], once: bool
) -> list[Token]:
    """Rows under the label that belong to its value."""
    sheet = form.sheets[hit.page]
    left, right = span
    found: list[Token] = []
    last, last_y = list(before), sheet.rows[hit.row].y
    for index in range(hit.row + 1, min(len(sheet.rows), hit.row + 1 + _MAX_ROWS)):
        row = sheet.rows[index]
        if row.y - last_y > _ROW_STEP * sheet.text_height:
            break
        tokens = _within(row, left=left, right=right, height=sheet.text_height)
        if not tokens:
            if row.y - last_y > 1.4 * sheet.text_height:
                last_y = row.y if not found and not before else last_y
            continue
        if _opens_something(form, row, index=index, first=tokens[0]) or not _goes_on(
            last, tokens[0], span=span, sheet=sheet
        ):
            break
        cut = _before_label(form, hit, row=row, index=index, tokens=tokens)
        found += cut
        last, last_y = cut, row.y
        if once or len(cut) < len(tokens):
            break
    return found


def _within(row: Row, *, left: float, right: float, height: float) -> list[Token]:
    """Tokens of the segments that begin between left and right."""
    return [
        token
        for segment in row.segments(height)
        if left <= segment[0].x0 < right
        for token in segment
        if token.x0 < right
    ]


def _goes_on(last: Sequence[Token], following: Token, *, span: tuple[float, float], sheet: Sheet) -> bool:
    """Whether the next row goes on with the line before: its first word had no room there any more.

    An empty line goes on below. Typists break a little early, so some spare room is allowed.
    """
    printed = [token for token in last if token.plain]
    if not printed:
        return True
    right = min(span[1], sheet.text_right)
    room = right - printed[-1].x1 - (following.x1 - following.x0)
    spare = _SPARE if span[1] >= sheet.text_right else _SPARE_IN_COLUMN
    return room < spare * (right - max(span[0], sheet.left))


def _opens_something(form: Form, row: Row, *, index: int, first: Token) -> bool:
    """Whether a row begins with a label, a bullet or a number: then it is not a value going on."""
    if first.text in _BULLETS or _NUMBERED.match(first.text):
        return True
    if any(hit.page == row.page and hit.row == index and abs(hit.x0 - first.x0) < 1 for hit in form.hits):
        return True
    start = row.tokens.index(first)
    return any(token.colon for token in row.tokens[start : start + _LABEL_WORDS] if token.plain.isalpha())


def _before_label(form: Form, hit: LabelHit, *, row: Row, index: int, tokens: list[Token]) -> list[Token]:
    """Cut a row before the first label on it."""
    starts = [
        row.tokens[other.start].x0 for other in form.hits if other.page == hit.page and other.row == index
    ]
    edge = min((x for x in starts if x > tokens[0].x0), default=None)
    return [token for token in tokens if edge is None or token.x0 < edge]

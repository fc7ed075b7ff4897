"""Passages behind and under the labels of a form, until the next label begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extraction.evidence import Passage
from extraction.folding import squash
from extraction.going_on import goes_on, is_bullet, is_whole, names_go_on, opens_something
from extraction.labels import LabelHit, find_labels
from extraction.layout import Row, Sheet, Token
from extraction.regions import Region, fields_for, find_regions
from rulebook.paper_spec import FieldSpec, Kind, PaperSpec

_HANGING = 6.0
_COLUMN_HANGING = 2.0
_ROW_STEP = 3.2
_MAX_ROWS = 6
_UNDER_QUALITY = 0.97
_WIDE = 8.0
_REST = 4
_COLUMN_GAP = 0.9
_WIDE_GAP = 2.2
_LABEL_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The sheets of one paper with the labels found on them."""

    spec: PaperSpec
    sheets: Mapping[int, Sheet]
    hits: tuple[LabelHit, ...]
    regions: tuple[Region, ...]


def read_form(
    spec: PaperSpec, sheets: Sequence[Sheet], *, page: int = 0, title: Sequence[Token] = ()
) -> Form:
    """Find the labels of a paper type on its sheets.

    Args:
        spec: of the type.
        sheets: its printed pages.
        page: 1-based page of the title.
        title: the words of its title, in which no label stands.
    """
    labels = {label for field in spec.fields for label in field.labels}
    labels |= {anchor for block in spec.blocks for anchor in block.anchors}
    # Other phrases of the form end a value that stands above them, though no field is behind them.
    plain = [squash(label) for label in labels]
    labels |= {anchor for anchor in spec.anchors if not any(label in squash(anchor) for label in plain)}
    titled = {(page, token.box) for token in title}
    hits = tuple(
        hit
        for sheet in sheets
        for hit in find_labels(sheet, labels)
        if (hit.page, sheet.rows[hit.row].tokens[hit.start].box) not in titled
    )
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
        for field in fields_for(form.spec, hit, region):
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
    if under or field.multiline or field.kind is Kind.PERSON_NAME or _wants_digits(field, tokens):
        left = _left(hit, sheet=sheet, region=region)
        beside = [other.x0 for other in form.hits if _same_row(other, hit) and other.start >= hit.end]
        edge = min((x0 for x0 in beside if x0 > hit.x1), default=right) if tokens and not under else right
        tokens += _below(form, hit, before=tokens, span=(left, min(right, edge)), field=field)
    if not any(token.plain for token in tokens) or _is_label_rest(tokens, field):
        return None
    return Passage(
        page=hit.page,
        tokens=tuple(tokens),
        quality=hit.quality * (_UNDER_QUALITY if under else 1.0),
        label_x1=None if under else hit.x1,
    )


def _wants_digits(field: FieldSpec, tokens: Sequence[Token]) -> bool:
    """Whether a number is still to come: ``Giấy tờ tùy thân: Căn cước công dân số`` and a new line."""
    return field.kind is Kind.PERSONAL_ID and not any(
        mark.isdigit() for token in tokens for mark in token.text
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
    return bool(following) and field in fields_for(form.spec, following[0], region)


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
    form: Form, hit: LabelHit, *, before: Sequence[Token], span: tuple[float, float], field: FieldSpec
) -> list[Token]:
    """Rows under the label that belong to its value."""
    sheet = form.sheets[hit.page]
    left, right = span
    found: list[Token] = []
    last, last_y = list(before), sheet.rows[hit.row].y
    for index in range(hit.row + 1, min(len(sheet.rows), hit.row + 1 + _MAX_ROWS)):
        row = sheet.rows[index]
        if row.y - last_y > _ROW_STEP * sheet.text_height or is_whole((*before, *found), field.kind):
            break
        tokens = _within(row, left=left, right=right, height=sheet.text_height)
        if not tokens:
            if row.y - last_y > 1.4 * sheet.text_height:
                last_y = row.y if not found and not before else last_y
            continue
        starts = [other.x0 for other in form.hits if other.page == hit.page and other.row == index]
        # "Kính gửi:" over a list: every point of it.
        listed = field.kind is Kind.TEXT and field.multiline and not before and is_bullet(tokens[0])
        if not listed and (
            opens_something(row, tokens, starts=starts)
            or not goes_on(last, tokens[0], span=span, sheet=sheet)
        ):
            break
        if last and field.kind is Kind.PERSON_NAME and not names_go_on(last, tokens):
            break
        cut = _before_label(form, hit, row=row, index=index, tokens=tokens)
        found += cut
        last, last_y = cut, row.y
        if not field.multiline or len(cut) < len(tokens):
            break
    return found


def _within(row: Row, *, left: float, right: float, height: float) -> list[Token]:
    """Tokens between left and right of what begins there; columns may stand close to each other."""
    tokens = [token for token in row.tokens if left <= token.x0 < right]
    if not tokens:
        return []
    at = row.tokens.index(tokens[0])
    begins = at == 0 or tokens[0].x0 - row.tokens[at - 1].x1 > _COLUMN_GAP * height
    if begins:
        return tokens
    rest = (token for before, token in pairwise(tokens) if token.x0 - before.x1 > _WIDE_GAP * height)
    first = next(rest, None)
    return tokens[tokens.index(first) :] if first is not None else []


def _before_label(form: Form, hit: LabelHit, *, row: Row, index: int, tokens: list[Token]) -> list[Token]:
    """Cut a row before the first label on it."""
    starts = [
        row.tokens[other.start].x0 for other in form.hits if other.page == hit.page and other.row == index
    ]
    edge = min((x for x in starts if x > tokens[0].x0), default=None)
    return [token for token in tokens if edge is None or token.x0 < edge]

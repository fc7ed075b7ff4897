"""Finds printed labels in the rows of a sheet, also where recognition broke some letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extraction.folding import alike, squash
from extraction.layout import Row, Sheet

_SHORT = 4
_MEDIUM = 8
_BULLET = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelHit:
    """A label found on a sheet.

    Attributes:
        label: squashed form of the label.
        page: 1-based.
        row: index of the row on its sheet.
        start, end: token indexes, end exclusive.
        quality: 0 to 1; letters alike, and a colon or the start of a segment where labels stand.
        x0, x1, y: where it stands, straightened pixels.
    """

    label: str
    page: int
    row: int
    start: int
    end: int
    quality: float
    x0: float
    x1: float
    y: float

    @property
    def order(self) -> tuple[int, int, float]:
        """Reading order."""
        return (self.page, self.row, self.x0)


def find_labels(sheet: Sheet, labels: Iterable[str]) -> tuple[LabelHit, ...]:
    """Every place where one of the labels stands; where several fit, the longest good one.

    Args:
        sheet: the page.
        labels: printed forms; they are squashed here.
    """
    plain = sorted({squash(label) for label in labels} - {""}, key=len, reverse=True)
    hits: list[LabelHit] = []
    for index, row in enumerate(sheet.rows):
        found: list[LabelHit] = []
        joined = "".join(token.plain for token in row.tokens)
        for label in plain:
            if _may_stand(label, joined):
                found.extend(_in_row(sheet, index, row=row, label=label))
        hits.extend(_best_apart(found))
    return tuple(sorted(hits, key=lambda hit: hit.order))


def _threshold(label: str) -> float:
    """How alike the letters must be: short labels exactly, long ones may lose some letters."""
    if len(label) <= _SHORT:
        return 1.0
    return 0.85 if len(label) <= _MEDIUM else 0.8


def _may_stand(label: str, joined: str) -> bool:
    if len(label) <= _SHORT:
        return label in joined
    return fuzz.partial_ratio(label, joined, score_cutoff=_threshold(label) * 100 - 8) > 0


def _in_row(sheet: Sheet, index: int, *, row: Row, label: str) -> Iterable[LabelHit]:
    tokens = row.tokens
    cutoff = _threshold(label)
    starts = _starts(sheet, row)
    longest = len(label) / cutoff + 1
    for start in range(len(tokens)):
        text = ""
        for end in range(start + 1, min(len(tokens), start + 16) + 1):
            text += tokens[end - 1].plain
            if len(text) > longest:
                break
            if not tokens[end - 1].plain or not tokens[start].plain:
                continue
            likeness = alike(label, text, at_least=cutoff)
            if not likeness:
                continue
            colon = tokens[end - 1].colon or (end < len(tokens) and tokens[end].text in {":", "/", ";"})
            quality = likeness * _standing(at_start=start in starts, colon=colon, short=len(label) <= _SHORT)
            if quality:
                yield LabelHit(
                    label=label,
                    page=row.page,
                    row=index,
                    start=start,
                    end=end,
                    quality=quality,
                    x0=tokens[start].x0,
                    x1=tokens[end - 1].x1,
                    y=row.y,
                )


def _standing(*, at_start: bool, colon: bool, short: bool) -> float:
    """Labels stand before a colon, or open a segment; a phrase inside a sentence is none."""
    if colon:
        return 1.0 if at_start else 0.97
    return 0.9 if at_start and not short else 0.0


def _starts(sheet: Sheet, row: Row) -> frozenset[int]:
    """Token indexes at which a segment begins, also behind a bullet or number such as ``a)`` or ``1.``."""
    starts: set[int] = set()
    index = 0
    for segment in row.segments(sheet.text_height, gap=1.6):
        starts.add(index)
        if len(segment) > 1 and len(segment[0].text) <= _BULLET and len(segment[0].plain) <= 2:
            starts.add(index + 1)
        for offset, token in enumerate(segment[1:], 1):
            if token.leader or segment[offset - 1].text.endswith((";", ",", "/")):
                starts.add(index + offset)
        index += len(segment)
    return frozenset(starts)


def _best_apart(hits: Sequence[LabelHit]) -> list[LabelHit]:
    """The hits that do not overlap, longest and surest first."""
    kept: list[LabelHit] = []
    for hit in sorted(hits, key=lambda found: (-len(found.label) * found.quality**3, found.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return kept

"""Which part of a form a label stands in: blocks of one person, one under the other or in two columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extraction.folding import squash
from extraction.labels import LabelHit, key_of
from extraction.layout import Sheet, Token
from rulebook.paper_spec import FieldSpec, PaperSpec
from rulebook.variants import OPENING

_SAME_ROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A block as it lies on a page, from ``start`` (page, row) to before ``end``, between two x.

    ``column`` tells that another block stands beside it.
    """

    block: str
    start: tuple[int, int]
    end: tuple[int, int]
    x0: float
    x1: float
    column: bool

    def holds(self, hit: LabelHit) -> bool:
        """Whether a label stands in the region."""
        return self.start <= (hit.page, hit.row) < self.end and self.x0 <= hit.x0 < self.x1


def tokens_of(region: Region, sheet: Sheet) -> tuple[Token, ...]:
    """The words of a page that stand in the region, in reading order."""
    return tuple(
        token
        for index, row in enumerate(sheet.rows)
        if region.start <= (sheet.page, index) < region.end
        for token in row.tokens
        if region.x0 <= token.x0 < region.x1
    )


_END = (1 << 30, 0)
_INFINITE = float(1 << 30)


def find_regions(spec: PaperSpec, hits: Sequence[LabelHit]) -> tuple[Region, ...]:
    """Where each block lies. A form without blocks has none."""
    openings = _openings(spec, hits)
    if not openings:
        return ()
    regions: list[Region] = []
    for index, (block, hit) in enumerate(openings):
        beside = [other for _, other in openings if _beside(hit, other)]
        start = (hit.page, min(hit.row, *(other.row for other in beside)) if beside else hit.row)
        later = [
            (other.page, other.row)
            for _, other in openings[index + 1 :]
            if other not in beside and (other.page, other.row) > start
        ]
        end = min(later, default=_END)
        if beside:
            end = min(end, _common_after(spec, hits, start))
        regions.append(
            Region(
                block=block,
                start=start,
                end=end,
                x0=_left_bound(hit, beside),
                x1=min(
                    (_left_bound(other, [hit]) for other in beside if other.x0 > hit.x0), default=_INFINITE
                ),
                column=bool(beside),
            )
        )
    return tuple(regions)


def fields_for(spec: PaperSpec, hit: LabelHit, region: Region | None) -> tuple[FieldSpec, ...]:
    """The fields a label means where it stands; several where one line says several things.

    Inside a block its own fields come first; a field of no block is meant there only when the table lists it
    after the block's fields, because forms are read in the order of their tables.
    """
    block = region.block if region is not None else ""
    named = [field for field in spec.fields if any(key_of(label) == hit.label for label in field.labels)]
    own = tuple(field for field in named if field.block == block)
    if own or region is None or any(known.closed for known in spec.blocks if known.name == block):
        return own
    last = max((index for index, field in enumerate(spec.fields) if field.block == block), default=-1)
    return tuple(field for field in named if not field.block and spec.fields.index(field) > last)


def _openings(spec: PaperSpec, hits: Sequence[LabelHit]) -> list[tuple[str, LabelHit]]:
    """The first good opening of each block, in reading order.

    Blocks whose headings open alike (``Bên …``) take them in turn.
    """
    openings: list[tuple[str, LabelHit]] = []
    for block in spec.blocks:
        anchors = {squash(anchor) for anchor in block.anchors if not anchor.endswith(OPENING)}
        shared = {key_of(anchor) for anchor in block.anchors if anchor.endswith(OPENING)}
        rows = {(hit.page, hit.row) for _, hit in openings}
        last = max(rows, default=(0, -1))
        found = [hit for hit in hits if hit.label in anchors] or [
            hit for hit in hits if hit.label in shared and (hit.page, hit.row) > last
        ]
        if found:
            # A heading opens its row; the same words inside a sentence only speak of the part.
            openings.append((block.name, min(found, key=lambda hit: (not hit.leads, hit.order))))
    return sorted(openings, key=lambda opening: opening[1].order)


def _beside(left: LabelHit, right: LabelHit) -> bool:
    """Two openings on one row (or nearly), apart from each other, are columns."""
    near = left.page == right.page and abs(left.row - right.row) <= _SAME_ROW
    return near and left is not right and (left.x1 < right.x0 or right.x1 < left.x0)


def _left_bound(hit: LabelHit, beside: Sequence[LabelHit]) -> float:
    """Left edge of a column; the leftmost one reaches to the edge of the page."""
    if all(other.x0 > hit.x0 for other in beside):
        return -_INFINITE
    return hit.x0 - 0.15 * (hit.x1 - hit.x0)


def _common_after(spec: PaperSpec, hits: Sequence[LabelHit], start: tuple[int, int]) -> tuple[int, int]:
    """The first row below where a label stands that no block uses: the columns end there."""
    blocked = {squash(label) for field in spec.fields if field.block for label in field.labels}
    common = {squash(label) for field in spec.fields if not field.block for label in field.labels} - blocked
    rows = [(hit.page, hit.row) for hit in hits if hit.label in common and (hit.page, hit.row) > start]
    return min(rows, default=_END)

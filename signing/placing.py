"""Where the marks stand on page one: in their corners where these are free, else as near as there is room.

Officer: top left (Circular 01/2023/TT-VPCP, Article 8). Organisation: top right (Decree 30/2020/NĐ-CP,
Appendix I). What is printed there already (a QR code, a letterhead) and annotations are never covered: a mark
then becomes narrower, moves below or beside it, or both marks stand one above the other. It never leaves the
top of the page, because only that has been looked at, and never crosses to the other mark's side of a wide
page. The type is never made smaller: its size is fixed by the decree.

All measures are PDF points, origin bottom left, in the page as it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from dossier.errors import MarkCollisionError
from signing.appearance import (
    A4_HEIGHT,
    LEADING,
    POINTS_PER_MM,
    SAMPLE_TIME,
    PdfRect,
    longest_word,
    officer_text,
    organisation_text,
    widest,
    wrap,
)

MARGIN_SIDE = 17.0
MARGIN_TOP = 5.0
GAP = 12.0
# Between a mark that had to give way and what it gave way to; a QR code keeps its quiet zone.
CLEARANCE = 6.0
OFFICER_SHARE = 0.42
# Of the width of a page, for the organisation's mark when it stands alone in its corner.
_SEAL_SHARE = 0.6
Side = Literal["left", "right"]
# How far down a mark may stand. The PDF/A writer tells what stands in so much of the page, and no more.
ZONE_MM = 60.0
# On a low page the marks still keep to its upper part.
ZONE_SHARE = 0.6
# A column narrower than an inch is no text any more.
MIN_WIDTH = 72.0
_STEP = 4
_NARROWER = (1.0, 0.85, 0.7, 0.6, 0.5, 0.42)
# Side by side, more lines than these make narrow columns that are hard to read; then a few more lines, one
# mark above the other, are better.
_CALM_LINES = 4
_WORTH_LINES = 3
# What a mark would rather do: go down a little, than sideways, than be broken into more lines.
_SIDEWAYS_COST = 1.0
# The decree puts the organisation's mark in its corner, so the officer's gives way first.
_DOWN_COST: dict[Side, float] = {"left": 1.0, "right": 2.5}
_LINE_COST = 14.0


@dataclass(frozen=True, slots=True)
class Marks:
    """The places of both marks on one page."""

    officer: PdfRect
    organisation: PdfRect

    @property
    def depth(self) -> float:
        """From the top of the higher to the bottom of the lower one."""
        both = (self.officer, self.organisation)
        return max(mark.top for mark in both) - min(mark.bottom for mark in both)


@dataclass(frozen=True, slots=True)
class _Place:
    cost: float
    rect: PdfRect


@dataclass(frozen=True, slots=True)
class _Page:
    """The part of a page in which marks may stand, and what stands there."""

    left: int
    right: int
    top: int
    bottom: int
    taken: tuple[PdfRect, ...]

    @property
    def width(self) -> int:
        return self.right - self.left


def place_marks(
    visible: PdfRect, *, officer: str, organisation: str, occupied: Sequence[PdfRect] = ()
) -> Marks:
    """Find room for both marks.

    The time has the same width whatever it is, so the places hold for any time. Places are whole points,
    because a field's appearance is.

    Args:
        visible: the page as it is shown.
        officer: name in the officer's mark.
        organisation: name in the organisation's mark.
        occupied: what must not be covered.

    Raises:
        MarkCollisionError: there is no room for both.
    """
    page = _page(visible, occupied)
    left, right = _officer_paragraphs(officer), _organisation_paragraphs(organisation)
    corners = _in_corners(page, left=left, right=right)
    if corners is not None and corners.depth <= _CALM_LINES * LEADING + 1:
        return corners
    first = sorted(_places(page, right, side="right"), key=_cost)
    second = sorted(_places(page, left, side="left"), key=_cost)
    elsewhere = _cheapest_pair(first, second)
    found = elsewhere if corners is None else _calmer(corners, elsewhere)
    if found is None:
        raise MarkCollisionError(cause="no room for both marks in the top of the page")
    return found


def place_organisation(visible: PdfRect, *, organisation: str, occupied: Sequence[PdfRect] = ()) -> PdfRect:
    """Find room for the organisation's mark on a page that no officer of ours has signed.

    Raises:
        MarkCollisionError: there is none.
    """
    page = _page(visible, occupied)
    paragraphs = _organisation_paragraphs(organisation)
    width = math.floor(min(widest(paragraphs), page.width * _SEAL_SHARE))
    if width >= longest_word(paragraphs):
        height = _height(paragraphs, width)
        corner = PdfRect(page.right - width, page.top - height, page.right, page.top)
        if corner.bottom >= page.bottom and not any(corner.overlaps(one) for one in page.taken):
            return corner
    found = min(_places(page, paragraphs, side="right"), key=_cost, default=None)
    if found is None:
        raise MarkCollisionError(cause="no room for the mark in the top of the page")
    return found.rect


def room_needed_mm(*, officer: str, organisation: str, page_width_mm: float = 210.0) -> float:
    """Height at the top of a page that both marks need, in millimetres from the edge.

    Raises:
        MarkCollisionError: the page is too narrow.
    """
    page = PdfRect(0, 0, page_width_mm * POINTS_PER_MM, A4_HEIGHT)
    marks = place_marks(page, officer=officer, organisation=organisation)
    # Marks stand on whole points, so on a page of another height they may stand up to a point lower.
    lowest = min(marks.officer.bottom, marks.organisation.bottom) - 1
    return (page.top - lowest + CLEARANCE) / POINTS_PER_MM


def refuse_collision(mark: PdfRect, occupied: Sequence[PdfRect], *, item: str) -> None:
    """Make sure that a mark whose place is fixed covers nothing.

    Raises:
        MarkCollisionError: it would.
    """
    for other in occupied:
        if mark.overlaps(other):
            raise MarkCollisionError(item, cause=f"mark {mark} meets {other}")


@lru_cache(maxsize=256)
def _officer_paragraphs(name: str) -> tuple[str, ...]:
    return officer_text(name, at=SAMPLE_TIME)


@lru_cache(maxsize=256)
def _organisation_paragraphs(name: str) -> tuple[str, ...]:
    return organisation_text(name, at=SAMPLE_TIME)


def _page(visible: PdfRect, occupied: Sequence[PdfRect]) -> _Page:
    depth = min(ZONE_MM * POINTS_PER_MM, visible.height * ZONE_SHARE)
    page = _Page(
        left=math.ceil(visible.left + MARGIN_SIDE),
        right=math.floor(visible.right - MARGIN_SIDE),
        top=math.floor(visible.top - MARGIN_TOP),
        bottom=math.ceil(visible.top - depth),
        taken=(),
    )
    if page.width < MIN_WIDTH or page.top <= page.bottom:
        raise MarkCollisionError(cause="the page is smaller than a mark")
    zone = PdfRect(page.left - CLEARANCE, page.bottom, page.right + CLEARANCE, visible.top)
    taken = tuple(other for other in occupied if zone.overlaps(other))
    return _Page(page.left, page.right, page.top, page.bottom, taken)


def _in_corners(page: _Page, *, left: tuple[str, ...], right: tuple[str, ...]) -> Marks | None:
    """Both marks at the top, side by side: nearly every page."""
    room = page.width - GAP
    left_width = min(widest(left), room * OFFICER_SHARE)
    right_width = min(widest(right), room - left_width)
    left_width = min(widest(left), room - right_width)
    if left_width < longest_word(left) or right_width < longest_word(right):
        return None
    left_width, right_width = math.floor(left_width), math.floor(right_width)
    left_height, right_height = _height(left, left_width), _height(right, right_width)
    if page.top - max(left_height, right_height) < page.bottom:
        return None
    marks = Marks(
        officer=PdfRect(page.left, page.top - left_height, page.left + left_width, page.top),
        organisation=PdfRect(page.right - right_width, page.top - right_height, page.right, page.top),
    )
    free = not any(mark.overlaps(one) for mark in (marks.officer, marks.organisation) for one in page.taken)
    return marks if free else None


def _places(page: _Page, paragraphs: tuple[str, ...], *, side: Side) -> Iterator[_Place]:
    """Every place that keeps clear of what is taken, with what is against it."""
    shapes = list(_shapes(page, paragraphs))
    fewest = min((height for _, height in shapes), default=0)
    for width, height in shapes:
        broken = _LINE_COST * (height - fewest) / LEADING
        for top in _tops(page):
            if top - height < page.bottom:
                continue
            for start, end in _free(page, top=top, bottom=top - height):
                left = start if side == "left" else end - width
                drift = left - page.left if side == "left" else page.right - end
                if start <= left and left + width <= end and drift <= page.width / 2:
                    rect = PdfRect(left, top - height, left + width, top)
                    down = _DOWN_COST[side] * (page.top - top)
                    yield _Place(down + _SIDEWAYS_COST * drift + broken, rect)


def _shapes(page: _Page, paragraphs: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Width and height of the text set in ever narrower columns; words stay whole where the page allows."""
    natural = min(math.floor(widest(paragraphs)), page.width)
    narrowest = min(max(MIN_WIDTH, longest_word(paragraphs)), natural)
    widths = {max(math.floor(natural * share), math.ceil(narrowest)) for share in _NARROWER}
    for width in sorted({min(width, page.width) for width in widths}, reverse=True):
        yield width, _height(paragraphs, width)


def _tops(page: _Page) -> Iterable[int]:
    """Heights to try: a grid, and right below whatever is taken."""
    below = {math.floor(one.bottom - CLEARANCE) for one in page.taken}
    grid = set(range(page.top, page.bottom, -_STEP))
    return sorted((top for top in grid | below if top <= page.top), reverse=True)


def _free(page: _Page, *, top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Stretches from left to right between two heights that nothing stands in."""
    band = PdfRect(page.left - CLEARANCE, bottom - CLEARANCE, page.right + CLEARANCE, top + CLEARANCE)
    taken = sorted((one.left, one.right) for one in page.taken if band.overlaps(one))
    edges: list[tuple[float, float]] = [(-math.inf, page.left - CLEARANCE)]
    for left, right in taken:
        start, end = edges[-1]
        if left <= end:
            edges[-1] = (start, max(end, right))
        else:
            edges.append((left, right))
    edges.append((max(edges[-1][1], page.right + CLEARANCE), math.inf))
    for (_, before), (after, _) in pairwise(edges):
        start = max(page.left, math.ceil(before + CLEARANCE))
        end = min(page.right, math.floor(after - CLEARANCE))
        if start < end:
            yield start, end


def _calmer(corners: Marks, elsewhere: Marks | None) -> Marks:
    if elsewhere is None or elsewhere.depth > corners.depth + _WORTH_LINES * LEADING:
        return corners
    return elsewhere


def _cheapest_pair(organisations: Sequence[_Place], officers: Sequence[_Place]) -> Marks | None:
    best: Marks | None = None
    least = math.inf
    for organisation in organisations:
        if organisation.cost >= least:
            break
        for officer in officers:
            cost = organisation.cost + officer.cost
            if cost >= least:
                break
            if _apart(organisation.rect, officer.rect):
                best, least = Marks(officer.rect, organisation.rect), cost
                break
    return best


def _apart(organisation: PdfRect, officer: PdfRect) -> bool:
    """Side by side with the gap between them, or one clearly above the other."""
    beside = organisation.left - officer.right >= GAP
    above = organisation.bottom - officer.top >= LEADING / 2 - 1 or (
        officer.bottom - organisation.top >= LEADING / 2 - 1
    )
    return beside or above


@lru_cache(maxsize=1024)
def _height(paragraphs: tuple[str, ...], width: float) -> int:
    return math.ceil(len(wrap(paragraphs, width=width)) * LEADING)


def _cost(place: _Place) -> float:
    return place.cost

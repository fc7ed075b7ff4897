"""Where the marks stand on page one and what they say.

Officer: top left, name and time of capture (Circular 01/2023/TT-VPCP, Article 8). Organisation: top right, no
seal image, form of the copy, full name, time with zone; Times-like type, sentence case, upright, size 10,
black (Decree 30/2020/NĐ-CP, Appendix I; Circular 05/2025/TT-BNV, Article 8). The form of the copy is the sign
that this is data converted from paper, with the time (Law on electronic transactions 2023, Article 12; Decree
137/2024/NĐ-CP, Article 4).

All measures are PDF points (1/72 inch) in the default user space of the page, origin bottom left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dossier.errors import MarkCollisionError
from dossier.moments import VIETNAM
from signing.typeface import fit_characters, text_width

POINTS_PER_MM = 72 / 25.4
A4_WIDTH = 595.276
A4_HEIGHT = 841.89

FONT_SIZE = 10.0
LEADING = 11.2
MARGIN_SIDE = 17.0
MARGIN_TOP = 5.0
GAP = 12.0
OFFICER_SHARE = 0.42
MAX_HEIGHT_SHARE = 0.4
_SAMPLE_TIME = datetime(2000, 1, 1, tzinfo=VIETNAM)
_EDGE_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class PdfRect:
    """A rectangle on a page, in points, origin bottom left: ``left <= right``, ``bottom <= top``."""

    left: float
    bottom: float
    right: float
    top: float

    def __post_init__(self) -> None:
        if self.left > self.right or self.bottom > self.top:
            msg = f"rectangle turned inside out: {self}"
            raise ValueError(msg)

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points from bottom to top."""
        return self.top - self.bottom

    def overlaps(self, other: PdfRect) -> bool:
        """Whether the two share more than an edge."""
        apart = (
            self.right <= other.left + _EDGE_TOLERANCE
            or other.right <= self.left + _EDGE_TOLERANCE
            or self.top <= other.bottom + _EDGE_TOLERANCE
            or other.top <= self.bottom + _EDGE_TOLERANCE
        )
        return not apart


@dataclass(frozen=True, slots=True)
class Marks:
    """The places of both marks on one page."""

    officer: PdfRect
    organisation: PdfRect


def officer_text(name: str, *, at: datetime) -> tuple[str, ...]:
    """The officer's mark, paragraph by paragraph: name and time of capture."""
    return (fit_characters(f"Người số hóa: {name}"), f"Thời gian số hóa: {printed_time(at)}")


def organisation_text(name: str, *, at: datetime) -> tuple[str, ...]:
    """The organisation's mark: sign of conversion, full name, time of conversion."""
    return (
        "Bản điện tử chuyển đổi từ văn bản giấy",
        fit_characters(name),
        f"Thời gian ký: {printed_time(at)}",
    )


def printed_time(at: datetime) -> str:
    """``dd.MM.yyyy HH:mm:ss +07:00``, the Vietnamese zone."""
    return at.astimezone(VIETNAM).strftime("%d.%m.%Y %H:%M:%S +07:00")


def wrap(paragraphs: Sequence[str], *, width: float, size: float = FONT_SIZE) -> tuple[str, ...]:
    """Break paragraphs into lines between words.

    Args:
        paragraphs: text whose characters are all in the typeface.
        width: of the box, in points.
        size: of the type, in points.

    Raises:
        MarkCollisionError: one word alone is wider than the box.
    """
    lines: list[str] = []
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if text_width(longer, size=size) <= width + _EDGE_TOLERANCE:
                line = longer
                continue
            if not line or text_width(word, size=size) > width + _EDGE_TOLERANCE:
                raise MarkCollisionError(cause="a word is wider than its mark")
            lines.append(line)
            line = word
        lines.append(line)
    return tuple(lines)


def place_marks(page: PdfRect, *, officer: str, organisation: str) -> Marks:
    """Put both marks side by side at the top of a page, breaking long names.

    The time has the same width whatever it is, so the places hold for any time. Places are whole points,
    because a field's appearance is.

    Args:
        page: the visible page.
        officer: name in the officer's mark.
        organisation: name in the organisation's mark.

    Raises:
        MarkCollisionError: the page is too small.
    """
    left_text = officer_text(officer, at=_SAMPLE_TIME)
    right_text = organisation_text(organisation, at=_SAMPLE_TIME)
    room = page.width - 2 * MARGIN_SIDE - GAP
    left_width = min(_widest(left_text), room * OFFICER_SHARE)
    right_width = min(_widest(right_text), room - left_width)
    left_width = min(_widest(left_text), room - right_width)
    if left_width <= 0 or right_width <= 0:
        raise MarkCollisionError(cause="the page is narrower than its margins")
    left_width, right_width = math.floor(left_width), math.floor(right_width)
    left_height = math.ceil(len(wrap(left_text, width=left_width)) * LEADING)
    right_height = math.ceil(len(wrap(right_text, width=right_width)) * LEADING)
    if max(left_height, right_height) + MARGIN_TOP > page.height * MAX_HEIGHT_SHARE:
        raise MarkCollisionError(cause="the page is too low for the marks")
    top = math.floor(page.top - MARGIN_TOP)
    left, right = math.ceil(page.left + MARGIN_SIDE), math.floor(page.right - MARGIN_SIDE)
    return Marks(
        officer=PdfRect(left, top - left_height, left + left_width, top),
        organisation=PdfRect(right - right_width, top - right_height, right, top),
    )


def room_needed_mm(*, officer: str, organisation: str, page_width_mm: float = 210.0) -> float:
    """Height at the top of a page that both marks need, in millimetres from the edge.

    Raises:
        MarkCollisionError: the page is too narrow.
    """
    page = PdfRect(0, 0, page_width_mm * POINTS_PER_MM, A4_HEIGHT)
    marks = place_marks(page, officer=officer, organisation=organisation)
    # Marks stand on whole points, so on a page of another height they may stand up to a point lower.
    return (page.top - min(marks.officer.bottom, marks.organisation.bottom) + 1) / POINTS_PER_MM


def refuse_collision(mark: PdfRect, occupied: Sequence[PdfRect], *, item: str) -> None:
    """Make sure that a mark covers nothing.

    Raises:
        MarkCollisionError: it would.
    """
    for other in occupied:
        if mark.overlaps(other):
            raise MarkCollisionError(item, cause=f"mark {mark} meets {other}")


def _widest(paragraphs: Sequence[str]) -> float:
    # More than measured, so that a line never breaks over a rounding.
    return max(text_width(paragraph, size=FONT_SIZE) for paragraph in paragraphs) + 1.5

"""What the marks on page one say, and rectangles to set them in.

Officer: top left, name and time of capture (Circular 01/2023/TT-VPCP, Article 8). Organisation: top right, no
seal image, form of the copy, full name, time with zone; Times-like type, sentence case, upright, size 10,
black (Decree 30/2020/NĐ-CP, Appendix I; Circular 05/2025/TT-BNV, Article 8). The form of the copy is the sign
that this is data converted from paper, with the time (Law on electronic transactions 2023, Article 12; Decree
137/2024/NĐ-CP, Article 4).

All measures are PDF points (1/72 inch) in the default user space of the page, origin bottom left.
"""

from __future__ import annotations

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
SAMPLE_TIME = datetime(2000, 1, 1, tzinfo=VIETNAM)
_ROUNDING = 1.5
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
    """Break paragraphs into lines between words; a word wider than the box is broken between letters.

    Args:
        paragraphs: text whose characters are all in the typeface.
        width: of the box, in points.
        size: of the type, in points.

    Raises:
        MarkCollisionError: the box is narrower than a letter.
    """
    return tuple(
        line for paragraph in paragraphs for line in _paragraph_lines(paragraph, width=width, size=size)
    )


def widest(paragraphs: Sequence[str]) -> float:
    """Width of the longest paragraph in points; a little more, so that no line breaks over a rounding."""
    return max(text_width(paragraph, size=FONT_SIZE) for paragraph in paragraphs) + _ROUNDING


def longest_word(paragraphs: Sequence[str]) -> float:
    """Width of the longest word in points, with the same allowance."""
    return widest([word for paragraph in paragraphs for word in paragraph.split(" ")])


def _paragraph_lines(paragraph: str, *, width: float, size: float) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    space = text_width(" ", size=size)
    for word in paragraph.split(" "):
        own = text_width(word, size=size)
        if line and used + space + own <= width + _EDGE_TOLERANCE:
            line, used = f"{line} {word}", used + space + own
            continue
        if line:
            lines.append(line)
        *whole, line = [word] if own <= width else _word_parts(word, width=width, size=size)
        lines.extend(whole)
        used = text_width(line, size=size)
    return [*lines, line]


def _word_parts(word: str, *, width: float, size: float) -> list[str]:
    parts = [""]
    for letter in word:
        if not _fits(letter, width, size):
            raise MarkCollisionError(cause="a letter is wider than its mark")
        if _fits(parts[-1] + letter, width, size):
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts


def _fits(text: str, width: float, size: float) -> bool:
    return text_width(text, size=size) <= width + _EDGE_TOLERANCE

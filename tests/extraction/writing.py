"""Makes page texts as a reader would: words with boxes, on an A4 page of 1000 by 1414 pixels at 120 dpi."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dossier.geometry import Box
from dossier.text import Finding, Line, PageText, Word

WIDTH, HEIGHT, DPI = 1000, 1414, 120
LETTER, TALL, STEP = 9, 16, 30
CONFIDENCE = 0.995

Piece = str | tuple[int, str]
"""Text at the left margin, or (left edge in pixels, text)."""


def page(
    rows: Sequence[Piece | list[Piece]],
    *,
    number: int = 1,
    confidence: float = CONFIDENCE,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    top: int = 60,
    slope: float = 0.0,
    findings: Iterable[Finding] = (),
) -> PageText:
    """A page of rows; a row is a piece or several pieces beside each other; an empty text leaves a gap."""
    lines = []
    for index, row in enumerate(rows):
        for piece in _pieces(row):
            left, text = (100, piece) if isinstance(piece, str) else piece
            words = _words(
                str(text), left=int(left), top=top + STEP * index, confidence=confidence, slope=slope
            )
            if words:
                lines.append(Line(tuple(words)))
    return PageText(
        page=number,
        width=size[0],
        height=size[1],
        dpi=DPI,
        lines=tuple(lines),
        engine="made",
        findings=tuple(findings),
    )


def blank(number: int) -> PageText:
    """A blank back side."""
    return page([], number=number, findings=[Finding("page.blank", number, 1.0)])


def centred(text: str) -> tuple[int, str]:
    """A piece in the middle of the page."""
    return ((WIDTH - LETTER * len(text)) // 2, text)


def _pieces(row: Piece | list[Piece]) -> list[Piece]:
    return row if isinstance(row, list) else [row]


def _words(text: str, *, left: int, top: int, confidence: float, slope: float) -> list[Word]:
    words = []
    at = left
    for part in text.split(" "):
        if part:
            shift = round(slope * at)
            box = Box(at, top + shift, at + LETTER * len(part), top + TALL + shift)
            words.append(Word(part, box, confidence))
        at += LETTER * (len(part) + 1) - 3
    return words

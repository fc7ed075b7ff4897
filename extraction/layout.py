"""Words of a page as straight rows: the slant taken out, leaders dropped, labels and values told apart.

Recognisers break a row into pieces, join two columns into one line, or glue ``Số:`` to the number. Here words
are split at colons and leaders, and put into rows by their own position.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from dossier.geometry import Box
from dossier.text import Code, Line, PageText, Word
from extraction.folding import squash

_LEADER = re.compile(r"[.…_·•~]{2,}|…|[-–—]{3,}")
_COLON = re.compile(r"(?<!\d):|:(?!\d)")
_EMPTY = re.compile(r"^[\s.…_·•~'\"`^*|\\¡!¦«»“”‘’]*$")
_MIN_SLOPE_WORDS = 4
_WIDE_GAP = 2.2
_JOINING = frozenset({"-", "–", "&"})
_RUN = re.compile(r"(.)\1{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a word between colons and leaders.

    Attributes:
        text: as printed, without the colon behind it.
        plain: the squashed text.
        colon: a colon stands behind it.
        leader: dots stand before it.
        box: in page pixels, as read.
        x0, x1, y: left, right and middle height after the slant is taken out, pixels.
        confidence: of the word it comes from.
    """

    text: str
    plain: str
    colon: bool
    leader: bool
    box: Box
    x0: float
    x1: float
    y: float
    confidence: float

    @property
    def printed(self) -> bool:
        """Whether it says something: letters, digits, or a dash or ampersand between words."""
        return bool(self.plain) or self.text in _JOINING


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens beside each other, left to right; ``y`` is their middle height, ``page`` is 1-based."""

    page: int
    tokens: tuple[Token, ...]
    y: float

    @property
    def text(self) -> str:
        """The tokens, one space between."""
        return text_of(self.tokens)

    def segments(self, height: float, *, gap: float = _WIDE_GAP) -> tuple[tuple[Token, ...], ...]:
        """Runs of tokens without a gap wider than ``gap`` times the text height."""
        runs: list[list[Token]] = []
        for token in self.tokens:
            if runs and token.x0 - runs[-1][-1].x1 <= gap * height:
                runs[-1].append(token)
            else:
                runs.append([token])
        return tuple(tuple(run) for run in runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page as rows.

    ``text_height`` is the usual height of its words; ``left`` and ``right`` its edges; ``text_right`` where
    long rows end, which marks and seals at the edge do not move. ``codes`` are bar codes as decoded.
    """

    page: int
    width: int
    height: int
    rows: tuple[Row, ...]
    text_height: float
    left: float
    right: float
    text_right: float
    embedded: bool = False
    codes: tuple[Code, ...] = ()


def text_of(tokens: Sequence[Token]) -> str:
    """The tokens, one space between, colons kept."""
    return " ".join(f"{token.text}:" if token.colon else token.text for token in tokens)


def words_of(tokens: Iterable[Token]) -> str:
    """The tokens, one space between, colons left out."""
    return " ".join(token.text for token in tokens)


def lay_out(page: PageText) -> Sheet:
    """Put the words of a page into straight rows, top to bottom."""
    slope = _slope(page.lines)
    lines = [[token for word in line.words for token in _tokens(word, slope)] for line in page.lines]
    tokens = [token for line in lines for token in line]
    height = median(token.box.height for token in tokens if token.plain or len(tokens) < 3) if tokens else 1.0
    rows = _rows([piece for line in lines for piece in _pieces_of(line, height)], page=page.page)
    return Sheet(
        page=page.page,
        width=page.width,
        height=page.height,
        rows=rows,
        text_height=height,
        left=min((token.x0 for token in tokens), default=0.0),
        right=max((token.x1 for token in tokens), default=float(page.width)),
        text_right=_text_right(rows, width=page.width),
        embedded=page.source == "embedded",
        codes=page.codes,
    )


def _text_right(rows: Sequence[Row], *, width: int) -> float:
    """Where the text's right edge is: all but the outermost tenth of the row ends stand left of it."""
    ends = sorted(row.tokens[-1].x1 for row in rows if len(row.tokens) > 3)
    return ends[int(0.9 * (len(ends) - 1))] if ends else float(width)


def _slope(lines: Sequence[Line]) -> float:
    """Pixels down per pixel to the right, from the long lines; 0 when there is none."""
    slopes = []
    for line in lines:
        if len(line.words) < _MIN_SLOPE_WORDS:
            continue
        (x0, y0), (x1, y1) = line.words[0].box.centre, line.words[-1].box.centre
        if x1 - x0 > 8 * line.words[0].box.height:
            slopes.append((y1 - y0) / (x1 - x0))
    return median(slopes) if slopes else 0.0


def _tokens(word: Word, slope: float) -> Iterator[Token]:
    """Split a word at colons and leaders; its box is shared out by letters."""
    # The Icelandic letter looks the same; only the Vietnamese one is ever meant.
    text = word.text.replace("Ð", "Đ")
    leader = False
    for start, end, colon, dots in _pieces(text):
        piece = text[start:end]
        if _EMPTY.match(piece) or _is_leader_noise(piece, word.confidence):
            leader = True
            continue
        box = _part(word.box, start / len(text), end / len(text))
        x, y = box.centre
        shift = slope * y
        yield Token(
            text=piece,
            plain=squash(piece),
            colon=colon,
            leader=leader or dots,
            box=box,
            x0=box.left + shift,
            x1=box.right + shift,
            y=y - slope * x,
            confidence=word.confidence,
        )
        leader = False


def _pieces(text: str) -> Iterator[tuple[int, int, bool, bool]]:
    """(start, end, a colon behind, dots before) of each piece."""
    start, dots = 0, False
    cuts = sorted(
        [(m.start(), m.end(), True) for m in _COLON.finditer(text)]
        + [(m.start(), m.end(), False) for m in _LEADER.finditer(text)]
    )
    for at, end, colon in cuts:
        if at > start or colon:
            yield start, at, colon, dots
        start, dots = end, not colon
    if start < len(text):
        yield start, len(text), False, dots


def _is_leader_noise(piece: str, confidence: float) -> bool:
    """Dotted lines are read as runs of small letters: ``cceeeeesssrrr``."""
    if len(piece) < 5 or any(mark.isdigit() or mark == "<" for mark in piece):
        return False
    return _RUN.search(piece) is not None or (
        confidence < 0.6 and len(piece) > 9 and piece.isascii() and piece.islower()
    )


def _part(box: Box, start: float, end: float) -> Box:
    left = box.left + round(box.width * start)
    return Box(left, box.top, max(left, box.left + round(box.width * end)), box.bottom)


def _pieces_of(line: Sequence[Token], height: float) -> Iterator[list[Token]]:
    """A recognised line, cut at wide gaps: two columns may have been taken for one line.

    Two rows may have been taken for one line too; they are told apart by their middle heights.
    """
    for level in _levels([token for token in line if token.box.height <= 6 * height], height):
        piece: list[Token] = []
        for token in sorted(level, key=lambda found: found.x0):
            if piece and token.x0 - piece[-1].x1 > _WIDE_GAP * height:
                yield piece
                piece = []
            piece.append(token)
        if piece:
            yield piece


def _levels(line: Sequence[Token], height: float) -> list[list[Token]]:
    """The tokens as one level, or as several where some stand right above others."""
    ordered = sorted(line, key=lambda token: token.x0)
    stacked = any(
        right.x0 < left.x1 - 0.5 * min(left.x1 - left.x0, right.x1 - right.x0)
        and abs(right.y - left.y) > 0.6 * height
        for left, right in pairwise(ordered)
    )
    if not stacked:
        return [list(line)]
    levels: list[list[Token]] = []
    for token in sorted(line, key=lambda found: found.y):
        if levels and token.y - levels[-1][-1].y <= 0.45 * height:
            levels[-1].append(token)
        else:
            levels.append([token])
    return levels


def _rows(pieces: Sequence[list[Token]], *, page: int) -> tuple[Row, ...]:
    """Group pieces whose middle heights are close; a piece keeps its words together."""
    rows: list[list[list[Token]]] = []
    for piece in sorted(pieces, key=_middle):
        row = rows[-1] if rows else None
        if row is not None and abs(_middle(piece) - _row_middle(row)) <= 0.5 * min(
            _tall(piece), _row_tall(row)
        ):
            row.append(piece)
        else:
            rows.append([piece])
    joined = [[token for piece in row for token in piece] for row in rows]
    return tuple(Row(page, tuple(sorted(row, key=lambda found: found.x0)), _middle(row)) for row in joined)


def _middle(piece: Sequence[Token]) -> float:
    """Middle height of a piece; marks of little height (a dash, a dot) say less, so the median."""
    return median(token.y for token in piece)


def _tall(piece: Sequence[Token]) -> float:
    return max(token.box.height for token in piece)


def _row_middle(row: Sequence[Sequence[Token]]) -> float:
    return median(_middle(piece) for piece in row)


def _row_tall(row: Sequence[Sequence[Token]]) -> float:
    return median(_tall(piece) for piece in row)

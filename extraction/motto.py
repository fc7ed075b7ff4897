"""The national name and the motto under it: where on a page they stand, and how they are told."""

from __future__ import annotations

from collections.abc import Sequence

from extraction.folding import alike
from extraction.layout import Row, Sheet, Token

NATION = "conghoaxahoichunghiavietnam"
"""The national name, squashed."""

MOTTOES = (NATION, "doclaptudohanhphuc")
"""What stands over papers of the state, squashed."""

_LIKE = 0.75
"""Least likeness: a quarter of the letters may be misread, no other line of a heading comes near."""

_FIRST_ROWS = 14
"""Rows among which the motto that parts the heading is looked for."""


def motto_edge(sheet: Sheet) -> float | None:
    """Left edge of the national name or motto, where the right half of the heading begins."""
    edges = [x0 for row in sheet.rows[:_FIRST_ROWS] if (x0 := motto_start(row)) is not None]
    return min(edges) if edges else None


def has_motto(sheet: Sheet) -> bool:
    """Whether the upper half of a page shows the national name or motto."""
    return any(motto_start(row) is not None for row in sheet.rows if row.y < 0.5 * sheet.height)


def is_motto(tokens: Sequence[Token]) -> bool:
    """Whether a line is the national name or motto."""
    text = "".join(token.plain for token in tokens)
    return any(alike(motto, text) > _LIKE for motto in MOTTOES)


def motto_start(row: Row) -> float | None:
    """Left edge of the motto within a row, found by its letters."""
    best, edge = _LIKE, None
    for start, first in enumerate(row.tokens):
        for motto in MOTTOES:
            text = ""
            for token in row.tokens[start:]:
                text += token.plain
                if len(text) >= len(motto) - 2:
                    break
            likeness = alike(motto, text, at_least=best)
            if first.plain and likeness > best:
                best, edge = likeness, first.x0
    return edge

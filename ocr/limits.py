"""How much the reader takes on before it refuses, as one value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """Bounds that keep one bad file from taking the machine down.

    Attributes:
        max_side: pixels of the longer side of a page; an A0 poster at 300 dpi has 14,043.
        max_pixels: pixels of a page; A3 at 600 dpi has 70 million.
        page_seconds: wall seconds the engine may take for one page before it is stopped.
        default_dpi: assumed where a page says nothing and its shape is not that of A4.
        render_dpi: pixels per inch for pages that are drawn from a born-digital PDF.
    """

    max_side: int = 20_000
    max_pixels: int = 100_000_000
    page_seconds: float = 60.0
    default_dpi: int = 300
    render_dpi: int = 200

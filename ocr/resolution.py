"""Pixels per inch: what the file says when it can be true, else what the shape of the page suggests."""

from __future__ import annotations

_A4_LONG_INCHES = 11.69
_A4_SHAPE = (1.2, 1.6)
_SHORTEST_INCHES = 1.5
_LONGEST_INCHES = 24.0
_SCANNER_DPI = (140.0, 2400.0)


def settle_dpi(stated: float | None, *, width: int, height: int, default: int) -> int:
    """Pixels per inch of a page image.

    Cameras and converters write 72 or 96 whatever the picture shows, so a stated number counts when a
    scanner would write it, or when it makes a sheet between a card and A2.

    Args:
        stated: pixels per inch as the file says, or None.
        width: pixels.
        height: pixels.
        default: for a page whose shape is not that of A4.
    """
    longer, shorter = max(width, height), max(1, min(width, height))
    if stated is not None and stated > 0:
        inches = longer / stated
        plausible_sheet = _SHORTEST_INCHES <= inches <= _LONGEST_INCHES
        if plausible_sheet or (_SCANNER_DPI[0] <= stated <= _SCANNER_DPI[1] and inches >= 0.5):
            return max(1, round(stated))
    if _A4_SHAPE[0] <= longer / shorter <= _A4_SHAPE[1]:
        return max(1, round(longer / _A4_LONG_INCHES))
    return default

"""Slanted and turned pages."""

from __future__ import annotations

from dossier.text import Finding

# Below this nobody sees it and nothing is lost.
_NOTED_DEGREES = 1.0


def check_skew(*, page: int, skew_degrees: float) -> tuple[Finding, ...]:
    """``page.skew`` with the angle in degrees, where it shows."""
    if abs(skew_degrees) < _NOTED_DEGREES:
        return ()
    return (Finding("page.skew", page, skew_degrees),)


def check_rotation(*, page: int, turned: int) -> tuple[Finding, ...]:
    """``page.rotated`` with the degrees clockwise the page was turned by the reader itself."""
    return (Finding("page.rotated", page, float(turned)),) if turned else ()

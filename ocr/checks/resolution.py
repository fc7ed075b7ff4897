"""Too few pixels to the inch."""

from __future__ import annotations

from dossier.text import Finding

# Circular 01/2019/TT-BNV and Decree 30/2020/ND-CP ask for at least 200 dpi; scanners round by a little.
_LEAST_DPI = 195


def check_resolution(*, page: int, dpi: int) -> tuple[Finding, ...]:
    """``page.low_resolution`` with the dpi."""
    return (Finding("page.low_resolution", page, float(dpi)),) if dpi < _LEAST_DPI else ()

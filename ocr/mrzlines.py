"""Lines of a machine-readable zone by their signs, however surely they were read (ICAO Doc 9303)."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[A-Z0-9<]{24,48}")
# Surname and given names; birth, sex and expiry; state and document number. A border has none of them.
_PARTS = re.compile(r"[A-Z]{3}<<[A-Z]{2}|\d{6}[MFX<]\d{6}|[A-Z]{3}\d{8}")


def is_machine_line(text: str) -> bool:
    """Whether this is such a line: long, of its few signs, with a part that only such lines have."""
    return _SIGNS.fullmatch(text) is not None and _PARTS.search(text) is not None

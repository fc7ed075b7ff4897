"""Keeps the signing library from writing to the log: its messages carry names from certificates."""

from __future__ import annotations

import logging


def silence() -> None:
    """Drop everything that the library would log; what matters is in our reports and errors."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())

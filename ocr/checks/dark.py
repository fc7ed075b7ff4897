"""Pages whose paper came out dark."""

from __future__ import annotations

import numpy as np

from dossier.text import Finding
from ocr.arrays import PageImage
from ocr.ink import brightest_and_saturation

_LIGHT_PAPER = 120
_STEP = 8


def paper_level(pixels: PageImage) -> float:
    """Brightness of the paper, 0 to 255: the level that a quarter of the page lies above."""
    # Copied while small: walking through the strides again for every colour costs more.
    sample = np.ascontiguousarray(pixels[::_STEP, ::_STEP])
    brightness = sample if sample.ndim == 2 else brightest_and_saturation(sample)[0]
    return float(np.percentile(brightness, 75))


def check_dark(pixels: PageImage, *, page: int) -> tuple[Finding, ...]:
    """``page.dark`` with the brightness of the paper."""
    level = paper_level(pixels)
    return (Finding("page.dark", page, level),) if level < _LIGHT_PAPER else ()

"""Pages that were read with doubt: words that may be wrong, and print that no word explains."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.geometry import Box
from dossier.text import Finding, Line
from ocr.arrays import GrayImage
from ocr.checks.blank import letter_shapes

# Below this, pages of the tune half had less than 95 of 100 words right.
_DOUBTFUL = 0.85
# Of blots that look like letters outside of all words: most are signatures, frames and what is left of seals.
_PRINT = 0.3
# Marks above and below reach out of a word's box by this share of its height.
_RIM = 0.1
_WHITE = 255


def page_verdict(image: GrayImage, lines: Sequence[Line], *, dpi: int) -> float:
    """What share (0 to 1) of the letters on the page was read rightly, as far as can be told; 0 of no words.

    It falls when words become doubtful, and when words get lost while their print is still there.

    Args:
        image: the cleaned page that was read, upright; height by width, 0 black.
        lines: what was read, boxes in pixels of ``image``, confidences calibrated.
        dpi: pixels per inch of ``image``.
    """
    words = [word for line in lines for word in line.words]
    if not words:
        return 0.0
    read = sum(len(word.text) for word in words)
    right = sum(len(word.text) * word.confidence for word in words)
    unread = letter_shapes(_without(image, [word.box for word in words]), dpi=dpi)
    return round(right / (read + _PRINT * unread), 3)


def check_doubtful(image: GrayImage, lines: Sequence[Line], *, page: int, dpi: int) -> tuple[Finding, ...]:
    """``page.doubtful`` with the verdict of ``page_verdict`` where it is low; never asked of a blank page."""
    verdict = page_verdict(image, lines, dpi=dpi)
    return (Finding("page.doubtful", page, verdict),) if verdict < _DOUBTFUL else ()


def _without(image: GrayImage, boxes: Sequence[Box]) -> GrayImage:
    """The image with these boxes whitened."""
    bare = image.copy()
    for box in boxes:
        rim = int(_RIM * box.height)
        bare[max(0, box.top - rim) : box.bottom + rim, max(0, box.left - rim) : box.right + rim] = _WHITE
    return bare

"""Text without accents and case, for comparison beside (never instead of) the printed form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

_ONE_STROKE = str.maketrans({"l": "i", "1": "i", "0": "o"})
_OTHER = re.compile(r"[^a-z0-9]")


@lru_cache(maxsize=4096)
def _bare(mark: str) -> str:
    """Lower case base letter of one character; always one character."""
    lowered = mark.lower()
    if lowered == "đ":
        return "d"
    base = unicodedata.normalize("NFD", lowered)[0]
    return base if len(lowered) == 1 else mark


def fold(text: str) -> str:
    """Lower case without accents, character by character: offsets in the result are offsets in the text."""
    return "".join(map(_bare, text))


@lru_cache(maxsize=16384)
def squash(text: str) -> str:
    """Only letters a to z and digits of the folded text."""
    return _OTHER.sub("", fold(text))


def alike(left: str, right: str, *, at_least: float = 0.0) -> float:
    """Similarity of two squashed texts, 0 to 1; 0 when below ``at_least``."""
    return Levenshtein.normalized_similarity(left, right, score_cutoff=at_least)


def strokes(text: str) -> str:
    """Squashed text with letters and digits of one stroke as one letter: capitals are read as ``GlẤY``."""
    return squash(text).translate(_ONE_STROKE)


def capitals_share(text: str) -> float:
    """Share (0 to 1) of the letters that are capitals; 0 when there is no letter."""
    letters = [mark for mark in text if mark.isalpha()]
    return sum(mark.isupper() for mark in letters) / len(letters) if letters else 0.0

"""Pages in another language: hardly a word of theirs could be a Vietnamese syllable."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dossier.text import Finding, Word
from ocr.language.syllables import is_syllable

# Of 1,200 readings of made Vietnamese papers, bilingual cards and passports among them, none is below 0.6;
# English, Russian and German are below 0.35.
_VIETNAMESE = 0.45
_FEWEST = 12
_FILLER = "<"
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def vietnamese_share(words: Sequence[Word]) -> float | None:
    """The share (0 to 1) of words that could be Vietnamese; None where too few words tell.

    Words with digits, single letters and machine-readable lines are of no language.
    """
    parts = [
        part
        for word in words
        if _FILLER not in word.text and not any(mark.isdigit() for mark in word.text)
        for part in _LETTERS.findall(word.text)
    ]
    if len(parts) < _FEWEST:
        return None
    return sum(is_syllable(part) for part in parts) / len(parts)


def check_foreign(words: Sequence[Word], *, page: int) -> tuple[Finding, ...]:
    """``page.foreign`` with the share of words that could be Vietnamese, where it is low."""
    share = vietnamese_share(words)
    return (Finding("page.foreign", page, share),) if share is not None and share < _VIETNAMESE else ()

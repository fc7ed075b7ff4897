"""Whether printed text can be right as it stands: the orthography of Vietnamese syllables, and of numbers.

A hint that a reading deserves a second look, never a reason to change a letter: names of other languages,
abbreviations and codes are left in peace.
"""

from __future__ import annotations

import re
import unicodedata

# The five tone marks; the other combining marks belong to the vowel letters.
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_RISING_OR_HEAVY = {"\u0301", "\u0323"}
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|uya|iê|yê|ia|ya|oa|oă|oe|oo|uâ|uê|uô|uơ|ua|ưa|ươ|uy|[aăâeêioôơuưy])"
    r"(ch|ng|nh|[ckmnptiyou])?"
)
_STOPS = {"c", "ch", "k", "p", "t"}
# A letter that looks like a digit, with digits on both sides of it.
_LETTER_AMONG_DIGITS = re.compile(r"\d[IlO|]+\d")
_EDGE = re.compile(r"^\W+|\W+$")


def is_plausible(text: str) -> bool:
    """False for what no Vietnamese paper prints: an impossible syllable, a letter in a number, ``nHà``."""
    core = _EDGE.sub("", text)
    if _LETTER_AMONG_DIGITS.search(core):
        return False
    return all(_is_plausible_part(part) for part in re.split(r"[\W\d_]+", core) if part)


def _is_plausible_part(part: str) -> bool:
    if not (part.isupper() or part.islower() or part[1:].islower()):
        # Provinces of the Highlands and units write capitals inside (``QĐ``, ``kV``): only marked ones count.
        return part.isascii()
    return part.isascii() or "Đ" in part[1:] or is_syllable(part)


def is_syllable(text: str) -> bool:
    """True for a possible syllable: onset, vowels, final; stop finals only with rising or heavy tone."""
    tones: list[str] = []
    letters: list[str] = []
    for mark in unicodedata.normalize("NFD", text.lower()):
        (tones if mark in _TONES else letters).append(mark)
    match = _SYLLABLE.fullmatch(unicodedata.normalize("NFC", "".join(letters)))
    if match is None or len(tones) > 1:
        return False
    return match[1] not in _STOPS or (bool(tones) and tones[0] in _RISING_OR_HEAVY)

"""Names of people: title case, one space, without what stands around them."""

from __future__ import annotations

import re
import unicodedata

from extraction.folding import fold
from extraction.values.reading import Reading
from extraction.values.surnames import accents_doubtful

_HONORIFIC = re.compile(
    r"^(?:(?:hộ\s+)?(?:ông|bà|anh|chị|cô|em|cháu)(?:\s*[/(]\s*(?:ông|bà|anh|chị)\s*\)?)?\s*:?\s+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’`\-][^\W\d_]+)*['’]?")
_LEAD = re.compile(r"^[\W\d_]+")
_MAX_WORDS = 7
_SYLLABLE = re.compile(
    r"^(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|bl|br|kb|kp|kr|ks|kt|kn|ml|mr|pl|pr|dr|rm|hm|hl|hn|[bcdghklmnprstvx])?"
    r"(?:[aeiouy]{1,3})(?:ng|nh|ch|[cmnptr])?$"
)


def read_name(text: str) -> Reading | None:
    """The name at the start of the text; what follows in another case, digits or marks is left out."""
    offset = _skip(text)
    matches = _leading_words(text, offset)
    if not matches:
        return None
    capitals = sum(_is_capitals(match.group()) for match in matches[:2]) == min(2, len(matches))
    kept = []
    for match in matches:
        word = match.group()
        if not (_is_capitals(word) if capitals else word[0].isupper()):
            break
        kept.append(match)
    if not kept:
        return None
    value = " ".join(title_word(match.group()) for match in kept)
    quality = _quality(value, cut=len(kept) < len(matches))
    return Reading(value=value, start=kept[0].start(), end=kept[-1].end(), quality=quality)


def title_case(name: str) -> str:
    """A name in title case, NFC, one space between words; apostrophes and hyphens start a new capital."""
    return " ".join(title_word(word) for word in unicodedata.normalize("NFC", name).split())


def title_word(word: str) -> str:
    """One word: first letter capital, also after an apostrophe or hyphen (``H'BIA`` is ``H'Bia``)."""
    parts = re.split(r"(['’`\-])", word)
    return "".join(part[:1].upper() + part[1:].lower() for part in parts).replace("’", "'").replace("`", "'")


def is_syllable(word: str) -> bool:
    """Whether a word can be a syllable of a name in Vietnam; weak evidence only.

    Names of the Central Highlands open with ``H'`` and with clusters that Vietnamese does not have.
    """
    plain = fold(word).removeprefix("h'")
    return _SYLLABLE.match(plain) is not None


def _skip(text: str) -> int:
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    title = _HONORIFIC.match(text[start:])
    return start + title.end() if title else start


def _leading_words(text: str, offset: int) -> list[re.Match[str]]:
    """Words from the offset on with nothing but spaces between them."""
    words: list[re.Match[str]] = []
    end = offset
    for match in _WORD.finditer(text, offset):
        if text[end : match.start()].strip() or len(words) == _MAX_WORDS:
            break
        words.append(match)
        end = match.end()
    return words


def _is_capitals(word: str) -> bool:
    return word == word.upper()


def _quality(value: str, *, cut: bool) -> float:
    words = value.split()
    if len(words) == 1:
        return 0.4
    odd = sum(not is_syllable(word) for word in words)
    lone = sum(len(word) == 1 for word in words)
    quality = (0.98 if not accents_doubtful(value) else 0.7) - 0.14 * odd - 0.05 * lone
    return max(0.3, quality - (0.1 if cut else 0.0))

"""Texts that no language would write: the recogniser shall read what stands there, not what is usual."""

from __future__ import annotations

import random
import string
import unicodedata

from training.alphabet import ALPHABET, TONES, VOWELS, vietnamese_letters

_HATS = {"a": "aăâ", "e": "eê", "o": "oôơ", "u": "uư", "i": "i", "y": "y"}
# Letters of a like shape; none that look the same in some font, and no digits.
_ALIKE = (
    "li",
    "mn",
    "ce",
    "rn",
    "uv",
    "hb",
    "dđ",
    "tf",
    "oc",
    "gq",
    "kx",
    "TL",
    "EF",
    "OQ",
    "CG",
    "PR",
    "VY",
    "DĐ",
)
_KNOWN = frozenset(ALPHABET)
_LETTERS = tuple(string.ascii_lowercase + vietnamese_letters().lower())


def altered(text: str, rng: random.Random) -> str:
    """A text with a few letters changed for like ones: tones, hats, ``l`` and ``i``, an apostrophe."""
    signs = list(unicodedata.normalize("NFC", text))
    places = [index for index, sign in enumerate(signs) if sign.isalpha()]
    if not places:
        return text
    for place in rng.sample(places, min(len(places), rng.choice((1, 1, 2, 3, 5)))):
        signs[place] = _another(signs[place], rng)
    return "".join(signs)


def _another(sign: str, rng: random.Random) -> str:
    vowel = "".join(mark for mark in unicodedata.normalize("NFD", sign.lower()) if mark not in TONES)
    vowel = unicodedata.normalize("NFC", vowel)
    if vowel in VOWELS and rng.random() < 0.8:
        plain = unicodedata.normalize("NFD", vowel)[0]
        made = unicodedata.normalize("NFC", rng.choice(_HATS[plain]) + rng.choice(TONES))
    elif rng.random() < 0.06:
        return sign + rng.choice("''’")
    else:
        alike = next((group for group in rng.sample(_ALIKE, len(_ALIKE)) if sign in group), None)
        if alike:
            return rng.choice(alike)
        made = rng.choice(string.ascii_lowercase)
    made = made.upper() if sign.isupper() else made
    return made if made in _KNOWN else sign


def letters(rng: random.Random) -> str:
    """Words of any letters: one to seven, small, capitalised or capital, at times with an apostrophe."""
    words = []
    for _ in range(rng.choice((1, 2, 3, 5, 7))):
        pool = string.ascii_lowercase if rng.random() < 0.35 else _LETTERS
        word = "".join(rng.choices(pool, k=rng.choice((1, 2, 3, 4, 5, 6, 8))))
        if rng.random() < 0.12:
            place = rng.randrange(1, len(word) + 1)
            word = f"{word[:place]}{rng.choice(chr(39) * 3 + '’')}{word[place:]}"
        words.append(word)
    case = rng.random()
    if case < 0.3:
        words = [word.upper() for word in words]
    elif case < 0.65:
        words = [word[:1].upper() + word[1:] for word in words]
    return " ".join(words)

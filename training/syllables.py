"""Syllables and names drawn evenly over the orthography, so that no network learns only the common ones."""

from __future__ import annotations

import random
import unicodedata

from training.words import (
    BEFORE_HIGHLAND,
    FINALS,
    GIVENS,
    HIGHLAND_FINALS,
    HIGHLAND_NUCLEI,
    HIGHLAND_ONSETS,
    MIDDLES,
    NUCLEI,
    ONSETS,
    SURNAMES,
)

_MARKS = {"ngang": "", "huyen": "\u0300", "sac": "\u0301", "nga": "\u0303", "hoi": "\u0309", "nang": "\u0323"}
# A syllable that ends in a stop has one of two tones only.
_STOPS = frozenset({"c", "ch", "p", "t"})
_CLOSED = ("\u0301", "\u0323")


def syllable(rng: random.Random) -> str:
    """One syllable with a random onset, nucleus, final and tone; mostly legal, often rare."""
    nucleus, final = rng.choice(NUCLEI), rng.choice(FINALS)
    if nucleus[-1] in "iyou" and len(nucleus) > 1 and final:
        final = ""
    marks = _CLOSED if final in _STOPS else tuple(_MARKS.values())
    return rng.choice(ONSETS) + _with_tone(nucleus, rng.choice(marks)) + final


def _with_tone(nucleus: str, mark: str) -> str:
    place = next((index for index, letter in enumerate(nucleus) if letter in "ơêôâăư"), None)
    if place is None:
        place = max(0, len(nucleus) - 2) if len(nucleus) > 1 else 0
    elif nucleus.startswith("ươ"):
        place = 1
    toned = unicodedata.normalize("NFC", nucleus[place] + mark)
    return nucleus[:place] + toned + nucleus[place + 1 :]


def highland_name(rng: random.Random) -> str:
    """One to three syllables as names in the Central Highlands have them: ``H'Yam Byă``, ``Cư M'gar``."""
    words = [
        (rng.choice(HIGHLAND_ONSETS) + rng.choice(HIGHLAND_NUCLEI) + rng.choice(HIGHLAND_FINALS)).capitalize()
        for _ in range(rng.choice((1, 1, 2, 2, 3)))
    ]
    name = " ".join(words)
    if rng.random() < 0.55:
        name = rng.choice(BEFORE_HIGHLAND) + (name if rng.random() < 0.8 else name[0].lower() + name[1:])
    return name


def person_name(rng: random.Random) -> str:
    """A name of two to four parts; some parts are any syllable at all."""
    if rng.random() < 0.15:
        return highland_name(rng)
    parts = [rng.choice(SURNAMES)]
    parts += [rng.choice(MIDDLES) for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    parts.append(rng.choice(GIVENS) if rng.random() < 0.7 else syllable(rng).capitalize())
    if rng.random() < 0.15:
        parts[rng.randrange(len(parts))] = syllable(rng).capitalize()
    return " ".join(parts)

"""Vietnamese numbers in words, as civil-status papers write dates out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from extraction.folding import alike, squash

_ONES = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_SCALES = {"nghin": 1000, "ngan": 1000, "tram": 100, "muoi": 10}
_FILL = frozenset({"linh", "le"})
_WORDS = (*_ONES, *_SCALES, *_FILL)


def number_in_words(words: Sequence[str]) -> int | None:
    """The number that folded words say (``mot nghin chin tram chin muoi mot``), or nothing.

    Digits are said one by one where no scale word stands (``hai khong hai mot`` is 2021).
    """
    known = [_nearest(word) for word in words]
    if not known or any(word is None for word in known):
        return None
    spoken = [word for word in known if word is not None and word not in _FILL]
    if len(spoken) > 1 and not any(word in _SCALES for word in spoken):
        return int("".join(str(_ONES[word]) for word in spoken))
    total, pending = 0, 0
    for word in spoken:
        if word in _ONES:
            pending = _ONES[word]
        else:
            total += (pending or (1 if word == "muoi" else 0)) * _SCALES[word]
            pending = 0
    return total + pending


def date_in_words(text: str) -> date | None:
    """The day that ``ngày … tháng … năm …`` in words says, or nothing."""
    plain = " ".join(filter(None, (squash(word) for word in text.split())))
    match = _split(plain)
    if match is None:
        return None
    numbers = [number_in_words(part.split()) for part in match]
    day, month, year = (number or 0 for number in numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _split(plain: str) -> tuple[str, str, str] | None:
    """Day, month and year words. ``năm`` is also the digit five: the year starts at the one that fits."""
    if "thang" not in plain:
        return None
    day, _, rest = plain.partition("thang")
    day = day.removeprefix("vao").strip().removeprefix("ngay").strip()
    words = rest.split()
    for index, word in enumerate(words[1:], 1):
        if word == "nam" and len(words) - index > 2 and number_in_words(words[:index]) is not None:
            return day, " ".join(words[:index]), " ".join(words[index + 1 :])
    return None


def _nearest(word: str) -> str | None:
    """The number word meant by a possibly broken word."""
    if word in _WORDS:
        return word
    near = [(alike(word, known, at_least=0.74), known) for known in _WORDS if len(known) > 2]
    best = max(near)
    return best[1] if best[0] else None

"""Sums of money and areas written out: ``Một tỷ hai trăm triệu đồng``, ``năm trăm phẩy năm mét vuông``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from extraction.folding import squash
from extraction.values.words import number_in_words

_GROUPS = (("ty", 10**9), ("trieu", 10**6), ("nghin", 10**3), ("ngan", 10**3))
_POINT = "phay"
_END = re.compile(r"\b(?:đồng|mét\s+vuông|m2|m²|vnđ|gam)\b.*$", re.IGNORECASE | re.DOTALL)
_MOST_WORDS = 40


def amount_in_words(text: str) -> Decimal | None:
    """The number the words say; nothing when one of them is no number word."""
    words = [plain for word in _END.sub("", text).split() if (plain := squash(word))]
    if not words or len(words) > _MOST_WORDS:
        return None
    point = next((index for index, word in enumerate(words) if word == _POINT), len(words))
    whole = _whole(words[:point])
    if whole is None or point == len(words):
        return None if whole is None else Decimal(whole)
    zeros = 0
    decimals = words[point + 1 :]
    while decimals[zeros : zeros + 1] == ["khong"]:
        zeros += 1
    said = number_in_words(decimals[zeros:]) if decimals[zeros:] else 0
    return None if said is None else Decimal(f"{whole}.{'0' * zeros}{said}")


def _whole(words: Sequence[str]) -> int | None:
    """Groups from thousand millions down; each a number below a thousand."""
    rest, total = list(words), 0
    for name, size in _GROUPS:
        if name not in rest:
            continue
        index = rest.index(name)
        # "hai nghìn tỷ": what stands before the largest group may itself be thousands.
        group = _whole(rest[:index]) if size == _GROUPS[0][1] else number_in_words(rest[:index])
        if group is None:
            return None
        total += group * size
        rest = rest[index + 1 :]
    if not rest:
        return total or None
    last = number_in_words(rest)
    return None if last is None else total + last

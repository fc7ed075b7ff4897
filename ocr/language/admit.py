"""Which readings of a word may be chosen at all: the hard rules, before any counting.

Codes, numbers and dates are not for the language to change; names and capitalised words only where laws and
place tables know the other form well; a word the engine is sure of keeps its letters, accents apart.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from ocr.language.lattice import Choice, Slot, number_repairs
from ocr.language.model import LanguageModel
from ocr.language.names import COMMON, Guard, NameWords
from ocr.language.placement import Placement, page_placement, placement_of
from ocr.language.syllables import base_letters, case_of, is_syllable
from ocr.language.tokens import take_apart

_SURE = math.log(0.9)
_NEIGHBOURS = 4
_COMMON_SURNAME = 0.003


def admitted(
    slots: Sequence[Slot], levels: Sequence[Guard], *, model: LanguageModel, names: NameWords
) -> list[tuple[Choice, ...]]:
    """For each slot its own reading and those others that the rules allow, in their order."""
    style = page_placement(slot.own.text for slot in slots)
    plain = [_possible(slot, style) for slot in slots]
    return [
        choices if level == "plain" or len(choices) == 1 else _known(index, plain, level, model, names)
        for index, (choices, level) in enumerate(zip(plain, levels, strict=True))
    ]


def _possible(slot: Slot, style: Placement) -> tuple[Choice, ...]:
    own = slot.own
    sure = own.score >= _SURE
    others = (other for other in slot.choices[1:] if _may_be(other.text, own.text, sure=sure))
    # A tone stands where this word has it, or else where the rest of the page puts it.
    printed = placement_of(own.text)
    allowed = {"same", style if printed == "same" else printed}
    return (own, *(other for other in others if placement_of(other.text) in allowed))


@functools.lru_cache(maxsize=32768)
def _may_be(other: str, own: str, *, sure: bool) -> bool:
    one, two = take_apart(own), take_apart(other)
    if other == own or len(one.tokens) != len(two.tokens):
        return False
    if not one.tokens:
        return True
    if any(mark.isdigit() for mark in own):
        same_rim = (one.opening, one.closing) == (two.opening, two.closing)
        return same_rim and any(two.core == repair for repair, _ in number_repairs(one.core))
    if any(mark.isdigit() for mark in other):
        return False
    return base_letters(one.core) == base_letters(two.core) or not (sure and is_syllable(one.core))


def _known(
    index: int, slots: Sequence[tuple[Choice, ...]], level: Guard, model: LanguageModel, names: NameWords
) -> tuple[Choice, ...]:
    """The own reading, and others where one of both stands beside a neighbour in the laws."""
    own, *others = slots[index]
    tokens = [_only_token(choice) for choice in slots[index]]
    seen = np.maximum(
        _beside(tokens, slots, index - 1, model=model, left=True),
        _beside(tokens, slots, index + 1, model=model, left=False),
    )
    kept = [own]
    for other, token, count in zip(others, tokens[1:], seen[1:], strict=True):
        if other.text.lower() == own.text.lower():
            if level == "capital" and (case_of(own.text) == "mixed" or _stands_alone(index, slots)):
                kept.append(other)
        elif _is_repair(own, token) or (level == "capital" and max(count, seen[0]) >= COMMON):
            kept.append(other)
        elif level == "capital":
            continue
        elif _is_place(token, slots, index, names):
            kept.append(other)
        elif _is_surname(tokens[0], token, slots, index, names):
            # Within names the share of the people speaks, not that of the laws.
            gain = math.log(names.surnames[token] / names.rare_share)
            kept.append(Choice(other.text, min(0.0, other.score + gain)))
    return tuple(kept)


def _is_repair(own: Choice, token: str) -> bool:
    """A number or a word of several parts: the rules for these were kept before."""
    return not token or any(mark.isdigit() for mark in own.text)


def _stands_alone(index: int, slots: Sequence[tuple[Choice, ...]]) -> bool:
    """Small words on both sides: then a capital whose shape is that of the small letter may be none."""
    around = [slots[near][0].text for near in (index - 1, index + 1) if 0 <= near < len(slots)]
    return len(around) == 2 and all(case_of(take_apart(text).core) == "lower" for text in around)


def _beside(
    tokens: Sequence[str],
    slots: Sequence[tuple[Choice, ...]],
    beside: int,
    *,
    model: LanguageModel,
    left: bool,
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For each token how often it stood beside the likeliest of the neighbour's readings."""
    if not 0 <= beside < len(slots):
        return np.zeros(len(tokens), dtype=np.int64)
    near = [_only_token(choice) for choice in slots[beside][:_NEIGHBOURS]]
    here = np.array([[model.id_or_nothing(token)] for token in tokens])
    there = np.array([[model.id_or_nothing(token) for token in near]])
    first, second = (there, here) if left else (here, there)
    counts = model.pair_counts_of(first, second)
    best: np.ndarray[tuple[int], np.dtype[np.int64]] = counts.max(axis=1)
    return best


def _only_token(choice: Choice) -> str:
    tokens = take_apart(choice.text).tokens
    return tokens[0] if len(tokens) == 1 else ""


def _is_place(token: str, slots: Sequence[tuple[Choice, ...]], index: int, names: NameWords) -> bool:
    """With a word beside it the name of a province, which the own reading is not."""
    near = [
        [_only_token(choice) for choice in slots[at]] if 0 <= at < len(slots) else []
        for at in (index - 1, index + 1)
    ]
    own = _only_token(slots[index][0])

    def names_one(word: str) -> bool:
        before, after = near
        return any((one, word) in names.places for one in before) or any(
            (word, one) in names.places for one in after
        )

    return names_one(token) and not names_one(own)


def _is_surname(
    own: str, other: str, slots: Sequence[tuple[Choice, ...]], index: int, names: NameWords
) -> bool:
    """``Nguyên Văn``: no surname, but a common one with another accent, before a middle word."""
    if own in names.surnames or names.surnames.get(other, 0.0) < _COMMON_SURNAME:
        return False
    after = _only_token(slots[index + 1][0]) if index + 1 < len(slots) else ""
    return after in names.middles and base_letters(own) == base_letters(other)

"""Several readings of one line: where they stand for the same print, the best supported one is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dossier.geometry import Box, bounding
from ocr.arrays import GrayImage
from ocr.engine import EngineWord
from ocr.marks import claims_mark_above, has_ink_above
from ocr.spelling import is_plausible
from ocr.wordlines import confidence_of

Reading = Sequence[EngineWord]

# What an impossible spelling is worth beside a possible one.
_IMPLAUSIBLE = 0.3
_MOST_SURE = 0.98
# Words whose boxes share this much of the narrower one are the same print.
_SAME_PRINT = 0.35
# What the first reading did not see has to be seen twice, and clearly.
_SEEN_CLEARLY = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is known about the page.

    Attributes:
        image: a mark that is read above a capital must have ink there.
        missed: print that the first reading passed over; only there words are added.
        taken: where the first reading saw words; there none is added.
    """

    image: GrayImage
    missed: Sequence[Box]
    taken: Sequence[Box]


@dataclass(slots=True)
class _Spot:
    """The stretch of a line that some words of the readings share."""

    right: int
    width: int
    words: list[list[EngineWord]]


def best_of(
    first: Reading, others: Sequence[Reading], *, ground: Ground, block: int
) -> tuple[EngineWord, ...]:
    """The line word by word as most readings, weighted by their confidence, have it.

    Every word given back was read from the pixels of its own box by the engine.

    Args:
        first: the reading of the whole page; its block and line go to every word.
        others: further readings of the same stretch, boxes on the page too.
        ground: the page all boxes lie in.
        block: goes to every word where the first reading is empty.
    """
    chosen: list[EngineWord] = []
    for spot in _spots([first, *others]):
        if spot.words[0] or (_is_missed(spot, ground) and _is_sure(spot.words[1:])):
            chosen.extend(_winner(spot, ground.image))
    line = (first[0].block, first[0].line) if first else (block, 0)
    return tuple(replace(word, block=line[0], line=line[1]) for word in chosen)


def _is_missed(spot: _Spot, ground: Ground) -> bool:
    box = bounding(word.box for words in spot.words for word in words)
    inside = any(2 * box.intersection_area(row) >= box.area for row in ground.missed)
    return inside and all(_SAME_PRINT * box.area > box.intersection_area(word) for word in ground.taken)


def _is_sure(readings: Sequence[list[EngineWord]]) -> bool:
    """Seen every time, and the same, and clearly."""
    same = len({_text(words) for words in readings}) == 1
    return same and min(map(confidence_of, readings)) >= _SEEN_CLEARLY


def _spots(readings: Sequence[Reading]) -> list[_Spot]:
    tagged = sorted(
        ((word, index) for index, reading in enumerate(readings) for word in reading),
        key=lambda entry: (entry[0].box.left, entry[0].box.right),
    )
    spots: list[_Spot] = []
    for word, index in tagged:
        narrower = max(1, min(word.box.width, spots[-1].width)) if spots else 1
        if not spots or spots[-1].right - word.box.left < _SAME_PRINT * narrower:
            spots.append(_Spot(word.box.right, word.box.width, [[] for _ in readings]))
        spot = spots[-1]
        spot.words[index].append(word)
        spot.right = max(spot.right, word.box.right)
        spot.width = min(spot.width, word.box.width)
    return spots


def _winner(spot: _Spot, page: GrayImage) -> list[EngineWord]:
    by_text: dict[str, list[list[EngineWord]]] = {}
    for words in spot.words:
        if words:
            by_text.setdefault(_text(words), []).append(words)
    if len(by_text) > 1:
        shown = {text: readings for text, readings in by_text.items() if _has_its_marks(readings[0], page)}
        by_text = shown or by_text
    best = max(by_text, key=lambda text: _support(by_text[text]))
    if len(by_text) == 1 and len(by_text[best]) == 1:
        return by_text[best][0]
    sure = _agreed(by_text[best], _support(by_text[best]) / max(1e-6, sum(map(_support, by_text.values()))))
    return [replace(word, confidence=sure) for word in max(by_text[best], key=confidence_of)]


def _has_its_marks(words: list[EngineWord], page: GrayImage) -> bool:
    return all(not claims_mark_above(word.text) or has_ink_above(page, word.box) for word in words)


def _agreed(readings: list[list[EngineWord]], share: float) -> float:
    """Agreement raises, dissent lowers."""
    doubt = 1.0
    for words in readings:
        doubt *= 1.0 - confidence_of(words)
    return min(_MOST_SURE, (1.0 - doubt) * (0.5 + 0.5 * share))


def _support(readings: list[list[EngineWord]]) -> float:
    return sum(
        confidence_of(words) * (1.0 if is_plausible(_text(words)) else _IMPLAUSIBLE) for words in readings
    )


def _text(words: list[EngineWord]) -> str:
    return " ".join(word.text for word in words)

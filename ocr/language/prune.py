"""Leave out readings that cannot win, before anything dear is asked about them.

What a reading can gain from the language is at most what the engine's own line costs there: the log
probability of the word itself and of the two after it, which can rise to 0 at best. On clean text that leaves
most words without a rival, and a page costs a few milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ocr.language.lattice import Choice, Slot
from ocr.language.model import NOTHING, Floats, LanguageModel
from ocr.language.syllables import case_of
from ocr.language.tokens import BORDER, Printed, take_apart

# Left to the probability of the chosen word: readings less likely than this many nats below do not count.
_MARGIN = 2.0
# What the case of the next word may add, in nats.
_CASE_MARGIN = 1.5
_REACH = 2


class Weights(Protocol):
    """The part of the settings that matters here."""

    @property
    def weight(self) -> float:
        """Of the language model beside the engine."""
        ...

    @property
    def case_weight(self) -> float:
        """Of the case model."""
        ...

    @property
    def illegal(self) -> float:
        """Price of a word that cannot be a Vietnamese syllable."""
        ...

    @property
    def order(self) -> int:
        """How many syllables the model looks at, 0 to 3."""
        ...


def promising(
    slots: Sequence[Slot], prices: Sequence[float], *, model: LanguageModel, settings: Weights
) -> list[Slot]:
    """The slots without readings that no way through the line could favour.

    Args:
        slots: a page or a line.
        prices: by slot, nats for leaving the engine's own reading.
        model: the language.
        settings: how much it has to say.
    """
    most = _line_gains(slots, model, settings)
    found: list[Slot] = []
    before = "start"
    for slot, price, gain in zip(slots, prices, most, strict=True):
        own = take_apart(slot.own.text)
        if len(slot.choices) > 1:
            least = slot.own.score + price - settings.illegal - _MARGIN
            case = functools.partial(_case_gain, own, before, model, settings.case_weight)
            letters = functools.partial(_letter_gain, float(gain), model, settings)
            lower = slot.own.text.lower()
            kept = (
                choice
                for choice in slot.choices[1:]
                if choice.score > least - (case if choice.text.lower() == lower else letters)(choice)
            )
            slot = Slot((slot.own, *kept))  # noqa: PLW2901  the same slot with less in it
        found.append(slot)
        before = "start" if own.ends else case_of(own.core)
    return found


def _letter_gain(gain: float, model: LanguageModel, settings: Weights, choice: Choice) -> float:
    """What a reading with other letters gains at most; one nobody counted pays for its spelling anywhere."""
    if not settings.order:
        return gain
    return gain + settings.weight * sum(map(model.spelling, take_apart(choice.text).tokens))


def _case_gain(own: Printed, before: str, model: LanguageModel, weight: float, choice: Choice) -> float:
    """What a reading gains by its capitals alone."""
    if len(own.tokens) != 1 or not own.core.isalpha():
        return _MARGIN
    cases = (case_of(own.core), case_of(take_apart(choice.text).core))
    one, two = (model.case_score(own.tokens[0], case, before) for case in cases)
    return weight * (two - one) + _CASE_MARGIN


def _line_gains(slots: Sequence[Slot], model: LanguageModel, settings: Weights) -> Floats:
    """By slot: what its best rival could gain, from the cost of the engine's own line."""
    border = model.id_of(BORDER)
    ids = [NOTHING, NOTHING]
    extra = [0.0, 0.0]
    spans: list[tuple[int, int]] = []
    for slot in slots:
        own = take_apart(slot.own.text)
        start = len(ids)
        for token in own.tokens:
            ids.append(model.id_of(token))
            extra.append(model.spelling(token))
        spans.append((start, len(ids)))
        if own.ends:
            ids.append(border)
            extra.append(0.0)
    stream = np.array(ids)
    costs = np.array(extra)
    if settings.order and len(ids) > _REACH:
        costs[_REACH:] += model.log_probs(stream[:-2], stream[1:-1], stream[2:], order=settings.order)
    sums = np.append(0.0, np.cumsum(costs))
    ends = [min(end + _REACH, len(ids)) if end > start else end for start, end in spans]
    starts = [start for start, _ in spans]
    gains: Floats = -settings.weight * (sums[ends] - sums[starts])
    return gains

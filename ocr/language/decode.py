"""Choose one reading for every slot: pixels and language together, by exact search over the whole lattice.

The score of a way through the lattice is the sum of the engine's scores, ``weight`` times the language
model's, what the case of the letters is worth, and a price for every word that leaves the engine's own
reading. The best way is found with Viterbi's algorithm; the probability of each chosen word by summing over
all ways (forward and backward), both exact for triples. The number of slots never changes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ocr.language.admit import admitted
from ocr.language.lattice import Choice, Slot
from ocr.language.model import LanguageModel, load_model
from ocr.language.names import Guard, guards, load_names
from ocr.language.prune import promising
from ocr.language.search import Step, search
from ocr.language.syllables import case_of, is_syllable
from ocr.language.tokens import BORDER, take_apart

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How much each part has to say; the values were chosen on the tune half of ``bench.language``.

    Attributes:
        weight: of the language model beside the engine (1: as much).
        case_weight: of the case model.
        leave_plain, leave_capital, leave_name: price in nats of leaving the engine's own reading.
        illegal: price of a word with accents that cannot be a Vietnamese syllable.
        order: how many syllables the model looks at, 1 to 3; 0: none (legality and engine alone).
        protect: whether names and capitalised words are protected.
        most: choices of a slot that enter the search.
    """

    weight: float = 0.8
    case_weight: float = 0.6
    leave_plain: float = 1.0
    leave_capital: float = 1.5
    leave_name: float = 3.0
    illegal: float = 0.0
    order: int = 3
    protect: bool = True
    most: int = 4

    def price(self, level: Guard) -> float:
        """Nats for leaving the engine's own reading of a word so protected."""
        return {"plain": self.leave_plain, "capital": self.leave_capital, "name": self.leave_name}[level]


DEFAULT = Settings()
# The score of a slot without a choice: it is on every way, so it says nothing.
_NOUGHT: Floats = np.zeros(1)


@dataclass(frozen=True, slots=True)
class Decision:
    """What stands for a slot.

    Attributes:
        text: one of the slot's choices.
        probability: 0 to 1, of this choice given the pixels and the whole line. Readings that the rules
            forbid (other letters in a name) count against it.
        own: the engine's own reading.
    """

    text: str
    probability: float
    own: str

    @property
    def changed(self) -> bool:
        """True where the language chose another reading than the engine."""
        return self.text != self.own


def decode(
    slots: Sequence[Slot],
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    model: LanguageModel | None = None,
    settings: Settings = DEFAULT,
) -> tuple[Decision, ...]:
    """One decision for each slot of a line.

    Args:
        slots: the words of the line, left to right.
        before: words of the line before, as printed; they only lend context.
        after: words of the line after, likewise.
        model: the committed one when not given.
        settings: how much each part has to say.
    """
    around = (
        [Slot((Choice(text, 0.0),)) for text in before[-2:]],
        [Slot((Choice(text, 0.0),)) for text in after[:2]],
    )
    found = decode_page([[*around[0], *slots, *around[1]]], model=model, settings=settings)[0]
    return found[len(around[0]) : len(around[0]) + len(slots)]


def decode_page(
    lines: Sequence[Sequence[Slot]], *, model: LanguageModel | None = None, settings: Settings = DEFAULT
) -> tuple[tuple[Decision, ...], ...]:
    """Decisions for all lines of a page in reading order, each line lending context to the next."""
    known = load_model() if model is None else model
    names = load_names()
    possible = [[_possible(slot) for slot in line] for line in lines]
    slots = [slot for line in possible for slot in line]
    levels: list[Guard] = []
    for line in possible:
        levels.extend(guards(line, model=known, names=names) if settings.protect else ["plain"] * len(line))
    prices = [settings.price(level) for level in levels]
    hopeful = promising(slots, prices, model=known, settings=settings)
    choices = admitted(hopeful, levels, model=known, names=names)
    found = _decide(choices, prices, model=known, settings=settings)
    doubts = map(_doubt, slots, hopeful, choices)
    decided = iter(
        replace(one, probability=one.probability * (1 - doubt))
        for one, doubt in zip(found, doubts, strict=True)
    )
    return tuple(tuple(next(decided) for _ in line) for line in lines)


def _possible(slot: Slot) -> Slot:
    """Without readings that the engine rules out."""
    if all(math.isfinite(choice.score) for choice in slot.choices[1:]):
        return slot
    return Slot((slot.own, *(choice for choice in slot.choices[1:] if math.isfinite(choice.score))))


def _doubt(slot: Slot, hopeful: Slot, choices: Sequence[Choice]) -> float:
    """What the search did not see (0 to 1): readings the rules forbid, and those left unsaid."""
    listed = sum(math.exp(choice.score) for choice in slot.choices)
    allowed = {choice.text for choice in choices}
    forbidden = sum(math.exp(choice.score) for choice in hopeful.choices if choice.text not in allowed)
    return min(1.0, max(0.0, 1 - listed) + forbidden / max(1.0, listed))


def _decide(
    slots: Sequence[tuple[Choice, ...]], prices: Sequence[float], *, model: LanguageModel, settings: Settings
) -> list[Decision]:
    steps: list[Step] = []
    kept: list[tuple[Choice, ...]] = []
    for choices, price in zip(slots, prices, strict=True):
        step, entering = _step(choices, price, model=model, settings=settings)
        steps.append(step)
        kept.append(entering)
    cases = _case_scores(kept, model=model, weight=settings.case_weight)
    speaking = [index for index, step in enumerate(steps) if step.tokens[0]]
    found = dict(
        zip(
            speaking,
            search(
                [steps[index] for index in speaking], [cases[index] for index in speaking], model, settings
            ),
            strict=True,
        )
    )
    return [
        _decision(choices, *(found[index] if index in found else _alone(step)))
        for index, (choices, step) in enumerate(zip(kept, steps, strict=True))
    ]


def _step(
    choices: tuple[Choice, ...], price: float, *, model: LanguageModel, settings: Settings
) -> tuple[Step, tuple[Choice, ...]]:
    """What the search needs of a slot, and the choices that enter it: the own one and the most promising."""
    if len(choices) == 1:
        text = choices[0].text
        return Step(_NOUGHT, (_ids(text, model),), (take_apart(text).ends,), model.id_of(BORDER)), choices
    scores = [
        choice.score - (price if index else 0.0) - settings.illegal * _is_impossible(choice.text)
        for index, choice in enumerate(choices)
    ]
    tokens = [_ids(choice.text, model) for choice in choices]
    if settings.order:
        scores = [
            score + settings.weight * sum(map(model.spelling, take_apart(choice.text).tokens))
            for score, choice in zip(scores, choices, strict=True)
        ]
    if len(choices) > settings.most:
        worth = [
            score + settings.weight * sum(model.log_single(token) for token in ids)
            for score, ids in zip(scores, tokens, strict=True)
        ]
        order = sorted(range(1, len(choices)), key=lambda index: -worth[index])
        chosen = [0, *sorted(order[: settings.most - 1])]
        scores = [scores[index] for index in chosen]
        tokens = [tokens[index] for index in chosen]
        choices = tuple(choices[index] for index in chosen)
    ends = tuple(take_apart(choice.text).ends for choice in choices)
    border = model.id_of(BORDER)
    return Step(np.array(scores), tuple(tokens), ends, border), choices


def _is_impossible(text: str) -> bool:
    """Accents, and yet no syllable: ``quôc``. Words without accents may be foreign."""
    core = take_apart(text).core
    return not core.isascii() and core.isalpha() and not is_syllable(core)


def _ids(text: str, model: LanguageModel) -> tuple[int, ...]:
    return tuple(model.id_of(token) for token in take_apart(text).tokens)


def _case_scores(
    slots: Sequence[tuple[Choice, ...]], *, model: LanguageModel, weight: float
) -> list[Floats | None]:
    """For each slot the worth of its cases after those of the slot before; ``None`` where all are alike."""
    found: list[Floats | None] = []
    before: list[str] = ["start"]
    for choices in slots:
        printed = [take_apart(choice.text) for choice in choices]
        cases = [case_of(word.core) for word in printed]
        score: Floats | None = None
        if len(set(cases)) > 1 and all(len(word.tokens) == 1 for word in printed):
            score = weight * np.array(
                [
                    [
                        model.case_score(word.tokens[0], case, last)
                        for word, case in zip(printed, cases, strict=True)
                    ]
                    for last in before
                ]
            )
        found.append(score)
        before = ["start" if word.ends else case for word, case in zip(printed, cases, strict=True)]
    return found


def _alone(step: Step) -> tuple[int, float]:
    """The best choice of a slot without letters or digits, by the pixels alone."""
    if len(step.scores) == 1:
        return 0, 1.0
    best = int(np.argmax(step.scores))
    return best, float(1 / np.exp(step.scores - step.scores[best]).sum())


def _decision(choices: tuple[Choice, ...], index: int, probability: float) -> Decision:
    return Decision(choices[index].text, min(1.0, max(0.0, probability)), choices[0].text)

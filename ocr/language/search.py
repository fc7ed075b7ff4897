"""Exact search in a lattice of syllables: the best way, and how likely each slot's choice on it is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ocr.language.model import NOTHING, Ids, LanguageModel

Floats = npt.NDArray[np.float64]


class Weights(Protocol):
    """The part of the settings the search looks at."""

    @property
    def weight(self) -> float:
        """Of the language model beside the engine."""
        ...

    @property
    def order(self) -> int:
        """How many syllables the model looks at, 0 to 3."""
        ...


_CONTEXT = 2
_TINY = 1e-200


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A slot as the search sees it.

    Attributes:
        scores: by choice, without the language model's share of its tokens.
        tokens: by choice, ids of its tokens; never empty where the search is asked.
        ends: by choice, whether a sentence ends after it.
        border: the id of a sentence border.
    """

    scores: Floats
    tokens: tuple[tuple[int, ...], ...]
    ends: tuple[bool, ...]
    border: int


def search(
    steps: Sequence[Step], cases: Sequence[Floats | None], model: LanguageModel, weights: Weights
) -> list[tuple[int, float]]:
    """For each step the index of the choice on the best way, and its probability (0 to 1).

    Args:
        steps: slots with tokens, in reading order.
        cases: by slot, scores of choice before by choice; ``None`` where the case says nothing.
        model: the language.
        weights: how much it has to say.
    """
    found = [(0, 1.0)] * len(steps)
    for start, end in _windows([len(step.scores) for step in steps]):
        found[start:end] = _search(steps[start:end], cases[start:end], model, weights)
    return found


def _windows(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Stretches around slots with a choice, two slots of context on either side: beyond, nothing changes."""
    found: list[tuple[int, int]] = []
    for index, size in enumerate(sizes):
        if size == 1:
            continue
        start, end = max(0, index - _CONTEXT), min(len(sizes), index + _CONTEXT + 1)
        if found and start < found[-1][1]:
            start = found.pop()[0]
        found.append((start, end))
    return found


def _search(
    steps: Sequence[Step], cases: Sequence[Floats | None], model: LanguageModel, weights: Weights
) -> list[tuple[int, float]]:
    ways = _gains(steps, model, weights)
    for index, (step, score) in enumerate(zip(steps, cases, strict=True)):
        ways[index] = ways[index] + step.scores + _fitting(score, steps, index)
    path = _best_path(ways)
    return list(zip(path, _shares(ways, path), strict=True))


def _gains(steps: Sequence[Step], model: LanguageModel, weights: Weights) -> list[Floats]:
    """By slot: weighted log probability, choice two before by choice before by choice."""
    inner = [_inner(step, model, weights) for step in steps]
    firsts = [np.array([tokens[0] for tokens in step.tokens]) for step in steps]
    ends = [_Ends.unknown(), _Ends.unknown(), *map(_Ends.of, steps)]
    shapes = [
        (len(ends[index].last), len(ends[index + 1].last), len(first)) for index, first in enumerate(firsts)
    ]
    starts = list(itertools.accumulate((one * two * three for one, two, three in shapes), initial=0))
    asked = np.empty((3, starts[-1]), dtype=np.int64)
    for index, (shape, first) in enumerate(zip(shapes, firsts, strict=True)):
        older, before = ends[index], ends[index + 1]
        part = asked[:, starts[index] : starts[index + 1]].reshape(3, *shape)
        part[0] = np.where(before.penultimate >= 0, before.penultimate, older.last[:, None])[:, :, None]
        part[1] = before.last[None, :, None]
        part[2] = first
    answers = _ask(asked, model, weights)
    return [
        answers[starts[index] : starts[index + 1]].reshape(shape) + own
        for index, (shape, own) in enumerate(zip(shapes, inner, strict=True))
    ]


def _ask(asked: Ids, model: LanguageModel, weights: Weights) -> Floats:
    """One question to the model for the whole window: rows of first, second and third ids."""
    if not weights.order:
        return np.zeros(asked.shape[1])
    first, second, third = asked
    return weights.weight * model.log_probs(first, second, third, order=weights.order)


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """By choice: its last token, and the one before it where the word has two (or -1)."""

    last: Ids
    penultimate: Ids

    @staticmethod
    def unknown() -> _Ends:
        return _Ends(np.array([NOTHING]), np.array([-1]))

    @staticmethod
    def of(step: Step) -> _Ends:
        full = [
            (*tokens, step.border) if end else tokens
            for tokens, end in zip(step.tokens, step.ends, strict=True)
        ]
        return _Ends(
            np.array([tokens[-1] for tokens in full]),
            np.array([tokens[-2] if len(tokens) > 1 else -1 for tokens in full]),
        )


def _inner(step: Step, model: LanguageModel, weights: Weights) -> Floats:
    """By choice: the language's score of its second and further tokens."""
    if not weights.order or all(len(tokens) == 1 for tokens in step.tokens):
        return np.zeros(len(step.tokens))
    return np.array([_inside(tokens, model, weights) for tokens in step.tokens])


def _inside(tokens: tuple[int, ...], model: LanguageModel, weights: Weights) -> float:
    if len(tokens) == 1:
        return 0.0
    first = np.array([NOTHING, *tokens[:-2]])
    scores = model.log_probs(first, np.array(tokens[:-1]), np.array(tokens[1:]), order=weights.order)
    return weights.weight * float(scores.sum())


def _fitting(score: Floats | None, steps: Sequence[Step], index: int) -> Floats | float:
    """A case score that fits the slot before; where words without letters lie between, its first row."""
    if score is None:
        return 0.0
    before = len(steps[index - 1].scores) if index else 1
    return score if score.shape[0] == before else score[:1]


def _best_path(ways: Sequence[Floats]) -> list[int]:
    """Viterbi: by slot the choice on the way with the highest sum."""
    best = np.zeros((1, 1))
    backs: list[npt.NDArray[np.int64]] = []
    for way in ways:
        through = best[:, :, None] + way
        backs.append(through.argmax(axis=0))
        best = through.max(axis=0)
    before, choice = (int(index) for index in np.unravel_index(int(best.argmax()), best.shape))
    path = [choice]
    for back in reversed(backs[1:]):
        before, choice = int(back[before, choice]), before
        path.append(choice)
    return path[::-1]


def _shares(ways: Sequence[Floats], path: Sequence[int]) -> list[float]:
    """By slot: the share (0 to 1) of all ways together that goes through the choice on the path."""
    chances = [np.exp(way - way.max()) for way in ways]
    ahead: list[Floats] = []
    here = np.ones((1, 1))
    for chance in chances:
        here = _scaled((here[:, :, None] * chance).sum(axis=0))
        ahead.append(here)
    behind = np.ones_like(here)
    found: list[float] = []
    for index in range(len(ways) - 1, -1, -1):
        sums = (ahead[index] * behind).sum(axis=0)
        found.append(min(1.0, float(sums[path[index]] / max(float(sums.sum()), _TINY))))
        behind = _scaled((chances[index] * behind).sum(axis=2))
    return found[::-1]


def _scaled(values: Floats) -> Floats:
    """Divided by the largest, so that long lines do not run out of numbers; nothing becomes quite 0."""
    scaled: Floats = np.maximum(values / max(float(values.max()), _TINY), _TINY)
    return scaled

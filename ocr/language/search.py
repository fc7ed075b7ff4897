"""Exact search in a lattice of syllables: the best way, and how likely each slot's choice on it is."""

from __future__ import annotations

import math
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
    if not steps:
        return []
    gains = _gains(steps, model, weights)
    extra = [_fitting(score, steps, index) for index, score in enumerate(cases)]
    best, back, ahead = _forward(steps, gains, extra)
    path = _trace(best, back)
    behind = _backward(steps, gains, extra)
    found = []
    for index, choice in enumerate(path):
        total = ahead[index] + behind[index]
        sums = _log_sum(total, axis=0)
        everything = float(_log_sum(sums, axis=0))
        found.append((choice, math.exp(min(0.0, float(sums[choice]) - everything))))
    return found


def _gains(steps: Sequence[Step], model: LanguageModel, weights: Weights) -> list[Floats]:
    """By slot: weighted log probability, choice two before by choice before by choice."""
    shapes = []
    asked: list[tuple[Ids, Ids, Ids]] = []
    inner = [_inner(step, model, weights) for step in steps]
    last, before = _Ends.unknown(), _Ends.unknown()
    for step in steps:
        here = _Ends.of(step)
        firsts = np.array([tokens[0] for tokens in step.tokens])
        shape = (len(last.last), len(before.last), len(firsts))
        shapes.append(shape)
        if shape[0] * shape[1] * shape[2] > 1:
            first = np.where(before.penultimate >= 0, before.penultimate, last.last[:, None])
            asked.append(
                (
                    np.broadcast_to(first[:, :, None], shape).ravel(),
                    np.broadcast_to(before.last[None, :, None], shape).ravel(),
                    np.broadcast_to(firsts[None, None, :], shape).ravel(),
                )
            )
        last, before = before, here
    return _spread(shapes, inner, asked, model, weights)


def _spread(
    shapes: Sequence[tuple[int, int, int]],
    inner: Sequence[Floats],
    asked: Sequence[tuple[Ids, Ids, Ids]],
    model: LanguageModel,
    weights: Weights,
) -> list[Floats]:
    """One question to the model for the whole page, its answers back in their slots."""
    if asked and weights.order:
        parts = (np.concatenate(column) for column in zip(*asked, strict=True))
        answers = weights.weight * model.log_probs(*parts, order=weights.order)
    else:
        answers = np.zeros(sum(len(first) for first, _, _ in asked))
    gains: list[Floats] = []
    start = 0
    for shape, own in zip(shapes, inner, strict=True):
        size = shape[0] * shape[1] * shape[2]
        if size == 1:
            gains.append(np.zeros(shape))
            continue
        gains.append(answers[start : start + size].reshape(shape) + own)
        start += size
    return gains


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


def _forward(
    steps: Sequence[Step], gains: Sequence[Floats], extra: Sequence[Floats | float]
) -> tuple[Floats, list[npt.NDArray[np.int64]], list[Floats]]:
    """Best score and log sum of all ways that end in a choice before and a choice; whence the best came."""
    best = ahead = np.zeros((1, 1))
    backs, sums = [], []
    for step, gain, more in zip(steps, gains, extra, strict=True):
        own = step.scores[None, :] + more
        through = best[:, :, None] + gain
        backs.append(through.argmax(axis=0))
        best = through.max(axis=0) + own
        ahead = _log_sum(ahead[:, :, None] + gain, axis=0) + own
        sums.append(ahead)
    return best, backs, sums


def _backward(
    steps: Sequence[Step], gains: Sequence[Floats], extra: Sequence[Floats | float]
) -> list[Floats]:
    """By slot: log sum of all ways onward from a choice before and a choice."""
    sums: list[Floats] = [np.zeros((1, 1))] * len(steps)
    behind = np.zeros((gains[-1].shape[1], gains[-1].shape[2]))
    sums[-1] = behind
    for index in range(len(steps) - 1, 0, -1):
        own = steps[index].scores[None, :] + extra[index]
        behind = _log_sum(gains[index] + (behind + own)[None, :, :], axis=2)
        sums[index - 1] = behind
    return sums


def _trace(best: Floats, backs: Sequence[npt.NDArray[np.int64]]) -> list[int]:
    before, choice = (int(index) for index in np.unravel_index(int(best.argmax()), best.shape))
    path = [choice]
    for back in reversed(backs[1:]):
        before, choice = int(back[before, choice]), before
        path.append(choice)
    return path[::-1]


def _log_sum(values: Floats, *, axis: int) -> Floats:
    if values.shape[axis] == 1:
        only: Floats = values.take(0, axis=axis)
        return only
    top: Floats = np.max(values, axis=axis, keepdims=True)
    sums: Floats = np.sum(np.exp(values - top), axis=axis, keepdims=True)
    summed: Floats = np.squeeze(np.log(sums) + top, axis=axis)
    return summed

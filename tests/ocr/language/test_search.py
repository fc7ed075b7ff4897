import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.decode import Settings
from ocr.language.model import NOTHING, load_model
from ocr.language.search import Step, search
from ocr.language.tokens import BORDER

_MODEL = load_model()
_TOKENS = st.integers(1, 300)
_CHOICES = st.lists(
    st.tuples(st.floats(-9, 0), st.lists(_TOKENS, min_size=1, max_size=2)), min_size=1, max_size=3
)


def _step(choices: Sequence[tuple[float, list[int]]], *, ends: bool) -> Step:
    return Step(
        np.array([score for score, _ in choices]),
        tuple(tuple(tokens) for _, tokens in choices),
        (ends,) * len(choices),
        _MODEL.id_of(BORDER),
    )


def _score(steps: Sequence[Step], way: Sequence[int], settings: Settings) -> float:
    """The sum of a way, the slow and plain way; a border itself costs nothing."""
    first, second, total = NOTHING, NOTHING, 0.0
    for step, choice in zip(steps, way, strict=True):
        total += float(step.scores[choice])
        for place, token in enumerate(step.tokens[choice]):
            before = NOTHING if place else first
            asked = (np.array([one]) for one in (before, second, token))
            total += settings.weight * float(_MODEL.log_probs(*asked)[0])
            first, second = second, token
        if step.ends[choice]:
            first, second = second, step.border
    return total


@given(st.lists(st.tuples(_CHOICES, st.booleans()), min_size=1, max_size=5))
def test_the_best_of_all_ways_is_found_with_its_probability(
    slots: list[tuple[list[tuple[float, list[int]]], bool]],
) -> None:
    settings = Settings()
    steps = [_step(choices, ends=ends) for choices, ends in slots]
    ways = list(itertools.product(*(range(len(step.scores)) for step in steps)))
    scores = np.array([_score(steps, way, settings) for way in ways])

    found = search(steps, [None] * len(steps), _MODEL, settings)

    best = ways[int(scores.argmax())]
    chosen = tuple(choice for choice, _ in found)
    assert _score(steps, chosen, settings) == pytest.approx(scores.max())
    shares = np.exp(scores - scores.max())
    for index, (choice, probability) in enumerate(found):
        share = (
            sum(share for way, share in zip(ways, shares, strict=True) if way[index] == choice) / shares.sum()
        )
        assert probability == pytest.approx(share, abs=1e-6)
    assert len(best) == len(found)


@given(st.tuples(st.integers(0, 2000), st.integers(0, 2000)))
def test_what_follows_any_two_tokens_sums_to_one(context: tuple[int, int]) -> None:
    every = np.arange(len(_MODEL.single))
    first, second = (np.full(len(every), token) for token in context)

    for order in (1, 2, 3):
        total = float(np.exp(_MODEL.log_probs(first, second, every, order=order)).sum())
        assert math.isclose(total, 1.0, abs_tol=0.01)


def test_nothing_to_search_is_no_error() -> None:
    assert search([], [], _MODEL, Settings()) == []

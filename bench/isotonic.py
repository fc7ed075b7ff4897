"""From confidences and verdicts to a map that never falls, in two ways, and how good such a map is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ocr.calibration import Curve

Floats = npt.NDArray[np.float64]

_BINS = 10
# A point of the map stands for at least so many words: fewer follow chance.
_LEAST_WORDS = 40
_LEAST = 1e-4
_STEPS = 30
# Where the curve of two parameters is drawn: close together near 0 and 1, where it bends.
_LOGITS = np.linspace(-9.2, 9.2, 33)


def isotonic(raw: Sequence[float], right: Sequence[bool]) -> Curve:
    """Isotonic regression by pooling adjacent violators (Ayer et al. 1955); a point for each pool."""
    order = np.argsort(raw, kind="stable")
    places, verdicts = np.asarray(raw)[order], np.asarray(right, dtype=np.float64)[order]
    # Sums of each pool: words, confidences, right ones. Words of one confidence are one pool.
    _, starts = np.unique(places, return_index=True)
    counts = np.diff(np.append(starts, places.size))
    sums = zip(counts, np.add.reduceat(places, starts), np.add.reduceat(verdicts, starts), strict=True)
    pools: list[list[float]] = []
    for words, place, good in sums:
        pools.append([float(words), float(place), float(good)])
        while len(pools) > 1 and pools[-2][2] * pools[-1][0] >= pools[-1][2] * pools[-2][0]:
            _join_last(pools)
    merged: list[list[float]] = []
    for pool in pools:
        merged.append(pool)
        if len(merged) > 1 and merged[-2][0] < _LEAST_WORDS:
            _join_last(merged)
    if len(merged) > 1 and merged[-1][0] < _LEAST_WORDS:
        _join_last(merged)
    # Half a word of each sort: nothing is quite certain, however few were seen.
    shares = np.maximum.accumulate([(good + 0.5) / (words + 1) for words, _, good in merged])
    return _curve(np.array([place / words for words, place, _ in merged]), shares)


def platt(raw: Sequence[float], right: Sequence[bool]) -> Curve:
    """Logistic regression on the logit of the confidence (Platt 1999); a falling line becomes level."""
    places, verdicts = _logit(np.asarray(raw)), np.asarray(right, dtype=np.float64)
    rows = np.stack([places, np.ones_like(places)], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        chances = _chance(rows @ weights)
        slope = rows.T @ (verdicts - chances) - (weights - (1.0, 0.0))
        bend = (rows * (chances * (1 - chances))[:, None]).T @ rows + np.eye(2)
        weights = weights + np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
    return _curve(_chance(_LOGITS), _chance(max(0.0, float(weights[0])) * _LOGITS + float(weights[1])))


SHAPES: Mapping[str, Callable[[Sequence[float], Sequence[bool]], Curve]] = {
    "isotonic": isotonic,
    "platt": platt,
}


def expected_error(chances: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten equal-width bins, 0 to 1; 0 of nothing."""
    if not chances:
        return 0.0
    said, verdicts = np.asarray(chances), np.asarray(right, dtype=np.float64)
    bins = np.minimum((said * _BINS).astype(np.int64), _BINS - 1)
    gaps = [abs(float((said - verdicts)[bins == index].sum())) for index in range(_BINS)]
    return sum(gaps) / len(chances)


def log_loss(chances: Sequence[float], right: Sequence[bool]) -> float:
    """Mean surprise in nats; lower is better, and it cannot be lowered by being modest everywhere."""
    said = np.clip(np.asarray(chances), _LEAST, 1 - _LEAST)
    return float(-np.log(np.where(np.asarray(right), said, 1 - said)).mean())


def _join_last(pools: list[list[float]]) -> None:
    last = pools.pop()
    pools[-1] = [one + two for one, two in zip(pools[-1], last, strict=True)]


def _logit(chances: Floats) -> Floats:
    kept = np.clip(chances, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float64)


def _chance(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float64)


def _curve(raw: Floats, right: Floats) -> Curve:
    rounded = np.round(raw, 6), np.round(right, 5)
    return Curve(tuple(rounded[0].tolist()), tuple(rounded[1].tolist()))

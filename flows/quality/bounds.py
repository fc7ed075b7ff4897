"""Exact bounds for the number of wrong fields in a finite population, from a simple random sample of it.

The hypergeometric distribution turned round (Clopper and Pearson, Biometrika 26, 1934, for the binomial; for
finite populations Buonaccorsi, The American Statistician 41, 1987; Cochran, Sampling Techniques, 3rd edition
1977, section 3.6). No approximation: the stated confidence is never undercut, whatever the true rate is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MILLION: Final = 1_000_000
"""Rates, shares and confidences are whole parts of a million, so that they are the same everywhere."""
_WELL_BELOW: Final = 5
_ACCEPTED: Final = 0.9
_MOST_ERRORS: Final = 60
_KEPT: Final = 4096


def at_most(errors: int, *, population: int, wrong: int, sample: int) -> float:
    """The chance that a sample shows so many errors or fewer.

    Args:
        errors: in the sample.
        population: fields in all.
        wrong: of them, so many are wrong.
        sample: fields drawn, each set of that size as likely as any other.
    """
    least, most = max(0, sample + wrong - population), min(errors, wrong, sample)
    if most < least:
        return 0.0
    right = population - wrong
    # The first term by logarithms, each further one by its ratio to the one before.
    term = math.exp(_choose(wrong, least) + _choose(right, sample - least) - _choose(population, sample))
    total = term
    for found in range(least, most):
        term *= (wrong - found) * (sample - found) / ((found + 1) * (right - sample + found + 1))
        total += term
    return min(1.0, total)


def upper_errors(*, population: int, sample: int, errors: int, confidence: int) -> int:
    """The most wrong fields that the sample does not rule out (one-sided).

    With the chance ``confidence`` or more, what is truly wrong is not above it. Where all were looked at, it
    is what was found; where none was it is all of them.

    Args:
        population: fields in all.
        sample: fields drawn, at most the population.
        errors: found in the sample.
        confidence: parts of a million, below a million.

    Raises:
        ValueError: numbers that do not fit each other.
    """
    _check(population, sample, errors, confidence)
    risk = 1 - confidence / MILLION
    low, high = errors, population - sample + errors
    while low < high:
        middle = (low + high + 1) // 2
        if at_most(errors, population=population, wrong=middle, sample=sample) > risk:
            low = middle
        else:
            high = middle - 1
    return low


def lower_errors(*, population: int, sample: int, errors: int, confidence: int) -> int:
    """The fewest wrong fields that the sample does not rule out (one-sided); see ``upper_errors``."""
    right = upper_errors(population=population, sample=sample, errors=sample - errors, confidence=confidence)
    return population - right


@dataclass(frozen=True, slots=True)
class Plan:
    """How many fields are keyed again, and with how many errors among them the promise is still proven."""

    sample: int
    accepts: int


@lru_cache(maxsize=_KEPT)
def plan(population: int, *, error: int, confidence: int) -> Plan:
    """The smallest sample that can prove the promise, and does so nine times of ten where work is good.

    Good is a fifth of what was promised. It is the attribute plan with two points of the operating
    characteristic: a population with more errors than promised is accepted with a chance of at most
    ``1 - confidence``, a good one with at least 0.9 (Schilling and Neubauer, Acceptance Sampling in Quality
    Control, 3rd edition 2017, chapter 5). Where no sample does, all fields are taken.

    Args:
        population: fields in all, at least one.
        error: highest rate promised, parts of a million.
        confidence: parts of a million.
    """
    allowed = population * error // MILLION
    good = allowed // _WELL_BELOW
    for accepts in range(min(allowed, _MOST_ERRORS) + 1):
        sample = _least_sample(population, allowed, accepts, confidence)
        if at_most(accepts, population=population, wrong=good, sample=sample) >= _ACCEPTED:
            return Plan(sample, accepts)
    return Plan(population, allowed)


def _least_sample(population: int, allowed: int, accepts: int, confidence: int) -> int:
    """The smallest sample in which so many errors rule out that more than ``allowed`` are wrong."""
    if allowed >= population:
        return 0
    risk = 1 - confidence / MILLION
    low, high = accepts, population
    while low < high:
        middle = (low + high) // 2
        if at_most(accepts, population=population, wrong=allowed + 1, sample=middle) <= risk:
            high = middle
        else:
            low = middle + 1
    return low


def rate(wrong: int, population: int) -> int:
    """A rate in parts of a million, rounded up: what is promised is never told better than it is."""
    return -(-wrong * MILLION // population) if population else 0


def _choose(of: int, taken: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(taken + 1) - math.lgamma(of - taken + 1)


def _check(population: int, sample: int, errors: int, confidence: int) -> None:
    if not 0 <= errors <= sample <= population or not 0 < confidence < MILLION:
        msg = f"no sample: {errors} of {sample} of {population} at {confidence}"
        raise ValueError(msg)
